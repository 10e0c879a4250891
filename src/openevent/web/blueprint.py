"""The blueprint that gives every page the shared look: templates, static files, filters, surroundings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from babel import Locale
from flask import Blueprint, abort, g, request

from openevent.kit.access import NOBODY
from openevent.kit.html import plain
from openevent.kit.money import Money
from openevent.kit.services import Site
from openevent.web import assets, formats, rosette, texts
from openevent.web.beside import notes_beside
from openevent.web.navigation import added_links
from openevent.web.visit import Visit, visit

blueprint = Blueprint("web", __name__, template_folder="templates")

THEMES = ("light", "dark")  # a cookie that theme.js sets; without it the system decides


def reader() -> Locale:
    """Return the locale that the browser asks for first."""
    return formats.locale_of(request.accept_languages.best or "")


@blueprint.app_template_filter("money")
def _money(amount: Money) -> str:
    return formats.amount(amount, reader())


def _in_the_readers_manner(function: Callable[..., str]) -> Callable[..., str]:
    def filtered(*args: datetime | str) -> str:
        return function(*args, reader())

    return filtered


_FILTERS = (
    formats.day,
    formats.short_day,
    formats.day_number,
    formats.month,
    formats.clock,
    formats.moment,
    formats.days,
    formats.hours,
)
for _filter in _FILTERS:
    blueprint.add_app_template_filter(_in_the_readers_manner(_filter), _filter.__name__)
blueprint.add_app_template_filter(formats.place_of_zone, "zone")
for _filter in (texts.prose, texts.colour, texts.initials, plain):
    blueprint.add_app_template_filter(_filter, _filter.__name__)
blueprint.add_app_template_test(formats.is_one_day, "one_day")
blueprint.add_app_template_test(texts.is_web_address, "web_address")
blueprint.add_app_template_global(assets.asset, "asset")
blueprint.add_app_template_global(rosette.rosette, "rosette")
blueprint.add_app_template_global(rosette.stock, "stock")
blueprint.add_app_template_global(notes_beside, "notes_beside")
blueprint.add_url_rule("/static/<digest>/<path:name>", view_func=assets.static_file)


@blueprint.before_app_request
def _refuse_nul() -> None:
    """No address of ours has a NUL in it, and PostgreSQL would not even look for one."""
    if "\0" in request.path:
        abort(404)


@blueprint.app_template_test("picture")
def _is_picture(address: str | None) -> bool:
    """Tell whether a picture's address is one that the content security policy lets in: ours, or one with TLS."""
    if not address:
        return False
    is_ours = address.startswith(f"{visit().services.site.url}/") or (address[0] == "/" and address[1:2] != "/")
    return is_ours or address.startswith("https://")


@blueprint.app_context_processor
def _surroundings() -> dict[str, Any]:
    """Return what the layout asks for; an error page must do without a visit."""
    current: Visit | None = g.get("visit")
    theme = request.cookies.get("theme")
    return {
        "site": g.get("site") or Site(),
        "me": current.by if current else NOBODY,
        "theme": theme if theme in THEMES else "auto",
        "here": request.path,
        "added_links": added_links(),
    }
