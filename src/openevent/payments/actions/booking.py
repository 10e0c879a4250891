"""Writing the ledger: every movement of money once, with both its sides."""

from __future__ import annotations

from openevent.kit.money import Money
from openevent.kit.work import UnitOfWork
from openevent.payments.models import LedgerEntry, Payment, Refund
from openevent.payments.rules.accounts import at_provider, disputes_of, fees_of, owner_of, refunds_of, sales_of
from openevent.payments.rules.states import DISPUTE


def book_payment(work: UnitOfWork, payment: Payment) -> None:
    """Write down what came in."""
    amount = Money(payment.amount, payment.currency)
    debit, credit = at_provider(payment.provider), sales_of(_owner(payment))
    _write(work, payment, amount, kind="payment", debit=debit, credit=credit)


def book_fee(work: UnitOfWork, payment: Payment, fee: Money) -> None:
    """Write down what the provider kept of it."""
    if fee.minor > 0:
        debit, credit = fees_of(_owner(payment)), at_provider(payment.provider)
        _write(work, payment, fee, kind="fee", debit=debit, credit=credit)


def book_refund(work: UnitOfWork, payment: Payment, refund: Refund) -> None:
    """Write down what went back, or was taken back."""
    kind = "dispute" if refund.kind == DISPUTE else "refund"
    amount = Money(refund.amount, refund.currency)
    debit, credit = _where(payment, refund), at_provider(payment.provider)
    _write(work, payment, amount, kind=kind, debit=debit, credit=credit, refund_id=refund.id)


def unbook_refund(work: UnitOfWork, payment: Payment, refund: Refund) -> None:
    """Write down that what went back has come again: the entry stays, this one undoes it."""
    amount = Money(refund.amount, refund.currency)
    debit, credit = at_provider(payment.provider), _where(payment, refund)
    _write(work, payment, amount, kind="reversal", debit=debit, credit=credit, refund_id=refund.id)


def _where(payment: Payment, refund: Refund) -> str:
    owner = _owner(payment)
    return disputes_of(owner) if refund.kind == DISPUTE else refunds_of(owner)


def _owner(payment: Payment) -> str:
    return owner_of(payment.event_id, is_for_platform=payment.is_for_platform)


def _write(work: UnitOfWork, payment: Payment, amount: Money, **columns: str | int) -> None:
    entry = LedgerEntry(
        event_id=payment.event_id,
        at=work.now,
        payment_id=payment.id,
        amount=amount.minor,
        currency=amount.currency,
        **columns,
    )
    work.db.add(entry)
    work.db.flush()
