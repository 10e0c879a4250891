"""The types `tax` and `ticket-fee`."""

from __future__ import annotations

from openevent.events.roles import COORGANIZER
from openevent.events.rules.catalogue import CURRENCIES
from openevent.jsonapi.declare import Alias, Attribute, BelongsTo, Change, Resource
from openevent.kit.access import Actor
from openevent.kit.work import UnitOfWork
from openevent.tickets import actions
from openevent.tickets.models import Tax, TicketFee


def _create_tax(work: UnitOfWork, change: Change, by: Actor) -> Tax:
    event_id = change.links["event"]
    assert isinstance(event_id, int)  # noqa: S101 -- required, and the engine has found the row
    return actions.create_tax(work, change.values, event_id=event_id, by=by)


def _private(*names: str) -> tuple[Attribute, ...]:
    return tuple(Attribute(name, readable_by=COORGANIZER) for name in names)


TAXES = Resource(
    type="tax",
    path="taxes",
    model=Tax,
    attributes=(
        Attribute("name"),
        Attribute("rate", min=0, max=100),
        Attribute("is-tax-included-in-price"),
        *_private("country", "tax-id", "should-send-invoice", "is-invoice-sent", "registered-company"),
        *_private("contact-name", "phone", "email", "address", "city", "state", "zip", "invoice-footer"),
        Attribute("deleted-at"),
    ),
    relationships=(BelongsTo("event", type="event", inverse="tax", inverse_many=False, required=True),),
    aliases=(Alias(("GET", "PATCH", "DELETE"), "/v1/tax/<key>/event", "/v1/taxes/<key>/event"),),
    verbs={"create": _create_tax},
)

TICKET_FEES = Resource(
    type="ticket-fee",
    model=TicketFee,
    integer_id=True,
    attributes=(
        Attribute("currency", required=True, choices=CURRENCIES),
        Attribute("country"),
        Attribute("service-fee", min=0, max=100),
        Attribute("maximum-fee", min=0),
    ),
)
