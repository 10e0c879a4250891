"""Calling for speakers, and asking somebody to speak in a session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, or_, select

from openevent.events.models import Event
from openevent.kit.access import Actor
from openevent.kit.errors import Conflict, Forbidden, Invalid, NotFound
from openevent.kit.work import UnitOfWork
from openevent.programme import rules
from openevent.programme.models import Session, Speaker, SpeakerInvite, SpeakersCall, speakers_sessions
from openevent.programme.signals import SpeakerInvited

_INVITES_AN_HOUR = 60


class CallExists(Conflict):
    """An event calls once."""

    code = "speakers-call-exists"


class CallTooLate(Forbidden):
    """A call is over when its event begins."""

    code = "speakers-call-too-late"


class AlreadyInvited(Conflict):
    """This address has an invitation to this session that waits for an answer."""

    code = "speaker-already-invited"


class InviteSettled(Conflict):
    """The invitation has been answered."""

    code = "speaker-invite-settled"


def open_call(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> SpeakersCall:
    """Call for speakers; `values` are columns, event_id among them. Raises CallExists, CallTooLate, Invalid."""
    call = SpeakersCall(**values)
    same = select(SpeakersCall.id).where(SpeakersCall.event_id == call.event_id, SpeakersCall.deleted_at.is_(None))
    if work.db.scalar(same) is not None:
        raise CallExists("This event has a call for speakers already.", pointer="/data/relationships/event")
    _check(work, call)
    work.db.add(call)
    work.db.flush()
    work.audit("speakers-call.create", f"speakers-call:{call.id}", by=by, event=call.event_id)
    return call


def change_call(work: UnitOfWork, call: SpeakersCall, values: Mapping[str, Any], *, by: Actor) -> SpeakersCall:
    """Change a call; only what is in `values` changes. Raises CallTooLate, Invalid."""
    before = call.starts_at, call.ends_at
    for key, value in values.items():
        setattr(call, key, value)
    if (call.starts_at, call.ends_at) != before:  # clients send the whole call back; its event may have moved since
        _check(work, call)
    work.db.flush()
    work.audit("speakers-call.update", f"speakers-call:{call.id}", by=by, changed=sorted(values))
    return call


def _check(work: UnitOfWork, call: SpeakersCall) -> None:
    fault = rules.call_fault(call.starts_at, call.ends_at)
    if fault:
        raise Invalid(fault.detail, pointer=fault.pointer)
    late = rules.late_call_fault(call.starts_at, call.ends_at, work.db.get_one(Event, call.event_id).starts_at)
    if late:
        raise CallTooLate(late.detail, pointer=late.pointer)


def invite_speaker(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> SpeakerInvite:
    """Ask whoever has an address to speak in a session; `values` are columns.

    Raises Forbidden (another state than pending; speaks there already), AlreadyInvited, Invalid, TooManyRequests.
    """
    session = work.db.get_one(Session, values["session_id"])
    if values.get("event_id", session.event_id) != session.event_id:
        raise Invalid("The session is of another event.", pointer="/data/relationships/event")
    email = str(values["email"]).strip().lower()
    invite = SpeakerInvite(**{**values, "event_id": session.event_id, "email": email})
    if invite.status != rules.PENDING:
        raise Forbidden("An invitation starts as pending.", pointer="/data/attributes/status")
    _require_new(work, invite)
    work.services.limiter.hit(f"speaker-invite:{by.id}", times=_INVITES_AN_HOUR, seconds=3600)
    work.db.add(invite)
    work.db.flush()
    work.audit("speaker-invite.create", f"speaker-invite:{invite.id}", by=by, session=session.id)
    work.announce(SpeakerInvited(invite.id, by.id))
    return invite


def _require_new(work: UnitOfWork, invite: SpeakerInvite) -> None:
    links = speakers_sessions.c
    speaks = select(Speaker.id).join(speakers_sessions, links.speaker_id == Speaker.id)
    speaks = speaks.where(links.session_id == invite.session_id, Speaker.email == invite.email)
    if work.db.scalar(speaks.where(Speaker.deleted_at.is_(None)).limit(1)) is not None:
        raise Forbidden("This is a speaker of the session already.", pointer="/data/attributes/email")
    waiting = select(SpeakerInvite.id).where(SpeakerInvite.session_id == invite.session_id)
    waiting = waiting.where(SpeakerInvite.email == invite.email, SpeakerInvite.status == rules.PENDING)
    if work.db.scalar(waiting.limit(1)) is not None:
        raise AlreadyInvited("This address is invited already.", pointer="/data/attributes/email")


def accept_invite(work: UnitOfWork, key: int, *, by: Actor) -> tuple[SpeakerInvite, Speaker]:
    """Join a session as its invited speaker; a second time nothing more happens.

    Raises NotFound (no such invitation; no speaker of this event), Forbidden (not the invitee), InviteSettled.
    """
    invite = _own_invite(work, key, by)
    if invite.status == rules.REJECTED:
        raise InviteSettled("This invitation was rejected.")
    speaker = _speaker_of(work, invite, by)
    if invite.status == rules.PENDING:
        _join(work, invite, speaker)
        invite.status = rules.ACCEPTED
        work.db.flush()
        work.audit("speaker-invite.accept", f"speaker-invite:{invite.id}", by=by, speaker=speaker.id)
    return invite, speaker


def reject_invite(work: UnitOfWork, key: int, *, by: Actor) -> SpeakerInvite:
    """Decline to speak; a second time nothing more happens. Raises NotFound, Forbidden, InviteSettled."""
    invite = _own_invite(work, key, by)
    if invite.status == rules.ACCEPTED:
        raise InviteSettled("This invitation was accepted.")
    if invite.status == rules.PENDING:
        invite.status = rules.REJECTED
        work.db.flush()
        work.audit("speaker-invite.reject", f"speaker-invite:{invite.id}", by=by)
    return invite


def withdraw_invite(work: UnitOfWork, invite: SpeakerInvite, *, by: Actor) -> None:
    """Take an invitation back. Raises InviteSettled for one that was accepted."""
    if invite.status == rules.ACCEPTED:
        raise InviteSettled("This invitation was accepted.")
    work.db.delete(invite)
    work.db.flush()
    work.audit("speaker-invite.delete", f"speaker-invite:{invite.id}", by=by, session=invite.session_id)


def _own_invite(work: UnitOfWork, key: int, by: Actor) -> SpeakerInvite:
    """Return an invitation, locked, for its invitee, whose address has to be verified."""
    found = select(SpeakerInvite).join(Session, Session.id == SpeakerInvite.session_id)
    found = found.where(SpeakerInvite.id == key, Session.deleted_at.is_(None))
    invite = work.db.scalars(found.with_for_update(of=SpeakerInvite)).first()
    if invite is None:
        raise NotFound(f"SpeakerInvite: {key} not found", parameter="id")
    if not by.is_verified or (by.email or "").lower() != invite.email:
        raise Forbidden("Only the invitee may do this, with a verified address.")
    return invite


def _speaker_of(work: UnitOfWork, invite: SpeakerInvite, by: Actor) -> Speaker:
    own = or_(Speaker.user_id == by.id, Speaker.email == invite.email)
    found = select(Speaker).where(Speaker.event_id == invite.event_id, own, Speaker.deleted_at.is_(None))
    speaker = work.db.scalars(found.order_by(Speaker.id).limit(1)).first()
    if speaker is None:
        raise NotFound("Please introduce yourself as a speaker of this event first.")
    return speaker


def _join(work: UnitOfWork, invite: SpeakerInvite, speaker: Speaker) -> None:
    links = speakers_sessions.c
    present = select(links.session_id).where(links.session_id == invite.session_id, links.speaker_id == speaker.id)
    if work.db.scalar(present) is None:
        row = {"session_id": invite.session_id, "speaker_id": speaker.id}
        work.db.execute(insert(speakers_sessions).values(row))
