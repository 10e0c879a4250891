"""Whatever fails between any two statements: no held seat without an owner, no mail without an order."""

from __future__ import annotations

import pytest
from sqlalchemy import event, func, select

from cast import actor, bo
from factories import make_event, make_ticket
from openevent.kit.jobs import AuditEntry, Job
from openevent.orders.actions import (
    cancel,
    complete_plainly,
    create_order,
    desk_of,
    expire_due,
    prove_inventory,
    update_order,
)
from openevent.orders.models import Attendee, Order, OrderLine
from openevent.orders.rules.amounts import OrderRequest, Wanted
from openevent.tickets.models import TicketStock


class PowerCutError(Exception):
    """The lights went out."""


@pytest.fixture
def buyer(shell):
    with shell.work() as work:
        return actor(bo(work))


@pytest.fixture
def ticket(shell):
    with shell.work() as work:
        return make_ticket(work, make_event(work, is_ticket_form_enabled=False), quantity=50).id


@pytest.fixture
def failing(database):
    """Return a function that makes the n-th statement from now on fail, commits included; 0 lets all pass."""
    left = [0]

    def count(*_):
        left[0] -= 1
        if left[0] == 0:
            raise PowerCutError

    def at(number):
        left[0] = number

    event.listen(database.engine, "before_cursor_execute", count)
    event.listen(database.engine, "commit", count)
    yield at
    event.remove(database.engine, "before_cursor_execute", count)
    event.remove(database.engine, "commit", count)


def everything(shell):
    """Return all that an order leaves behind, and prove that it belongs together."""
    with shell.work() as work:
        assert prove_inventory(work.db) == []
        counts = [work.db.scalar(select(func.count()).select_from(table)) for table in (Order, OrderLine, Attendee)]
        jobs = sorted(work.db.scalars(select(Job.name)))
        trail = work.db.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        stock = work.db.scalars(select(TicketStock)).one()
        return counts, stock.held, stock.sold, jobs, trail


def fails_everywhere(shell, failing, deed):
    """Let a deed fail at every statement; whatever it is, nothing of it remains. Return how many there were."""
    before = everything(shell)
    for number in range(1, 100):
        failing(number)
        try:
            deed()
        except PowerCutError:
            failing(0)
            assert everything(shell) == before
        else:
            failing(0)
            return number - 1
    raise AssertionError


def test_ordering_leaves_nothing_behind_wherever_it_fails(shell, failing, buyer, ticket):
    def deed():
        with shell.work() as work:
            create_order(work, OrderRequest((Wanted(ticket, 2),)), by=buyer)

    assert fails_everywhere(shell, failing, deed) >= 8
    assert everything(shell)[0] == [1, 1, 2]


@pytest.mark.parametrize("to", ["completed", "cancelled", "expired"])
def test_moving_an_order_leaves_nothing_behind_wherever_it_fails(shell, failing, buyer, ticket, to):
    with shell.work() as work:
        order_id = create_order(work, OrderRequest((Wanted(ticket, 2),)), by=buyer).id

    def deed():
        with shell.work() as work:
            update_order(work, work.db.get_one(Order, order_id), {"status": to}, by=buyer)

    assert fails_everywhere(shell, failing, deed) >= 6
    _, held, sold, jobs, trail = everything(shell)
    assert (held, sold) == (0, 2 if to == "completed" else 0)
    assert trail == ["order.create", f"order.{to}"]
    # Completed: documents, payment, what the buyer wants to hear of, what all are told; cancelled: the mail about it.
    assert len(jobs) == {"completed": 4, "cancelled": 1, "expired": 0}[to]


def test_expiry_leaves_nothing_behind_wherever_it_fails(shell, clock, failing, buyer, ticket):
    for _ in range(3):
        with shell.work() as work:
            create_order(work, OrderRequest((Wanted(ticket, 2),)), by=buyer)
    clock.advance(minutes=16)

    def deed():
        with shell.work() as work:
            expire_due(work)

    assert fails_everywhere(shell, failing, deed) >= 6
    assert everything(shell)[1:3] == (0, 0)


def test_a_completed_order_that_is_cancelled_fails_whole(shell, failing, buyer, ticket):
    with shell.work() as work:
        order_id = create_order(work, OrderRequest((Wanted(ticket, 2),)), by=buyer).id
    with shell.work() as work:
        update_order(work, work.db.get_one(Order, order_id), {"status": "completed"}, by=buyer)

    def deed():
        with shell.work() as work:
            cancel(work, work.db.get_one(Order, order_id), note="sorry", by=buyer)

    assert fails_everywhere(shell, failing, deed) >= 6


def test_at_the_desk_a_failure_belongs_to_whoever_brought_it(shell, failing, buyer, ticket):
    before = everything(shell)
    failing(4)

    with pytest.raises(PowerCutError):
        desk_of(shell).order(OrderRequest((Wanted(ticket, 2),)), buyer)

    failing(0)
    assert everything(shell) == before
    assert desk_of(shell).order(OrderRequest((Wanted(ticket, 2),)), buyer)


def test_completing_with_others_leaves_nothing_behind_wherever_it_fails(shell, failing, buyer, ticket):
    with shell.work() as work:
        order_id = create_order(work, OrderRequest((Wanted(ticket, 2),)), by=buyer).id

    assert fails_everywhere(shell, failing, lambda: complete_plainly(shell, order_id, {}, buyer)) >= 6
    _, held, sold, jobs, trail = everything(shell)
    assert (held, sold, trail, len(jobs)) == (0, 2, ["order.create", "order.completed"], 4)
