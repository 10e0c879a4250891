"""Tables of events."""

from openevent.events.models.crew import EventRolePermission, RoleInvite, Service, UserFavouriteEvent
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
from openevent.events.models.groups import Group, UserFollowGroup, UsersGroupsRole
from openevent.events.models.parts import EventCopyright, Exhibitor, Faq, FaqType, Tag
from openevent.events.models.places import EventLocation, NamedPlace
from openevent.events.models.reminders import EventReminder

__all__ = [
    "Event",
    "EventCopyright",
    "EventLocation",
    "EventReminder",
    "EventRolePermission",
    "EventSubTopic",
    "EventTopic",
    "EventType",
    "Exhibitor",
    "Faq",
    "FaqType",
    "Group",
    "NamedPlace",
    "Role",
    "RoleInvite",
    "Service",
    "SocialLink",
    "Sponsor",
    "Tag",
    "UserFavouriteEvent",
    "UserFollowGroup",
    "UsersEventsRole",
    "UsersGroupsRole",
]
