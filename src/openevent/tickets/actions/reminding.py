"""Noticing that the sale of ticket types ends."""

from __future__ import annotations

from sqlalchemy import select

from openevent.events.models import Event, EventReminder
from openevent.events.queries import is_reminded
from openevent.kit.work import UnitOfWork
from openevent.tickets.models import Ticket
from openevent.tickets.rules.reminders import WINDOWS
from openevent.tickets.signals import SalesEnding

AT_ONCE = 200  # ticket types in one transaction of the periodic job, of each kind


def remind_of_sales(work: UnitOfWork) -> int:
    """Announce, once each, the ticket types whose sale has ended or soon will; return how many there were."""
    return sum(_remind(work, kind) for kind in WINDOWS)


def _remind(work: UnitOfWork, kind: str) -> int:
    after, until = (work.now + span for span in WINDOWS[kind])
    due = select(Ticket.id, Ticket.event_id).join(Event, Event.id == Ticket.event_id)
    due = due.where(Ticket.sales_ends_at > after, Ticket.sales_ends_at <= until, Ticket.deleted_at.is_(None))
    due = due.where(Event.state == "published", Event.deleted_at.is_(None), Event.ends_at > work.now)
    due = due.where(~is_reminded(kind, Ticket.id)).order_by(Ticket.id).limit(AT_ONCE)
    found: dict[int, list[int]] = {}
    for ticket_id, event_id in work.db.execute(due):
        found.setdefault(event_id, []).append(ticket_id)
    for event_id, ticket_ids in found.items():
        work.db.add_all(
            EventReminder(event_id=event_id, kind=kind, about_id=one, written_at=work.now) for one in ticket_ids
        )
        work.announce(SalesEnding(event_id, kind, ticket_ids))
    return sum(map(len, found.values()))
