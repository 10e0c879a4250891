"""Taking PDFs out of use that show something else now: nobody reaches the old files any more."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from openevent.events.signals import EventChanged
from openevent.kit.work import UnitOfWork
from openevent.orders.models import Attendee, Order
from openevent.orders.signals import PapersDropped, PapersOutdated, PapersWanted
from openevent.tickets.signals import TicketChanged

AT_ONCE = 200  # attendees in one job
# What a ticket or an order's mail shows of the event and of the ticket type.
OF_EVENT = frozenset(
    {
        *("name", "starts_at", "ends_at", "timezone", "online", "location_name", "logo_url", "owner_name"),
        *("ticket_color", "ticket_paper_color", "ticket_note", "after_order_message", "language"),
    }
)
OF_TICKET = frozenset({"name", "description", "is_description_visible"})


def drop_papers(work: UnitOfWork, order: Order, attendees: Sequence[Attendee]) -> None:
    """Forget the PDFs of these attendees of one order, and the one of the whole order; a job removes the files."""
    keys = [key for key in (order.pdf_key, *(one.pdf_key for one in attendees)) if key]
    for one in attendees:
        one.pdf_key = None
    order.pdf_key = None
    if keys:
        work.announce(PapersDropped(keys))


def delete_papers(work: UnitOfWork, signal: PapersDropped) -> None:
    """Remove the files of PDFs that are out of use."""
    for key in signal.keys:
        work.services.storage.delete(key)


def follow_event(work: UnitOfWork, signal: EventChanged) -> None:
    """Set all tickets of an event anew when they show something else now."""
    if OF_EVENT.intersection(signal.changed):
        work.announce(PapersOutdated(signal.event_id, None, 0))


def follow_ticket(work: UnitOfWork, signal: TicketChanged) -> None:
    """Set all tickets of a type anew when they show something else now."""
    if OF_TICKET.intersection(signal.changed):
        work.announce(PapersOutdated(signal.event_id, signal.ticket_id, 0))


def drop_outdated(work: UnitOfWork, signal: PapersOutdated) -> None:
    """Forget the PDFs of the next few attendees and have new ones made; then go on with those after them."""
    found = (
        select(Attendee)
        .where(Attendee.event_id == signal.event_id, Attendee.id > signal.after, Attendee.order_id.is_not(None))
        .order_by(Attendee.id)
        .limit(AT_ONCE)
    )
    if signal.ticket_id is not None:
        found = found.where(Attendee.ticket_id == signal.ticket_id)
    people = work.db.scalars(found).all()
    by_order: dict[int, list[Attendee]] = {}
    for one in people:
        by_order.setdefault(one.order_id or 0, []).append(one)
    for order in work.db.scalars(select(Order).where(Order.id.in_(by_order)).order_by(Order.id)):
        if order.pdf_key or any(one.pdf_key for one in by_order[order.id]):
            drop_papers(work, order, by_order[order.id])
            work.announce(PapersWanted(order.id))
    work.db.flush()
    if len(people) == AT_ONCE:
        work.announce(PapersOutdated(signal.event_id, signal.ticket_id, people[-1].id))
