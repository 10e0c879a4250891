"""Links in the head of every page that a domain adds: the layout knows none of them."""

from __future__ import annotations

from flask import Blueprint, current_app
from flask.blueprints import BlueprintSetupState
from msgspec import Struct

_KEY = "openevent.navigation"


class NavigationLink(Struct, frozen=True):
    """One link for whoever is signed in; current on every address that begins like it."""

    label: str
    href: str


def add_link(blueprint: Blueprint, link: NavigationLink) -> None:
    """Show a link on every page of whichever application the blueprint becomes a part of."""

    def add(state: BlueprintSetupState) -> None:
        state.app.extensions.setdefault(_KEY, []).append(link)

    blueprint.record_once(add)


def added_links() -> tuple[NavigationLink, ...]:
    """Return the links that domains have added to this application."""
    return tuple(current_app.extensions.get(_KEY, ()))
