"""Everything that the domains offer, collected."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

from openevent.jsonapi.declare import extend

DOMAINS = ("people", "events", "programme", "tickets", "orders", "front")


def _all(room: str, name: str) -> list[Any]:
    found: list[Any] = []
    for domain in DOMAINS:
        path = f"openevent.{domain}.{room}"
        if importlib.util.find_spec(path) is None:
            continue
        module = importlib.import_module(path)
        if hasattr(module, name):
            found.append(getattr(module, name))
    return found


EXTENSIONS = tuple(one for group in _all("resources", "EXTENSIONS") for one in group)
RESOURCES = extend([one for group in _all("resources", "RESOURCES") for one in group], EXTENSIONS)
ENDPOINTS = tuple(one for group in _all("resources", "ENDPOINTS") for one in group)
PERMISSIONS = {name: row for table in _all("permissions", "PERMISSIONS") for name, row in table.items()}
JOBS = tuple(one for group in _all("jobs", "JOBS") for one in group)
BLUEPRINTS = tuple(_all("pages", "blueprint"))
