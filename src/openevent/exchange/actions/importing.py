"""Making an event of what a file says, in one transaction: whatever is wrong, nothing stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Float, Integer, String, insert

from openevent.events import actions as events
from openevent.events.models import Event, SocialLink, Sponsor
from openevent.exchange.rules.agenda import Agenda, FileUnreadable, duration
from openevent.exchange.rules.bundle import EVENT_COLUMNS, PARTS, Bundle, Part
from openevent.kit.access import Actor
from openevent.kit.db import UtcDateTime
from openevent.kit.html import clean
from openevent.kit.work import UnitOfWork
from openevent.programme.models import Microlocation, Session, SessionType, Speaker, Track, speakers_sessions

_COLOR = "#336699"
_HTML = {"description", "short_abstract", "long_abstract", "short_biography", "long_biography", "comments"}
_LONGEST = 100_000
_KINDS: tuple[tuple[type[Any], tuple[type[Any], ...]], ...] = (
    (Boolean, (bool,)),
    (Integer, (int,)),
    (Float, (int, float)),
    (String, (str,)),
)
_MODELS: Mapping[str, type[Any]] = {
    "tracks": Track,
    "microlocations": Microlocation,
    "session_types": SessionType,
    "speakers": Speaker,
    "sessions": Session,
    "sponsors": Sponsor,
    "social_links": SocialLink,
}


def import_agenda(work: UnitOfWork, agenda: Agenda, *, by: Actor) -> Event:
    """Make a draft event of a calendar or a schedule; raises what creating an event raises."""
    values: dict[str, Any] = {
        "name": agenda.name,
        "description": clean(agenda.description) or None,
        "starts_at": agenda.starts_at,
        "ends_at": agenda.ends_at,
        "timezone": agenda.timezone,
        "location_name": agenda.place,
        "state": "draft",
        "is_sessions_speakers_enabled": True,
    }
    event = events.create_event(work, values, by=by)
    parts = _Parts(work, event)
    for talk in agenda.talks:
        session = Session(
            event_id=event.id,
            title=talk.title,
            short_abstract=clean(talk.abstract),
            starts_at=talk.starts_at,
            ends_at=talk.ends_at,
            language=talk.language,
            track_id=parts.of(Track, talk.track, color=_COLOR),
            microlocation_id=parts.of(Microlocation, talk.room),
            session_type_id=parts.of(SessionType, talk.kind, length=duration(talk)),
            creator_id=by.id,
            state="accepted",
            created_at=work.now,
            submitted_at=work.now,
            last_modified_at=work.now,
        )
        work.db.add(session)
        work.db.flush()
        for person in dict.fromkeys(talk.people):
            key = parts.of(Speaker, person.name)
            work.db.execute(insert(speakers_sessions).values(session_id=session.id, speaker_id=key))
    return event


@dataclass(slots=True)
class _Parts:
    """Tracks, rooms and people of a new event, made when they are first named."""

    work: UnitOfWork
    event: Event
    known: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])

    def of(self, model: type[Any], name: str | None, **values: Any) -> int | None:  # noqa: ANN401 -- columns of any type
        if not name:
            return None
        place = (model.__tablename__, name)
        if place not in self.known:
            row = model(event_id=self.event.id, name=name, **values)
            self.work.db.add(row)
            self.work.db.flush()
            self.known[place] = row.id
        return self.known[place]


def import_bundle(work: UnitOfWork, bundle: Bundle, *, by: Actor) -> Event:
    """Make a draft event of an exported archive; ids are new, what pointed at an old one points at the new one.

    Raises FileUnreadable with the file, the row and the member that are wrong.
    """
    values = _values(Event, bundle.event, EVENT_COLUMNS, "event")
    event = events.create_event(work, {**values, "state": "draft"}, by=by)
    ids: dict[str, dict[Any, int]] = {}
    for part in PARTS:
        if part.name in _MODELS:
            ids[part.name] = _add_part(work, event, part, bundle.rows(part.name), ids, by=by)
    for place, row in enumerate(bundle.rows("sessions")):
        session_id = ids["sessions"].get(row.get("id"), 0)
        for old in dict.fromkeys(_list(row.get("speakers"), f"sessions[{place}].speakers")):
            if old in ids["speakers"] and session_id:
                link = {"session_id": session_id, "speaker_id": ids["speakers"][old]}
                work.db.execute(insert(speakers_sessions).values(**link))
    return event


def _add_part(
    work: UnitOfWork,
    event: Event,
    part: Part,
    rows: list[dict[str, Any]],
    ids: Mapping[str, Mapping[Any, int]],
    *,
    by: Actor,
) -> dict[Any, int]:
    found: dict[Any, int] = {}
    model = _MODELS[part.name]
    for place, row in enumerate(rows):
        values = _values(model, row, part.columns, f"{part.name}[{place}]")
        for column, target in part.links.items():
            values[column] = ids[target].get(row.get(column))
        if model is Session:
            values |= {"creator_id": by.id, "created_at": work.now, "last_modified_at": work.now}
        made = model(event_id=event.id, **values)
        work.db.add(made)
        work.db.flush()
        if isinstance(row.get("id"), int | str):
            found[row["id"]] = made.id
    return found


def _values(model: type[Any], row: Mapping[str, Any], columns: tuple[str, ...], where: str) -> dict[str, Any]:
    """Return the members that are there as values of columns; raises FileUnreadable for one that does not fit."""
    table = model.__table__
    found: dict[str, Any] = {}
    for name in columns:
        column, value = table.c[name], row.get(name)
        if value is None:
            if not column.nullable and column.default is None:
                raise FileUnreadable(f"{where}.{name} is missing")
            continue
        found[name] = _fitting(column.type, name, value, f"{where}.{name}")
    return found


def _fitting(type_: Any, name: str, value: object, where: str) -> object:  # noqa: ANN401 -- a column's type
    if isinstance(type_, UtcDateTime):
        return _moment(value, where)
    wanted = next((kinds for known, kinds in _KINDS if isinstance(type_, known)), ())
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted != (bool,)):
        raise FileUnreadable(f"{where}: {str(value)[:40]!r} does not fit")
    if isinstance(value, str):
        most: int = getattr(type_, "length", None) or _LONGEST
        if len(value) > most or "\x00" in value:
            raise FileUnreadable(f"{where} is too long, or no text")
        return clean(value) if name in _HTML else value
    if isinstance(value, int | float) and abs(value) >= 2**31:
        raise FileUnreadable(f"{where} is too large a number")
    return value


def _moment(value: object, where: str) -> datetime:
    try:
        found = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise FileUnreadable(f"{where}: {str(value)[:40]!r} is no date with an offset")
    return found


def _list(value: object, where: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, int | str) for one in value):  # pyright: ignore[reportUnknownVariableType] -- decoded JSON
        raise FileUnreadable(f"{where} is no list of ids")
    return value  # pyright: ignore[reportUnknownVariableType] -- decoded JSON
