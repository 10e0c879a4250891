"""An order as its invoice shows it."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from openevent.kit.access import Actor
from openevent.kit.money import Money
from openevent.orders.models import Order, OrderLine
from openevent.orders.queries.views import OrderView, view_of
from openevent.tickets.models import Tax, Ticket


class InvoiceLine(Struct, frozen=True):
    """One line: so many tickets, what was taken off and what was put on."""

    name: str
    quantity: int
    unit: Money
    discount: Money
    fee: Money

    @property
    def total(self) -> Money:
        """What the line comes to."""
        return self.unit * self.quantity - self.discount + self.fee


class OrderInvoice(Struct, frozen=True):
    """What an invoice says."""

    order: OrderView
    lines: tuple[InvoiceLine, ...]
    buyer: tuple[str, ...]
    seller: tuple[str, ...]
    footer: str


def invoice_of(db: Session, order: Order, by: Actor) -> OrderInvoice:
    """Return the invoice of an order that somebody may see."""
    seller = db.scalar(select(Tax).where(Tax.event_id == order.event_id, Tax.deleted_at.is_(None)))
    return OrderInvoice(
        order=view_of(db, order, by),
        lines=_lines(db, order),
        buyer=_told(order.company, order.address, order.zipcode, order.city, order.country, order.tax_business_info),
        seller=()
        if seller is None
        else _told(seller.registered_company, seller.address, seller.zip, seller.city, seller.country, seller.tax_id),
        footer=(seller.invoice_footer or "") if seller else "",
    )


def _told(*parts: str | None) -> tuple[str, ...]:
    return tuple(part for part in parts if part)


def _lines(db: Session, order: Order) -> tuple[InvoiceLine, ...]:
    rows = db.execute(
        select(Ticket.name, OrderLine.quantity, OrderLine.price, OrderLine.discount, OrderLine.fee)
        .join(Ticket, Ticket.id == OrderLine.ticket_id)
        .where(OrderLine.order_id == order.id)
        .order_by(Ticket.position, Ticket.id)
    )
    return tuple(
        InvoiceLine(name, quantity, *(Money(minor, order.currency) for minor in amounts))
        for name, quantity, *amounts in rows
    )
