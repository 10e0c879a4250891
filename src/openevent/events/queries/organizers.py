"""Who is told what happens at an event: those who organize it, themselves or because they run its group."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, CompoundSelect, Select, select, union
from sqlalchemy.orm import Session

from openevent.events.models import Event, Group, UsersEventsRole, UsersGroupsRole
from openevent.events.rules import ORGANIZER, ORGANIZING, OWNER
from openevent.events.rules.groups import TEAM
from openevent.people.models import User


def organizer_ids(db: Session, event_id: int) -> list[int]:
    """Return the accounts of those who run an event, each once."""
    return sorted(db.scalars(_organizers(event_id, ORGANIZING)))


def chief_addresses(db: Session, event_id: int) -> list[str]:
    """Return the addresses of an event's owner and organizers, each once."""
    found = select(User.email).where(organizes(event_id, (OWNER, ORGANIZER)))
    found = found.where(User.deleted_at.is_(None), User.is_blocked.is_(False))
    return list(db.scalars(found.order_by(User.id)))


def organizes(event_id: int, roles: Sequence[str] = ORGANIZING) -> ColumnElement[bool]:
    """Return the condition on accounts that have one of these roles at an event, or run the group that it is in."""
    return User.id.in_(_organizers(event_id, roles))


def _organizers(event_id: int, roles: Sequence[str]) -> CompoundSelect[int]:
    own = select(UsersEventsRole.user_id).where(UsersEventsRole.event_id == event_id)
    return union(own.where(UsersEventsRole.role_name.in_(roles)), run_by_group(event_id))


def run_by_group(event_id: int) -> Select[int | None]:
    """Return the accounts that run the group of an event: they are organizers of it."""
    held = UsersGroupsRole
    found = select(held.user_id).join(Group, Group.id == held.group_id).join(Event, Event.group_id == held.group_id)
    found = found.where(Event.id == event_id, Group.deleted_at.is_(None))
    return found.where(held.user_id.is_not(None), held.accepted.is_(True), held.role_name.in_(TEAM))
