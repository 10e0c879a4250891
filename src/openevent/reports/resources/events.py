"""What an event has sold, as members of the event itself; only its team sees them."""

from __future__ import annotations

from openevent.events.roles import EVENT_COORGANIZER
from openevent.jsonapi.declare import Attribute, Extension
from openevent.reports.queries.sales import STATES, amount, of_event, tickets

EVENT_SALES = Extension(
    type="event",
    attributes=(
        *(
            Attribute(f"{state}-order-sales", kind="float", sql=amount(state, of_event), readable_by=EVENT_COORGANIZER)
            for state in STATES
        ),
        *(
            Attribute(
                f"{state}-order-tickets", kind="integer", sql=tickets(state, of_event), readable_by=EVENT_COORGANIZER
            )
            for state in STATES
        ),
    ),
)
