from __future__ import annotations

from decimal import Decimal

import pytest

from cast import actor, ana
from factories import make_event, make_order, make_ticket
from openevent.events.signals import EventCurrencyChanged
from openevent.kit.errors import Conflict
from openevent.tickets.actions import (
    Move,
    QuantityTooLow,
    StockDrift,
    create_ticket,
    follow_currency,
    hold,
    move,
    release,
    take,
    update_ticket,
)
from openevent.tickets.models import TicketStock
from openevent.tickets.queries import offers
from openevent.tickets.rules import InvalidTicket, TicketSoldOut


def counters(work, ticket):
    found = work.db.get_one(TicketStock, ticket.id, populate_existing=True)
    return found.held, found.sold, found.quantity


def values(work, event, **more):
    dates = {"sales_starts_at": work.now, "sales_ends_at": event.starts_at}
    return {"name": "Talk", "type": "free", **dates, **more}


def test_seats_go_from_free_to_held_to_sold_and_back(work):
    ticket = make_ticket(work, make_event(work), quantity=5)

    hold(work.db, {ticket.id: 3})
    take(work.db, {ticket.id: 2})
    assert counters(work, ticket) == (1, 2, 5)
    release(work.db, {ticket.id: 1})
    release(work.db, {ticket.id: 2}, sold=True)
    assert counters(work, ticket) == (0, 0, 5)


def test_more_than_there_are_cannot_be_held(work):
    event = make_event(work)
    plenty, few = make_ticket(work, event), make_ticket(work, event, name="Few", quantity=2)

    with pytest.raises(TicketSoldOut) as error:
        hold(work.db, {few.id: 3, plenty.id: 1})

    assert (error.value.ticket_id, error.value.detail) == (few.id, 'Ticket "Few" already sold out')


def test_seats_that_nobody_holds_cannot_move(work):
    ticket = make_ticket(work, make_event(work))

    for step in (Move(held=-1), Move(sold=-1), Move(held=-1, sold=1)):
        with pytest.raises(StockDrift):
            move(work.db, {ticket.id: step})


def test_a_ticket_takes_its_currency_from_the_event_and_defaults_from_the_reference(work):
    event = make_event(work, payment_currency=None)

    ticket = create_ticket(work, values(work, event, price=Decimal(5)), event_id=event.id, by=actor(ana(work)))

    assert (ticket.currency, ticket.price, ticket.min_order, ticket.max_order) == ("USD", 0, 1, 10)
    assert counters(work, ticket) == (0, 0, 100)


def test_a_small_ticket_type_fits_whole_into_an_order(work):
    event = make_event(work)

    ticket = create_ticket(work, values(work, event, quantity=4), event_id=event.id, by=actor(ana(work)))

    assert ticket.max_order == 4


def test_a_price_must_fit_the_currency(work):
    event = make_event(work, payment_currency="JPY", can_pay_by_bank=True)

    for price in (Decimal("10.5"), Decimal(10**10)):
        with pytest.raises(InvalidTicket) as error:
            create_ticket(work, values(work, event, type="paid", price=price), event_id=event.id, by=actor(ana(work)))
        assert error.value.pointer == "/data/attributes/price"


def test_nulls_leave_alone_what_must_be_something(work):
    ticket = make_ticket(work, make_event(work), position=3)

    update_ticket(
        work,
        ticket,
        {"position": None, "min_price": None, "max_price": None, "quantity": None, "description": None},
        by=actor(ana(work)),
    )

    assert (ticket.position, ticket.min_price, ticket.max_price, counters(work, ticket)[2]) == (3, 0, None, 100)


def test_a_quantity_below_what_is_gone_is_refused_by_the_database_too(work):
    ticket = make_ticket(work, make_event(work), max_order=1)
    make_order(work, ticket, quantity=3)

    with pytest.raises(QuantityTooLow):
        update_ticket(work, ticket, {"quantity": 2}, by=actor(ana(work)))


def test_prices_follow_the_currency_of_the_event(work):
    event = make_event(work)
    ticket = make_ticket(work, event, price=1250)
    ticket.max_price = None

    follow_currency(work, EventCurrencyChanged(event.id, "EUR", "JPY"))
    assert (ticket.currency, ticket.price, ticket.max_price) == ("JPY", 13, None)
    follow_currency(work, EventCurrencyChanged(event.id, "JPY", "JPY"))
    follow_currency(work, EventCurrencyChanged(event.id, "JPY", None))
    assert (ticket.currency, ticket.price) == ("USD", 1300)


def test_prices_stay_once_somebody_has_bought(work):
    event = make_event(work)
    make_order(work, make_ticket(work, event))

    with pytest.raises(Conflict):
        follow_currency(work, EventCurrencyChanged(event.id, "EUR", "USD"))


def test_offers_are_what_everybody_sees_in_the_organizers_order(work):
    event = make_event(work)
    second = make_ticket(work, event, position=2, quantity=3, max_order=3)
    first = make_ticket(work, event, position=1, sales_ends_at=work.now)
    make_ticket(work, event, is_hidden=True)
    make_ticket(work, event, deleted_at=work.now)
    make_order(work, second, quantity=3)

    found = offers(work.db, event.id, work.now)

    assert [(one.id, one.available, one.sold_out, one.on_sale, one.note) for one in found] == [
        (first.id, 100, False, True, ""),
        (second.id, 0, True, True, "Sold out"),
    ]
