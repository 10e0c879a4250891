"""The codes of an event as buyers type them."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, exists, or_, select
from sqlalchemy.orm import Session

from openevent.kit.access import Actor
from openevent.orders.queries.catalog import Fetch, organized_events
from openevent.orders.queries.codes import codes_of
from openevent.orders.rules.amounts import OrderRequest
from openevent.orders.rules.typed_codes import TypedCode
from openevent.tickets.models import AccessCode, DiscountCode
from openevent.tickets.rules.codes import folded

_ACCESSES = cast(Table, AccessCode.__table__).c
_DISCOUNTS = cast(Table, DiscountCode.__table__).c


def has_codes(db: Session, event_id: int) -> bool:
    """Tell whether an event has any code that a buyer could type."""
    discounts = exists().where(*_of_event(_DISCOUNTS, event_id), _DISCOUNTS.used_for == "ticket")
    return bool(db.scalar(select(or_(discounts, exists().where(*_of_event(_ACCESSES, event_id))))))


def organizes(db: Session, event_id: int, by: Actor) -> bool:
    """Tell whether somebody organizes an event: orders of theirs look at no discount."""
    if by.id is None or by.is_staff:
        return by.is_staff
    return event_id in organized_events(_fetch(db), db.connection().dialect, [by.id]).get(by.id, ())


def typed_code(db: Session, event_id: int, typed: str) -> TypedCode:
    """Return what a text stands for at an event, usable or not; an empty TypedCode for nothing."""
    text = folded(typed)
    discount = db.scalar(
        select(_DISCOUNTS.id).where(
            *_of_event(_DISCOUNTS, event_id), _DISCOUNTS.used_for == "ticket", _DISCOUNTS.code_folded == text
        )
    )
    access = db.scalar(select(_ACCESSES.id).where(*_of_event(_ACCESSES, event_id), _ACCESSES.code_folded == text))
    named = OrderRequest((), discount_code=discount, access_code=access)
    found = codes_of(_fetch(db), db.connection().dialect, [named])
    return TypedCode(
        found.discounts.get(discount) if discount else None, found.accesses.get(access) if access else None
    )


def _of_event(columns: Any, event_id: int) -> tuple[Any, ...]:  # noqa: ANN401 -- of either table
    return columns.event_id == event_id, columns.deleted_at.is_(None)


def _fetch(db: Session) -> Fetch:
    def fetch(sql: str, values: Any) -> list[Any]:  # noqa: ANN401 -- the driver's own parameters
        return list(db.connection().exec_driver_sql(sql, values))

    return fetch
