"""What a copied event has of the original's programme: what sessions are sorted by, not the sessions."""

from __future__ import annotations

from sqlalchemy import select, update

from openevent.events.signals import EventCopied
from openevent.kit.copies import Owner, Rewrite, copy_rows
from openevent.kit.work import UnitOfWork
from openevent.programme import rules
from openevent.programme.models import Microlocation, SessionType, SpeakersCall, Track


def copy_programme(work: UnitOfWork, signal: EventCopied) -> None:
    """Give a copied event the original's tracks, session types, rooms and call for speakers."""
    owner = Owner("event_id", signal.old_id, signal.new_id)
    copy_rows(work.db, Track, owner)
    copy_rows(work.db, SessionType, owner)
    copy_rows(work.db, SpeakersCall, owner)
    copy_rows(work.db, Microlocation, owner, Rewrite(fresh=("chat_room_name",)))
    _name_chat_rooms(work, signal.new_id)


def _name_chat_rooms(work: UnitOfWork, event_id: int) -> None:
    """Name the rooms' chats after the rooms' own keys."""
    rooms = work.db.execute(select(Microlocation.id, Microlocation.name).where(Microlocation.event_id == event_id))
    named = [{"id": key, "chat_room_name": rules.chat_room_name(name, key)} for key, name in rooms]
    if named:
        work.db.execute(update(Microlocation), named)
