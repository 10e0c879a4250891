"""Paying the platform's invoices by a provider: going to pay, what follows when the money comes, and when it goes."""

from __future__ import annotations

from sqlalchemy import select

from openevent.kit.access import SYSTEM, Actor
from openevent.kit.errors import Conflict
from openevent.kit.money import Money
from openevent.kit.work import UnitOfWork
from openevent.payments.actions.moving import start
from openevent.payments.actions.refunding import request_refund
from openevent.payments.models import EventInvoice, Payment
from openevent.payments.queries import payment_of
from openevent.payments.rules.billing import PAYABLE, invoice_id_in, refused, subject_of_invoice
from openevent.payments.signals import (
    DisputeClosed,
    DisputeOpened,
    MoneyUnclear,
    PaymentMoving,
    PaymentSettled,
    RefundFailed,
    RefundSettled,
)

PAID, REFUNDED, FAILED = "paid", "refunded", "failed"


class InvoiceNotPayable(Conflict):
    """Nothing is to be paid for this invoice."""

    code = "invoice-not-payable"


def start_invoice_payment(
    work: UnitOfWork, invoice_id: int, provider: str, *, is_hosted: bool = True, back: str = "", by: Actor
) -> Payment:
    """Ask for the money of an invoice by way of a provider; the same again, leading `back` there, is the same payment.

    It goes to those who run the installation. Raises InvoiceNotPayable, ProviderNotConfigured.
    """
    invoice = _lock(work, invoice_id)
    if invoice is None or invoice.status not in PAYABLE or not invoice.amount:
        raise InvoiceNotPayable("This invoice is paid, or there is nothing to pay.")
    return start(
        work,
        subject=subject_of_invoice(invoice.id),
        event_id=invoice.event_id,
        amount=Money(invoice.amount, invoice.currency),
        provider=provider,
        label=f"{work.site.name}, {invoice.identifier}",
        is_hosted=is_hosted,
        is_for_platform=True,
        back=back,
        by=by,
    )


def hold_invoice(work: UnitOfWork, signal: PaymentMoving) -> None:
    """Lock the invoice before its payment moves: everybody locks in this order."""
    invoice_id = invoice_id_in(signal.subject)
    if invoice_id is not None:
        _lock(work, invoice_id)


def settle_invoice(work: UnitOfWork, signal: PaymentSettled) -> None:
    """Note that an invoice is paid, or give the money back when it was paid before or says another amount now."""
    invoice_id = invoice_id_in(signal.subject)
    if invoice_id is None:
        return
    invoice, paid = _lock(work, invoice_id), (signal.amount_minor, signal.currency)
    reason = "there is no such invoice any more"
    if invoice is not None:
        reason = refused(invoice.status, invoice.amount, invoice.currency, paid)
    if invoice is None or reason:
        request_refund(work, signal.payment_id, Money(*paid), reason=reason, by=SYSTEM)
        return
    payment = work.db.get_one(Payment, signal.payment_id)
    # Play money is no way to pay that clients of v1 know.
    invoice.paid_via = payment.provider if payment.provider in ("stripe", "paypal") else None
    invoice.payment_mode, invoice.transaction_id = payment.provider, payment.capture_reference
    invoice.brand, invoice.last4 = payment.brand, payment.last4
    invoice.exp_month, invoice.exp_year = _whole(payment.exp_month), _whole(payment.exp_year)
    invoice.status, invoice.completed_at = PAID, work.now
    work.db.flush()
    work.audit("event-invoice.pay", f"event-invoice:{invoice.id}", by=SYSTEM, provider=payment.provider)


def reopen_invoice(work: UnitOfWork, signal: RefundSettled) -> None:
    """Note that all that was paid for an invoice went back."""
    _follow(work, signal.subject, PAID, REFUNDED)


def close_invoice_again(work: UnitOfWork, signal: RefundFailed) -> None:
    """Note that what was to go back of an invoice is there still, or again."""
    _follow(work, signal.subject, REFUNDED, PAID)


def lose_invoice(work: UnitOfWork, signal: DisputeClosed) -> None:
    """Note that a bank has taken back what was paid for an invoice: it is owed again."""
    if signal.is_lost:
        _follow(work, signal.subject, PAID, FAILED)


def doubt_invoice(work: UnitOfWork, signal: DisputeOpened) -> None:
    """Tell those who run the installation that a bank wants their money back."""
    if invoice_id_in(signal.subject) is not None:
        work.announce(MoneyUnclear(f"payment:{signal.payment_id}", signal.subject, "the payment is disputed"))


def _follow(work: UnitOfWork, subject: str, was: str, to: str) -> None:
    """Move an invoice when nothing is left of what was paid for it, or something is again."""
    invoice_id = invoice_id_in(subject)
    invoice = None if invoice_id is None else _lock(work, invoice_id)
    payment = payment_of(work.db, subject)
    if invoice is None or payment is None or invoice.status != was:
        return
    is_there = payment.refunded < payment.amount
    if invoice.transaction_id == payment.capture_reference and is_there == (to == PAID):
        invoice.status = to
        work.db.flush()
        work.audit("event-invoice.update", f"event-invoice:{invoice.id}", by=SYSTEM, members=["status"], status=to)


def _lock(work: UnitOfWork, invoice_id: int) -> EventInvoice | None:
    statement = select(EventInvoice).where(EventInvoice.id == invoice_id, EventInvoice.deleted_at.is_(None))
    return work.db.scalar(statement.with_for_update().execution_options(populate_existing=True))


def _whole(told: str | None) -> int | None:
    return int(told) if told and told.isdecimal() else None
