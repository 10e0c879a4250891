"""Orders in lists: a buyer's own, and an organizer's ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from msgspec import Struct
from sqlalchemy import ColumnElement, Table, and_, desc, func, or_, select
from sqlalchemy.orm import Session

from openevent.events.models import Event
from openevent.kit.money import Money
from openevent.orders.models import Order, OrderLine
from openevent.orders.queries.facts import buyer_name
from openevent.orders.roles import ATTENDEES, ORDERS
from openevent.orders.rules.holders import order_id_in, order_number, place_of
from openevent.people.models import User

_EVENTS = cast(Table, Event.__table__).c


class OrderCard(Struct, frozen=True):
    """An order in a list."""

    identifier: str
    number: str
    status: str
    event_name: str
    event_identifier: str
    starts_at: datetime
    timezone: str
    location: str
    amount: Money
    tickets: int
    buyer_name: str
    buyer_email: str
    created_at: datetime
    payment_mode: str | None


def orders_of_buyer(
    db: Session, user_id: int, *, upcoming: bool, now: datetime, limit: int = 20, offset: int = 0
) -> list[OrderCard]:
    """Return the orders that somebody bought, those of the next event first (the latest one first when it is past)."""
    when = _EVENTS.ends_at >= now if upcoming else _EVENTS.ends_at < now
    by_time = (_EVENTS.starts_at, desc(ORDERS.id)) if upcoming else (desc(_EVENTS.starts_at), desc(ORDERS.id))
    return _cards(db, and_(ORDERS.user_id == user_id, when), by_time, limit, offset)


def orders_of_event(
    db: Session,
    event_id: int,
    *,
    status: str | None = None,
    search: str = "",
    limit: int = 20,
    offset: int = 0,
) -> tuple[list[OrderCard], int]:
    """Return an event's orders, the newest first, and how many; `search` is a name, an address or a number."""
    condition = ORDERS.event_id == event_id
    if status:
        condition = and_(condition, ORDERS.status == status)
    if search.strip():
        condition = and_(condition, _found_by(search.strip()))
    count = select(func.count()).select_from(Order).outerjoin(User, User.id == Order.user_id).where(condition)
    return _cards(db, condition, (desc(ORDERS.id),), limit, offset), db.scalar(count) or 0


def _found_by(search: str) -> ColumnElement[bool]:
    def has(column: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- a column of text
        return column.icontains(search, autoescape=True)

    holder = select(ATTENDEES.id).where(
        ATTENDEES.order_id == ORDERS.id,
        or_(has(ATTENDEES.email), has(ATTENDEES.firstname), has(ATTENDEES.lastname)),
    )
    name = func.coalesce(User.first_name, "") + " " + func.coalesce(User.last_name, "")
    numbered = ORDERS.id == (order_id_in(search) or 0)
    return or_(numbered, has(ORDERS.identifier), has(User.email), has(name), holder.exists())


def _cards(
    db: Session, condition: ColumnElement[bool], by_time: tuple[Any, ...], limit: int, offset: int
) -> list[OrderCard]:
    tickets = select(func.sum(OrderLine.quantity)).where(OrderLine.order_id == ORDERS.id).scalar_subquery()
    rows = db.execute(
        select(Order, Event, User, tickets)
        .join(Event, Event.id == Order.event_id)
        .outerjoin(User, User.id == Order.user_id)
        .where(condition)
        .order_by(*by_time)
        .limit(limit)
        .offset(offset)
    )
    return [_card(order, event, user, number or 0) for order, event, user, number in rows]


def _card(order: Order, event: Event, buyer: User | None, tickets: int) -> OrderCard:
    return OrderCard(
        identifier=order.identifier,
        number=order_number(order.created_at, order.id),
        status=order.status,
        event_name=event.name,
        event_identifier=event.identifier,
        starts_at=event.starts_at,
        timezone=event.timezone,
        location=place_of(event.location_name, online=event.online),
        amount=Money(order.amount, order.currency),
        tickets=int(tickets),
        buyer_name=buyer_name(buyer),
        buyer_email=buyer.email if buyer else "",
        created_at=order.created_at,
        payment_mode=order.payment_mode,
    )
