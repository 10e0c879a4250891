"""Tables as people open them in a spreadsheet: a head, and rows of plain values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session as Db

from openevent.events.models import Event, UsersEventsRole
from openevent.kit.money import Money
from openevent.orders.models import Attendee, Order, OrderLine
from openevent.orders.rules.holders import order_number
from openevent.people.models import User
from openevent.tickets.models import AccessCode, DiscountCode, Ticket

STATES = ("completed", "placed", "pending")


class Sheet(Struct, frozen=True):
    """A table: what stands above its columns, and its rows."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[object]]


def moment(value: datetime | None, zone: str = "UTC") -> str:
    """Return a moment in the words of the sheets.

    >>> from datetime import UTC
    >>> moment(datetime(2099, 12, 13, 11, tzinfo=UTC), "Europe/Berlin")
    'December 13, 2099 12:00 +0100'
    """
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(zone))
    return f"{local:%B} {local.day:02}, {local:%Y %H:%M %z}"


_ORDERS = [
    "Order#",
    "Order Date",
    "Status",
    "Payment Type",
    "Payment Mode",
    "Total Amount",
    "Quantity",
    "Discount Code",
    "Access Code",
    "First Name",
    "Last Name",
    "Email",
    "Tax ID",
    "Address",
    "Company",
    "Country",
    "State",
    "City",
    "Zipcode",
]


def orders(db: Db, event: Event) -> Sheet:
    """Return an event's orders."""
    quantity = select(func.coalesce(func.sum(OrderLine.quantity), 0)).where(OrderLine.order_id == Order.id)
    statement = (
        select(Order, quantity.scalar_subquery(), User, DiscountCode.code, AccessCode.code)
        .outerjoin(User, User.id == Order.user_id)
        .outerjoin(DiscountCode, DiscountCode.id == Order.discount_code_id)
        .outerjoin(AccessCode, AccessCode.id == Order.access_code_id)
        .where(Order.event_id == event.id)
        .order_by(Order.created_at, Order.id)
    )
    rows = [_order(*found) for found in db.execute(statement)]
    return Sheet(f"{event.name}: orders", _ORDERS, rows)


def _order(order: Order, quantity: int, buyer: User | None, discount: str | None, access: str | None) -> list[object]:
    amount = float(Money(order.amount, order.currency).decimal)
    return [
        order_number(order.created_at, order.id),
        order.created_at.isoformat(sep=" "),
        order.status,
        order.paid_via,
        order.payment_mode,
        amount or None,
        int(quantity),
        discount,
        access,
        *((buyer.first_name, buyer.last_name, buyer.email) if buyer else (None, None, None)),
        order.tax_business_info,
        *(order.address, order.company, order.country, order.state, order.city, order.zipcode),
    ]


_ATTENDEES = [
    "Order#",
    "Order Date",
    "Status",
    "Payment Type",
    "Payment Mode",
    "Ticket ID",
    "Ticket Name",
    "Ticket Price",
    "Ticket Type",
    "Tax ID",
    "Address",
    "Company",
    "Country",
    "State",
    "City",
    "Zipcode",
    "First Name",
    "Last Name",
    "Email",
]


def attendees(db: Db, event: Event, fields: Sequence[tuple[str, str]] = ()) -> Sheet:
    """Return who holds the tickets of an event; `fields` are further answers, by identifier and heading."""
    statement = (
        select(Attendee, Order, Ticket)
        .join(Order, Order.id == Attendee.order_id)
        .join(Ticket, Ticket.id == Attendee.ticket_id)
        .where(Attendee.event_id == event.id, Attendee.deleted_at.is_(None))
        .order_by(Attendee.id)
    )
    names = [name for name, _ in fields]
    rows = [_attendee(one, order, ticket, names) for one, order, ticket in db.execute(statement)]
    head = [*_ATTENDEES, *(heading for _, heading in fields), "virtual_event_checkin_times"]
    return Sheet(f"{event.name}: attendees", head, rows)


def _attendee(one: Attendee, order: Order, ticket: Ticket, fields: Sequence[str]) -> list[object]:
    return [
        order_number(order.created_at, order.id),
        moment(order.created_at),
        order.status,
        order.paid_via,
        order.payment_mode,
        f"{order.identifier}-{one.identifier}",
        ticket.name,
        float(Money(ticket.price or 0, ticket.currency).decimal),
        ticket.type,
        order.tax_business_info,
        *(order.address, order.company, order.country, order.state, order.city, order.zipcode),
        *(one.firstname, one.lastname, one.email),
        *(_answer(one, name) for name in fields),
        "[]",
    ]


def _answer(row: Any, name: str) -> object:  # noqa: ANN401 -- an attendee, a session, a speaker
    if name in row.__table__.c:
        return getattr(row, name)
    answers: dict[str, object] = row.complex_field_values or {}
    return answers.get(name)


_SALES = ["Event Name", "Owner Name", "Owner Email", "Event Type", "Event Date"] + [
    f"{what} ({state.title()})" for state in STATES for what in ("Tickets", "Sales")
]


def sales(db: Db, now: datetime, status: str = "all") -> Sheet:
    """Return what every event has sold; `status` live or past narrows them down."""
    conditions: list[ColumnElement[bool]] = [Event.deleted_at.is_(None)]
    if status == "live":
        conditions += [Event.state == "published", Event.ends_at > now]
    elif status == "past":
        conditions.append(Event.ends_at <= now)
    sums = _sums_by_event(db)
    statement = (
        select(Event, User)
        .outerjoin(UsersEventsRole, (UsersEventsRole.event_id == Event.id) & (UsersEventsRole.role_name == "owner"))
        .outerjoin(User, User.id == UsersEventsRole.user_id)
        .where(*conditions)
        .order_by(Event.starts_at, Event.id)
    )
    rows = [_sale(event, owner, sums) for event, owner in db.execute(statement)]
    return Sheet("Sales", _SALES, rows)


Sums = dict[tuple[int, str], tuple[int, float]]  # (event, status) -> tickets, major units


def _sums_by_event(db: Db) -> Sums:
    per_order = select(OrderLine.order_id, func.sum(OrderLine.quantity).label("seats")).group_by(OrderLine.order_id)
    lines = per_order.subquery()
    statement = (
        select(Order.event_id, Order.status, Order.currency, func.sum(lines.c.seats), func.sum(Order.amount))
        .outerjoin(lines, lines.c.order_id == Order.id)
        .where(Order.status.in_(STATES))
        .group_by(Order.event_id, Order.status, Order.currency)
    )
    found: Sums = {}
    for event_id, status, currency, seats, amount in db.execute(statement):
        before = found.get((event_id, status), (0, 0.0))
        sold = float(Money(int(amount or 0), currency).decimal)
        found[event_id, status] = (before[0] + int(seats or 0), before[1] + sold)
    return found


def _sale(event: Event, owner: User | None, sums: Sums) -> list[object]:
    figures = [value for state in STATES for value in sums.get((event.id, state), (0, 0.0))]
    kind = "Online" if event.online else "Venue" if event.location_name else "To be announced"
    kind = "Hybrid" if event.online and event.location_name else kind
    name = " ".join(part for part in (owner.first_name, owner.last_name) if part) if owner else ""
    return [event.name, name, owner.email if owner else "", kind, moment(event.starts_at, event.timezone), *figures]
