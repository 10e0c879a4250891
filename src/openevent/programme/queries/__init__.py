"""Named questions about the programme; rows become values here."""

from openevent.programme.queries.people import Recipients, audience, speaker_account_ids, speaker_addresses
from openevent.programme.queries.schedule import (
    Day,
    ScheduledSession,
    SpeakerCard,
    SpeakerName,
    TrackView,
    dates,
    languages,
    schedule,
    speakers,
)

__all__ = [
    "Day",
    "Recipients",
    "ScheduledSession",
    "SpeakerCard",
    "SpeakerName",
    "TrackView",
    "audience",
    "dates",
    "languages",
    "schedule",
    "speaker_account_ids",
    "speaker_addresses",
    "speakers",
]
