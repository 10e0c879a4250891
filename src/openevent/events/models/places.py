"""Where events happen most: no table of its own, but what the table of events says."""

from __future__ import annotations

from sqlalchemy import String, func, or_, select

from openevent.events.models.event import Event

MOST = 6

_name = Event.searchable_location_name
_named = (_name.is_not(None), _name != "")
_public = (Event.state == "published", or_(Event.privacy == "public", Event.privacy.is_(None)))
_popular = (
    select(_name.label("name"), func.count().label("events"))
    .where(*_named, *_public, Event.deleted_at.is_(None))
    .group_by(_name)
    .order_by(func.count().desc(), _name)
    .limit(MOST)
    .subquery("popular_places")
)
_rank = func.row_number().over(order_by=(_popular.c.events.desc(), _popular.c.name))


class EventLocation:
    """A place that many public events name; `id` is its rank, from 0."""

    __table__ = select(
        (_rank - 1).label("id"),
        _popular.c.name,
        func.lower(func.replace(_popular.c.name, " ", "-"), type_=String).label("slug"),
    ).subquery("event_locations")
