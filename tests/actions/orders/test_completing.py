"""Completing many free orders at once: what is plain is done as the usual way would, everything else is left to it."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from sqlalchemy import event as events
from sqlalchemy import select

from cast import actor, adm, bo, eve
from factories import make_event, make_ticket
from openevent.kit.errors import DomainError
from openevent.kit.jobs import AuditEntry, Job
from openevent.orders.actions import (
    Completion,
    cancel,
    complete_all,
    complete_plainly,
    prove_inventory,
    reserve_one,
    update_order,
)
from openevent.orders.models import Attendee, Order
from openevent.orders.rules.amounts import OrderRequest, Wanted
from openevent.tickets.models import TicketStock


@pytest.fixture
def buyer(shell):
    with shell.work() as work:
        return actor(bo(work))


@pytest.fixture
def held(shell, buyer):
    """Hold an order and return its key: held(price=..., asks=True for an event that asks for names)."""
    tickets = {}

    def made(price=0, number=2, *, asks=False, by=None):
        with shell.work() as work:
            if (price, asks) not in tickets:
                event = make_event(work, is_ticket_form_enabled=asks, can_pay_by_bank=True)
                tickets[price, asks] = make_ticket(work, event, price=price, quantity=50).id
            return reserve_one(work, OrderRequest((Wanted(tickets[price, asks], number),)), by=by or buyer).id

    return made


def name_holders(shell, key):
    with shell.work() as work:
        for one in work.db.scalars(select(Attendee).where(Attendee.order_id == key)):
            one.firstname, one.email = "Ana", "ana@example.org"


def left_by(shell, key):
    """Return what completing an order has left: its row, the trail, and the jobs."""
    with shell.work() as work:
        order = work.db.get_one(Order, key)
        own = {"id", "identifier", "event_id"}
        row = {column.name: getattr(order, column.name) for column in Order.__table__.c if column.name not in own}
        trail = select(AuditEntry.action, AuditEntry.actor_id, AuditEntry.details).order_by(AuditEntry.id)
        done = [tuple(one) for one in work.db.execute(trail.where(AuditEntry.subject == f"order:{key}"))]
        jobs = work.db.execute(select(Job.name, Job.payload).order_by(Job.id))
        assert prove_inventory(work.db) == []
        return row, done, [(name, told["was_placed"]) for name, told in jobs if told.get("order_id") == key]


@pytest.mark.parametrize("values", [{}, {"payment_mode": "free", "amount": Decimal(0), "city": None}])
def test_it_leaves_what_the_usual_way_leaves(shell, held, buyer, values):
    swift, usual = held(), held()

    with shell.work() as work:
        assert complete_all(work, [Completion(swift, buyer, values)]) == [True]
    with shell.work() as work:
        update_order(work, work.db.get_one(Order, usual), {"status": "completed", **values}, by=buyer)

    assert left_by(shell, swift) == left_by(shell, usual)
    assert left_by(shell, swift)[0]["status"] == "completed"


def test_only_what_is_plain_is_done(shell, held, buyer, clock):
    with shell.work() as work:
        other, admin = actor(eve(work)), actor(adm(work))
    late = held()
    clock.advance(minutes=16)
    gone, foreign, paid, named, nameless, good = (
        held(),
        held(by=other),
        held(500),
        held(asks=True),
        held(asks=True),
        held(),
    )
    other_mode = held()
    name_holders(shell, named)
    with shell.work() as work:
        cancel(work, work.db.get_one(Order, gone), by=buyer)
        work.db.get_one(Order, other_mode).payment_mode = "bank"
    keys = [late, gone, foreign, paid, named, nameless, other_mode, good, 4711]
    asked = [Completion(key, buyer) for key in keys]
    asked += [Completion(good, buyer), Completion(good, admin), Completion(good, buyer, {"city": "Jena"})]

    with shell.work() as work:
        found = complete_all(work, asked)

    assert found == [*[False] * 4, True, False, False, True, False, True, False, False]  # one has clicked twice
    with shell.work() as work:
        done = set(work.db.scalars(select(Order.id).where(Order.status == "completed")))
        assert (done, prove_inventory(work.db)) == ({named, good}, [])
        assert work.db.scalar(select(TicketStock.sold).where(TicketStock.sold > 0).limit(1)) == 2


def test_no_more_is_asked_of_the_database_for_many_than_for_one(shell, database, held, buyer):
    keys = [held(asks=True) for _ in range(9)]
    for key in keys:
        name_holders(shell, key)
    asked, found = [], []
    events.listen(database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    for some in (keys[:1], keys[1:]):
        asked.clear()
        with shell.work() as work:
            assert complete_all(work, [Completion(key, buyer) for key in some]) == [True] * len(some)
        found.append(len({" ".join(sql.split())[:60] for sql in asked}))

    assert found[0] == found[1] <= 12


def test_of_two_at_once_each_order_is_either_completed_or_cancelled(shell, held, buyer):
    keys, started = [held() for _ in range(6)], threading.Barrier(12)
    completed = {}

    def complete(key):
        started.wait(20)
        completed[key] = complete_plainly(shell, key, {}, buyer)

    def call_off(key):
        started.wait(20)
        with shell.work() as work:
            cancel(work, work.db.get_one(Order, key), by=buyer)

    threads = [threading.Thread(target=deed, args=(key,)) for key in keys for deed in (complete, call_off)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert set(completed) == set(keys)
    with shell.work() as work:
        assert set(work.db.scalars(select(Order.status))) == {"cancelled"}
        assert prove_inventory(work.db) == []
        trail = work.db.scalars(select(AuditEntry.subject).where(AuditEntry.action == "order.completed"))
        assert set(trail) == {f"order:{key}" for key, was in completed.items() if was}


def test_a_drift_of_the_stock_is_found_out_not_sold(shell, database, held, buyer):
    good, bad = held(number=2), held(number=3, asks=True)
    name_holders(shell, bad)
    with shell.work() as work:
        work.db.scalars(select(TicketStock).where(TicketStock.held == 3)).one().held = 1

    with pytest.raises(RuntimeError):
        complete_plainly(shell, bad, {}, buyer)
    assert complete_plainly(shell, good, {}, buyer)
    with pytest.raises(DomainError), shell.work() as work:
        update_order(work, work.db.get_one(Order, good), {"status": "placed"}, by=buyer)
