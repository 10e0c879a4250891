"""Starred events on the wire."""

from __future__ import annotations

from typing import Any, cast

from openevent.events import actions
from openevent.events.models import UserFavouriteEvent
from openevent.jsonapi.declare import Attribute, BelongsTo, Change, Resource
from openevent.kit.access import column_is_actor

_ITSELF = column_is_actor("id", "oneself")


def _add(work: Any, change: Change, by: Any) -> UserFavouriteEvent:  # noqa: ANN401 -- as the engine calls verbs
    return actions.add_favourite(work, cast(int, change.links["event"]), by=by)


USER_FAVOURITE_EVENTS = Resource(
    type="user-favourite-event",
    model=UserFavouriteEvent,
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
            inverse_readable_by=_ITSELF,
        ),
    ),
    verbs={"create": _add},
)

RESOURCES = (USER_FAVOURITE_EVENTS,)
