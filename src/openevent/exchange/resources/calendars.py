"""An event as a calendar that anybody may subscribe to: /v1/events/<identifier>.ics."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table

from openevent.events.models import Event
from openevent.events.roles import EVENT_CREW, PUBLISHED
from openevent.exchange.formats import ical
from openevent.exchange.queries.agendas import agenda, event_by_key, favourites
from openevent.exchange.resources.calls import caller, missing, opened
from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.ports import Backend
from openevent.kit.access import allows

_READ = PUBLISHED | EVENT_CREW
_NO = {"false", "0", "no"}


def _calendar(call: Call, backend: Backend) -> Reply:
    key, by = call.params["event"], caller(call)
    is_mine = _is_asked(call, "my_schedule")
    if is_mine and by.id is None:
        raise ApiError(401, "Please sign in first.")
    with opened(backend) as work:
        event = event_by_key(work.db, key)
        if event is None or not allows(work.db, _READ, by, cast(Table, Event.__table__), event.id):
            raise missing(f"Event: {key} not found")
        only = favourites(work.db, event.id, by.id) if is_mine and by.id is not None else None
        with_talks = is_mine or _is_asked(call, "include_sessions")
        data = ical.render(agenda(work.db, event, work.services.site, with_talks=with_talks, only=only))
        name = f"{event.identifier}.ics"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'} if _is_asked(call, "download") else {}
    return Reply(data, headers=headers, content_type=ical.CONTENT_TYPE)


def _is_asked(call: Call, name: str) -> bool:
    return name in call.query and call.query[name].lower() not in _NO


CALENDARS = (
    Endpoint("GET", "/v1/events/<event>.ics", _calendar, auth=False, summary="An event as a calendar (RFC 5545)"),
)
