"""Whom time's own mails go to, and which have been written."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from openevent.events.models import Event, EventReminder, UsersEventsRole
from openevent.events.rules import ORGANIZER, OWNER
from openevent.people.models import User


def is_reminded(kind: str, about_id: Any = 0) -> ColumnElement[bool]:  # noqa: ANN401 -- a number or a column
    """Return the condition under which an event has had its mail of a kind."""
    row = EventReminder
    return exists(select(row.id).where(row.event_id == Event.id, row.kind == kind, row.about_id == about_id))


def chief_addresses(db: Session, event_id: int) -> list[str]:
    """Return the addresses of an event's owner and organizers."""
    roles = UsersEventsRole
    found = select(User.email).join(roles, roles.user_id == User.id).where(roles.event_id == event_id)
    found = found.where(roles.role_name.in_((OWNER, ORGANIZER)), User.deleted_at.is_(None), User.is_blocked.is_(False))
    return list(dict.fromkeys(db.scalars(found.order_by(User.id))))
