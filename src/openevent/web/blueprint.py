"""The blueprint that gives every page the shared look: templates, static files, filters, surroundings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from babel import Locale
from flask import Blueprint, g, request

from openevent.kit.access import NOBODY
from openevent.kit.money import Money
from openevent.kit.services import Site
from openevent.web import assets, formats, rosette
from openevent.web.visit import Visit

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


for _filter in (formats.day, formats.short_day, formats.clock, formats.moment, formats.days, formats.hours):
    blueprint.add_app_template_filter(_in_the_readers_manner(_filter), _filter.__name__)
blueprint.add_app_template_filter(formats.place_of_zone, "zone")
blueprint.add_app_template_test(formats.is_one_day, "one_day")
blueprint.add_app_template_global(assets.asset, "asset")
blueprint.add_app_template_global(rosette.rosette, "rosette")
blueprint.add_app_template_global(rosette.stock, "stock")
blueprint.add_url_rule("/static/<digest>/<path:name>", view_func=assets.static_file)


@blueprint.app_context_processor
def _surroundings() -> dict[str, Any]:
    """Return what the layout asks for; an error page must do without a visit."""
    visit: Visit | None = g.get("visit")
    theme = request.cookies.get("theme")
    return {
        "site": visit.services.site if visit else Site(),
        "me": visit.by if visit else NOBODY,
        "theme": theme if theme in THEMES else "auto",
        "here": request.path,
    }
