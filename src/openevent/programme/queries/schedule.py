"""The public programme: days, sessions, speakers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm import Session as Db

from openevent.events.models import Event
from openevent.programme.models import Microlocation, Session, SessionType, Speaker, Track, speakers_sessions
from openevent.programme.rules import PUBLIC_STATES


class TrackView(Struct, frozen=True):
    """A theme, in its colours."""

    id: int
    name: str
    color: str
    font_color: str


class SpeakerName(Struct, frozen=True):
    """A speaker as named beside a session."""

    id: int
    name: str
    organisation: str | None
    photo_url: str | None


class ScheduledSession(Struct, frozen=True):
    """A session with a time; times are in the event's own zone."""

    id: int
    title: str
    subtitle: str | None
    abstract: str  # clean HTML
    starts_at: datetime
    ends_at: datetime
    level: str | None
    language: str | None
    type: str | None
    room: str | None
    track: TrackView | None
    speakers: tuple[SpeakerName, ...]


class Day(Struct, frozen=True):
    """One day of the programme, in the event's own zone: its rooms in their order, its sessions by time."""

    on: date
    rooms: tuple[str, ...]
    sessions: tuple[ScheduledSession, ...]


class SpeakerCard(Struct, frozen=True):
    """A speaker as introduced to visitors; never with an e-mail or telephone number."""

    id: int
    name: str
    position: str | None
    organisation: str | None
    country: str | None
    biography: str | None  # clean HTML
    photo_url: str | None
    website: str | None
    is_featured: bool
    sessions: tuple[tuple[int, str], ...]  # id and title of what may be seen


def schedule(db: Db, event_id: int) -> list[Day]:
    """Return the days of an event's programme: accepted and confirmed sessions that have a time."""
    zone = ZoneInfo(db.scalars(select(Event.timezone).where(Event.id == event_id)).one_or_none() or "UTC")
    rows = db.execute(_scheduled(event_id)).all()
    names = _speakers_of(db, [row[0].id for row in rows])
    found = [_session(*row, names=names, zone=zone) for row in rows]
    order = {room: place for place, room in enumerate(_rooms(db, event_id))}
    days = groupby(found, key=lambda session: session.starts_at.date())
    return [_day(on, tuple(sessions), order) for on, sessions in days]


def _scheduled(event_id: int) -> Select[Session, Track, str, str]:
    return (
        select(Session, Track, Microlocation.name, SessionType.name)
        .outerjoin(Track, (Track.id == Session.track_id) & Track.deleted_at.is_(None))
        .outerjoin(Microlocation, (Microlocation.id == Session.microlocation_id) & Microlocation.deleted_at.is_(None))
        .outerjoin(SessionType, (SessionType.id == Session.session_type_id) & SessionType.deleted_at.is_(None))
        .where(Session.event_id == event_id, Session.deleted_at.is_(None), Session.state.in_(PUBLIC_STATES))
        .where(Session.starts_at.is_not(None), Session.ends_at.is_not(None))
        .order_by(Session.starts_at, Microlocation.position, Microlocation.id, Session.id)
    )


def _speakers_of(db: Db, session_ids: Sequence[int]) -> Mapping[int, list[SpeakerName]]:
    links = speakers_sessions.c
    found = (
        select(links.session_id, Speaker)
        .join(Speaker, Speaker.id == links.speaker_id)
        .where(links.session_id.in_(session_ids), Speaker.deleted_at.is_(None))
        .order_by(links.session_id, Speaker.order, Speaker.id)
    )
    by_session: dict[int, list[SpeakerName]] = {}
    for session_id, row in db.execute(found):
        photo = row.thumbnail_image_url or row.photo_url
        by_session.setdefault(session_id, []).append(SpeakerName(row.id, row.name, row.organisation, photo))
    return by_session


def _session(
    row: Session,
    track: Track | None,
    room: str | None,
    kind: str | None,
    *,
    names: Mapping[int, list[SpeakerName]],
    zone: ZoneInfo,
) -> ScheduledSession:
    assert row.starts_at is not None  # noqa: S101 -- the query asks for both; this is for the type checker
    assert row.ends_at is not None  # noqa: S101 -- same
    return ScheduledSession(
        id=row.id,
        title=row.title,
        subtitle=row.subtitle,
        abstract=row.short_abstract or row.long_abstract,
        starts_at=row.starts_at.astimezone(zone),
        ends_at=row.ends_at.astimezone(zone),
        level=row.level,
        language=row.language,
        type=kind,
        room=room,
        track=TrackView(track.id, track.name, track.color, track.font_color) if track else None,
        speakers=tuple(names.get(row.id, ())),
    )


def _rooms(db: Db, event_id: int) -> list[str]:
    rooms = Microlocation
    found = select(rooms.name).where(rooms.event_id == event_id, rooms.deleted_at.is_(None))
    return list(db.scalars(found.order_by(rooms.position, rooms.id)))


def _day(on: date, sessions: tuple[ScheduledSession, ...], order: Mapping[str, int]) -> Day:
    rooms = {session.room for session in sessions if session.room}
    return Day(on, tuple(sorted(rooms, key=lambda room: order[room])), sessions)


def speakers(db: Db, event_id: int) -> list[SpeakerCard]:
    """Return who speaks in an event's public programme, featured ones first."""
    links = speakers_sessions.c
    found = (
        select(Speaker, Session.id, Session.title)
        .join(speakers_sessions, links.speaker_id == Speaker.id)
        .join(Session, Session.id == links.session_id)
        .where(Speaker.event_id == event_id, Speaker.deleted_at.is_(None))
        .where(Session.deleted_at.is_(None), Session.state.in_(PUBLIC_STATES))
        .order_by(Speaker.is_featured.desc(), Speaker.order, Speaker.name, Speaker.id, Session.starts_at, Session.id)
    )
    grouped = groupby(db.execute(found), key=lambda row: row[0])
    return [_card(row, tuple((key, title) for _row, key, title in rows)) for row, rows in grouped]


def _card(row: Speaker, sessions: tuple[tuple[int, str], ...]) -> SpeakerCard:
    return SpeakerCard(
        id=row.id,
        name=row.name,
        position=row.position,
        organisation=row.organisation,
        country=row.country,
        biography=row.short_biography or row.long_biography,
        photo_url=row.photo_url,
        website=row.website,
        is_featured=row.is_featured,
        sessions=sessions,
    )


def dates(db: Db, event_id: int, timezone: str) -> list[date]:
    """Return the days on which an event's public programme has sessions, in the event's own zone."""
    zone = ZoneInfo(timezone)
    starts = db.scalars(_public(event_id, Session.starts_at))
    return sorted({moment.astimezone(zone).date() for moment in starts if moment})


def languages(db: Db, event_id: int) -> list[str]:
    """Return the languages of an event's public programme."""
    return sorted(language for language in db.scalars(_public(event_id, Session.language)) if language)


def _public(event_id: int, column: InstrumentedAttribute[Any]) -> Select[Any]:
    found = select(column).where(Session.event_id == event_id, Session.deleted_at.is_(None))
    return found.where(Session.state.in_(PUBLIC_STATES)).distinct()
