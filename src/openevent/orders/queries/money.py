"""The payments of an event, with the orders that they are for."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from openevent.orders.models import Order
from openevent.orders.rules.holders import order_number
from openevent.orders.rules.states import order_id_in
from openevent.payments.queries import PaymentView, RefundView, payments_of_event, refunds_of_payments


class OrderName(Struct, frozen=True):
    """What an order is called."""

    identifier: str
    number: str


class PaidRow(Struct, frozen=True):
    """One payment, what it was for, and what went back of it; the order may be gone."""

    payment: PaymentView
    order: OrderName | None
    refunds: tuple[RefundView, ...]


def paid_rows(db: Session, event_id: int, *, limit: int, offset: int) -> tuple[list[PaidRow], int]:
    """Return one page of an event's payments, the newest first, and how many there are."""
    payments, total = payments_of_event(db, event_id, limit=limit, offset=offset)
    refunds = refunds_of_payments(db, [one.id for one in payments])
    ids = [found for one in payments if (found := order_id_in(one.subject)) is not None]
    orders = db.execute(select(Order.id, Order.identifier, Order.created_at).where(Order.id.in_(ids)))
    names = {id_: OrderName(identifier, order_number(created_at, id_)) for id_, identifier, created_at in orders}
    rows = [
        PaidRow(
            one,
            names.get(order_id_in(one.subject) or 0),
            tuple(back for back in refunds if back.payment_id == one.id),
        )
        for one in payments
    ]
    return rows, total
