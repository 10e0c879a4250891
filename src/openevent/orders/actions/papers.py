"""Setting the tickets of an order as PDFs, and keeping them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence

from openevent.kit.errors import NotFound
from openevent.kit.work import UnitOfWork
from openevent.orders import documents
from openevent.orders.actions.issuing import with_codes
from openevent.orders.actions.logos import logo_of
from openevent.orders.models import Attendee, Order
from openevent.orders.queries import admissions, holders
from openevent.orders.rules.states import SOLD
from openevent.orders.signals import HoldersCorrected, OrderCompleted, OrderPlaced, PapersWanted, TicketsReady

_PDF = "application/pdf"


def make_documents_of_placed(work: UnitOfWork, signal: OrderPlaced) -> None:
    """Set the tickets of an order that was placed."""
    make_documents(work, signal.order_id)


def make_documents_of_completed(work: UnitOfWork, signal: OrderCompleted) -> None:
    """Set the tickets of an order that was completed, unless that was done when it was placed."""
    make_documents(work, signal.order_id)


def make_documents_of_corrected(work: UnitOfWork, signal: HoldersCorrected) -> None:
    """Set the tickets anew whose holders have another name, and say that they are ready."""
    make_documents(work, signal.order_id, anew=signal.attendee_ids)


def make_documents_again(work: UnitOfWork, signal: PapersWanted) -> None:
    """Set the tickets anew that show something else; their holders have them already and are told nothing."""
    order = work.db.get(Order, signal.order_id)
    if order is not None and order.status in SOLD and order.tickets_pdf_url is not None:
        for one in holders(work.db, order.id):
            if one.pdf_key is None:
                _make_ticket(work, order, one)
        work.db.flush()


def make_documents(work: UnitOfWork, order_id: int, *, anew: Collection[int] = ()) -> None:
    """Set and keep a PDF for each holder, then say that the tickets are ready.

    Run again, or for the second of the two states, it finds everything made and says nothing. All tickets in one PDF
    are set when somebody asks for them first. Of those in `anew` it says that they are ready in any case.
    """
    order = work.db.get(Order, order_id)
    if order is None or order.status not in SOLD:
        return  # cancelled or removed meanwhile
    attendees = holders(work.db, order.id)
    missing = [one for one in attendees if one.pdf_key is None]
    for one in missing:
        _make_ticket(work, order, one)
    is_first = order.tickets_pdf_url is None
    order.tickets_pdf_url = work.services.site.link(f"/v1/orders/{order.identifier}/tickets-pdf")
    work.db.flush()
    ready = [one.id for one in attendees if one in missing or one.id in anew]
    if ready:
        work.announce(TicketsReady(order.id, ready, is_first))


def ticket_pdf(work: UnitOfWork, attendee: Attendee) -> bytes:
    """Return one ticket, set now if there is none yet; raises NotFound while the order is not placed or completed.

    A ticket that was never kept is not kept now either: what is missing tells the job whom to send a mail.
    """
    order = work.db.get(Order, attendee.order_id) if attendee.order_id else None
    if order is None or order.status not in SOLD or attendee.deleted_at is not None:
        raise NotFound("There is no such ticket.")
    if attendee.pdf_key is None:
        return _set(work, [attendee.id])
    found = work.services.storage.get(attendee.pdf_key)
    if found is None:
        found = _make_ticket(work, order, attendee)
        work.db.flush()
    return found


def order_pdf(work: UnitOfWork, order: Order, attendee_ids: Sequence[int]) -> bytes:
    """Return the tickets of these holders of an order as one PDF; all of them are kept, a part is set each time."""
    if order.status not in SOLD or not attendee_ids:
        raise NotFound("There are no tickets yet.")
    attendees = holders(work.db, order.id)
    if len(attendee_ids) < len(attendees):
        return _set(work, attendee_ids)
    found = work.services.storage.get(order.pdf_key) if order.pdf_key else None
    if found is None:
        found = _set(work, attendee_ids)
        order.pdf_key = _keep(work, order, found)
        work.db.flush()
    return found


def _make_ticket(work: UnitOfWork, order: Order, attendee: Attendee) -> bytes:
    data = _set(work, [attendee.id])
    attendee.pdf_key = _keep(work, order, data)
    attendee.pdf_url = work.services.site.link(f"/v1/orders/attendees/{attendee.id}.pdf")
    return data


def _set(work: UnitOfWork, attendee_ids: Sequence[int]) -> bytes:
    found = with_codes(work, admissions(work.db, attendee_ids))
    logo = logo_of(work.services, found[0].look.logo_url)
    return documents.tickets(work.services.pdf, found, work.services.site, logo)


def _keep(work: UnitOfWork, order: Order, data: bytes) -> str:
    """Store under a key that nobody can guess. If the transaction fails the file is left over, which harms nobody."""
    key = f"tickets/{order.identifier}/{secrets.token_hex(16)}.pdf"
    work.services.storage.put(key, data, content_type=_PDF)
    return key
