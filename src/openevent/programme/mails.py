"""Mails about the programme: to organizers when a session comes in, to speakers when something became of theirs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from openevent.events.models import Event
from openevent.events.queries import chief_addresses
from openevent.kit.html import plain
from openevent.kit.letter import Letter
from openevent.kit.mail import render
from openevent.kit.work import UnitOfWork
from openevent.people.models import User
from openevent.people.rules import display_name
from openevent.programme.models import Session, SpeakerInvite
from openevent.programme.queries import audience, speaker_addresses
from openevent.programme.rules import PENDING
from openevent.programme.rules.letters import USUAL_WORDS, filled, paragraphs
from openevent.programme.signals import (
    EventOver,
    SessionStateChanged,
    SessionSubmitted,
    SpeakerInvited,
    SpeakersNotified,
)


def submitted(work: UnitOfWork, signal: SessionSubmitted) -> None:
    """Tell those who run the event that a session waits for them, if it has speakers."""
    session, event = _live(work, signal.session_id)
    if session is None or event is None:
        return
    people = audience(work.db, session)
    if not people.speakers:
        return
    site = work.site
    values = {
        "title": session.title,
        "event_name": event.name,
        "link": site.page(f"/events/{event.identifier}/sessions/pending"),
    }
    _send(work, people.team, render("programme/new-session", values, site), event_id=event.id)


def state_changed(work: UnitOfWork, signal: SessionStateChanged) -> None:
    """Tell speakers, and those who run the event, what became of a session, if that is wanted."""
    if signal.tell:
        _tell(work, signal.session_id, signal.new)


def notified(work: UnitOfWork, signal: SpeakersNotified) -> None:
    """Send speakers, those who run the event, and whom it was copied to, an organizer's own words."""
    session = work.db.get(Session, signal.session_id)
    if session is not None:
        _tell(work, session.id, session.state, subject=signal.subject, message=signal.message, copies=signal.copies)


def invited(work: UnitOfWork, signal: SpeakerInvited) -> None:
    """Ask somebody to speak in a session, if the invitation still stands."""
    invite = work.db.get(SpeakerInvite, signal.invite_id)
    if invite is None or invite.status != PENDING:
        return
    session, event = _live(work, invite.session_id)
    if session is None or event is None:
        return
    inviter = work.db.get(User, signal.by_id) if signal.by_id else None
    site = work.site
    values = {
        "title": session.title,
        "event_name": event.name,
        "inviter": display_name(inviter.public_name, inviter.first_name, inviter.last_name) if inviter else "",
        "link": site.page(f"/e/{event.identifier}/cfs"),
    }
    _send(work, [invite.email], render("programme/speaker-invite", values, site))


def event_over(work: UnitOfWork, signal: EventOver) -> None:
    """Thank those who ran an event, and whoever spoke there."""
    event = work.db.get(Event, signal.event_id)
    if event is None or event.deleted_at is not None:
        return
    link, site = work.site.page(f"/e/{event.identifier}"), work.site
    values = {"event_name": event.name, "link": link}
    chiefs = chief_addresses(work.db, event.id)
    _send(work, chiefs, render("programme/after-event", values, site), event_id=event.id)
    speakers = speaker_addresses(work.db, event.id)
    _send(work, speakers, render("programme/after-event-speaker", values, site), event_id=event.id)


def _tell(
    work: UnitOfWork,
    session_id: int,
    state: str,
    *,
    subject: str | None = None,
    message: str | None = None,
    copies: Iterable[str] = (),
) -> None:
    session, event = _live(work, session_id)
    if session is None or event is None:
        return
    people, usual = audience(work.db, session), USUAL_WORDS[state]
    known = _placeholders(work, session, event, state)
    texts = ["\n".join(map(plain, one.splitlines())) for one in paragraphs(message or usual.message)]
    values = {
        "subject": filled(plain(subject or usual.subject), known),
        "paragraphs": [filled(one, known) for one in texts],
    }
    letter = render("programme/session-state", values, work.site)
    about = None if message else event.id  # an organizer's own words reach whoever they are written to
    _send(work, (*people.speakers, *people.team, *copies), letter, reply_to=people.owner, event_id=about)


def _placeholders(work: UnitOfWork, session: Session, event: Event, state: str) -> dict[str, str]:
    site = work.site
    page = f"/e/{event.identifier}"
    return {
        "session_name": session.title,
        "session_link": site.page(f"{page}/session/{session.id}"),
        "session_cfs_link": site.page(f"{page}/cfs/session/{session.id}"),
        "session_state": state,
        "event_name": event.name,
        "event_link": site.page(page),
        "app_name": site.name,
        "frontend_link": site.page(""),
    }


def _live(work: UnitOfWork, session_id: int) -> tuple[Session | None, Event | None]:
    """Return a session and its event, nothing of what was deleted meanwhile."""
    session = work.db.get(Session, session_id)
    event: Any = work.db.get(Event, session.event_id) if session else None
    if session is None or event is None or session.deleted_at is not None or event.deleted_at is not None:
        return None, None
    return session, event


def _send(
    work: UnitOfWork,
    addresses: Iterable[str],
    letter: Letter,
    *,
    reply_to: str | None = None,
    event_id: int | None = None,
) -> None:
    """Send one mail to each address; nobody sees the others."""
    for address in dict.fromkeys(one.lower() for one in addresses):
        work.send(letter.to(address, reply_to=reply_to, event_id=event_id))
