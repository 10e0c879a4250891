"""Who may what with the programme."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, false, or_, select, true

from openevent.events.roles import COORGANIZER, CREW, ON_PUBLIC_EVENT, TRACK_ORGANIZER
from openevent.kit.access import (
    ANONYMOUS,
    BY_EMAIL,
    BY_ID,
    SIGNED_IN,
    Permission,
    Row,
    Who,
    cell,
    column_is_actor,
    is_blank,
    table,
)
from openevent.programme.models import Session, Speaker, speakers_sessions
from openevent.programme.rules import PUBLIC_STATES

_links = speakers_sessions.c


def _in_programme(_kind: str, row: Row) -> ColumnElement[bool]:
    return true() if is_blank(row, "state") else cell(row, "state").in_(PUBLIC_STATES)


def _presented(_kind: str, row: Row) -> ColumnElement[bool]:
    if is_blank(row, "id"):
        return true()
    sessions = Session.__table__.alias("presented_session")
    speaks = exists(
        select(_links.session_id)
        .join(sessions, sessions.c.id == _links.session_id)
        .where(
            _links.speaker_id == cell(row, "id"), sessions.c.state.in_(PUBLIC_STATES), sessions.c.deleted_at.is_(None)
        )
    )
    return or_(cell(row, "is_featured").is_(True), speaks)


def _is_actor(row: Row) -> ColumnElement[bool]:
    """Whoever the speaker's account is, or whoever has verified the speaker's address as his own."""
    return or_(cell(row, "user_id") == BY_ID, cell(row, "email") == BY_EMAIL)


def _speaker_oneself(kind: str, row: Row) -> ColumnElement[bool]:
    return false() if kind == ANONYMOUS else _is_actor(row)


def _speaks(kind: str, row: Row) -> ColumnElement[bool]:
    if kind == ANONYMOUS:
        return false()
    speakers = Speaker.__table__.alias("session_speaker")
    return exists(
        select(speakers.c.id)
        .join(speakers_sessions, _links.speaker_id == speakers.c.id)
        .where(_links.session_id == cell(row, "id"), speakers.c.deleted_at.is_(None), _is_actor(speakers.c))
    )


IN_PROGRAMME = ON_PUBLIC_EVENT & Who("once accepted", _in_programme)
SPEAKS = Who("its speakers", _speaks)
INVOLVED = column_is_actor("creator_id", "its creator") | SPEAKS | COORGANIZER
ONESELF = Who("the speaker", _speaker_oneself)
# Whoever handed something in and was not accepted is nobody's business.
PRESENTED = ON_PUBLIC_EVENT & Who("once a session is accepted", _presented)
CONTACTS = ONESELF | COORGANIZER  # who reads how to reach a speaker

_SESSION = IN_PROGRAMME | INVOLVED
_SPEAKER = PRESENTED | ONESELF | CREW
_PART = ON_PUBLIC_EVENT | CREW  # of an event that one may read

# fmt: off
PERMISSIONS = table(
    #          type             list      read      create           update           delete
    Permission("session",       _SESSION, _SESSION, SIGNED_IN,       INVOLVED,        INVOLVED),
    Permission("speaker",       _SPEAKER, _SPEAKER, SIGNED_IN,       CONTACTS,        CONTACTS),
    Permission("track",         _PART,    _PART,    TRACK_ORGANIZER, TRACK_ORGANIZER, TRACK_ORGANIZER),
    Permission("microlocation", _PART,    _PART,    COORGANIZER,     COORGANIZER,     COORGANIZER),
    Permission("session-type",  _PART,    _PART,    COORGANIZER,     COORGANIZER,     COORGANIZER),
)
# fmt: on
