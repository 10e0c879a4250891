"""However deeds on an event's stock interleave, it is never oversold and always agrees with orders and attendees."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from cast import actor, adm, ana, bo, eve
from factories import make_event, make_ticket
from openevent.kit.clock import FixedClock
from openevent.kit.errors import DomainError
from openevent.kit.work import Shell
from openevent.orders.actions import Reserved, cancel, delete_order, expire_due, prove_inventory, reserve, update_order
from openevent.orders.models import Order
from openevent.orders.rules.amounts import OrderRequest, Wanted
from openevent.orders.rules.states import STATES
from openevent.tickets.actions import delete_ticket, update_ticket
from openevent.tickets.models import Ticket, TicketStock

QUANTITY = 4


class Stock(RuleBasedStateMachine):
    """Two ticket types of few seats, and everybody at once; each deed is a transaction of its own."""

    shell: Shell  # put in place by the test
    clock: FixedClock

    def __init__(self) -> None:
        super().__init__()
        self.made: list[int] = []
        with self.shell.work() as work:
            event = make_event(work, owner=ana(work), is_ticket_form_enabled=False, can_pay_by_bank=True)
            tickets = [make_ticket(work, event, quantity=QUANTITY, max_order=3, price=price) for price in (0, 1000)]
            self.tickets = [ticket.id for ticket in tickets]
            self.people = {"buyer": actor(bo(work)), "other": actor(eve(work)), "organizer": actor(ana(work))}
            self.people["admin"] = actor(adm(work))

    def attempt(self, deed) -> None:
        with suppress(DomainError), self.shell.work() as work:
            deed(work)

    @rule(wanted=st.lists(st.tuples(st.sampled_from([0, 1]), st.integers(1, 3)), min_size=1, max_size=4))
    def order_in_one_batch(self, wanted):
        asked = [
            (OrderRequest((Wanted(self.tickets[which], number),)), self.people["buyer"]) for which, number in wanted
        ]
        with self.shell.work() as work:
            self.made += [one.id for one in reserve(work, asked) if isinstance(one, Reserved)]

    @rule(first=st.integers(1, 3), second=st.integers(1, 3), who=st.sampled_from(["buyer", "other"]))
    def order_both_types(self, first, second, who):
        request = OrderRequest((Wanted(self.tickets[1], first), Wanted(self.tickets[0], second)))
        with self.shell.work() as work:
            self.made += [one.id for one in reserve(work, [(request, self.people[who])]) if isinstance(one, Reserved)]

    @rule(
        which=st.integers(0, 100),
        to=st.sampled_from(STATES),
        who=st.sampled_from(["buyer", "other", "organizer", "admin"]),
        mode=st.sampled_from([None, "bank", "free"]),
    )
    def move(self, which, to, who, mode):
        def deed(work):
            order = work.db.get(Order, self.made[which % len(self.made)])
            if order is not None:
                update_order(work, order, {"payment_mode": mode, "status": to}, by=self.people[who])

        if self.made:
            self.attempt(deed)

    @rule(which=st.integers(0, 100), gone=st.booleans())
    def give_back(self, which, gone):
        def deed(work):
            order = work.db.get(Order, self.made[which % len(self.made)])
            if order is not None:
                (delete_order if gone else cancel)(work, order, by=self.people["admin"])

        if self.made:
            self.attempt(deed)

    @rule(minutes=st.integers(1, 20))
    def let_time_pass(self, minutes):
        self.clock.advance(minutes=minutes)

    @rule()
    def expire(self):
        self.attempt(expire_due)

    @rule(which=st.sampled_from([0, 1]), quantity=st.integers(3, 6))
    def change_the_quantity(self, which, quantity):
        def deed(work):
            ticket = work.db.get_one(Ticket, self.tickets[which])
            update_ticket(work, ticket, {"quantity": quantity}, by=self.people["organizer"])

        self.attempt(deed)

    @rule(which=st.sampled_from([0, 1]))
    def try_to_delete_the_type(self, which):
        def deed(work):
            delete_ticket(work, work.db.get_one(Ticket, self.tickets[which]), by=self.people["organizer"])
            raise DomainError  # only whether it goes through is asked here: the types stay

        self.attempt(deed)

    @invariant()
    def nothing_is_oversold_and_all_counters_agree(self):
        with self.shell.work() as work:
            for stock in work.db.scalars(select(TicketStock).where(TicketStock.ticket_id.in_(self.tickets))):
                assert stock.held >= 0
                assert stock.sold >= 0
                assert stock.held + stock.sold <= stock.quantity
            assert prove_inventory(work.db) == []


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_stock_holds_under_any_interleaving(shell, clock):
    machine = type("ThisStock", (Stock,), {"shell": replace(shell, reactions=()), "clock": clock})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
