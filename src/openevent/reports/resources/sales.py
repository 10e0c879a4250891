"""What was sold, for the operator: by event, place, organizer, marketer and code; what the platform takes of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from openevent.events.models import Event
from openevent.jsonapi.declare import Attribute, Resource
from openevent.payments.models import EventInvoice
from openevent.payments.queries import major_units
from openevent.reports.models import Discount, Marketer, Organizer, Place
from openevent.reports.queries import fees, sales


def _report(name: str, model: type[Any], *attributes: Attribute, segment: str | None = None) -> Resource:
    path = f"admin/sales/{segment or name}"
    return Resource(
        type=f"admin-sales-{name}",
        model=model,
        path=path,
        address=f"/{path}",
        methods=frozenset({"list"}),
        attributes=attributes,
    )


def _sales(which: sales.Which) -> Attribute:
    return Attribute("sales", kind="json", sql=sales.sales(which))


def _full_name(user: Any) -> ColumnElement[str]:  # noqa: ANN401 -- columns by name
    return sales.called(user)


def _amount(invoice: Any) -> ColumnElement[Any]:  # noqa: ANN401 -- columns by name
    return major_units(invoice["amount"], invoice["currency"])


SALES = (
    _report(
        "by-events",
        Event,
        *(Attribute(name) for name in ("identifier", "name", "created-at", "deleted-at", "starts-at", "ends-at")),
        *(Attribute(name) for name in ("payment-currency", "payment-country")),
        *(
            Attribute(f"{state}-order-sales", kind="decimal", sql=sales.amount(state, sales.of_event))
            for state in sales.STATES
        ),
        *(
            Attribute(f"{state}-order-tickets", kind="integer", sql=sales.tickets(state, sales.of_event))
            for state in sales.STATES
        ),
        Attribute("type", kind="string", sql=sales.kind_of_place),
        Attribute("owner", kind="string", sql=sales.owner_name),
        Attribute("owner-id", kind="integer", sql=sales.owner_id),
    ),
    _report("by-location", Place, Attribute("location-name", column="id"), _sales(sales.at_place)),
    _report(
        "by-organizers",
        Organizer,
        *(Attribute(name) for name in ("first-name", "last-name", "email", "starts-at", "ends-at")),
        _sales(sales.of_organizer),
    ),
    _report(
        "by-marketer",
        Marketer,
        Attribute("fullname", kind="string", sql=_full_name),
        Attribute("email"),
        _sales(sales.of_marketer),
    ),
    _report(
        "discounted",
        Discount,
        *(Attribute(name) for name in ("code", "email", "event-name", "payment-currency")),
        _sales(sales.by_code),
    ),
    _report(
        "fees",
        Event,
        Attribute("name"),
        Attribute("payment-currency"),
        Attribute("fee-percentage", kind="float", sql=fees.percentage),
        Attribute("maximum-fee", kind="float", sql=fees.maximum),
        Attribute("revenue", kind="decimal", sql=fees.revenue),
        Attribute("ticket-count", kind="integer", sql=sales.tickets("completed", sales.of_event)),
        Attribute("event-date", column="starts_at"),
    ),
    _report(
        "invoices",
        EventInvoice,
        Attribute("identifier"),
        Attribute("status"),
        Attribute("amount", kind="decimal", sql=_amount),
        Attribute("created-at"),
        Attribute("completed-at"),
        Attribute("event-name", kind="string", sql=fees.event_name),
        Attribute("sent-to", kind="string", sql=fees.sent_to),
    ),
)
