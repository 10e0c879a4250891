"""Mails about running events: invitations."""

from __future__ import annotations

from openevent.events.models import Event, RoleInvite
from openevent.events.rules.catalogue import ROLES
from openevent.events.rules.invites import ACCEPTED, LASTS, link_subject
from openevent.events.signals import RoleInvited
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
        "link": work.site.page(f"/role-invites?token={row.hash}~{signature}"),
    }
    work.send(render("events/role-invite", values, work.site).to(row.email))


def _name(user: User | None) -> str:
    return display_name(user.public_name, user.first_name, user.last_name) if user else ""
