"""Running a group together: asking somebody to, saying yes, leaving (v1 reference 19.2)."""

from __future__ import annotations

import secrets

from msgspec import Struct
from sqlalchemy import select

from openevent.events.models import Group, Role, UsersGroupsRole
from openevent.events.rules import ORGANIZER, OWNER
from openevent.events.rules.groups import is_expired, link_subject, split_token
from openevent.events.signals import GroupRoleInvited
from openevent.kit.access import Actor
from openevent.kit.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from openevent.kit.work import UnitOfWork
from openevent.people.actions import confirm_address
from openevent.people.models import User
from openevent.people.queries import live_user
from openevent.people.rules import clean_email

_TOO_OFTEN = {"times": 5, "seconds": 3600}  # mails to one address about one invitation
_PER_ACCOUNT = {"times": 50, "seconds": 24 * 3600}


class GroupRoleHeld(Conflict):
    """One role an address and group."""

    code = "group-role-held"


class GroupInviteSettled(Conflict):
    """The invitation was accepted already."""

    code = "group-invite-settled"


class GroupInviteExpired(Conflict):
    """The invitation is too old; whoever sent it can send it again."""

    code = "group-invite-expired"


class GroupAccepted(Struct, frozen=True):
    """Who runs which group now, and as what."""

    group_id: int
    user: User
    role: str


def invite_to_group(work: UnitOfWork, group_id: int, role_id: int, email: str, *, by: Actor) -> UsersGroupsRole:
    """Ask an address to help to run a group. Raises Forbidden for other roles, Invalid, GroupRoleHeld."""
    role = work.db.get_one(Role, role_id)
    if role.name != ORGANIZER:
        raise Forbidden("Only organizers can be invited to a group.", pointer="/data/relationships/role")
    address = clean_email(email)
    if address is None:
        raise Invalid("Not a valid email address.", pointer="/data/attributes/email")
    held = UsersGroupsRole.group_id == group_id, UsersGroupsRole.email == address
    if work.db.scalar(select(UsersGroupsRole.id).where(*held)) is not None:
        raise GroupRoleHeld("This address has a role in this group already.", pointer="/data/attributes/email")
    work.services.limiter.hit(f"group-roles:{by.id}", **_PER_ACCOUNT)
    row = UsersGroupsRole(
        group_id=group_id,
        role_id=role.id,
        role_name=role.name,
        email=address,
        accepted=False,
        token=secrets.token_hex(20),
        sent_at=work.now,
    )
    work.db.add(row)
    work.db.flush()
    work.audit("users-groups-role.create", f"group:{group_id}", by=by, role=role.name)
    work.announce(GroupRoleInvited(row.id))
    return row


def send_group_invite_again(work: UnitOfWork, row: UsersGroupsRole, *, by: Actor) -> None:
    """Mail an invitation once more; it is good for some days again. Raises GroupInviteSettled, TooManyRequests."""
    if row.accepted:
        raise GroupInviteSettled("This invitation was accepted already.")
    work.services.limiter.hit(f"group-role:{row.id}", **_TOO_OFTEN)
    row.sent_at = work.now
    work.db.flush()
    work.audit("users-groups-role.resend", f"group:{row.group_id}", by=by)
    work.announce(GroupRoleInvited(row.id))


def accept_group_invite(work: UnitOfWork, token: str, *, by: Actor) -> GroupAccepted:
    """Let the invited account run the group; whoever comes with the mailed link has shown that the address is his.

    Raises NotFound for an unknown token, Forbidden for another account, GroupInviteSettled, GroupInviteExpired.
    """
    row = _invite_of(work, token)
    user = live_user(work.db, id=by.id)
    if user is None:
        raise Unauthenticated("Please sign in first.")
    if user.email != row.email:
        raise Forbidden("This invitation is for another address.")
    if row.accepted:
        raise GroupInviteSettled("This invitation was accepted already.")
    if is_expired(row.sent_at, work.now):
        raise GroupInviteExpired("This invitation is too old. Ask whoever sent it to send it again.")
    if work.services.signer.is_valid(link_subject(row.id), split_token(token)[1], now=work.now):
        confirm_address(work, user, by=by)
    row.accepted, row.user_id = True, user.id
    work.db.flush()
    work.audit("users-groups-role.accept", f"group:{row.group_id}", by=by)
    return GroupAccepted(row.group_id, user, row.role_name)


def _invite_of(work: UnitOfWork, token: str) -> UsersGroupsRole:
    found = (
        select(UsersGroupsRole)
        .join(Group, Group.id == UsersGroupsRole.group_id)
        .where(UsersGroupsRole.token == split_token(token)[0], Group.deleted_at.is_(None))
        .with_for_update(of=UsersGroupsRole)
    )
    row = work.db.scalar(found)
    if row is None:
        raise NotFound("There is no such invitation.")
    return row


def leave_group(work: UnitOfWork, row: UsersGroupsRole, *, by: Actor) -> None:
    """Take a role in a group away, or leave; the owner's stays."""
    if row.role_name == OWNER:
        raise Forbidden("The owner of a group stays its owner.")
    work.db.delete(row)
    work.audit("users-groups-role.delete", f"group:{row.group_id}", by=by, user=row.user_id)
