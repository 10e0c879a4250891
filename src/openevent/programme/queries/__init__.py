"""Named questions about the programme; rows become values here."""

from openevent.programme.queries.people import Recipients, audience, organizer_ids, speaker_account_ids
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
    "organizer_ids",
    "schedule",
    "speaker_account_ids",
    "speakers",
]
