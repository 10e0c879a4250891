"""Paying for an order by way of a provider: going to pay, and what follows when the money comes, early or late."""

from __future__ import annotations

from sqlalchemy import select

from openevent.events.models import Event
from openevent.kit.access import SYSTEM, Actor
from openevent.kit.errors import Conflict, DomainError
from openevent.kit.money import Money
from openevent.kit.work import UnitOfWork
from openevent.orders.actions.moving import cancel, check_complete, complete_paid, lock, lock_as_is, move_order
from openevent.orders.actions.refunding import give_back
from openevent.orders.actions.reviving import hold_again
from openevent.orders.models import Order
from openevent.orders.queries import parties
from openevent.orders.rules.holders import order_number
from openevent.orders.rules.states import (
    CANCELLED,
    COMPLETED,
    COSTS_MORE,
    EXPIRED,
    FREE,
    GONE,
    HOLDING,
    INITIALIZING,
    NO_SEATS_LEFT,
    NO_TICKETS_LEFT,
    ONLINE,
    PAID_BEFORE,
    PAYING,
    PAYMENT_MODE,
    PENDING,
    PROVIDERS,
    WAS_CANCELLED,
    Party,
    order_id_in,
    subject_of,
)
from openevent.orders.signals import MoneyReturned
from openevent.payments.actions import refuse_provider, request_refund, start
from openevent.payments.models import Payment, Refund
from openevent.payments.queries import payment_of
from openevent.payments.signals import PaymentMoving, PaymentSettled
from openevent.tickets.rules import TicketNotFound

_LONGEST_NAME = 80  # characters of an event's in what the buyer reads at the provider: the order's number follows


class NotChargeable(Conflict):
    """Nothing is to be paid for this order, or not in this way."""

    code = "order-not-chargeable"


class NothingToRefund(Conflict):
    """No money has come in by a provider, or all of it went back already."""

    code = "nothing-to-refund"


def start_payment(work: UnitOfWork, order: Order, *, is_hosted: bool, back: str = "", by: Actor) -> Payment:
    """Ask for the money of an order in the way that was chosen; the same again, leading `back` there, is the same one.

    A buyer's order that is still being filled in becomes pending, and its seats are held while the buyer pays. Raises
    NotChargeable, ProviderNotConfigured, or the reason against the move.
    """
    order = lock(work, order.id)
    mode = check_chargeable(work, order)
    if order.status == INITIALIZING and Party.BUYER in parties(work.db, order, by):
        move_order(work, order, PENDING, parties(work.db, order, by), by)
    else:
        check_complete(work, order)
        if order.status in HOLDING and payment_of(work.db, subject_of(order.id)) is None:
            order.expires_at = work.now + PAYING
    name = work.db.get_one(Event, order.event_id).name[:_LONGEST_NAME]
    amount = Money(order.amount, order.currency)
    return start(
        work,
        subject=subject_of(order.id),
        event_id=order.event_id,
        amount=amount,
        provider=mode,
        label=f"{name}, {order_number(order.created_at, order.id)}",
        is_hosted=is_hosted,
        back=back,
        by=by,
    )


def check_chargeable(work: UnitOfWork, order: Order) -> str:
    """Return by which provider an order is to be paid; raises NotChargeable or ProviderNotConfigured."""
    if order.status in (*GONE, COMPLETED):
        raise NotChargeable("You cannot charge payments on a cancelled, expired or completed order")
    if not order.amount:
        raise NotChargeable("You cannot charge payments on a free order")
    mode = order.payment_mode or FREE
    if mode == FREE:
        raise NotChargeable("Choose how to pay first.", pointer=PAYMENT_MODE)
    if mode not in ONLINE:
        raise refuse_provider(PROVIDERS.get(mode, "This way to pay"))
    switch = ONLINE[mode]
    if switch is not None and not getattr(work.db.get_one(Event, order.event_id), switch):
        raise NotChargeable(f"The order cannot be charged by {PROVIDERS[mode]}")
    return mode


def hold_for_payment(work: UnitOfWork, signal: PaymentMoving) -> None:
    """Lock the order before its payment moves: everybody locks in this order."""
    order_id = order_id_in(signal.subject)
    if order_id is not None:
        lock_as_is(work, order_id)


def settle_order(work: UnitOfWork, signal: PaymentSettled) -> None:
    """Complete the order that was paid, or give the money back when that can't be any more, and tell.

    A payment that comes after the time was up completes the order when its seats are still free. An order that
    somebody has cancelled stays cancelled.
    """
    order_id = order_id_in(signal.subject)
    if order_id is None:
        return
    order, paid = lock_as_is(work, order_id), Money(signal.amount_minor, signal.currency)
    reason = "the order is not there any more" if order is None else _refusal(work, order, paid)
    if order is None or reason:
        request_refund(work, signal.payment_id, paid, reason=reason, by=SYSTEM)
        work.announce(MoneyReturned(order_id, paid.minor, paid.currency, reason))
        return
    surplus = paid - Money(order.amount, order.currency)
    complete_paid(work, order, work.db.get_one(Payment, signal.payment_id))
    if surplus.minor > 0:  # somebody was taken out of the order while it was being paid
        request_refund(work, signal.payment_id, surplus, reason="the order costs less now", by=SYSTEM)


def _refusal(work: UnitOfWork, order: Order, paid: Money) -> str:
    """Return why money can't complete an order; empty when it can."""
    if order.status == COMPLETED:
        return PAID_BEFORE
    if order.status == CANCELLED:
        return WAS_CANCELLED
    if paid.currency != order.currency or paid.minor < order.amount:
        return COSTS_MORE
    return _too_late(work, order) if order.status == EXPIRED else ""


def _too_late(work: UnitOfWork, order: Order) -> str:
    """Return why an order that expired can't come back with its money; empty when it has its seats again."""
    try:
        with work.db.begin_nested():
            hold_again(work, order, as_agreed=True)
    except TicketNotFound:
        return NO_TICKETS_LEFT
    except DomainError:
        return NO_SEATS_LEFT
    return ""


def refund_order(work: UnitOfWork, order: Order, *, note: str | None = None, by: Actor) -> Money:
    """Cancel an order and give back what was paid by a provider; for one that is gone, whatever is left of it.

    Raises NothingToRefund when there is nothing to give back.
    """
    order = lock(work, order.id)
    before = _refunded(work, order)
    if order.status in GONE:
        give_back(work, order, reason=note, by=by)
    else:
        cancel(work, order, note=note, by=by)
    asked = _refunded(work, order) - before
    if asked <= 0:
        raise NothingToRefund("Nothing was paid by a provider that could go back: cancel the order instead.")
    return Money(asked, order.currency)


def _refunded(work: UnitOfWork, order: Order) -> int:
    statement = select(Payment.refunded).where(Payment.subject == subject_of(order.id))
    return sum(work.db.scalars(statement.execution_options(populate_existing=True)))


def last_refund(work: UnitOfWork, order_id: int) -> Refund:
    """Return the refund of an order that was asked for last; raises NothingToRefund."""
    statement = select(Refund).join(Payment, Payment.id == Refund.payment_id)
    theirs = statement.where(Payment.subject == subject_of(order_id)).order_by(Refund.id.desc())
    found = work.db.scalars(theirs.limit(1)).one_or_none()
    if found is None:
        raise NothingToRefund("Nothing was paid by a provider that could go back: take them out of the order instead.")
    return found
