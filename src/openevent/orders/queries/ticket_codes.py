"""Named questions about the signed codes on tickets: the event's keys, who a code is about, which ones are void."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, Table, and_, func, or_, select, union_all
from sqlalchemy.orm import Session

from openevent.events.models import Event
from openevent.events.roles import has_role
from openevent.events.rules import ORGANIZING
from openevent.kit.access import Actor
from openevent.orders.models import Attendee, Order, RevokedCode, TicketKey
from openevent.orders.roles import ATTENDEES, ORDERS
from openevent.orders.rules.states import SOLD

CHECKS_IN = has_role("registrar", *ORGANIZING, "registrar", event_column="id")
_REVOKED = cast(Table, RevokedCode.__table__).c
Position = tuple[int, int]  # attendee and issue of the last code of a page


class EventKey(Struct, frozen=True):
    """An event as scanners know it."""

    event_id: int
    identifier: str
    name: str
    ends_at: datetime


def event_of_scanner(db: Session, key: str, by: Actor) -> EventKey | None:
    """Return an event to whoever checks people in there; None for everybody else."""
    events = cast(Table, Event.__table__).c
    matches = events.identifier == key
    if key.isdecimal() and len(key) < 19:  # noqa: PLR2004 -- fits 64 bit
        matches = or_(matches, events.id == int(key))
    found = select(events.id, events.identifier, events.name, events.ends_at)
    found = found.where(matches, events.deleted_at.is_(None), CHECKS_IN.condition(by.kind, events))
    row = db.execute(found, dict(by.params)).one_or_none()
    return None if row is None else EventKey(*row)


def public_key(db: Session, event_id: int) -> str | None:
    """Return the public key of an event's codes, None while it has given out none."""
    return db.scalar(select(TicketKey.public_key).where(TicketKey.event_id == event_id))


def last_issues(db: Session, attendee_ids: Sequence[int]) -> dict[int, int]:
    """Return the number of the last void code of each of these attendees that has one."""
    found = select(_REVOKED.attendee_id, func.max(_REVOKED.issue)).where(_REVOKED.attendee_id.in_(attendee_ids))
    return {attendee: issue for attendee, issue in db.execute(found.group_by(_REVOKED.attendee_id))}  # noqa: C416 -- rows are no pairs to a type checker


def attendee_of_plain_code(db: Session, event_id: int, order: str, attendee: str) -> Attendee | None:
    """Find who a code of v1 is about: order and attendee by identifier, the attendee by its id as well."""
    names = or_(ATTENDEES.identifier == attendee, _is_id(attendee))
    found = select(Attendee).join(Order, Order.id == Attendee.order_id)
    return db.scalars(found.where(ATTENDEES.event_id == event_id, ORDERS.identifier == order, names)).first()


def _is_id(text: str) -> ColumnElement[bool]:
    return ATTENDEES.id == (int(text) if text.isdecimal() and len(text) < 19 else 0)  # noqa: PLR2004 -- fits 64 bit


def revoked(db: Session, event_id: int, *, after: Position, limit: int) -> list[Position]:
    """Return attendee and issue of void codes, in that order, beginning after a position.

    Those that were written down, and the last ones of attendees whose order is void or who are not there any more.
    """
    both = union_all(_written_down(event_id), _of_the_gone(event_id)).subquery("void")
    page = select(both.c.attendee_id, both.c.issue).distinct().where(_is_after(both.c, after))
    rows = db.execute(page.order_by(both.c.attendee_id, both.c.issue).limit(limit))
    return [(attendee, issue) for attendee, issue in rows]


def count_revoked(db: Session, event_id: int) -> int:
    """Return how many codes of an event are void."""
    both = union_all(_written_down(event_id), _of_the_gone(event_id)).subquery("void")
    return db.scalar(select(func.count()).select_from(select(both).distinct().subquery("each"))) or 0


def _written_down(event_id: int) -> Select[int, int]:
    return select(_REVOKED.attendee_id, _REVOKED.issue).where(_REVOKED.event_id == event_id)


def _of_the_gone(event_id: int) -> Select[int, int]:
    found = select(ATTENDEES.id.label("attendee_id"), ATTENDEES.code_issue.label("issue"))
    found = found.join_from(
        cast(Table, Attendee.__table__), cast(Table, Order.__table__), ORDERS.id == ATTENDEES.order_id
    )
    is_gone = or_(ATTENDEES.deleted_at.is_not(None), ORDERS.status.not_in(SOLD))
    return found.where(ATTENDEES.event_id == event_id, ATTENDEES.code_issue > 0, is_gone)


def _is_after(row: Any, after: Position) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
    attendee, issue = after
    return or_(row.attendee_id > attendee, and_(row.attendee_id == attendee, row.issue > issue))
