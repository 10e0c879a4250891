"""Starring events."""

from __future__ import annotations

from sqlalchemy import select

from openevent.events.models import Event, UserFavouriteEvent
from openevent.kit.access import Actor
from openevent.kit.errors import Conflict, Forbidden
from openevent.kit.work import UnitOfWork


class AlreadyFavourite(Conflict):
    """An account stars an event once."""

    code = "already-favourite"


def add_favourite(work: UnitOfWork, event_id: int, *, by: Actor) -> UserFavouriteEvent:
    """Star an event for the account that acts; raises AlreadyFavourite for one that is starred."""
    if by.id is None:
        raise Forbidden("Only accounts have favourites.")
    work.db.get_one(Event, event_id, with_for_update={"key_share": True, "read": True})  # it stays while it is starred
    pair = UserFavouriteEvent.event_id == event_id, UserFavouriteEvent.user_id == by.id
    row = work.db.scalar(select(UserFavouriteEvent).where(*pair).with_for_update())
    if row is None:
        row = UserFavouriteEvent(event_id=event_id, user_id=by.id)
        work.db.add(row)
    elif row.deleted_at is None:
        raise AlreadyFavourite("This event is a favourite already.", pointer="/data/relationships/event")
    row.deleted_at = None
    work.db.flush()
    work.audit("user-favourite-event.create", f"event:{event_id}", by=by)
    return row
