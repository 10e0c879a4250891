"""Mails about ticket types: their sale ends."""

from __future__ import annotations

from sqlalchemy import select

from openevent.events.models import Event
from openevent.events.queries import chief_addresses
from openevent.kit.mail import render
from openevent.kit.work import UnitOfWork
from openevent.tickets.models import Ticket
from openevent.tickets.signals import SalesEnding

_TEMPLATES = {
    "ticket_sales_end": "tickets/sales-end",
    "ticket_sales_end_tomorrow": "tickets/sales-end-tomorrow",
    "ticket_sales_end_next_week": "tickets/sales-end-next-week",
}


def sales_ending(work: UnitOfWork, signal: SalesEnding) -> None:
    """Tell the owner and the organizers which ticket types are concerned, as far as they are still there."""
    event = work.db.get(Event, signal.event_id)
    wanted = select(Ticket.name).where(Ticket.id.in_(signal.ticket_ids), Ticket.deleted_at.is_(None))
    names = list(work.db.scalars(wanted.order_by(Ticket.id)))
    if event is None or event.deleted_at is not None or not names:
        return
    values = {
        "event_name": event.name,
        "tickets": ", ".join(names),
        "link": work.site.page(f"/events/{event.identifier}/tickets"),
    }
    letter = render(_TEMPLATES[signal.kind], values, work.site)
    for address in chief_addresses(work.db, event.id):
        work.send(letter.to(address, event_id=event.id))
