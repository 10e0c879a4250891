"""Who may what with the programme."""

from __future__ import annotations

from typing import cast

from sqlalchemy import ColumnElement, Table, exists, false, or_, select, true

from openevent.events.models import Event
from openevent.events.roles import COORGANIZER, CREW, EVENT_CREW, ON_PUBLIC_EVENT, PUBLISHED, TRACK_ORGANIZER
from openevent.kit.access import (
    ANONYMOUS,
    BY_EMAIL,
    BY_ID,
    NO_ONE,
    SIGNED_IN,
    Permission,
    Row,
    Who,
    cell,
    column_is_actor,
    is_blank,
    of_parent,
    table,
)
from openevent.people.models import User
from openevent.programme.models import Session, Speaker, SpeakerInvite, speakers_sessions
from openevent.programme.rules import PENDING, PUBLIC_STATES

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
RUNS = COORGANIZER  # who writes to speakers of a session
INVOLVED = column_is_actor("creator_id", "its creator") | SPEAKS | COORGANIZER
ONESELF = Who("the speaker", _speaker_oneself)
# Whoever handed something in and was not accepted is nobody's business.
PRESENTED = ON_PUBLIC_EVENT & Who("once a session is accepted", _presented)
CONTACTS = ONESELF | COORGANIZER  # who reads how to reach a speaker


def _invited(kind: str, row: Row) -> ColumnElement[bool]:
    if kind == ANONYMOUS:
        return false()
    invites = SpeakerInvite.__table__.alias("invite_to_session")
    wanted = (invites.c.session_id == cell(row, "id"), invites.c.status == PENDING, invites.c.email == BY_EMAIL)
    return exists(select(invites.c.id).where(*wanted))


def _invitee(kind: str, row: Row) -> ColumnElement[bool]:
    if kind == ANONYMOUS:
        return false()
    return true() if is_blank(row, "email") else cell(row, "email") == BY_EMAIL


def _unknown_subject(_kind: str, row: Row) -> ColumnElement[bool]:
    return true() if all(is_blank(row, name) for name in ("session_id", "rated_event_id")) else false()


def _shown_user(_kind: str, row: Row) -> ColumnElement[bool]:
    users = User.__table__.alias("shown_user")
    return exists(select(users.c.id).where(users.c.id == cell(row, "user_id"), users.c.is_profile_public.is_(True)))


INVITED = Who("whoever is invited to speak in it", _invited)
INVITEE = Who("the invitee", _invitee)
AUTHOR = column_is_actor("user_id", "its author")
# Who wants to hear what is told only of people with a public profile.
SHOWN_USER = AUTHOR | Who("everyone, of public profiles", _shown_user)

_SESSIONS = cast(Table, Session.__table__)
_SESSION = IN_PROGRAMME | INVOLVED | INVITED
_SPEAKER = PRESENTED | ONESELF | CREW
_PART = ON_PUBLIC_EVENT | CREW  # of an event that one may read
_INVITER = of_parent(_SESSIONS, "session_id", INVOLVED)
_INVITE = INVITEE | _INVITER
# What is thought of a session, and who likes it, is told to those who may read the session. An empty list of one
# person's opinions is nobody's secret.
_ANY = Who("readers of what it is about", _unknown_subject)
_ABOUT_SESSION = of_parent(_SESSIONS, "session_id", _SESSION)
_ABOUT_EVENT = of_parent(cast(Table, Event.__table__), "rated_event_id", PUBLISHED | EVENT_CREW)
_OPINION = _ANY | _ABOUT_EVENT | _ABOUT_SESSION | AUTHOR
_FAVOURITE = _ANY | _ABOUT_SESSION | column_is_actor("user_id", "oneself")
_FAN = column_is_actor("user_id", "oneself") | COORGANIZER

# fmt: off
PERMISSIONS = table(
    #          type                      list        read        create           update           delete
    Permission("session",                _SESSION,   _SESSION,   SIGNED_IN,       INVOLVED,        INVOLVED),
    Permission("speaker",                _SPEAKER,   _SPEAKER,   SIGNED_IN,       CONTACTS,        CONTACTS),
    Permission("speakers-call",          _PART,      _PART,      COORGANIZER,     COORGANIZER,     COORGANIZER),
    Permission("speaker-invite",         _INVITE,    _INVITE,    _INVITER,        NO_ONE,          _INVITER),
    Permission("track",                  _PART,      _PART,      TRACK_ORGANIZER, TRACK_ORGANIZER, TRACK_ORGANIZER),
    Permission("microlocation",          _PART,      _PART,      COORGANIZER,     COORGANIZER,     COORGANIZER),
    Permission("session-type",           _PART,      _PART,      COORGANIZER,     COORGANIZER,     COORGANIZER),
    Permission("feedback",               _OPINION,   _OPINION,   SIGNED_IN,       AUTHOR,          AUTHOR),
    Permission("user-favourite-session", _FAVOURITE, _FAVOURITE, SIGNED_IN,       NO_ONE,          _FAN),
)
# fmt: on
