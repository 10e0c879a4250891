"""However people join, buy, give back, answer and let time pass: seats are conserved, and the line is kept."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from msgspec import structs
from sqlalchemy import select

from cast import actor
from factories import make_event, make_ticket, make_user
from openevent.kit.clock import FixedClock
from openevent.kit.errors import DomainError
from openevent.kit.work import Shell
from openevent.orders.actions import (
    accept_offer,
    cancel,
    cancel_attendees,
    change_wish,
    create_order,
    decline_offer,
    expire_due,
    join_waiting_list,
    leave_waiting_list,
    prove_inventory,
    serve_due,
    update_order,
)
from openevent.orders.models import Attendee, Order, OrderLine, WaitingListEntry, WaitingListWish
from openevent.orders.queries.waiting import line, on_sale
from openevent.orders.rules.amounts import OrderRequest, Wanted
from openevent.orders.rules.waiting import ACTIVE, OFFERED, TAKEN, WAITING, share_out
from openevent.tickets.actions import update_ticket
from openevent.tickets.models import Ticket, TicketStock

QUANTITY = 3
WISHES = st.tuples(st.sets(st.integers(0, 1), min_size=1), st.integers(1, 4), st.booleans())


class WaitingList(RuleBasedStateMachine):
    """Two ticket types of few seats, one of them sold in pairs or more; each deed is a transaction of its own."""

    shell: Shell  # put in place by the test
    clock: FixedClock

    def __init__(self) -> None:
        super().__init__()
        self.orders: list[int] = []
        self.entries: list[int] = []
        self.served: dict[int, int] = {}  # what each entry has got in orders of its own
        with self.shell.work() as work:
            event = make_event(work, is_ticket_form_enabled=False)
            tickets = [make_ticket(work, event, quantity=QUANTITY, max_order=4, min_order=least) for least in (1, 2)]
            self.event, self.tickets = event.id, [ticket.id for ticket in tickets]
            self.people = [actor(make_user(work)) for _ in range(4)]
        for ticket in self.tickets:
            self.buy(self.tickets.index(ticket), QUANTITY, 0)

    def attempt(self, deed):
        with suppress(DomainError), self.shell.work() as work:
            return deed(work)

    @rule(which=st.integers(0, 1), number=st.integers(1, 3), who=st.integers(0, 3))
    def buy(self, which, number, who):
        request = OrderRequest((Wanted(self.tickets[which], number),))
        made = self.attempt(lambda work: create_order(work, request, by=self.people[who]).id)
        self.orders += [made] if made else []

    @rule(wish=WISHES, who=st.integers(0, 3))
    def join_later(self, wish, who):
        self.join(*wish, who)

    def join(self, types, wanted, fewer, who):
        def deed(work):
            ids = [self.tickets[which] for which in types]
            by = self.people[who]
            return join_waiting_list(work, self.event, ids, wanted, accepts_fewer=fewer, by=by).id

        made = self.attempt(deed)
        self.entries += [made] if made else []

    def with_order(self, which, deed):
        if self.orders:
            key = self.orders[which % len(self.orders)]
            self.attempt(lambda work: deed(work, work.db.get_one(Order, key)))

    @rule(which=st.integers(0, 50))
    def give_back(self, which):
        self.with_order(which, lambda work, order: cancel(work, order, by=self.owner(order)))

    @rule(which=st.integers(0, 50))
    def complete(self, which):
        self.with_order(
            which, lambda work, order: update_order(work, order, {"status": "completed"}, by=self.owner(order))
        )

    @rule(which=st.integers(0, 50))
    def give_one_back(self, which):
        def deed(work, order):
            someone = select(Attendee.id).where(Attendee.order_id == order.id, Attendee.deleted_at.is_(None)).limit(1)
            cancel_attendees(work, order.id, list(work.db.scalars(someone)), by=self.owner(order))

        self.with_order(which, deed)

    def owner(self, order):
        return next(one for one in self.people if one.id == order.user_id)

    def with_entry(self, which, deed):
        if not self.entries:
            return None
        key = self.entries[which % len(self.entries)]

        def done(work):
            entry = work.db.get_one(WaitingListEntry, key)
            return deed(work, entry, next(one for one in self.people if one.id == entry.user_id))

        return self.attempt(done)

    @rule(which=st.integers(0, 50), goes_on=st.booleans())
    def accept(self, which, goes_on):
        def deed(work, entry, by):
            order = accept_offer(work, entry.id, goes_on=goes_on, by=by)
            return (
                entry.id,
                order.id,
                sum(work.db.scalars(select(OrderLine.quantity).where(OrderLine.order_id == order.id))),
            )

        made = self.with_entry(which, deed)
        if made and made[1] not in self.orders:
            entry_id, order_id, number = made
            self.orders.append(order_id)
            self.served[entry_id] = self.served.get(entry_id, 0) + number

    @rule(which=st.integers(0, 50))
    def decline(self, which):
        self.with_entry(which, lambda work, entry, by: decline_offer(work, entry.id, by=by))

    @rule(which=st.integers(0, 50))
    def leave(self, which):
        self.with_entry(which, lambda work, entry, by: leave_waiting_list(work, entry, by=by))

    @rule(which=st.integers(0, 50), wanted=st.integers(1, 4), fewer=st.booleans())
    def ask_for_less(self, which, wanted, fewer):
        values = {"wanted": wanted, "accepts_fewer": fewer}
        self.with_entry(which, lambda work, entry, by: change_wish(work, entry, values, by=by))

    @rule(hours=st.sampled_from([0.1, 1, 13, 25]))
    def let_time_pass(self, hours):
        self.clock.advance(hours=hours)

    @rule()
    def run_the_jobs(self):
        self.attempt(expire_due)
        self.attempt(serve_due)

    @rule(which=st.integers(0, 1), quantity=st.integers(4, 8))
    def change_the_quantity(self, which, quantity):
        ticket = self.tickets[which]
        self.attempt(
            lambda work: update_ticket(work, work.db.get_one(Ticket, ticket), {"quantity": quantity}, by=self.people[0])
        )

    @rule(which=st.integers(0, 1), hidden=st.booleans())
    def hide(self, which, hidden):
        ticket = self.tickets[which]
        self.attempt(
            lambda work: update_ticket(work, work.db.get_one(Ticket, ticket), {"is_hidden": hidden}, by=self.people[0])
        )

    @invariant()
    def all_is_well(self):
        with self.shell.database.reading() as db:
            self.seats_are_conserved(db)
            self.nobody_is_served_twice(db)
            self.what_is_free_is_of_no_use_to_those_who_wait(db)
            self.of_two_who_want_the_same_the_first_is_served_first(db)

    def seats_are_conserved(self, db):
        for stock in db.scalars(select(TicketStock).where(TicketStock.ticket_id.in_(self.tickets))):
            assert stock.held >= 0
            assert stock.sold + stock.held <= stock.quantity
        assert prove_inventory(db) == []

    def in_order(self, db):
        rows = select(WaitingListEntry).where(WaitingListEntry.event_id == self.event)
        return db.scalars(rows.order_by(WaitingListEntry.joined_at, WaitingListEntry.id)).all()

    def nobody_is_served_twice(self, db):
        for entry in self.in_order(db):
            wishes = select(WaitingListWish.held).where(WaitingListWish.entry_id == entry.id)
            held, left = sum(db.scalars(wishes)), entry.wanted - entry.taken
            assert entry.taken == self.served.get(entry.id, 0) <= entry.wanted
            assert held <= left
            assert (held > 0) == (entry.state == OFFERED) or entry.state == WAITING
            assert entry.state != OFFERED or entry.accepts_fewer or held == left

    def what_is_free_is_of_no_use_to_those_who_wait(self, db):
        now = self.clock.now()
        sold = on_sale(db, self.event, now)
        waiting = list(line(db, self.event, list(sold), now))
        free = {id_: one.free for id_, one in sold.items()}
        shares = share_out(free, waiting, {id_: one.bounds for id_, one in sold.items()})
        assert [one for one in shares if one.is_offer] == []

    def of_two_who_want_the_same_the_first_is_served_first(self, db):
        first: dict[object, str] = {}
        for entry in self.in_order(db):
            wishes = select(WaitingListWish.ticket_id).where(WaitingListWish.entry_id == entry.id)
            same = (frozenset(db.scalars(wishes)), entry.wanted, entry.accepts_fewer)
            if entry.taken == 0 and entry.state in {*ACTIVE, TAKEN}:
                assert not (entry.state == OFFERED and first.get(same) == WAITING)
                first.setdefault(same, entry.state)


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_the_line_is_kept_under_any_interleaving(shell, clock):
    free = structs.replace(shell.services, limiter=Free())
    machine = type("ThisList", (WaitingList,), {"shell": replace(shell, services=free), "clock": clock})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=7,
            stateful_step_count=25,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


class Free:
    """Counts nothing: the machine's people do more in a minute than anybody may."""

    def hit(self, key, *, times, seconds):
        pass
