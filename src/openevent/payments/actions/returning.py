"""Writing down what went back of a payment without having been asked for here: refunds at the provider's, disputes."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence

from sqlalchemy import select

from openevent.kit.access import SYSTEM
from openevent.kit.money import Money
from openevent.kit.work import UnitOfWork
from openevent.payments.actions.booking import book_fee
from openevent.payments.actions.moving import lock
from openevent.payments.actions.refunding import move_refund
from openevent.payments.models import Payment, Refund
from openevent.payments.rules.asking import Returned
from openevent.payments.rules.returning import ADD, DOUBT, RECORD, WAIT, Known, steps
from openevent.payments.rules.states import DISPUTE, FOREIGN, REQUESTED, SETTLED, next_look_back, pause
from openevent.payments.signals import DisputeClosed, DisputeOpened, MoneyUnclear, RefundFound

UNKNOWN_REFUND = "more went back at the provider than is known here"
_SOON = 1
log = logging.getLogger(__name__)


def record_returns(work: UnitOfWork, payment_id: int, told: Sequence[Returned]) -> None:
    """Take in all that a provider tells about what went back; saying the same twice does nothing twice."""
    payment = lock(work, payment_id)
    if payment.status != SETTLED:
        return
    theirs = select(Refund).where(Refund.payment_id == payment_id).order_by(Refund.id).with_for_update()
    rows = {row.id: row for row in work.db.scalars(theirs.execution_options(populate_existing=True))}
    left = Money(payment.amount - payment.refunded, payment.currency)
    found = steps([_known(row) for row in rows.values()], told, left)
    for step in found:
        if step.verb == DOUBT:
            _doubt(work, payment)
        elif step.verb == ADD:
            _add(work, payment, step.returned)
        elif step.verb == RECORD and step.refund_id is not None:
            _record(work, payment, rows[step.refund_id], step.returned)
    _ask_again(work, payment, is_waiting=any(step.verb == WAIT for step in found))


def _known(row: Refund) -> Known:
    return Known(row.id, row.kind, row.status, row.amount, row.key, row.provider_reference or "")


def _add(work: UnitOfWork, payment: Payment, told: Returned) -> None:
    assert told.amount is not None  # noqa: S101 -- steps() adds nothing without an amount
    row = Refund(
        event_id=payment.event_id,
        payment_id=payment.id,
        key=secrets.token_hex(16),
        kind=DISPUTE if told.kind == DISPUTE else FOREIGN,
        is_undecided=told.is_undecided,
        amount=told.amount.minor,
        currency=told.amount.currency,
        status=REQUESTED,
        provider_reference=told.reference,
        created_at=work.now,
        next_check_at=None if told.kind == DISPUTE else work.now + pause(_SOON),
    )
    payment.refunded += row.amount
    work.db.add(row)
    work.db.flush()
    amount = str(told.amount)
    work.audit(f"{told.kind}.find", f"refund:{row.id}", by=SYSTEM, payment=payment.id, amount=amount)
    about = (row.id, payment.id, payment.subject, row.amount)
    if row.kind == DISPUTE:
        work.announce(DisputeOpened(*about, row.currency))
    else:
        work.announce(RefundFound(*about, payment.amount - payment.refunded, row.currency))
    _move(work, payment, row, told)
    if row.kind == DISPUTE and not told.is_undecided:
        work.announce(DisputeClosed(*about, row.currency, is_lost=True))


def _record(work: UnitOfWork, payment: Payment, row: Refund, told: Returned) -> None:
    row.provider_reference = row.provider_reference or told.reference
    was_undecided, row.is_undecided = row.is_undecided, told.is_undecided
    if row.status == REQUESTED and told.amount is not None and 0 < told.amount.minor < row.amount:
        payment.refunded -= row.amount - told.amount.minor  # a part of what was disputed is what is lost
        row.amount = told.amount.minor
        work.db.flush()
    _move(work, payment, row, told)
    if was_undecided and not row.is_undecided:
        about = (row.id, payment.id, payment.subject, row.amount, row.currency)
        work.announce(DisputeClosed(*about, is_lost=row.status == SETTLED))


def _move(work: UnitOfWork, payment: Payment, row: Refund, told: Returned) -> None:
    was = row.status
    move_refund(work, payment, row, told.state, told.fault)
    if was == REQUESTED and row.status == SETTLED and told.fee is not None:
        book_fee(work, payment, told.fee)


def _ask_again(work: UnitOfWork, payment: Payment, *, is_waiting: bool) -> None:
    undecided = select(Refund.id).where(Refund.payment_id == payment.id, Refund.is_undecided).limit(1)
    since = payment.watched_from or payment.created_at
    following = next_look_back(since, work.now, is_undecided=work.db.scalar(undecided) is not None)
    payment.next_check_at = work.now + pause(_SOON) if is_waiting else following
    work.db.flush()


def _doubt(work: UnitOfWork, payment: Payment) -> None:
    """Say once that people have to look at the provider's own books."""
    if payment.fault == UNKNOWN_REFUND:
        return
    payment.fault = UNKNOWN_REFUND
    work.db.flush()
    log.error("money is unclear", extra={"payment": payment.id, "reason": UNKNOWN_REFUND})
    work.audit("payment.doubt", f"payment:{payment.id}", by=SYSTEM, paid_for=payment.subject, reason=UNKNOWN_REFUND)
    work.announce(MoneyUnclear(f"payment:{payment.id}", payment.subject, UNKNOWN_REFUND))
