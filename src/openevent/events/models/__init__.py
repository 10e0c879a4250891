"""Tables of events."""

from openevent.events.models.event import (
    Event,
    EventSubTopic,
    EventTopic,
    EventType,
    Role,
    SocialLink,
    Sponsor,
    UsersEventsRole,
)

__all__ = [
    "Event",
    "EventSubTopic",
    "EventTopic",
    "EventType",
    "Role",
    "SocialLink",
    "Sponsor",
    "UsersEventsRole",
]
