"""The organizer's ledger: which events are mine, what was ordered, what is left."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from openevent.events.queries import EventPage, event_page, events_of_organizer
from openevent.kit.errors import Forbidden, NotFound
from openevent.orders.pages.blueprint import blueprint
from openevent.orders.queries import orders_of_event
from openevent.orders.queries.stock import stock_of_event
from openevent.orders.queries.waiting_cards import crowd_of_event
from openevent.orders.rules.states import SOLD, STATES
from openevent.web.gate import sign_in_first
from openevent.web.paging import asked_page, pages_of
from openevent.web.visit import visit

PER_PAGE = 25
_LONGEST_SEARCH = 100
STATUSES = {
    "completed": "Completed",
    "placed": "Awaiting payment",
    "pending": "Payment under way",
    "initializing": "Not finished",
    "cancelled": "Cancelled",
    "expired": "Expired",
}


@blueprint.get("/events")
def organized() -> Response | str:
    """Show the events that somebody organizes."""
    user_id = visit().by.id
    if user_id is None:
        return sign_in_first()
    page = asked_page()
    with visit().reading() as db:
        found = events_of_organizer(db, user_id, limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE)
    has_more = len(found) > PER_PAGE
    return render_template("orders/organized.html", events=found[:PER_PAGE], page=page, has_more=has_more)


@blueprint.get("/events/<identifier>/orders")
def ledger(identifier: str) -> Response | str:
    """Show an event's orders and stock to those who organize it."""
    if visit().by.id is None:
        return sign_in_first()
    return show_ledger(identifier)


def show_ledger(identifier: str, *, problem: str = "") -> str:
    """Return the page of an event's orders, with a message when something did not go through."""
    search = " ".join(request.args.get("q", "").replace("\0", "").split())[:_LONGEST_SEARCH]
    status = request.args.get("status", "")
    status = status if status in STATES else ""
    page = asked_page()
    with visit().reading() as db:
        event = organized_event(event_page(db, identifier, visit().by))
        orders, total = orders_of_event(
            db, event.id, status=status or None, search=search, limit=PER_PAGE, offset=(page - 1) * PER_PAGE
        )
        stock = stock_of_event(db, event.id)
        crowd = crowd_of_event(db, event.id)
    return render_template(
        "orders/sales.html",
        event=event,
        orders=orders,
        total=total,
        stock_rows=stock,
        crowd=crowd,
        search=search,
        status=status,
        statuses=STATUSES.items(),
        page=page,
        pages=pages_of(total, PER_PAGE),
        problem=problem,
        resendable=SOLD,
    )


def organized_event(event: EventPage | None) -> EventPage:
    """Return an event to somebody who organizes it; raise NotFound or Forbidden for everybody else."""
    if event is None:
        raise NotFound("There is no such event, or it is not published.")
    if not event.can_organize:
        raise Forbidden("Only people who organize this event can see its orders.")
    return event
