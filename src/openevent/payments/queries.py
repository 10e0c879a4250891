"""Questions about payments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Float, Table, case, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from openevent.events.models import Event
from openevent.kit.access import Actor
from openevent.kit.money import THREE_DECIMAL, ZERO_DECIMAL, Money
from openevent.payments.models import EventInvoice
from openevent.payments.roles import INVOICED
from openevent.people.models import User

_INVOICES = cast(Table, EventInvoice.__table__).c


def major_units(minor: ColumnElement[Any], currency: ColumnElement[Any]) -> ColumnElement[float]:
    """Return the expression that shows an amount of minor units on the wire, where prices are floats."""
    digits = case((currency.in_(ZERO_DECIMAL), 1.0), (currency.in_(THREE_DECIMAL), 1000.0), else_=100.0)
    return sql_cast(minor, Float(53)) / digits


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """An invoice as its document shows it."""

    identifier: str
    event_name: str
    organizer: str
    email: str
    address: tuple[str, ...]
    issued_on: str
    due_on: str
    status: str
    revenue: Money
    amount: Money


def invoice_view(db: Session, identifier: str, by: Actor) -> InvoiceView | None:
    """Return an invoice for whoever may see it; None when there is none or it is none of theirs."""
    row = db.execute(
        select(EventInvoice, Event, User)
        .join(Event, Event.id == EventInvoice.event_id)
        .outerjoin(User, User.id == EventInvoice.user_id)
        .where(
            _INVOICES.identifier == identifier,
            _INVOICES.deleted_at.is_(None),
            INVOICED.condition(by.kind, _INVOICES),
        ),
        dict(by.params),
    ).one_or_none()
    return None if row is None else _view(*row)


def _view(invoice: EventInvoice, event: Event, user: User | None) -> InvoiceView:
    names = (user.first_name, user.last_name) if user else ()
    return InvoiceView(
        identifier=invoice.identifier,
        event_name=event.name,
        organizer=" ".join(name for name in names if name),
        email=user.email if user else "",
        address=_address(user),
        issued_on=f"{invoice.issued_at:%Y-%m-%d}",
        due_on=f"{invoice.due_at:%Y-%m-%d}",
        status=invoice.status,
        revenue=Money(invoice.revenue, invoice.currency),
        amount=Money(invoice.amount, invoice.currency),
    )


_BILLING = ("company", "billing_address", "billing_zip_code", "billing_city", "billing_state", "billing_country")


def _address(user: User | None) -> tuple[str, ...]:
    return tuple(str(found) for name in _BILLING if (found := getattr(user, name, None)))
