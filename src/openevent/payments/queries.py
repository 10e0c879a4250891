"""Questions about payments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from msgspec import Struct
from sqlalchemy import ColumnElement, Float, Table, case, func, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from openevent.events.models import Event
from openevent.kit.access import Actor
from openevent.kit.money import THREE_DECIMAL, ZERO_DECIMAL, Money
from openevent.payments.models import EventInvoice, LedgerEntry, Payment, Refund
from openevent.payments.roles import INVOICED
from openevent.payments.rules.accounts import disputes_of, fees_of, owner_of, sales_of
from openevent.payments.rules.accounts import refunds_of as refunds_of_owner
from openevent.payments.rules.states import FAILED, OPEN, REFUND, SETTLED
from openevent.people.models import User

_INVOICES = cast(Table, EventInvoice.__table__).c


def major_units(minor: ColumnElement[Any], currency: ColumnElement[Any]) -> ColumnElement[float]:
    """Return the expression that shows an amount of minor units on the wire, where prices are floats."""
    digits = case((currency.in_(ZERO_DECIMAL), 1.0), (currency.in_(THREE_DECIMAL), 1000.0), else_=100.0)
    return sql_cast(minor, Float(53)) / digits


class InvoiceView(Struct, frozen=True):
    """An invoice as its document shows it."""

    id: int
    identifier: str
    event_name: str
    organizer: str
    email: str
    address: tuple[str, ...]
    issued_on: str
    due_on: str
    status: str
    revenue: Money
    amount: Money


def invoice_view(db: Session, identifier: str, by: Actor) -> InvoiceView | None:
    """Return an invoice for whoever may see it; None when there is none or it is none of theirs."""
    row = db.execute(
        select(EventInvoice, Event, User)
        .join(Event, Event.id == EventInvoice.event_id)
        .outerjoin(User, User.id == EventInvoice.user_id)
        .where(
            _INVOICES.identifier == identifier,
            _INVOICES.deleted_at.is_(None),
            INVOICED.condition(by.kind, _INVOICES),
        ),
        dict(by.params),
    ).one_or_none()
    return None if row is None else _view(*row)


def _view(invoice: EventInvoice, event: Event, user: User | None) -> InvoiceView:
    names = (user.first_name, user.last_name) if user else ()
    return InvoiceView(
        id=invoice.id,
        identifier=invoice.identifier,
        event_name=event.name,
        organizer=" ".join(name for name in names if name),
        email=user.email if user else "",
        address=_address(user),
        issued_on=f"{invoice.issued_at:%Y-%m-%d}",
        due_on=f"{invoice.due_at:%Y-%m-%d}",
        status=invoice.status,
        revenue=Money(invoice.revenue, invoice.currency),
        amount=Money(invoice.amount, invoice.currency),
    )


_BILLING = ("company", "billing_address", "billing_zip_code", "billing_city", "billing_state", "billing_country")


def _address(user: User | None) -> tuple[str, ...]:
    return tuple(str(found) for name in _BILLING if (found := getattr(user, name, None)))


class PaymentView(Struct, frozen=True):
    """A payment as pages show it."""

    id: int
    subject: str
    provider: str
    status: str
    amount: Money
    refunded: Money
    fault: str
    created_at: datetime
    settled_at: datetime | None
    payer: str
    brand: str
    last4: str
    reference: str

    @property
    def refundable(self) -> Money:
        """What can still go back."""
        return self.amount - self.refunded


class RefundView(Struct, frozen=True):
    """A refund as pages show it."""

    id: int
    payment_id: int
    status: str
    amount: Money
    reason: str
    fault: str
    created_at: datetime
    settled_at: datetime | None
    kind: str
    is_undecided: bool  # a dispute that goes on
    may_retry: bool  # it failed, and nobody has asked for it again


class EventSums(Struct, frozen=True):
    """What the ledger says of an event in one currency."""

    paid: Money
    refunded: Money
    disputed: Money
    fees: Money

    @property
    def left(self) -> Money:
        """What is left of what was paid."""
        return self.paid - self.refunded - self.disputed - self.fees


def payment_of(db: Session, subject: str) -> Payment | None:
    """Return the payment of a subject: the one that brought the money, else the open one, else the newest."""
    rank = case((Payment.status == SETTLED, 0), (Payment.status == OPEN, 1), else_=2)
    return db.scalars(select(Payment).where(Payment.subject == subject).order_by(rank, Payment.id.desc())).first()


def open_payments(db: Session, subjects: Sequence[str]) -> list[Payment]:
    """Return the payments of these subjects that are waited for."""
    theirs = select(Payment).where(Payment.subject.in_(subjects), Payment.status == OPEN)
    return list(db.scalars(theirs.order_by(Payment.id)))


def settled_payments(db: Session, subject: str) -> list[Payment]:
    """Return every payment that brought money for a subject, the oldest first: more than one was paid twice."""
    theirs = select(Payment).where(Payment.subject == subject, Payment.status == SETTLED)
    return list(db.scalars(theirs.order_by(Payment.settled_at, Payment.id)))


def refundable(db: Session, subject: str) -> Money | None:
    """Return what can still go back of what was paid for a subject; None when nothing was paid."""
    paid = settled_payments(db, subject)
    if not paid:
        return None
    return Money(sum(payment.amount - payment.refunded for payment in paid), paid[0].currency)


def payments_of(db: Session, subject: str) -> list[PaymentView]:
    """Return all payments of a subject, the oldest first."""
    return [
        payment_view(one) for one in db.scalars(select(Payment).where(Payment.subject == subject).order_by(Payment.id))
    ]


def refunds_of(db: Session, subject: str) -> list[RefundView]:
    """Return all refunds of a subject, the oldest first."""
    statement = select(Refund).join(Payment, Payment.id == Refund.payment_id).where(Payment.subject == subject)
    return _refund_views(db, list(db.scalars(statement.order_by(Refund.id))))


def payments_of_event(db: Session, event_id: int, *, limit: int, offset: int) -> tuple[list[PaymentView], int]:
    """Return some of the payments of an event, the newest first, and how many there are."""
    theirs = (Payment.event_id == event_id, Payment.is_for_platform.is_(False))
    rows = db.scalars(select(Payment).where(*theirs).order_by(Payment.id.desc()).limit(limit).offset(offset))
    total = db.scalar(select(func.count()).select_from(Payment).where(*theirs)) or 0
    return [payment_view(one) for one in rows], total


def refunds_of_payments(db: Session, payment_ids: Sequence[int]) -> list[RefundView]:
    """Return all refunds of these payments, the oldest first."""
    rows = db.scalars(select(Refund).where(Refund.payment_id.in_(payment_ids)).order_by(Refund.id))
    return _refund_views(db, list(rows))


def _refund_views(db: Session, rows: Sequence[Refund]) -> list[RefundView]:
    ids = [one.id for one in rows]
    retried = set(db.scalars(select(Refund.retry_of).where(Refund.retry_of.in_(ids)))) if ids else set[int | None]()
    return [_refund_view(one, is_retried=one.id in retried) for one in rows]


def payment_view(row: Payment) -> PaymentView:
    """Return a payment as pages show it."""
    return PaymentView(
        id=row.id,
        subject=row.subject,
        provider=row.provider,
        status=row.status,
        amount=Money(row.amount, row.currency),
        refunded=Money(row.refunded, row.currency),
        fault=row.fault or "",
        created_at=row.created_at,
        settled_at=row.settled_at,
        payer=row.payer or "",
        brand=row.brand or "",
        last4=row.last4 or "",
        reference=row.provider_reference or "",
    )


def _refund_view(row: Refund, *, is_retried: bool) -> RefundView:
    return RefundView(
        id=row.id,
        payment_id=row.payment_id,
        status=row.status,
        amount=Money(row.amount, row.currency),
        reason=row.reason,
        fault=row.fault or "",
        created_at=row.created_at,
        settled_at=row.settled_at,
        kind=row.kind,
        is_undecided=row.is_undecided,
        may_retry=row.status == FAILED and row.kind == REFUND and not is_retried,
    )


def sums_of_event(db: Session, event_id: int) -> list[EventSums]:
    """Return what the ledger says of an event, one entry a currency."""
    owner = owner_of(event_id, is_for_platform=False)
    accounts = [name(owner) for name in (sales_of, refunds_of_owner, disputes_of, fees_of)]
    totals: dict[str, dict[str, int]] = {}
    for side, sign in ((LedgerEntry.debit, 1), (LedgerEntry.credit, -1)):
        statement = select(side, LedgerEntry.currency, func.sum(LedgerEntry.amount)).where(side.in_(accounts))
        for account, currency, amount in db.execute(statement.group_by(side, LedgerEntry.currency)):
            known = totals.setdefault(currency, dict.fromkeys(accounts, 0))
            known[account] += sign * int(amount)
    return [_event_sums(currency, [known[one] for one in accounts]) for currency, known in sorted(totals.items())]


def _event_sums(currency: str, told: Sequence[int]) -> EventSums:
    sales, *gone = told  # what was paid stands on the credit side
    return EventSums(Money(-sales, currency), *(Money(amount, currency) for amount in gone))


def operators(db: Session) -> list[str]:
    """Return the addresses of those who run the installation."""
    admins = select(User.email).where(User.is_super_admin | User.is_admin, User.deleted_at.is_(None))
    return list(db.scalars(admins.order_by(User.id)))
