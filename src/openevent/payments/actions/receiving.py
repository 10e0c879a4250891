"""Taking in what providers say by themselves. Their word is only a reason to ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from msgspec import to_builtins
from sqlalchemy import delete, or_, select, union

from openevent.kit.db import upsert
from openevent.kit.errors import Malformed
from openevent.kit.services import Services
from openevent.kit.work import UnitOfWork
from openevent.payments.actions.asking import Units
from openevent.payments.actions.moving import ask_of, returns_ask
from openevent.payments.actions.refunding import refund_ask
from openevent.payments.models import Payment, Refund, WebhookReceipt
from openevent.payments.providers import provider_of, services_of
from openevent.payments.providers.paypal import Paypal
from openevent.payments.providers.stripe import Stripe
from openevent.payments.rules.asking import Notice
from openevent.payments.rules.states import OPEN, PAYPAL, RECEIPT_LIFE, REQUESTED, SETTLED, STRIPE
from openevent.payments.signals import PaymentAbandoned, PaymentDue, RefundDue, ReturnsDue

MOST_BYTES = 262_144  # of a notice
MOST_A_MINUTE = 600  # notices from one address
_LONGEST_ID, _LONGEST_KIND = 255, 120
_READERS: Mapping[str, Callable[[Services, datetime], Stripe | Paypal]] = {STRIPE: Stripe, PAYPAL: Paypal}


class NoticeUnreadable(Malformed):
    """A notice without a name, or longer than any real one."""

    code = "notice-unreadable"


def receive(units: Units, provider: str, headers: Mapping[str, str], body: bytes, *, origin: str | None = None) -> int:
    """Take in a webhook: when it is the provider's own and new, jobs ask about what it names. Return how many.

    `origin`: the address that it came from; checking what anybody may send costs a call, so one address may send only
    so many. Raises TooManyRequests, NoticeForged, NoticeUnreadable, ProviderNotConfigured, ServerUnreachable; the
    provider sends it again then.
    """
    if len(body) > MOST_BYTES:
        raise NoticeUnreadable("This is too long for a notice.")
    with units.work() as work:
        provider_of(work, provider)
        work.services.limiter.hit(f"notices:{provider}:{origin}", times=MOST_A_MINUTE, seconds=60)
        reader = _READERS[provider](services_of(work), work.now)
    with units.waiting():
        notice = reader.read_notice(headers, body)
    if not 0 < len(notice.id) <= _LONGEST_ID:
        raise NoticeUnreadable("This notice has no name.")
    with units.work() as work:
        return _take_in(work, provider, notice)


def _take_in(work: UnitOfWork, provider: str, notice: Notice) -> int:
    kind = notice.kind[:_LONGEST_KIND]
    row = {"provider": provider, "notice_id": notice.id, "kind": kind, "received_at": work.now}
    fresh = upsert(work.db, WebhookReceipt).values(**row).on_conflict_do_nothing().returning(WebhookReceipt.id)
    if work.db.execute(fresh).first() is None:
        return 0
    return nudge(work, provider, notice.references)


def forget_receipts(work: UnitOfWork) -> None:
    """Remove receipts of notices that no provider sends again any more."""
    work.db.execute(delete(WebhookReceipt).where(WebhookReceipt.received_at < work.now - RECEIPT_LIFE))


def nudge(work: UnitOfWork, provider: str, references: Sequence[str]) -> int:
    """Have jobs ask about the payments and refunds with these names at their provider; return how many there are."""
    by_name = Refund.provider_reference.in_(references)
    is_theirs = Payment.provider == provider
    named = union(  # each by an index of its own: with OR between them all payments would be read
        select(Payment.id).where(is_theirs, Payment.provider_reference.in_(references)),
        select(Payment.id).where(is_theirs, Payment.capture_reference.in_(references)),
        select(Refund.payment_id).where(by_name),
    )
    meant = select(Payment).where(is_theirs, Payment.id.in_(work.db.scalars(named).all()))
    payments = work.db.scalars(meant.order_by(Payment.id)).all()
    for payment in payments:
        if payment.status == OPEN:
            work.announce(PaymentDue(payment.id, to_builtins(ask_of(payment))))
        elif payment.status == SETTLED:  # what went back of it, whoever gave it back
            work.announce(ReturnsDue(payment.id, to_builtins(returns_ask(payment))))
        else:  # only whether it was paid all the same: nothing more is to be taken
            work.announce(PaymentAbandoned(payment.id, to_builtins(ask_of(payment))))
    ids = [payment.id for payment in payments]
    refunds = select(Refund, Payment).join(Payment, Payment.id == Refund.payment_id)
    refunds = refunds.where(Payment.provider == provider, Refund.status == REQUESTED)
    found = work.db.execute(refunds.where(or_(by_name, Refund.payment_id.in_(ids)))).all()
    for refund, payment in found:
        work.announce(RefundDue(refund.id, to_builtins(refund_ask(payment, refund))))
    return len(payments) + len(found)
