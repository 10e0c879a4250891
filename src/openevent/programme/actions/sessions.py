"""Handing in, changing and withdrawing sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select

from openevent.events import queries as event_queries
from openevent.events.models import Event
from openevent.events.rules import ORGANIZER, ORGANIZING, OWNER
from openevent.kit.access import Actor, allows
from openevent.kit.errors import Forbidden, Invalid
from openevent.kit.work import UnitOfWork
from openevent.programme import rules
from openevent.programme.models import Microlocation, Session, SessionType, Speaker, Track, speakers_sessions
from openevent.programme.permissions import SPEAKS
from openevent.programme.signals import SessionStateChanged, SessionSubmitted

_PARTS: dict[str, type[Any]] = {"track": Track, "microlocation": Microlocation, "session_type": SessionType}


class ProgrammeDisabled(Forbidden):
    """The event takes no sessions and speakers."""

    code = "programme-disabled"


class SessionLocked(Forbidden):
    """Only those who run the event may touch it now."""

    code = "session-locked"


class StateRefused(Forbidden):
    """A session can't go from its state to that one, or not by this actor."""

    code = "session-state-refused"


def create_session(work: UnitOfWork, values: Mapping[str, Any], *, speakers: Sequence[int] = (), by: Actor) -> Session:
    """Hand in a session; `values` are its columns, event_id among them. The room is set by organizers alone.

    Raises ProgrammeDisabled, StateRefused, SessionLocked, Invalid (times; parts of another event).
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
    _stamp(work, session)
    work.db.add(session)
    work.db.flush()
    set_speakers(work, session, speakers)
    work.audit("session.create", f"session:{session.id}", by=by, event=event.id)
    work.announce(SessionSubmitted(session.id))
    return session


def update_session(
    work: UnitOfWork, session: Session, values: Mapping[str, Any], *, speakers: Sequence[int] | None = None, by: Actor
) -> Session:
    """Change a session; only what is in `values` changes, and its speakers when they are given.

    Raises SessionLocked, StateRefused, Invalid (times; parts of another event).
    """
    _require_unlocked(work, session, values, by)
    before = session.state
    organizes = may_organize(work, session.event_id, by)
    for key, value in _without(values, "send_email", *([] if organizes else ["microlocation_id"])).items():
        setattr(session, key, value)
    if not rules.may_move(before, session.state, organizes=organizes, submitted=_is_own(work, session, by)):
        raise StateRefused(f"A session that is {before} can't be {session.state}.", pointer="/data/attributes/state")
    _check(work, session, rules.time_fault(session.starts_at, session.ends_at))
    _stamp(work, session)
    if speakers is not None:
        set_speakers(work, session, speakers)
    work.db.flush()
    work.audit("session.update", f"session:{session.id}", by=by, changed=sorted(values))
    if session.state != before:
        tell = values.get("send_email") is True
        work.announce(SessionStateChanged(session.id, before, session.state, tell=tell))
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


def _stamp(work: UnitOfWork, session: Session) -> None:
    session.last_modified_at = work.now
    if session.state == "pending" and session.submitted_at is None:
        session.submitted_at = work.now
