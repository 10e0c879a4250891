from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from openevent.kit.money import Money
from openevent.orders.rules.amounts import OrderRequest, Wanted
from openevent.orders.rules.typed_codes import NOTHING_TYPED, TypedCode, check_choice, usable
from openevent.tickets.rules import Offer
from openevent.tickets.rules.codes import (
    Code,
    CodeInactive,
    CodeNotFound,
    CodeNotValidNow,
    CodeUsedUp,
    CodeWithoutTickets,
    Discount,
)

NOW = datetime(2026, 5, 1, tzinfo=UTC)
NOTHING = Money(0, "EUR")
PAID = Offer(7, 1, "Paid", "paid", Money(2500, "EUR"), NOTHING, None, 9, 9, 1, 9, NOW, NOW)
FREE = replace(PAID, id=8, type="free", price=NOTHING)
SAVE = Discount(1, 1, "A", True, None, None, None, 0, None, None, frozenset({7, 8}), type="percent", value=20.0)
OPEN = Code(2, 1, "A", True, None, None, None, 0, None, None, frozenset({9}))


def wanted(*ids):
    return OrderRequest(tuple(Wanted(id_, 1) for id_ in ids))


def test_a_discount_lowers_what_costs_something_of_its_tickets():
    found = TypedCode(SAVE)

    assert [found.price(one).minor for one in (PAID, FREE, replace(PAID, id=5))] == [2000, 0, 2500]
    assert found.lowered([PAID, FREE]) == [PAID]
    assert (found.opened, TypedCode(access=OPEN).opened) == (frozenset(), frozenset({9}))


@pytest.mark.parametrize(
    ("found", "ids", "named"),
    [
        (NOTHING_TYPED, [7], (None, None)),
        (TypedCode(SAVE), [7], (1, None)),
        (TypedCode(SAVE), [5], (1, None)),
        (TypedCode(access=OPEN), [9], (None, 2)),
        (TypedCode(access=OPEN), [7], (None, None)),
        (TypedCode(SAVE, OPEN), [7, 9], (1, 2)),
        (TypedCode(SAVE, OPEN), [9], (None, 2)),
        (TypedCode(SAVE, OPEN), [5], (None, None)),
    ],
)
def test_a_request_names_what_it_needs_of_a_code(found, ids, named):
    request = found.named_in(wanted(*ids))

    assert (request.discount_code, request.access_code) == named


def test_what_of_a_code_holds_is_used():
    off, closed = replace(SAVE, is_active=False), replace(OPEN, is_active=False)

    assert usable(TypedCode(SAVE, OPEN), NOW) == TypedCode(SAVE, OPEN)
    assert usable(TypedCode(off, OPEN), NOW) == TypedCode(access=OPEN)
    assert usable(TypedCode(SAVE, closed), NOW) == TypedCode(SAVE)


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (NOTHING_TYPED, CodeNotFound),
        (TypedCode(access=replace(OPEN, is_active=False)), CodeInactive),
        (TypedCode(replace(SAVE, valid_till=NOW - timedelta(1)), replace(OPEN, is_active=False)), CodeNotValidNow),
        (TypedCode(replace(SAVE, tickets_number=3, used=3)), CodeUsedUp),
    ],
)
def test_a_code_of_which_nothing_holds_is_refused(found, reason):
    with pytest.raises(reason) as caught:
        usable(found, NOW)

    assert caught.value.pointer == "/code"


def test_a_discount_on_none_of_what_is_chosen_is_refused_but_not_before_anything_is():
    check_choice(TypedCode(SAVE), 1, {}, NOW)
    check_choice(TypedCode(SAVE), 1, {5: 0}, NOW)
    check_choice(TypedCode(SAVE), 1, {7: 1}, NOW)
    check_choice(TypedCode(SAVE, OPEN), 1, {5: 1}, NOW)
    check_choice(TypedCode(access=OPEN), 1, {5: 1}, NOW)
    with pytest.raises(CodeWithoutTickets):
        check_choice(TypedCode(SAVE), 1, {5: 1}, NOW)
