"""Introducing and changing speakers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from openevent.forms.queries import checked_answers
from openevent.forms.rules import SPEAKER
from openevent.kit.access import Actor, allows
from openevent.kit.errors import Forbidden, Invalid, NotFound
from openevent.kit.work import UnitOfWork
from openevent.programme.actions.pictures import PICTURES, drop_old_sizes
from openevent.programme.actions.sessions import may_lead, may_organize, require_programme
from openevent.programme.models import Session, Speaker, speakers_sessions
from openevent.programme.permissions import INVOLVED
from openevent.programme.signals import SpeakerPhotoChanged

_EMAIL = "/data/attributes/email"


class SpeakerEmailTaken(Forbidden):
    """One address, one speaker an event."""

    code = "speaker-email-taken"


def create_speaker(work: UnitOfWork, values: Mapping[str, Any], *, sessions: Sequence[int] = (), by: Actor) -> Speaker:
    """Introduce a speaker; `values` are its columns, event_id among them.

    Whoever does not run the event introduces himself, under the address of his account. Given sessions have to be
    his own or of an event that he runs. Raises ProgrammeDisabled, SpeakerEmailTaken, Forbidden, NotFound, Invalid.
    """
    event = require_programme(work, values["event_id"])
    speaker = Speaker(**values)
    organizes = may_organize(work, event.id, by)
    if not organizes or not speaker.email:
        speaker.email = by.email
    _settle_email(work, speaker, was_overridden=False, by=by)
    _answer(work, speaker)
    if speaker.email and speaker.email == by.email:
        speaker.user_id = by.id
    work.db.add(speaker)
    work.db.flush()
    set_sessions(work, speaker, sessions, by=by)
    work.audit("speaker.create", f"speaker:{speaker.id}", by=by, event=event.id)
    if speaker.photo_url:
        work.announce(SpeakerPhotoChanged(speaker.id, speaker.photo_url))
    return speaker


def update_speaker(
    work: UnitOfWork, speaker: Speaker, values: Mapping[str, Any], *, sessions: Sequence[int] | None = None, by: Actor
) -> Speaker:
    """Change a speaker; only what is in `values` changes. The address is changed by those who run the event alone."""
    ignored = () if may_organize(work, speaker.event_id, by) else ("email",)
    was_overridden, pictures = speaker.is_email_overridden, {name: getattr(speaker, name) for name in PICTURES}
    for key, value in values.items():
        if key not in ignored:
            setattr(speaker, key, value)
    _settle_email(work, speaker, was_overridden=was_overridden, by=by)
    drop_old_sizes(speaker, pictures)
    _answer(work, speaker)
    work.db.flush()
    if sessions is not None:
        set_sessions(work, speaker, sessions, by=by)
    work.audit("speaker.update", f"speaker:{speaker.id}", by=by, changed=sorted(values))
    if speaker.photo_url != pictures["photo_url"]:
        work.announce(SpeakerPhotoChanged(speaker.id, speaker.photo_url))
    return speaker


def set_sessions(work: UnitOfWork, speaker: Speaker, sessions: Sequence[int], *, by: Actor) -> None:
    """Make these the sessions of a speaker. Joining one means a say in it, so added ones have to be the actor's."""
    links = speakers_sessions.c
    present = set(work.db.scalars(select(links.session_id).where(links.speaker_id == speaker.id)))
    for session_id in dict.fromkeys(sessions):
        if session_id not in present:
            _require_own(work, speaker, session_id, by)
            work.db.execute(insert(speakers_sessions).values(session_id=session_id, speaker_id=speaker.id))
    gone = present.difference(sessions)
    work.db.execute(delete(speakers_sessions).where(links.speaker_id == speaker.id, links.session_id.in_(gone)))


def _require_own(work: UnitOfWork, speaker: Speaker, session_id: int, by: Actor) -> None:
    pointer = "/data/relationships/sessions"
    if not allows(work.db, INVOLVED, by, Session.__table__, session_id):  # pyright: ignore[reportArgumentType] -- a Table
        raise NotFound("Session: not found", pointer=pointer)
    if work.db.get_one(Session, session_id).event_id != speaker.event_id:
        raise Invalid("This session belongs to another event.", pointer=pointer)


def _settle_email(work: UnitOfWork, speaker: Speaker, *, was_overridden: bool, by: Actor) -> None:
    """Write the address as it is compared, or none where organizers said so; refuse one that is taken."""
    if bool(speaker.is_email_overridden) != was_overridden and not may_lead(work, speaker.event_id, by):
        raise Forbidden("Only organizers may leave out an address.", pointer="/data/attributes/is-email-overridden")
    speaker.email = None if speaker.is_email_overridden or not speaker.email else speaker.email.strip().lower()
    if speaker.email is not None and _is_taken(work, speaker):
        raise SpeakerEmailTaken("This event has a speaker with this address already.", pointer=_EMAIL)


def _answer(work: UnitOfWork, speaker: Speaker) -> None:
    """Hold a speaker against the event's form for speakers; an address that was left out is not missed."""
    record = {column.key: getattr(speaker, column.key) for column in Speaker.__table__.c}
    record["email"] = speaker.is_email_overridden or speaker.email
    given = speaker.complex_field_values
    site = work.services.site.url
    speaker.complex_field_values = checked_answers(work.db, speaker.event_id, SPEAKER, record, given, site=site)


def order_speakers(work: UnitOfWork, event_id: int, wanted: Sequence[tuple[int, int]], *, by: Actor) -> dict[int, int]:
    """Give speakers of an event their places; return how many got which. Raises Forbidden for others' speakers."""
    ours = select(Speaker.id).where(Speaker.event_id == event_id, Speaker.id.in_([key for key, _place in wanted]))
    if set(work.db.scalars(ours)) != {key for key, _place in wanted}:
        raise Forbidden("All speakers have to be of this event.")
    moved: dict[int, int] = {}
    for key, place in wanted:
        work.db.execute(update(Speaker).where(Speaker.id == key).values(order=place))
        moved[place] = moved.get(place, 0) + 1
    work.audit("speaker.reorder", f"event:{event_id}", by=by, speakers=len(wanted))
    return moved


def reset_order(work: UnitOfWork, event_id: int, *, by: Actor) -> dict[int, int]:
    """Take all speakers of an event out of their order; return how many there are, under their place, 0."""
    ours = select(Speaker.id).where(Speaker.event_id == event_id)
    total = len(work.db.scalars(ours).all())
    work.db.execute(update(Speaker).where(Speaker.event_id == event_id).values(order=0))
    work.audit("speaker.reset-order", f"event:{event_id}", by=by)
    return {0: total}


def _is_taken(work: UnitOfWork, speaker: Speaker) -> bool:
    others = select(Speaker.id).where(
        Speaker.event_id == speaker.event_id, Speaker.email == speaker.email, Speaker.deleted_at.is_(None)
    )
    with work.db.no_autoflush:  # the row at hand would be found, or refused by the database with less to say
        return work.db.scalar(others.where(Speaker.id != (speaker.id or 0)).limit(1)) is not None
