"""Starred events on the wire."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select

from openevent.events import actions
from openevent.events.models import UserFavouriteEvent
from openevent.jsonapi.declare import Attribute, BelongsTo, Change, Resource
from openevent.kit.access import BY_ID, column_is_actor

_ITSELF = column_is_actor("id", "oneself")


def _add(work: Any, change: Change, by: Any) -> UserFavouriteEvent:  # noqa: ANN401 -- as the engine calls verbs
    return actions.add_favourite(work, cast(int, change.links["event"]), by=by)


def _located(row: Any, key: ColumnElement[int]) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
    """Find the caller's own star of the event with this id, as v1 does; without one, the star with this id.

    Links hold the star's own id: both ways lead somewhere.
    """
    own = UserFavouriteEvent.__table__.alias("own_favourite").c
    starred = exists(select(own.id).where(own.event_id == key, own.user_id == BY_ID, own.deleted_at.is_(None)))
    return or_(and_(row["event_id"] == key, row["user_id"] == BY_ID), and_(row["id"] == key, not_(starred)))


USER_FAVOURITE_EVENTS = Resource(
    type="user-favourite-event",
    model=UserFavouriteEvent,
    locate=_located,
    methods=frozenset({"list", "read", "create", "delete"}),
    attributes=(Attribute("deleted-at", read_only=True),),
    relationships=(
        BelongsTo("event", type="event", required=True),
        BelongsTo(
            "user",
            type="user",
            writable="never",
            inverse="favourite-events",
            inverse_related="user-favourite-events",
            related="/v1/favourite-events/<id>/user",
            inverse_readable_by=_ITSELF,
        ),
    ),
    verbs={"create": _add},
)

RESOURCES = (USER_FAVOURITE_EVENTS,)
