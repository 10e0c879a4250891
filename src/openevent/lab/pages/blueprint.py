"""The blueprint of the lab's pages: its static files, its place in the head of every page, what templates ask for."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from openevent.kit.errors import NotFound
from openevent.lab.pages.instruments import PANELS
from openevent.lab.queries.screens import runs_any
from openevent.lab.rules.application import table_of
from openevent.web.assets import StaticTree
from openevent.web.navigation import NavigationLink, add_link
from openevent.web.visit import visit

blueprint = Blueprint("lab", __name__, template_folder="../templates")
STATIC = StaticTree(Path(__file__).parents[1] / "static", "/static/lab")
_PLACES = (("/lab", "Lab"), ("/lab/runs", "Runs"), ("/lab/functions", "Functions"), ("/lab/log", "Log"))
_DESK = ("/lab/desk", "Devices")
MOST_ROWS = 400  # of a plot's numbers, on a page; the export has them all

add_link(blueprint, NavigationLink("Lab", "/lab"))
blueprint.add_url_rule("/static/lab/<digest>/<path:name>", "static_file", view_func=STATIC.serve)


@blueprint.context_processor
def _surroundings() -> dict[str, Any]:
    return {
        "lab_asset": STATIC.link,
        "lab_places": _places,
        "panels": PANELS,
        "table_of": partial(table_of, most=MOST_ROWS),
    }


def _places() -> tuple[tuple[str, str], ...]:
    """Return where one can go in the lab; asked by its pages alone, for an error page may have no visit."""
    with visit().reading() as db:
        looks_after = runs_any(db, visit().by)
    return (*_PLACES, _DESK) if looks_after else _PLACES


@blueprint.before_request
def _refuse_if_off() -> Response | None:
    """Act as if there were no lab where its operator has switched it off."""
    if not visit().services.lab:
        raise NotFound("There is no lab here.")
    return None
