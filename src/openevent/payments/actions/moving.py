"""Starting payments, and moving them as their provider says."""

from __future__ import annotations

import logging
import secrets

from msgspec import to_builtins
from sqlalchemy import select

from openevent.events.models import Event
from openevent.kit.access import SYSTEM, Actor
from openevent.kit.errors import Conflict
from openevent.kit.money import Money
from openevent.kit.work import UnitOfWork
from openevent.payments.actions.booking import book_fee, book_payment
from openevent.payments.models import Payment, StripeAuthorization
from openevent.payments.providers import provider_of
from openevent.payments.rules.asking import Ask, ReturnsAsk, Seen, is_as_asked
from openevent.payments.rules.states import (
    ABANDONED,
    FAILED,
    OPEN,
    PAYPAL,
    SETTLED,
    STRIPE,
    may_move,
    next_look_back,
    pause,
)
from openevent.payments.signals import (
    MoneyUnclear,
    PaymentAbandoned,
    PaymentFailed,
    PaymentMoving,
    PaymentSettled,
)
from openevent.site.queries import billing_paypal_email

MISMATCH = "amount-mismatch"
_FACTS = {"payer": 320, "brand": 40, "last4": 4, "exp_month": 2, "exp_year": 4}  # with the longest that is kept
_LONGEST_FAULT, _LONGEST_LABEL = 255, 120
log = logging.getLogger(__name__)


class PaymentClosed(Conflict):
    """The payment is over: paid, failed or given up."""

    code = "payment-closed"


def start(
    work: UnitOfWork,
    *,
    subject: str,
    event_id: int,
    amount: Money,
    provider: str,
    label: str = "",
    is_hosted: bool = False,
    is_for_platform: bool = False,
    back: str = "",
    by: Actor,
) -> Payment:
    """Ask for money by way of a provider; the same again is the same payment. Raises ProviderNotConfigured.

    Whoever calls holds the lock on the subject. Another amount, way to pay or place to come `back` to (empty: wherever
    it was before) gives up the payment before; if that is paid all the same, both settle. `label` is what the buyer
    reads at the provider; `is_hosted`: there is to be a page of the provider's (Stripe Checkout), not only a secret for
    a client's own form. `is_for_platform`: it goes to those who run the installation, whatever account the event has.
    """
    provider_of(work, provider)
    before = work.db.scalar(select(Payment).where(Payment.subject == subject, Payment.status == OPEN))
    if before is not None and _is_same(before, provider, amount, is_hosted=is_hosted, back=back):
        return before
    if before is not None:
        abandon(work, before, reason="another way to pay was chosen", by=by)
    account = payee(work, provider) if is_for_platform else _account(work, event_id, provider)
    payment = Payment(
        event_id=event_id,
        subject=subject,
        label=label[:_LONGEST_LABEL],
        provider=provider,
        provider_account=account,
        is_hosted=is_hosted,
        is_for_platform=is_for_platform,
        back=back or None,
        amount=amount.minor,
        currency=amount.currency,
    )
    return _opened(work, payment, by)


def _opened(work: UnitOfWork, payment: Payment, by: Actor) -> Payment:
    payment.key, payment.status = secrets.token_hex(16), OPEN
    payment.created_at, payment.next_check_at = work.now, work.now + pause(0)
    work.db.add(payment)
    work.db.flush()
    details = {"provider": payment.provider, "amount": str(Money(payment.amount, payment.currency))}
    work.audit("payment.start", f"payment:{payment.id}", by=by, paid_for=payment.subject, **details)
    return payment


def _is_same(before: Payment, provider: str, amount: Money, *, is_hosted: bool, back: str) -> bool:
    same = (before.provider, before.amount, before.currency) == (provider, amount.minor, amount.currency)
    same = same and (not back or before.back in (None, back))
    return same and (before.is_hosted == is_hosted or provider != STRIPE)


def _account(work: UnitOfWork, event_id: int, provider: str) -> str:
    """Return the organizer's account at a provider; empty for the installation's own."""
    if provider == STRIPE:
        of_event = StripeAuthorization.event_id == event_id
        return work.db.scalar(select(StripeAuthorization.stripe_user_id).where(of_event)) or ""
    if provider == PAYPAL:
        return work.db.scalar(select(Event.paypal_email).where(Event.id == event_id)) or ""
    return ""


def payee(work: UnitOfWork, provider: str) -> str:
    """Return the account that those who run the installation are paid to; empty for the keys' own."""
    return billing_paypal_email(work.db) if provider == PAYPAL else ""


def ask_of(payment: Payment) -> Ask:
    """Return what a provider has to know of a payment."""
    return Ask(
        payment_id=payment.id,
        key=payment.key,
        provider=payment.provider,
        amount=Money(payment.amount, payment.currency),
        label=payment.label,
        is_hosted=payment.is_hosted,
        account=payment.provider_account,
        reference=payment.provider_reference or "",
        back=payment.back or "",
    )


def returns_ask(payment: Payment) -> ReturnsAsk:
    """Return what a provider has to know to tell what went back of a payment."""
    return ReturnsAsk(
        payment_id=payment.id,
        provider=payment.provider,
        reference=payment.provider_reference or "",
        capture=payment.capture_reference or "",
        account=payment.provider_account,
    )


def lock(work: UnitOfWork, payment_id: int) -> Payment:
    """Read a payment as it is now and keep others from moving it: its subject is locked first, then the payment."""
    payment = work.db.get_one(Payment, payment_id)
    work.announce(PaymentMoving(payment.id, payment.subject))
    statement = select(Payment).where(Payment.id == payment_id).with_for_update()
    return work.db.scalars(statement.execution_options(populate_existing=True)).one()


def record(work: UnitOfWork, payment_id: int, seen: Seen) -> Payment:
    """Take in how a payment stands at its provider; saying the same twice does nothing twice."""
    payment = lock(work, payment_id)
    is_new = not payment.provider_reference and bool(seen.reference)
    payment.provider_reference = payment.provider_reference or seen.reference or None
    if seen.state == SETTLED:
        return settle(work, payment, seen)
    if seen.state == FAILED:
        return fail(work, payment, seen.fault or "refused")
    if seen.fault and payment.status == OPEN:
        payment.fault = seen.fault[:_LONGEST_FAULT]
    work.db.flush()
    if is_new and payment.status == ABANDONED:
        _call_off(work, payment)  # it was made known after everybody had gone
    return payment


def settle(work: UnitOfWork, payment: Payment, seen: Seen) -> Payment:
    """Note that the money is there, write it into the ledger, and tell; only what was asked for counts."""
    if not may_move(payment.status, SETTLED):
        return payment
    asked = Money(payment.amount, payment.currency)
    if not is_as_asked(asked, seen.received):
        return _doubt(work, payment, MISMATCH)
    was = payment.status
    payment.status, payment.settled_at, payment.fault = SETTLED, work.now, None
    payment.watched_from, payment.next_check_at = work.now, next_look_back(work.now, work.now)
    payment.capture_reference = seen.capture or seen.reference
    for name, longest in _FACTS.items():
        setattr(payment, name, str(getattr(seen, name))[:longest] or None)
    work.db.flush()
    book_payment(work, payment)
    if seen.fee is not None:
        book_fee(work, payment, seen.fee)
    work.audit("payment.settle", f"payment:{payment.id}", by=SYSTEM, paid_for=payment.subject, was=was)
    work.announce(PaymentSettled(payment.id, payment.subject, payment.event_id, asked.minor, asked.currency))
    return payment


def fail(work: UnitOfWork, payment: Payment, reason: str) -> Payment:
    """Note that a payment will not come any more."""
    if not may_move(payment.status, FAILED):
        return payment
    payment.status, payment.next_check_at, payment.fault = FAILED, None, reason[:_LONGEST_FAULT]
    work.db.flush()
    work.audit("payment.fail", f"payment:{payment.id}", by=SYSTEM, paid_for=payment.subject, reason=payment.fault)
    work.announce(PaymentFailed(payment.id, payment.subject, reason))
    return payment


def abandon(work: UnitOfWork, payment: Payment, *, reason: str, by: Actor) -> Payment:
    """Wait for a payment no longer, and have the provider told; one that is over stays as it is.

    Whoever calls holds the lock on the subject.
    """
    if not may_move(payment.status, ABANDONED):
        return payment
    payment.status, payment.next_check_at, payment.fault = ABANDONED, None, reason[:_LONGEST_FAULT]
    work.db.flush()
    work.audit("payment.abandon", f"payment:{payment.id}", by=by, paid_for=payment.subject, reason=reason)
    if payment.provider_reference:
        _call_off(work, payment)
    return payment


def _call_off(work: UnitOfWork, payment: Payment) -> None:
    """Have the provider told, until it has heard it."""
    payment.checks, payment.next_check_at = 0, work.now + pause(0)
    work.db.flush()
    work.announce(PaymentAbandoned(payment.id, to_builtins(ask_of(payment))))


def _doubt(work: UnitOfWork, payment: Payment, reason: str) -> Payment:
    """Say once that people have to look at the provider's own books."""
    if payment.fault != reason:
        payment.fault, payment.next_check_at = reason, None
        work.db.flush()
        log.error("a payment is unclear", extra={"payment": payment.id, "reason": reason})
        work.audit("payment.doubt", f"payment:{payment.id}", by=SYSTEM, paid_for=payment.subject, reason=reason)
        work.announce(MoneyUnclear(f"payment:{payment.id}", payment.subject, reason))
    return payment
