from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from openevent.kit.errors import DomainError
from openevent.kit.money import Money
from openevent.orders.rules.amounts import (
    NO_CODES,
    Buyer,
    Codes,
    DearerNow,
    EventOver,
    InvalidOrder,
    InvalidPrice,
    OnOffer,
    OrderRequest,
    UnverifiedBuyer,
    Wanted,
    accept,
    check_codes_again,
    check_still_sold,
    merged,
    quote,
    unit_price,
)
from openevent.orders.rules.unfinished import TooManyUnfinished
from openevent.tickets.rules import Offer, SalesOver, TicketNotFound, TicketSoldOut, TooManyTickets
from openevent.tickets.rules.codes import CodeInactive, CodeNotFound, CodeUsedUp, Discount

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ANYBODY = Buyer()
ORGANIZER = Buyer(organizes=frozenset({1}))


def euro(minor):
    return Money(minor, "EUR")


PAID = Offer(7, 1, "Standard", "paid", euro(12350), euro(0), None, 100, 50, 1, 10, NOW - DAY, NOW + DAY, position=2)
FREE = replace(PAID, id=8, name="Free", type="free", position=1)
GIFT = replace(PAID, id=9, name="Gift", type="donation", min_price=euro(500), max_price=euro(2000), position=3)


def on_offer(*offers, is_public=True, ends_at=NOW + DAY):
    return {offer.id: OnOffer(offer, is_public, ends_at) for offer in offers}


CATALOG = on_offer(PAID, FREE, GIFT)


def reason(wanted, catalog=CATALOG, buyer=ANYBODY, **options):
    with pytest.raises(DomainError) as error:
        accept(OrderRequest(tuple(wanted), options.pop("amount", None)), catalog, buyer, NOW, **options)
    return error.value


def test_only_so_many_orders_are_begun_of_an_event_but_by_organizers_and_of_what_was_offered():
    wanted = (Wanted(7, 1),)

    assert type(reason(wanted, begun={1: 20})) is TooManyUnfinished
    assert type(reason((Wanted(7, 51),), begun={1: 20})) is TooManyTickets  # what is wrong with the wish comes first
    free = [
        (ANYBODY, {1: 19, 2: 20}, OrderRequest(wanted)),
        (ANYBODY, {1: 20}, OrderRequest(wanted, is_offered=True)),
        (ORGANIZER, {1: 20}, OrderRequest(wanted)),
        (ORGANIZER, {1: 20}, OrderRequest(wanted, is_for_others=True)),
    ]
    for buyer, begun, request in free:
        assert accept(request, CATALOG, buyer, NOW, begun=begun).total == euro(12350)


def test_lines_are_added_up_in_the_organizers_order():
    wanted = (Wanted(9, 1, Decimal(15)), Wanted(7, 2), Wanted(8, 3))
    found = quote(OrderRequest(wanted), CATALOG, ANYBODY, NOW)

    assert [(line.ticket_id, line.quantity, line.unit.minor, line.sub_total.minor) for line in found.lines] == [
        (8, 3, 0, 0),
        (7, 2, 12350, 24700),
        (9, 1, 1500, 1500),
    ]
    assert (found.total, found.sub_total, found.event_id) == (euro(26200), euro(26200), 1)


def test_the_reference_example_without_discount_and_tax_adds_up():
    prices = {1: 12350, 2: 45630}
    offers = [replace(PAID, id=id_, price=euro(price)) for id_, price in prices.items()]
    offers += [replace(GIFT, id=3, max_price=None), replace(FREE, id=4)]

    wanted = [Wanted(1, 2), Wanted(2, 4), Wanted(3, 3, Decimal("789.7")), Wanted(4, 3)]
    found = quote(OrderRequest(tuple(wanted)), on_offer(*offers), ANYBODY, NOW)

    assert found.total == euro(444130)


def test_a_donor_gives_within_bounds_and_at_least_the_least():
    assert unit_price(GIFT, Decimal(5), "/p") == euro(500)
    assert unit_price(GIFT, Decimal(20), "/p") == euro(2000)
    assert unit_price(GIFT, None, "/p") == euro(500)
    assert unit_price(replace(GIFT, max_price=euro(0)), Decimal(10**6), "/p") == euro(10**8)
    for given_price in ("4.99", "20.01", "5.001"):
        with pytest.raises(InvalidPrice) as error:
            unit_price(GIFT, Decimal(given_price), "/p")
        assert error.value.pointer == "/p"


def test_a_price_for_anything_else_is_not_looked_at():
    assert unit_price(PAID, Decimal(1), "/p") == euro(12350)
    assert unit_price(FREE, Decimal(1), "/p") == euro(0)


def test_entries_of_one_ticket_are_joined():
    assert merged([Wanted(7, 1), Wanted(7, 2, pointer="/tickets/1")]) == (Wanted(7, 3),)
    with pytest.raises(InvalidOrder) as error:
        merged([Wanted(9, 1, Decimal(5)), Wanted(9, 1, Decimal(6), "/tickets/1")])
    assert error.value.pointer == "/tickets/1/price"


def test_what_cannot_be_ordered_together_is_refused():
    other = on_offer(replace(PAID, id=10, event_id=2), replace(PAID, id=11, price=Money(1, "USD")))

    assert reason([]).pointer == "/tickets"
    assert reason([Wanted(7, 1), Wanted(10, 1, pointer="/tickets/1")], {**CATALOG, **other}).pointer == "/tickets/1/id"
    assert reason([Wanted(7, 1), Wanted(11, 1, pointer="/tickets/1")], {**CATALOG, **other}).pointer == "/tickets/1/id"


def test_a_total_that_no_ledger_holds_is_refused():
    dear = on_offer(replace(PAID, price=euro(10**15)))

    assert type(reason([Wanted(7, 2)], dear)) is InvalidOrder


def test_hidden_draft_and_unknown_tickets_are_not_found():
    hidden = on_offer(replace(PAID, is_hidden=True))

    assert type(reason([Wanted(7, 1)], hidden)) is TicketNotFound
    assert accept(OrderRequest((Wanted(7, 1),)), hidden, ORGANIZER, NOW).total == euro(12350)
    assert type(reason([Wanted(7, 1)], on_offer(PAID, is_public=False), ORGANIZER)) is TicketNotFound
    assert type(reason([Wanted(99, 1)])) is TicketNotFound


def test_an_event_that_is_over_sells_nothing():
    assert type(reason([Wanted(7, 1)], on_offer(PAID, ends_at=NOW - DAY))) is EventOver


def test_seats_that_went_meanwhile_are_gone():
    assert type(reason([Wanted(7, 1)], taken={7: 50})) is TicketSoldOut
    assert accept(OrderRequest((Wanted(7, 1),)), CATALOG, ANYBODY, NOW, {7: 49}).total == euro(12350)


def test_free_tickets_are_for_verified_people():
    new = Buyer(is_verified=False)

    assert reason([Wanted(8, 1)], buyer=new).source["code"] == "unverified-user"
    assert type(reason([Wanted(8, 1)], buyer=new)) is UnverifiedBuyer
    assert accept(OrderRequest((Wanted(8, 1), Wanted(7, 1))), CATALOG, new, NOW).total == euro(12350)


def test_organizers_alone_say_another_total():
    request = OrderRequest((Wanted(7, 1),), Decimal("0.50"))

    assert accept(request, CATALOG, ORGANIZER, NOW).total == euro(50)
    assert accept(request, CATALOG, ANYBODY, NOW).total == euro(12350)
    assert reason([Wanted(7, 1)], buyer=ORGANIZER, amount=Decimal(10**14)).pointer == "/amount"


def test_a_second_chance_depends_on_what_is_still_sold():
    check_still_sold(CATALOG[7], 7, (12350, "EUR"), NOW)
    check_still_sold(CATALOG[9], 9, (1500, "EUR"), NOW)
    for gone, error in (
        (None, TicketNotFound),
        (OnOffer(PAID, False, NOW + DAY), TicketNotFound),
        (OnOffer(PAID, True, NOW - DAY), EventOver),
        (OnOffer(replace(PAID, sales_ends_at=NOW - DAY), True, NOW + DAY), SalesOver),
        (OnOffer(replace(PAID, price=euro(12351)), True, NOW + DAY), DearerNow),
        (OnOffer(replace(PAID, price=Money(1, "USD")), True, NOW + DAY), DearerNow),
        (OnOffer(replace(GIFT, min_price=euro(12351)), True, NOW + DAY), DearerNow),
    ):
        with pytest.raises(error):
            check_still_sold(gone, 7, (12350, "EUR"), NOW)


def test_a_second_chance_depends_on_codes_that_are_still_good():
    code = Discount(3, 1, "TEN", True, None, None, None, 0, None, None, frozenset({7}), type="percent", value=10.0)
    asked = OrderRequest((Wanted(7, 2),), discount_code=3)

    check_codes_again(OrderRequest((Wanted(7, 2),)), NO_CODES, 1, NOW)
    check_codes_again(asked, Codes({3: code}), 1, NOW)
    for codes, error in (
        (NO_CODES, CodeNotFound),
        (Codes({3: replace(code, is_active=False)}), CodeInactive),
        (Codes({3: replace(code, tickets_number=1)}), CodeUsedUp),
    ):
        with pytest.raises(error):
            check_codes_again(asked, codes, 1, NOW)


def test_what_organizers_enter_by_hand_is_bound_by_the_stock_alone():
    catalog = on_offer(replace(PAID, min_order=2, max_order=3, sales_ends_at=NOW - DAY, available=7))

    def verdict(number, buyer=ORGANIZER, **more):
        request = OrderRequest((Wanted(7, number),), **more)
        try:
            return accept(request, catalog, buyer, NOW).lines[0].quantity
        except DomainError as refusal:
            return type(refusal)

    assert [verdict(number, is_for_others=True) for number in (1, 7, 8, 1001)] == [1, 7, TicketSoldOut, TooManyTickets]
    assert verdict(7, amount=Decimal(5)) == 7
    assert [verdict(2), verdict(2, ANYBODY, is_for_others=True), verdict(2, ANYBODY, amount=Decimal(5))] == [
        SalesOver
    ] * 3


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10)), min_size=1, max_size=8))
def test_the_total_is_the_sum_of_its_lines_to_the_cent(lines):
    catalog = on_offer(*(replace(PAID, id=place, price=euro(price)) for place, (price, _) in enumerate(lines)))

    wanted = tuple(Wanted(place, number) for place, (_, number) in enumerate(lines))
    found = quote(OrderRequest(wanted), catalog, ANYBODY, NOW)

    assert found.total.minor == sum(price * number for price, number in lines)
    assert found.total == found.sub_total
