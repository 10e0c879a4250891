"""Tables of codes: discounts on tickets or on the platform's fee, and access to hidden tickets."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from openevent.events.models import Event
from openevent.kit.db import Base, BigKey, Keyed, SoftDeleted, check, live_unique
from openevent.payments.models import EventInvoice
from openevent.people.models import User
from openevent.tickets.models.ticket import Ticket

# However many orders meet, a code is never used more often than it says.
_NOT_OVERUSED = "used >= 0 AND (tickets_number IS NULL OR used <= tickets_number)"


class DiscountCode(Keyed, SoftDeleted, Base):
    """A discount.

    `used_for` "ticket": by an organizer, on tickets of `event_id`; "event": by an admin, on what the platform takes
    of the events in discount_codes_events.
    `value` is percent, or major units of the event's currency. `used` counts the attendees who got it.
    """

    __tablename__ = "discount_codes"
    __table_args__ = (
        live_unique("uq_discount_codes_event_id_code_live", "event_id", "code_folded"),
        check("used_for", "used_for IN ('event', 'ticket')"),
        check("type", "type IN ('amount', 'percent')"),
        check("value", "value >= 0"),
        check("used", _NOT_OVERUSED),
    )

    event_id: Mapped[int | None] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    marketer_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="SET NULL"), index=True)
    used_for: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(255))
    code_folded: Mapped[str] = mapped_column(String(600))  # as codes are compared: without case
    discount_url: Mapped[str | None]
    type: Mapped[str] = mapped_column(String(10))
    value: Mapped[float]
    is_active: Mapped[bool] = mapped_column(default=True)
    tickets_number: Mapped[int | None]
    min_quantity: Mapped[int | None] = mapped_column(default=1)
    max_quantity: Mapped[int | None]
    valid_from: Mapped[datetime | None]
    valid_till: Mapped[datetime | None]
    created_at: Mapped[datetime]
    used: Mapped[int] = mapped_column(default=0)


class AccessCode(Keyed, SoftDeleted, Base):
    """What hidden tickets are shown for. `used` counts the attendees who came by it."""

    __tablename__ = "access_codes"
    __table_args__ = (
        live_unique("uq_access_codes_event_id_code_live", "event_id", "code_folded"),
        check("used", _NOT_OVERUSED),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    marketer_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="SET NULL"), index=True)
    code: Mapped[str] = mapped_column(String(255))
    code_folded: Mapped[str] = mapped_column(String(600))
    access_url: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=False)
    tickets_number: Mapped[int | None]
    min_quantity: Mapped[int | None]
    max_quantity: Mapped[int | None]
    valid_from: Mapped[datetime]
    valid_till: Mapped[datetime | None]
    used: Mapped[int] = mapped_column(default=0)


class AccessCodeLookUp(Keyed, Base):
    """Somebody has typed an access code: an order of theirs that names none may use it for a while."""

    __tablename__ = "access_code_look_ups"
    __table_args__ = (UniqueConstraint("user_id", "access_code_id"),)

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    access_code_id: Mapped[int] = mapped_column(ForeignKey(AccessCode.id, ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    seen_at: Mapped[datetime]


discount_codes_tickets = Table(
    "discount_codes_tickets",
    Base.metadata,
    Column("discount_code_id", BigKey, ForeignKey(DiscountCode.id, ondelete="CASCADE"), primary_key=True),
    Column("ticket_id", BigKey, ForeignKey(Ticket.id, ondelete="CASCADE"), primary_key=True, index=True),
)

# An event has one `event` code at most; a code may serve several events.
discount_codes_events = Table(
    "discount_codes_events",
    Base.metadata,
    Column("event_id", BigKey, ForeignKey(Event.id, ondelete="CASCADE"), primary_key=True),
    Column("discount_code_id", BigKey, ForeignKey(DiscountCode.id, ondelete="CASCADE"), nullable=False, index=True),
)

# Which code lowered an invoice of the platform.
discount_codes_invoices = Table(
    "discount_codes_invoices",
    Base.metadata,
    Column("event_invoice_id", BigKey, ForeignKey(EventInvoice.id, ondelete="CASCADE"), primary_key=True),
    Column("discount_code_id", BigKey, ForeignKey(DiscountCode.id, ondelete="CASCADE"), nullable=False, index=True),
)

access_codes_tickets = Table(
    "access_codes_tickets",
    Base.metadata,
    Column("access_code_id", BigKey, ForeignKey(AccessCode.id, ondelete="CASCADE"), primary_key=True),
    Column("ticket_id", BigKey, ForeignKey(Ticket.id, ondelete="CASCADE"), primary_key=True, index=True),
)
