"""What the door's numbers look like on the wire: statistics of today, and whether somebody is registered."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table

from openevent.door import queries
from openevent.door.queries import Talk
from openevent.door.rules.scans import Scan, day_of, passages, registered
from openevent.events.models import Event
from openevent.events.roles import EVENT_CREW
from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.ports import Backend
from openevent.kit.access import allows
from openevent.kit.work import UnitOfWork
from openevent.orders.models import Attendee
from openevent.orders.roles import MAY_READ_ATTENDEE

_MOST_IDS = 200


def _statistics(call: Call, backend: Backend) -> Reply:
    """Count today's scans of an event: all of them, and those of the sessions and tracks that are asked for."""
    event_id = _whole(call.params["event"], "event_id", missing=404)
    session_ids, track_ids = (_ids(call.query.get(name, ""), name) for name in ("session_ids", "track_ids"))
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        event = work.db.get(Event, event_id)
        if event is None or event.deleted_at is not None:
            raise ApiError(404, f"Event: {event_id} not found", source={"parameter": "event_id"})
        if not allows(work.db, EVENT_CREW, call.by, cast(Table, Event.__table__), event.id):
            raise ApiError(403, f"Only {EVENT_CREW.name} may read this.", source={"parameter": "event_id"})
        scans = queries.scans_on(work.db, event.id, day_of(work.now, event.timezone))
        talks = queries.talks(work.db, event.id, session_ids, track_ids)
        total, names = queries.admitted(work.db, event.id), queries.tracks(work.db, event.id, track_ids)
        speakers = queries.speakers_of(work.db, [talk.id for talk in talks])
        counts = queries.last_counts(work.db, session_ids)
    sessions = [_session(talk, scans, speakers, counts) for talk in talks if talk.id in session_ids]
    tracks = [_track(key, name, talks, scans) for key, name in names.items()]
    for one in tracks:
        one.update(_on_now(int(one["track_id"]), talks, speakers, backend.now()))
    known = registered(scans)
    return Reply(
        {
            "total_attendee": total,
            "total_registered": known,
            "total_not_checked_in": max(total - known, 0),
            "total_session_checked_in": sum(one["check_in"] for one in sessions),
            "total_session_checked_out": sum(one["check_out"] for one in sessions),
            "total_track_checked_in": sum(one["check_in"] for one in tracks),
            "total_track_checked_out": sum(one["check_out"] for one in tracks),
            "session_stats": sessions,
            "track_stats": tracks,
        }
    )


def _session(
    talk: Talk, scans: list[Scan], speakers: dict[int, list[str]], counts: dict[int, dict[str, Any]]
) -> dict[str, Any]:
    entered, left = passages(scans, frozenset({talk.id}))
    return {
        "session_id": str(talk.id),
        "session_name": talk.title,
        "track_name": talk.track_name,
        "speakers": speakers.get(talk.id, []),
        "check_in": entered,
        "check_out": left,
        "manual_count": counts.get(talk.id, {}),
    }


def _track(key: int, name: str, talks: list[Talk], scans: list[Scan]) -> dict[str, Any]:
    entered, left = passages(scans, frozenset(talk.id for talk in talks if talk.track_id == key))
    return {"track_id": str(key), "track_name": name, "check_in": entered, "check_out": left}


def _on_now(key: int, talks: list[Talk], speakers: dict[int, list[str]], now: datetime) -> dict[str, Any]:
    current = next((talk for talk in talks if talk.track_id == key and talk.is_on(now)), None)
    return {
        "current_session": current.title if current else "",
        "speakers": speakers.get(current.id, []) if current else [],
    }


def _state(call: Call, backend: Backend) -> Reply:
    """Tell whether somebody is registered at an event, and since when."""
    event_id, attendee_id = (_whole(call.query.get(name), name) for name in ("event_id", "attendee_id"))
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        attendee = work.db.get(Attendee, attendee_id)
        table = cast(Table, Attendee.__table__)
        known = attendee is not None and attendee.deleted_at is None
        if attendee is None or not known or not allows(work.db, MAY_READ_ATTENDEE, call.by, table, attendee_id):
            raise ApiError(404, f"Attendee: {attendee_id} not found", source={"parameter": "attendee_id"})
        if attendee.event_id != event_id:
            raise ApiError(422, "The attendee is of another event.", source={"parameter": "event_id"})
        return Reply({"is_registered": attendee.is_registered, "register_times": attendee.register_times})


def _whole(text: str | None, name: str, *, missing: int = 422) -> int:
    if not text:
        raise ApiError(404, f"{name} is missing.", source={"parameter": name})
    if not text.isascii() or not text.isdigit() or len(text) > 18:  # noqa: PLR2004 -- 64 bit
        raise ApiError(missing, f"{name} must be a number.", source={"parameter": name})
    return int(text)


def _ids(text: str, name: str) -> list[int]:
    found = [_whole(part.strip(), name) for part in text.split(",") if part.strip()]
    if len(found) > _MOST_IDS:
        raise ApiError(422, f"At most {_MOST_IDS} at once.", source={"parameter": name})
    return list(dict.fromkeys(found))


STATISTICS = (
    Endpoint("GET", "/v1/user-check-in/stats/event/<event>", _statistics, summary="Today's numbers of the door"),
    Endpoint("GET", "/v1/states", _state, summary="Whether an attendee is registered at an event"),
)
