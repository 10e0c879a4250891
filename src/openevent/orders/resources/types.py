"""The types `order` and `attendee`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement, String, Table, and_, bindparam, case, exists, literal, null
from sqlalchemy import cast as sql_cast

from openevent.events.roles import REGISTRAR
from openevent.forms.rules.catalogue import AGE_GROUPS
from openevent.jsonapi.declare import Attribute, BelongsTo, Change, Extension, Resource, Through
from openevent.kit.access import SIGNED_IN, Actor
from openevent.kit.db import UtcDateTime
from openevent.kit.desks import Home
from openevent.kit.work import UnitOfWork
from openevent.orders import actions
from openevent.orders.models import Attendee, Order, OrderLine
from openevent.orders.resources.bodies import access_code, onsite_tickets
from openevent.orders.resources.described import CODE, ON_SITE
from openevent.orders.roles import BUYER_OR_STAFF
from openevent.orders.rules.states import COMPLETED, EXPIRED, HOLDING, PAYMENT_MODES, STATES
from openevent.payments.queries import major_units

Columns = Mapping[str, ColumnElement[Any]]

_NOW = bindparam("now", type_=UtcDateTime())
_LINES = cast(Table, OrderLine.__table__).c
_ONCE = ("on_site_tickets", "access_code")  # they are said when an order is made, and not again


def _amount(order: Columns) -> ColumnElement[Any]:
    return major_units(order["amount"], order["currency"])


def _status(order: Columns) -> ColumnElement[Any]:
    """Return the state as it is at this moment: an order whose time is up is expired before any job has come by."""
    is_over = and_(order["status"].in_(sorted(HOLDING)), order["expires_at"] <= _NOW)
    return case((is_over, literal(EXPIRED, String)), else_=order["status"])


def _code_id(order: Columns) -> ColumnElement[Any]:
    return sql_cast(order["discount_code_id"], String)


def _payment_url(order: Columns) -> ColumnElement[Any]:
    """Say where to pay: by Stripe the client does it itself (seed: the address is then the word stripe)."""
    is_open = and_(order["status"].in_(sorted(HOLDING)), order["expires_at"] > _NOW)
    return case(
        (and_(is_open, order["payment_mode"] == "stripe"), literal("stripe", String)),
        (is_open, order["payment_url"]),
        else_=sql_cast(null(), String),
    )


def _ticket_id(attendee: Columns) -> ColumnElement[Any]:
    return sql_cast(attendee["ticket_id"], String)


def _contains(order: Columns, ticket: Columns) -> ColumnElement[bool]:
    """Tell whether an order is about a ticket type; of the same event, or the lines of all orders would be read."""
    lines = exists().where(_LINES.order_id == order["id"], _LINES.ticket_id == ticket["id"])
    return and_(ticket["event_id"] == order["event_id"], lines)


def _is_contained(ticket: Columns, order: Columns) -> ColumnElement[bool]:
    return _contains(order, ticket)


def _same_address(one: Columns, other: Columns) -> ColumnElement[bool]:
    return one["email"] == other["email"]


def _create_order(work: UnitOfWork, change: Change, by: Actor) -> Order:
    event_id, code, people = (change.links.get(name) for name in ("event", "discount_code", "attendees"))
    assert isinstance(event_id, int)  # noqa: S101 -- required, and the engine has found the row
    asked = actions.Asked(
        event_id,
        people if isinstance(people, list) else (),
        onsite=onsite_tickets(change.values.get("on_site_tickets")),
        discount_code=code if isinstance(code, int) else None,
        access_code=access_code(change.values.get("access_code")),
        values=change.values,
    )
    if "onsite" in change.query and change.query["onsite"] not in ("false", "0"):
        return actions.sell_onsite(work, asked, by=by)
    return actions.order_for(work, asked, by=by)


def _update_order(work: UnitOfWork, change: Change, by: Actor) -> Order:
    values = {name: value for name, value in change.values.items() if name not in _ONCE}
    return actions.update_order(work, change.row, values, is_locked=True, by=by)


def _complete_swiftly(backend: Any, key: int, values: Mapping[str, Any], by: Actor) -> bool:  # noqa: ANN401 -- the engine's
    told = {name: value for name, value in values.items() if name not in ("status", *_ONCE)}
    return values.get("status") == COMPLETED and actions.complete_plainly(cast(Home, backend), key, told, by)


def _delete_order(work: UnitOfWork, change: Change, by: Actor) -> None:
    actions.delete_order(work, change.row, note=change.query.get("cancel-note"), by=by)


def _create_attendee(work: UnitOfWork, change: Change, by: Actor) -> Attendee:
    event_id, ticket_id = change.links["event"], change.links["ticket"]
    assert isinstance(event_id, int)  # noqa: S101 -- required, and the engine has found the row
    assert isinstance(ticket_id, int)  # noqa: S101 -- same
    values = {name: value for name, value in {**change.values, **_tag(change)}.items() if value is not None}
    return actions.enter_attendee(work, values, event_id=event_id, ticket_id=ticket_id, by=by)


def _delete_attendee(work: UnitOfWork, change: Change, by: Actor) -> None:
    actions.remove_attendee(work, change.row, by=by)


def _update_attendee(work: UnitOfWork, change: Change, by: Actor) -> Attendee:
    return actions.update_attendee(work, change.row, {**change.values, **_tag(change)}, by=by)


def _tag(change: Change) -> dict[str, Any]:
    return {"tag_id": change.links["tag"]} if "tag" in change.links else {}


def _read_only(*names: str) -> tuple[Attribute, ...]:
    return tuple(Attribute(name, read_only=True) for name in names)


def _billing(*names: str) -> tuple[Attribute, ...]:
    return tuple(Attribute(name, readable_by=BUYER_OR_STAFF) for name in names)


ORDERS = Resource(
    type="order",
    model=Order,
    second_key="identifier",
    link_key="identifier",
    attributes=(
        *_read_only("identifier", "completed-at", "created-at", "paid-via"),
        Attribute("amount", kind="decimal", sql=_amount, writable=True, min=0, nullable=False),
        *_billing("address", "city", "state", "country", "zipcode", "company", "tax-business-info"),
        *(Attribute(name, read_only=True, readable_by=BUYER_OR_STAFF) for name in ("transaction-id", "brand")),
        *(Attribute(name, read_only=True, readable_by=BUYER_OR_STAFF) for name in ("exp-month", "exp-year", "last4")),
        Attribute("payment-mode", choices=PAYMENT_MODES),
        Attribute("is-billing-enabled", nullable=False),
        Attribute("status", kind="string", sql=_status, writable=True, choices=STATES, nullable=False),
        Attribute("discount-code-id", kind="string", sql=_code_id, read_only=True),
        Attribute("cancel-note"),
        Attribute("order-notes", readable_by=BUYER_OR_STAFF),
        Attribute("tickets-pdf-url", kind="url", read_only=True),
        Attribute("payment-url", kind="string", sql=_payment_url, read_only=True),
        Attribute("on-site-tickets", kind="json", write_only=True, schema=ON_SITE),
        Attribute("access-code", kind="json", write_only=True, schema=CODE),
    ),
    relationships=(
        BelongsTo("event", type="event", inverse="orders", required=True),
        BelongsTo("user", type="user", inverse="orders", writable="never", readable_by=BUYER_OR_STAFF),
        BelongsTo("marketer", type="user", writable="never", readable_by=BUYER_OR_STAFF),
        # Whoever orders may name a code, as in create-order; whether it can be used is told by the checks of codes.
        BelongsTo("discount-code", type="discount-code", readable_by=BUYER_OR_STAFF, named_by=SIGNED_IN),
        BelongsTo(
            "event-invoice",
            type="event-invoice",
            inverse="orders",
            writable="never",
            linkage="event-invoice/",
            inverse_linkage="order",
        ),
        Through("tickets", type="ticket", on=_contains, linkage="ticket"),
    ),
    verbs={"create": _create_order, "update": _update_order, "delete": _delete_order},
    swift=_complete_swiftly,
)

ATTENDEES = Resource(
    type="attendee",
    model=Attendee,
    collection=False,
    attributes=(
        *(Attribute(name) for name in ("firstname", "lastname", "address", "city", "state", "country", "job-title")),
        Attribute("email", kind="email"),
        *(Attribute(name) for name in ("phone", "tax-business-info", "billing-address", "home-address")),
        *(Attribute(name) for name in ("shipping-address", "company", "work-address", "work-phone")),
        *(Attribute(name, kind="url") for name in ("website", "blog", "twitter", "facebook", "github")),
        *(Attribute(name, kind="url") for name in ("instagram", "linkedin")),
        *(Attribute(name) for name in ("gender", "home-wiki", "wiki-scholarship", "birth-date")),
        *(Attribute(name) for name in ("native-language", "fluent-language")),
        *(Attribute(f"accept-{what}") for what in ("video-recording", "share-details", "receive-emails")),
        Attribute("age-group", choices=AGE_GROUPS),
        *(Attribute(f"is-consent-{what}") for what in ("form-field", "of-refund-policy")),
        *(Attribute(f"is-consent-form-field-{what}") for what in ("photo", "email")),
        Attribute("ticket-id", kind="string", sql=_ticket_id, read_only=True),
        *_read_only("identifier", "deleted-at"),
        Attribute("tag-id", writable_by=REGISTRAR),
        Attribute("complex-field-values", kind="json"),
        *(Attribute(f"is-checked-{way}", writable_by=REGISTRAR) for way in ("in", "out")),
        *(Attribute(name, writable_by=REGISTRAR) for name in ("checkin-times", "checkout-times")),
        Attribute("device-name-checkin", writable_by=REGISTRAR),
        *_read_only("is-registered", "register-times", "attendee-notes"),
        *_read_only("is-badge-printed", "badge-printed-at", "is-discount-applied", "is-access-code-applied"),
        Attribute("pdf-url", kind="url", read_only=True),
    ),
    relationships=(
        BelongsTo("event", type="event", inverse="attendees", required=True),
        BelongsTo(
            "order",
            type="order",
            inverse="attendees",
            writable="never",
            inverse_writable="create",
            inverse_linkage="attendee",
        ),
        # Hidden tickets are named before the code that opens them is: the order of these people is where it counts.
        BelongsTo("ticket", type="ticket", inverse="attendees", required=True, named_by=SIGNED_IN),
        BelongsTo("tag", type="tag", related="tags", writable="always"),
        Through("user", type="user", on=_same_address, many=False),
    ),
    verbs={"create": _create_attendee, "update": _update_attendee, "delete": _delete_attendee},
)

RESOURCES = (ORDERS, ATTENDEES)
EXTENSIONS = (
    Extension("ticket", relationships=(Through("orders", type="order", on=_is_contained),)),
    Extension("user", relationships=(Through("attendees", type="attendee", on=_same_address),)),
)
