"""Handing in, changing and withdrawing sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select

from openevent.events import queries as event_queries
from openevent.events.models import Event, Exhibitor
from openevent.events.rules import ORGANIZER, ORGANIZING, OWNER
from openevent.forms.queries import checked_answers
from openevent.forms.rules import SESSION
from openevent.kit.access import Actor, allows
from openevent.kit.errors import Forbidden, Invalid
from openevent.kit.work import UnitOfWork
from openevent.programme import rules
from openevent.programme.models import (
    Microlocation,
    Session,
    SessionType,
    Speaker,
    SpeakersCall,
    Track,
    exhibitors_sessions,
    speakers_sessions,
)
from openevent.programme.permissions import SPEAKS
from openevent.programme.rules.letters import TOLD_STATES
from openevent.programme.signals import SessionStateChanged, SessionSubmitted

_PARTS: dict[str, type[Any]] = {"track": Track, "microlocation": Microlocation, "session_type": SessionType}


class ProgrammeDisabled(Forbidden):
    """The event takes no sessions and speakers."""

    code = "programme-disabled"


class SessionLocked(Forbidden):
    """Only those who run the event may touch it now."""

    code = "session-locked"


class CallClosed(Forbidden):
    """The event takes no sessions now, but from those who run it."""

    code = "speakers-call-closed"


class StateRefused(Forbidden):
    """A session can't go from its state to that one, or not by this actor."""

    code = "session-state-refused"


def create_session(work: UnitOfWork, values: Mapping[str, Any], *, speakers: Sequence[int] = (), by: Actor) -> Session:
    """Hand in a session; `values` are its columns, event_id among them. The room is set by organizers alone.

    Raises ProgrammeDisabled, StateRefused, SessionLocked, CallClosed, Invalid (times; parts of another event; what
    the event's form asks for).
    """
    event = require_programme(work, values["event_id"])
    organizes = may_organize(work, event.id, by)
    columns = _without(values, "send_email", *([] if organizes else ["microlocation_id"]))
    session = Session(**{"state": "draft", **columns}, creator_id=by.id, created_at=work.now, last_modified_at=work.now)
    if not organizes and session.state not in rules.SUBMITTED_STATES:
        raise StateRefused(f"A new session can't be {session.state}.", pointer="/data/attributes/state")
    if session.is_locked and not may_lead(work, event.id, by):
        raise SessionLocked("Only organizers may lock a session.", pointer="/data/attributes/is-locked")
    _check(work, session, rules.submission_fault(session.starts_at, session.ends_at, work.now))
    if not organizes:
        _require_open_call(work, event.id)
    _answer(work, session)
    is_submitted = _stamp(work, session)
    work.db.add(session)
    work.db.flush()
    set_speakers(work, session, speakers)
    work.audit("session.create", f"session:{session.id}", by=by, event=event.id)
    if is_submitted:
        work.announce(SessionSubmitted(session.id))
    return session


def update_session(
    work: UnitOfWork, session: Session, values: Mapping[str, Any], *, speakers: Sequence[int] | None = None, by: Actor
) -> Session:
    """Change a session; only what is in `values` changes, and its speakers when they are given.

    Raises SessionLocked, StateRefused, CallClosed, Invalid (times; parts of another event; what the form asks for).
    """
    _require_unlocked(work, session, values, by)
    before, answered = session.state, session.complex_field_values
    organizes = may_organize(work, session.event_id, by)
    for key, value in _without(values, "send_email", *([] if organizes else ["microlocation_id"])).items():
        setattr(session, key, value)
    if not rules.may_move(before, session.state, organizes=organizes, submitted=_is_own(work, session, by)):
        raise StateRefused(f"A session that is {before} can't be {session.state}.", pointer="/data/attributes/state")
    _check(work, session, rules.time_fault(session.starts_at, session.ends_at))
    if not organizes and (before, session.state) == ("draft", "pending"):
        _require_open_call(work, session.event_id)
    # Whoever runs the event changes state and room without answering for the speakers; withdrawing needs no answers.
    if session.complex_field_values != answered or not (organizes or session.state == "withdrawn"):
        _answer(work, session)
    is_submitted = _stamp(work, session)
    if speakers is not None:
        set_speakers(work, session, speakers)
    work.db.flush()
    work.audit("session.update", f"session:{session.id}", by=by, changed=sorted(values))
    if session.state != before:
        tell = values.get("send_email") is True and session.state in TOLD_STATES
        session.is_mail_sent = session.is_mail_sent or tell
        work.announce(SessionStateChanged(session.id, before, session.state, tell=tell))
    if is_submitted:
        work.announce(SessionSubmitted(session.id))
    return session


def delete_session(work: UnitOfWork, session: Session, *, by: Actor, permanent: bool = False) -> None:
    """Hide a session, or remove it for good. Raises SessionLocked."""
    _require_unlocked(work, session, {}, by)
    if permanent:
        work.db.delete(session)
    else:
        session.deleted_at = work.now
    work.db.flush()
    work.audit("session.delete", f"session:{session.id}", by=by, permanent=permanent)


def require_programme(work: UnitOfWork, event_id: int) -> Event:
    """Return the event; raises ProgrammeDisabled when it takes no sessions and speakers."""
    event = work.db.get_one(Event, event_id)
    if not event.is_sessions_speakers_enabled:
        raise ProgrammeDisabled(
            "Sessions and speakers are not enabled for this event.", pointer="/data/relationships/event"
        )
    return event


def may_organize(work: UnitOfWork, event_id: int, by: Actor) -> bool:
    """Tell whether this actor runs the event."""
    return by.is_staff or not set(ORGANIZING).isdisjoint(event_queries.roles_of(work.db, event_id, by.id))


def may_lead(work: UnitOfWork, event_id: int, by: Actor) -> bool:
    """Tell whether this actor owns the event or is an organizer of it, more than a co-organizer."""
    return by.is_staff or not {OWNER, ORGANIZER}.isdisjoint(event_queries.roles_of(work.db, event_id, by.id))


def set_speakers(work: UnitOfWork, session: Session, speakers: Sequence[int]) -> None:
    """Make these the speakers of a session; all of them belong to its event."""
    found = select(Speaker.id).where(Speaker.id.in_(speakers), Speaker.event_id == session.event_id)
    if set(work.db.scalars(found)) != set(speakers):
        raise Invalid("These speakers are not all of this event.", pointer="/data/relationships/speakers")
    links = speakers_sessions
    work.db.execute(delete(links).where(links.c.session_id == session.id))
    if speakers:
        rows = [{"session_id": session.id, "speaker_id": speaker} for speaker in dict.fromkeys(speakers)]
        work.db.execute(insert(links), rows)


def set_exhibitor_sessions(work: UnitOfWork, exhibitor: Exhibitor, sessions: Sequence[int], *, by: Actor) -> None:
    """Make these the sessions at which an exhibitor is present; all of them belong to its event."""
    found = select(Session.id).where(Session.id.in_(sessions), Session.event_id == exhibitor.event_id)
    if set(work.db.scalars(found)) != set(sessions):
        raise Invalid("These sessions are not all of this event.", pointer="/data/relationships/sessions")
    links = exhibitors_sessions
    work.db.execute(delete(links).where(links.c.exhibitor_id == exhibitor.id))
    if sessions:
        rows = [{"exhibitor_id": exhibitor.id, "session_id": session} for session in dict.fromkeys(sessions)]
        work.db.execute(insert(links), rows)
    work.audit("exhibitor.set-sessions", f"exhibitor:{exhibitor.id}", by=by, sessions=len(sessions))


def _without(values: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key not in keys}


def _require_unlocked(work: UnitOfWork, session: Session, values: Mapping[str, Any], by: Actor) -> None:
    relocks = values.get("is_locked", session.is_locked) != session.is_locked
    if (session.is_locked or relocks) and not may_lead(work, session.event_id, by):
        raise SessionLocked("This session is locked: only organizers may change that, or the session.")


def _is_own(work: UnitOfWork, session: Session, by: Actor) -> bool:
    if by.id is not None and session.creator_id == by.id:
        return True
    return not by.is_staff and allows(work.db, SPEAKS, by, Session.__table__, session.id)  # pyright: ignore[reportArgumentType] -- a mapped class has a Table


def _check(work: UnitOfWork, session: Session, fault: rules.Fault | None) -> None:
    if fault:
        raise Invalid(fault.detail, pointer=fault.pointer)
    for name, model in _PARTS.items():
        key = getattr(session, f"{name}_id")
        if key is not None and work.db.get_one(model, key).event_id != session.event_id:
            pointer = f"/data/relationships/{name.replace('_', '-')}"
            raise Invalid(f"This {name.replace('_', ' ')} belongs to another event.", pointer=pointer)


def _require_open_call(work: UnitOfWork, event_id: int) -> None:
    """Refuse what comes before or after the time of the event's call; without a call there is no such time."""
    found = select(SpeakersCall).where(SpeakersCall.event_id == event_id, SpeakersCall.deleted_at.is_(None))
    call = work.db.scalars(found).first()
    if call is not None and not call.starts_at <= work.now <= call.ends_at:
        raise CallClosed("The call for speakers is not open.", pointer="/data/relationships/event")


def _answer(work: UnitOfWork, session: Session) -> None:
    """Hold a session against the event's form for sessions."""
    record = {column.key: getattr(session, column.key) for column in Session.__table__.c}
    given = session.complex_field_values
    site = work.services.site.url
    session.complex_field_values = checked_answers(work.db, session.event_id, SESSION, record, given, site=site)


def _stamp(work: UnitOfWork, session: Session) -> bool:
    """Note when a session was changed; return whether it has just been submitted, for the first time."""
    session.last_modified_at = work.now
    is_submitted = session.state == "pending" and session.submitted_at is None
    if is_submitted:
        session.submitted_at = work.now
    return is_submitted
