"""Writing to the speakers of a session, telling accounts what happened to it, and closing what was left open."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update

from openevent.events.models import Event
from openevent.events.queries import organizer_ids
from openevent.kit.access import Actor
from openevent.kit.errors import Conflict
from openevent.kit.work import UnitOfWork
from openevent.people.actions.notifications import notify
from openevent.programme.models import Session
from openevent.programme.queries import speaker_account_ids
from openevent.programme.rules.letters import USUAL_WORDS
from openevent.programme.signals import SessionStateChanged, SessionSubmitted, SpeakersNotified

_MAILS_AN_HOUR = 100


class NothingToTell(Conflict):
    """There are no usual words for a session in this state."""

    code = "nothing-to-tell"


def notify_speakers(
    work: UnitOfWork, session: Session, *, subject: str | None, message: str | None, copies: Sequence[str], by: Actor
) -> None:
    """Write to the speakers of a session; without words of the actor's own, what they are usually told.

    Raises NothingToTell for a draft, TooManyRequests.
    """
    if session.state not in USUAL_WORDS:
        raise NothingToTell(f"Speakers are told nothing about a session that is {session.state}.")
    work.services.limiter.hit(f"session-notify:{by.id}", times=_MAILS_AN_HOUR, seconds=3600)
    session.is_mail_sent = True
    work.db.flush()
    work.audit("session.notify", f"session:{session.id}", by=by, copies=len(copies))
    work.announce(SpeakersNotified(session.id, subject, message, list(copies)))


def tell_organizers(work: UnitOfWork, signal: SessionSubmitted) -> None:
    """Show those who run the event that a session was handed in."""
    session = work.db.get_one(Session, signal.session_id)
    actors = [session.creator_id] if session.creator_id else []
    event = work.db.get_one(Event, session.event_id)
    notify(
        work,
        organizer_ids(work.db, session.event_id),
        "new_session",
        target=("Session", session.id),
        action="submitted",
        actors=actors,
        about=_about(session, event),
    )


def tell_speakers(work: UnitOfWork, signal: SessionStateChanged) -> None:
    """Show the speakers of a session what became of it, if whoever decided it wants them to know."""
    if not signal.tell:
        return
    session = work.db.get_one(Session, signal.session_id)
    event = work.db.get_one(Event, session.event_id)
    notify(
        work,
        speaker_account_ids(work.db, session.id),
        "session_state_change",
        target=("Session", session.id),
        action=signal.new,
        about=_about(session, event),
    )


def _about(session: Session, event: Event) -> dict[str, dict[str, object]]:
    return {
        "session": {"id": str(session.id), "title": session.title, "state": session.state},
        "event": {"id": str(event.id), "name": event.name, "identifier": event.identifier},
    }


def reject_leftovers(work: UnitOfWork) -> int:
    """Reject sessions that still wait for a decision when their event is over; return how many there were."""
    over = select(Event.id).where(Event.ends_at < work.now)
    waiting = (Session.state == "pending", Session.deleted_at.is_(None), Session.event_id.in_(over))
    ids = work.db.scalars(select(Session.id).where(*waiting)).all()
    if ids:
        work.db.execute(update(Session).where(*waiting).values(state="rejected", last_modified_at=work.now))
    return len(ids)
