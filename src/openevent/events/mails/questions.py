"""Questions to those who run an event or a group. Answers go to whoever asks, who gets a copy."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from openevent.events.models import Event, Group, UsersGroupsRole
from openevent.events.queries import organizes
from openevent.events.signals import GroupContacted, OrganizersContacted
from openevent.kit.mail import render
from openevent.kit.work import UnitOfWork
from openevent.people.models import User
from openevent.people.queries import live_user
from openevent.people.rules import display_name


def about_event(work: UnitOfWork, signal: OrganizersContacted) -> None:
    """Send a question to whoever organizes an event."""
    event = work.db.get(Event, signal.event_id)
    if event is None or event.deleted_at is not None:
        return
    values = {"event_name": event.name, "event_link": work.site.page(f"/e/{event.identifier}"), "text": signal.text}
    _ask(work, signal.user_id, "events/question", values, select(User.email).where(organizes(event.id)))


def about_group(work: UnitOfWork, signal: GroupContacted) -> None:
    """Send a question to those who run a group."""
    group = work.db.get(Group, signal.group_id)
    if group is None or group.deleted_at is not None:
        return
    values = {"group_name": group.name, "group_link": work.site.page(f"/g/{group.id}"), "text": signal.text}
    held = UsersGroupsRole
    team = select(User.email).join(held, held.user_id == User.id).where(held.group_id == group.id)
    _ask(work, signal.user_id, "events/group-question", values, team.where(held.accepted.is_(True)))


def _ask(work: UnitOfWork, asker_id: int, template: str, values: dict[str, Any], team: Select[str]) -> None:
    asker = live_user(work.db, id=asker_id)
    if asker is None:
        return
    values = values | {"asker": display_name(asker.public_name, asker.first_name, asker.last_name) or asker.email}
    letter = render(template, {**values, "is_copy": False}, work.site)
    reachable = team.where(User.deleted_at.is_(None), User.is_blocked.is_(False))
    for address in work.db.scalars(reachable.distinct().order_by(User.email)):
        work.send(letter.to(address, reply_to=asker.email))
    if asker.is_verified:  # others would be told by a stranger who gave their address
        work.send(render(template, {**values, "is_copy": True}, work.site).to(asker.email))
