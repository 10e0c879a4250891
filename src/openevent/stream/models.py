"""Tables of streams: channels, streams and their rooms, recordings, moderators, interpretation, virtual check-ins."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from openevent.events.models import Event
from openevent.kit.db import Base, BigKey, Keyed
from openevent.kit.vault import Encrypted, EncryptedJson
from openevent.people.models import User
from openevent.programme.models import Microlocation


class VideoChannel(Keyed, Base):
    """A kind of video that the installation offers. `api_key` is the provider's secret."""

    __tablename__ = "video_channels"

    name: Mapped[str]
    provider: Mapped[str] = mapped_column(String(60))
    url: Mapped[str]
    api_url: Mapped[str | None]
    api_key: Mapped[str | None] = mapped_column(Encrypted)
    extra: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    modified_at: Mapped[datetime]


class VideoStream(Keyed, Base):
    """Video of a whole event (`main_event_id`, one each) or of rooms.

    `meeting` is what it is called at the provider, and its passwords: never on the wire.
    """

    __tablename__ = "video_streams"

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    main_event_id: Mapped[int | None] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), unique=True)
    channel_id: Mapped[int | None] = mapped_column(ForeignKey(VideoChannel.id, ondelete="SET NULL"), index=True)
    name: Mapped[str]
    url: Mapped[str]
    bg_img_url: Mapped[str | None]
    password: Mapped[str | None]
    additional_information: Mapped[str | None]
    extra: Mapped[dict[str, Any] | None]
    meeting: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson)
    is_chat_enabled: Mapped[bool | None] = mapped_column(default=False)
    is_global_event_room: Mapped[bool | None] = mapped_column(default=False)
    chat_room_name: Mapped[str | None]


video_stream_rooms = Table(
    "video_stream_rooms",
    Base.metadata,
    Column("video_stream_id", BigKey, ForeignKey(VideoStream.id, ondelete="CASCADE"), primary_key=True),
    Column("microlocation_id", BigKey, ForeignKey(Microlocation.id, ondelete="CASCADE"), primary_key=True, unique=True),
)


class VideoRecording(Keyed, Base):
    """What was recorded of a stream, as the provider tells it."""

    __tablename__ = "video_recordings"
    __table_args__ = (UniqueConstraint("video_stream_id", "bbb_record_id"),)

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    video_stream_id: Mapped[int] = mapped_column(ForeignKey(VideoStream.id, ondelete="CASCADE"))
    bbb_record_id: Mapped[str | None] = mapped_column(String(255))
    participants: Mapped[int]
    url: Mapped[str]
    start_time: Mapped[datetime]
    end_time: Mapped[datetime]


class VideoStreamModerator(Keyed, Base):
    """Somebody who moderates a stream, known by address."""

    __tablename__ = "video_stream_moderators"
    __table_args__ = (UniqueConstraint("video_stream_id", "email"),)

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    video_stream_id: Mapped[int] = mapped_column(ForeignKey(VideoStream.id, ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(320), index=True)  # in lower case


class TranslationChannel(Keyed, Base):
    """The sound of a stream in another language."""

    __tablename__ = "translation_channels"

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    video_stream_id: Mapped[int] = mapped_column(ForeignKey(VideoStream.id, ondelete="CASCADE"), index=True)
    channel_id: Mapped[int | None] = mapped_column(ForeignKey(VideoChannel.id, ondelete="SET NULL"), index=True)
    name: Mapped[str]
    url: Mapped[str]


class VirtualCheckIn(Keyed, Base):
    """Somebody came to an event by video, or to one of its rooms, with all the tickets of theirs."""

    __tablename__ = "virtual_check_ins"

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    microlocation_id: Mapped[int | None] = mapped_column(ForeignKey(Microlocation.id, ondelete="CASCADE"))
    check_in_type: Mapped[str] = mapped_column(String(20))
    ticket_holder_ids: Mapped[list[Any]]
    check_in_at: Mapped[datetime]
    check_out_at: Mapped[datetime | None]
