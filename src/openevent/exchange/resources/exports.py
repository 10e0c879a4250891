"""Starting an export: each answers the address of a task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from openevent.exchange import actions
from openevent.exchange.resources.calls import caller, opened, organized_event, started
from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.ports import Backend

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
)
