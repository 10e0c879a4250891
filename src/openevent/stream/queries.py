"""Named questions about video; rows become values here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Db

from openevent.events.models import Event
from openevent.orders.models import Attendee, Order
from openevent.orders.rules.states import SOLD
from openevent.programme.models import Microlocation
from openevent.stream.models import (
    VideoChannel,
    VideoStream,
    VideoStreamModerator,
    VirtualCheckIn,
    video_stream_rooms,
)
from openevent.stream.rules import BBB


def events_of_rooms(db: Db, rooms: Sequence[int]) -> set[int]:
    """Return the events that these rooms belong to."""
    return set(db.scalars(select(Microlocation.event_id).where(Microlocation.id.in_(rooms))))


def rooms_of(db: Db, stream_id: int) -> list[int]:
    """Return the rooms of a stream."""
    links = video_stream_rooms.c
    return list(db.scalars(select(links.microlocation_id).where(links.video_stream_id == stream_id)))


def taken_rooms(db: Db, rooms: Sequence[int], stream_id: int) -> set[int]:
    """Return those of the rooms that have another stream."""
    links = video_stream_rooms.c
    rows = select(links.microlocation_id).where(links.microlocation_id.in_(rooms), links.video_stream_id != stream_id)
    return set(db.scalars(rows))


def channel_of(db: Db, stream: VideoStream) -> VideoChannel | None:
    """Return the channel of a stream."""
    return db.get(VideoChannel, stream.channel_id) if stream.channel_id else None


def stream_of_event(db: Db, event_id: int) -> VideoStream | None:
    """Return the stream of a whole event."""
    return db.scalar(select(VideoStream).where(VideoStream.main_event_id == event_id))


def has_streams(db: Db, event_id: int) -> bool:
    """Tell whether an event has any video."""
    return db.scalar(select(VideoStream.id).where(VideoStream.event_id == event_id).limit(1)) is not None


def event_by_key(db: Db, key: str) -> Event | None:
    """Return a live event by id or identifier."""
    is_id = key.isascii() and key.isdigit() and len(key) < 19  # noqa: PLR2004 -- 64 bit
    wanted = Event.id == int(key) if is_id else Event.identifier == key
    return db.scalar(select(Event).where(wanted, Event.deleted_at.is_(None)))


def is_moderator(db: Db, stream_id: int, email: str) -> bool:
    """Tell whether this address moderates a stream."""
    rows = select(VideoStreamModerator.id).where(
        VideoStreamModerator.video_stream_id == stream_id, VideoStreamModerator.email == email.lower()
    )
    return db.scalar(rows) is not None


def tickets_of(db: Db, event_id: int, user_id: int) -> list[int]:
    """Return the attendees of what somebody has bought for an event."""
    rows = (
        select(Attendee.id)
        .join(Order, Order.id == Attendee.order_id)
        .where(Order.event_id == event_id, Order.user_id == user_id, Order.status.in_(SOLD))
        .where(Attendee.deleted_at.is_(None))
    )
    return list(db.scalars(rows.order_by(Attendee.id)))


def open_check_in(db: Db, event_id: int, user_id: int, kind: str, room_id: int | None) -> VirtualCheckIn | None:
    """Return the visit that somebody has not left yet."""
    rows = select(VirtualCheckIn).where(
        VirtualCheckIn.event_id == event_id,
        VirtualCheckIn.user_id == user_id,
        VirtualCheckIn.check_in_type == kind,
        VirtualCheckIn.microlocation_id == room_id if room_id else VirtualCheckIn.microlocation_id.is_(None),
        VirtualCheckIn.check_out_at.is_(None),
    )
    return db.scalar(rows.order_by(VirtualCheckIn.id.desc()).limit(1))


def recorded_streams(db: Db, since: datetime) -> list[int]:
    """Return the streams with meetings at BigBlueButton whose events have not ended before a moment."""
    rows = (
        select(VideoStream.id)
        .join(VideoChannel, VideoChannel.id == VideoStream.channel_id)
        .join(Event, Event.id == VideoStream.event_id)
        .where(func.lower(VideoChannel.provider) == BBB, Event.ends_at >= since, VideoStream.meeting.is_not(None))
    )
    return list(db.scalars(rows.order_by(VideoStream.id)))
