"""Choosing tickets: the form, and the order that comes of it."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote, urlencode

from flask import make_response, redirect, render_template, request
from flask.wrappers import Response
from msgspec.structs import replace
from werkzeug.wrappers import Response as AnyResponse

from openevent.events.queries import EventPage, event_page
from openevent.kit.errors import DomainError, NotFound
from openevent.orders.actions import desk_of
from openevent.orders.pages.blueprint import blueprint
from openevent.orders.pages.forms import Chosen, chosen, remembered
from openevent.orders.rules.amounts import UnverifiedBuyer
from openevent.site.queries import order_minutes
from openevent.tickets.queries import offers
from openevent.tickets.rules import Offer
from openevent.web.visit import visit

_CONFIRM = "Please confirm your e-mail address first: open the link that we have sent you, then come back."


@blueprint.get("/e/<identifier>/tickets")
def choose(identifier: str) -> Response:
    """Show what can be had, with what an address remembers chosen already."""
    event, on_offer = _on_offer(identifier)
    return _form(event, remembered(on_offer, request.args))


@blueprint.post("/e/<identifier>/tickets")
def take(identifier: str) -> AnyResponse:
    """Make the order; somebody who is not signed in does that first and comes back with the choice kept."""
    event, on_offer = _on_offer(identifier)
    form = chosen(on_offer, request.form)
    if form.is_wrong:
        return _form(event, form, status=422)
    if visit().by.id is None:
        back = f"/e/{event.identifier}/tickets?{urlencode(form.fields)}"
        return redirect(f"/sign-in?next={quote(back, safe='')}", 303)
    try:
        order = desk_of(visit().shell).order(form.request, visit().by)
    except UnverifiedBuyer:
        return _form(event, replace(form, problem=_CONFIRM), status=422)
    except DomainError as error:
        ticket_id = getattr(error, "ticket_id", None)
        return _form(event, form.refused(error.detail, pointer=error.pointer, ticket_id=ticket_id), status=422)
    return redirect(f"/orders/{order}", 303)


def _on_offer(identifier: str) -> tuple[EventPage, list[Offer]]:
    now = _now()
    with visit().reading() as db:
        event = event_page(db, identifier, visit().by)
        if event is None:
            raise NotFound("There is no such event, or it is not published.")
        return event, offers(db, event.id, now) if event.ends_at >= now else []


def _now() -> datetime:
    return visit().shell.clock.now()


def _form(event: EventPage, form: Chosen, *, status: int = 200) -> Response:
    with visit().reading() as db:
        minutes = order_minutes(db, visit().services.site.order_minutes)
    page = render_template(
        "orders/choose.html",
        event=event,
        choices=form.choices,
        problem=form.problem,
        can_buy=any(choice.offer.on_sale and not choice.offer.sold_out for choice in form.choices),
        minutes=minutes,
        now=_now(),
    )
    return make_response(page, status)
