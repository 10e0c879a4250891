"""The desk: who waits is served together, and what goes wrong belongs to whoever brought it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import uuid4

import pytest
from msgspec.structs import replace
from sqlalchemy import event as events
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from cast import actor, bo
from factories import make_event, make_ticket
from openevent.kit.access import USER, Actor
from openevent.kit.desks import MOST_AT_ONCE, most_at_once
from openevent.kit.errors import Unavailable
from openevent.kit.fibers import Fibers
from openevent.orders.actions import Desk, desk_of, prove_inventory
from openevent.orders.actions.desk import Line
from openevent.orders.models import Order
from openevent.orders.rules.amounts import OrderMadeBefore, OrderRequest, Wanted
from openevent.orders.rules.unfinished import MOST_UNFINISHED, TooManyUnfinished
from openevent.tickets.rules import TicketSoldOut


@pytest.fixture
def ticket(shell):
    with shell.work() as work:
        return make_ticket(work, make_event(work), quantity=10).id


@pytest.fixture
def buyer(shell):
    with shell.work() as work:
        return actor(bo(work))


class Door:
    """Opens units of work, the first one only when it is told to: so that a line forms meanwhile."""

    def __init__(self, shell):
        self.shell, self.opened, self.let_in, self.sizes = shell, threading.Event(), threading.Event(), 0

    @contextmanager
    def work(self):
        self.sizes += 1
        if self.sizes == 1:
            self.opened.set()
            assert self.let_in.wait(20)
        with self.shell.work() as work:
            yield work


def serve(door, desk, asked):
    """Let the first order wait inside until all others stand in line; return what came of each."""
    found = [None] * len(asked)

    def ask(place):
        try:
            found[place] = desk.order(*asked[place])
        except BaseException as error:  # noqa: BLE001 -- it is what came of it
            found[place] = error

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(len(asked))]
    threads[0].start()
    assert door.opened.wait(20)
    for thread in threads[1:]:
        thread.start()
    while len(desk._line.waiting) < len(asked) - 1:  # noqa: SLF001 -- there is no other way to see who waits
        pass
    door.let_in.set()
    for thread in threads:
        thread.join(20)
    return found


def request(ticket, number=1):
    return OrderRequest((Wanted(ticket, number),))


def test_who_waits_is_served_together(shell, ticket, buyer):
    door = Door(shell)

    found = serve(door, Desk(door.work), [(request(ticket), buyer)] * 6)

    assert door.sizes == 2
    with shell.work() as work:
        assert sorted(work.db.scalars(select(Order.identifier))) == sorted(found)


def test_a_line_longer_than_a_batch_is_served_in_several(shell, ticket, buyer):
    door = Door(shell)

    found = serve(door, Desk(door.work, most=2), [(request(ticket), buyer)] * 6)

    assert door.sizes == 4
    assert len(set(found)) == 6


def test_everybody_gets_a_verdict_of_their_own(shell, ticket, buyer):
    door = Door(shell)

    found = serve(door, Desk(door.work), [(request(ticket, number), buyer) for number in (8, 3, 2, 1)])

    assert [type(one) for one in found].count(TicketSoldOut) in (1, 2)
    with shell.work() as work:
        assert prove_inventory(work.db) == []


def test_what_is_asked_for_once_is_made_once_by_one_process_and_by_many(shell, ticket, buyer):
    door, once = Door(shell), replace(request(ticket), once=str(uuid4()))

    def elsewhere(_):
        try:
            return Desk(shell.work).order(replace(once, once=once.once[::-1]), buyer)  # in a line of its own
        except OrderMadeBefore as refusal:
            return refusal

    here = serve(door, Desk(door.work), [(one, buyer) for one in (request(ticket), once, once, request(ticket))])
    with ThreadPoolExecutor(3) as threads:
        apart = list(threads.map(elsewhere, range(3)))

    assert sorted(type(one).__name__ for one in here) == ["OrderMadeBefore", "str", "str", "str"]
    assert sorted(type(one).__name__ for one in apart) == ["OrderMadeBefore", "OrderMadeBefore", "str"]
    with shell.work() as work:
        made = work.db.scalars(select(Order.identifier)).all()
        assert (len(made), {once.once, once.once[::-1]} < set(made)) == (4, True)
        assert prove_inventory(work.db) == []


def test_an_account_begins_so_many_orders_in_one_line_and_in_several(shell, buyer):
    with shell.work() as work:
        ticket = make_ticket(work, make_event(work), quantity=50).id

    def elsewhere(_):
        try:
            return Desk(shell.work).order(request(ticket), buyer)  # in a line of its own
        except TooManyUnfinished as refusal:
            return refusal

    door = Door(shell)
    here = serve(door, Desk(door.work), [(request(ticket), buyer)] * (MOST_UNFINISHED - 2))
    with ThreadPoolExecutor(4) as threads:
        apart = list(threads.map(elsewhere, range(4)))

    assert [type(one) for one in here] == [str] * (MOST_UNFINISHED - 2)
    assert sorted(type(one).__name__ for one in apart) == ["TooManyUnfinished"] * 2 + ["str"] * 2
    with shell.work() as work:
        assert len(work.db.scalars(select(Order.id)).all()) == MOST_UNFINISHED
        assert prove_inventory(work.db) == []


def test_an_order_that_the_database_refuses_harms_no_other(shell, ticket, buyer):
    door, nobody = Door(shell), Actor(id=4711, kind=USER, is_verified=True)  # an account that is gone

    found = serve(door, Desk(door.work), [(request(ticket), who) for who in (buyer, buyer, nobody, buyer)])

    assert [isinstance(one, IntegrityError) for one in found] == [False, False, True, False]
    with shell.work() as work:
        assert len(work.db.scalars(select(Order.id)).all()) == 3
        assert prove_inventory(work.db) == []


def test_a_database_in_trouble_is_asked_twice_not_for_everybody(shell, database, ticket, buyer):
    door, broken = Door(shell), []

    def fail(*_):
        if door.sizes > 1:
            broken.append(1)
            raise OperationalError("SELECT", {}, Exception("gone"))

    events.listen(database.engine, "before_cursor_execute", fail)

    found = serve(door, Desk(door.work), [(request(ticket), buyer)] * 5)
    events.remove(database.engine, "before_cursor_execute", fail)

    assert [type(one) for one in found] == [str, *[Unavailable] * 4]
    assert len(broken) == 2


def test_a_thread_that_is_stopped_leaves_nobody_waiting(shell, ticket, buyer):
    door = Door(shell)

    class Stopped(BaseException):
        pass

    @contextmanager
    def stop():
        if door.sizes == 1:
            door.sizes += 1
            raise Stopped
        with door.work() as work:
            yield work

    found = serve(door, Desk(stop), [(request(ticket), buyer)] * 4)

    assert isinstance(found[0], str)
    assert sorted(type(one) is Unavailable or type(one) is Stopped for one in found[1:]) == [True] * 3


def test_pages_and_api_stand_in_one_line(shell, application, ticket, buyer):
    line = desk_of(shell)._line  # noqa: SLF001 -- it is what this is about

    assert isinstance(line, Line)
    assert desk_of(application.shell)._line is line  # noqa: SLF001 -- same


def test_fibers_of_one_thread_are_served_together(shell, ticket, buyer):
    opened, found, may_begin, end = [], [], threading.Event(), threading.Event()

    @contextmanager
    def work():
        opened.append(1)
        with shell.work() as one:
            yield one

    def ask(number):
        try:
            found.append(Desk(work, line, pause=shell.pause).order(request(ticket, number), buyer))
        except TicketSoldOut as refusal:
            found.append(refusal)
        if len(found) == 4:
            end.set()

    line, fibers = Line(), Fibers("test")
    fibers.begin(lambda: may_begin.wait(20))
    for number in (4, 4, 4, 2):
        fibers.begin(lambda number=number: ask(number))
    may_begin.set()
    assert end.wait(20)

    assert len(opened) == 1
    assert sum(isinstance(one, TicketSoldOut) for one in found) == 1
    with shell.work() as one:
        assert prove_inventory(one.db) == []


def test_threads_and_fibers_stand_in_one_line(shell, ticket, buyer):
    door, line, found, end = Door(shell), Line(), [], threading.Event()
    asked = [(request(ticket), buyer)] * 3
    fibers = Fibers("test")

    def ask():
        found.append(Desk(door.work, line, pause=shell.pause).order(*asked[0]))
        if len(found) == 2:
            end.set()

    def begin_others():
        assert door.opened.wait(20)
        fibers.begin(ask)
        fibers.begin(ask)

    others = threading.Thread(target=begin_others)
    others.start()
    made = serve(door, Desk(door.work, line, pause=shell.pause), asked)
    others.join(20)
    assert end.wait(20)

    assert len({*made, *found}) == 5


def test_a_batch_on_sqlite_is_short_so_that_readers_are_not_kept_waiting(shell):
    assert most_at_once(shell.database.dialect) == (16 if shell.database.is_sqlite else MOST_AT_ONCE)
