"""Two hundred processes for fifty seats, many of them killed on the way: fifty are sold, nothing is lost or doubled.

More of them: OPENEVENT_TEST_EFFORT=5 (times as many buyers; docs/explanation/selling-proved.md).
"""

from __future__ import annotations

import json
import os
import random
import time
from contextlib import ExitStack
from dataclasses import replace

import pytest
from sqlalchemy import select

from cast import ana, bo, eve
from factories import make_event, make_ticket, make_user
from openevent.kit.clock import FixedClock, SystemClock
from openevent.kit.config import Settings
from openevent.kit.db import Database
from openevent.kit.jwt import Tokens
from openevent.kit.vault import Vault
from openevent.kit.worker import Worker
from openevent.main.app import build_shell
from openevent.main.catalogue import JOBS
from openevent.orders.models import Order
from openevent.tickets.models import TicketStock
from selling.installation import (
    HOST,
    PATIENCE,
    SECRET,
    Installation,
    check_delivered,
    check_jobs,
    check_money,
    free_port,
    tamper,
)
from selling.visitors import Visitor
from servers import hurry

EFFORT = int(os.environ.get("OPENEVENT_TEST_EFFORT", "1"))  # noqa: TID251 -- the tests' own setting
SEED = int(os.environ.get("OPENEVENT_TEST_SEED", random.randrange(10**6)))  # noqa: TID251, S311 -- same; chance
BUYERS, AT_ONCE, SEATS = 200 * EFFORT, 12, 50


@pytest.fixture
def installation(database_url, tmp_path):
    with ExitStack() as stack:
        yield Installation(database_url, tmp_path, stack, SEED)


def opened(work, seats):
    """Open the sale; return the ticket type and who plays, by their keys."""
    event = make_event(work, owner=ana(work), is_ticket_form_enabled=False, can_pay_by_stripe=True)
    ticket = make_ticket(work, event, quantity=seats, price=4250)
    buyers = [bo(work).id, eve(work).id, *(make_user(work).id for _ in range(8))]
    return {"ticket": ticket.id, "buyers": buyers, "organizer": ana(work).id}


@pytest.fixture
def ask(installation, shell):
    """Tell the crowd what to do, and return what came of it; it stands before the event of the test."""
    with shell.work() as work:
        wish = opened(work, SEATS)
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


@pytest.fixture
def sold(reading):
    """What is sold and held of the one ticket type."""
    return lambda: tuple(reading(select(TicketStock.sold, TicketStock.held))[0])


def test_fifty_seats_are_sold_to_a_crowd_that_is_shot_at(installation, ask, reading, sold):
    ends = ask(do="storm", buyers=BUYERS, at_once=AT_ONCE, kills=True)
    for _ in range(8):
        ask(do="settle", minutes=46)
        if sold() == (SEATS, 0):
            break
        ask(do="storm", buyers=10, at_once=5, kills=False)
    for hours in (2, 6, 9 * 24, 24, 24):  # failed mails are tried again, payments that nobody made are given up
        ask(do="settle", minutes=hours * 60)

    assert sold() == (SEATS, 0), f"seed {SEED}"
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


FEW = 12  # seats


@pytest.fixture
def visitors(installation, shell):
    """People who want tickets over HTTP, and where; they come when they are started."""
    with replace(shell, clock=SystemClock()).work() as work:
        wish = opened(work, FEW)
    shell.database.close()
    port, tokens = free_port(), Tokens(SECRET)
    found = [Visitor(f"http://{HOST}:{port}", tokens, user, wish["ticket"]) for user in wish["buyers"][:4]]
    yield port, found
    for one in found:
        one.is_done.set()
        one.join(PATIENCE)


@pytest.fixture
def settle(installation):
    """Let time pass for a worker that starts afterwards."""
    clock = FixedClock(SystemClock().now())
    shell = build_shell(Settings(**installation.settings), clock=clock)
    hurry(shell.database)

    def settled(**time):
        clock.advance(**time)
        worker = Worker(shell, JOBS)
        worker.run_periodics()
        worker.run_due()

    yield settled
    shell.database.close()


def test_a_server_that_is_killed_under_buyers_loses_and_doubles_nothing(installation, visitors, settle, reading, sold):
    port, people = visitors
    with installation.serving(port):
        for one in people:
            one.start()
        while not any(one.paid for one in people) and any(one.is_alive() for one in people):
            time.sleep(0.01)
    with installation.serving(port):
        for one in people:
            one.join(PATIENCE)
    for hours in (1, 2, 6, 9 * 24, 24, 24):
        settle(hours=hours)

    assert [one.fault for one in people if one.fault] == []
    assert sold()[1] == 0
    completed = {str(key) for (key,) in reading(select(Order.id).where(Order.status == "completed"))}
    everything = [str(key) for (key,) in reading(select(Order.id))]
    assert {key for one in people for key in one.paid} <= completed
    assert sorted(key for one in people for key in one.made) == sorted(everything), "each order was made once"
    check_jobs(reading)
    check_money(installation.stripe, reading)
    check_delivered(installation, reading)
    assert installation.run("prove-inventory", "prove-ledger") == [0, 0]
