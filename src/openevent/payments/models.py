"""Tables of payments: accounts at providers, and the platform's invoices to organizers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from openevent.events.models import Event
from openevent.kit.db import Base, Keyed, SoftDeleted, check
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
    status: Mapped[str] = mapped_column(String(20), default="due")
