"""The verbs of video."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, cast

from msgspec import Struct
from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session as Db

from openevent.events.models import Event
from openevent.events.roles import EVENT_COORGANIZER
from openevent.kit.access import Actor, allows
from openevent.kit.errors import Conflict, DomainError, Forbidden, Invalid
from openevent.kit.outbound import Outbound
from openevent.kit.work import OpenWork, UnitOfWork
from openevent.programme.models import Microlocation
from openevent.site.rules import MASK
from openevent.stream import queries, rules
from openevent.stream.models import (
    TranslationChannel,
    VideoChannel,
    VideoRecording,
    VideoStream,
    VideoStreamModerator,
    VirtualCheckIn,
    video_stream_rooms,
)
from openevent.stream.providers.bigbluebutton import BigBlueButton, Recording
from openevent.stream.signals import MeetingEnding, ModeratorInvited, RecordingDeleted, RecordingsDue

_EVENT, _ROOMS, _EMAIL = "/data/relationships/event", "/data/relationships/rooms", "/data/attributes/email"


class StreamExists(Conflict):
    """The event or the room has a stream already, or the stream this moderator."""

    code = "stream-exists"


def create_stream(work: UnitOfWork, values: Mapping[str, Any], *, rooms: Sequence[int] = (), by: Actor) -> VideoStream:
    """Set up a stream of a whole event (`main_event_id`) or of rooms; `values` are its columns.

    Raises Invalid (both or neither; options), Forbidden (rooms of several events; somebody else's), StreamExists.
    """
    stream = VideoStream(**{**values, "extra": None})
    _place(work, stream, rooms, by)
    _set_extra(work, stream, values.get("extra"), None)
    work.db.add(stream)
    work.db.flush()
    stream.chat_room_name = rules.chat_room_name(stream.name, stream.id)
    _set_rooms(work.db, stream, rooms)
    work.audit("video-stream.create", f"video-stream:{stream.id}", by=by, event=stream.event_id)
    return stream


def update_stream(
    work: UnitOfWork, stream: VideoStream, values: Mapping[str, Any], *, rooms: Sequence[int] | None = None, by: Actor
) -> VideoStream:
    """Change a stream; only what is in `values` changes, and its rooms when they are given. Raises as above."""
    for key, value in values.items():
        if key != "extra":
            setattr(stream, key, value)
    if rooms is not None or "main_event_id" in values:
        wanted = queries.rooms_of(work.db, stream.id) if rooms is None else rooms
        _place(work, stream, wanted, by)
        _set_rooms(work.db, stream, wanted)
    if "extra" in values or "channel_id" in values:
        _set_extra(work, stream, values.get("extra"), stream.extra)
    if "channel_id" in values:
        stream.meeting = None
    work.db.flush()
    work.audit("video-stream.update", f"video-stream:{stream.id}", by=by, changed=sorted(values))
    return stream


def _place(work: UnitOfWork, stream: VideoStream, rooms: Sequence[int], by: Actor) -> None:
    """Find out which event a stream belongs to, and whether this actor may put it there."""
    if (stream.main_event_id is None) == (not rooms):
        raise Invalid("A stream is of one event, or of rooms.", pointer=_EVENT)
    events = queries.events_of_rooms(work.db, rooms) or {cast(int, stream.main_event_id)}
    if len(events) > 1:
        raise Forbidden("These rooms are not of one event.", pointer=_ROOMS)
    [event_id] = events
    if not allows(work.db, EVENT_COORGANIZER, by, cast(Table, Event.__table__), event_id):
        raise Forbidden(f"Only {EVENT_COORGANIZER.name} may do this.", pointer=_ROOMS if rooms else _EVENT)
    with work.db.no_autoflush:
        other = queries.stream_of_event(work.db, event_id) if not rooms else None
        if (other is not None and other is not stream) or queries.taken_rooms(work.db, rooms, stream.id or 0):
            raise StreamExists("There is a stream already.", pointer=_ROOMS if rooms else _EVENT)
    stream.event_id = event_id


def _set_rooms(db: Db, stream: VideoStream, rooms: Sequence[int]) -> None:
    db.execute(delete(video_stream_rooms).where(video_stream_rooms.c.video_stream_id == stream.id))
    if rooms:
        rows = [{"video_stream_id": stream.id, "microlocation_id": room} for room in dict.fromkeys(rooms)]
        db.execute(insert(video_stream_rooms), rows)


def _set_extra(
    work: UnitOfWork, stream: VideoStream, extra: Mapping[str, Any] | None, before: Mapping[str, Any] | None
) -> None:
    fault = rules.extra_fault(extra)
    if fault:
        raise Invalid(fault.detail, pointer=fault.pointer)
    with work.db.no_autoflush:
        channel = queries.channel_of(work.db, stream)
    if channel is None or channel.provider.lower() not in rules.WITH_EXTRA:
        stream.extra = None
        return
    found = rules.kept_extra(extra, before)
    options: dict[str, Any] = found.get("bbb_options") or {}
    if options.pop("endCurrentMeeting", False) and stream.id:
        work.announce(MeetingEnding(stream.id))
    stream.extra = found or None


# --- meetings at BigBlueButton ---------------------------------------------------------------------------------------


def meeting_of(work: UnitOfWork, stream: VideoStream) -> dict[str, str]:
    """Return what a stream's meeting is called, and its two passwords: made when somebody asks for it first."""
    if stream.meeting is None:
        names = ("attendee", "moderator")
        stream.meeting = {"id": f"oe-{stream.id}-{secrets.token_hex(8)}"} | {n: secrets.token_hex(12) for n in names}
        work.db.flush()
    return stream.meeting


def server_of(outbound: Outbound, channel: VideoChannel | None) -> BigBlueButton | None:
    """Return the BigBlueButton of a channel; None when its address or its secret is missing."""
    if channel is None or not channel.api_url or not channel.api_key:
        return None
    return BigBlueButton(outbound, channel.api_url, channel.api_key, str((channel.extra or {}).get("checksum", "sha1")))


class _Met(Struct, frozen=True):
    """A meeting at a provider, as it was when somebody looked."""

    server: BigBlueButton
    meeting: dict[str, Any]


def _met(open_work: OpenWork, stream_id: int) -> _Met | None:
    """Return where a stream's meeting is, None when it has none; nothing stays open while the provider is asked."""
    with open_work() as work:
        stream = work.db.get(VideoStream, stream_id)
        server = server_of(work.services.outbound, queries.channel_of(work.db, stream)) if stream else None
        return None if stream is None or server is None or not stream.meeting else _Met(server, stream.meeting)


def end_meeting(open_work: OpenWork, signal: MeetingEnding) -> None:
    """End the meeting of a stream; one that is not running any more is fine."""
    met = _met(open_work, signal.stream_id)
    if met is None:
        return
    try:
        met.server.end(meeting=met.meeting["id"], password=met.meeting["moderator"])
    except DomainError:
        return  # it was over
    with open_work() as work:
        stream = work.db.get(VideoStream, signal.stream_id)
        if stream is not None and stream.meeting == met.meeting:  # none that was made meanwhile
            stream.meeting = None


def import_recordings(open_work: OpenWork, signal: RecordingsDue) -> None:
    """Learn what the provider has recorded of a stream since it was asked last."""
    met = _met(open_work, signal.stream_id)
    if met is None:
        return
    try:
        found = met.server.recordings(met.meeting["id"])
    except DomainError:
        return  # asked again next time
    with open_work() as work:
        stream = work.db.get(VideoStream, signal.stream_id, with_for_update=True)
        if stream is not None:
            ids = select(VideoRecording.bbb_record_id).where(VideoRecording.video_stream_id == stream.id)
            known = set(work.db.scalars(ids))
            work.db.add_all(_recording(stream, one) for one in found if one.id not in known)


def _recording(stream: VideoStream, one: Recording) -> VideoRecording:
    return VideoRecording(
        event_id=stream.event_id,
        video_stream_id=stream.id,
        bbb_record_id=one.id,
        participants=one.participants,
        url=one.url,
        start_time=one.starts_at,
        end_time=one.ends_at,
    )


def delete_recording(work: UnitOfWork, recording: VideoRecording, *, by: Actor) -> None:
    """Forget a recording, here and at the provider."""
    stream = work.db.get_one(VideoStream, recording.video_stream_id)
    if stream.channel_id and recording.bbb_record_id:
        work.announce(RecordingDeleted(stream.channel_id, recording.bbb_record_id))
    work.db.delete(recording)
    work.db.flush()
    work.audit("video-recording.delete", f"video-recording:{recording.id}", by=by, event=recording.event_id)


def delete_at_provider(open_work: OpenWork, signal: RecordingDeleted) -> None:
    """Delete a recording where it is kept; raises ServerUnreachable, so that it is tried again."""
    with open_work() as work:
        server = server_of(work.services.outbound, work.db.get(VideoChannel, signal.channel_id))
    if server is not None:
        server.delete_recording(signal.record_id)


# --- moderators, interpretation, channels, visits --------------------------------------------------------------------


def invite_moderator(work: UnitOfWork, *, video_stream_id: int, email: str, by: Actor) -> VideoStreamModerator:
    """Let somebody moderate a stream, and tell them. Raises StreamExists for one who does already."""
    stream = work.db.get_one(VideoStream, video_stream_id)
    _check_moderator(work.db, stream.id, email)
    found = VideoStreamModerator(event_id=stream.event_id, video_stream_id=stream.id, email=email.lower())
    work.db.add(found)
    work.db.flush()
    work.audit("video-stream-moderator.create", f"video-stream-moderator:{found.id}", by=by, stream=stream.id)
    work.announce(ModeratorInvited(found.id))
    return found


def change_moderator(
    work: UnitOfWork, found: VideoStreamModerator, *, email: str | None, by: Actor
) -> VideoStreamModerator:
    """Give a moderator another address, and tell whoever that is."""
    if email is None or email.lower() == found.email:
        return found
    _check_moderator(work.db, found.video_stream_id, email)
    found.email = email.lower()
    work.db.flush()
    work.audit("video-stream-moderator.update", f"video-stream-moderator:{found.id}", by=by)
    work.announce(ModeratorInvited(found.id))
    return found


def _check_moderator(db: Db, stream_id: int, email: str) -> None:
    if queries.is_moderator(db, stream_id, email):
        raise StreamExists("This person moderates the stream already.", pointer=_EMAIL)


def save_translation(
    work: UnitOfWork, found: TranslationChannel | None, values: Mapping[str, Any], *, by: Actor
) -> TranslationChannel:
    """Add the sound of a stream in another language, or change it."""
    row = found or TranslationChannel()
    for key, value in values.items():
        setattr(row, key, value)
    row.event_id = work.db.get_one(VideoStream, row.video_stream_id).event_id
    work.db.add(row)
    work.db.flush()
    work.audit("translation-channel.save", f"translation-channel:{row.id}", by=by, stream=row.video_stream_id)
    return row


def save_channel(work: UnitOfWork, found: VideoChannel | None, values: Mapping[str, Any], *, by: Actor) -> VideoChannel:
    """Offer a kind of video, or change it."""
    row = found or VideoChannel(created_at=work.now)
    for key, value in values.items():
        if (key, value) != ("api_key", MASK):
            setattr(row, key, value)
    row.modified_at = work.now
    work.db.add(row)
    work.db.flush()
    work.audit("video-channel.save", f"video-channel:{row.id}", by=by, changed=sorted(values))
    return row


def check_in_virtually(
    work: UnitOfWork, event: Event, *, kind: str, is_check_in: bool, room_id: int | None, by: Actor
) -> VirtualCheckIn:
    """Note that somebody came to an event or a room by video, or left it. Raises Invalid: no room, not there."""
    if kind == "room":
        room = work.db.get(Microlocation, room_id) if room_id else None
        if room is None or room.event_id != event.id or room.deleted_at is not None:
            raise Invalid("A room of the event is needed.", pointer="/microlocation_id")
    else:
        room_id = None
    by_id = cast(int, by.id)
    present = queries.open_check_in(work.db, event.id, by_id, kind, room_id)
    if not is_check_in:
        if present is None:
            raise Invalid("You have not checked in.", pointer="/is_check_in")
        present.check_out_at = work.now
    elif present is None:
        present = VirtualCheckIn(
            event_id=event.id,
            user_id=by_id,
            microlocation_id=room_id,
            check_in_type=kind,
            ticket_holder_ids=queries.tickets_of(work.db, event.id, by_id),
            check_in_at=work.now,
        )
        work.db.add(present)
    work.db.flush()
    return present
