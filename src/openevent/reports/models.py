"""Rows that are no table of their own: what reports are about when it is not an event or a ticket."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, func, literal, or_, select

from openevent.events.models import Event, UsersEventsRole
from openevent.kit.db import UtcDateTime
from openevent.orders.models import Order
from openevent.people.models import User
from openevent.tickets.models import DiscountCode

_EVENTS, _USERS = cast(Table, Event.__table__).c, cast(Table, User.__table__).c
_ROLES, _ORDERS = cast(Table, UsersEventsRole.__table__).c, cast(Table, Order.__table__).c
_CODES = cast(Table, DiscountCode.__table__).c
_LEADING = ("owner", "organizer")


class Installation:
    """The installation itself: one row, whose id is 1."""

    __table__ = select(literal(1).label("id")).subquery("installation")


class Place:
    """A place where events are, by its name."""

    __table__ = (
        select(_EVENTS.location_name.label("id"), func.min(_EVENTS.id).label("event_id"))
        .where(_EVENTS.location_name.is_not(None), _EVENTS.deleted_at.is_(None))
        .group_by(_EVENTS.location_name)
        .subquery("place")
    )


class Organizer:
    """An account that owns or organizes events, and when the first of them starts and the last one ends."""

    __table__ = (
        select(
            _USERS.id,
            _USERS.first_name,
            _USERS.last_name,
            _USERS.email,
            func.min(_EVENTS.starts_at, type_=UtcDateTime()).label("starts_at"),
            func.max(_EVENTS.ends_at, type_=UtcDateTime()).label("ends_at"),
        )
        .join_from(User.__table__, UsersEventsRole.__table__, _ROLES.user_id == _USERS.id)
        .join(Event.__table__, _EVENTS.id == _ROLES.event_id)
        .where(_ROLES.role_name.in_(_LEADING), _EVENTS.deleted_at.is_(None))
        .group_by(_USERS.id, _USERS.first_name, _USERS.last_name, _USERS.email)
        .subquery("organizer")
    )


class Marketer:
    """An account that sells for others: marked as such, or named by an order."""

    __table__ = (
        select(_USERS.id, _USERS.first_name, _USERS.last_name, _USERS.email)
        .where(
            or_(
                _USERS.is_marketer,
                _USERS.id.in_(select(_ORDERS.marketer_id).where(_ORDERS.marketer_id.is_not(None))),
            ),
            _USERS.deleted_at.is_(None),
        )
        .subquery("marketer")
    )


class Discount:
    """A discount code of an event: live ones, and deleted ones that somebody bought with."""

    __table__ = (
        select(_CODES.id, _CODES.code, _USERS.email, _EVENTS.name.label("event_name"), _EVENTS.payment_currency)
        .join_from(DiscountCode.__table__, Event.__table__, _EVENTS.id == _CODES.event_id)
        .outerjoin(User.__table__, _USERS.id == _CODES.marketer_id)
        .where(
            _CODES.used_for == "ticket",
            _EVENTS.deleted_at.is_(None),
            or_(
                _CODES.deleted_at.is_(None),
                _CODES.id.in_(select(_ORDERS.discount_code_id).where(_ORDERS.discount_code_id.is_not(None))),
            ),
        )
        .subquery("discount")
    )
