"""Freed seats, while everybody wants them: those who wait get them in their order, and buyers nothing."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from sqlalchemy import event as events
from sqlalchemy import select

from cast import actor, adm
from factories import make_event, make_order, make_ticket, make_user
from openevent.kit.errors import DomainError
from openevent.kit.jobs import AuditEntry, Job
from openevent.orders.actions import (
    accept_offer,
    cancel,
    create_order,
    decline_offer,
    desk_of,
    expire_due,
    join_waiting_list,
    leave_waiting_list,
    prove_inventory,
    serve_due,
)
from openevent.orders.models import Order, WaitingListEntry
from openevent.orders.rules.amounts import OrderRequest, Wanted
from openevent.tickets.models import TicketStock
from openevent.tickets.rules import TicketSoldOut


class PowerCutError(Exception):
    """The lights went out."""


@pytest.fixture
def people(shell):
    with shell.work() as work:
        return [actor(make_user(work)) for _ in range(8)]


@pytest.fixture
def sold_out(shell):
    """Return two sold out types of three seats each, and the orders that hold them."""
    with shell.work() as work:
        event = make_event(work, is_ticket_form_enabled=False)
        tickets = [make_ticket(work, event, quantity=3) for _ in range(2)]
        orders = [make_order(work, one).id for one in tickets for _ in range(3)]
        return event.id, [one.id for one in tickets], orders


@pytest.fixture
def staff(shell):
    with shell.work() as work:
        return actor(adm(work))


def join(shell, sold_out, which, wanted, by, **more):
    event_id, tickets, _ = sold_out
    with shell.work() as work:
        return join_waiting_list(work, event_id, [tickets[one] for one in which], wanted, by=by, **more).id


def at_once(deeds):
    """Run deeds in threads that start together; return what came of each."""
    start, found = threading.Barrier(len(deeds)), []

    def run(deed):
        start.wait()
        try:
            found.append(deed())
        except DomainError as error:
            found.append(type(error))

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def states(shell, event_id):
    with shell.work() as work:
        assert prove_inventory(work.db) == []
        mine = select(WaitingListEntry.state).where(WaitingListEntry.event_id == event_id)
        return list(work.db.scalars(mine.order_by(WaitingListEntry.joined_at, WaitingListEntry.id)))


def test_freed_seats_go_to_those_who_wait_while_buyers_try(shell, people, staff, sold_out):
    event_id, tickets, orders = sold_out
    for which in ([0], [1], [0, 1]):
        join(shell, sold_out, which, 1, people[len(which)])

    def give_back(order_id):
        def deed():
            with shell.work() as work:
                cancel(work, work.db.get_one(Order, order_id), by=staff)

        return deed

    def buy(place):
        def deed():
            return bool(desk_of(shell).order(OrderRequest((Wanted(tickets[place % 2], 1),)), people[place]))

        return deed

    found = at_once([give_back(orders[0]), give_back(orders[3]), give_back(orders[4]), *(buy(n) for n in range(8))])

    assert Counter(found) == {None: 3, TicketSoldOut: 8}
    assert states(shell, event_id) == ["offered"] * 3


def test_joining_while_a_seat_is_freed_misses_nothing(shell, people, staff, sold_out):
    event_id, tickets, orders = sold_out

    def give_back():
        with shell.work() as work:
            cancel(work, work.db.get_one(Order, orders[0]), by=staff)
        return "freed"

    def try_to_join():
        join(shell, sold_out, [0], 1, people[0])
        return "joined"

    found = at_once([give_back, try_to_join])

    with shell.work() as work:
        stock = work.db.get_one(TicketStock, tickets[0])
        free = stock.quantity - stock.held - stock.sold
    if "joined" in found:  # before the seat was free: it is offered
        assert (states(shell, event_id), free) == (["offered"], 0)
    else:  # after it: nobody has to wait
        assert (states(shell, event_id), free) == ([], 1)


def test_an_offer_is_one_order_however_often_it_is_taken_at_once(shell, people, staff, sold_out):
    event_id, _, orders = sold_out
    entry = join(shell, sold_out, [0], 1, people[0])
    with shell.work() as work:
        cancel(work, work.db.get_one(Order, orders[0]), by=staff)

    def take():
        with shell.work() as work:
            return accept_offer(work, entry, by=people[0]).id

    def decline():
        with shell.work() as work:
            return decline_offer(work, entry, by=people[0]).state

    found = at_once([take, take, take, take])
    assert len(set(found)) == 1
    assert states(shell, event_id) == ["taken"]
    with pytest.raises(DomainError):
        decline()


def test_everybody_at_once_leaves_the_line_in_order(shell, clock, people, staff, sold_out):
    event_id, _, orders = sold_out
    entries = [join(shell, sold_out, which, 1, people[n]) for n, which in enumerate([[0], [1], [0, 1], [1, 0], [0]])]
    for order_id in orders[2:4]:
        with shell.work() as work:
            cancel(work, work.db.get_one(Order, order_id), by=staff)

    def in_work(deed):
        def done():
            with shell.work() as work:
                deed(work)
            return True

        return done

    at_once(
        [
            in_work(lambda work: accept_offer(work, entries[0], by=people[0])),
            in_work(lambda work: decline_offer(work, entries[1], by=people[1])),
            in_work(lambda work: leave_waiting_list(work, work.db.get_one(WaitingListEntry, entries[4]), by=people[4])),
            in_work(lambda work: cancel(work, work.db.get_one(Order, orders[0]), by=staff)),
            in_work(lambda work: cancel(work, work.db.get_one(Order, orders[5]), by=staff)),
            in_work(serve_due),
            in_work(expire_due),
        ]
    )

    assert states(shell, event_id) == ["taken", "declined", "offered", "offered", "left"]


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

    events.listen(database.engine, "before_cursor_execute", count)
    events.listen(database.engine, "commit", count)
    yield at
    events.remove(database.engine, "before_cursor_execute", count)
    events.remove(database.engine, "commit", count)


def everything(shell, sold_out):
    """Return all that a waiting list leaves behind, and prove that it belongs together."""
    event_id, tickets, _ = sold_out
    found = states(shell, event_id)
    with shell.work() as work:
        stock = [work.db.get_one(TicketStock, one) for one in tickets]
        counters = [(one.held, one.sold) for one in stock]
        jobs = sorted(work.db.scalars(select(Job.name)))
        return found, counters, jobs, list(work.db.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.mark.parametrize("deed", ["free", "join", "accept", "decline", "expire"])
def test_whatever_fails_nothing_of_it_remains(shell, clock, people, staff, sold_out, failing, deed):
    _, _, orders = sold_out
    first = join(shell, sold_out, [0, 1], 2, people[0])
    join(shell, sold_out, [0], 1, people[1])
    if deed != "free":
        for order_id in orders[:2]:
            with shell.work() as work:
                cancel(work, work.db.get_one(Order, order_id), by=staff)
    if deed == "expire":
        clock.advance(hours=25)

    deeds = {
        "free": lambda work: cancel(work, work.db.get_one(Order, orders[0]), by=staff),
        "join": lambda work: join_waiting_list(work, sold_out[0], [sold_out[1][1]], 3, by=people[2]),
        "accept": lambda work: accept_offer(work, first, by=people[0]),
        "decline": lambda work: decline_offer(work, first, by=people[0]),
        "expire": serve_due,
    }

    def done():
        with shell.work() as work:
            deeds[deed](work)

    shell.services.limiter.hit = lambda *_, **__: None
    before = everything(shell, sold_out)
    for number in range(1, 100):
        failing(number)
        try:
            done()
        except PowerCutError:
            failing(0)
            assert everything(shell, sold_out) == before
        else:
            failing(0)
            break
    assert 8 < number < 99
    after = everything(shell, sold_out)[0]
    assert (
        after[:2]
        == {
            "free": ["waiting", "waiting"],
            "join": ["offered", "waiting"],
            "accept": ["taken", "waiting"],
            "decline": ["declined", "offered"],
            "expire": ["expired", "offered"],
        }[deed]
    )


def test_an_ordinary_order_never_gets_a_kept_seat(shell, people, staff, sold_out):
    _, tickets, orders = sold_out
    join(shell, sold_out, [0], 3, people[0])
    with shell.work() as work:
        cancel(work, work.db.get_one(Order, orders[0]), by=staff)

    with pytest.raises(TicketSoldOut), shell.work() as work:
        create_order(work, OrderRequest((Wanted(tickets[0], 1),)), by=people[1])
