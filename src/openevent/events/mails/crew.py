"""Mails about running events: invitations, and questions to organizers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from openevent.events.models import Event, RoleInvite, UsersEventsRole
from openevent.events.rules import ORGANIZING
from openevent.events.rules.catalogue import ROLES
from openevent.events.rules.invites import ACCEPTED, LASTS, link_subject
from openevent.events.signals import OrganizersContacted, RoleInvited
from openevent.kit.mail import render
from openevent.kit.work import UnitOfWork
from openevent.people.models import User
from openevent.people.queries import live_user
from openevent.people.rules import display_name


def invitation(work: UnitOfWork, signal: RoleInvited) -> None:
    """Ask the invited address whether its owner wants the part; the link shows that the mail was read there."""
    row = work.db.get(RoleInvite, signal.invite_id)
    if row is None or row.status == ACCEPTED:
        return  # taken back, or accepted, meanwhile
    event = work.db.get_one(Event, row.event_id)
    if event.deleted_at is not None:
        return
    signature = work.services.signer.sign(link_subject(row.id), expires=row.sent_at + LASTS)
    values = {
        "event_name": event.name,
        "role": dict(ROLES).get(row.role_name, row.role_name),
        "inviter": _name(work.db.get(User, row.sent_by) if row.sent_by else None),
        "has_account": live_user(work.db, email=row.email) is not None,
        "days": LASTS.days,
        "link": work.services.site.link(f"/role-invites?token={row.hash}~{signature}"),
    }
    work.send(render("events/role-invite", values, work.services.site).to(row.email))


def question(work: UnitOfWork, signal: OrganizersContacted) -> None:
    """Send a question to whoever organizes the event; answers go to whoever asks, who gets a copy."""
    asker, event = live_user(work.db, id=signal.user_id), work.db.get(Event, signal.event_id)
    if asker is None or event is None or event.deleted_at is not None:
        return
    values = {
        "event_name": event.name,
        "event_link": work.services.site.link(f"/e/{event.identifier}"),
        "asker": _name(asker) or asker.email,
        "text": signal.text,
    }
    for address in _organizers(work, event.id):
        _send_question(work, address, asker.email, {**values, "is_copy": False})
    if asker.is_verified:  # others would be told by a stranger who gave their address
        _send_question(work, asker.email, None, {**values, "is_copy": True})


def _organizers(work: UnitOfWork, event_id: int) -> list[str]:
    links = UsersEventsRole
    found = select(User.email).join(links, links.user_id == User.id).where(links.event_id == event_id)
    found = found.where(links.role_name.in_(ORGANIZING), User.deleted_at.is_(None), User.is_blocked.is_(False))
    return list(work.db.scalars(found.distinct().order_by(User.email)))


def _send_question(work: UnitOfWork, address: str, reply_to: str | None, values: dict[str, Any]) -> None:
    letter = render("events/question", values, work.services.site)
    work.send(letter.to(address, reply_to=reply_to))


def _name(user: User | None) -> str:
    return display_name(user.public_name, user.first_name, user.last_name) if user else ""
