"""What an invitation to a team says to whom it is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from openevent.events.models import Event, Role, RoleInvite
from openevent.events.rules.invites import ACCEPTED, is_expired, split_token
from openevent.people.queries import live_user


@dataclass(frozen=True, slots=True)
class InviteView:
    """Which part in which event, for which address, and what can be done about it."""

    event_name: str
    role: str
    email: str
    has_account: bool
    state: Literal["open", "accepted", "expired"]


def invite_view(db: Session, token: str, now: datetime) -> InviteView | None:
    """Return the invitation that a mailed link opens, None for an unknown one and for an event that is gone."""
    row = db.execute(
        select(RoleInvite, Event.name, Role.title_name)
        .join(Event, Event.id == RoleInvite.event_id)
        .join(Role, Role.id == RoleInvite.role_id)
        .where(RoleInvite.hash == split_token(token)[0], Event.deleted_at.is_(None))
    ).first()
    if row is None:
        return None
    invite, event_name, title = row
    state = "accepted" if invite.status == ACCEPTED else "expired" if is_expired(invite.sent_at, now) else "open"
    has_account = live_user(db, email=invite.email) is not None
    return InviteView(event_name, title or invite.role_name, invite.email, has_account, state)
