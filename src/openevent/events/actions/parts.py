"""Parts of an event that need more than being stored: sponsors and links elsewhere."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from openevent.events.models import Event, SocialLink, Sponsor
from openevent.kit.access import Actor
from openevent.kit.errors import Forbidden
from openevent.kit.work import UnitOfWork


class SponsorsDisabled(Forbidden):
    """The event does not show sponsors."""

    code = "sponsors-disabled"


def add_sponsor(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> Sponsor:
    """Add a sponsor; `values` are its columns. The event must have its sponsors feature on."""
    event = work.db.get_one(Event, values["event_id"])
    if not event.is_sponsors_enabled:
        raise SponsorsDisabled("Sponsors are not enabled for this event.", pointer="/data/relationships/event")
    row = Sponsor(**values)
    work.db.add(row)
    work.db.flush()
    work.audit("sponsor.create", f"sponsor:{row.id}", by=by, event=event.id)
    return row


def add_social_link(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> SocialLink:
    """Add an address of the event elsewhere; it gets an identifier of its own unless one is given."""
    row = SocialLink(**values)
    row.identifier = row.identifier or secrets.token_hex(4)
    work.db.add(row)
    work.db.flush()
    work.audit("social-link.create", f"social-link:{row.id}", by=by, event=row.event_id)
    return row
