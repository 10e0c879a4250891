"""People who are entered before there is an order for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Table, delete, func, select

from openevent.kit.access import Actor
from openevent.kit.errors import Conflict, Invalid
from openevent.kit.work import UnitOfWork
from openevent.orders.actions.holding import describe
from openevent.orders.actions.labels import take_tag
from openevent.orders.actions.placing import new_identifier
from openevent.orders.models import Attendee
from openevent.orders.rules.presence import FIELDS
from openevent.tickets.models import Ticket

MOST_LOOSE = 100  # people that one account may have entered without an order
_ATTENDEES = cast(Table, Attendee.__table__)


class TooManyAttendees(Conflict):
    """Somebody has entered many people and ordered for none of them."""

    code = "too-many-attendees"


def enter_attendee(
    work: UnitOfWork, values: Mapping[str, Any], *, event_id: int, ticket_id: int, by: Actor
) -> Attendee:
    """Note who will hold a ticket, before it is ordered; nothing is set aside for them yet.

    Raises Invalid for a ticket of another event, InvalidHolder, or TooManyAttendees.
    """
    ticket = work.db.get_one(Ticket, ticket_id)
    if ticket.event_id != event_id:
        raise Invalid("Ticket belongs to a different Event", pointer="/data/relationships/ticket")
    mine = select(func.count()).select_from(_ATTENDEES)
    mine = mine.where(
        _ATTENDEES.c.creator_id == by.id, _ATTENDEES.c.order_id.is_(None), _ATTENDEES.c.deleted_at.is_(None)
    )
    if (work.db.scalar(mine) or 0) >= MOST_LOOSE:
        raise TooManyAttendees(f"At most {MOST_LOOSE} attendees may wait for their order.")
    attendee = Attendee(event_id=event_id, ticket_id=ticket_id, creator_id=by.id, created_at=work.now)
    attendee.identifier = new_identifier(set())
    values = take_tag(work, attendee, values, by=by)
    # Nobody has come in yet: the crew's defaults of these members say nothing new.
    said = {name: value for name, value in values.items() if name not in FIELDS}
    describe(work, attendee, said)
    work.db.add(attendee)
    work.db.flush()
    work.audit("attendee.create", f"attendee:{attendee.id}", by=by)
    return attendee


def forget_loose(work: UnitOfWork) -> int:
    """Remove people who were entered and for whom nobody has ordered in time; return how many there were."""
    before = work.now - timedelta(minutes=work.site.order_minutes)
    gone = delete(_ATTENDEES).where(_ATTENDEES.c.order_id.is_(None), _ATTENDEES.c.created_at < before)
    return cast("CursorResult[Any]", work.db.execute(gone)).rowcount
