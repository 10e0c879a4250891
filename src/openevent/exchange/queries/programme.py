"""Sessions and speakers as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Db

from openevent.events.models import Event
from openevent.exchange.queries.sheets import Sheet, moment
from openevent.kit.html import plain
from openevent.programme.models import Feedback, Session, SessionType, Speaker, Track, speakers_sessions

STATUSES = ("pending", "accepted", "confirmed", "rejected", "withdrawn", "canceled")
WITHOUT_SESSION = "without_session"
_SESSIONS = [
    "Session Title",
    "Session Starts At",
    "Session Ends At",
    "Session Speakers",
    "Speaker Emails",
    "Session Track",
    "Session Abstract Short",
    "Session Abstract Long",
    "Comment",
    "Created At",
    "Email Sent",
    "Level",
    "Status",
    "Session Type",
    "Talk Length",
    "Language",
    "Slides",
    "Audio",
    "Video",
    "Average Rating",
    "Number of Ratings",
]
_SPEAKERS = [
    "Speaker Name",
    "Speaker Email",
    "Speaker Session(s)",
    "Speaker Mobile",
    "Speaker Bio",
    "Speaker Organisation",
    "Speaker Position",
    "Speaker Experience",
    "Speaker Sponsorship Required",
    "Speaker City",
    "Speaker Country",
    "Speaker Website",
    "Speaker Twitter",
    "Speaker Facebook",
    "Speaker Github",
    "Speaker LinkedIn",
]
Ratings = dict[int, tuple[float, int]]


def sessions(db: Db, event: Event, status: str = "all") -> Sheet:
    """Return an event's sessions, all of them or those in one state."""
    conditions = [Session.event_id == event.id, Session.deleted_at.is_(None)]
    if status in STATUSES:
        conditions.append(Session.state == status)
    statement = (
        select(Session, Track.name, SessionType)
        .outerjoin(Track, Track.id == Session.track_id)
        .outerjoin(SessionType, SessionType.id == Session.session_type_id)
        .where(*conditions)
        .order_by(Session.id)
    )
    people, ratings = _speakers_by_session(db, event.id), _ratings(db, event.id)
    rows = [
        _session(one, event.timezone, track, kind, people.get(one.id, ()), rating=ratings.get(one.id, (0.0, 0)))
        for one, track, kind in db.execute(statement)
    ]
    return Sheet(f"{event.name}: sessions", _SESSIONS, rows)


def _session(
    one: Session,
    zone: str,
    track: str | None,
    kind: SessionType | None,
    people: Sequence[Speaker],
    *,
    rating: tuple[float, int],
) -> list[object]:
    return [
        f"{one.title} ({one.state})",
        moment(one.starts_at, zone),
        moment(one.ends_at, zone),
        "; ".join(speaker.name for speaker in people),
        "; ".join(speaker.email for speaker in people if speaker.email),
        track,
        plain(one.short_abstract or ""),
        plain(one.long_abstract or ""),
        plain(one.comments or ""),
        moment(one.created_at),
        one.is_mail_sent,
        one.level,
        one.state,
        kind.name if kind else None,
        kind.length if kind else None,
        *(one.language, one.slides_url, one.audio_url, one.video_url),
        *rating,
    ]


def _speakers_by_session(db: Db, event_id: int) -> dict[int, list[Speaker]]:
    found: dict[int, list[Speaker]] = {}
    links: Any = speakers_sessions.c
    statement = (
        select(links.session_id, Speaker)
        .join(Speaker, Speaker.id == links.speaker_id)
        .where(Speaker.event_id == event_id, Speaker.deleted_at.is_(None))
        .order_by(Speaker.id)
    )
    for session_id, speaker in db.execute(statement):
        found.setdefault(session_id, []).append(speaker)
    return found


def _ratings(db: Db, event_id: int) -> Ratings:
    statement = (
        select(Feedback.session_id, func.avg(Feedback.rating), func.count())
        .where(Feedback.event_id == event_id, Feedback.session_id.is_not(None), Feedback.deleted_at.is_(None))
        .group_by(Feedback.session_id)
    )
    return {key: (round(float(average), 2), count) for key, average, count in db.execute(statement) if key is not None}


def speakers(db: Db, event: Event, status: str = "all") -> Sheet:
    """Return an event's speakers: all, those with a session in one state, or those without any session."""
    statement = select(Speaker).where(Speaker.event_id == event.id, Speaker.deleted_at.is_(None)).order_by(Speaker.id)
    talks = _sessions_by_speaker(db, event.id)
    found = [(one, talks.get(one.id, [])) for one in db.scalars(statement)]
    if status == WITHOUT_SESSION:
        found = [(one, given) for one, given in found if not given]
    elif status in STATUSES:
        found = [(one, given) for one, given in found if status in [talk.state for talk in given]]
    return Sheet(f"{event.name}: speakers", _SPEAKERS, [_speaker(one, given) for one, given in found])


def _sessions_by_speaker(db: Db, event_id: int) -> dict[int, list[Session]]:
    found: dict[int, list[Session]] = {}
    links: Any = speakers_sessions.c
    statement = (
        select(links.speaker_id, Session)
        .join(Session, Session.id == links.session_id)
        .where(Session.event_id == event_id, Session.deleted_at.is_(None))
        .order_by(Session.id)
    )
    for speaker_id, talk in db.execute(statement):
        found.setdefault(speaker_id, []).append(talk)
    return found


def _speaker(one: Speaker, talks: Sequence[Session]) -> list[object]:
    return [
        one.name,
        one.email,
        "; ".join(f"{talk.title} ({talk.state})" for talk in talks),
        one.mobile,
        plain(one.short_biography or ""),
        one.organisation,
        one.position,
        plain(one.speaking_experience or ""),
        plain(one.sponsorship_required or ""),
        *(one.city, one.country, one.website, one.twitter, one.facebook, one.github, one.linkedin),
    ]
