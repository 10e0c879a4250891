"""Asking people to play a part in an event, and their saying yes (v1 reference 6.9)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import delete, select

from openevent.events.actions.roles import add_role, announce_given, demote_owner, require_rank
from openevent.events.models import Event, Role, RoleInvite, UsersEventsRole
from openevent.events.rules import OWNER
from openevent.events.rules.invites import (
    ACCEPTED,
    PENDING,
    is_expired,
    link_subject,
    may_ask_again,
    split_token,
)
from openevent.events.signals import RoleInvited
from openevent.kit.access import Actor
from openevent.kit.errors import Conflict, Invalid, NotFound
from openevent.kit.work import UnitOfWork
from openevent.people.actions import confirm_address
from openevent.people.models import User
from openevent.people.queries import live_user
from openevent.people.rules import clean_email

_EMAIL, _ROLE_NAME = "/data/attributes/email", "/data/attributes/role-name"
_TOO_OFTEN = {"times": 5, "seconds": 3600}  # mails to one address about one invitation


class InviteExists(Conflict):
    """One invitation an address and event."""

    code = "invite-exists"


class InviteSettled(Conflict):
    """The invitation was accepted already."""

    code = "invite-settled"


class InviteExpired(Conflict):
    """The invitation is too old; whoever sent it can send it again."""

    code = "invite-expired"


class Accepted(Struct, frozen=True):
    """Who has taken which part in what."""

    event: Event
    user: User
    role: str


def invite(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> RoleInvite:
    """Ask an address to play a part; `values` are columns. Nobody invites to more than he is himself.

    Raises Invalid when role and role name differ, InviteExists, Forbidden.
    """
    event = work.db.get_one(Event, values["event_id"], with_for_update=True)  # of two at once, one is late
    role = work.db.get_one(Role, values["role_id"])
    if role.name != values["role_name"]:
        raise Invalid("role-name must be the name of the role.", pointer=_ROLE_NAME)
    require_rank(work, event.id, role.name, by=by)
    email = clean_email(values["email"])
    if email is None:
        raise Invalid("This is no e-mail address.", pointer=_EMAIL)
    _make_room(work, event.id, email, role.name)
    row = _add(work, event.id, email, role, PENDING, by)
    work.audit("role-invite.create", f"role-invite:{row.id}", by=by, event=event.id, role=role.name)
    work.announce(RoleInvited(row.id))
    return row


def record_owner(work: UnitOfWork, owned: UsersEventsRole, *, by: Actor) -> None:
    """Note among the invitations that whoever creates an event owns it: clients list them as the team."""
    if by.email:
        _add(work, owned.event_id, by.email, work.db.get_one(Role, owned.role_id), ACCEPTED, by)


def send_again(work: UnitOfWork, row: RoleInvite, *, by: Actor) -> None:
    """Mail an invitation once more; it is good for some days again. Raises InviteSettled, TooManyRequests."""
    if row.status == ACCEPTED:
        raise InviteSettled("This invitation was accepted already.")
    work.services.limiter.hit(f"role-invite:{row.id}", **_TOO_OFTEN)
    row.sent_at, row.sent_by = work.now, by.id
    work.db.flush()
    work.audit("role-invite.resend", f"role-invite:{row.id}", by=by)
    work.announce(RoleInvited(row.id))


def withdraw(work: UnitOfWork, row: RoleInvite, *, by: Actor) -> None:
    """Take back an invitation that nobody has accepted; raises InviteSettled for one that somebody has."""
    if row.status == ACCEPTED:
        raise InviteSettled("This invitation was accepted already.")
    require_rank(work, row.event_id, row.role_name, by=by)
    work.db.delete(row)
    work.audit("role-invite.delete", f"role-invite:{row.id}", by=by, event=row.event_id)


def accept_invite(work: UnitOfWork, token: str, *, by: Actor) -> Accepted:
    """Take the part for the account of the invited address; whoever has the mail's link need not sign in.

    The link shows that the address is his, so the account is verified. Becoming the owner makes the owner so far an
    organizer. Raises NotFound for an unknown token and an address without an account, InviteSettled, InviteExpired.
    """
    event = work.db.get_one(Event, invite_of(work, token).event_id, with_for_update=True)  # one transfer at a time
    row = invite_of(work, token, fresh=True)
    if row.status == ACCEPTED:
        raise InviteSettled("This invitation was accepted already.")
    if is_expired(row.sent_at, work.now):
        raise InviteExpired("This invitation is too old. Ask whoever sent it to send it again.")
    user = live_user(work.db, email=row.email)
    if user is None or user.is_blocked:
        raise NotFound("There is no account with this address. Please sign up first.")
    if work.services.signer.is_valid(link_subject(row.id), split_token(token)[1], now=work.now):
        confirm_address(work, user, by=by)
    row.status = ACCEPTED
    work.db.flush()
    _take_part(work, event, user, row.role_name)
    work.audit("role-invite.accept", f"role-invite:{row.id}", by=by, user=user.id)
    return Accepted(event, user, row.role_name)


def invite_of(work: UnitOfWork, token: str, *, fresh: bool = False) -> RoleInvite:
    """Return the invitation that a token opens, of an event that is still there; raises NotFound.

    `fresh`: as it is now, when it was read before.
    """
    found = (
        select(RoleInvite)
        .join(Event, Event.id == RoleInvite.event_id)
        .where(RoleInvite.hash == split_token(token)[0], Event.deleted_at.is_(None))
    )
    row = work.db.scalar(found.execution_options(populate_existing=fresh))
    if row is None:
        raise NotFound("There is no such invitation.")
    return row


def _make_room(work: UnitOfWork, event_id: int, email: str, role: str) -> None:
    mine = RoleInvite.event_id == event_id
    if role == OWNER:  # there is one owner, so there is one who may become it
        waiting = RoleInvite.status == PENDING, RoleInvite.role_name == OWNER
        work.db.execute(delete(RoleInvite).where(mine, *waiting, RoleInvite.email != email))
    before = work.db.scalar(select(RoleInvite).where(mine, RoleInvite.email == email))
    if before is None:
        return
    if not may_ask_again(before.status, before.role_name, role):
        raise InviteExists("An invitation was sent to this address already.", pointer=_EMAIL)
    work.db.delete(before)
    work.db.flush()


def _add(work: UnitOfWork, event_id: int, email: str, role: Role, status: str, by: Actor) -> RoleInvite:  # noqa: PLR0917 -- the row's columns
    row = RoleInvite(
        event_id=event_id,
        email=email,
        role_id=role.id,
        role_name=role.name,
        hash=secrets.token_urlsafe(24),
        status=status,
        created_at=work.now,
        sent_at=work.now,
        sent_by=by.id,
    )
    work.db.add(row)
    work.db.flush()
    return row


def _take_part(work: UnitOfWork, event: Event, user: User, role: str) -> None:
    if role == OWNER:
        demote_owner(work, event.id, except_for=user.id)
    add_role(work, event.id, user.id, role)
    announce_given(work, event.id, user.id, role)
