"""Who is told about a session."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from openevent.events.models import UsersEventsRole
from openevent.events.rules import ORGANIZING, OWNER
from openevent.people.models import User
from openevent.programme.models import Session, Speaker, speakers_sessions
from openevent.programme.rules import PUBLIC_STATES


class Recipients(Struct, frozen=True):
    """Addresses: of speakers who have one, of those who run the event, and of its owner, who gets the answers."""

    speakers: tuple[str, ...]
    team: tuple[str, ...]
    owner: str | None


def audience(db: Db, session: Session) -> Recipients:
    """Return whom a mail about a session goes to."""
    links, roles = speakers_sessions.c, UsersEventsRole
    speaking = (
        select(Speaker.email)
        .join(speakers_sessions, links.speaker_id == Speaker.id)
        .where(links.session_id == session.id, Speaker.deleted_at.is_(None), Speaker.email.is_not(None))
        .where(Speaker.is_email_overridden.is_(False))
    )
    running = (
        select(User.email, roles.role_name)
        .join(roles, roles.user_id == User.id)
        .where(roles.event_id == session.event_id, roles.role_name.in_(ORGANIZING), User.deleted_at.is_(None))
    )
    team = db.execute(running.order_by(User.id)).all()
    owner = next((email for email, role in team if role == OWNER), None)
    speakers = [email for email in db.scalars(speaking.order_by(Speaker.id)) if email]
    return Recipients(tuple(speakers), tuple(dict.fromkeys(email for email, _role in team)), owner)


def speaker_addresses(db: Db, event_id: int) -> list[str]:
    """Return where the speakers of an event's programme are reached, as far as they gave an address of their own."""
    links = speakers_sessions.c
    found = select(Speaker.email).join(speakers_sessions, links.speaker_id == Speaker.id)
    found = found.join(Session, Session.id == links.session_id)
    found = found.where(Session.event_id == event_id, Session.state.in_(PUBLIC_STATES))
    found = found.where(Session.deleted_at.is_(None), Speaker.deleted_at.is_(None))
    found = found.where(Speaker.email.is_not(None), Speaker.is_email_overridden.is_(False))
    return [email for email in db.scalars(found.distinct().order_by(Speaker.email)) if email]


def speaker_account_ids(db: Db, session_id: int) -> list[int]:
    """Return the accounts of a session's speakers, as far as they have some."""
    links = speakers_sessions.c
    found = select(Speaker.user_id).join(speakers_sessions, links.speaker_id == Speaker.id)
    found = found.where(links.session_id == session_id, Speaker.deleted_at.is_(None), Speaker.user_id.is_not(None))
    return [key for key in db.scalars(found) if key is not None]
