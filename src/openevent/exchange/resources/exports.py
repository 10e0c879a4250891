"""Starting an export: each answers the address of a task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import Table, select

from openevent.events.models import Group
from openevent.events.roles import GROUP_RUN, REGISTRAR
from openevent.exchange import actions
from openevent.exchange.queries.attendance import live_group
from openevent.exchange.resources.calls import caller, missing, opened, organized_event, started
from openevent.exchange.rules.narrowing import narrowing
from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.ports import Backend
from openevent.kit.access import Actor, require
from openevent.kit.work import UnitOfWork
from openevent.programme.models import Session

_MEDIA = ("image", "video", "document", "audio")


def _start(kind: str) -> Callable[[Call, Backend], Reply]:
    def start(call: Call, backend: Backend) -> Reply:
        with opened(backend) as work:
            event = organized_event(work, call)
            options = _options(call)
            return started(actions.start_export(work, kind, event_id=event.id, options=options, by=caller(call)))

    return start


def _options(call: Call) -> dict[str, Any]:
    body = call.json() if call.method == "POST" and call.body else {}
    status = body.get("status")
    found: dict[str, Any] = {name: body.get(name) is True for name in _MEDIA if name in body}
    return {**found, "status": status} if isinstance(status, str) and len(status) < 40 else found  # noqa: PLR2004 -- a word


def _start_sales(call: Call, backend: Backend) -> Reply:
    if not caller(call).is_staff:
        raise ApiError(403, "Only admin may do this.", source={"source": ""})
    with opened(backend) as work:
        return started(actions.start_export(work, "sales-csv", options=_options(call), by=caller(call)))


def _start_followers(call: Call, backend: Backend) -> Reply:
    key = call.params["group"]
    with opened(backend) as work:
        group = live_group(work.db, int(key)) if key.isascii() and key.isdigit() and len(key) < 19 else None  # noqa: PLR2004 -- fits 64 bit
        if group is None:
            raise missing(f"Group: {key} not found")
        require(work.db, GROUP_RUN, caller(call), cast(Table, Group.__table__), group.id)
        options = {"group": group.id}
        return started(actions.start_export(work, "followers-csv", options=options, by=caller(call)))


def _start_scans(call: Call, backend: Backend) -> Reply:
    by, wanted = caller(call), narrowing(call.json() if call.body else {})
    with opened(backend) as work:
        if "session" in wanted:
            _require_session(work, wanted["session"], by)
        options = {**wanted, "user": None if by.is_staff else by.id}
        return started(actions.start_export(work, "user-check-in-csv", options=options, by=by))


def _require_session(work: UnitOfWork, key: int, by: Actor) -> None:
    if work.db.scalar(select(Session.id).where(Session.id == key, Session.deleted_at.is_(None))) is None:
        raise missing(f"Session: {key} not found")
    require(work.db, REGISTRAR, by, cast(Table, Session.__table__), key)


def _of_event(method: str, kind: str) -> Endpoint:
    path = kind.replace("-", "/")
    summary = f"Export {path.replace('/', ' as ')} of an event"
    return Endpoint(method, f"/v1/events/<event>/export/{path}", _start(kind), summary=summary)


EXPORTS = (
    _of_event("POST", "json"),
    *(_of_event("GET", kind) for kind in ("ical", "xcal", "pentabarf", "orders-csv", "orders-pdf")),
    *(_of_event("GET", kind) for kind in ("attendees-csv", "attendees-pdf", "sessions-pdf", "speakers-pdf")),
    *(_of_event("POST", kind) for kind in ("sessions-csv", "speakers-csv")),
    Endpoint("POST", "/v1/admin/export/sales/csv", _start_sales, summary="Export what all events have sold"),
    Endpoint("POST", "/v1/group/<group>/export/followers/csv", _start_followers, summary="Export who follows a group"),
    Endpoint(
        "POST",
        "/v1/export/user-check-in/csv",
        _start_scans,
        summary="Export who was scanned, at the events that one checks people in for",
    ),
)
