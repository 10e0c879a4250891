"""Making and changing tags of ticket types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openevent.kit.access import Actor
from openevent.kit.work import UnitOfWork
from openevent.tickets.actions.linking import OF_TAG, Linked, set_links, tickets_of
from openevent.tickets.models import TicketTag


def create_tag(work: UnitOfWork, values: Mapping[str, Any], links: Linked, *, by: Actor) -> TicketTag:
    """Make a tag and give it to ticket types of its event."""
    tag = TicketTag(event_id=links["event"], **values)
    work.db.add(tag)
    work.db.flush()
    _tag(work, tag, links)
    work.audit("ticket-tag.create", f"ticket-tag:{tag.id}", by=by)
    return tag


def update_tag(work: UnitOfWork, tag: TicketTag, values: Mapping[str, Any], links: Linked, *, by: Actor) -> TicketTag:
    """Change what is given of a tag."""
    for name, value in values.items():
        setattr(tag, name, value)
    work.db.flush()
    _tag(work, tag, links)
    work.audit("ticket-tag.update", f"ticket-tag:{tag.id}", by=by)
    return tag


def _tag(work: UnitOfWork, tag: TicketTag, links: Linked) -> None:
    ids = links.get("tickets")
    if isinstance(ids, list):
        tickets_of(work.db, ids, tag.event_id)
        set_links(work.db, OF_TAG, tag.id, ids)
