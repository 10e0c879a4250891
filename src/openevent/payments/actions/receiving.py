"""Taking in what providers say by themselves. Their word is only a reason to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import or_, select

from openevent.kit.work import UnitOfWork
from openevent.payments.actions.moving import ask_of
from openevent.payments.actions.refunding import refund_ask
from openevent.payments.models import Payment, Refund
from openevent.payments.rules.states import REQUESTED, SETTLED
from openevent.payments.signals import PaymentDue, RefundDue


def nudge(work: UnitOfWork, provider: str, references: Sequence[str]) -> int:
    """Have jobs ask about the payments and refunds with these names at their provider; return how many there are."""
    is_meant = or_(Payment.provider_reference.in_(references), Payment.capture_reference.in_(references))
    payments = work.db.scalars(select(Payment).where(Payment.provider == provider, is_meant)).all()
    for payment in payments:
        if payment.status != SETTLED:
            work.announce(PaymentDue(payment.id, asdict(ask_of(payment))))
    ids = [payment.id for payment in payments]
    by_name = Refund.provider_reference.in_(references)
    refunds = select(Refund, Payment).join(Payment, Payment.id == Refund.payment_id)
    refunds = refunds.where(Payment.provider == provider, Refund.status == REQUESTED)
    found = work.db.execute(refunds.where(or_(by_name, Refund.payment_id.in_(ids)))).all()
    for refund, payment in found:
        work.announce(RefundDue(refund.id, asdict(refund_ask(payment, refund))))
    return len(payments) + len(found)
