"""Finding an event and what somebody is there."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from openevent.events.models import Event, UsersEventsRole, UsersGroupsRole
from openevent.events.queries.organizers import run_by_group
from openevent.events.roles import EVENT_COORGANIZER, EVENT_CREW, PUBLISHED
from openevent.events.rules import ORGANIZER
from openevent.kit.access import ANONYMOUS, Actor, Who
from openevent.kit.errors import Forbidden, NotFound, Unauthenticated

_READ = PUBLISHED | EVENT_CREW


def readable_event(db: Session, key: str, by: Actor) -> Event:
    """Return an event by its id or identifier; raises NotFound unless this actor may read it."""
    columns = Event.__table__.c
    wanted = Event.identifier == key
    if re.fullmatch(r"[0-9]{1,18}", key):  # an identifier is never digits only
        wanted = Event.id == int(key)
    found = select(Event).where(wanted, Event.deleted_at.is_(None), _READ.condition(by.kind, columns))
    event = db.scalars(found, dict(by.params)).first()
    if event is None:
        raise _missing(key)
    return event


def organized_event(db: Session, key: str, by: Actor, who: Who = EVENT_COORGANIZER) -> Event:
    """Return an event that this actor organizes; raises NotFound, or Forbidden for one that others do."""
    event = readable_event(db, key, by)
    allowed = select(Event.id).where(Event.id == event.id, who.condition(by.kind, Event.__table__.c))
    if db.scalar(allowed, dict(by.params)) is None:
        if by.kind == ANONYMOUS:
            raise Unauthenticated("Please sign in first.")
        raise Forbidden(f"Only {who.name} may do this.")
    return event


def roles_of(db: Session, event_id: int, user_id: int | None) -> tuple[str, ...]:
    """Return the names of the roles that an account has on an event."""
    links = UsersEventsRole
    found = select(links.role_name).where(links.event_id == event_id, links.user_id == user_id)
    return tuple(sorted({*db.scalars(found), *_by_group(db, event_id, user_id)}))


def _by_group(db: Session, event_id: int, user_id: int | None) -> tuple[str, ...]:
    """Whoever runs the group of an event is an organizer of it."""
    found = run_by_group(event_id).where(UsersGroupsRole.user_id == user_id)
    return () if db.scalar(found.limit(1)) is None else (ORGANIZER,)


def _missing(key: str) -> NotFound:
    return NotFound(f"Event: {key} not found", parameter="id")
