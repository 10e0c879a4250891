"""A programme as calendars know it: an event, its talks, who speaks, where."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct


class Person(Struct, frozen=True):
    """Who speaks."""

    name: str
    email: str | None = None


class Talk(Struct, frozen=True):
    """One session with its time."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    abstract: str = ""
    room: str | None = None
    track: str | None = None
    kind: str | None = None
    language: str | None = None
    url: str | None = None
    people: tuple[Person, ...] = ()


class Agenda(Struct, frozen=True):
    """An event and its talks in the order of their beginnings."""

    uid: str
    name: str
    starts_at: datetime
    ends_at: datetime
    timezone: str = "UTC"
    description: str = ""
    place: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    url: str | None = None
    organizer: str | None = None
    released: bool = False
    talks: tuple[Talk, ...] = ()


class FileUnreadable(ValueError):
    """A file is not of the format that it was sent as; the message says where."""


def duration(talk: Talk) -> str:
    """Return how long a talk is, as HH:MM.

    >>> from datetime import UTC
    >>> start = datetime(2026, 5, 1, 9, tzinfo=UTC)
    >>> duration(Talk("1", "One", start, start + timedelta(minutes=95)))
    '01:35'
    """
    minutes = int((talk.ends_at - talk.starts_at).total_seconds()) // 60
    return f"{minutes // 60:02}:{minutes % 60:02}"


def lasting(text: str) -> timedelta:
    """Read a duration of the form HH:MM; raises FileUnreadable.

    >>> lasting("01:35")
    datetime.timedelta(seconds=5700)
    """
    hours, colon, minutes = text.strip().partition(":")
    if not (colon and hours.isascii() and hours.isdigit() and minutes[:2].isascii() and minutes[:2].isdigit()):
        raise FileUnreadable(f"a duration of the form HH:MM was expected, not {text[:40]!r}")
    if len(hours) > 3:  # noqa: PLR2004 -- nothing lasts a thousand hours
        raise FileUnreadable(f"a talk can't last {text[:40]!r}")
    return timedelta(hours=int(hours), minutes=int(minutes[:2]))
