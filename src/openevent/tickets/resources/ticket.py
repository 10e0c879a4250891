"""The types `ticket` and `ticket-tag`, and what is left of tickets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement

from openevent.jsonapi.declare import Attribute, BelongsTo, Call, Change, Endpoint, ManyToMany, Reply, Resource
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.ports import Backend
from openevent.kit.access import Actor
from openevent.kit.work import UnitOfWork
from openevent.payments.queries import major_units
from openevent.tickets import actions, queries
from openevent.tickets.models import Ticket, TicketTag, ticket_taggings
from openevent.tickets.rules import KINDS, MAX_PRICE, MAX_QUANTITY

Columns = Mapping[str, ColumnElement[Any]]


def _price(name: str) -> Attribute:
    def shown(row: Columns) -> ColumnElement[Any]:
        return major_units(row[name.replace("-", "_")], row["currency"])

    return Attribute(name, kind="decimal", sql=shown, writable=True, min=0, max=MAX_PRICE)


def _create(work: UnitOfWork, change: Change, by: Actor) -> Ticket:
    event_id = change.links["event"]
    assert isinstance(event_id, int)  # noqa: S101 -- required, and the engine has found the row
    return actions.create_ticket(work, change.values, change.links, event_id=event_id, by=by)


def _update(work: UnitOfWork, change: Change, by: Actor) -> Ticket:
    return actions.update_ticket(work, change.row, change.values, change.links, by=by)


def _delete(work: UnitOfWork, change: Change, by: Actor) -> None:
    actions.delete_ticket(work, change.row, by=by)


TICKETS = Resource(
    type="ticket",
    model=Ticket,
    attributes=(
        Attribute("name", required=True, nullable=False),
        Attribute("description"),
        Attribute("type", required=True, nullable=False, choices=tuple(KINDS)),
        _price("price"),
        _price("min-price"),
        _price("max-price"),
        Attribute("quantity", kind="integer", sql=queries.quantity_of, writable=True, min=1, max=MAX_QUANTITY),
        Attribute("is-description-visible"),
        Attribute("position"),
        Attribute("is-fee-absorbed"),
        Attribute("sales-starts-at", required=True, nullable=False),
        Attribute("sales-ends-at", required=True, nullable=False),
        Attribute("is-hidden"),
        Attribute("min-order", min=0),
        Attribute("max-order", min=0),
        Attribute("is-checkin-restricted"),
        Attribute("auto-checkin-enabled"),
        Attribute("form-id"),
        Attribute("badge-id"),
        Attribute("deleted-at"),
    ),
    relationships=(BelongsTo("event", type="event", inverse="tickets", required=True),),
    verbs={"create": _create, "update": _update, "delete": _delete},
)


def _create_tag(work: UnitOfWork, change: Change, by: Actor) -> TicketTag:
    return actions.create_tag(work, change.values, change.links, by=by)


def _update_tag(work: UnitOfWork, change: Change, by: Actor) -> TicketTag:
    return actions.update_tag(work, change.row, change.values, change.links, by=by)


TICKET_TAGS = Resource(
    type="ticket-tag",
    model=TicketTag,
    collection=False,
    attributes=(Attribute("name"), Attribute("deleted-at")),
    relationships=(
        ManyToMany(
            "tickets",
            type="ticket",
            link=ticket_taggings,
            left="ticket_tag_id",
            right="ticket_id",
            inverse="ticket-tags",
        ),
        BelongsTo("event", type="event", inverse="ticket-tags", required=True),
    ),
    verbs={"create": _create_tag, "update": _update_tag},
)


def _availability(call: Call, backend: Backend) -> Reply:
    found = queries.availability(backend.fetch, backend.dialect, call.params["event"], call.by)
    if found is None:
        raise ApiError(
            404, f"Event: {call.params['event']} not found", source={"parameter": "id"}, title="Object not found"
        )
    return Reply(
        [{"available": one.available, "id": one.id, "name": one.name, "quantity": one.quantity} for one in found]
    )


ENDPOINTS = (
    Endpoint(
        "GET",
        "/v1/events/<event>/tickets/availability",
        _availability,
        auth=False,
        summary="How many tickets of each visible type are left",
    ),
)
