"""Named questions about events; rows become values here."""

from openevent.events.queries.finding import organized_event, readable_event, roles_of
from openevent.events.queries.invites import InviteView, group_invite_view, invite_view
from openevent.events.queries.organizers import chief_addresses, organizer_ids, organizes
from openevent.events.queries.pages import (
    EventCard,
    EventPage,
    LinkView,
    OrganizedEvent,
    SponsorView,
    event_page,
    events_of_organizer,
    past,
    public_identifier,
    upcoming,
)
from openevent.events.queries.reminders import is_reminded
from openevent.events.queries.search import Hit, Search, search

__all__ = [
    "EventCard",
    "EventPage",
    "Hit",
    "InviteView",
    "LinkView",
    "OrganizedEvent",
    "Search",
    "SponsorView",
    "chief_addresses",
    "event_page",
    "events_of_organizer",
    "group_invite_view",
    "invite_view",
    "is_reminded",
    "organized_event",
    "organizer_ids",
    "organizes",
    "past",
    "public_identifier",
    "readable_event",
    "roles_of",
    "search",
    "upcoming",
]
