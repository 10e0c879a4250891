"""Mails about groups: invitations to run one, and news for followers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from openevent.events.models import Event, Group, UserFollowGroup, UsersGroupsRole
from openevent.events.rules.groups import LASTS, link_subject
from openevent.events.signals import EventAnnounced, GroupRoleInvited
from openevent.kit.mail import render
from openevent.kit.work import UnitOfWork
from openevent.people.models import User
from openevent.people.rules import display_name


def invitation(work: UnitOfWork, signal: GroupRoleInvited) -> None:
    """Ask the invited address whether its owner wants to help to run a group."""
    row = work.db.get(UsersGroupsRole, signal.role_id)
    if row is None or row.accepted:
        return  # taken back, or accepted, meanwhile
    group = work.db.get_one(Group, row.group_id)
    if group.deleted_at is not None:
        return
    signature = work.services.signer.sign(link_subject(row.id), expires=row.sent_at + LASTS)
    values = {
        "group_name": group.name,
        "inviter": _name(work.db.get_one(User, group.user_id)),
        "days": LASTS.days,
        "link": work.site.page(f"/group-invites?token={row.token}~{signature}"),
    }
    work.send(render("events/group-role", values, work.site).to(row.email))


def announcement(work: UnitOfWork, signal: EventAnnounced) -> None:
    """Tell every follower of a group of an event; one that has gone back meanwhile is not told."""
    group, event = work.db.get(Group, signal.group_id), work.db.get(Event, signal.event_id)
    if group is None or event is None or event.deleted_at is not None or event.state != "published":
        return
    values = {
        "group_name": group.name,
        "group_link": work.site.page(f"/g/{group.id}"),
        "event_name": event.name,
        "event_link": work.site.page(f"/e/{event.identifier}"),
    }
    letter = render("events/announcement", values, work.site)
    for address in _followers(work, group.id):
        work.send(letter.to(address, event_id=event.id))


def _followers(work: UnitOfWork, group_id: int) -> list[str]:
    found = select(User.email).join(UserFollowGroup, UserFollowGroup.user_id == User.id)
    found = found.where(UserFollowGroup.group_id == group_id, *_reachable())
    return list(work.db.scalars(found.order_by(User.email)))


def _reachable() -> tuple[Any, ...]:
    return User.deleted_at.is_(None), User.is_blocked.is_(False), User.is_verified


def _name(user: User) -> str:
    return display_name(user.public_name, user.first_name, user.last_name)
