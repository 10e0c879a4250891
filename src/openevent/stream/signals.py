"""What video announces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModeratorInvited:
    """Somebody shall moderate a stream."""

    moderator_id: int


@dataclass(frozen=True, slots=True)
class MeetingEnding:
    """The meeting of a stream shall end now."""

    stream_id: int


@dataclass(frozen=True, slots=True)
class RecordingsDue:
    """It is time to ask the provider what was recorded of a stream."""

    stream_id: int


@dataclass(frozen=True, slots=True)
class RecordingDeleted:
    """A recording shall vanish at the provider as well."""

    channel_id: int
    record_id: str
