"""Once a month: what the platform asks of organizers for the orders of their events."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, func, select, update

from openevent.events.models import Event, UsersEventsRole
from openevent.kit.money import Money
from openevent.kit.work import UnitOfWork
from openevent.orders.models import Order
from openevent.orders.rules.pricing import fee_rule
from openevent.orders.rules.states import COMPLETED
from openevent.payments.actions import issue_invoice
from openevent.payments.models import EventInvoice
from openevent.payments.rules import Fee, Month, fee_of, invoice_amount, lowered, month_before
from openevent.tickets.actions import fee_code, note_fee_code
from openevent.tickets.models import TicketFee

_ORDERS = cast(Table, Order.__table__)


def issue_invoices(work: UnitOfWork) -> int:
    """Ask for the month before, and return how many invoices there are; run again, it finds nothing left to ask.

    Orders that came to too little stay without an invoice, and count in the month after.
    """
    month = month_before(work.now)
    fees = _fees(work)
    open_orders = (
        select(_ORDERS.c.event_id, _ORDERS.c.currency, func.sum(_ORDERS.c.amount))
        .where(
            _ORDERS.c.status == COMPLETED,
            _ORDERS.c.amount > 0,
            _ORDERS.c.completed_at < month.ends_at,
            _ORDERS.c.event_invoice_id.is_(None),
        )
        .group_by(_ORDERS.c.event_id, _ORDERS.c.currency)
        .order_by(_ORDERS.c.event_id)
    )
    rows = work.db.execute(open_orders).all()
    return sum(_issue(work, event_id, Money(int(sum_), currency), fees, month) for event_id, currency, sum_ in rows)


def _fees(work: UnitOfWork) -> dict[str, dict[str, Fee]]:
    """Return the fee table: currency -> country -> fee."""
    found: dict[str, dict[str, Fee]] = {}
    for row in work.db.scalars(select(TicketFee)):
        fee = fee_rule(row.service_fee, row.maximum_fee)
        if fee is not None and row.currency is not None:
            found.setdefault(row.currency, {})[row.country] = fee
    return found


def _issue(work: UnitOfWork, event_id: int, revenue: Money, fees: dict[str, dict[str, Fee]], month: Month) -> bool:
    event = work.db.get_one(Event, event_id)
    fee = fee_of(fees.get(revenue.currency, {}), event.payment_country)
    amount = None if fee is None else invoice_amount(revenue, fee)
    owner = _owner(work, event_id)
    if amount is None or owner is None or _is_asked(work, event_id, month):
        return False
    code = fee_code(work.db, event_id, work.now)
    if code is not None:
        amount = lowered(amount, code.type, code.value)
    invoice = issue_invoice(work, event, owner, amount, revenue, issued_at=month.ends_at)
    if code is not None:
        note_fee_code(work.db, code, invoice.id)
    mine = update(_ORDERS).where(
        _ORDERS.c.event_id == event_id,
        _ORDERS.c.currency == revenue.currency,
        _ORDERS.c.status == COMPLETED,
        _ORDERS.c.completed_at < month.ends_at,
        _ORDERS.c.event_invoice_id.is_(None),
    )
    work.db.execute(mine.values(event_invoice_id=invoice.id))
    return True


def _owner(work: UnitOfWork, event_id: int) -> int | None:
    roles = select(UsersEventsRole.user_id).where(
        UsersEventsRole.event_id == event_id, UsersEventsRole.role_name == "owner"
    )
    return work.db.scalar(roles.order_by(UsersEventsRole.id).limit(1))


def _is_asked(work: UnitOfWork, event_id: int, month: Month) -> bool:
    asked = select(EventInvoice.id).where(EventInvoice.event_id == event_id, EventInvoice.issued_at == month.ends_at)
    return work.db.scalar(asked.limit(1)) is not None
