"""Taking one ticket out of an order: asked first, then done. For organizers."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from openevent.kit.errors import DomainError, NotFound
from openevent.orders import actions
from openevent.orders.pages.blueprint import blueprint
from openevent.orders.pages.finding import order_of_visitor
from openevent.orders.queries import HolderView, OrderView
from openevent.orders.rules.holders import full_name
from openevent.web.gate import sign_in_first
from openevent.web.visit import visit

MOST_NOTE = 500
_SEE_OTHER, _UNPROCESSABLE = 303, 422


@blueprint.get("/orders/<identifier>/tickets/<int:attendee_id>/cancel")
def ask_to_remove(identifier: str, attendee_id: int) -> Response:
    """Ask whether this ticket is really to be cancelled."""
    if visit().by.id is None:
        return sign_in_first()
    found = order_of_visitor(identifier)
    return _page(found, _holder(found, attendee_id))


@blueprint.post("/orders/<identifier>/tickets/<int:attendee_id>/cancel")
def remove(identifier: str, attendee_id: int) -> Response:
    """Cancel one ticket: the seat is free again, and its part of the money goes back."""
    if visit().by.id is None:
        return sign_in_first()
    found = order_of_visitor(identifier)
    holder = _holder(found, attendee_id)
    note = request.form.get("note", "").strip()[:MOST_NOTE] or None
    try:
        with visit().work() as work:
            part = actions.cancel_attendees(work, found.id, [attendee_id], note=note, by=visit().by)
    except DomainError as error:
        return _page(found, holder, problem=error.detail, status=_UNPROCESSABLE)
    name = full_name(holder.firstname, holder.lastname) or "The ticket"
    flash(f"{name} is taken out of the order: {part} less.")
    return redirect(f"/orders/{found.identifier}", _SEE_OTHER)


def _holder(found: OrderView, attendee_id: int) -> HolderView:
    holder = next((one for one in found.holders if one.id == attendee_id), None)
    if holder is None or not found.may_remove:
        raise NotFound("There is no such ticket, or it can't be taken out of the order.")
    return holder


def _page(found: OrderView, holder: HolderView, *, problem: str | None = None, status: int = 200) -> Response:
    page = render_template("orders/remove.html", order=found, holder=holder, problem=problem, most=MOST_NOTE)
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
