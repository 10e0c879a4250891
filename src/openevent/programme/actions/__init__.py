"""The verbs of the programme. Sessions and speakers stand beside; here is what sessions are sorted by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from openevent.kit.access import Actor
from openevent.kit.errors import Invalid
from openevent.kit.work import UnitOfWork
from openevent.programme import rules
from openevent.programme.actions.calls import (
    accept_invite,
    change_call,
    invite_speaker,
    open_call,
    reject_invite,
    withdraw_invite,
)
from openevent.programme.actions.copying import copy_programme
from openevent.programme.actions.opinions import add_favourite, change_feedback, give_feedback, take_back_feedback
from openevent.programme.actions.pictures import make_speaker_sizes
from openevent.programme.actions.reminding import thank_after_events
from openevent.programme.actions.sessions import create_session, delete_session, set_exhibitor_sessions, update_session
from openevent.programme.actions.speakers import create_speaker, order_speakers, reset_order, update_speaker
from openevent.programme.actions.telling import notify_speakers, reject_leftovers, tell_organizers, tell_speakers
from openevent.programme.models import Microlocation, SessionType, Track

__all__ = [
    "accept_invite",
    "add_favourite",
    "change_call",
    "change_feedback",
    "copy_programme",
    "create_part",
    "create_session",
    "create_speaker",
    "delete_session",
    "give_feedback",
    "invite_speaker",
    "make_speaker_sizes",
    "notify_speakers",
    "open_call",
    "order_speakers",
    "reject_invite",
    "reject_leftovers",
    "reset_order",
    "set_exhibitor_sessions",
    "take_back_feedback",
    "tell_organizers",
    "tell_speakers",
    "thank_after_events",
    "update_part",
    "update_session",
    "update_speaker",
    "withdraw_invite",
]

Part = TypeVar("Part", Track, SessionType, Microlocation)
_KINDS: dict[type[Any], str] = {Track: "track", SessionType: "session-type", Microlocation: "microlocation"}


def create_part(work: UnitOfWork, model: type[Part], values: Mapping[str, Any], *, by: Actor) -> Part:
    """Add a track, a session type or a room to an event; `values` are its columns, event_id among them."""
    row = model(**values)
    _check(row)
    work.db.add(row)
    work.db.flush()
    if isinstance(row, Microlocation):  # named after its own key, which is known by now
        row.chat_room_name = rules.chat_room_name(row.name, row.id)
        work.db.flush()
    work.audit(f"{_KINDS[model]}.create", f"{_KINDS[model]}:{row.id}", by=by, event=row.event_id)
    return row


def update_part(work: UnitOfWork, row: Part, values: Mapping[str, Any], *, by: Actor) -> Part:
    """Change a track, a session type or a room; only what is in `values` changes."""
    for key, value in values.items():
        setattr(row, key, value)
    _check(row)
    work.db.flush()
    kind = _KINDS[type(row)]
    work.audit(f"{kind}.update", f"{kind}:{row.id}", by=by, event=row.event_id)
    return row


def _check(row: Track | SessionType | Microlocation) -> None:
    fault = None
    if isinstance(row, Track):
        fault = rules.colour_fault(row.color)
        row.font_color = rules.font_colour("#000" if fault else row.color)
    elif isinstance(row, SessionType):
        fault = rules.length_fault(row.length)
    if fault:
        raise Invalid(fault.detail, pointer=fault.pointer)
