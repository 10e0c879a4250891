"""What the plain endpoints read from a call, and how they answer."""

from __future__ import annotations

from typing import Any, cast

from openevent.jsonapi.declare import Call, Reply
from openevent.jsonapi.errors import invalid
from openevent.jsonapi.ports import Backend
from openevent.kit.access import Actor
from openevent.kit.errors import DomainError, Invalid
from openevent.kit.services import Services
from openevent.kit.work import UnitOfWork
from openevent.people.actions import OpenWork

UNAUTHORIZED = 401
UNPROCESSABLE = 422


def caller(call: Call) -> Actor:
    """Return who calls, as main resolved it."""
    return cast(Actor, call.by)


def open_work(backend: Backend) -> OpenWork:
    """Return what opens units of work (the engine knows them by a narrower protocol)."""
    return cast(OpenWork, backend.work)


def services(backend: Backend) -> Services:
    """Return the ports; a unit of work in which nothing is done costs no connection."""
    with backend.work() as work:
        return cast(UnitOfWork, work).services


def text(body: dict[str, Any], *names: str) -> str:
    """Return the first of these members that is a text with something in it, else an empty one."""
    for name in names:
        value = body.get(name)
        if isinstance(value, str) and value:
            return value
    return ""


def data(call: Call) -> dict[str, Any]:
    """Return the body's `data` object, empty when there is none."""
    found = call.json().get("data")
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def needed(call: Call, name: str) -> str:
    """Return a text member of `data`; raises ApiError 422 when it is missing."""
    value = text(data(call), name)
    if not value:
        raise invalid(f"/data/{name}", "Missing data for required field.")
    return value


def refusal(error: DomainError) -> Reply:
    """Return an authentication error in the shape that these have (v1 reference 3.4)."""
    return Reply({"error": error.detail}, UNPROCESSABLE if isinstance(error, Invalid) else UNAUTHORIZED)
