"""Proving the ledger: what the rows of payments and refunds say has to stand in it, to the unit, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from openevent.payments.models import LedgerEntry, Payment, Refund
from openevent.payments.rules.states import FAILED, SETTLED


class Drift(Struct, frozen=True):
    """Something that does not agree."""

    what: str  # payment:7, refund:7, or a currency
    said: str

    def __str__(self) -> str:
        return f"{self.what}: {self.said}"


def prove_ledger(db: Session) -> list[Drift]:
    """Return everything that contradicts the ledger; nothing is the only good answer."""
    return [*_sums(db), *_payments(db), *_refunds(db), *_refunded(db)]


def _sums(db: Session) -> Iterable[Drift]:
    """Add up every account, each movement once on either side: every currency has to come to nothing."""
    totals: dict[str, int] = defaultdict(int)
    for side, sign in ((LedgerEntry.debit, 1), (LedgerEntry.credit, -1)):
        statement = select(LedgerEntry.currency, func.sum(LedgerEntry.amount)).group_by(side, LedgerEntry.currency)
        for currency, amount in db.execute(statement):
            totals[currency] += sign * int(amount)
    return [Drift(currency, f"the accounts sum to {total}") for currency, total in sorted(totals.items()) if total]


def _payments(db: Session) -> Iterable[Drift]:
    is_its = (LedgerEntry.payment_id == Payment.id) & (LedgerEntry.kind == "payment")
    statement = select(Payment.id, Payment.status, Payment.amount, Payment.currency, LedgerEntry.amount)
    statement = statement.add_columns(LedgerEntry.currency).outerjoin(LedgerEntry, is_its).order_by(Payment.id)
    for id_, status, amount, currency, booked, booked_in in db.execute(statement):
        wanted = (amount, currency) if status == SETTLED else (None, None)
        if (booked, booked_in) != wanted:
            yield Drift(f"payment:{id_}", f"is {status} of {amount} {currency}, the ledger says {booked} {booked_in}")


def _refunds(db: Session) -> Iterable[Drift]:
    """Hold each refund and dispute against what was booked of it, less what was booked back."""
    signed = case((LedgerEntry.kind == "reversal", -LedgerEntry.amount), else_=LedgerEntry.amount)
    is_its = (LedgerEntry.refund_id == Refund.id) & (LedgerEntry.currency == Refund.currency)
    booked = func.coalesce(func.sum(signed), 0)
    statement = select(Refund.id, Refund.status, Refund.amount, Refund.currency, booked).outerjoin(LedgerEntry, is_its)
    statement = statement.group_by(Refund.id, Refund.status, Refund.amount, Refund.currency).order_by(Refund.id)
    for id_, status, amount, currency, total in db.execute(statement):
        if int(total) != (amount if status == SETTLED else 0):
            yield Drift(f"refund:{id_}", f"is {status} of {amount} {currency}, the ledger says {total} {currency}")


def _refunded(db: Session) -> Iterable[Drift]:
    counted = func.coalesce(func.sum(case((Refund.status != FAILED, Refund.amount), else_=0)), 0)
    statement = select(Payment.id, Payment.amount, Payment.refunded, counted)
    statement = statement.outerjoin(Refund, Refund.payment_id == Payment.id).group_by(Payment.id).order_by(Payment.id)
    for id_, amount, refunded, total in db.execute(statement):
        if int(total) != refunded or refunded > amount:
            yield Drift(f"payment:{id_}", f"refunds of {total} out of {amount}, {refunded} is kept for them")
