"""In which order a code is looked at, and what each check says: the seed's order, for both kinds of code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from openevent.tickets.rules.codes import (
    Code,
    CodeInactive,
    CodeNotValidNow,
    CodeOfOtherEvent,
    CodeQuantity,
    CodeUsedUp,
    CodeWithoutTickets,
    Discount,
    code_refusal,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVENT, TICKET, OTHER = 1, 7, 8
WANTED = {TICKET: 2}

# What is wrong with the code below, in the order in which it is told, and how each of it is mended.
CHECKS = (
    (CodeInactive, "Inactive {Kind}", {"is_active": True}),
    (CodeNotValidNow, "The {kind} is not valid at this moment.", {"valid_till": NOW}),
    (CodeUsedUp, "{Use} Usage Exceeded", {"tickets_number": 9}),
    (CodeOfOtherEvent, "Invalid {Kind}", {"event_id": EVENT}),
    (CodeWithoutTickets, "The {kind} is for none of these tickets.", {"ticket_ids": frozenset({TICKET})}),
    (CodeQuantity, "The {kind} is for 2 tickets at most.", {"max_quantity": 3}),
)


@pytest.mark.parametrize(("type_", "kind"), [(Discount, "Discount Code"), (Code, "Access Code")])
def test_of_all_that_is_wrong_the_first_is_told(type_, kind):
    earlier = NOW - timedelta(days=1)
    code = type_(1, 2, "X", False, None, earlier, 0, 0, 1, 2, frozenset({OTHER}))
    wanted = {TICKET: 3}

    for refusal, told, mended in CHECKS:
        found = code_refusal(code, EVENT, wanted, NOW, pointer="/code")
        words = told.format(Kind=kind, kind=kind.lower(), Use=kind.removesuffix(" Code"))
        assert (type(found), found.detail, found.pointer) == (refusal, words, "/code")
        code = replace(code, **mended)

    assert code_refusal(code, EVENT, wanted, NOW, pointer="/code") is None


def test_a_code_is_left_for_all_of_an_order_or_for_none():
    code = Discount(1, EVENT, "X", True, None, None, 5, 3, None, None, frozenset({TICKET}))

    assert code_refusal(code, EVENT, {TICKET: 2, OTHER: 5}, NOW, pointer="/code") is None
    assert isinstance(code_refusal(code, EVENT, {TICKET: 3}, NOW, pointer="/code"), CodeUsedUp)
    assert isinstance(code_refusal(replace(code, event_id=2), EVENT, {TICKET: 3}, NOW, pointer="/code"), CodeUsedUp)
    assert code_refusal(replace(code, tickets_number=None), EVENT, {TICKET: 99}, NOW, pointer="/code") is None


def test_a_code_begins_and_has_a_least_number():
    code = Discount(1, EVENT, "X", True, NOW + timedelta(1), None, None, 0, 3, -1, frozenset({TICKET}))

    assert isinstance(code_refusal(code, EVENT, WANTED, NOW, pointer="/code"), CodeNotValidNow)
    told = code_refusal(replace(code, valid_from=NOW), EVENT, WANTED, NOW, pointer="/code")
    assert (type(told), told.detail) == (CodeQuantity, "The discount code is for 3 tickets or more.")
