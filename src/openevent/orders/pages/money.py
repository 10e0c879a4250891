"""What organizers see and do about money that providers have taken: payments of an event, refunds that failed."""

from __future__ import annotations

from flask import flash, redirect, render_template
from werkzeug.wrappers import Response

from openevent.events.queries import event_page
from openevent.kit.errors import DomainError, Forbidden, NotFound
from openevent.orders import actions
from openevent.orders.models import Order
from openevent.orders.pages.blueprint import blueprint
from openevent.orders.pages.checkout import show_order
from openevent.orders.pages.finding import order_of_visitor
from openevent.orders.pages.sales import PER_PAGE, organized_event
from openevent.orders.queries.money import paid_rows
from openevent.orders.rules.states import PROVIDERS
from openevent.payments.queries import sums_of_event
from openevent.web.gate import sign_in_first
from openevent.web.paging import asked_page, pages_of
from openevent.web.visit import visit

_SEE_OTHER, _CONFLICT = 303, 409


@blueprint.get("/events/<identifier>/payments")
def payments(identifier: str) -> Response | str:
    """Show what providers have taken for an event, and what went back of it, to those who organize it."""
    if visit().by.id is None:
        return sign_in_first()
    page = asked_page()
    with visit().reading() as db:
        event = organized_event(event_page(db, identifier, visit().by))
        rows, total = paid_rows(db, event.id, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
        sums = sums_of_event(db, event.id)
    return render_template(
        "orders/payments.html",
        event=event,
        rows=rows,
        total=total,
        sums=sums,
        names=PROVIDERS,
        page=page,
        pages=pages_of(total, PER_PAGE),
    )


@blueprint.post("/orders/<identifier>/refunds/<int(max=9223372036854775807):refund_id>/retry")
def retry_refund(identifier: str, refund_id: int) -> Response:
    """Ask once more for a refund that has failed."""
    if visit().by.id is None:
        return sign_in_first()
    found = order_of_visitor(identifier)
    try:
        with visit().work() as work:
            actions.retry_refund(work, work.db.get_one(Order, found.id), refund_id, by=visit().by)
    except (Forbidden, NotFound):
        raise
    except DomainError as refusal:
        return show_order(found, refund_problem=refusal.detail, status=_CONFLICT)
    flash("The refund is asked for again.")
    return redirect(f"/orders/{found.identifier}", _SEE_OTHER)
