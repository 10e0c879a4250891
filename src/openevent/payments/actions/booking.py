"""Writing the ledger: every movement of money once, with both its sides."""

from __future__ import annotations

from openevent.kit.money import Money
from openevent.kit.work import UnitOfWork
from openevent.payments.models import LedgerEntry, Payment, Refund
from openevent.payments.rules.accounts import at_provider, fees_of, refunds_of, sales_of


def book_payment(work: UnitOfWork, payment: Payment) -> None:
    """Write down what came in."""
    amount = Money(payment.amount, payment.currency)
    _write(
        work, payment, amount, kind="payment", debit=at_provider(payment.provider), credit=sales_of(payment.event_id)
    )


def book_fee(work: UnitOfWork, payment: Payment, fee: Money) -> None:
    """Write down what the provider kept of it."""
    if fee.minor > 0:
        debit, credit = fees_of(payment.event_id), at_provider(payment.provider)
        _write(work, payment, fee, kind="fee", debit=debit, credit=credit)


def book_refund(work: UnitOfWork, payment: Payment, refund: Refund) -> None:
    """Write down what went back."""
    debit, credit = refunds_of(payment.event_id), at_provider(payment.provider)
    amount = Money(refund.amount, refund.currency)
    _write(work, payment, amount, kind="refund", debit=debit, credit=credit, refund_id=refund.id)


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
