"""Tables of events: events, what they are about, sponsors, links, and who runs what."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from openevent.kit.db import Base, Keyed, SoftDeleted, check
from openevent.people.models import User


class EventType(Keyed, SoftDeleted, Base):
    """A kind of event, such as Conference."""

    __tablename__ = "event_types"

    name: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)


class EventTopic(Keyed, SoftDeleted, Base):
    """What events are about, such as Science & Technology."""

    __tablename__ = "event_topics"

    name: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    system_image_url: Mapped[str | None]


class EventSubTopic(Keyed, Base):
    """A part of a topic."""

    __tablename__ = "event_sub_topics"
    __table_args__ = (UniqueConstraint("event_topic_id", "slug"),)

    name: Mapped[str]
    slug: Mapped[str]
    event_topic_id: Mapped[int] = mapped_column(ForeignKey(EventTopic.id))


class Event(Keyed, SoftDeleted, Base):
    """An event. `identifier` is what people see in addresses: 8 hex characters, never digits only."""

    __tablename__ = "events"
    __table_args__ = (
        check("state", "state IN ('draft', 'published')"),
        Index("ix_events_state_ends_at", "state", "ends_at"),
        Index("ix_events_location_name", "location_name"),  # what was sold at a place
    )

    identifier: Mapped[str] = mapped_column(String(36), unique=True)
    event_type_id: Mapped[int | None] = mapped_column(ForeignKey(EventType.id, ondelete="SET NULL"), index=True)
    event_topic_id: Mapped[int | None] = mapped_column(ForeignKey(EventTopic.id, ondelete="SET NULL"), index=True)
    event_sub_topic_id: Mapped[int | None] = mapped_column(
        ForeignKey(EventSubTopic.id, ondelete="SET NULL"), index=True
    )
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id", ondelete="SET NULL"), index=True)
    name: Mapped[str]
    external_event_url: Mapped[str | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    timezone: Mapped[str] = mapped_column(default="UTC")
    online: Mapped[bool] = mapped_column(default=False)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    logo_url: Mapped[str | None]
    location_name: Mapped[str | None]
    searchable_location_name: Mapped[str | None]
    public_stream_link: Mapped[str | None]
    stream_loop: Mapped[bool] = mapped_column(default=False)
    stream_autoplay: Mapped[bool] = mapped_column(default=False)
    description: Mapped[str | None]
    after_order_message: Mapped[str | None]
    original_image_url: Mapped[str | None]
    thumbnail_image_url: Mapped[str | None]
    large_image_url: Mapped[str | None]
    icon_image_url: Mapped[str | None]
    show_remaining_tickets: Mapped[bool] = mapped_column(default=False)
    owner_name: Mapped[str | None]
    is_map_shown: Mapped[bool] = mapped_column(default=False)
    is_oneclick_signup_enabled: Mapped[bool] = mapped_column(default=False)
    has_owner_info: Mapped[bool] = mapped_column(default=False)
    owner_description: Mapped[str | None]
    is_sessions_speakers_enabled: Mapped[bool] = mapped_column(default=False)
    privacy: Mapped[str] = mapped_column(default="public")
    state: Mapped[str] = mapped_column(default="draft")
    ticket_url: Mapped[str | None]
    code_of_conduct: Mapped[str | None]
    schedule_published_on: Mapped[datetime | None]
    is_featured: Mapped[bool] = mapped_column(default=False)
    is_promoted: Mapped[bool] = mapped_column(default=False)
    is_demoted: Mapped[bool] = mapped_column(default=False)
    is_announced: Mapped[bool] = mapped_column(default=False)
    is_ticket_form_enabled: Mapped[bool] = mapped_column(default=True)
    is_cfs_enabled: Mapped[bool] = mapped_column(default=False)
    payment_country: Mapped[str | None]
    payment_currency: Mapped[str | None]
    paypal_email: Mapped[str | None]
    is_tax_enabled: Mapped[bool] = mapped_column(default=False)
    is_billing_info_mandatory: Mapped[bool] = mapped_column(default=False)
    is_donation_enabled: Mapped[bool] = mapped_column(default=False)
    is_chat_enabled: Mapped[bool] = mapped_column(default=False)
    is_videoroom_enabled: Mapped[bool] = mapped_column(default=False)
    is_document_enabled: Mapped[bool] = mapped_column(default=False)
    document_links: Mapped[list[Any] | None]
    can_pay_by_paypal: Mapped[bool] = mapped_column(default=False)
    can_pay_by_stripe: Mapped[bool] = mapped_column(default=False)
    can_pay_by_cheque: Mapped[bool] = mapped_column(default=False)
    can_pay_by_bank: Mapped[bool] = mapped_column(default=False)
    can_pay_by_invoice: Mapped[bool] = mapped_column(default=False)
    can_pay_onsite: Mapped[bool] = mapped_column(default=False)
    can_pay_by_omise: Mapped[bool] = mapped_column(default=False)
    can_pay_by_alipay: Mapped[bool] = mapped_column(default=False)
    can_pay_by_paytm: Mapped[bool] = mapped_column(default=False)
    cheque_details: Mapped[str | None]
    invoice_details: Mapped[str | None]
    bank_details: Mapped[str | None]
    onsite_details: Mapped[str | None]
    is_sponsors_enabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    refund_policy: Mapped[str | None]
    is_badges_enabled: Mapped[bool] = mapped_column(default=False)
    pentabarf_url: Mapped[str | None]
    ical_url: Mapped[str | None]
    xcal_url: Mapped[str | None]
    is_stripe_linked: Mapped[bool] = mapped_column(default=False)
    chat_room_name: Mapped[str | None]
    ticket_color: Mapped[str | None] = mapped_column(String(7))  # of the PDF tickets: #rrggbb
    ticket_paper_color: Mapped[str | None] = mapped_column(String(7))
    ticket_note: Mapped[str | None]
    language: Mapped[str | None] = mapped_column(String(20))  # of tickets and mails, such as de


class Role(Keyed, Base):
    """A part that people play in an event; the built-in ones are seeded by the migration."""

    __tablename__ = "roles"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    title_name: Mapped[str | None]


class UsersEventsRole(Keyed, Base):
    """Who has which role on which event. `role_name` repeats the role's name: permission checks need no join."""

    __tablename__ = "users_events_roles"
    __table_args__ = (
        UniqueConstraint("user_id", "event_id", "role_id"),
        Index("ix_users_events_roles_event_id", "event_id"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    role_id: Mapped[int] = mapped_column(ForeignKey(Role.id))
    role_name: Mapped[str] = mapped_column(String(40))


class Sponsor(Keyed, SoftDeleted, Base):
    """Who pays for the coffee."""

    __tablename__ = "sponsors"

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    name: Mapped[str]
    description: Mapped[str | None]
    url: Mapped[str | None]
    level: Mapped[int | None]
    logo_url: Mapped[str | None]
    type: Mapped[str | None]


class SocialLink(Keyed, SoftDeleted, Base):
    """An address of the event elsewhere."""

    __tablename__ = "social_links"

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    identifier: Mapped[str | None]
    name: Mapped[str]
    link: Mapped[str]
