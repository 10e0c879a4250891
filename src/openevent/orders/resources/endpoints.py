"""The plain routes of orders: what one would cost, making one, and the tickets as PDF."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table

from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.ports import Backend
from openevent.kit.access import Actor, allows
from openevent.kit.desks import Home
from openevent.kit.money import Money
from openevent.kit.work import UnitOfWork
from openevent.orders import actions, queries
from openevent.orders.actions import desk_of
from openevent.orders.models import Attendee, Order
from openevent.orders.resources.bodies import read_request
from openevent.orders.resources.types import ORDERS
from openevent.orders.roles import MAY_READ_ATTENDEE, MAY_READ_ORDER
from openevent.orders.rules.amounts import quote
from openevent.orders.rules.holders import order_number
from openevent.orders.rules.pricing import Line, LineDiscount, Quote, TaxRule


def _calculate(call: Call, backend: Backend) -> Reply:
    request = read_request(call.json(), least=0)  # a client that has taken its choice back asks once more
    if not request.wanted:
        return Reply({"discount": 0.0, "sub_total": 0.0, "tax": None, "tickets": [], "total": 0.0})
    on_offer = queries.catalog(backend.fetch, backend.dialect, request.ticket_ids, backend.now())
    by: Actor = call.by
    buyer = queries.buyers(backend.fetch, backend.dialect, [(request, by)], on_offer)[by]
    [(request, _)] = queries.with_typed_codes(
        backend.fetch, backend.dialect, [(request, by)], on_offer, {by: buyer}, backend.now()
    )
    codes = queries.codes_of(backend.fetch, backend.dialect, [request])
    return Reply(_quote_document(quote(request, on_offer, buyer, backend.now(), codes)))


def _quote_document(found: Quote) -> dict[str, Any]:
    return {
        "discount": _number(found.discounted),
        "sub_total": _number(found.sub_total),
        "tax": None if found.tax is None else _tax_document(found.tax, found.tax_amount),
        "tickets": [_line_document(line, found.tax) for line in found.lines],
        "total": _number(found.total),
    }


def _tax_document(tax: TaxRule, amount: Money | None) -> dict[str, Any]:
    return {
        "amount": _number(amount),
        "included": tax.is_included,
        "name": tax.name,
        "percent": float(tax.percent),
    }


def _line_document(line: Line, tax: TaxRule | None) -> dict[str, Any]:
    taken = line.discount
    return {
        "discount": None if taken is None else _discount_document(taken),
        "discounted_tax": _number(tax.on(line.unit - taken.each)) if tax and taken else 0.0,
        "id": line.ticket_id,
        "name": line.name,
        "price": _number(line.unit),
        "quantity": line.quantity,
        "sub_total": _number(line.sub_total),
        "ticket_fee": _number(line.fee),
        "ticket_tax": _number(tax.on(line.unit)) if tax else 0.0,
    }


def _discount_document(taken: LineDiscount) -> dict[str, Any]:
    return {
        "amount": _number(taken.each),
        "code": taken.code,
        "percent": taken.percent,
        "total": _number(taken.total),
        "type": taken.type,
    }


def _number(amount: Money | None) -> float:
    return 0.0 if amount is None else float(amount.decimal)


def _create(call: Call, backend: Backend) -> Reply:
    request = read_request(call.json())
    if "idempotency-key" in call.headers:  # the order is written together with its key: it can't stand in line
        with backend.work() as opened:
            return Reply(_order_document(actions.reserve_one(cast(UnitOfWork, opened), request, by=call.by)))
    return Reply(_order_document(desk_of(cast(Home, backend)).reserve(request, call.by)))


def _order_document(made: actions.Reserved) -> dict[str, Any]:
    """Return a new order as a GET of it would show it; everything about it is known, so nothing is read."""
    code = made.quote.discount
    known = {
        "discount-code-id": None if code is None else str(code.id),
        "identifier": made.identifier,
        "amount": float(made.quote.total.decimal),
        "created-at": made.created_at.isoformat(),
        "status": "initializing",
        "is-billing-enabled": False,
    }
    link = f"/v1/orders/{made.identifier}"
    data = {
        "type": "order",
        "id": str(made.id),
        "attributes": {**_EMPTY, **known},
        "relationships": {
            name: {"links": {"self": f"{link}/relationships/{linkage}", "related": f"{link}/{name}"}}
            for name, linkage in _LINKAGES.items()
        },
        "links": {"self": link},
    }
    return {"data": data, "links": {"self": link}}


_EMPTY: dict[str, Any] = dict.fromkeys(one.name for one in ORDERS.attributes if not one.write_only)
# The relationships of an order as documents show them, and what stands in their own links.
_LINKAGES = {
    "attendees": "attendee",
    "discount-code": "discount-code",
    "event": "event",
    "event-invoice": "event-invoice/",
    "marketer": "marketer",
    "tickets": "ticket",
    "user": "user",
}


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
    Endpoint("GET", "/v1/tickets/<text:order>", _order_pdf, summary="The same, as clients of v1 ask for it"),
    Endpoint("GET", "/v1/orders/attendees/<file>", _ticket_pdf, summary="One ticket: <attendee id>.pdf"),
)
