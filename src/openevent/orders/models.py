"""Tables of orders: orders, their lines, and the attendees who hold the tickets."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from openevent.events.models import Event, Tag
from openevent.kit.db import Base, Keyed, SoftDeleted, check, partial_index
from openevent.kit.vault import Encrypted
from openevent.payments.models import EventInvoice
from openevent.people.models import User
from openevent.tickets.models import AccessCode, DiscountCode, Ticket


class Order(Keyed, Base):
    """What somebody buys at once. `amount` is minor units of `currency`; `expires_at` is set while seats are held."""

    __tablename__ = "orders"
    __table_args__ = (
        check("status", "status IN ('initializing', 'pending', 'placed', 'completed', 'cancelled', 'expired')"),
        check("amount", "amount >= 0"),
        Index("ix_orders_event_id_created_at", "event_id", "created_at"),
        Index("ix_orders_created_at", "created_at"),  # the newest of all, for admins
        Index("ix_orders_event_id_status", "event_id", "status"),  # what an event has sold
        Index("ix_orders_status_expires_at", "status", "expires_at"),
        partial_index(  # how many orders a buyer has begun; said like that, no index of states seems to serve as well
            "ix_orders_unfinished",
            *("user_id", "event_id", "expires_at"),
            unique=False,
            where=text("status NOT IN ('cancelled', 'completed', 'expired', 'placed')"),
        ),
        {"sqlite_autoincrement": True},  # payments and mails know it by its key, and outlive it: none is given again
    )

    identifier: Mapped[str] = mapped_column(String(36), unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id))
    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="SET NULL"), index=True)
    marketer_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="SET NULL"), index=True)
    discount_code_id: Mapped[int | None] = mapped_column(ForeignKey(DiscountCode.id, ondelete="SET NULL"), index=True)
    access_code_id: Mapped[int | None] = mapped_column(ForeignKey(AccessCode.id, ondelete="SET NULL"), index=True)
    event_invoice_id: Mapped[int | None] = mapped_column(ForeignKey(EventInvoice.id, ondelete="SET NULL"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int] = mapped_column(BigInteger, default=0)
    tax: Mapped[int] = mapped_column(BigInteger, default=0)  # within the amount, as it was agreed
    tax_name: Mapped[str | None]
    tax_rate: Mapped[float | None]
    is_tax_included: Mapped[bool] = mapped_column(default=False)  # in the prices, not on top of them
    expires_at: Mapped[datetime | None]
    address: Mapped[str | None]
    city: Mapped[str | None]
    state: Mapped[str | None]
    country: Mapped[str | None]
    zipcode: Mapped[str | None]
    company: Mapped[str | None]
    tax_business_info: Mapped[str | None]
    completed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    transaction_id: Mapped[str | None]
    payment_mode: Mapped[str | None]  # chosen at checkout
    payment_url: Mapped[str | None]  # where the buyer pays, for modes that have a page of ours
    paid_via: Mapped[str | None]
    is_billing_enabled: Mapped[bool] = mapped_column(default=False)
    brand: Mapped[str | None]
    exp_month: Mapped[str | None]
    exp_year: Mapped[str | None]
    last4: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="initializing")
    cancel_note: Mapped[str | None]
    order_notes: Mapped[str | None]
    pdf_key: Mapped[str | None]  # where the PDF of all its tickets lies in the storage
    tickets_pdf_url: Mapped[str | None]


class OrderLine(Keyed, Base):
    """How many of one ticket type an order holds, and the unit price that was agreed."""

    __tablename__ = "order_lines"
    __table_args__ = (
        check("quantity", "quantity > 0"),
        check("price", "price >= 0"),
        Index("ix_order_lines_order_id_ticket_id", "order_id", "ticket_id"),  # whether an order is about a ticket type
    )

    order_id: Mapped[int] = mapped_column(ForeignKey(Order.id, ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id))
    ticket_id: Mapped[int] = mapped_column(ForeignKey(Ticket.id), index=True)
    quantity: Mapped[int]
    price: Mapped[int] = mapped_column(BigInteger)
    discount: Mapped[int] = mapped_column(BigInteger, default=0)  # off the whole line
    fee: Mapped[int] = mapped_column(BigInteger, default=0)  # on the whole line


class Attendee(Keyed, SoftDeleted, Base):
    """Who holds one ticket. `identifier` is 6 hex characters; with the order's it is what the QR code says."""

    __tablename__ = "attendees"
    __table_args__ = (
        UniqueConstraint("order_id", "identifier"),  # what the QR code says names one person; also the index by order
        Index("ix_attendees_email", "email"),
        Index("ix_attendees_event_id", "event_id"),
        partial_index(
            "ix_attendees_tag_id",
            "tag_id",
            unique=False,
            where=text("tag_id IS NOT NULL"),
        ),
        partial_index(
            "ix_attendees_loose",
            "created_at",
            unique=False,
            where=text("order_id IS NULL"),
        ),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id))
    order_id: Mapped[int | None] = mapped_column(ForeignKey(Order.id, ondelete="CASCADE"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey(Ticket.id), index=True)
    # Of somebody who was entered before there is an order: by whom and when. Who comes with an order has neither.
    creator_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="SET NULL"))
    created_at: Mapped[datetime | None]
    identifier: Mapped[str] = mapped_column(String(12))
    code_issue: Mapped[int] = mapped_column(default=0)  # the number of the signed code; 0 while there is none
    email: Mapped[str | None] = mapped_column(String(320))
    tag_id: Mapped[int | None] = mapped_column(ForeignKey(Tag.id, ondelete="SET NULL"))
    pdf_key: Mapped[str | None]  # where the PDF lies in the storage
    firstname: Mapped[str | None]
    lastname: Mapped[str | None]
    address: Mapped[str | None]
    city: Mapped[str | None]
    state: Mapped[str | None]
    country: Mapped[str | None]
    job_title: Mapped[str | None]
    phone: Mapped[str | None]
    tax_business_info: Mapped[str | None]
    billing_address: Mapped[str | None]
    home_address: Mapped[str | None]
    shipping_address: Mapped[str | None]
    company: Mapped[str | None]
    work_address: Mapped[str | None]
    work_phone: Mapped[str | None]
    website: Mapped[str | None]
    blog: Mapped[str | None]
    twitter: Mapped[str | None]
    facebook: Mapped[str | None]
    github: Mapped[str | None]
    instagram: Mapped[str | None]
    linkedin: Mapped[str | None]
    gender: Mapped[str | None]
    accept_video_recording: Mapped[bool | None]
    accept_share_details: Mapped[bool | None]
    accept_receive_emails: Mapped[bool | None]
    age_group: Mapped[str | None]
    home_wiki: Mapped[str | None]
    wiki_scholarship: Mapped[str | None]
    birth_date: Mapped[datetime | None]
    is_checked_in: Mapped[bool] = mapped_column(default=False)
    device_name_checkin: Mapped[str | None]
    checkin_times: Mapped[str | None]
    checkout_times: Mapped[str | None]
    attendee_notes: Mapped[str | None]
    is_checked_out: Mapped[bool] = mapped_column(default=False)
    is_registered: Mapped[bool] = mapped_column(default=False)
    register_times: Mapped[str | None]
    pdf_url: Mapped[str | None]
    complex_field_values: Mapped[dict[str, Any] | None]
    is_consent_form_field: Mapped[bool] = mapped_column(default=False)
    is_consent_of_refund_policy: Mapped[bool] = mapped_column(default=False)
    native_language: Mapped[str | None]
    fluent_language: Mapped[str | None]
    is_consent_form_field_photo: Mapped[bool] = mapped_column(default=False)
    is_consent_form_field_email: Mapped[bool] = mapped_column(default=False)
    is_badge_printed: Mapped[bool] = mapped_column(default=False)
    badge_printed_at: Mapped[datetime | None]
    is_discount_applied: Mapped[bool] = mapped_column(default=False)
    is_access_code_applied: Mapped[bool] = mapped_column(default=False)
    cancelled_at: Mapped[datetime | None]  # taken out of an order that went on without them: they never come back


class TicketKey(Base):
    """The pair of keys that the codes on an event's tickets are signed with; the private one is sealed."""

    __tablename__ = "ticket_keys"

    event_id: Mapped[int] = mapped_column(
        ForeignKey(Event.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    public_key: Mapped[str] = mapped_column(String(64))  # base64url of 32 bytes
    private_key: Mapped[str] = mapped_column(Encrypted)
    created_at: Mapped[datetime]


class RevokedCode(Keyed, Base):
    """A code that let somebody in and does so no more: it was replaced, or its attendee is not there any more.

    Codes of cancelled orders are not written down here: their attendees say it themselves.
    """

    __tablename__ = "revoked_codes"
    __table_args__ = (UniqueConstraint("event_id", "attendee_id", "issue"),)

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"))
    attendee_id: Mapped[int] = mapped_column(BigInteger)  # no foreign key: it outlives the attendee
    issue: Mapped[int]
    revoked_at: Mapped[datetime]


class WaitingListEntry(Keyed, Base):
    """Somebody who waits for sold out tickets: `wanted` of them in all, of which `taken` have become orders.

    Seats that are put aside for the entry stand in its wishes; who is served first is told by `joined_at`, then `id`.
    """

    __tablename__ = "waiting_list_entries"
    __table_args__ = (
        check("state", "state IN ('waiting', 'offered', 'taken', 'declined', 'expired', 'left', 'closed')"),
        check("wanted", "wanted > 0"),
        check("taken", "taken >= 0 AND taken <= wanted"),  # nobody is served twice
        check("offer", "(state = 'offered') = (offer_expires_at IS NOT NULL)"),
        Index("ix_waiting_list_entries_line", "event_id", "state", "joined_at", "id"),
        Index("ix_waiting_list_entries_offer_expires_at", "state", "offer_expires_at"),
        Index("ix_waiting_list_entries_kept_until", "state", "kept_until"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="SET NULL"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey(Order.id, ondelete="SET NULL"), index=True)  # the last one
    wanted: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    accepts_fewer: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="waiting")
    joined_at: Mapped[datetime]
    offer_expires_at: Mapped[datetime | None]
    kept_until: Mapped[datetime | None]  # seats are kept until then while there are too few for an offer
    ended_at: Mapped[datetime | None]


class WaitingListWish(Base):
    """One ticket type that an entry waits for; `held` seats of it are put aside, and counted in the stock as held."""

    __tablename__ = "waiting_list_wishes"
    __table_args__ = (
        check("held", "held >= 0"),
        partial_index("ix_waiting_list_wishes_held", "entry_id", unique=False, where=text("held > 0")),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey(WaitingListEntry.id, ondelete="CASCADE"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey(Ticket.id, ondelete="CASCADE"), primary_key=True, index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    held: Mapped[int] = mapped_column(default=0)
