"""Giving an event its tax."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from openevent.events.models import Event
from openevent.kit.access import Actor
from openevent.kit.errors import Conflict, SwitchedOff
from openevent.kit.work import UnitOfWork
from openevent.tickets.models import Tax


class TaxExists(Conflict):
    """The event has its tax already."""

    code = "tax-exists"


def create_tax(work: UnitOfWork, values: Mapping[str, Any], *, event_id: int, by: Actor) -> Tax:
    """Give an event its tax; raises SwitchedOff unless the event uses taxes, TaxExists for a second one."""
    event = work.db.get_one(Event, event_id)
    if not event.is_tax_enabled:
        raise SwitchedOff("Tax is Disabled for this Event", pointer="/data/relationships/event")
    found = select(Tax.id).where(Tax.event_id == event_id, Tax.deleted_at.is_(None))
    if work.db.scalar(found) is not None:
        raise TaxExists("Tax already exists", pointer="/data/relationships/event")
    tax = Tax(event_id=event_id, **values)
    work.db.add(tax)
    work.db.flush()
    work.audit("tax.create", f"tax:{tax.id}", by=by)
    return tax
