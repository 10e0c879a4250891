"""Noticing that an event is over."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from openevent.events.models import Event, EventReminder
from openevent.events.queries import is_reminded
from openevent.kit.work import UnitOfWork
from openevent.programme.rules.letters import AFTER_EVENT
from openevent.programme.signals import EventOver

AT_ONCE = 200  # events in one transaction of the periodic job
_WITHIN = timedelta(days=1)


def thank_after_events(work: UnitOfWork) -> int:
    """Announce, once each, the public events that ended within the last day; return how many there were."""
    over = select(Event.id).where(Event.ends_at <= work.now, Event.ends_at > work.now - _WITHIN)
    over = over.where(Event.state == "published", Event.deleted_at.is_(None), ~is_reminded(AFTER_EVENT))
    found = list(work.db.scalars(over.order_by(Event.id).limit(AT_ONCE)))
    for event_id in found:
        work.db.add(EventReminder(event_id=event_id, kind=AFTER_EVENT, written_at=work.now))
        work.announce(EventOver(event_id))
    return len(found)
