"""Giving money back: by the way that it came."""

from __future__ import annotations

from collections.abc import Sequence

from openevent.kit.access import Actor
from openevent.kit.money import Money, zero
from openevent.kit.work import UnitOfWork
from openevent.orders.models import Order
from openevent.orders.rules.states import subject_of
from openevent.payments.actions import abandon, request_refund
from openevent.payments.queries import open_payments, settled_payments


def give_back(work: UnitOfWork, order: Order, amount: Money | None = None, *, reason: str | None, by: Actor) -> Money:
    """Ask the provider to give back an amount, or all there is; return how much was asked for.

    What was paid outside (bank, cheque, at the door) is the organizer's to give back: that comes to nothing here.
    Whoever calls holds the lock on the order.
    """
    asked = zero(order.currency)
    for payment in settled_payments(work.db, subject_of(order.id)):
        left = Money(payment.amount - payment.refunded, payment.currency)
        piece = left if amount is None else min(left, amount - asked)
        if piece.minor > 0:
            request_refund(work, payment.id, piece, reason=reason or "", by=by)
            asked += piece
    return asked


def stop_waiting(work: UnitOfWork, orders: Sequence[Order], *, reason: str, by: Actor) -> None:
    """Wait for the open payments of locked orders no longer, so that nobody pays for what is not there."""
    for payment in open_payments(work.db, [subject_of(order.id) for order in orders]):
        abandon(work, payment, reason=reason, by=by)
