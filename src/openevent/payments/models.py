"""Tables of payments: money in motion, the ledger, accounts at providers, the platform's invoices to organizers."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from openevent.events.models import Event
from openevent.kit.db import Base, Keyed, SoftDeleted, check, partial_index
from openevent.people.models import User


class StripeAuthorization(Keyed, Base):
    """An event's account at Stripe: exactly one an event.

    The secret key that Stripe sends along is not kept: the platform's own key acts for an account by its name.
    """

    __tablename__ = "stripe_authorizations"

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), unique=True)
    stripe_publishable_key: Mapped[str] = mapped_column(String(255))
    stripe_user_id: Mapped[str] = mapped_column(String(255))  # the account's name


class EventInvoice(Keyed, SoftDeleted, Base):
    """What the platform asks an organizer for one month of one event. `amount` is minor units of `currency`."""

    __tablename__ = "event_invoices"
    __table_args__ = (
        check("amount", "amount >= 0"),
        check("status", "status IN ('paid', 'due', 'refunding', 'refunded', 'failed', 'resolved')"),
    )

    identifier: Mapped[str] = mapped_column(String(40), unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="SET NULL"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int] = mapped_column(BigInteger)
    revenue: Mapped[int] = mapped_column(BigInteger, default=0)  # what the orders in it brought
    created_at: Mapped[datetime]
    issued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    transaction_id: Mapped[str | None]
    paid_via: Mapped[str | None]
    payment_mode: Mapped[str | None]
    brand: Mapped[str | None]
    exp_month: Mapped[int | None]
    exp_year: Mapped[int | None]
    last4: Mapped[str | None] = mapped_column(String(4))
    stripe_token: Mapped[str | None] = mapped_column(String(255))
    paypal_token: Mapped[str | None] = mapped_column(String(255))
    status: Mapped[str] = mapped_column(String(20), default="due")
    reminders: Mapped[int] = mapped_column(default=0)  # that were sent


_OPEN = text("status = 'open'")
_PAYMENT, _REFUND = text("kind = 'payment'"), text("kind IN ('refund', 'dispute')")
_BACK = text("kind = 'reversal'")


class Payment(Keyed, Base):
    """Money that is asked for by way of a provider. `amount` and `refunded` are minor units of `currency`.

    `subject` says what it is for ("order:7"), and means nothing here. `refunded` counts refunds that are asked for
    or done, so that no two of them together give back more than came in.
    """

    __tablename__ = "payments"
    __table_args__ = (
        check("provider", "provider IN ('stripe', 'paypal', 'play')"),
        check("status", "status IN ('open', 'settled', 'failed', 'abandoned')"),
        check("amount", "amount > 0"),
        check("refunded", "refunded >= 0 AND refunded <= amount"),
        UniqueConstraint("provider", "provider_reference"),
        Index("ix_payments_subject", "subject"),
        partial_index("ix_payments_one_open", "subject", where=_OPEN),
        Index("ix_payments_next_check_at", "next_check_at"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id), index=True)
    subject: Mapped[str] = mapped_column(String(80))
    label: Mapped[str] = mapped_column(String(120), default="")  # what the buyer reads at the provider
    key: Mapped[str] = mapped_column(String(32), unique=True)  # random: idempotency keys derive from it
    provider: Mapped[str] = mapped_column(String(20))
    provider_account: Mapped[str] = mapped_column(String(320), default="")  # the organizer's, as it was at the start
    provider_reference: Mapped[str | None] = mapped_column(String(255))
    capture_reference: Mapped[str | None] = mapped_column(String(255), index=True)  # what refunds are asked of
    is_hosted: Mapped[bool] = mapped_column(default=False)  # on a page of the provider's
    back: Mapped[str | None]  # where the buyer comes out again: the provider is told once, and for good
    # Paid to those who run the installation; else to the event's own account, where it has one.
    is_for_platform: Mapped[bool] = mapped_column(default=False, server_default=false())
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    refunded: Mapped[int] = mapped_column(BigInteger, default=0)
    status: Mapped[str] = mapped_column(String(10), default="open")
    fault: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    # Since when what went back of it is asked about: it settled then, or a refund of it did.
    watched_from: Mapped[datetime | None]
    next_check_at: Mapped[datetime | None]  # None: nobody asks any more
    checks: Mapped[int] = mapped_column(default=0)
    payer: Mapped[str | None] = mapped_column(String(320))
    brand: Mapped[str | None] = mapped_column(String(40))
    last4: Mapped[str | None] = mapped_column(String(4))
    exp_month: Mapped[str | None] = mapped_column(String(2))
    exp_year: Mapped[str | None] = mapped_column(String(4))


class Refund(Keyed, Base):
    """Money that goes back. `amount` is minor units of the payment's currency.

    `kind`: a refund that was asked for here; one that somebody made at the provider's (foreign); or what a buyer's
    bank has taken back (dispute).
    """

    __tablename__ = "refunds"
    __table_args__ = (
        check("status", "status IN ('requested', 'settled', 'failed')"),
        check("kind", "kind IN ('refund', 'foreign', 'dispute')"),
        check("amount", "amount > 0"),
        Index("ix_refunds_one_reference", "payment_id", "provider_reference", unique=True),
        Index("ix_refunds_one_retry", "retry_of", unique=True),
        Index("ix_refunds_next_check_at", "next_check_at"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id), index=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey(Payment.id), index=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(10), default="refund", server_default="refund")
    is_undecided: Mapped[bool] = mapped_column(default=False, server_default=false())  # a dispute that goes on
    retry_of: Mapped[int | None] = mapped_column(BigInteger)  # the refund that had failed
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(255), default="")
    status: Mapped[str] = mapped_column(String(10), default="requested")
    provider_reference: Mapped[str | None] = mapped_column(String(255), index=True)
    fault: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    next_check_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(default=0)


class LedgerEntry(Keyed, Base):
    """One movement of money: an amount goes from the account `credit` to the account `debit`.

    A movement names both sides and one amount, so it can't be written by half: over all accounts, every currency
    sums to zero. Rows are written once and never changed: what turns out otherwise gets a second entry, the other way
    round (reversal).
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (
        check("amount", "amount > 0"),
        check("sides", "debit <> credit"),
        check("kind", "kind IN ('payment', 'refund', 'dispute', 'reversal', 'fee')"),
        check("refund", "(kind IN ('refund', 'dispute', 'reversal')) = (refund_id IS NOT NULL)"),
        partial_index(
            "ix_ledger_entries_one_payment",
            "payment_id",
            where=_PAYMENT,
        ),
        partial_index("ix_ledger_entries_one_refund", "refund_id", where=_REFUND),
        partial_index("ix_ledger_entries_one_reversal", "refund_id", where=_BACK),
        {"info": {"append_only": True}},
    )

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(10))
    payment_id: Mapped[int] = mapped_column(ForeignKey(Payment.id), index=True)
    refund_id: Mapped[int | None] = mapped_column(ForeignKey(Refund.id))
    debit: Mapped[str] = mapped_column(String(80), index=True)
    credit: Mapped[str] = mapped_column(String(80), index=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))


class WebhookReceipt(Keyed, Base):
    """A notice of a provider that was taken in; each counts once."""

    __tablename__ = "webhook_receipts"
    __table_args__ = (UniqueConstraint("provider", "notice_id"),)

    provider: Mapped[str] = mapped_column(String(20))
    notice_id: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(120))
    received_at: Mapped[datetime] = mapped_column(index=True)
