"""Orders for people who were entered before, and sales at the door: what POST /v1/orders makes."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

from msgspec import Struct, field
from sqlalchemy import Table, select

from openevent.events.models import Event
from openevent.events.roles import EVENT_COORGANIZER
from openevent.kit.access import Actor, allows, require
from openevent.kit.errors import Conflict, Invalid
from openevent.kit.work import UnitOfWork
from openevent.orders.actions.moving import BUYER_FIELDS, lock, move_order, note_page
from openevent.orders.actions.placing import count_uses, create_order, line_terms, new_identifier, terms_of
from openevent.orders.models import Attendee, Order, OrderLine
from openevent.orders.queries import buyers, codes_of, on_sale, parties, standing, with_typed_codes
from openevent.orders.rules.amounts import OrderRequest, Wanted, accept
from openevent.orders.rules.pricing import Quote
from openevent.orders.rules.states import (
    COMPLETED,
    FREE,
    INITIALIZING,
    PAYING,
    PENDING,
    PLACED,
    check_configured,
    check_taken,
)
from openevent.orders.signals import FreeOrderMade
from openevent.payments.actions import configured
from openevent.tickets.actions import hold
from openevent.tickets.models import TicketStock

ATTENDEES = "/data/relationships/attendees"
ACCESS_CODE = "/data/attributes/access-code"
_STATUS = "/data/attributes/status"
_EVENTS = cast(Table, Event.__table__)
_STOCK = cast(Table, TicketStock.__table__)


class AttendeeOrdered(Conflict):
    """This person is part of an order already."""

    code = "attendee-ordered"


class Asked(Struct, frozen=True):
    """What somebody asks for with POST /v1/orders; `onsite` are the tickets of a sale at the door."""

    event_id: int
    attendee_ids: Sequence[int] = ()
    onsite: tuple[Wanted, ...] = ()
    discount_code: int | None = None
    access_code: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])


def order_for(work: UnitOfWork, asked: Asked, *, by: Actor) -> Order:
    """Make an order for people who were entered before; raises the reason against it.

    Buyers pay what it costs, and their order is pending. Organizers may name the amount and the state; what they name
    as a discount is not looked at.
    """
    is_staff = allows(work.db, EVENT_COORGANIZER, by, _EVENTS, asked.event_id)
    attendees = _waiting(work, asked)
    order, quote = _write(work, asked, attendees, by, is_staff=is_staff)
    _join(work, order, quote, attendees)
    work.audit("order.create", f"order:{order.id}", by=by, seats=len(attendees))
    return _settle(work, order, asked, by, is_staff=is_staff, asks_names=True)


def sell_onsite(work: UnitOfWork, asked: Asked, *, by: Actor) -> Order:
    """Sell at the door, for people whose names nobody asks; only organizers do."""
    require(work.db, EVENT_COORGANIZER, by, _EVENTS, asked.event_id)
    order = create_order(work, OrderRequest(asked.onsite, _amount(asked), is_for_others=True), by=by)
    if order.event_id != asked.event_id:
        raise Invalid("The tickets belong to another event.", pointer="/data/relationships/event")
    return _settle(work, order, asked, by, is_staff=True, asks_names=False)


def _amount(asked: Asked) -> Decimal | None:
    return cast("Decimal | None", asked.values.get("amount"))


def _waiting(work: UnitOfWork, asked: Asked) -> list[Attendee]:
    """Return the people, locked: two orders for one person can't both have him."""
    if not asked.attendee_ids:
        raise Invalid("A valid relationship with attendee resource is required", pointer=ATTENDEES)
    ids = Attendee.id.in_(asked.attendee_ids)
    statement = select(Attendee).where(ids).order_by(Attendee.id).with_for_update()
    found = list(work.db.scalars(statement.execution_options(populate_existing=True)))
    for one in found:
        if one.order_id is not None:
            raise AttendeeOrdered(f"Order already exists for attendee with id {one.id}", pointer=ATTENDEES)
        if one.event_id != asked.event_id:
            raise Invalid(f"Attendee {one.id} belongs to another event.", pointer=ATTENDEES)
    return found


def _write(
    work: UnitOfWork, asked: Asked, attendees: Sequence[Attendee], by: Actor, *, is_staff: bool
) -> tuple[Order, Quote]:
    seats = Counter(one.ticket_id for one in attendees)
    request = OrderRequest(
        tuple(
            Wanted(ticket_id, number, pointer=ATTENDEES, is_named=False) for ticket_id, number in sorted(seats.items())
        ),
        _amount(asked) if is_staff else None,
        None if is_staff else asked.discount_code,
        None if is_staff else asked.access_code,
        discount_at="/data/relationships/discount-code",
        access_at=ACCESS_CODE,
        is_for_others=is_staff,
    )
    quote = _accepted(work, request, by)
    hold(work.db, seats)
    count_uses(work.db, [quote])
    order = Order(
        identifier=str(uuid.uuid4()),
        event_id=quote.event_id,
        user_id=by.id,
        currency=quote.currency,
        amount=quote.total.minor,
        created_at=work.now,
        expires_at=work.now + timedelta(minutes=work.site.order_minutes),
        **terms_of(quote),
    )
    work.db.add(order)
    work.db.flush()
    return order, quote


def _accepted(work: UnitOfWork, request: OrderRequest, by: Actor) -> Quote:
    """Lock what the order takes from, in the order of the keys, and only then look at it."""
    rows = select(_STOCK.c.ticket_id).where(_STOCK.c.ticket_id.in_(request.ticket_ids))
    work.db.execute(rows.order_by(_STOCK.c.ticket_id).with_for_update()).all()
    connection = work.db.connection()
    fetch, dialect = connection.exec_driver_sql, connection.dialect
    asked = [(request, by)]
    on_offer, begun = on_sale(fetch, dialect, asked, work.now)
    buyer = buyers(fetch, dialect, asked, on_offer, begun)[by]
    [(request, _)] = with_typed_codes(fetch, dialect, asked, on_offer, {by: buyer}, work.now)
    codes = codes_of(fetch, dialect, [request], lock=True)
    return accept(request, on_offer, buyer, work.now, codes=codes, begun=begun[by.id])


def _join(work: UnitOfWork, order: Order, quote: Quote, attendees: Sequence[Attendee]) -> None:
    left = {line.ticket_id: line.discount.units for line in quote.lines if line.discount}
    opened = quote.access.ticket_ids if quote.access else frozenset[int]()
    taken: set[str] = set()
    for one in attendees:
        if one.identifier in taken:
            one.identifier = new_identifier(taken)
        taken.add(one.identifier)
        one.order_id = order.id
        one.is_discount_applied = left.get(one.ticket_id, 0) > 0
        one.is_access_code_applied = one.ticket_id in opened
        left[one.ticket_id] = left.get(one.ticket_id, 0) - 1
    for line in quote.lines:
        known = {"ticket_id": line.ticket_id, "quantity": line.quantity, "price": line.unit.minor}
        work.db.add(OrderLine(order_id=order.id, event_id=quote.event_id, **known, **line_terms(line)))
    work.db.flush()


def _settle(work: UnitOfWork, order: Order, asked: Asked, by: Actor, *, is_staff: bool, asks_names: bool) -> Order:
    """Write what else was said, and move the order to where it starts: for buyers that is always pending.

    Who says no way to pay is taken to say that it is free (as v1), also organizers who name an amount and a state.
    Nobody has to say that nothing is to be paid: a job completes what a buyer gets for free.
    """
    order = lock(work, order.id)
    check_configured(asked.values.get("payment_mode"), configured(work.services, work.db))
    for name in BUYER_FIELDS & asked.values.keys():
        setattr(order, name, asked.values[name])
    note_page(work, order)
    work.db.flush()
    to = (asked.values.get("status") or INITIALIZING) if is_staff else PENDING
    if to not in (INITIALIZING, PENDING, PLACED, COMPLETED):
        raise Invalid(f"No order starts as {to}.", pointer=_STATUS)
    if to == PENDING:
        check_taken(standing(work.db, order))
        order.expires_at = work.now + PAYING
    if to in (INITIALIZING, PENDING):  # both hold their seats; what is missing is asked for when the order moves on
        order.status = to
        if to == PENDING and not is_staff and not order.amount:
            work.announce(FreeOrderMade(order.id))
    else:
        move_order(work, order, to, parties(work.db, order, by), by, asks_names=asks_names)
    order.payment_mode = order.payment_mode or FREE
    work.db.flush()
    return order
