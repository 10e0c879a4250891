"""What was sold: amounts and tickets by state of order, for an event, a place, an organizer, a marketer.

Every figure is a scalar subquery over the row that the report is about, through an index: a page costs what its rows
cost, and the whole report goes over every order once for each figure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, case, func, select

from openevent.events.models import Event, UsersEventsRole
from openevent.orders.models import Attendee, Order
from openevent.people.models import User
from openevent.reports.queries.shapes import json_object, only, sum_of, thousandths, word

Columns = Mapping[str, ColumnElement[Any]]
Which = Callable[[Columns, Any], ColumnElement[bool]]  # (the report's row, an order's columns)

STATES = ("placed", "completed", "pending")
LEADING = ("owner", "organizer")

_EVENTS, _ORDERS = cast(Table, Event.__table__), cast(Table, Order.__table__)
_ATTENDEES, _USERS = cast(Table, Attendee.__table__), cast(Table, User.__table__)
_ROLES = cast(Table, UsersEventsRole.__table__)
_SOLD, _HOLDERS = _ORDERS.alias("sold_order"), _ATTENDEES.alias("sold_ticket")  # once: that takes a millisecond each


def of_event(event: Columns, order: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
    """Orders of one event."""
    return order.event_id == event["id"]


def at_place(place: Columns, order: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
    """Orders of the events at one place."""
    events = _EVENTS.alias("event_at_place").c
    here = select(events.id).where(events.location_name == place["id"], events.deleted_at.is_(None))
    return order.event_id.in_(here)


def of_organizer(user: Columns, order: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
    """Orders of the events that somebody leads, each event once."""
    return order.event_id.in_(events_led_by(user))


def events_led_by(user: Columns) -> Any:  # noqa: ANN401 -- a Select of ids
    """Select the events that somebody owns or organizes."""
    roles = _ROLES.alias("leading_role").c
    return select(roles.event_id).where(roles.user_id == user["id"], roles.role_name.in_(LEADING))


def of_marketer(user: Columns, order: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
    """Orders that somebody is named as the marketer of."""
    return order.marketer_id == user["id"]


def by_code(discount: Columns, order: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
    """Orders that a discount code was used in."""
    return order.discount_code_id == discount["id"]


def amount(state: str, which: Which) -> Callable[[Columns], ColumnElement[Any]]:
    """Return what orders in one state come to, in major units."""

    def sql(row: Columns) -> ColumnElement[Any]:
        orders = _SOLD.c
        total = sum_of(thousandths(orders.amount, orders.currency))
        return select(total).where(which(row, orders), orders.status == state).scalar_subquery()

    return sql


def tickets(state: str, which: Which) -> Callable[[Columns], ColumnElement[Any]]:
    """Return how many people hold a ticket of orders in one state."""

    def sql(row: Columns) -> ColumnElement[Any]:
        orders, holders = _SOLD.c, _HOLDERS.c
        joined = _SOLD.join(_HOLDERS, and_(holders.order_id == orders.id, holders.deleted_at.is_(None)))
        counted = select(func.count(holders.id)).select_from(joined)
        return counted.where(which(row, orders), orders.status == state).scalar_subquery()

    return sql


def sales(which: Which) -> Callable[[Columns], ColumnElement[Any]]:
    """Return the object of a report's row: for each state what was sold, in money and in tickets."""

    def sql(row: Columns) -> ColumnElement[Any]:
        members = {name: value for state in STATES for name, value in _figures(state).items()}
        wanted = and_(which(row, _SOLD.c), _SOLD.c.status.in_(STATES))
        return select(json_object(members)).select_from(_SOLD).where(wanted).scalar_subquery()

    return sql


def _figures(state: str) -> dict[str, ColumnElement[Any]]:
    orders, holders = _SOLD.c, _HOLDERS.c
    held = select(func.count(holders.id)).where(holders.order_id == orders.id, holders.deleted_at.is_(None))
    count = func.coalesce(func.sum(only(orders.status, state, held.scalar_subquery())), 0)
    total = sum_of(only(orders.status, state, thousandths(orders.amount, orders.currency)))
    return {state: json_object({"sales_total": total, "ticket_count": count})}


def kind_of_place(event: Columns) -> ColumnElement[str]:
    """Return in a word where an event happens."""
    has_place = and_(event["location_name"].is_not(None), event["location_name"] != word(""))
    return case(
        (and_(event["online"], has_place), word("Hybrid")),
        (event["online"], word("Online")),
        (has_place, word("Venue")),
        else_=word("To be announced"),
    )


def owner_id(event: Columns) -> ColumnElement[Any]:
    """Return the account that owns an event."""
    roles = _ROLES.alias("owner_role").c
    return (
        select(roles.user_id).where(roles.event_id == event["id"], roles.role_name == "owner").limit(1)
    ).scalar_subquery()


def owner_name(event: Columns) -> ColumnElement[Any]:
    """Return what the owner of an event is called: the full name, or the address of an account without one."""
    roles, users = _ROLES.alias("owner_role"), _USERS.alias("event_owner")
    joined = roles.join(users, users.c.id == roles.c.user_id)
    found = select(called(users.c)).select_from(joined)
    return found.where(roles.c.event_id == event["id"], roles.c.role_name == "owner").limit(1).scalar_subquery()


def called(user: Any) -> ColumnElement[str]:  # noqa: ANN401 -- columns by name
    """Return somebody's full name, or the address where there is none."""
    full = func.trim(func.coalesce(user.first_name, "") + " " + func.coalesce(user.last_name, ""))
    return case((full == "", user.email), else_=full)
