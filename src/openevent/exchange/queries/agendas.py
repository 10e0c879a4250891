"""An event with its public programme, as calendars show it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from openevent.events.models import Event
from openevent.exchange.rules.agenda import Agenda, Person, Talk
from openevent.kit.html import plain
from openevent.kit.services import Site
from openevent.programme.models import (
    Microlocation,
    Session,
    SessionType,
    Speaker,
    Track,
    UserFavouriteSession,
    speakers_sessions,
)
from openevent.programme.rules import PUBLIC_STATES


def event_by_key(db: Db, key: str) -> Event | None:
    """Find a live event by its id or its identifier."""
    is_number = key.isascii() and key.isdigit() and len(key) < 19  # noqa: PLR2004 -- fits 64 bit
    column = Event.id == int(key) if is_number else Event.identifier == key
    return db.scalar(select(Event).where(column, Event.deleted_at.is_(None)))


def agenda(db: Db, event: Event, site: Site, *, with_talks: bool = True, only: Iterable[int] | None = None) -> Agenda:
    """Return an event as calendars show it; `only` names the sessions that are wanted, None all public ones."""
    place = event.searchable_location_name or event.location_name
    return Agenda(
        uid=event.identifier,
        name=event.name,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        timezone=event.timezone,
        description=plain(event.description or ""),
        place=place,
        latitude=event.latitude,
        longitude=event.longitude,
        url=site.link(f"/e/{event.identifier}"),
        organizer=event.owner_name,
        released=event.schedule_published_on is not None,
        talks=_talks(db, event, site, only) if with_talks else (),
    )


def _talks(db: Db, event: Event, site: Site, only: Iterable[int] | None) -> tuple[Talk, ...]:
    statement = (
        select(Session, Microlocation.name, Track.name, SessionType.name)
        .outerjoin(Microlocation, Microlocation.id == Session.microlocation_id)
        .outerjoin(Track, Track.id == Session.track_id)
        .outerjoin(SessionType, SessionType.id == Session.session_type_id)
        .where(
            Session.event_id == event.id,
            Session.deleted_at.is_(None),
            Session.state.in_(PUBLIC_STATES),
            Session.starts_at.is_not(None),
            Session.ends_at.is_not(None),
        )
        .order_by(Session.starts_at, Session.id)
    )
    people = _people(db, event.id)
    wanted = None if only is None else set(only)
    return tuple(
        Talk(
            uid=f"{one.id}-{event.identifier}",
            title=one.title,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            abstract=plain(one.short_abstract or one.long_abstract or ""),
            room=room,
            track=track,
            kind=kind,
            language=one.language,
            url=site.link(f"/e/{event.identifier}/session/{one.id}"),
            people=tuple(people.get(one.id, ())),
        )
        for one, room, track, kind in db.execute(statement)
        if one.starts_at and one.ends_at and (wanted is None or one.id in wanted)
    )


def _people(db: Db, event_id: int) -> dict[int, list[Person]]:
    found: dict[int, list[Person]] = {}
    links: Any = speakers_sessions.c
    statement = (
        select(links.session_id, Speaker.name)
        .join(Speaker, Speaker.id == links.speaker_id)
        .where(Speaker.event_id == event_id, Speaker.deleted_at.is_(None))
        .order_by(Speaker.order, Speaker.id)
    )
    for session_id, name in db.execute(statement):
        found.setdefault(session_id, []).append(Person(name))
    return found


def favourites(db: Db, event_id: int, user_id: int) -> list[int]:
    """Return the sessions of an event that somebody has marked."""
    marked = [UserFavouriteSession.event_id == event_id, UserFavouriteSession.user_id == user_id]
    return list(db.scalars(select(UserFavouriteSession.session_id).where(*marked)))
