"""My tickets: what somebody has bought."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from openevent.orders.pages.blueprint import blueprint
from openevent.orders.queries import orders_of_buyer
from openevent.orders.queries.waiting_cards import waiting_of_person
from openevent.orders.rules.states import GONE
from openevent.web.gate import sign_in_first
from openevent.web.paging import asked_page
from openevent.web.visit import visit

PER_PAGE = 20
MOST_WAITING = 50  # entries of waiting lists that are shown


@blueprint.get("/my-tickets")
def mine() -> Response | str:
    """Show one's orders, those for events to come or those for past ones."""
    user_id = visit().by.id
    if user_id is None:
        return sign_in_first()
    upcoming = request.args.get("when") != "past"
    page = asked_page()
    now = visit().shell.clock.now()
    with visit().reading() as db:
        found = orders_of_buyer(
            db, user_id, upcoming=upcoming, now=now, limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE
        )
        waiting = waiting_of_person(db, user_id, most=MOST_WAITING) if upcoming and page == 1 else []
    shown = sorted(found[:PER_PAGE], key=lambda card: card.status in GONE)  # what counts stands above what is void
    return render_template(
        "orders/mine.html",
        orders=shown,
        waiting=waiting,
        upcoming=upcoming,
        page=page,
        is_last=len(found) <= PER_PAGE,
    )
