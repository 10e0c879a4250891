"""Mails about groups: invitations to run one, news for followers, and questions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from openevent.events.models import Event, Group, UserFollowGroup, UsersGroupsRole
from openevent.events.rules.groups import LASTS, link_subject
from openevent.events.signals import EventAnnounced, GroupContacted, GroupRoleInvited
from openevent.kit.mail import render
from openevent.kit.work import UnitOfWork
from openevent.people.models import User
from openevent.people.queries import live_user
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
        "link": work.services.site.link(f"/group-invites?token={row.token}~{signature}"),
    }
    work.send(render("events/group-role", values, work.services.site).to(row.email))


def announcement(work: UnitOfWork, signal: EventAnnounced) -> None:
    """Tell every follower of a group of an event; one that has gone back meanwhile is not told."""
    group, event = work.db.get(Group, signal.group_id), work.db.get(Event, signal.event_id)
    if group is None or event is None or event.deleted_at is not None or event.state != "published":
        return
    values = {
        "group_name": group.name,
        "group_link": work.services.site.link(f"/g/{group.id}"),
        "event_name": event.name,
        "event_link": work.services.site.link(f"/e/{event.identifier}"),
    }
    letter = render("events/announcement", values, work.services.site)
    for address in _followers(work, group.id):
        work.send(letter.to(address))


def _followers(work: UnitOfWork, group_id: int) -> list[str]:
    found = select(User.email).join(UserFollowGroup, UserFollowGroup.user_id == User.id)
    found = found.where(UserFollowGroup.group_id == group_id, *_reachable())
    return list(work.db.scalars(found.order_by(User.email)))


def _reachable() -> tuple[Any, ...]:
    return User.deleted_at.is_(None), User.is_blocked.is_(False), User.is_verified


def question(work: UnitOfWork, signal: GroupContacted) -> None:
    """Send a question to those who run a group; answers go to whoever asks, who gets a copy."""
    asker, group = live_user(work.db, id=signal.user_id), work.db.get(Group, signal.group_id)
    if asker is None or group is None or group.deleted_at is not None:
        return
    values = {
        "group_name": group.name,
        "group_link": work.services.site.link(f"/g/{group.id}"),
        "asker": _name(asker) or asker.email,
        "text": signal.text,
    }
    for address in _team(work, group.id):
        _send_question(work, address, asker.email, {**values, "is_copy": False})
    if asker.is_verified:  # others would be told by a stranger who gave their address
        _send_question(work, asker.email, None, {**values, "is_copy": True})


def _team(work: UnitOfWork, group_id: int) -> list[str]:
    held = UsersGroupsRole
    found = select(User.email).join(held, held.user_id == User.id).where(held.group_id == group_id)
    found = found.where(held.accepted.is_(True), User.deleted_at.is_(None), User.is_blocked.is_(False))
    return list(work.db.scalars(found.distinct().order_by(User.email)))


def _send_question(work: UnitOfWork, address: str, reply_to: str | None, values: dict[str, Any]) -> None:
    letter = render("events/group-question", values, work.services.site)
    work.send(letter.to(address, reply_to=reply_to))


def _name(user: User) -> str:
    return display_name(user.public_name, user.first_name, user.last_name)
