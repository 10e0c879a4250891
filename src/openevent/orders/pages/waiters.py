"""The organizer's view of a waiting list: who waits, for what, and what is offered to whom."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from openevent.events.queries import event_page
from openevent.kit.errors import NotFound
from openevent.orders import actions
from openevent.orders.models import WaitingListEntry
from openevent.orders.pages.blueprint import blueprint
from openevent.orders.pages.sales import organized_event
from openevent.orders.queries.waiting_cards import crowd_of_event, waiting_of_event
from openevent.web.gate import sign_in_first
from openevent.web.paging import asked_page, pages_of
from openevent.web.visit import visit

PER_PAGE = 50
_SEE_OTHER = 303


@blueprint.get("/events/<identifier>/waiting-list")
def waiters(identifier: str) -> Response | str:
    """Show who waits for an event's tickets, in their order."""
    if visit().by.id is None:
        return sign_in_first()
    page = asked_page()
    everybody = request.args.get("show") == "all"
    with visit().reading() as db:
        event = organized_event(event_page(db, identifier, visit().by))
        found, total = waiting_of_event(
            db, event.id, only_active=not everybody, limit=PER_PAGE, offset=(page - 1) * PER_PAGE
        )
        crowd = crowd_of_event(db, event.id)
    return render_template(
        "orders/waiters.html",
        event=event,
        entries=found,
        crowd=crowd,
        everybody=everybody,
        page=page,
        pages=pages_of(total, PER_PAGE),
    )


@blueprint.post("/events/<identifier>/waiting-list/<int(max=9223372036854775807):entry_id>/remove")
def remove_waiter(identifier: str, entry_id: int) -> Response:
    """Take somebody off the list; they are told."""
    if visit().by.id is None:
        return sign_in_first(f"/events/{identifier}/waiting-list")
    with visit().work() as work:
        event = organized_event(event_page(work.db, identifier, visit().by))
        entry = work.db.get(WaitingListEntry, entry_id)
        if entry is None or entry.event_id != event.id:
            raise NotFound("There is no such entry.")
        actions.leave_waiting_list(work, entry, by=visit().by)
    flash("They are off the waiting list, and told so.")
    return redirect(f"/events/{event.identifier}/waiting-list", _SEE_OTHER)
