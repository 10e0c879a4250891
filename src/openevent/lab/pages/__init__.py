"""FACE: the laboratory as HTML: its home, scripts, runs, instruments, turns and bookings; and the old addresses."""

from __future__ import annotations

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from openevent.lab.pages import (
    benches,
    beside,
    bookings,
    calls,
    devices,
    home,
    lines,
    panels,
    runs,
    scripts,
    sharing,
    technicians,
    turns,
)
from openevent.lab.pages.blueprint import blueprint
from openevent.lab.pages.compatibility import blueprint as old_addresses

__all__ = [
    "add_to",
    "benches",
    "beside",
    "bookings",
    "calls",
    "devices",
    "home",
    "lines",
    "panels",
    "runs",
    "scripts",
    "sharing",
    "technicians",
    "turns",
]


def add_to(pages: Flask, csrf: CSRFProtect, *, is_on: bool) -> None:
    """Add the lab's pages to the product's, unless it is switched off.

    The old addresses know no form secrets: they look at where a request comes from instead.
    """
    if not is_on:
        return
    pages.register_blueprint(blueprint)
    pages.register_blueprint(old_addresses)
    csrf.exempt(old_addresses)  # pyright: ignore[reportUnknownMemberType] -- the library has no types for it
