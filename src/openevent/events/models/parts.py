"""Tables of what stands around an event: exhibitors, questions and answers, licences, labels of attendees."""

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from openevent.events.models.event import Event
from openevent.kit.db import Base, Keyed, SoftDeleted, check, live_unique


class EventCopyright(Keyed, SoftDeleted, Base):
    """Under which licence an event's material stands: at most one an event."""

    __tablename__ = "event_copyrights"
    __table_args__ = (live_unique("uq_event_copyrights_event_id_live", "event_id"),)

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"))
    holder: Mapped[str | None]
    holder_url: Mapped[str | None]
    licence: Mapped[str]
    licence_url: Mapped[str | None]
    year: Mapped[int | None]
    logo_url: Mapped[str | None]


class Exhibitor(Keyed, Base):
    """Who has a stand at the event."""

    __tablename__ = "exhibitors"
    __table_args__ = (check("status", "status IN ('pending', 'accepted')"),)

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    name: Mapped[str]
    status: Mapped[str] = mapped_column(default="pending")
    description: Mapped[str | None]
    url: Mapped[str | None]
    position: Mapped[int] = mapped_column(default=0)
    logo_url: Mapped[str | None]
    banner_url: Mapped[str | None]
    thumbnail_image_url: Mapped[str | None]
    enable_video_room: Mapped[bool] = mapped_column(default=False)
    video_url: Mapped[str | None]
    slides_url: Mapped[str | None]
    contact_email: Mapped[str | None]
    contact_link: Mapped[str | None]
    social_links: Mapped[list[Any] | None]


class FaqType(Keyed, Base):
    """What questions are sorted by."""

    __tablename__ = "faq_types"

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    name: Mapped[str]


class Faq(Keyed, SoftDeleted, Base):
    """A question that people ask about the event, and its answer."""

    __tablename__ = "faqs"

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    faq_type_id: Mapped[int | None] = mapped_column(ForeignKey(FaqType.id, ondelete="SET NULL"), index=True)
    question: Mapped[str]
    answer: Mapped[str]


class Tag(Keyed, SoftDeleted, Base):
    """A coloured label that organizers stick on attendees."""

    __tablename__ = "tags"
    __table_args__ = (live_unique("uq_tags_event_id_name_live", "event_id", "name"),)

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"))
    name: Mapped[str]
    color: Mapped[str | None]
    is_read_only: Mapped[bool] = mapped_column(default=False)
