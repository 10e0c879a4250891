"""The last seats, and everybody wants them: threads and processes, on both databases."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cast import actor, bo
from factories import make_event, make_ticket
from openevent.kit.errors import DomainError
from openevent.orders.actions import create_order, desk_of, expire_due, prove_inventory, update_order
from openevent.orders.models import Attendee, Order
from openevent.orders.rules.amounts import OrderRequest, Wanted
from openevent.tickets.models import TicketStock
from openevent.tickets.rules import TicketSoldOut

SELLER = Path(__file__).parent / "seller.py"


@pytest.fixture
def buyer(shell):
    with shell.work() as work:
        return actor(bo(work))


@pytest.fixture
def make(shell):
    def made(quantity, **values):
        with shell.work() as work:
            event = make_event(work, is_ticket_form_enabled=False)
            return make_ticket(work, event, quantity=quantity, max_order=quantity, **values).id

    return made


def at_once(number, deed):
    """Run a deed in so many threads that start together; return what came of each."""
    start, found = threading.Barrier(number), []

    def run(place):
        start.wait()
        try:
            found.append(deed(place))
        except DomainError as error:
            found.append(type(error))

    threads = [threading.Thread(target=run, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def state(shell, ticket_id):
    with shell.work() as work:
        assert prove_inventory(work.db) == []
        stock = work.db.get_one(TicketStock, ticket_id)
        orders = work.db.scalar(select(func.count()).select_from(Order).where(Order.status == "initializing"))
        attendees = select(func.count()).select_from(Attendee).where(Attendee.deleted_at.is_(None))
        return stock.held, stock.sold, orders, work.db.scalar(attendees)


def test_the_last_seats_can_be_bought_once_at_the_desk(shell, buyer, make):
    ticket = make(7)

    found = at_once(12, lambda _: bool(desk_of(shell).order(OrderRequest((Wanted(ticket, 1),)), buyer)))

    assert Counter(found) == {True: 7, TicketSoldOut: 5}
    assert state(shell, ticket) == (7, 0, 7, 7)


def test_the_last_seats_can_be_bought_once_without_the_desk(shell, buyer, make):
    ticket = make(7)

    def order(_):
        with shell.work() as work:
            create_order(work, OrderRequest((Wanted(ticket, 2),)), by=buyer)
        return True

    assert Counter(at_once(8, order)) == {True: 3, TicketSoldOut: 5}
    assert state(shell, ticket) == (6, 0, 3, 6)


def test_carts_that_overlap_never_wait_for_each_other_for_ever(shell, buyer):
    with shell.work() as work:
        event = make_event(work)
        one, other = (make_ticket(work, event, quantity=100).id for _ in range(2))

    def order(place):
        carts = ((one, other), (other, one))
        with shell.work() as work:
            create_order(work, OrderRequest(tuple(Wanted(id_, 1) for id_ in carts[place % 2])), by=buyer)
        return True

    assert Counter(at_once(12, order)) == {True: 12}
    assert state(shell, one)[0] == 12


def test_completing_cancelling_and_expiring_race_for_the_same_orders(shell, clock, buyer, make):
    ticket = make(12)
    ids = []
    for _ in range(6):
        with shell.work() as work:
            ids.append(create_order(work, OrderRequest((Wanted(ticket, 2),)), by=buyer).id)
    clock.advance(minutes=16)

    def deed(place):
        with shell.work() as work:
            if place % 3 == 2:
                return expire_due(work) >= 0
            to = "completed" if place % 3 == 0 else "cancelled"
            update_order(work, work.db.get_one(Order, ids[place // 3]), {"status": to}, by=buyer)
        return True

    at_once(12, deed)

    held, sold, _, attendees = state(shell, ticket)
    assert held + sold == attendees


def test_two_processes_share_the_last_seats(shell, database_url, buyer, make):
    ticket = make(31)
    task = {"ticket": ticket, "buyer": buyer.id, "threads": 4, "orders": 20, "seats": 2}

    command = [sys.executable, str(SELLER), database_url, json.dumps(task)]
    sellers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]  # noqa: S603 -- our own script
    made = [int(seller.communicate()[0]) for seller in sellers]

    assert sum(made) == 15
    assert state(shell, ticket) == (30, 0, 15, 30)
