"""Tickets as PDF files: by the link in a mail, or for whoever may see the holder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import make_response, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from openevent.kit.errors import NotFound
from openevent.kit.work import UnitOfWork
from openevent.orders import actions
from openevent.orders.models import Attendee, Order
from openevent.orders.pages.blueprint import blueprint
from openevent.orders.pages.finding import order_of_visitor
from openevent.orders.queries import holders, passes
from openevent.orders.queries.files import FileView, code_issue, order_file, ticket_file
from openevent.orders.roles import BUYER_OR_STAFF
from openevent.orders.rules.holders import link_subject
from openevent.web.gate import sign_in_first
from openevent.web.visit import visit

_ACCEPTED = 202
_PATIENCE = timedelta(minutes=10)  # how long the job that sets the PDFs may be on its way
_NO_SUCH = "There is no such ticket, or it belongs to somebody else."


@blueprint.get("/tickets/<int(max=9223372036854775807):attendee_id>.pdf")  # beyond it no key can be
def ticket_pdf(attendee_id: int) -> Response:
    """Serve one ticket, by a signed link or to whoever may see its holder."""
    here = visit()
    signature = request.args.get("sig", "")
    with here.reading() as db:
        subject = link_subject(attendee_id, code_issue(db, attendee_id))
    has_link = here.services.signer.is_valid(subject, signature, now=here.shell.clock.now())
    if not has_link and here.by.id is None:
        return sign_in_first(request.path)
    with here.reading() as db:
        found = ticket_file(db, attendee_id, here.by, has_link=has_link)
    return _serve(found, lambda work: actions.ticket_pdf(work, work.db.get_one(Attendee, attendee_id)))


@blueprint.get("/orders/<identifier>/tickets.pdf")
def order_pdf(identifier: str) -> Response:
    """Serve all tickets of an order."""
    if visit().by.id is None:
        return sign_in_first()
    with visit().reading() as db:
        found = order_file(db, identifier, visit().by)
    return _serve(found, lambda work: _all_tickets(work, identifier))


@blueprint.get("/orders/<identifier>/invoice.pdf")
def invoice_pdf(identifier: str) -> Response:
    """Serve the invoice of an order to its buyer and to organizers."""
    if visit().by.id is None:
        return sign_in_first()
    found = order_of_visitor(identifier)
    with visit().work() as work:
        if not passes(work.db, BUYER_OR_STAFF, visit().by, found.id):
            raise NotFound("There is no such invoice, or it belongs to somebody else.")
        data = actions.invoice_pdf(work, work.db.get_one(Order, found.id), by=visit().by)
    return _pdf(data, f"invoice-{found.number}.pdf")


def _all_tickets(work: UnitOfWork, identifier: str) -> bytes:
    order = work.db.scalars(select(Order).where(Order.identifier == identifier)).one()
    return actions.order_pdf(work, order, [one.id for one in holders(work.db, order.id)])


def _serve(found: FileView | None, make: Callable[[UnitOfWork], bytes]) -> Response:
    """Send the file; one that is being made by a job gets a page that looks again, one that got lost is made anew."""
    if found is None or not found.is_valid:
        raise NotFound(_NO_SUCH)
    data = visit().services.storage.get(found.key) if found.key else None
    if data is None and _is_being_made(found):
        return _private(make_response(render_template("orders/preparing.html", query=_query()), _ACCEPTED))
    if data is None:
        with visit().work() as work:
            data = make(work)
    return _pdf(data, found.name)


def _pdf(data: bytes, name: str) -> Response:
    response = make_response(data)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return _private(response)


def _is_being_made(found: FileView) -> bool:
    return (
        found.key is None and found.ordered_at is not None and visit().shell.clock.now() < found.ordered_at + _PATIENCE
    )


def _query() -> str:
    return f"?{request.query_string.decode()}" if request.query_string else ""


def _private(response: Response) -> Response:
    """Tell caches and other sites nothing: the address itself may be the key."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
