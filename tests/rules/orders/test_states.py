from __future__ import annotations

from itertools import product

import pytest
from msgspec.structs import replace

from openevent.kit.errors import DomainError
from openevent.kit.money import Money
from openevent.orders.rules.states import (
    BILLING,
    CANCELLED,
    COMPLETED,
    EXPIRED,
    GONE,
    HOLDING,
    INITIALIZING,
    MOVES,
    PENDING,
    PLACED,
    SOLD,
    STATES,
    BillingIncomplete,
    IllegalMove,
    InvalidPayment,
    NotYours,
    Party,
    PaymentMissing,
    RefundNeeded,
    Standing,
    check_move,
    may_move,
    seats_of,
)

BUYER, ORGANIZER, ADMIN = {Party.BUYER}, {Party.ORGANIZER}, {Party.ADMIN}
FREE = Standing(INITIALIZING, Money(0, "EUR"))
PAID = Standing(INITIALIZING, Money(100, "EUR"), "bank", switches={"can_pay_by_bank"})


def reason(standing, to, parties):
    with pytest.raises(DomainError) as error:
        check_move(standing, to, parties)
    return type(error.value)


def test_every_state_is_counted_in_exactly_one_way():
    assert set(STATES) == HOLDING | SOLD | GONE
    assert [seats_of(state) for state in (INITIALIZING, PENDING, PLACED, COMPLETED, CANCELLED, EXPIRED)] == [
        *["held"] * 2,
        *["sold"] * 2,
        *[None] * 2,
    ]


def test_what_is_not_in_the_table_is_not_possible_for_anybody():
    for move in product(STATES, STATES):
        if move not in MOVES:
            assert reason(replace(PAID, status=move[0]), move[1], BUYER | ORGANIZER | ADMIN) is IllegalMove


def test_nothing_leads_out_of_a_cancellation():
    assert not [move for move in MOVES if move[0] == CANCELLED]


def test_a_move_is_for_those_the_table_names():
    assert reason(replace(PAID, status=PLACED), COMPLETED, BUYER) is NotYours
    assert reason(PAID, PENDING, ORGANIZER) is NotYours
    assert reason(FREE, COMPLETED, set()) is NotYours


def test_a_free_order_is_completed_by_its_buyer():
    assert may_move(FREE, COMPLETED, BUYER)
    assert reason(FREE, PLACED, BUYER) is InvalidPayment
    assert reason(FREE, PENDING, BUYER) is InvalidPayment


def test_a_buyer_never_completes_an_unpaid_order():
    for status, mode in product((INITIALIZING, PENDING, EXPIRED), (None, "free", "bank", "stripe")):
        assert reason(replace(PAID, status=status, payment_mode=mode), COMPLETED, BUYER) is PaymentMissing


def test_organizers_complete_what_was_paid_to_them():
    assert may_move(PAID, COMPLETED, ORGANIZER)
    assert may_move(replace(PAID, status=PLACED), COMPLETED, ORGANIZER)
    assert reason(replace(PAID, payment_mode="free"), COMPLETED, ADMIN) is InvalidPayment


def test_an_order_is_placed_in_a_way_that_the_event_accepts():
    assert may_move(PAID, PLACED, BUYER)
    for mode in (None, "free", "stripe", "cheque"):
        assert reason(replace(PAID, payment_mode=mode), PLACED, BUYER) is InvalidPayment


def test_pending_waits_for_money():
    assert may_move(PAID, PENDING, BUYER)
    assert may_move(replace(PAID, payment_mode=None), PENDING, BUYER)
    for mode in ("free", "cheque", "paypal"):
        assert reason(replace(PAID, payment_mode=mode), PENDING, BUYER) is InvalidPayment


def test_what_is_paid_is_cancelled_by_those_who_can_give_the_money_back():
    paid = replace(PAID, status=COMPLETED)

    assert reason(paid, CANCELLED, BUYER) is RefundNeeded
    assert may_move(paid, CANCELLED, ORGANIZER)
    assert may_move(paid, CANCELLED, BUYER | ADMIN)
    assert may_move(replace(FREE, status=COMPLETED), CANCELLED, BUYER)
    assert may_move(replace(PAID, status=PLACED), CANCELLED, BUYER)


def test_a_bill_needs_an_address():
    whole = dict.fromkeys(BILLING, "x")
    wants = replace(PAID, needs_billing=True)

    assert may_move(replace(wants, billing=whole), PLACED, BUYER)
    assert may_move(replace(FREE, needs_billing=True), COMPLETED, BUYER)
    for name in BILLING:
        for empty in (None, " "):
            assert reason(replace(wants, billing={**whole, name: empty}), PLACED, BUYER) is BillingIncomplete


def test_a_buyer_may_give_up():
    assert may_move(PAID, EXPIRED, BUYER)
    assert reason(PAID, EXPIRED, ORGANIZER) is NotYours
