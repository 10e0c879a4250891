"""What video announces."""

from __future__ import annotations

from msgspec import Struct


class ModeratorInvited(Struct, frozen=True):
    """Somebody shall moderate a stream."""

    moderator_id: int


class MeetingEnding(Struct, frozen=True):
    """The meeting of a stream shall end now."""

    stream_id: int


class RecordingsDue(Struct, frozen=True):
    """It is time to ask the provider what was recorded of a stream."""

    stream_id: int


class RecordingDeleted(Struct, frozen=True):
    """A recording shall vanish at the provider as well."""

    channel_id: int
    record_id: str
