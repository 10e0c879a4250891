"""The lab's home: devices, the box for a function, scripts, examples; and the list of functions."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from openevent.lab.pages.blueprint import blueprint
from openevent.lab.pages.instruments import groups
from openevent.lab.pages.places import with_pulse
from openevent.lab.queries import scripts
from openevent.lab.queries.records import runs_of
from openevent.lab.queries.screens import Card, cards, desk
from openevent.lab.queries.shelf import shared_with
from openevent.web.gate import sign_in_first
from openevent.web.visit import visit

_ORDER = ("yours", "waiting", "free", "held")
_LATEST = 5
_LONGEST_SEARCH = 100


@blueprint.get("/lab")
def home() -> Response | str:
    """Show what one can do here."""
    if visit().by.id is None:
        return sign_in_first()
    return render_template("lab/home.html", **home_values(request.args.get("device", type=int)))


def home_values(device_id: int | None) -> dict[str, Any]:
    """Return what the home page shows, with this device chosen; else the one that one has, else a free one."""
    by, now = visit().by, visit().shell.clock.now()
    with visit().reading() as db:
        found = cards(db, by, now)
        chosen = chosen_of(found, device_id)
        at = desk(db, chosen.device, by, now) if chosen else None
        values: dict[str, Any] = {
            "scripts": scripts.scripts_of(db, by.id),
            "examples": scripts.examples(db),
            "shared": shared_with(db, by),
            "runs": runs_of(db, by.id or 0, limit=_LATEST),
        }
    return {"desks": found, "desk": with_pulse(at) if at else None, **values}


def chosen_of(found: list[Card], device_id: int | None) -> Card | None:
    """Return the device that a page is about when none, or one that nobody sees, is named: one that may be used now."""
    named = [card for card in found if card.id == device_id]
    return next(iter([*named, *sorted(found, key=_place)]), None)


def _place(card: Card) -> tuple[bool, int]:
    """Return how far behind a device comes: those first that can be used now, of them the one that one has."""
    known = _ORDER.index(card.state) if card.state in _ORDER else len(_ORDER)
    return not (card.is_usable and known < len(_ORDER)), known


@blueprint.get("/lab/functions")
def functions() -> Response | str:
    """Show what a device can be asked, or what of it a search finds."""
    if visit().by.id is None:
        return sign_in_first()
    search = " ".join(request.args.get("q", "").split())[:_LONGEST_SEARCH]
    found = groups(search)
    count = sum(len(one) for one in found.values())
    return render_template("lab/functions.html", groups=found, search=search, found=count)
