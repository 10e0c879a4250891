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
from openevent.payments.actions.booking import book_refund, unbook_refund
from openevent.payments.actions.moving import lock
from openevent.payments.models import Payment, Refund
from openevent.payments.rules.asking import RefundAsk, RefundSeen
from openevent.payments.rules.states import (
    DISPUTE,
    FAILED,
    REFUND,
    REFUND_MOVES,
    REQUESTED,
    SETTLED,
    next_look_back,
    pause,
)
from openevent.payments.signals import RefundDue, RefundFailed, RefundSettled

_LONGEST = 255


class RefundTooMuch(Conflict):
    """More would go back than came in, or nothing came in at all."""

    code = "refund-too-much"


class RefundNotRetried(Conflict):
    """The refund has not failed, or was asked for again already."""

    code = "refund-not-retried"


def request_refund(
    work: UnitOfWork, payment_id: int, amount: Money, *, reason: str = "", retry_of: int | None = None, by: Actor
) -> Refund:
    """Promise money back, and have a job ask the provider for it; raises RefundTooMuch.

    One statement counts and decides: whoever refunds at the same time waits for it and sees what is left.
    """
    _take(work, payment_id, amount)
    payment = work.db.get_one(Payment, payment_id, populate_existing=True)
    refund = Refund(
        event_id=payment.event_id,
        payment_id=payment.id,
        key=secrets.token_hex(16),
        retry_of=retry_of,
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


def retry_refund(work: UnitOfWork, refund_id: int, *, by: Actor) -> Refund:
    """Ask once more for a refund that has failed; raises RefundNotRetried, RefundTooMuch."""
    failed = work.db.get_one(Refund, refund_id)
    lock(work, failed.payment_id)
    again = work.db.scalar(select(Refund.id).where(Refund.retry_of == refund_id))
    if failed.status != FAILED or failed.kind != REFUND or again is not None:
        raise RefundNotRetried("Only a refund that has failed is asked for again, and only once.")
    amount = Money(failed.amount, failed.currency)
    return request_refund(work, failed.payment_id, amount, reason=failed.reason, retry_of=failed.id, by=by)


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
    refund.provider_reference = refund.provider_reference or seen.reference or None
    move_refund(work, payment, refund, seen.state, seen.fault)
    return refund


def move_refund(work: UnitOfWork, payment: Payment, refund: Refund, to: str, fault: str = "") -> None:
    """Move a refund or a dispute whose payment is locked, with what the ledger says of it; told again is told once."""
    was = refund.status
    if to not in REFUND_MOVES[was]:
        if was == REQUESTED and fault:
            refund.fault = fault[:_LONGEST]
    elif to == SETTLED:
        _settle(work, payment, refund)
    else:
        _fail(work, payment, refund, fault or "refused", was)
    work.db.flush()


def _settle(work: UnitOfWork, payment: Payment, refund: Refund) -> None:
    refund.status, refund.settled_at, refund.next_check_at, refund.fault = SETTLED, work.now, None, None
    payment.watched_from = work.now  # it may fail all the same
    payment.next_check_at = next_look_back(work.now, work.now)
    work.db.flush()
    book_refund(work, payment, refund)
    work.audit(f"{_noun(refund)}.settle", f"refund:{refund.id}", by=SYSTEM, payment=payment.id)
    if refund.kind != DISPUTE:
        work.announce(RefundSettled(refund.id, payment.id, payment.subject, refund.amount, refund.currency))


def _fail(work: UnitOfWork, payment: Payment, refund: Refund, reason: str, was: str) -> None:
    refund.status, refund.next_check_at, refund.fault = FAILED, None, reason[:_LONGEST]
    payment.refunded -= refund.amount
    payment.next_check_at = work.now  # it may have gone back in another way
    work.db.flush()
    if was == SETTLED:
        unbook_refund(work, payment, refund)
    work.audit(f"{_noun(refund)}.fail", f"refund:{refund.id}", by=SYSTEM, payment=payment.id, reason=refund.fault)
    if refund.kind != DISPUTE:
        work.announce(RefundFailed(refund.id, payment.id, payment.subject, refund.amount, refund.currency, reason))


def _noun(refund: Refund) -> str:
    return "dispute" if refund.kind == DISPUTE else "refund"
