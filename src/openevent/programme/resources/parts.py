"""What sessions are sorted by, on the wire: tracks, rooms, session types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from openevent.jsonapi.declare import Attribute, BelongsTo, Change, Resource
from openevent.programme import actions
from openevent.programme.models import Microlocation, SessionType, Track
from openevent.programme.resources.columns import columns


def _part_verbs(model: Any) -> Mapping[str, Callable[[Any, Change, Any], Any]]:  # noqa: ANN401 -- one of three models
    return {
        "create": lambda work, change, by: actions.create_part(work, model, columns(change), by=by),
        "update": lambda work, change, by: actions.update_part(work, change.row, columns(change), by=by),
    }


TRACKS = Resource(
    type="track",
    model=Track,
    attributes=(
        Attribute("name", required=True),
        Attribute("description"),
        Attribute("color", required=True),
        Attribute("font-color", read_only=True),
        Attribute("position"),
        Attribute("deleted-at"),
    ),
    relationships=(BelongsTo("event", type="event", inverse="tracks", required=True),),
    verbs=_part_verbs(Track),
)

MICROLOCATIONS = Resource(
    type="microlocation",
    model=Microlocation,
    attributes=(
        Attribute("name", required=True),
        Attribute("latitude", min=-90, max=90),
        Attribute("longitude", min=-180, max=180),
        Attribute("floor"),
        Attribute("hidden-in-scheduler"),
        Attribute("chat-room-name", read_only=True),
        Attribute("is-chat-enabled"),
        Attribute("is-global-event-room"),
        Attribute("position"),
        Attribute("room"),
        Attribute("deleted-at"),
    ),
    relationships=(BelongsTo("event", type="event", inverse="microlocations", required=True),),
    collection=False,
    verbs=_part_verbs(Microlocation),
)

SESSION_TYPES = Resource(
    type="session-type",
    model=SessionType,
    attributes=(
        Attribute("name", required=True),
        Attribute("length", required=True),
        Attribute("position"),
        Attribute("deleted-at"),
    ),
    relationships=(BelongsTo("event", type="event", inverse="session-types", required=True),),
    collection=False,
    verbs=_part_verbs(SessionType),
)

RESOURCES = (TRACKS, MICROLOCATIONS, SESSION_TYPES)
