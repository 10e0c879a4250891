"""The reconciler: whatever was not heard is asked for, at growing intervals, until it is known or given up."""

from __future__ import annotations

import logging

from msgspec import to_builtins
from sqlalchemy import select

from openevent.kit.access import SYSTEM
from openevent.kit.work import UnitOfWork
from openevent.payments.actions.moving import abandon, ask_of, lock, returns_ask
from openevent.payments.actions.refunding import refund_ask
from openevent.payments.models import Payment, Refund
from openevent.payments.rules.states import (
    ABANDONED,
    LIFE,
    OPEN,
    REFUND_LIFE,
    REQUESTED,
    SETTLED,
    next_look_back,
    pause,
)
from openevent.payments.signals import MoneyUnclear, PaymentAbandoned, PaymentDue, RefundDue, ReturnsDue

AT_ONCE = 100
log = logging.getLogger(__name__)


def reconcile(work: UnitOfWork) -> int:
    """Have jobs ask about every payment and refund whose time has come; return how many."""
    return _payments(work) + _refunds(work) + _returns(work)


def _payments(work: UnitOfWork) -> int:
    due = select(Payment).where(Payment.status.in_((OPEN, ABANDONED)), Payment.next_check_at <= work.now)
    found = work.db.scalars(due.order_by(Payment.next_check_at, Payment.id).limit(AT_ONCE)).all()
    for payment in found:
        payment.checks += 1
        payment.next_check_at = work.now + pause(payment.checks)
    work.db.flush()
    for payment in found:
        signal = PaymentDue if payment.status == OPEN else PaymentAbandoned
        work.announce(signal(payment.id, to_builtins(ask_of(payment))))
    return len(found)


def _refunds(work: UnitOfWork) -> int:
    due = select(Refund, Payment).join(Payment, Payment.id == Refund.payment_id)
    due = due.where(Refund.status == REQUESTED, Refund.next_check_at <= work.now)
    found = work.db.execute(due.order_by(Refund.next_check_at, Refund.id).limit(AT_ONCE)).all()
    for refund, _payment in found:
        refund.checks += 1
        refund.next_check_at = work.now + pause(refund.checks)
    work.db.flush()
    for refund, payment in found:
        work.announce(RefundDue(refund.id, to_builtins(refund_ask(payment, refund))))
    return len(found)


def _returns(work: UnitOfWork) -> int:
    """Look back at what was paid in the last months: what went back of it may never have been told."""
    due = select(Payment).where(Payment.status == SETTLED, Payment.next_check_at <= work.now)
    found = work.db.scalars(due.order_by(Payment.next_check_at, Payment.id).limit(AT_ONCE)).all()
    for payment in found:
        payment.next_check_at = next_look_back(payment.watched_from or payment.created_at, work.now)
    work.db.flush()
    for payment in found:
        work.announce(ReturnsDue(payment.id, to_builtins(returns_ask(payment))))
    return len(found)


def give_up_if_old(work: UnitOfWork, payment_id: int, reason: str) -> None:
    """Wait no longer for a payment that has been open for days, and tell the operator."""
    payment = lock(work, payment_id)
    if payment.status != OPEN or work.now - payment.created_at < LIFE:
        return
    abandon(work, payment, reason=reason, by=SYSTEM)
    _tell(work, f"payment:{payment.id}", payment.subject, reason)


def end_calling_off(work: UnitOfWork, payment_id: int) -> None:
    """Ask no longer about a payment that was given up: nobody can pay it any more.

    One that was faster has settled: what goes back of it is still asked about.
    """
    payment = lock(work, payment_id)
    if payment.status != SETTLED:
        payment.next_check_at = None
        work.db.flush()


def give_up_calling_off_if_old(work: UnitOfWork, payment_id: int, reason: str) -> None:
    """Ask no longer about a payment that could not be called off for weeks, and tell the operator."""
    payment = lock(work, payment_id)
    is_due = payment.status == ABANDONED and payment.next_check_at is not None
    if is_due and work.now - payment.created_at >= REFUND_LIFE:
        payment.next_check_at = None
        work.db.flush()
        _tell(work, f"payment:{payment.id}", payment.subject, reason)


def give_up_refund_if_old(work: UnitOfWork, refund_id: int, reason: str) -> None:
    """Ask no longer for a refund that nobody can tell the end of, and tell the operator.

    It stays requested, for the money may be on its way: a late notice still settles it, and nothing is given twice.
    """
    refund = work.db.get_one(Refund, refund_id)
    if refund.status != REQUESTED or refund.next_check_at is None or work.now - refund.created_at < REFUND_LIFE:
        return
    refund.next_check_at, refund.fault = None, reason
    work.db.flush()
    payment = work.db.get_one(Payment, refund.payment_id)
    _tell(work, f"refund:{refund.id}", payment.subject, reason)


def _tell(work: UnitOfWork, what: str, subject: str, reason: str) -> None:
    log.error("money is unclear", extra={"what": what, "reason": reason})
    work.announce(MoneyUnclear(what, subject, reason))
