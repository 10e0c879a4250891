"""Paying for orders: the type `charge`, and the routes of providers that nobody has set up yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from sqlalchemy import Table

from openevent.events.models import Event
from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.errors import ApiError, invalid
from openevent.jsonapi.ports import Backend
from openevent.kit.access import require
from openevent.kit.errors import Conflict
from openevent.kit.work import UnitOfWork
from openevent.orders import queries
from openevent.orders.models import Order
from openevent.orders.roles import BUYER_OR_STAFF, MAY_READ_ORDER
from openevent.orders.rules.states import COMPLETED, GONE
from openevent.payments.actions import refuse_provider

_ORDERS = cast(Table, Order.__table__)
_MEDIA_TYPE = "application/vnd.api+json"


def order_of(work: UnitOfWork, call: Call) -> Order:
    """Return the order that a path names, for whoever may pay for it; raises 404 for one that is none of theirs."""
    key = call.params["order"]
    order_id = queries.order_id_of(work.db, key)
    if order_id is None or not queries.passes(work.db, MAY_READ_ORDER, call.by, order_id):
        raise ApiError(404, f"Order: {key} not found", source={"parameter": "id"}, title="Object not found")
    require(work.db, BUYER_OR_STAFF, call.by, _ORDERS, order_id)
    return work.db.get_one(Order, order_id)


def _charge(call: Call, backend: Backend) -> Reply:
    """Answer POST /v1/orders/<order>/charge: only providers that are set up can take money."""
    attributes = _attributes(call)
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        order = order_of(work, call)
        _check_chargeable(order)
        event = work.db.get_one(Event, order.event_id)
        check = _CHECKS.get(order.payment_mode or "")
        if check is not None:
            check(event, attributes)
        return _charged(order)


def _attributes(call: Call) -> Mapping[str, Any]:
    data: object = call.json().get("data")
    found = cast("dict[str, object]", data) if isinstance(data, dict) else {}
    if found.get("type") != "charge":
        source = {"pointer": "/data/type"}
        raise ApiError(409, 'Invalid type. Expected "charge".', source=source, title="Incorrect type", text_status=True)
    attributes = found.get("attributes", {})
    return cast("dict[str, Any]", attributes) if isinstance(attributes, dict) else {}


def _check_chargeable(order: Order) -> None:
    if order.status in (*GONE, COMPLETED):
        raise Conflict("You cannot charge payments on a cancelled, expired or completed order")
    if not order.amount:
        raise Conflict("You cannot charge payments on a free order")


def _check_stripe(event: Event, _attributes: Mapping[str, Any]) -> None:
    if not event.can_pay_by_stripe:
        raise Conflict("The order cannot be charged by Stripe")
    raise refuse_provider("Stripe")


def _check_paypal(event: Event, attributes: Mapping[str, Any]) -> None:
    for name in ("paypal-payer-id", "paypal-payment-id"):
        if not attributes.get(name):
            raise invalid(f"/data/attributes/{name}", "Missing data for required field.")
    if not event.can_pay_by_paypal:
        raise Conflict("The order cannot be charged by PayPal")
    raise refuse_provider("PayPal")


_CHECKS: Mapping[str, Callable[[Event, Mapping[str, Any]], None]] = {"stripe": _check_stripe, "paypal": _check_paypal}


def _charged(order: Order) -> Reply:
    """Say that nothing happened: what is paid outside is marked by organizers."""
    link = f"/v1/orders/{order.identifier}/charge"
    attributes = {"status": None, "message": None}
    data = {"type": "charge", "id": str(order.id), "attributes": attributes, "links": {"self": link}}
    body = {"data": data, "links": {"self": link}, "jsonapi": {"version": "1.0"}}
    return Reply(body, status=201, content_type=_MEDIA_TYPE)


def _verify(call: Call, backend: Backend) -> Reply:
    """Tell how an order stands; its identifier, which nobody can guess, is enough."""
    key = call.params["order"]
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        found = queries.status_of(work.db, key, work.now)
    if found is None:
        raise ApiError(404, f"Order: {key} not found", source={"parameter": "id"}, title="Object not found")
    return Reply({"payment_status": found})


def _not_set_up(name: str, *, of_order: bool = True) -> Callable[[Call, Backend], Reply]:
    def answer(call: Call, backend: Backend) -> Reply:
        if of_order:
            with backend.work() as opened:
                order_of(cast(UnitOfWork, opened), call)
        raise refuse_provider(name)

    return answer


def _provider(name: str, method: str, path: str, *, auth: bool = True) -> Endpoint:
    return Endpoint(method, path, _not_set_up(name, of_order=auth), auth=auth, summary=f"{name}: not set up yet")


_PAYTM = "/v1/orders/<order>/paytm"

ENDPOINTS = (
    Endpoint("POST", "/v1/orders/<order>/charge", _charge, summary="Take the money for an order"),
    Endpoint("POST", "/v1/orders/<order>/verify", _verify, auth=False, summary="How the payment of an order stands"),
    _provider("PayPal", "POST", "/v1/orders/<order>/create-paypal-payment"),
    _provider("PayPal", "POST", "/v1/orders/<order>/verify-mobile-paypal-payment"),
    _provider("Omise", "POST", "/v1/orders/<order>/omise-checkout"),
    _provider("Omise", "GET", "/v1/orders/<order>/omise-checkout"),
    _provider("AliPay", "GET", "/v1/alipay/create_source/<order>"),
    _provider("AliPay", "POST", "/v1/alipay/create_source/<order>"),
    _provider("AliPay", "GET", "/v1/alipay/alipay_return_uri/<order>", auth=False),
    _provider("AliPay", "POST", "/v1/alipay/alipay_return_uri/<order>", auth=False),
    _provider("Paytm", "GET", f"{_PAYTM}/initiate-transaction"),
    _provider("Paytm", "POST", f"{_PAYTM}/initiate-transaction"),
    _provider("Paytm", "GET", f"{_PAYTM}/fetch-payment-options/<token>"),
    _provider("Paytm", "POST", f"{_PAYTM}/send_otp/<token>"),
    _provider("Paytm", "POST", f"{_PAYTM}/validate_otp/<token>", auth=False),
    _provider("Paytm", "GET", f"{_PAYTM}/process_transaction/<token>"),
    _provider("Paytm", "GET", f"{_PAYTM}/transaction-status", auth=False),
)
