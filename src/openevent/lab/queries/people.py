"""Questions about people."""

from __future__ import annotations

from sqlalchemy import Integer, literal, select, true
from sqlalchemy.orm import Session as Db

from openevent.kit.access import ANONYMOUS, Actor
from openevent.lab.roles import holds_ticket
from openevent.people.models import User
from openevent.people.rules import kind_of


def actor_of(db: Db, user_id: int) -> Actor | None:
    """Return somebody as who they are now; None for an account that can't be used any more."""
    user = db.get(User, user_id)
    if user is None or user.deleted_at is not None or user.is_blocked:
        return None
    kind = kind_of(is_super_admin=user.is_super_admin, is_admin=user.is_admin)
    return Actor(id=user.id, email=user.email, kind=kind, is_verified=user.is_verified)


def takes_part(db: Db, event_id: int, by: Actor) -> bool:
    """Tell whether somebody has a ticket of an event."""
    if by.kind == ANONYMOUS:
        return False
    return db.scalar(select(true()).where(holds_ticket(literal(event_id, Integer()))), dict(by.params)) is not None
