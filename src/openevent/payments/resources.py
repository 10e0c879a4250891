"""FACE: accounts at providers and the platform's invoices on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement

from openevent.jsonapi.declare import Alias, AskElsewhere, Attribute, BelongsTo, Call, Change, Endpoint, Reply, Resource
from openevent.jsonapi.errors import ApiError, invalid
from openevent.jsonapi.ports import Backend
from openevent.jsonapi.shapes import A_PDF, FLAG, TEXT, Told, record, with_bodies
from openevent.kit.access import ADMIN, Actor, column_is_actor
from openevent.kit.work import UnitOfWork
from openevent.payments import actions, documents
from openevent.payments.models import EventInvoice, StripeAuthorization
from openevent.payments.queries import InvoiceView, invoice_view, major_units
from openevent.payments.rules import PAID_VIA, STATUSES
from openevent.payments.rules.asking import return_url
from openevent.payments.rules.billing import PAYABLE, subject_of_invoice
from openevent.payments.rules.states import PAYPAL, SETTLED, STRIPE

Columns = Mapping[str, ColumnElement[Any]]
_ITSELF = column_is_actor("id", "oneself")
_FIRST_YEAR = 2015
_CODE = "stripe_auth_code"


def _link(work: UnitOfWork, change: Change, by: Actor) -> StripeAuthorization:
    event_id = change.links["event"]
    assert isinstance(event_id, int)  # noqa: S101 -- required, and the engine has found the row
    row = actions.link_stripe(work, change.heard, event_id=event_id, by=by)
    if row is None:
        raise AskElsewhere(actions.asking_stripe(work, change.values[_CODE]))
    return row


def _relink(work: UnitOfWork, change: Change, by: Actor) -> StripeAuthorization:
    if not change.values.get(_CODE):
        return change.row
    if change.heard is None:
        raise AskElsewhere(actions.asking_stripe(work, change.values[_CODE]))
    return actions.relink_stripe(work, change.row, change.heard, by=by)


def _unlink(work: UnitOfWork, change: Change, by: Actor) -> None:
    actions.unlink_stripe(work, change.row, by=by)


STRIPE_AUTHORIZATIONS = Resource(
    type="stripe-authorization",
    model=StripeAuthorization,
    collection=False,
    methods=frozenset({"read", "create", "update", "delete"}),
    attributes=(
        Attribute("stripe-publishable-key", read_only=True),
        Attribute("stripe-auth-code", write_only=True, required=True, max_length=255),
    ),
    relationships=(
        BelongsTo("event", type="event", inverse="stripe-authorization", inverse_many=False, required=True),
    ),
    aliases=(
        Alias(("POST",), "/v1/stripe-authorization", "/v1/stripe-authorizations"),
        Alias(("GET", "PATCH", "DELETE"), "/v1/stripe-authorization/<key>", "/v1/stripe-authorizations/<key>"),
    ),
    verbs={"create": _link, "update": _relink, "delete": _unlink},
)


def _amount(invoice: Columns) -> ColumnElement[Any]:
    return major_units(invoice["amount"], invoice["currency"])


def _invoice_pdf_url(invoice: Columns) -> ColumnElement[Any]:
    return "/v1/events/invoices/" + invoice["identifier"]


def _update_invoice(work: UnitOfWork, change: Change, by: Actor) -> EventInvoice:
    return actions.update_invoice(work, change.row, change.values, by=by)


EVENT_INVOICES = Resource(
    type="event-invoice",
    model=EventInvoice,
    second_key="identifier",
    unscoped=ADMIN,
    methods=frozenset({"list", "read", "update"}),
    attributes=(
        Attribute("identifier", read_only=True),
        Attribute("amount", kind="decimal", sql=_amount, writable=True, min=0, nullable=False),
        *(Attribute(name, read_only=True) for name in ("created-at", "issued-at", "due-at")),
        *(Attribute(name) for name in ("completed-at", "transaction-id", "payment-mode", "brand", "last4")),
        Attribute("paid-via", choices=PAID_VIA),
        Attribute("exp-month", min=0, max=12),
        Attribute("exp-year", min=_FIRST_YEAR),
        *(Attribute(name, readable_by=ADMIN, writable_by=ADMIN) for name in ("stripe-token", "paypal-token")),
        Attribute("status", choices=STATUSES),
        Attribute("invoice-pdf-url", kind="string", sql=_invoice_pdf_url, read_only=True),
        Attribute("deleted-at", read_only=True),
    ),
    relationships=(
        BelongsTo("user", type="user", inverse="event-invoices", writable="never", inverse_readable_by=_ITSELF),
        BelongsTo("event", type="event", inverse="event-invoices", writable="never"),
    ),
    verbs={"update": _update_invoice},
)

RESOURCES = (STRIPE_AUTHORIZATIONS, EVENT_INVOICES)


def _invoice_pdf(call: Call, backend: Backend) -> Reply:
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        view = _seen(work, call)
        data = documents.invoice(work.services.pdf, view, work.services.site)
    headers = {"Content-Disposition": f'inline; filename="{view.identifier}.pdf"', "Cache-Control": "private, no-store"}
    return Reply(data, headers=headers, content_type="application/pdf")


def _start_paypal(call: Call, backend: Backend) -> Reply:
    """Make the payment of an invoice known at PayPal, as clients of v1 ask for it."""
    units = cast(actions.Units, backend)
    with units.work() as work:
        view = _seen(work, call)
        ours = work.site.link(f"/event-invoice/{view.identifier}/review?paid=1")
    back = return_url(_attributes(call) if call.body else {}) or ours
    actions.look_before(units, subject_of_invoice(view.id), back=back)
    with units.work() as work:
        payment_id = actions.start_invoice_payment(work, view.id, PAYPAL, back=back, by=call.by).id
    seen = actions.checkout(units, payment_id, back=back)
    return Reply({"status": True, "payment_id": seen.reference, "url": seen.url})


def _charge(call: Call, backend: Backend) -> Reply:
    """Take the money for an invoice: by PayPal, what its payer has approved; by Stripe, with a token."""
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        view = _seen(work, call)
        if view.status not in PAYABLE:
            raise actions.InvoiceNotPayable("This invoice is paid, or there is nothing to pay.")
        provider, token = _token(_attributes(call))
        started = actions.start_invoice_payment(work, view.id, provider, is_hosted=provider != STRIPE, by=call.by)
        payment_id, back = started.id, work.site.link(f"/event-invoice/{view.identifier}/review?paid=1")
    seen = actions.confirm_with_token(cast(actions.Units, backend), payment_id, token, back=back)
    if seen.state == SETTLED:
        return Reply({"status": True})
    return Reply({"status": False, "error": seen.fault or "The payment has not arrived yet."})


def _token(told: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    if isinstance(told.get("stripe"), str) and told["stripe"]:
        return STRIPE, {"token": told["stripe"]}
    names = ("paypal_payment_id", "paypal_payer_id")
    payment, payer = (told.get(name) or told.get(name.replace("_", "-")) for name in names)
    if not isinstance(payment, str) or not payment:
        raise invalid("/data/attributes/paypal_payment_id", "A payment at PayPal, or a token of Stripe, is needed.")
    return PAYPAL, {"payment_id": payment, "payer_id": payer if isinstance(payer, str) else ""}


def _attributes(call: Call) -> Mapping[str, Any]:
    data: object = call.json().get("data")
    outer = cast("dict[str, object]", data) if isinstance(data, dict) else {}
    found = outer.get("attributes")
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _pay_by_get(call: Call, backend: Backend) -> Reply:
    """Refuse to pay by GET, which v1 took as well: reading changes nothing."""
    with backend.work() as opened:
        _seen(cast(UnitOfWork, opened), call)
    raise ApiError(405, "Paying changes something: send POST.", headers={"Allow": "POST"})


def _seen(work: UnitOfWork, call: Call) -> InvoiceView:
    key = call.params["invoice"]
    view = invoice_view(work.db, key, call.by)
    if view is None:
        raise ApiError(404, f"Event Invoice: {key} not found", source={"parameter": "id"}, title="Object not found")
    return view


_PAYPAL = "/v1/event-invoices/<invoice>/create-paypal-payment"
_CHARGE = "/v1/event-invoices/<invoice>/charge"
_RETURNS = record({"data?": record({"attributes?": record({"return-url?": TEXT, "cancel-url?": TEXT})})})
_PAID = record({"paypal_payment_id?": TEXT, "paypal_payer_id?": TEXT, "stripe?": TEXT})
_TOLD = {
    "GET /v1/events/invoices/<invoice>": A_PDF,
    f"POST {_PAYPAL}": Told(_RETURNS, record({"status": FLAG, "payment_id": TEXT, "url": TEXT})),
    f"GET {_PAYPAL}": Told(),
    f"POST {_CHARGE}": Told(record({"data": record({"attributes": _PAID})}), record({"status": FLAG, "error?": TEXT})),
    f"GET {_CHARGE}": Told(),
}
_ENDPOINTS = (
    Endpoint("GET", "/v1/events/invoices/<invoice>", _invoice_pdf, summary="An invoice of the platform as PDF"),
    Endpoint("POST", _PAYPAL, _start_paypal, summary="Make the payment of an invoice at PayPal"),
    Endpoint("GET", _PAYPAL, _pay_by_get, summary="Always refused: paying takes POST"),
    Endpoint("POST", _CHARGE, _charge, summary="Take the money for an invoice, by PayPal or Stripe"),
    Endpoint("GET", _CHARGE, _pay_by_get, summary="Always refused: paying takes POST"),
)
ENDPOINTS = with_bodies(_ENDPOINTS, _TOLD)
