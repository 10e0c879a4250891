"""Sample events: the conference, and smaller ones before and after it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from openevent.events.actions import add_social_link, add_sponsor, create_event, give_role
from openevent.events.models import Event, EventSubTopic, EventTopic, EventType
from openevent.kit.access import Actor
from openevent.kit.html import clean
from openevent.kit.work import UnitOfWork
from openevent.main.demo.accounts import People
from openevent.main.demo.reading import Entry, read, without
from openevent.tickets.actions import create_ticket

_THURSDAY = 3
_SOONEST = timedelta(days=40)  # far enough ahead to sell tickets, near enough to look forward to
_HTML = ("description", "owner_description", "code_of_conduct", "after_order_message")
_PRICES = ("price", "min_price", "max_price")


def at(day: date, clock: str, zone: str) -> datetime:
    """Return the instant of a local time such as 09:30 on a day."""
    return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone))


def first_day(now: datetime) -> date:
    """Return the first day of the conference: the first Thursday that is far enough ahead."""
    day = (now + _SOONEST).date()
    return day + timedelta(days=(_THURSDAY - day.weekday()) % 7)


def make_conference(work: UnitOfWork, people: People) -> Event:
    """Make the conference with its tickets, sponsors, links and crew; the programme follows."""
    told = read("conference")
    entry = told["event"]
    ana = people["ana"].actor
    opening, zone = first_day(work.now), entry["timezone"]
    closing = opening + timedelta(days=entry["days"] - 1)
    features = ("is_sessions_speakers_enabled", "is_sponsors_enabled", "is_map_shown", "show_remaining_tickets")
    values = {
        **_columns(work, without(entry, "opens", "closes", "days")),
        **dict.fromkeys((*features, "can_pay_by_bank", "can_pay_onsite", "is_featured", "is_donation_enabled"), True),
        "starts_at": at(opening, entry["opens"], zone),
        "ends_at": at(closing, entry["closes"], zone),
        "state": "published",
        "schedule_published_on": work.now,
    }
    event = create_event(work, values, by=ana)
    _make_crew(work, event, people)
    _make_tickets(work, event, told["ticket"], ana)
    for sponsor in told["sponsor"]:
        add_sponsor(work, {**sponsor, "event_id": event.id}, by=ana)
    for link in told["link"]:
        add_social_link(work, {**link, "event_id": event.id}, by=ana)
    return event


def make_other_events(work: UnitOfWork, people: People) -> None:
    """Make the smaller events, some of them over already, and one draft."""
    for entry in read("events")["event"]:
        by = people[entry["owner"]].actor
        starts = at((work.now + timedelta(days=entry["starts"])).date(), entry["at"], entry["timezone"])
        values = {
            "state": "published",
            "payment_currency": "EUR",
            "can_pay_onsite": True,
            "onsite_details": "Cash or card at the door.",
            **_columns(work, without(entry, "owner", "starts", "at", "hours", "tickets")),
            "starts_at": starts,
            "ends_at": starts + timedelta(hours=entry["hours"]),
        }
        _make_tickets(work, create_event(work, values, by=by), entry["tickets"], by)


def _columns(work: UnitOfWork, entry: Entry) -> dict[str, Any]:
    """Turn an entry into columns of an event: topics by their names, HTML as the API would store it."""
    found = without(entry, "type", "topic", "sub_topic")
    texts = {name: clean(found[name].replace("\n", " ")) for name in _HTML if name in found}
    return {
        **found,
        **texts,
        "has_owner_info": True,
        "event_type_id": work.db.scalar(select(EventType.id).where(EventType.name == entry["type"])),
        "event_topic_id": work.db.scalar(select(EventTopic.id).where(EventTopic.name == entry["topic"])),
        "event_sub_topic_id": work.db.scalar(
            select(EventSubTopic.id).where(EventSubTopic.name == entry.get("sub_topic"))
        ),
    }


def _make_crew(work: UnitOfWork, event: Event, people: People) -> None:
    for entry in read("people")["account"]:
        if "role" in entry:
            somebody = people[entry["key"]].user
            give_role(work, event.id, somebody.id, entry["role"], by=people["ana"].actor)


def _make_tickets(work: UnitOfWork, event: Event, entries: list[Entry], by: Actor) -> None:
    opens = min(work.now, event.starts_at) - timedelta(days=30)
    for position, entry in enumerate(entries, start=1):
        prices = {name: Decimal(entry[name]) for name in _PRICES if name in entry}
        values = {
            **without(entry, "key", *_PRICES),
            **prices,
            "position": position,
            "is_description_visible": "description" in entry,
            "sales_starts_at": opens,
            "sales_ends_at": event.starts_at,
        }
        create_ticket(work, values, event_id=event.id, by=by)
