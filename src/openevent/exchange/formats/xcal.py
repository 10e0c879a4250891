"""xCal (RFC 6321): the calendar as XML."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from openevent.exchange.formats import xml
from openevent.exchange.rules.agenda import Agenda, FileUnreadable, Person, Talk, duration, lasting

CONTENT_TYPE = "application/calendar+xml"
NAMESPACE = "urn:ietf:params:xml:ns:icalendar-2.0"
PENTABARF = "http://pentabarf.org"
_NS = {"c": NAMESPACE, "p": PENTABARF}
_LOCAL = "%Y-%m-%dT%H:%M:%S"


def render(agenda: Agenda) -> bytes:
    """Return the talks of an event as VEVENTs."""
    root = xml.element("icalendar", {None: NAMESPACE, "pentabarf": PENTABARF})
    calendar = xml.add(root, "vcalendar")
    head = xml.add(calendar, "properties")
    for name, value in (("version", "2.0"), ("prodid", "-//Open Event//EN"), ("x-wr-caldesc", agenda.name)):
        _property(head, name, value)
    _property(head, "x-wr-calname", agenda.name)
    _property(head, "x-wr-timezone", agenda.timezone)
    components = xml.add(calendar, "components")
    for talk in agenda.talks:
        _entry(components, talk, ZoneInfo(agenda.timezone))
    return xml.write(root)


def _entry(parent: Any, talk: Talk, zone: ZoneInfo) -> None:  # noqa: ANN401 -- an element of lxml
    properties = xml.add(xml.add(parent, "vevent"), "properties")
    _property(properties, "uid", talk.uid)
    for name, moment in (("dtstart", talk.starts_at), ("dtend", talk.ends_at)):
        found = xml.add(properties, name)
        _property(xml.add(found, "parameters"), "tzid", zone.key)
        xml.add(found, "date-time", moment.astimezone(zone).strftime(_LOCAL))
    _property(properties, "summary", talk.title)
    for name, text in (
        ("description", talk.abstract),
        ("location", talk.room),
        ("url", talk.url),
        ("categories", talk.track),
    ):
        if text:
            _property(properties, name, text, "uri" if name == "url" else "text")
    for person in talk.people:
        _property(properties, "attendee", person.name)
    xml.add(properties, f"{{{PENTABARF}}}duration", duration(talk))


def _property(parent: Any, name: str, value: str, kind: str = "text") -> None:  # noqa: ANN401 -- same
    xml.add(xml.add(parent, name), kind, value)


def parse(data: bytes) -> Agenda:
    """Read an xCal document; raises FileUnreadable."""
    root = xml.read(data)
    entries = root.findall(".//c:vevent", _NS) or root.findall(".//vevent")
    if not entries:
        raise FileUnreadable("the document has no entries (vevent)")
    talks = [_talk(entry, place) for place, entry in enumerate(entries, 1)]
    name = _text(root, ".//", "x-wr-calname") or _text(root, ".//", "x-wr-caldesc") or talks[0].title
    return Agenda(
        uid=talks[0].uid,
        name=name,
        starts_at=min(one.starts_at for one in talks),
        ends_at=max(one.ends_at for one in talks),
        timezone=_zone(_text(root, ".//", "x-wr-timezone") or _text(entries[0], ".//", "tzid")),
        talks=tuple(sorted(talks, key=lambda one: (one.starts_at, one.uid))),
    )


def _talk(entry: Any, place: int) -> Talk:  # noqa: ANN401 -- same
    where = f"entry {place}"
    starts_at = _moment(entry, "dtstart", where)
    if entry.find(".//c:dtend", _NS) is not None:
        ends_at = _moment(entry, "dtend", where)
    else:
        ends_at = starts_at + lasting(xml.text_of(entry, ".//p:duration", _NS) or "")
    if ends_at < starts_at:
        raise FileUnreadable(f"{where}: it ends before it begins")
    return Talk(
        uid=_text(entry, ".//", "uid") or str(place),
        title=_text(entry, ".//", "summary") or f"Session {place}",
        starts_at=starts_at,
        ends_at=ends_at,
        abstract=_text(entry, ".//", "description") or "",
        room=_text(entry, ".//", "location"),
        track=_text(entry, ".//", "categories"),
        url=_text(entry, ".//", "url"),
        people=tuple(Person(name) for one in entry.findall(".//c:attendee", _NS) if (name := _inner(one))),
    )


def _moment(entry: Any, name: str, where: str) -> datetime:  # noqa: ANN401 -- same
    found = entry.find(f".//c:{name}", _NS)
    text = xml.text_of(found, "c:date-time", _NS) if found is not None else None
    try:
        moment = datetime.fromisoformat(text or "")
        zone = ZoneInfo(_zone(xml.text_of(found, ".//c:tzid/c:text", _NS)))
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise FileUnreadable(f"{where}: {name} is missing or no date") from None


def _zone(name: str | None) -> str:
    try:
        return ZoneInfo(name or "UTC").key
    except (ValueError, OSError):
        return "UTC"


def _text(parent: Any, way: str, name: str) -> str | None:  # noqa: ANN401 -- same
    found = parent.find(f"{way}c:{name}", _NS)
    return None if found is None else _inner(found)


def _inner(element: Any) -> str | None:  # noqa: ANN401 -- same
    return "".join(element.itertext()).strip() or None
