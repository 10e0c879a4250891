"""Giving money back: asked for once, done by a job, never more than came in."""

from __future__ import annotations

import secrets
from typing import cast

from msgspec import to_builtins
from sqlalchemy import CursorResult, select, update

from openevent.kit.access import SYSTEM, Actor
from openevent.kit.errors import Conflict
from openevent.kit.money import Money
from openevent.kit.work import UnitOfWork
from openevent.payments.actions.booking import book_refund
from openevent.payments.actions.moving import lock
from openevent.payments.models import Payment, Refund
from openevent.payments.rules.asking import RefundAsk, RefundSeen
from openevent.payments.rules.states import FAILED, REQUESTED, SETTLED, pause
from openevent.payments.signals import RefundDue, RefundFailed, RefundSettled

_LONGEST = 255


class RefundTooMuch(Conflict):
    """More would go back than came in, or nothing came in at all."""

    code = "refund-too-much"


def request_refund(work: UnitOfWork, payment_id: int, amount: Money, *, reason: str = "", by: Actor) -> Refund:
    """Promise money back, and have a job ask the provider for it; raises RefundTooMuch.

    One statement counts and decides: whoever refunds at the same time waits for it and sees what is left.
    """
    _take(work, payment_id, amount)
    payment = work.db.get_one(Payment, payment_id, populate_existing=True)
    refund = Refund(
        event_id=payment.event_id,
        payment_id=payment.id,
        key=secrets.token_hex(16),
        amount=amount.minor,
        currency=amount.currency,
        reason=reason[:_LONGEST],
        status=REQUESTED,
        created_at=work.now,
        next_check_at=work.now + pause(1),
    )
    work.db.add(refund)
    work.db.flush()
    work.audit("refund.request", f"refund:{refund.id}", by=by, payment=payment.id, amount=str(amount), reason=reason)
    work.announce(RefundDue(refund.id, to_builtins(refund_ask(payment, refund))))
    return refund


def _take(work: UnitOfWork, payment_id: int, amount: Money) -> None:
    if amount.minor <= 0:
        raise RefundTooMuch("A refund gives something back.")
    left = Payment.amount - Payment.refunded
    found = work.db.execute(
        update(Payment)
        .where(
            Payment.id == payment_id,
            Payment.status == SETTLED,
            Payment.currency == amount.currency,
            left >= amount.minor,
        )
        .values(refunded=Payment.refunded + amount.minor)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[object]", found).rowcount != 1:
        raise RefundTooMuch("This is more than was paid and not yet given back.")


def refund_ask(payment: Payment, refund: Refund) -> RefundAsk:
    """Return what a provider has to know of a refund."""
    return RefundAsk(
        refund_id=refund.id,
        key=refund.key,
        provider=payment.provider,
        amount=Money(refund.amount, refund.currency),
        capture=payment.capture_reference or "",
        account=payment.provider_account,
        reference=refund.provider_reference or "",
        reason=refund.reason,
        is_repeated=refund.checks > 0,
    )


def record_refund(work: UnitOfWork, refund_id: int, seen: RefundSeen) -> Refund:
    """Take in how a refund stands at its provider; saying the same twice does nothing twice."""
    payment = lock(work, work.db.get_one(Refund, refund_id).payment_id)
    refund = work.db.scalars(
        select(Refund).where(Refund.id == refund_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    refund.provider_reference = seen.reference or refund.provider_reference
    if refund.status == REQUESTED and seen.state == SETTLED:
        _settle(work, payment, refund)
    elif refund.status == REQUESTED and seen.state == FAILED:
        _fail(work, payment, refund, seen.fault or "refused")
    elif refund.status == REQUESTED and seen.fault:
        refund.fault = seen.fault[:_LONGEST]
    work.db.flush()
    return refund


def _settle(work: UnitOfWork, payment: Payment, refund: Refund) -> None:
    refund.status, refund.settled_at, refund.next_check_at, refund.fault = SETTLED, work.now, None, None
    work.db.flush()
    book_refund(work, payment, refund)
    work.audit("refund.settle", f"refund:{refund.id}", by=SYSTEM, payment=payment.id)
    work.announce(RefundSettled(refund.id, payment.id, payment.subject, refund.amount, refund.currency))


def _fail(work: UnitOfWork, payment: Payment, refund: Refund, reason: str) -> None:
    refund.status, refund.next_check_at, refund.fault = FAILED, None, reason[:_LONGEST]
    payment.refunded -= refund.amount
    work.db.flush()
    work.audit("refund.fail", f"refund:{refund.id}", by=SYSTEM, payment=payment.id, reason=refund.fault)
    work.announce(RefundFailed(refund.id, payment.id, payment.subject, refund.amount, refund.currency, reason))
