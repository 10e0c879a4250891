"""Where events happen most: what the table of events says, and places that admins have named."""

from sqlalchemy import String, func, or_, select, union_all
from sqlalchemy.orm import Mapped, mapped_column

from openevent.events.models.event import Event
from openevent.kit.db import Base, Keyed

MOST = 6


class NamedPlace(Keyed, Base):
    """A place that an admin offers, whether an event happens there or not yet."""

    __tablename__ = "named_places"

    name: Mapped[str] = mapped_column(String(255), unique=True)


_name = Event.searchable_location_name
_named = (_name.is_not(None), _name != "")
_public = (Event.state == "published", or_(Event.privacy == "public", Event.privacy.is_(None)))
_popular = (
    select(_name.label("name"), func.count().label("events"))
    .where(*_named, *_public, Event.deleted_at.is_(None))
    .group_by(_name)
    .order_by(func.count().desc(), _name)
    .limit(MOST)
    .cte("popular_places")
)
_rank = func.row_number().over(order_by=(_popular.c.events.desc(), _popular.c.name))
_places = union_all(
    select((_rank - 1).label("id"), _popular.c.name.label("name")),
    select((NamedPlace.id + MOST - 1).label("id"), NamedPlace.name).where(
        NamedPlace.name.not_in(select(_popular.c.name))
    ),
).subquery("places")


class EventLocation:
    """A place: of those that public events name most, `id` is the rank, from 0; those of admins follow."""

    __table__ = select(
        _places.c.id,
        _places.c.name,
        func.lower(func.replace(_places.c.name, " ", "-"), type_=String).label("slug"),
    ).subquery("event_locations")

    def __init__(self, named: NamedPlace) -> None:
        self.id = named.id + MOST - 1
