from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from openevent.kit.money import Money
from openevent.tickets.rules import (
    InvalidTicket,
    Offer,
    SalesNotStarted,
    SalesOver,
    Terms,
    TicketSoldOut,
    TooFewTickets,
    TooManyTickets,
    check_terms,
    may_order,
    note,
    sold_out,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def euro(minor):
    return Money(minor, "EUR")


TERMS = Terms("paid", euro(100), euro(0), None, 100, 1, 10, NOW, NOW + DAY, NOW + 2 * DAY, event_takes_payment=True)
OFFER = Offer(7, 1, "Talk", "paid", euro(100), euro(0), None, 10, 5, 2, 4, NOW - DAY, NOW + DAY)


def wrong(**values):
    with pytest.raises(InvalidTicket) as error:
        check_terms(replace(TERMS, **values))
    return error.value.pointer.removeprefix("/data/attributes/")


def test_terms_that_agree_are_fine():
    check_terms(TERMS)
    check_terms(replace(TERMS, type="donation", price=None, max_price=euro(0)))
    check_terms(replace(TERMS, type="donation", price=None, min_price=euro(5), max_price=euro(5)))
    check_terms(replace(TERMS, type="freeRegistration", price=None, event_takes_payment=False))
    check_terms(replace(TERMS, sales_ends_at=TERMS.event_ends_at))


def test_each_contradiction_points_at_a_member():
    assert wrong(type="golden") == "type"
    assert wrong(quantity=0) == "quantity"
    assert wrong(quantity=10**9) == "quantity"
    assert wrong(quantity=9) == "quantity"
    assert wrong(quantity=2, min_order=3, max_order=3) == "quantity"
    assert wrong(min_order=0) == "min-order"
    assert wrong(min_order=11) == "max-order"
    assert wrong(sales_ends_at=NOW) == "sales-ends-at"
    assert wrong(event_ends_at=NOW) == "sales-ends-at"
    assert wrong(price=None) == "price"
    assert wrong(price=euro(0)) == "price"
    assert wrong(event_takes_payment=False) == "type"
    assert wrong(type="donation", min_price=euro(2), max_price=euro(1)) == "max-price"


def test_every_reason_against_an_order_has_an_error_of_its_own():
    def reason(quantity, now=NOW, **options):
        return type(may_order(OFFER, quantity, now, **options))

    assert reason(2) is type(None)
    assert reason(2, NOW - 2 * DAY) is SalesNotStarted
    assert reason(2, NOW + 2 * DAY) is SalesOver
    assert reason(1) is TooFewTickets
    assert reason(5) is TooManyTickets
    assert reason(4, taken=2) is TicketSoldOut
    assert reason(2, taken=5) is TicketSoldOut


def test_the_window_of_sale_includes_both_its_ends():
    assert may_order(OFFER, 2, OFFER.sales_starts_at) is None
    assert may_order(OFFER, 2, OFFER.sales_ends_at) is None


def test_a_refusal_says_how_many_are_left():
    assert may_order(OFFER, 4, NOW, taken=2).detail == 'Only 3 of "Talk" are left'
    assert may_order(OFFER, 2, NOW, taken=4).detail == 'Only 1 of "Talk" is left'
    assert may_order(OFFER, 2, NOW, taken=5).detail == 'Ticket "Talk" already sold out'


def test_a_refusal_names_the_ticket_and_the_place():
    assert sold_out(7, "Talk").source == {"id": 7}
    late = may_order(OFFER, 2, NOW + 2 * DAY, pointer="/tickets/0/quantity")
    assert late.source == {"id": 7, "pointer": "/tickets/0/quantity"}


def test_a_note_says_why_something_cannot_be_had():
    assert note(OFFER, NOW) == ""
    assert note(OFFER, NOW - 2 * DAY) == "Not on sale yet"
    assert note(OFFER, NOW + 2 * DAY) == "The sale is over"
    assert note(replace(OFFER, available=1), NOW) == "Sold out"


def test_what_is_left_of_less_than_an_order_is_sold_out():
    assert [replace(OFFER, available=left).sold_out for left in (0, 1, 2)] == [True, True, False]
