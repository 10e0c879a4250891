"""What organizers do about orders beside changing them: send confirmations again, find people; and invoices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from openevent.events.roles import REGISTRAR
from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.errors import ApiError, invalid
from openevent.jsonapi.ports import Backend
from openevent.kit.errors import Forbidden, TooManyRequests
from openevent.kit.work import UnitOfWork
from openevent.orders import actions, queries
from openevent.orders.resources.paying import order_of
from openevent.orders.roles import BUYER
from openevent.orders.rules.holders import order_number


def _resend(call: Call, backend: Backend) -> Reply:
    data: object = call.json().get("data")
    identifier = cast("dict[str, object]", data).get("order") if isinstance(data, dict) else None
    if not isinstance(identifier, str):
        raise invalid("/data/order", "Missing data for required field.")
    try:
        with backend.work() as opened:
            actions.resend_for(cast(UnitOfWork, opened), identifier, by=call.by)
    except TooManyRequests as refusal:
        return _too_many(refusal)
    return Reply(
        {"status": True, "message": f"Verification emails for order : {identifier} has been sent successfully"}
    )


def _too_many(refusal: TooManyRequests) -> Reply:
    """Return the answer of v1 for too many requests (reference 3.6), with an error object beside it."""
    title = "Request Limit Exceeded"
    error = {"status": 429, "title": title, "detail": refusal.detail, "source": {"source": ""}, "code": refusal.code}
    headers = {"Retry-After": str(refusal.retry_after or 60)}
    return Reply({"status": 429, "title": title, "errors": [error]}, status=429, headers=headers)


def _send_receipt(call: Call, backend: Backend) -> Reply:
    identifier = call.json().get("order-identifier")
    if not isinstance(identifier, str) or not identifier:
        raise invalid("/order-identifier", "order identifier missing")
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        order_id = queries.order_id_of(work.db, identifier)
        if order_id is None:
            raise _not_found("Order", identifier)
        if not queries.passes(work.db, BUYER | REGISTRAR, call.by, order_id):
            raise Forbidden("Only the buyer and registrars may do this.")
        work.services.limiter.hit(f"receipt:{call.by.id}", times=actions.MOST_RESENT, seconds=60)
        actions.send_receipt(work, order_id, by=call.by)
    return Reply({"message": "receipt sent to attendees"})


def _search(call: Call, backend: Backend) -> Reply:
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        found = queries.attendees_found(work.db, call.params["event"], _asked(call.query), call.by)
    if found is None:
        raise _not_found("Event", call.params["event"])
    return Reply({"attendees": found})


def _asked(query: Mapping[str, str]) -> str:
    return next((query[name] for name in ("q", "query", "name", "email") if query.get(name)), "")


def _invoice(call: Call, backend: Backend) -> Reply:
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        order = order_of(work, call)
        data = actions.invoice_pdf(work, order, by=call.by)
        name = f"invoice-{order_number(order.created_at, order.id)}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"}
    return Reply(data, headers=headers, content_type="application/pdf")


def _not_found(what: str, key: str) -> ApiError:
    return ApiError(404, f"{what}: {key[:40]} not found", source={"parameter": "id"}, title="Object not found")


ENDPOINTS = (
    Endpoint("POST", "/v1/orders/resend-email", _resend, summary="Send the mails of an order once more"),
    Endpoint("POST", "/v1/attendees/send-receipt", _send_receipt, summary="Send the tickets of an order once more"),
    Endpoint("GET", "/v1/events/<event>/attendees/search", _search, summary="Find people who come, by name or address"),
    Endpoint("GET", "/v1/orders/invoices/<order>", _invoice, summary="The invoice of an order as PDF"),
)
