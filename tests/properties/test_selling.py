"""However orders, money, codes, refunds, jobs, lost answers and power cuts interleave: nothing is lost or doubled.

More and longer runs: OPENEVENT_TEST_EFFORT=20 (times as many; docs/explanation/selling-proved.md).
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from gateways.server import BROKEN, DROPPED, LOST, OK
from openevent.orders import actions
from openevent.orders.actions import Asked, Reserved
from openevent.orders.models import Attendee, Order, WaitingListEntry
from openevent.orders.rules.amounts import OrderRequest, Wanted
from openevent.orders.rules.states import STATES
from openevent.payments import actions as payments
from openevent.payments.providers.play import CHOICES
from openevent.tickets.actions import update_ticket
from openevent.tickets.models import Ticket
from selling.books import Books
from selling.market import CHEAP, DEAR, FREE, HIDDEN, Market, Trouble
from servers import sqlite_copy

BACK = "http://127.0.0.1:8000/"
EFFORT = int(os.environ.get("OPENEVENT_TEST_EFFORT", "1"))  # noqa: TID251 -- the tests' own setting

faults = st.sampled_from((OK, OK, OK, LOST, DROPPED, BROKEN))
cuts = st.sampled_from((0, 0, 0, 0)) | st.integers(1, 40)
troubles = st.builds(Trouble, faults, cuts)
buyers = st.sampled_from(("buyer", "buyer", "other"))
people = st.sampled_from(("own", "own", "organizer", "organizer", "admin", "other"))  # own: whose order it is
numbers = st.sampled_from((1, 1, 2, 3))
carts = st.dictionaries(st.sampled_from((FREE, CHEAP, DEAR, HIDDEN)), numbers, min_size=1, max_size=2)
which = st.sampled_from((0, 0, 0, 1, 1, 2, 3, 5))  # 0 is the newest
at_banks = st.sampled_from(("stripe", "stripe page", "paypal"))
ways = st.sampled_from(("stripe", "stripe page", "paypal", "play"))


class Selling(RuleBasedStateMachine):
    """Few seats, few uses of codes, and everybody at once."""

    open_market = staticmethod(Market)  # put in place by the test

    def __init__(self) -> None:
        super().__init__()
        self.market = self.open_market()
        self.books = Books(self.market)

    def teardown(self) -> None:
        try:
            self.market.let_days_pass()
            self.books.close()
        finally:
            self.market.close()

    def order_id(self, which: int) -> int | None:
        """Return the key of an order; 0 is the newest one."""
        ids = self.market.order_ids()
        return ids[which % len(ids)] if ids else None

    def with_order(self, which: int, deed, trouble: Trouble) -> None:
        key = self.order_id(which)

        def done(work):
            order = work.db.get(Order, key)
            if order is not None:
                deed(work, order)

        if key is not None:
            self.market.change(done, trouble)

    def actor(self, who: str, row: Order | WaitingListEntry):
        """Return who acts; "own" is whose order or entry it is."""
        mine = (one for one in self.market.people.values() if one.id == row.user_id)
        return next(mine) if who == "own" else self.market.people[who]

    # Orders come and go

    @rule(wishes=st.lists(st.tuples(carts, buyers, st.booleans()), min_size=1, max_size=3), cut=cuts)
    def order_in_one_batch(self, wishes, cut):
        asked = [(self._request(cart, with_code=code), self.market.people[who]) for cart, who, code in wishes]
        expected, made = self.books.verdicts([request for request, _ in asked]), []

        if self.market.change(lambda work: made.extend(actions.reserve(work, asked)), Trouble(cut=cut)):
            assert [isinstance(one, Reserved) for one in made] == expected

    def _request(self, cart, *, with_code):
        wanted = tuple(Wanted(self.market.tickets[kind], number) for kind, number in cart.items())
        discount = self.market.discount if with_code and set(cart) & {CHEAP, DEAR} else None
        access = self.market.access if HIDDEN in cart else None
        return OrderRequest(wanted, discount_code=discount, access_code=access)

    @rule(
        kinds=st.lists(st.sampled_from((FREE, CHEAP, DEAR)), min_size=1, max_size=3),
        who=st.sampled_from(("buyer", "other", "organizer")),
        cut=cuts,
    )
    def enter_people_and_order_for_them(self, kinds, who, cut):
        by, event_id = self.market.people[who], self.market.event_id

        def deed(work):
            named = {"firstname": "Guest", "email": "guest@example.org"}
            ids = [
                actions.enter_attendee(work, named, event_id=event_id, ticket_id=self.market.tickets[kind], by=by).id
                for kind in kinds
            ]
            discount = self.market.discount if set(kinds) & {CHEAP, DEAR} else None
            asked = Asked(event_id, ids, discount_code=discount, values={"payment_mode": "bank"})
            actions.order_for(work, asked, by=by)

        self.market.change(deed, Trouble(cut=cut))

    @rule(which=which, to=st.sampled_from(STATES), who=people, mode=st.sampled_from((None, "bank", "free")), cut=cuts)
    def move(self, which, to, who, mode, cut):
        def deed(work, order):
            values = {"status": to} | ({"payment_mode": mode} if mode else {})
            actions.update_order(work, order, values, by=self.actor(who, order))

        self.with_order(which, deed, Trouble(cut=cut))

    @rule(which=which, who=people, gone=st.sampled_from((False, False, True)), cut=cuts)
    def give_back(self, which, who, gone, cut):
        def deed(work, order):
            if gone:
                actions.delete_order(work, order, by=self.market.people["admin"])
            else:
                actions.cancel(work, order, by=self.actor(who, order))

        self.with_order(which, deed, Trouble(cut=cut))

    @rule(which=which, people_=st.sets(st.integers(0, 3), min_size=1, max_size=2), who=people, cut=cuts)
    def take_people_out(self, which, people_, who, cut):
        def deed(work, order):
            alive = select(Attendee.id).where(Attendee.order_id == order.id, Attendee.deleted_at.is_(None))
            there = work.db.scalars(alive.order_by(Attendee.id)).all()
            some = [there[one % len(there)] for one in people_] if there else []
            actions.cancel_attendees(work, order.id, some, by=self.actor(who, order))

        self.with_order(which, deed, Trouble(cut=cut))

    # The waiting list

    @rule(
        kinds=st.sets(st.sampled_from((FREE, CHEAP, DEAR)), min_size=1, max_size=2),
        wanted=st.integers(1, 3),
        fewer=st.booleans(),
        who=st.sampled_from(("buyer", "other", "organizer")),
        cut=cuts,
    )
    def join_the_waiting_list(self, kinds, wanted, fewer, who, cut):
        def deed(work):
            tickets, by = [self.market.tickets[kind] for kind in kinds], self.market.people[who]
            actions.join_waiting_list(work, self.market.event_id, tickets, wanted, accepts_fewer=fewer, by=by)

        self.market.change(deed, Trouble(cut=cut))

    @rule(which=which, answer=st.sampled_from(("accept", "accept", "go on", "decline", "leave", "fewer")), cut=cuts)
    def answer_an_offer(self, which, answer, cut):
        def deed(work):
            found = work.db.scalars(select(WaitingListEntry).order_by(WaitingListEntry.id)).all()
            entry = found[which % len(found)]
            by = self.actor("own", entry)
            if answer in ("accept", "go on"):
                actions.accept_offer(work, entry.id, goes_on=answer == "go on", by=by)
            elif answer == "decline":
                actions.decline_offer(work, entry.id, by=by)
            elif answer == "leave":
                actions.leave_waiting_list(work, entry, by=by)
            else:
                actions.change_wish(work, entry, {"accepts_fewer": True}, by=by)

        if self.books.line:
            self.market.change(deed, Trouble(cut=cut))

    # Money

    @rule(cart=carts, who=buyers, with_code=st.booleans(), way=ways, trouble=troubles, paid=troubles)
    def buy(self, cart, who, with_code, way, trouble, paid):
        self.order_in_one_batch([(cart, who, with_code)], 0)
        self.go_to_pay(0, way, trouble)
        self.pay_at_the_provider(0, "pay", 0)
        self.pay_with_a_token(0, "tok_visa", paid)

    @rule(which=which, way=ways, trouble=troubles)
    def go_to_pay(self, which, way, trouble):
        def deed():
            with self.market.shell.work() as work:
                order = work.db.get_one(Order, self.order_id(which))
                by = self.actor("own", order)
                order = actions.update_order(work, order, {"payment_mode": way.split()[0]}, by=by)
                if order.amount == 0:
                    actions.complete_free(work, order, by=by)
                    return
                payment = actions.start_payment(work, order, is_hosted=way != "stripe", by=by)
            payments.checkout(self.market.shell, payment.id, back=BACK)

        if self.order_id(which) is not None:
            self.market.attempt(deed, trouble)

    @rule(which=which, token=st.sampled_from(("tok_visa", "tok_visa", "tok_chargeDeclined")), trouble=troubles)
    def pay_with_a_token(self, which, token, trouble):
        payment = self.market.payment_of(self.order_id(which))
        if payment is not None:
            said = {"token": token if payment.provider == "stripe" else "pay"}
            said |= {"payment_id": payment.provider_reference or "", "payer_id": "PAYER"}
            self.market.attempt(
                lambda: payments.confirm_with_token(self.market.shell, payment.id, said, back=BACK), trouble
            )

    @rule(which=which, choice=st.sampled_from(CHOICES), cut=cuts)
    def pay_at_the_provider(self, which, choice, cut):
        found = self.market.payments()
        if found:
            payment = found[which % len(found)]
            self.market.attempt(lambda: self.market.pay_there(payment, choice), Trouble(cut=cut))

    @rule(which=which, trouble=troubles)
    def look_whether_it_is_paid(self, which, trouble):
        found = self.market.payments()
        if found:
            payment = found[which % len(found)]
            self.market.attempt(lambda: payments.look_again(self.market.shell, payment.id), trouble)

    @rule(which=st.integers(0, 20), trouble=troubles)
    def hear_from_a_provider(self, which, trouble):
        self.market.attempt(lambda: self.market.notify(which), trouble)

    @rule(which=which, who=st.sampled_from(("organizer", "admin")), cut=cuts)
    def refund(self, which, who, cut):
        def deed(work, order):
            actions.refund_order(work, order, note="sorry", by=self.actor(who, order))

        self.with_order(which, deed, Trouble(cut=cut))

    # What banks do

    def paid(self, which, way):
        """Return a payment that has come in; one is made where there is none."""
        if not self.market.paid():
            self.buy({CHEAP: 1}, "buyer", False, way, Trouble(), Trouble())
        found = self.market.paid()
        return found[which % len(found)] if found else None

    @rule(which=which, way=at_banks, part=st.sampled_from((1, 1, 2)), trouble=troubles)
    def dispute(self, which, way, part, trouble):
        payment = self.paid(which, way)
        if payment is not None:
            self.market.dispute_there(payment, part)
            self.market.attempt(lambda: self.market.notify(-1), trouble)

    @rule(which=which, won=st.booleans())
    def decide_a_dispute(self, which, won):
        self.market.decide(which, won=won)

    @rule(which=which, way=at_banks, trouble=troubles)
    def refund_while_banks_are_slow(self, which, way, trouble):
        payment = self.paid(which, way)
        if payment is not None:
            self.market.let_banks_be(slow=True)
            self.market.work_off(5)  # so that the order knows of its money
            key = int(payment.subject.removeprefix("order:"))

            def deed(work):
                order = work.db.get(Order, key)  # somebody may have deleted it: then its money went back
                if order is not None:
                    actions.refund_order(work, order, note="sorry", by=self.market.people["admin"])

            self.market.change(deed, Trouble(cut=trouble.cut))
            self.market.work_off(5, Trouble(trouble.fault))
            self.market.let_banks_be(slow=False)

    @rule(which=which, done=st.booleans(), told=st.booleans())
    def end_a_refund_that_pends(self, which, done, told):
        self.market.end_refund(which, done=done)
        if told:
            self.market.attempt(lambda: self.market.notify(-1))

    # Time, jobs, and organizers who change their mind

    @rule(minutes=st.sampled_from((1, 1, 5, 16, 31)))
    def let_time_pass(self, minutes):
        self.market.clock.advance(minutes=minutes)

    @rule(most=st.integers(0, 12), trouble=troubles)
    def work_off(self, most, trouble):
        self.market.work_off(most, trouble)

    @rule(kind=st.sampled_from((FREE, CHEAP, DEAR)), quantity=st.integers(2, 5), cut=cuts)
    def change_the_quantity(self, kind, quantity, cut):
        def deed(work):
            ticket = work.db.get_one(Ticket, self.market.tickets[kind])
            update_ticket(work, ticket, {"quantity": quantity}, by=self.market.people["organizer"])

        self.market.change(deed, Trouble(cut=cut))

    @invariant()
    def rows_say_what_the_books_say(self):
        self.books.follow()


@pytest.fixture
def open_market(database, services, request):
    """A function that opens a market in an empty database."""

    def opened():
        database.close()
        if database.is_sqlite:
            template = request.getfixturevalue("_template")
            sqlite_copy(template, template.parent)
        else:
            request.getfixturevalue("_postgres").empty()
        return Market(database, services)

    return opened


def test_seats_codes_and_money_are_conserved_under_any_interleaving(open_market):
    machine = type("ThisSelling", (Selling,), {"open_market": staticmethod(open_market)})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=6 * EFFORT,
            stateful_step_count=30,
            suppress_health_check=list(HealthCheck),
            database=None,
            report_multiple_bugs=False,
            phases=(Phase.generate,)
            if EFFORT > 1
            else (Phase.generate, Phase.shrink),  # long runs are to find, not to shrink
        ),
    )
