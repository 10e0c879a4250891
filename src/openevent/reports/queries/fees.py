"""What the platform takes of an event's sales, and whom it has asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement, Float, Numeric, Table, and_, case, func, select
from sqlalchemy import cast as as_type

from openevent.events.models import Event
from openevent.orders.models import Order
from openevent.payments.rules import GLOBAL
from openevent.people.models import User
from openevent.reports.queries.shapes import thousandths
from openevent.tickets.models import TicketFee

Columns = Mapping[str, ColumnElement[Any]]

_FEES, _ORDERS = cast(Table, TicketFee.__table__), cast(Table, Order.__table__)
_EVENTS, _USERS = cast(Table, Event.__table__), cast(Table, User.__table__)
_WHOLE = 100.0  # percent
_MAJOR = 1000.0  # thousandths in a major unit


def percentage(event: Columns) -> ColumnElement[Any]:
    """Return the percentage that the platform takes of an event: 0 where the fee table says nothing."""
    return func.coalesce(_of_table("service_fee", event), 0.0)


def maximum(event: Columns) -> ColumnElement[Any]:
    """Return the most that the platform takes, in major units; null where there is no bound."""
    return _of_table("maximum_fee", event)


def _of_table(column: str, event: Columns) -> ColumnElement[Any]:
    """Return a cell of the fee table for the event's currency: its country's, else the one for everywhere."""
    fees = _FEES.alias("fee_of_event").c
    wanted = [
        fees.currency == event["payment_currency"],
        fees.country.in_([event["payment_country"], GLOBAL]),
        fees.service_fee.is_not(None),
    ]
    order = case((fees.country == GLOBAL, 1), else_=0)
    return select(fees[column]).where(*wanted).order_by(order).limit(1).scalar_subquery()


def revenue(event: Columns) -> ColumnElement[Any]:
    """Return what an event's completed orders come to without the platform's part, in major units."""
    orders = _ORDERS.alias("completed_order").c
    total = as_type(func.coalesce(func.sum(thousandths(orders.amount, orders.currency)), 0), Float(53))
    kept = (total - _part(total, event)) / _MAJOR
    return select(kept).where(orders.event_id == event["id"], orders.status == "completed").scalar_subquery()


def _part(total: ColumnElement[Any], event: Columns) -> ColumnElement[Any]:
    """Return the platform's part of a sum in thousandths, rounded to a minor unit of the event's currency."""
    unit = thousandths(as_type(1, Numeric), event["payment_currency"])
    part, most = total * percentage(event) / _WHOLE, maximum(event) * _MAJOR
    capped = case((and_(most.is_not(None), part > most), most), else_=part)
    return as_type(func.round(as_type(capped / unit, Numeric)), Float(53)) * unit


def event_name(invoice: Columns) -> ColumnElement[Any]:
    """Return the name of the event that an invoice is about."""
    events = _EVENTS.alias("invoiced_event").c
    return select(events.name).where(events.id == invoice["event_id"]).scalar_subquery()


def sent_to(invoice: Columns) -> ColumnElement[Any]:
    """Return the address of whoever an invoice was sent to."""
    users = _USERS.alias("invoiced_user").c
    return select(users.email).where(users.id == invoice["user_id"]).scalar_subquery()
