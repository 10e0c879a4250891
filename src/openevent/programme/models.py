"""Tables of the programme: sessions, speakers, tracks, rooms, session types, the call, opinions."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from openevent.events.models import Event, Exhibitor
from openevent.kit.db import Base, BigKey, Keyed, SoftDeleted, check, live_unique
from openevent.people.models import User


class Track(Keyed, SoftDeleted, Base):
    """A theme that runs through the programme."""

    __tablename__ = "tracks"

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    name: Mapped[str]
    description: Mapped[str | None]
    color: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    font_color: Mapped[str] = mapped_column(String(7), default="#000000")  # readable on `color`


class Microlocation(Keyed, SoftDeleted, Base):
    """A room or another place where sessions happen."""

    __tablename__ = "microlocations"

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    chat_room_name: Mapped[str | None]
    name: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    floor: Mapped[int | None]
    hidden_in_scheduler: Mapped[bool] = mapped_column(default=False)
    is_chat_enabled: Mapped[bool] = mapped_column(default=False)
    is_global_event_room: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    room: Mapped[str | None]


class SessionType(Keyed, SoftDeleted, Base):
    """A format, such as Talk, with its usual length as HH:MM."""

    __tablename__ = "session_types"

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    name: Mapped[str]
    length: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)


class Session(Keyed, SoftDeleted, Base):
    """A talk, a workshop, a panel: something that happens in a room at a time."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_event_id_state", "event_id", "state"),)

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"))
    track_id: Mapped[int | None] = mapped_column(ForeignKey(Track.id, ondelete="SET NULL"), index=True)
    microlocation_id: Mapped[int | None] = mapped_column(ForeignKey(Microlocation.id, ondelete="SET NULL"), index=True)
    session_type_id: Mapped[int | None] = mapped_column(ForeignKey(SessionType.id, ondelete="SET NULL"), index=True)
    creator_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="SET NULL"), index=True)
    title: Mapped[str]
    subtitle: Mapped[str | None]
    level: Mapped[str | None]
    short_abstract: Mapped[str] = mapped_column(default="")
    long_abstract: Mapped[str] = mapped_column(default="")
    comments: Mapped[str | None]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    language: Mapped[str | None]
    slides_url: Mapped[str | None]
    slides: Mapped[list[Any] | None]
    website: Mapped[str | None]
    twitter: Mapped[str | None]
    facebook: Mapped[str | None]
    github: Mapped[str | None]
    linkedin: Mapped[str | None]
    instagram: Mapped[str | None]
    gitlab: Mapped[str | None]
    mastodon: Mapped[str | None]
    video_url: Mapped[str | None]
    audio_url: Mapped[str | None]
    signup_url: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="draft")
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    is_mail_sent: Mapped[bool] = mapped_column(default=False)
    is_locked: Mapped[bool] = mapped_column(default=False)
    last_modified_at: Mapped[datetime]
    complex_field_values: Mapped[dict[str, Any] | None]


class Speaker(Keyed, SoftDeleted, Base):
    """Somebody who speaks at one event."""

    __tablename__ = "speakers"
    __table_args__ = (live_unique("uq_speakers_event_id_email_live", "event_id", "email"),)

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="SET NULL"), index=True)
    name: Mapped[str]
    email: Mapped[str | None]
    photo_url: Mapped[str | None]
    thumbnail_image_url: Mapped[str | None]
    small_image_url: Mapped[str | None]
    icon_image_url: Mapped[str | None]
    short_biography: Mapped[str | None]
    long_biography: Mapped[str | None]
    speaking_experience: Mapped[str | None]
    mobile: Mapped[str | None]
    website: Mapped[str | None]
    twitter: Mapped[str | None]
    facebook: Mapped[str | None]
    github: Mapped[str | None]
    mastodon: Mapped[str | None]
    linkedin: Mapped[str | None]
    instagram: Mapped[str | None]
    organisation: Mapped[str | None]
    is_featured: Mapped[bool] = mapped_column(default=False)
    is_email_overridden: Mapped[bool] = mapped_column(default=False)
    position: Mapped[str | None]
    country: Mapped[str | None]
    city: Mapped[str | None]
    address: Mapped[str | None]
    gender: Mapped[str | None]
    order: Mapped[int] = mapped_column(default=0)
    heard_from: Mapped[str | None]
    sponsorship_required: Mapped[str | None]
    complex_field_values: Mapped[dict[str, Any] | None]
    speaker_positions: Mapped[dict[str, Any] | None]


speakers_sessions = Table(
    "speakers_sessions",
    Base.metadata,
    Column("session_id", BigKey, ForeignKey(Session.id, ondelete="CASCADE"), primary_key=True),
    Column("speaker_id", BigKey, ForeignKey(Speaker.id, ondelete="CASCADE"), primary_key=True, index=True),
)


class SpeakersCall(Keyed, SoftDeleted, Base):
    """When an event takes sessions from everybody. `hash` stands in the address of a call that is not public."""

    __tablename__ = "speakers_calls"
    __table_args__ = (live_unique("uq_speakers_calls_event_id_live", "event_id"),)

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    announcement: Mapped[str | None]
    starts_at: Mapped[datetime]
    soft_ends_at: Mapped[datetime | None]  # what is announced; what comes later is still taken
    ends_at: Mapped[datetime]
    hash: Mapped[str | None]
    privacy: Mapped[str] = mapped_column(default="public")


class SpeakerInvite(Keyed, Base):
    """Somebody is asked to speak in a session of somebody else."""

    __tablename__ = "speaker_invites"
    __table_args__ = (Index("ix_speaker_invites_email_status", "email", "status"),)

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey(Session.id, ondelete="CASCADE"), index=True)
    email: Mapped[str]
    status: Mapped[str] = mapped_column(default="pending")


class Feedback(Keyed, SoftDeleted, Base):
    """What somebody thinks of an event, or of a session. `event_id` is the event in both cases."""

    __tablename__ = "feedbacks"
    __table_args__ = (
        UniqueConstraint("session_id", "user_id"),
        UniqueConstraint("rated_event_id", "user_id"),
        check("subject", "(session_id IS NULL) <> (rated_event_id IS NULL)"),
        check("rating", "rating >= 1 AND rating <= 5"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    rated_event_id: Mapped[int | None] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey(Session.id, ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    rating: Mapped[float]
    comment: Mapped[str | None]


class UserFavouriteSession(Keyed, Base):
    """Somebody wants to hear a session."""

    __tablename__ = "user_favourite_sessions"
    __table_args__ = (UniqueConstraint("session_id", "user_id"),)

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey(Session.id, ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)


exhibitors_sessions = Table(
    "exhibitors_sessions",
    Base.metadata,
    Column("exhibitor_id", BigKey, ForeignKey(Exhibitor.id, ondelete="CASCADE"), primary_key=True),
    Column("session_id", BigKey, ForeignKey(Session.id, ondelete="CASCADE"), primary_key=True, index=True),
)
