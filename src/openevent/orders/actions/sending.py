"""Sending what an order has sent already once more, and its invoice."""

from __future__ import annotations

from openevent.kit.access import Actor
from openevent.kit.errors import Conflict, Invalid
from openevent.kit.work import UnitOfWork
from openevent.orders import documents
from openevent.orders.models import Order
from openevent.orders.queries import invoice_of
from openevent.orders.rules.states import COMPLETED, SOLD
from openevent.orders.signals import ConfirmationWanted


class NotConfirmed(Invalid):
    """The order has sent no tickets yet."""

    code = "order-not-confirmed"


class NoReceipt(Conflict):
    """There is nothing to show: the order is not completed."""

    code = "no-receipt"


def resend_confirmation(work: UnitOfWork, order_id: int, *, by: Actor) -> None:
    """Send the mails of an order again; raises NotConfirmed unless it is placed or completed."""
    if work.db.get_one(Order, order_id).status not in SOLD:
        raise NotConfirmed("Only placed and completed orders have confirmations.", pointer="/data/order")
    work.audit("order.resend", f"order:{order_id}", by=by)
    work.announce(ConfirmationWanted(order_id))


def send_receipt(work: UnitOfWork, order_id: int, *, by: Actor) -> None:
    """Send buyer and holders their tickets again; raises NoReceipt unless the order is completed."""
    if work.db.get_one(Order, order_id).status != COMPLETED:
        raise NoReceipt("Cannot send receipt for an incomplete order")
    work.audit("order.receipt", f"order:{order_id}", by=by)
    work.announce(ConfirmationWanted(order_id))


def invoice_pdf(work: UnitOfWork, order: Order, *, by: Actor) -> bytes:
    """Return an order's invoice, set now; raises NoReceipt unless the order is placed or completed."""
    if order.status not in SOLD:
        raise NoReceipt("There is no invoice yet.")
    return documents.invoice(work.services.pdf, invoice_of(work.db, order, by), work.services.site)
