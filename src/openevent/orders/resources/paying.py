"""Paying for orders, and refunds: the types `charge` and `refund`, and the routes of providers that are not there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from sqlalchemy import Table, select

from openevent.events.roles import COORGANIZER
from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.errors import ApiError, invalid
from openevent.jsonapi.ports import Backend
from openevent.kit.access import require
from openevent.kit.errors import Conflict, Forbidden, TooManyRequests
from openevent.kit.money import Money
from openevent.kit.work import UnitOfWork
from openevent.orders import actions, queries
from openevent.orders.models import Order
from openevent.orders.roles import BUYER_OR_STAFF, MAY_READ_ORDER
from openevent.orders.rules.states import COMPLETED, GONE, OFFLINE, subject_of
from openevent.payments.actions import Units, checkout, confirm_with_token, look_again, look_before, refuse_provider
from openevent.payments.queries import payment_of
from openevent.payments.rules.asking import Seen, return_url
from openevent.payments.rules.states import OPEN, SETTLED

MOST_LOOKS = 20  # at a provider, about one payment, in a minute
MOST_NOTE = 2000  # characters
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
    """Answer POST /v1/orders/<order>/charge: take the money by the order's provider, or say what is left to do."""
    attributes = _attributes(call)
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        order = order_of(work, call)
        if _is_paid_outside(order):
            return _charged(order, None, None)
        mode = actions.check_chargeable(work, order)
        token = _TOKENS[mode](attributes)
        payment_id = actions.start_payment(work, order, is_hosted=mode != "stripe", by=call.by).id
        back = _back(work, order)
    seen = _asked(cast(Units, backend), payment_id, token, back)
    if seen.fault and seen.state != SETTLED:
        raise invalid(_FAULTS.get(mode, "/data"), seen.fault)
    return _charged(order, seen.state == SETTLED or seen.needs_action or mode == "stripe", _message(seen))


def _asked(units: Units, payment_id: int, token: Mapping[str, str] | None, back: str) -> Seen:
    """Pay with a token; without one look whether the buyer has paid meanwhile, and otherwise say where to."""
    if token:
        return confirm_with_token(units, payment_id, token, back=back)
    found = look_again(units, payment_id)
    return found if found is not None and found.state == SETTLED else checkout(units, payment_id, back=back)


def _attributes(call: Call) -> Mapping[str, Any] | None:
    """Return what a charge says; None when there is no such member, as clients of v1 ask for a Stripe form."""
    return _section(call, "charge")


def _section(call: Call, type_: str) -> Mapping[str, Any] | None:
    data: object = call.json().get("data")
    found = cast("dict[str, object]", data) if isinstance(data, dict) else {}
    if found.get("type") != type_:
        source = {"pointer": "/data/type"}
        detail = f'Invalid type. Expected "{type_}".'
        raise ApiError(409, detail, source=source, title="Incorrect type", text_status=True)
    attributes = found.get("attributes")
    return cast("dict[str, Any]", attributes) if isinstance(attributes, dict) else None


def _is_paid_outside(order: Order) -> bool:
    open_ = order.status not in (*GONE, COMPLETED) and order.amount > 0
    return open_ and (order.payment_mode in OFFLINE or order.payment_mode is None)


def _stripe_token(attributes: Mapping[str, Any] | None) -> Mapping[str, str] | None:
    if attributes is None:
        return None
    token = next((attributes[name] for name in _STRIPE_NAMES if attributes.get(name)), None)
    if not isinstance(token, str):
        raise invalid(_FAULTS["stripe"], "stripe token is missing")
    return {"token": token}


def _paypal_token(attributes: Mapping[str, Any] | None) -> Mapping[str, str] | None:
    """Return what a client of v1 got back from PayPal; nothing is needed: PayPal itself is asked."""
    told = attributes or {}
    payment, payer = told.get("paypal-payment-id"), told.get("paypal-payer-id")
    if isinstance(payment, str) and payment and isinstance(payer, str):
        return {"payment_id": payment, "payer_id": payer}
    return None


def _play_token(attributes: Mapping[str, Any] | None) -> Mapping[str, str] | None:
    token = (attributes or {}).get("token")
    return {"token": token} if isinstance(token, str) else None


_STRIPE_NAMES = ("stripe", "stripe-token-id", "stripe_token_id")
_FAULTS = {"stripe": "/data/attributes/stripe_token_id", "paypal": "/data/attributes/paypal-payment-id"}
_TOKENS: Mapping[str, Callable[[Mapping[str, Any] | None], Mapping[str, str] | None]] = {
    "stripe": _stripe_token,
    "paypal": _paypal_token,
    "play": _play_token,
}


def _back(work: UnitOfWork, order: Order) -> str:
    return work.site.link(f"/orders/{order.identifier}?paid=1")


def _message(seen: Seen) -> str:
    """Return how the payment stands, as JSON text: there clients of v1 look for the secret of the Stripe form."""
    status = "succeeded" if seen.state == SETTLED else "requires_action" if seen.needs_action else seen.state
    told = {"id": seen.reference, "client_secret": seen.client_secret, "url": seen.url, "status": status}
    more = {"publishable_key": seen.publishable_key}
    return json.dumps({name: value for name, value in {**told, **more}.items() if value})


def _charged(order: Order, status: bool | None, message: str | None) -> Reply:  # noqa: FBT001 -- the wire's own member
    """Say what came of it; nothing for an order that is paid outside, which organizers mark."""
    link = f"/v1/orders/{order.identifier}/charge"
    attributes = {"status": status, "message": message}
    data = {"type": "charge", "id": str(order.id), "attributes": attributes, "links": {"self": link}}
    body = {"data": data, "links": {"self": link}, "jsonapi": {"version": "1.0"}}
    return Reply(body, status=201, content_type=_MEDIA_TYPE)


def _verify(call: Call, backend: Backend) -> Reply:
    """Tell how an order stands, having asked its provider; its identifier, which nobody can guess, is enough."""
    key = call.params["order"]
    with backend.work() as opened:
        payment_id = _payment_to_ask_about(cast(UnitOfWork, opened), key)
    if payment_id is not None:
        look_again(cast(Units, backend), payment_id)
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        found = queries.status_of(work.db, key, work.now)
    if found is None:
        raise ApiError(404, f"Order: {key} not found", source={"parameter": "id"}, title="Object not found")
    return Reply({"payment_status": found})


def _payment_to_ask_about(work: UnitOfWork, key: str) -> int | None:
    """Return the payment that the provider may be asked about: not again and again by whoever likes."""
    found = work.db.scalar(select(_ORDERS.c.id).where(_ORDERS.c.identifier == key))
    payment = None if found is None else payment_of(work.db, subject_of(found))
    if payment is None or payment.status != OPEN:
        return None
    try:
        work.services.limiter.hit(f"verify:{payment.id}", times=MOST_LOOKS, seconds=60)
    except TooManyRequests:
        return None
    return payment.id


def _start_paypal(call: Call, backend: Backend) -> Reply:
    """Make a payment known at PayPal, as clients of v1 ask for it."""
    data: object = call.json().get("data")
    outer = cast("dict[str, object]", data) if isinstance(data, dict) else {}
    told: object = outer.get("attributes")
    wished = return_url(cast("dict[str, object]", told) if isinstance(told, dict) else {})
    units = cast(Units, backend)
    with units.work() as work:
        order = order_of(work, call)
        if actions.check_chargeable(work, order) != "paypal":
            raise Conflict("The order cannot be charged by PayPal")
        subject, back = subject_of(order.id), wished or _back(work, order)
    look_before(units, subject, back=back)
    with units.work() as work:
        payment_id = actions.start_payment(work, order_of(work, call), is_hosted=True, back=back, by=call.by).id
    seen = checkout(units, payment_id, back=back)
    return Reply({"status": True, "payment_id": seen.reference, "url": seen.url})


def _refund(call: Call, backend: Backend) -> Reply:
    """Answer POST /v1/orders/<order>/refund: all of an order, or the part of some of its attendees."""
    note, people = _refund_wish(call)
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        order = order_of(work, call)
        if not queries.passes(work.db, COORGANIZER, call.by, order.id):
            raise Forbidden("Only co-organizers may do this.")
        if people:
            part = actions.cancel_attendees(work, order.id, people, note=note, by=call.by)
        else:
            part = actions.refund_order(work, order, note=note, by=call.by)
        return _refunded(work, order, part)


def _refund_wish(call: Call) -> tuple[str | None, list[int]]:
    attributes = _section(call, "refund") or {}
    note = attributes.get("note")
    if note is not None and (not isinstance(note, str) or len(note) > MOST_NOTE):
        raise invalid("/data/attributes/note", f"A note is a text of at most {MOST_NOTE} characters.")
    return note, _who_leaves(cast("dict[str, Any]", call.json()["data"]))


def _who_leaves(data: Mapping[str, Any]) -> list[int]:
    """Return the attendees that a refund names; none for all of the order, and only if nothing else was meant."""
    links: object = data.get("relationships", {})
    told = cast("dict[str, object]", links) if isinstance(links, dict) else {"": None}
    if not told.keys() <= {"attendees", "order"}:
        raise invalid("/data/relationships", "A refund is of an order, or of some of its attendees.")
    if "attendees" not in told:
        return []
    people = told["attendees"]
    rows: object = cast("dict[str, object]", people).get("data") if isinstance(people, dict) else None
    entries = cast("list[object]", rows) if isinstance(rows, list) else []
    keys = [cast("dict[str, object]", row).get("id") for row in entries if isinstance(row, dict)]
    ids = [int(key) for key in keys if isinstance(key, str) and key.isdecimal() and len(key) < 19]  # noqa: PLR2004 -- 64 bit
    if not ids or len(ids) != len(entries):
        raise invalid("/data/relationships/attendees", "A list of attendees, each with type and id.")
    return ids


def _refunded(work: UnitOfWork, order: Order, part: Money) -> Reply:
    row = actions.last_refund(work, order.id)
    link = f"/v1/orders/{order.identifier}"
    attributes = {
        "amount": float(part.decimal),
        "currency": part.currency,
        "status": row.status,
        "order-status": order.status,
        "order-amount": float(Money(order.amount, order.currency).decimal),
    }
    relations = {"order": {"data": {"type": "order", "id": str(order.id)}, "links": {"related": link}}}
    data = {"type": "refund", "id": str(row.id), "attributes": attributes, "relationships": relations}
    return Reply({"data": data, "jsonapi": {"version": "1.0"}}, status=201, content_type=_MEDIA_TYPE)


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
    Endpoint(
        "POST", "/v1/orders/<order>/refund", _refund, summary="Give back what was paid: all, or some people's part"
    ),
    Endpoint("POST", "/v1/orders/<order>/create-paypal-payment", _start_paypal, summary="Make a payment at PayPal"),
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
