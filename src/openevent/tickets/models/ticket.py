"""Tables of ticket types, their stock and their tags."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from openevent.events.models import Event
from openevent.kit.db import Base, BigKey, Keyed, SoftDeleted, check, live_unique


class Ticket(Keyed, SoftDeleted, Base):
    """A ticket type. Prices are minor units of `currency`, which follows the event's payment currency."""

    __tablename__ = "tickets"
    __table_args__ = (
        live_unique("uq_tickets_event_id_name_live", "event_id", "name"),
        check("prices", "price >= 0 AND min_price >= 0 AND (max_price IS NULL OR max_price >= 0)"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    price: Mapped[int | None] = mapped_column(BigInteger)
    min_price: Mapped[int] = mapped_column(BigInteger, default=0)
    max_price: Mapped[int | None] = mapped_column(BigInteger, default=0)
    name: Mapped[str]
    description: Mapped[str | None]
    type: Mapped[str]
    is_description_visible: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=1)
    is_fee_absorbed: Mapped[bool] = mapped_column(default=False)
    sales_starts_at: Mapped[datetime]
    sales_ends_at: Mapped[datetime]
    is_hidden: Mapped[bool] = mapped_column(default=False)
    min_order: Mapped[int] = mapped_column(default=1)
    max_order: Mapped[int] = mapped_column(default=10)
    is_checkin_restricted: Mapped[bool] = mapped_column(default=True)
    auto_checkin_enabled: Mapped[bool] = mapped_column(default=False)
    form_id: Mapped[str | None]
    badge_id: Mapped[str | None]


class TicketStock(Base):
    """How many of a ticket type exist, are held by open orders, and are taken. A row of its own: it is hot.

    Attendees refer to the ticket, never to this row, so their foreign key locks don't stand in the way of the counter.
    """

    __tablename__ = "ticket_stock"
    __table_args__ = (
        check("held", "held >= 0"),
        check("sold", "sold >= 0"),
        check("not_oversold", "sold + held <= quantity"),
    )

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey(Ticket.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    quantity: Mapped[int]
    held: Mapped[int] = mapped_column(default=0)
    sold: Mapped[int] = mapped_column(default=0)


class TicketTag(Keyed, SoftDeleted, Base):
    """A label that an organizer gives to ticket types."""

    __tablename__ = "ticket_tags"
    __table_args__ = (live_unique("uq_ticket_tags_event_id_name_live", "event_id", "name"),)

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    name: Mapped[str | None] = mapped_column(String(255))


ticket_taggings = Table(
    "ticket_taggings",
    Base.metadata,
    Column("ticket_tag_id", BigKey, ForeignKey(TicketTag.id, ondelete="CASCADE"), primary_key=True),
    Column("ticket_id", BigKey, ForeignKey(Ticket.id, ondelete="CASCADE"), primary_key=True, index=True),
)
