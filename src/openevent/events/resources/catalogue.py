"""What events are about, on the wire: kinds of events, topics, sub topics, popular places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement

from openevent.events import actions
from openevent.events.models import EventLocation, EventSubTopic, EventTopic, EventType
from openevent.events.resources.columns import columns
from openevent.jsonapi.declare import Alias, Attribute, BelongsTo, Change, Resource, Through


def _named_verbs(model: Any) -> dict[str, Callable[[Any, Change, Any], Any]]:  # noqa: ANN401 -- one of three models
    return {
        "create": lambda work, change, by: actions.create_named(work, model, columns(change), by=by),
        "update": lambda work, change, by: actions.update_named(work, change.row, columns(change), by=by),
    }


EVENT_TYPES = Resource(
    type="event-type",
    model=EventType,
    attributes=(Attribute("name", required=True), Attribute("slug", read_only=True), Attribute("deleted-at")),
    verbs=_named_verbs(EventType),
)

EVENT_TOPICS = Resource(
    type="event-topic",
    model=EventTopic,
    attributes=(
        Attribute("name", required=True),
        Attribute("slug", read_only=True),
        Attribute("system-image-url", kind="url"),
        Attribute("deleted-at"),
    ),
    verbs=_named_verbs(EventTopic),
)

EVENT_SUB_TOPICS = Resource(
    type="event-sub-topic",
    model=EventSubTopic,
    attributes=(Attribute("name", required=True), Attribute("slug", read_only=True)),
    relationships=(BelongsTo("event-topic", type="event-topic", inverse="event-sub-topics", required=True),),
    collection=False,
    aliases=(Alias(("GET",), "/v1/event-topics/<topic>/sub-topics", "/v1/event-topics/<topic>/event-sub-topics"),),
    verbs=_named_verbs(EventSubTopic),
)


def _name_of(place: Any) -> ColumnElement[Any]:  # noqa: ANN401 -- columns by name
    return place["name"]


def _add_place(work: Any, change: Change, by: Any) -> EventLocation:  # noqa: ANN401 -- as the engine calls verbs
    return actions.add_place(work, change.values["name"], by=by)


def _happens_at(place: Any, event: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
    return event["searchable_location_name"] == place["name"]


EVENT_LOCATIONS = Resource(
    type="event-location",
    model=EventLocation,
    methods=frozenset({"list", "read", "create"}),
    attributes=(
        Attribute("name", kind="string", sql=_name_of, writable=True, required=True, nullable=False, max_length=255),
        Attribute("slug", read_only=True),
    ),
    relationships=(Through("events", type="event", on=_happens_at),),
    verbs={"create": _add_place},
)

RESOURCES = (EVENT_TYPES, EVENT_TOPICS, EVENT_SUB_TOPICS, EVENT_LOCATIONS)
