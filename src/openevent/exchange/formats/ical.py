"""iCalendar (RFC 5545): an event and its talks as calendar entries, and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from openevent.exchange.rules.agenda import Agenda, FileUnreadable, Person, Talk

CONTENT_TYPE = "text/calendar"
_MOST_TALKS = 5_000


def _icalendar() -> Any:  # noqa: ANN401 -- a module
    import icalendar  # noqa: PLC0415 -- takes long to load, and few requests are for a calendar

    return icalendar


def render(agenda: Agenda) -> bytes:
    """Return a calendar: the event itself first, then its talks, in the zone of the event."""
    calendar: Any = _icalendar().Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Open Event//EN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-caldesc", "Event Calendar")
    calendar.add("x-wr-calname", agenda.name)
    calendar.add_component(_event(agenda))
    if agenda.timezone != "UTC":
        first, last = agenda.starts_at.date(), agenda.ends_at.date() + timedelta(days=1)
        calendar.add_component(_icalendar().Timezone.from_tzid(agenda.timezone, first_date=first, last_date=last))
    for talk in agenda.talks:
        calendar.add_component(_talk(agenda, talk))
    return calendar.to_ical()


def _event(agenda: Agenda) -> Any:  # noqa: ANN401 -- a component of icalendar
    found = _entry(agenda, agenda.uid, agenda.name, agenda.starts_at, agenda.ends_at)
    _say(found, "description", agenda.description)
    _say(found, "location", agenda.place)
    if agenda.organizer:
        found["organizer"] = _icalendar().vText(agenda.organizer)
    _say(found, "url", agenda.url)
    return found


def _talk(agenda: Agenda, talk: Talk) -> Any:  # noqa: ANN401 -- a component of icalendar
    found = _entry(agenda, talk.uid, talk.title, talk.starts_at, talk.ends_at)
    _say(found, "description", talk.abstract)
    _say(found, "location", talk.room)
    _say(found, "url", talk.url)
    if talk.track:
        found.add("categories", [talk.track])
    for person in talk.people:
        found.add("contact", person.name)
    return found


def _entry(agenda: Agenda, uid: str, title: str, starts_at: datetime, ends_at: datetime) -> Any:  # noqa: ANN401 -- a component of icalendar
    zone = ZoneInfo(agenda.timezone)
    found: Any = _icalendar().Event()
    found.add("uid", uid)
    found.add("summary", title)
    found.add("dtstamp", agenda.starts_at.astimezone(UTC))  # the same file for the same programme
    found.add("dtstart", starts_at.astimezone(zone))
    found.add("dtend", ends_at.astimezone(zone))
    if agenda.latitude is not None and agenda.longitude is not None:
        found.add("geo", (agenda.latitude, agenda.longitude))
    return found


def _say(entry: Any, name: str, text: str | None) -> None:  # noqa: ANN401 -- same
    if text:
        entry.add(name, text)


def parse(data: bytes) -> Agenda:
    """Read a calendar: its name, its span, and each entry as a talk; raises FileUnreadable.

    An entry that is called as the calendar is, as ours has one, or that spans all others, is the event itself.
    """
    try:
        calendar: Any = _icalendar().Calendar.from_ical(data)
        entries = list(calendar.walk("VEVENT"))
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FileUnreadable(f"this is no calendar: {str(error)[:200]}") from None
    if not entries:
        raise FileUnreadable("the calendar has no entries (VEVENT)")
    if len(entries) > _MOST_TALKS:
        raise FileUnreadable(f"a calendar may have {_MOST_TALKS} entries")
    talks = [_read_talk(entry, place) for place, entry in enumerate(entries, 1)]
    zone = _zone_of(entries[0])
    starts_at, ends_at = min(one.starts_at for one in talks), max(one.ends_at for one in talks)
    name, spans = _text(calendar, "x-wr-calname"), (starts_at, ends_at)
    heads = [one for one in talks if one.title == name] or [
        one for one in talks if (one.starts_at, one.ends_at) == spans and len(talks) > 1
    ]
    head = heads[0] if heads else None
    return Agenda(
        uid=head.uid if head else talks[0].uid,
        name=name or (head or talks[0]).title,
        starts_at=head.starts_at if head else starts_at,
        ends_at=head.ends_at if head else ends_at,
        timezone=zone,
        description=head.abstract if head else "",
        place=head.room if head else None,
        url=head.url if head else None,
        talks=tuple(sorted((one for one in talks if one is not head), key=lambda one: (one.starts_at, one.uid))),
    )


def _read_talk(entry: Any, place: int) -> Talk:  # noqa: ANN401 -- a component of icalendar
    where = f"entry {place}"
    starts_at = _moment(entry, "dtstart", where)
    try:
        ends_at = _moment(entry, "dtend", where) if "dtend" in entry else starts_at + entry.duration
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise FileUnreadable(f"{where}: {str(error)[:200]}") from None
    if ends_at < starts_at:
        raise FileUnreadable(f"{where}: it ends before it begins")
    return Talk(
        uid=_text(entry, "uid") or str(place),
        title=_text(entry, "summary") or f"Session {place}",
        starts_at=starts_at,
        ends_at=ends_at,
        abstract=_text(entry, "description") or "",
        room=_text(entry, "location"),
        track=_category(entry),
        url=_text(entry, "url"),
        people=tuple(Person(str(name)) for name in _several(entry, "contact")),
    )


def _moment(entry: Any, name: str, where: str) -> datetime:  # noqa: ANN401 -- same
    found = getattr(entry.get(name), "dt", None)
    if isinstance(found, datetime):
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    if isinstance(found, date):
        return datetime.combine(found, time(), UTC)
    raise FileUnreadable(f"{where}: {name.upper()} is missing or no date")


def _zone_of(entry: Any) -> str:  # noqa: ANN401 -- same
    zone = getattr(getattr(entry.get("dtstart"), "dt", None), "tzinfo", None)
    return getattr(zone, "key", None) or "UTC"


def _several(entry: Any, name: str) -> list[Any]:  # noqa: ANN401 -- same
    found: Any = entry.get(name, [])
    return cast("list[Any]", found) if isinstance(found, list) else [found]


def _category(entry: Any) -> str | None:  # noqa: ANN401 -- same
    names = [str(one) for found in _several(entry, "categories") for one in getattr(found, "cats", [])]
    return names[0] if names else None


def _text(entry: Any, name: str) -> str | None:  # noqa: ANN401 -- same
    found = _several(entry, name)
    return str(found[0]) or None if found else None
