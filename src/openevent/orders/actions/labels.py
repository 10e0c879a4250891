"""Labels that the crew sticks on people who come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Table

from openevent.events.models import Event, Tag
from openevent.kit.access import Actor, allows
from openevent.kit.errors import Forbidden, Invalid
from openevent.kit.work import UnitOfWork
from openevent.orders.models import Attendee
from openevent.orders.queries.facts import EVENT_REGISTRAR

_TAG = "/data/relationships/tag"


class TagInvalid(Invalid):
    """There is no such label in this event."""

    code = "tag-invalid"


def take_tag(work: UnitOfWork, attendee: Attendee, values: Mapping[str, Any], *, by: Actor) -> dict[str, Any]:
    """Label somebody as `tag_id` says, if it says something new, and return the other values.

    Raises Forbidden for whoever does not work at the event's door (a buyer makes nobody a guest of honour), or
    TagInvalid.
    """
    tag_id = values.get("tag_id", attendee.tag_id)
    if tag_id != attendee.tag_id:
        _check(work, attendee, tag_id, by)
        attendee.tag_id = tag_id
        work.audit("attendee.tag", f"attendee:{attendee.id}", by=by, tag=tag_id)
    return {name: value for name, value in values.items() if name != "tag_id"}


def _check(work: UnitOfWork, attendee: Attendee, tag_id: int | None, by: Actor) -> None:
    events = cast(Table, Event.__table__)
    if not allows(work.db, EVENT_REGISTRAR, by, events, attendee.event_id):
        raise Forbidden("Only the crew of the event labels people.", pointer=_TAG)
    tag = None if tag_id is None else work.db.get(Tag, tag_id)
    if tag_id is not None and (tag is None or tag.deleted_at or tag.event_id != attendee.event_id):
        raise TagInvalid("This tag belongs to a different Event", pointer=_TAG)
