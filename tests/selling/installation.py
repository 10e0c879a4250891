"""An installation that is under fire, and what has to be true of it afterwards."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from email import message_from_bytes, policy
from pathlib import Path

import httpx
from aiosmtpd.controller import Controller
from click.testing import CliRunner
from sqlalchemy import func, select, text

from gateways.server import BROKEN, DROPPED, LOST, OK, serving
from gateways.stripe import KEY, WEBHOOK_SECRET, FakeStripe
from openevent.kit.clock import SystemClock
from openevent.kit.db import Database
from openevent.kit.jobs import Job
from openevent.main.cli import main
from openevent.orders.models import Attendee, Order
from openevent.payments.models import Payment, Refund
from openevent.people.models import User
from web import WEB

TESTS = Path(__file__).parents[1]
PATHS = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(TESTS.parent / "src")}
SECRET = "only-for-tests-only-for-tests-only"
HOST = "127.0.0.1"
FAULTS = 400
PATIENCE = 60  # seconds, for a server to be up
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

    def __init__(self, url: str, place: Path, stack: ExitStack, seed: int) -> None:
        self.database_url, self.place, self.seed = url, place, seed
        chance = random.Random(seed)  # noqa: S311 -- chance, not secrets
        self.stripe = FakeStripe(SystemClock())
        # A request in six fails on its way, for a while.
        self.stripe.faults += chance.choices((OK, LOST, DROPPED, BROKEN), (15, 1, 1, 1), k=FAULTS)
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
        told = json.dumps({"settings": self.settings, "seed": self.seed, **wish})
        environ = {**PATHS, "PYTHONPATH": f"{PATHS['PYTHONPATH']}:{TESTS}"}
        command = [sys.executable, "-m", "selling.crowd", told]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=self.place, env=environ, **pipes)  # noqa: S603 -- our own script

    def run(self, *commands):
        """Run commands of the product, as an operator would; return their exit codes.

        They are told by their environment alone, and open the installation anew; what they load is loaded already.
        """
        return [CliRunner().invoke(main, [one], env=self._environ()).exit_code for one in commands]

    def _environ(self, **environ):
        told = {name: " ".join(value) if isinstance(value, list) else value for name, value in self.settings.items()}
        given = {f"OPENEVENT_{name.upper()}": value for name, value in {**told, **environ}.items()}
        given["OPENEVENT_LAB"] = "no"  # lab
        return given

    def _start(self, *words, **environ):
        given = self._environ(**environ)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
        command = [sys.executable, "-m", "openevent.main.cli", *words]
        return subprocess.Popen(command, cwd=self.place, env={**PATHS, **given}, **quiet)  # noqa: S603 -- our own command

    @contextmanager
    def serving(self, port: int) -> Generator[None]:
        """Serve, with processes and a worker, until the block ends: then all of them are killed at once."""
        server = self._start("serve", "--workers", "2", port=str(port))
        try:
            end = time.monotonic() + PATIENCE
            while not _is_up(port):
                assert server.poll() is None, "the server has stopped"
                assert time.monotonic() < end, "the server does not come up"
                time.sleep(0.05)
            yield
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(PATIENCE)


def _is_up(port: int) -> bool:
    try:
        return WEB.get(f"http://{HOST}:{port}/healthz").status_code == 200
    except httpx.TransportError:
        return False


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
    assert keys
    for (key,) in keys:
        assert (installation.place / "files" / key).read_bytes().startswith(b"%PDF")


def tamper(installation):
    """Change two rows behind the product's back."""
    database = Database(installation.database_url)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE ticket_stock SET sold = sold - 1"))
        connection.execute(
            text(
                "UPDATE payments SET refunded = amount - refunded WHERE id = (SELECT max(id) FROM payments "
                "WHERE status = 'settled')"
            )
        )
    database.close()
