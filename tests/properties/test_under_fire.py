"""Two hundred processes for fifty seats, many of them killed on the way: fifty are sold, nothing is lost or doubled.

More of them: OPENEVENT_TEST_EFFORT=5 (times as many buyers; docs/explanation/selling-proved.md).
"""

from __future__ import annotations

import json
import os
import random
import re
import socket
import subprocess
import sys
from contextlib import ExitStack
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select, text

from cast import ana, bo, eve
from factories import make_event, make_ticket, make_user
from gateways.server import BROKEN, DROPPED, LOST, OK, serving
from gateways.stripe import KEY, WEBHOOK_SECRET, FakeStripe
from openevent.kit.clock import SystemClock
from openevent.kit.db import Database
from openevent.kit.jobs import Job
from openevent.kit.vault import Vault
from openevent.orders.models import Attendee, Order
from openevent.payments.models import Payment, Refund
from openevent.people.models import User
from openevent.tickets.models import TicketStock

EFFORT = int(os.environ.get("OPENEVENT_TEST_EFFORT", "1"))  # noqa: TID251 -- the tests' own setting
SEED = int(os.environ.get("OPENEVENT_TEST_SEED", random.randrange(10**6)))  # noqa: TID251, S311 -- same; chance
BUYERS, AT_ONCE, SEATS = 200 * EFFORT, 12, 50
TESTS = Path(__file__).parents[1]
PATHS = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(TESTS.parent / "src")}
SECRET = "only-for-tests-only-for-tests-only"
HOST = "127.0.0.1"
_ORDER = re.compile(r"/orders/([0-9a-f-]{36})")


class Sink:
    """Takes mails in, and is sometimes too busy for that."""

    def __init__(self, chance: random.Random) -> None:
        self.came: list[tuple[str, str]] = []  # to whom, about which order
        self._chance = chance

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 -- the library's name
        if self._chance.random() < 0.1:
            return "451 later"
        letter = message_from_bytes(envelope.content, policy=policy.default)
        text_ = letter.get_body(("plain",)).get_content()
        found = _ORDER.search(text_)
        self.came.append((envelope.rcpt_tos[0], found[1] if found else ""))
        return "250 OK"


def free_port():
    with socket.socket() as found:
        found.bind((HOST, 0))
        return found.getsockname()[1]


class Installation:
    """One installation under fire: its database, its storage, its provider and its mail server."""

    def __init__(self, url: str, place: Path, stack: ExitStack) -> None:
        self.url, self.place = url, place
        chance = random.Random(SEED)  # noqa: S311 -- chance, not secrets
        self.stripe = FakeStripe(SystemClock())
        # A request in six fails on its way, for as long as the crowd is there.
        self.stripe.faults += chance.choices((OK, LOST, DROPPED, BROKEN), (15, 1, 1, 1), k=2 * BUYERS)
        stack.enter_context(serving(self.stripe))
        self.sink = Sink(chance)
        mail = Controller(self.sink, hostname=HOST, port=free_port())
        mail.start()
        stack.callback(mail.stop)
        self.settings = {
            "data": str(place),
            "database_url": url,
            "storage_url": f"file://{place}/files",
            "mail_url": f"smtp://{HOST}:{mail.port}?tls=no",
            "secret_key": SECRET,
            "outbound_hosts": [HOST],
            "stripe_secret_key": KEY,
            "stripe_webhook_secret": WEBHOOK_SECRET,
            "stripe_api_url": self.stripe.url,
            "log_level": "error",
        }

    def open_crowd(self, **wish):
        told = json.dumps({"settings": self.settings, "seed": SEED, **wish})
        environ = {**PATHS, "PYTHONPATH": f"{PATHS['PYTHONPATH']}:{TESTS}"}
        command = [sys.executable, "-m", "selling.crowd", told]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=self.place, env=environ, **pipes)  # noqa: S603 -- our own script

    def run(self, *commands):
        """Run commands of the product, as an operator would, at once; return their exit codes."""
        environ = {**PATHS, "OPENEVENT_DATA": str(self.place)}
        environ |= {"OPENEVENT_DATABASE_URL": self.url, "OPENEVENT_SECRET_KEY": SECRET}
        quiet = {"env": environ, "cwd": self.place, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        line = [sys.executable, "-m", "openevent.main.cli"]
        started = [subprocess.Popen([*line, one], **quiet) for one in commands]  # noqa: S603 -- our own command
        return [one.wait(60) for one in started]


@pytest.fixture
def installation(database_url, tmp_path):
    with ExitStack() as stack:
        yield Installation(database_url, tmp_path, stack)


@pytest.fixture
def ask(installation, shell):
    """Tell the crowd what to do, and return what came of it; it stands before the event of the test."""
    with shell.work() as work:
        event = make_event(work, owner=ana(work), is_ticket_form_enabled=False, can_pay_by_stripe=True)
        ticket = make_ticket(work, event, quantity=SEATS, price=4250)
        buyers = [bo(work).id, eve(work).id, *(make_user(work).id for _ in range(8))]
        wish = {"ticket": ticket.id, "buyers": buyers, "organizer": ana(work).id}
    shell.database.close()
    crowd = installation.open_crowd(**wish)

    def told(**what):
        crowd.stdin.write(f"{json.dumps(what)}\n")
        crowd.stdin.flush()
        line = crowd.stdout.readline()
        assert line, f"the crowd is gone (seed {SEED})"
        return json.loads(line)

    yield told
    crowd.stdin.close()
    assert crowd.wait(60) == 0
    crowd.stdout.close()


@pytest.fixture
def reading(database_url):
    """A session that reads, on connections of the test's own."""
    database = Database(database_url, vault=Vault(SECRET))

    def asked(statement):
        with database.reading() as db:
            return db.execute(statement).all()

    yield asked
    database.close()


def test_fifty_seats_are_sold_to_a_crowd_that_is_shot_at(installation, ask, reading):
    ends = ask(do="storm", buyers=BUYERS, at_once=AT_ONCE, kills=True)
    stock = select(TicketStock.sold, TicketStock.held)
    for _ in range(8):
        ask(do="settle", minutes=46)
        if reading(stock) == [(SEATS, 0)]:
            break
        ask(do="storm", buyers=10, at_once=5, kills=False)
    for hours in (2, 6, 9 * 24, 24, 24):  # failed mails are tried again, payments that nobody made are given up
        ask(do="settle", minutes=hours * 60)

    assert reading(stock) == [(SEATS, 0)], f"seed {SEED}"
    assert ends["buyer killed"] > BUYERS // 10, ends
    assert ends["worker killed"] > 2, ends
    assert "buyer broke" not in ends, ends
    assert ends["buyer bought"] > 0, ends
    check_jobs(reading)
    check_money(installation.stripe, reading)
    check_delivered(installation, reading)
    assert installation.run("prove-inventory", "prove-ledger") == [0, 0]
    tamper(installation)
    assert installation.run("prove-inventory", "prove-ledger") == [1, 1]


def check_jobs(reading):
    assert reading(select(Job.name, Job.error).where(Job.state != "done")) == []
    holding = Order.status.in_(("initializing", "pending"))
    assert reading(select(Order.id).where(holding)) == []


def check_money(stripe, reading):
    """Whatever Stripe has taken completed an order or went back; and our books are Stripe's books."""
    settled = dict(
        reading(
            select(Payment.subject, func.sum(Payment.amount - Payment.refunded))
            .where(Payment.status == "settled")
            .group_by(Payment.subject)
        )
    )
    owed = dict(reading(select(Order.id, Order.amount).where(Order.status == "completed")))
    assert {subject: int(kept) for subject, kept in settled.items() if kept} == {
        f"order:{key}": amount for key, amount in owed.items()
    }
    ((came,),) = reading(select(func.coalesce(func.sum(Payment.amount), 0)).where(Payment.status == "settled"))
    ((back,),) = reading(select(func.coalesce(func.sum(Refund.amount), 0)).where(Refund.status == "settled"))
    assert (stripe.received, stripe.returned) == (int(came), int(back))
    assert reading(select(Payment.id).where(Payment.status == "open")) == []


def check_delivered(installation, reading):
    """Every completed order has its mail sent at least once, and every ticket its PDF in the storage."""
    sold = select(Order.identifier, User.email).join(User, User.id == Order.user_id).where(Order.status == "completed")
    came = set(installation.sink.came)
    assert [one for one in reading(sold) if (one.email, one.identifier) not in came] == []
    alive = Attendee.deleted_at.is_(None)
    keys = reading(
        select(Attendee.pdf_key).join(Order, Order.id == Attendee.order_id).where(alive, Order.status == "completed")
    )
    assert len(keys) == SEATS
    for (key,) in keys:
        assert (installation.place / "files" / key).read_bytes().startswith(b"%PDF")


def tamper(installation):
    """Change two rows behind the product's back."""
    database = Database(installation.url)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE ticket_stock SET sold = sold - 1"))
        connection.execute(
            text(
                "UPDATE payments SET refunded = amount - refunded WHERE id = (SELECT max(id) FROM payments "
                "WHERE status = 'settled')"
            )
        )
    database.close()
