"""Pentabarf's schedule XML: days, rooms, talks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from openevent.exchange.formats import xml
from openevent.exchange.rules.agenda import Agenda, FileUnreadable, Person, Talk, duration, lasting

CONTENT_TYPE = "application/xml"
_NOWHERE = "-"


def render(agenda: Agenda) -> bytes:
    """Return the schedule, in the zone of the event."""
    zone = ZoneInfo(agenda.timezone)
    root = xml.element("schedule")
    _conference(root, agenda, zone)
    days = groupby(agenda.talks, key=lambda talk: talk.starts_at.astimezone(zone).date())
    for place, (day, talks) in enumerate(days, 1):
        _day(root, place, day, list(talks), zone)
    return xml.write(root)


def _conference(root: Any, agenda: Agenda, zone: ZoneInfo) -> None:  # noqa: ANN401 -- an element of lxml
    start, end = agenda.starts_at.astimezone(zone), agenda.ends_at.astimezone(zone)
    found = xml.add(root, "conference")
    for name, value in (
        ("title", agenda.name),
        ("acronym", agenda.uid),
        ("subtitle", None),
        ("venue", agenda.place),
        ("start", start.date().isoformat()),
        ("end", end.date().isoformat()),
        ("days", (end.date() - start.date()).days + 1),
        ("time_zone_name", agenda.timezone),
        ("release", "published" if agenda.released else "draft"),
    ):
        xml.add(found, name, value)


def _day(root: Any, index: int, day: date, talks: list[Talk], zone: ZoneInfo) -> None:  # noqa: ANN401 -- same
    found = xml.add(root, "day", date=day.isoformat(), index=str(index))
    rooms: dict[str, list[Talk]] = {}
    for talk in talks:
        rooms.setdefault(talk.room or _NOWHERE, []).append(talk)
    for name, inside in rooms.items():
        room = xml.add(found, "room", name=name)
        for talk in inside:
            _talk(room, talk, zone)


def _talk(room: Any, talk: Talk, zone: ZoneInfo) -> None:  # noqa: ANN401 -- same
    start = talk.starts_at.astimezone(zone)
    found = xml.add(room, "event", id=talk.uid)
    for name, value in (
        ("date", start.isoformat()),
        ("start", start.strftime("%H:%M")),
        ("duration", duration(talk)),
        ("title", talk.title),
        ("track", talk.track),
        ("type", talk.kind),
        ("language", talk.language),
        ("abstract", talk.abstract or None),
        ("url", talk.url),
    ):
        xml.add(found, name, value)
    persons = xml.add(found, "persons")
    for place, person in enumerate(talk.people, 1):
        xml.add(persons, "person", person.name, id=str(place))


def parse(data: bytes) -> Agenda:
    """Read a schedule; raises FileUnreadable that says at which talk."""
    root = xml.read(data)
    conference = root.find("conference")
    if root.tag != "schedule" or conference is None:
        raise FileUnreadable("this is no schedule with a conference")
    zone = _zone(xml.text_of(conference, "time_zone_name"))
    talks = tuple(sorted(_talks(root, zone), key=lambda one: (one.starts_at, one.uid)))
    name = xml.text_of(conference, "title")
    if name is None:
        raise FileUnreadable("conference: title is missing")
    starts_at = _bound(conference, "start", zone) or min((one.starts_at for one in talks), default=None)
    ends_at = _bound(conference, "end", zone, days=1) or max((one.ends_at for one in talks), default=None)
    if starts_at is None or ends_at is None:
        raise FileUnreadable("conference: start and end are missing")
    return Agenda(
        uid=xml.text_of(conference, "acronym") or name,
        name=name,
        starts_at=starts_at,
        ends_at=ends_at,
        timezone=zone.key,
        place=xml.text_of(conference, "venue"),
        talks=talks,
    )


def _talks(root: Any, zone: ZoneInfo) -> Iterable[Talk]:  # noqa: ANN401 -- same
    for day in root.findall("day"):
        for room in day.findall("room"):
            for event in day_events(room):
                yield _read_talk(event, room.get("name"), day.get("date"), zone)


def day_events(room: Any) -> list[Any]:  # noqa: ANN401 -- same
    """Return the talks in a room."""
    return room.findall("event")


def _read_talk(event: Any, room: str | None, day: str | None, zone: ZoneInfo) -> Talk:  # noqa: ANN401 -- same
    uid = event.get("id") or xml.text_of(event, "title") or ""
    starts_at = _start(event, day, zone, uid)
    try:
        ends_at = starts_at + lasting(xml.text_of(event, "duration") or "")
    except (FileUnreadable, OverflowError) as error:
        raise FileUnreadable(f"event {uid}: {error}") from None
    return Talk(
        uid=uid,
        title=xml.text_of(event, "title") or f"Session {uid}",
        starts_at=starts_at,
        ends_at=ends_at,
        abstract=xml.text_of(event, "abstract") or xml.text_of(event, "description") or "",
        room=None if room in (None, _NOWHERE) else room,
        track=xml.text_of(event, "track"),
        kind=xml.text_of(event, "type"),
        language=xml.text_of(event, "language"),
        url=xml.text_of(event, "url"),
        people=tuple(Person(one.text.strip()) for one in event.findall("persons/person") if (one.text or "").strip()),
    )


def _start(event: Any, day: str | None, zone: ZoneInfo, uid: str) -> datetime:  # noqa: ANN401 -- same
    text = xml.text_of(event, "date") or f"{day}T{xml.text_of(event, 'start')}"
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise FileUnreadable(f"event {uid}: {text[:40]!r} is no date") from None


def _bound(conference: Any, name: str, zone: ZoneInfo, *, days: int = 0) -> datetime | None:  # noqa: ANN401 -- same
    text = xml.text_of(conference, name)
    try:
        if text is None:
            return None
        found = datetime.fromisoformat(text)
        is_day = len(text) == len("2026-01-01")
        moment = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
        return moment + timedelta(days=days) - timedelta(minutes=1) if is_day and days else moment
    except (ValueError, OverflowError):
        raise FileUnreadable(f"conference: {name} is no date") from None


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, OSError):
        return ZoneInfo("UTC")
