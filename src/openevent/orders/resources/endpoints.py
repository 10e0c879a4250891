"""The plain routes of orders: what one would cost, making one, and the tickets as PDF."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from sqlalchemy import Table

from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.errors import ApiError, invalid
from openevent.jsonapi.ports import Backend
from openevent.kit.access import Actor, allows
from openevent.kit.work import UnitOfWork
from openevent.orders import actions, queries
from openevent.orders.actions.desk import Home, desk_of
from openevent.orders.models import Attendee, Order
from openevent.orders.resources.types import ORDERS
from openevent.orders.roles import MAY_READ_ATTENDEE, MAY_READ_ORDER
from openevent.orders.rules.amounts import MAX_LINES, Line, OrderRequest, Quote, Wanted, merged, quote
from openevent.orders.rules.holders import order_number
from openevent.tickets.rules import MAX_PRICE, MAX_QUANTITY

_TOP_KEY = 2**63
_CODES = ("discount-code", "discount_code", "access-code", "access_code")


def _calculate(call: Call, backend: Backend) -> Reply:
    request = read_request(call.json())
    if not request.wanted:
        return Reply({"discount": 0.0, "sub_total": 0.0, "tax": None, "tickets": [], "total": 0.0})
    on_offer = queries.catalog(backend.fetch, backend.dialect, request.ticket_ids, backend.now())
    by: Actor = call.by
    buyer = queries.buyers(backend.fetch, backend.dialect, [(request, by)], on_offer)[by]
    return Reply(_quote_document(quote(request.wanted, on_offer, buyer)))


def _quote_document(found: Quote) -> dict[str, Any]:
    return {
        "discount": 0.0,
        "sub_total": float(found.sub_total.decimal),
        "tax": None,
        "tickets": [_line_document(line) for line in found.lines],
        "total": float(found.total.decimal),
    }


def _line_document(line: Line) -> dict[str, Any]:
    return {
        "discount": None,
        "discounted_tax": 0.0,
        "id": line.ticket_id,
        "name": line.name,
        "price": float(line.unit.decimal),
        "quantity": line.quantity,
        "sub_total": float(line.sub_total.decimal),
        "ticket_fee": 0.0,
        "ticket_tax": 0.0,
    }


def _create(call: Call, backend: Backend) -> Reply:
    request = read_request(call.json())
    return Reply(_order_document(desk_of(cast(Home, backend)).reserve(request, call.by)))


def _order_document(made: actions.Reserved) -> dict[str, Any]:
    """Return a new order as a GET of it would show it; everything about it is known, so nothing is read."""
    known = {
        "identifier": made.identifier,
        "amount": float(made.quote.total.decimal),
        "created-at": made.created_at.isoformat(),
        "status": "initializing",
        "is-billing-enabled": False,
    }
    link = f"/v1/orders/{made.identifier}"
    relations = ("attendees", "event", "marketer", "tickets", "user")
    data = {
        "type": "order",
        "id": str(made.id),
        "attributes": {attribute.name: known.get(attribute.name) for attribute in ORDERS.attributes},
        "relationships": {
            name: {"links": {"self": f"{link}/relationships/{name}", "related": f"{link}/{name}"}} for name in relations
        },
        "links": {"self": link},
    }
    return {"data": data, "links": {"self": link}}


def read_request(body: Mapping[str, Any]) -> OrderRequest:
    """Return what a body asks for; raises ApiError with a pointer at what is wrong with it."""
    tickets: object = body.get("tickets")
    if not isinstance(tickets, list):
        raise invalid("/tickets", "A list of tickets is required.")
    entries = cast("list[object]", tickets)
    if len(entries) > MAX_LINES:
        raise invalid("/tickets", f"At most {MAX_LINES} entries fit into an order.")
    for name in _CODES:
        if body.get(name):
            raise invalid(f"/{name}", "There is no such code.")
    wanted = merged([_wanted(entry, f"/tickets/{place}") for place, entry in enumerate(entries)])
    return OrderRequest(wanted, _decimal(body.get("amount"), "/amount"))


def _wanted(entry: object, pointer: str) -> Wanted:
    if not isinstance(entry, dict):
        raise invalid(pointer, "A ticket is an object with id and quantity.")
    found = cast("dict[str, object]", entry)
    ticket_id = _whole(found.get("id"), f"{pointer}/id", _TOP_KEY - 1)
    quantity = _whole(found.get("quantity", 1), f"{pointer}/quantity", MAX_QUANTITY)
    return Wanted(ticket_id, quantity, _decimal(found.get("price"), f"{pointer}/price"), pointer)


def _whole(value: object, pointer: str, most: int) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:  # noqa: PLR2004 -- 64 bit
        value = int(value)
    if isinstance(value, float) and value.is_integer():  # JSON knows no integers: 2.0 is 2 (RFC 8259, section 6)
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise invalid(pointer, "Not a valid integer.")
    if not 1 <= value <= most:
        raise invalid(pointer, f"A whole number from 1 to {most}.")
    return value


def _decimal(value: object, pointer: str) -> Decimal | None:
    if value is None:
        return None
    is_number = isinstance(value, int | float | str) and not isinstance(value, bool)
    try:
        found = Decimal(repr(value) if isinstance(value, float) else cast(str, value) if is_number else "")
    except InvalidOperation:
        raise invalid(pointer, "Not a valid number.") from None
    if not found.is_finite() or not 0 <= found <= MAX_PRICE:
        raise invalid(pointer, f"An amount from 0 to {MAX_PRICE}.")
    return found


def _order_pdf(call: Call, backend: Backend) -> Reply:
    key = call.params["order"]
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        order_id = queries.order_id_of(work.db, key)
        if order_id is None or not allows(work.db, MAY_READ_ORDER, call.by, cast(Table, Order.__table__), order_id):
            raise _not_found(f"Order: {key} not found")
        order = work.db.get_one(Order, order_id)
        data = actions.order_pdf(work, order, queries.visible_attendees(work.db, order.id, call.by))
        return _pdf(data, f"tickets-{order_number(order.created_at, order.id)}.pdf")


def _ticket_pdf(call: Call, backend: Backend) -> Reply:
    number, _, suffix = call.params["file"].partition(".")
    is_named = suffix == "pdf" and number.isascii() and number.isdigit() and len(number) < 19  # noqa: PLR2004 -- 64 bit
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        table = cast(Table, Attendee.__table__)
        if not is_named or not allows(work.db, MAY_READ_ATTENDEE, call.by, table, int(number)):
            raise _not_found(f"Attendee: {number} not found")
        return _pdf(actions.ticket_pdf(work, work.db.get_one(Attendee, int(number))), f"ticket-{number}.pdf")


def _not_found(detail: str) -> ApiError:
    return ApiError(404, detail, source={"parameter": "id"}, title="Object not found")


def _pdf(data: bytes, name: str) -> Reply:
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"}
    return Reply(data, headers=headers, content_type="application/pdf")


ENDPOINTS = (
    Endpoint("POST", "/v1/orders/calculate-amount", _calculate, auth=False, summary="What tickets would cost together"),
    Endpoint("POST", "/v1/orders/create-order", _create, summary="Reserve tickets for a while"),
    Endpoint("GET", "/v1/orders/<order>/tickets-pdf", _order_pdf, summary="All tickets of an order that you may see"),
    Endpoint("GET", "/v1/orders/attendees/<file>", _ticket_pdf, summary="One ticket: <attendee id>.pdf"),
)
