"""The types `discount-code` and `access-code`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from msgspec.structs import replace
from sqlalchemy import ColumnElement, Table, or_, select

from openevent.events.models import Event
from openevent.events.roles import COORGANIZER, EVENT_COORGANIZER, ON_PUBLIC_EVENT
from openevent.jsonapi.declare import (
    Attribute,
    BelongsTo,
    Call,
    Change,
    Endpoint,
    Extension,
    Keyed,
    ManyToMany,
    Reply,
    Resource,
    Through,
)
from openevent.jsonapi.ports import Backend
from openevent.kit.access import ADMIN, Actor, column_is_actor, require
from openevent.kit.work import UnitOfWork
from openevent.tickets import actions, queries
from openevent.tickets.models import (
    AccessCode,
    DiscountCode,
    access_codes_tickets,
    discount_codes_events,
    discount_codes_invoices,
    discount_codes_tickets,
)
from openevent.tickets.roles import VALID_NOW
from openevent.tickets.rules.codes import TYPES

Columns = Mapping[str, ColumnElement[Any]]
MOST_TRIES = 60  # look-ups of codes in a minute: a client makes two for each code that somebody types
MOST_FROM_ONE_PLACE = 200  # by people who are not signed in: many of them may share an address


def _count(work: Any, by: Actor) -> None:  # noqa: ANN401 -- a unit of work, as the engine has it
    """Count every look-up, so that nobody goes through all codes: they are short, and some are worth a ticket."""
    who, times = (by.origin, MOST_FROM_ONE_PLACE) if by.id is None else (f"account:{by.id}", MOST_TRIES)
    cast(UnitOfWork, work).services.limiter.hit(f"code-look-up:{who}", times=times, seconds=60)


# Whoever knows a code may look it up, while it is valid; organizers may at any time.
_LOOK_UP = Keyed("code", read=(ON_PUBLIC_EVENT & VALID_NOW) | COORGANIZER, ignore_case=True, tried=_count)


def _remember(work: Any, code_id: int, by: Actor) -> None:  # noqa: ANN401 -- a unit of work, as the engine has it
    actions.remember_look_up(work, code_id, by=by)


_REVEAL = replace(_LOOK_UP, seen=_remember)
_ITSELF = column_is_actor("id", "oneself")
_MOST = 10**9


def _delete(work: UnitOfWork, change: Change, by: Actor) -> None:
    actions.delete_code(work, change.row, by=by)


def _create_discount(work: UnitOfWork, change: Change, by: Actor) -> DiscountCode:
    return actions.create_discount_code(work, change.values, change.links, by=by)


def _update_discount(work: UnitOfWork, change: Change, by: Actor) -> DiscountCode:
    return actions.update_discount_code(work, change.row, change.values, change.links, by=by)


DISCOUNT_CODES = Resource(
    type="discount-code",
    model=DiscountCode,
    integer_id=True,
    unscoped=ADMIN,
    attributes=(
        Attribute("code", required=True),
        Attribute("discount-url", kind="url"),
        Attribute("value", required=True, min=0, max=_MOST),
        Attribute("type", required=True, choices=TYPES),
        Attribute("is-active"),
        Attribute("tickets-number", min=0),
        Attribute("min-quantity", min=0),
        Attribute("max-quantity"),
        Attribute("valid-from"),
        Attribute("valid-till"),
        Attribute("used-for"),
        Attribute("created-at", read_only=True),
        Attribute("deleted-at"),
    ),
    relationships=(
        BelongsTo("event", type="event"),
        BelongsTo("marketer", type="user", inverse="discount-codes", writable="always", inverse_readable_by=_ITSELF),
        ManyToMany("events", type="event", link=discount_codes_events, left="discount_code_id", right="event_id"),
        ManyToMany(
            "tickets",
            type="ticket",
            link=discount_codes_tickets,
            left="discount_code_id",
            right="ticket_id",
            inverse="discount-codes",
        ),
    ),
    verbs={"create": _create_discount, "update": _update_discount, "delete": _delete},
)


def _create_access(work: UnitOfWork, change: Change, by: Actor) -> AccessCode:
    return actions.create_access_code(work, change.values, change.links, by=by)


def _update_access(work: UnitOfWork, change: Change, by: Actor) -> AccessCode:
    return actions.update_access_code(work, change.row, change.values, change.links, by=by)


ACCESS_CODES = Resource(
    type="access-code",
    model=AccessCode,
    integer_id=True,
    collection=False,
    attributes=(
        Attribute("code", required=True),
        Attribute("access-url", kind="url"),
        Attribute("is-active"),
        Attribute("tickets-number", min=0),
        Attribute("min-quantity", min=0),
        Attribute("max-quantity", min=0),
        Attribute("valid-from", required=True),
        Attribute("valid-till"),
        Attribute("deleted-at"),
    ),
    relationships=(
        BelongsTo("event", type="event", inverse="access-codes", inverse_by=(_REVEAL,), required=True),
        BelongsTo("marketer", type="user", inverse="access-codes", writable="always", inverse_readable_by=_ITSELF),
        ManyToMany(
            "tickets",
            type="ticket",
            link=access_codes_tickets,
            left="access_code_id",
            right="ticket_id",
            inverse="access-codes",
            opens=ON_PUBLIC_EVENT | COORGANIZER,
        ),
    ),
    verbs={"create": _create_access, "update": _update_access, "delete": _delete},
)


def _is_event_code(event: Columns, code: Columns) -> ColumnElement[bool]:
    links = discount_codes_events.c
    return code["id"].in_(select(links.discount_code_id).where(links.event_id == event["id"]))


def _has_lowered(invoice: Columns, code: Columns) -> ColumnElement[bool]:
    links = discount_codes_invoices.c
    used = select(links.discount_code_id).where(links.event_invoice_id == invoice["id"])
    return code["id"].in_(used)


def _is_code_of(event: Columns, code: Columns) -> ColumnElement[bool]:
    return or_(code["event_id"] == event["id"], _is_event_code(event, code))


EXTENSIONS = (
    Extension(
        "event",
        relationships=(
            Through("discount-code", type="discount-code", on=_is_event_code, many=False, readable_by=ADMIN),
            Through("discount-codes", type="discount-code", on=_is_code_of, by=(_LOOK_UP,)),
        ),
    ),
    Extension(
        "event-invoice",
        relationships=(
            Through(
                "discount-code",
                type="discount-code",
                on=_has_lowered,
                many=False,
                hidden=True,
                linkage="discount-code",
                readable_by=ADMIN,
            ),
        ),
    ),
)


def _delete_unused(call: Call, backend: Backend) -> Reply:
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        event_id = queries.event_id_of(work.db, call.params["event"])
        require(work.db, EVENT_COORGANIZER, call.by, cast(Table, Event.__table__), event_id)
        gone = actions.delete_unused_codes(work, event_id, by=call.by)
    return Reply({"success": True, "deletes": gone})


ENDPOINTS = (
    Endpoint(
        "DELETE",
        "/v1/events/<event>/discount-codes/delete-unused",
        _delete_unused,
        summary="Delete the discount codes of an event that nobody has used",
    ),
)
