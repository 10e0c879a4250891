"""Noting that somebody came or went, as clients do by changing the attendee."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openevent.kit.access import Actor
from openevent.kit.errors import Conflict
from openevent.kit.work import UnitOfWork
from openevent.orders.models import Attendee, Order
from openevent.orders.rules import presence
from openevent.orders.rules.states import SOLD


class TicketNotValid(Conflict):
    """The ticket is not bought, or not any more: nobody comes in with it."""

    code = "ticket-not-valid"


def note_presence(work: UnitOfWork, attendee: Attendee, values: Mapping[str, Any], *, by: Actor) -> dict[str, Any]:
    """Note what `values` say about coming and going; return the other values. The engine lets only the crew say it.

    Raises PresenceInvalid or TicketNotValid.
    """
    sent = {name: value for name, value in values.items() if name in presence.FIELDS}
    before = presence.Presence(*(getattr(attendee, name) for name in presence.Presence.__struct_fields__))
    after = presence.changed(before, sent, work.now, "/data/attributes")
    if after != before:
        order = work.db.get(Order, attendee.order_id) if attendee.order_id else None
        if order is None or order.status not in SOLD:
            raise TicketNotValid("This ticket has not been bought.")
        for name in presence.Presence.__struct_fields__:
            setattr(attendee, name, getattr(after, name))
        work.db.flush()
        work.audit("attendee.presence", f"attendee:{attendee.id}", by=by, checked_in=after.is_checked_in)
    return {name: value for name, value in values.items() if name not in sent}
