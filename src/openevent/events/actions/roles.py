"""Who runs what: giving, changing and taking roles on an event."""

from __future__ import annotations

from sqlalchemy import delete, select

from openevent.events import queries, rules
from openevent.events.actions.catalogue import role_named
from openevent.events.models import Event, RoleInvite, UsersEventsRole
from openevent.events.rules.invites import PENDING
from openevent.events.signals import OwnerChanged, RoleGiven, RoleTaken
from openevent.kit.access import Actor
from openevent.kit.errors import Conflict, Forbidden
from openevent.kit.work import UnitOfWork
from openevent.people.models import User
from openevent.people.signals import AccountClosing


class RoleHeld(Conflict):
    """An account has each role on an event once."""

    code = "role-held"


def give_role(work: UnitOfWork, event_id: int, user_id: int, role: str, *, by: Actor) -> UsersEventsRole:
    """Give an account a role on an event; giving "owner" makes the owner so far an organizer."""
    require_rank(work, event_id, role, by=by)
    if role == rules.OWNER:
        demote_owner(work, event_id, except_for=user_id)
    given = add_role(work, event_id, user_id, role)
    work.audit("role.give", f"event:{event_id}", by=by, user=user_id, role=role)
    announce_given(work, event_id, user_id, role)
    return given


def change_role(work: UnitOfWork, held: UsersEventsRole, role: str, *, by: Actor) -> UsersEventsRole:
    """Turn a role that somebody has on an event into another one; an owner's stays as it is."""
    require_rank(work, held.event_id, role, by=by, instead_of=held.role_name)
    if role == held.role_name:
        return held
    if role in queries.roles_of(work.db, held.event_id, held.user_id):
        raise RoleHeld("This account has that role already.", pointer="/data/relationships/role")
    if role == rules.OWNER:
        demote_owner(work, held.event_id, except_for=held.user_id)
    before, held.role_id, held.role_name = held.role_name, role_named(work, role).id, role
    work.db.flush()
    work.audit("role.change", f"event:{held.event_id}", by=by, user=held.user_id, role=role, before=before)
    work.announce(RoleTaken(held.event_id, held.user_id, before))
    announce_given(work, held.event_id, held.user_id, role)
    return held


def take_role(work: UnitOfWork, held: UsersEventsRole, *, by: Actor) -> None:
    """Take a role away, or leave. The owner's can't be taken: ownership moves by giving it to somebody else."""
    leaves = held.user_id == by.id and held.role_name != rules.OWNER
    if not (leaves or rules.may_take(_own_roles(work, held.event_id, by), held.role_name)):
        raise Forbidden(f"The role {held.role_name} can't be taken away by you.")
    work.db.delete(held)
    work.db.flush()
    _forget_invite(work, held)
    work.audit("role.take", f"event:{held.event_id}", by=by, user=held.user_id, role=held.role_name)
    work.announce(RoleTaken(held.event_id, held.user_id, held.role_name))


def keep_team(work: UnitOfWork, signal: AccountClosing) -> None:
    """Refuse to delete an account that has a role on an event (reference 5.5): hand on, or leave, first."""
    held = (
        select(UsersEventsRole.id)
        .join(Event, Event.id == UsersEventsRole.event_id)
        .where(UsersEventsRole.user_id == signal.user_id, Event.deleted_at.is_(None))
    )
    if work.db.scalar(held.limit(1)) is not None:
        raise Forbidden("There are events that this account has a part in. Hand them on, or leave them, first.")


def announce_given(work: UnitOfWork, event_id: int, user_id: int, role: str) -> None:
    """Tell that an account got a role, and that the event is in other hands when it is the owner's."""
    work.announce(RoleGiven(event_id, user_id, role))
    if role == rules.OWNER:
        work.announce(OwnerChanged(event_id, user_id))


def add_role(work: UnitOfWork, event_id: int, user_id: int, name: str) -> UsersEventsRole:
    """Make sure that an account has a role, without asking who says so: for callers that have asked already."""
    links = UsersEventsRole
    held = select(links).where(links.event_id == event_id, links.user_id == user_id, links.role_name == name)
    found = work.db.scalar(held)
    if found is None:
        role = role_named(work, name)
        found = links(event_id=event_id, user_id=user_id, role_id=role.id, role_name=name)
        work.db.add(found)
        work.db.flush()
    return found


def _own_roles(work: UnitOfWork, event_id: int, by: Actor) -> tuple[str, ...]:
    return (rules.OWNER,) if by.is_staff else queries.roles_of(work.db, event_id, by.id)


def _forget_invite(work: UnitOfWork, held: UsersEventsRole) -> None:
    """Remove the invitation that led to a role which is gone: its address may be asked anew."""
    email = select(User.email).where(User.id == held.user_id).scalar_subquery()
    same = RoleInvite.event_id == held.event_id, RoleInvite.role_name == held.role_name
    work.db.execute(delete(RoleInvite).where(*same, RoleInvite.email == email))


def require_rank(work: UnitOfWork, event_id: int, role: str, *, by: Actor, instead_of: str | None = None) -> None:
    """Raise Forbidden unless this actor may give a role on an event, or turn another one into it."""
    if not rules.may_give(_own_roles(work, event_id, by), role, instead_of=instead_of):
        raise Forbidden(f"You may not give the role {role} here.", pointer="/data/relationships/role")


def demote_owner(work: UnitOfWork, event_id: int, *, except_for: int) -> None:
    """Make the owner so far an organizer; whom he has asked to be the next one is asked no more."""
    links = UsersEventsRole
    owners = links.event_id == event_id, links.role_name == rules.OWNER, links.user_id != except_for
    for user_id in work.db.scalars(select(links.user_id).where(*owners)).all():
        add_role(work, event_id, user_id, rules.ORGANIZER)
    work.db.execute(delete(links).where(*owners))
    asked = RoleInvite.event_id == event_id, RoleInvite.role_name == rules.OWNER, RoleInvite.status == PENDING
    work.db.execute(delete(RoleInvite).where(*asked))
