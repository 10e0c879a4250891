"""The sample conference's programme: rooms, tracks, speakers, sessions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from openevent.events.models import Event
from openevent.kit.access import Actor
from openevent.kit.work import UnitOfWork
from openevent.main.demo.accounts import People
from openevent.main.demo.happenings import at
from openevent.main.demo.reading import Entry, read, without
from openevent.programme.actions import create_part, create_session, create_speaker
from openevent.programme.models import Microlocation, SessionType, Speaker, Track

Ids = Mapping[str, int]


def make_programme(work: UnitOfWork, event: Event, people: People) -> None:
    """Fill the conference's rooms."""
    ana, told = people["ana"].actor, read("conference")
    tracks = _make_parts(work, event, Track, told["track"], ana)
    rooms = _make_parts(work, event, Microlocation, told["room"], ana)
    types = _make_parts(work, event, SessionType, told["type"], ana)
    lengths = {entry["name"]: _minutes(entry["length"]) for entry in told["type"]}
    speakers = _make_speakers(work, event, people)
    for entry in read("sessions")["session"]:
        values = {
            **_texts(entry),
            **_times(event, entry, lengths),
            "event_id": event.id,
            "track_id": tracks.get(entry.get("track", "")),
            "microlocation_id": rooms.get(_room(entry)),
            "session_type_id": types[entry["kind"]],
        }
        by = people["chi"].actor if entry.get("state") in ("draft", "pending") and entry["by"] == ["chi"] else ana
        create_session(work, values, speakers=[speakers[key] for key in entry.get("by", ())], by=by)


def _make_parts(work: UnitOfWork, event: Event, model: Any, entries: list[Entry], by: Actor) -> Ids:  # noqa: ANN401 -- one of three models
    found: dict[str, int] = {}
    for position, entry in enumerate(entries):
        values = {**without(entry, "key"), "event_id": event.id, "position": position}
        found[entry.get("key", entry["name"])] = create_part(work, model, values, by=by).id
    return found


def _make_speakers(work: UnitOfWork, event: Event, people: People) -> Ids:
    found: dict[str, int] = {}
    for order, entry in enumerate(read("speakers")["speaker"]):
        own = people.get(entry["key"])
        values = {
            **without(entry, "key", "bio", "featured"),
            "event_id": event.id,
            "email": own.user.email if own else f"{entry['key']}@speakers.example",
            "short_biography": f"<p>{entry['bio']}</p>",
            "is_featured": entry.get("featured", False),
            "order": order,
        }
        speaker: Speaker = create_speaker(work, values, by=people["ana"].actor)
        found[entry["key"]] = speaker.id
    return found


def _texts(entry: Entry) -> Entry:
    signs_up = entry.get("signup", False)
    note = "<p>Places are few: please take a workshop pass together with your ticket.</p>" if signs_up else ""
    return {
        "title": entry["title"],
        "level": entry.get("level"),
        "language": entry.get("language", "en"),
        "state": entry.get("state", "accepted"),
        "short_abstract": f"<p>{entry['text']}</p>",
        "long_abstract": note,
    }


def _times(event: Event, entry: Entry, lengths: Mapping[str, int]) -> dict[str, datetime]:
    if "slot" not in entry:
        return {}
    day, clock, _room_name = entry["slot"].split(" ", 2)
    opening = event.starts_at.astimezone(ZoneInfo(event.timezone)).date()
    starts = at(opening + timedelta(days=int(day) - 1), clock, event.timezone)
    return {"starts_at": starts, "ends_at": starts + timedelta(minutes=entry.get("minutes", lengths[entry["kind"]]))}


def _room(entry: Entry) -> str:
    return entry.get("slot", "- - -").split(" ", 2)[2]


def _minutes(length: str) -> int:
    hours, minutes = length.split(":")
    return int(hours) * 60 + int(minutes)
