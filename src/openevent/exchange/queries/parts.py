"""Which tables the files of an event's archive come from, and go to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table

from openevent.events.models import (
    EventCopyright,
    EventSubTopic,
    EventTopic,
    EventType,
    Exhibitor,
    Faq,
    FaqType,
    SocialLink,
    Sponsor,
)
from openevent.forms.models import CustomForm, CustomFormOption, CustomFormTranslate
from openevent.programme.models import (
    Microlocation,
    Session,
    SessionType,
    Speaker,
    SpeakersCall,
    Track,
    speakers_sessions,
)
from openevent.tickets.models import Tax, Ticket, TicketTag, ticket_taggings

MODELS: Mapping[str, type[Any]] = {
    "social_links": SocialLink,
    "tracks": Track,
    "microlocations": Microlocation,
    "session_types": SessionType,
    "sponsors": Sponsor,
    "exhibitors": Exhibitor,
    "speakers": Speaker,
    "sessions": Session,
    "forms": CustomForm,
    "form_options": CustomFormOption,
    "form_translations": CustomFormTranslate,
    "faq_types": FaqType,
    "faqs": Faq,
    "tickets": Ticket,
    "ticket_tags": TicketTag,
    "taxes": Tax,
    "speakers_calls": SpeakersCall,
    "copyrights": EventCopyright,
}
LINKS: Mapping[str, tuple[Table, str, str]] = {  # of parts that list rows of another: link table, own side, other side
    "sessions": (speakers_sessions, "session_id", "speaker_id"),
    "ticket_tags": (ticket_taggings, "ticket_tag_id", "ticket_id"),
}
CATALOGUE_MODELS: Mapping[str, type[Any]] = {
    "event_type": EventType,
    "event_topic": EventTopic,
    "event_sub_topic": EventSubTopic,
}
