"""What an invitation to the team of an event or a group says to whom it is for."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from openevent.events.models import Event, Group, Role, RoleInvite, UsersGroupsRole
from openevent.events.rules.invites import ACCEPTED, is_expired, split_token
from openevent.people.queries import live_user

State = Literal["open", "accepted", "expired"]


class InviteView(Struct, frozen=True):
    """Which part in which event or group, for which address, and what can be done about it.

    `is_for_account`: only the invited account itself can accept it, signed in.
    """

    what: Literal["event", "group"]
    name: str
    role: str
    email: str
    has_account: bool
    state: State
    is_for_account: bool = False


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
    state = _state(invite.sent_at, now, is_accepted=invite.status == ACCEPTED)
    has_account = live_user(db, email=invite.email) is not None
    return InviteView("event", event_name, title or invite.role_name, invite.email, has_account, state)


def group_invite_view(db: Session, token: str, now: datetime) -> InviteView | None:
    """Return the same of an invitation to run a group."""
    row = db.execute(
        select(UsersGroupsRole, Group.name, Role.title_name)
        .join(Group, Group.id == UsersGroupsRole.group_id)
        .join(Role, Role.id == UsersGroupsRole.role_id)
        .where(UsersGroupsRole.token == split_token(token)[0], Group.deleted_at.is_(None))
    ).first()
    if row is None:
        return None
    asked, name, title = row
    state = _state(asked.sent_at, now, is_accepted=asked.accepted)
    has_account = live_user(db, email=asked.email) is not None
    return InviteView("group", name, title or asked.role_name, asked.email, has_account, state, is_for_account=True)


def _state(sent_at: datetime, now: datetime, *, is_accepted: bool) -> State:
    if is_accepted:
        return "accepted"
    return "expired" if is_expired(sent_at, now) else "open"
