"""Pages that draw on several domains: what is on, and the public page of an event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from openevent.events import queries as events
from openevent.front.rules import by_level, day_to_open, timetable
from openevent.kit.errors import NotFound
from openevent.kit.html import plain
from openevent.programme import queries as programme
from openevent.site.queries import start_event
from openevent.tickets import queries as tickets
from openevent.web.formats import zone
from openevent.web.paging import asked_page, pages_of
from openevent.web.visit import visit

blueprint = Blueprint("front", __name__, template_folder="templates")

PER_PAGE = 12
_LONGEST_SEARCH = 100
_LONGEST_CODE = 255
_LONGEST_SUMMARY = 150

# fmt: off
# Addresses that stand in mails and calendars because the public web client of v1 has a page there, and where our own
# pages say most about the same.
_ELSEWHERE = (
    # address                                         leads to
    ("/e/<identifier>/session/<int:session_id>",      "/e/{identifier}#session-{session_id}"),
    ("/e/<identifier>/cfs/session/<int:session_id>",  "/e/{identifier}#session-{session_id}"),
    ("/e/<identifier>/cfs",                           "/e/{identifier}"),
    ("/events/<identifier>",                          "/events/{identifier}/orders"),
    ("/events/<identifier>/tickets",                  "/events/{identifier}/orders"),
    ("/events/<identifier>/sessions/<state>",         "/e/{identifier}#schedule"),
    ("/orders/<identifier>/view",                     "/orders/{identifier}"),
    ("/g/<int:group_id>",                             "/explore"),
)
# fmt: on


def _leading(to: str) -> Callable[..., Response]:
    def lead(**parts: object) -> Response:
        return redirect(to.format(**{name: quote(str(part), safe="") for name, part in parts.items()}))

    return lead


for _number, (_address, _to) in enumerate(_ELSEWHERE):
    blueprint.add_url_rule(_address, f"elsewhere_{_number}", _leading(_to))


@blueprint.get("/")
def home() -> str:
    """Show the event that admins have chosen for it, else what is on."""
    with visit().reading() as db:
        chosen = start_event(db)
        found = events.public_identifier(db, chosen) if chosen else None
    return event(found) if found else explore()


@blueprint.get("/explore")
def explore() -> str:
    """Show upcoming events, those that match a search, and what was there recently."""
    search = " ".join(request.args.get("q", "").replace("\0", "").split())[:_LONGEST_SEARCH]
    page = asked_page()
    now = visit().shell.clock.now()
    with visit().reading() as db:
        found, total = events.upcoming(db, now, search=search, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
        past = [] if search or page > 1 else events.past(db, now, limit=4)
    pages = pages_of(total, PER_PAGE)
    if page > pages:
        raise NotFound("There are not that many pages.")
    return render_template(
        "front/home.html", events=found, total=total, past=past, search=search, page=page, pages=pages, at=request.path
    )


@blueprint.get("/e/<identifier>")
def event(identifier: str) -> str:
    """Show an event to everybody: what, when, where, by whom, for how much."""
    now = visit().shell.clock.now()
    with visit().reading() as db:
        page = events.event_page(db, identifier, visit().by)
        if page is None:
            raise NotFound("There is no such event, or it is not published.")
        parts = _parts(db, page, now)
    code = request.args.get("code", "")[:_LONGEST_CODE]  # of a link that organizers mail: the next page applies it
    choose = f"/e/{page.identifier}/tickets" + (f"?{urlencode({'code': code})}" if code else "")
    parts["can_buy"] = parts["can_buy"] or bool(code and not parts["is_over"])  # a code may open what nobody sees here
    return render_template("front/event.html", event=page, choose=choose, **parts)


def _parts(db: Session, page: events.EventPage, now: datetime) -> dict[str, Any]:
    """Return what stands around the event's own values."""
    is_over = page.ends_at < now
    offers = [] if page.ticket_url or is_over else tickets.offers(db, page.id, now)
    days = programme.schedule(db, page.id) if page.has_programme else []
    return {
        "summary": plain(page.description or "")[:_LONGEST_SUMMARY],
        "is_over": is_over,
        "offers": offers,
        "can_buy": any(offer.on_sale and not offer.sold_out for offer in offers),
        "days": [(day, timetable(day.rooms, day.sessions)) for day in days],
        "open_day": day_to_open([day.on for day in days], now.astimezone(zone(page.timezone)).date()),
        "speakers": programme.speakers(db, page.id) if page.has_programme else [],
        "sponsors": by_level(page.sponsors),
    }
