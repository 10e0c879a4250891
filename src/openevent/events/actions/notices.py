"""Telling accounts inside the product what happens around events (v1 reference 20.9)."""

from __future__ import annotations

from openevent.events.models import Event, RoleInvite
from openevent.events.signals import RoleInvited
from openevent.kit.work import UnitOfWork
from openevent.people.actions import notify
from openevent.people.queries import live_user


def tell_invited(work: UnitOfWork, signal: RoleInvited) -> None:
    """Tell the account of an invited address, if there is one, that it is asked to play a part."""
    row = work.db.get(RoleInvite, signal.invite_id)
    user = live_user(work.db, email=row.email) if row else None
    if row is None or user is None:
        return
    event = work.db.get_one(Event, row.event_id)
    about = {
        "event_invite": {"id": str(row.id), "role_name": row.role_name, "status": row.status},
        "event": {"id": str(event.id), "name": event.name, "identifier": event.identifier},
    }
    actors = [row.sent_by] if row.sent_by else []
    notify(work, [user.id], "event_role", target=("RoleInvite", row.id), actors=actors, about=about)
