"""Events as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from openevent.events.models import (
    Event,
    EventTopic,
    EventType,
    SocialLink,
    Sponsor,
    UsersEventsRole,
)
from openevent.events.roles import EVENT_COORGANIZER, EVENT_CREW, LISTED, PUBLISHED
from openevent.events.rules import ORGANIZING, RANKED, like_pattern
from openevent.kit.access import ANONYMOUS, Actor
from openevent.kit.html import plain

_EXCERPT = 200
_MOST_DIGITS = 18  # fits 64 bit
_UNNAMED = "Untitled event"  # a draft may wait for its name; whoever looks for it needs something to press


class EventCard(Struct, frozen=True):
    """An event as it stands in a list."""

    id: int
    identifier: str
    name: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    is_online: bool
    location: str | None
    image_url: str | None
    topic: str | None
    owner_name: str | None
    excerpt: str  # the beginning of the description, without markup


class OrganizedEvent(Struct, frozen=True):
    """An event as somebody who organizes it sees it in a list, and the highest role he has there."""

    card: EventCard
    state: str
    privacy: str
    role: str


class SponsorView(Struct, frozen=True):
    """A sponsor on the event page."""

    name: str
    description: str | None  # clean HTML
    url: str | None
    logo_url: str | None
    level: int | None
    type: str | None


class LinkView(Struct, frozen=True):
    """An address of the event elsewhere."""

    name: str
    link: str


class EventPage(Struct, frozen=True):
    """Everything the public page of an event shows. HTML texts are clean already."""

    id: int
    identifier: str
    name: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    is_online: bool
    location: str | None
    latitude: float | None
    longitude: float | None
    is_map_shown: bool
    description: str | None
    image_url: str | None
    logo_url: str | None
    owner_name: str | None
    owner_description: str | None
    code_of_conduct: str | None
    refund_policy: str | None
    external_url: str | None
    ticket_url: str | None
    type: str | None
    topic: str | None
    currency: str
    state: str
    privacy: str
    has_programme: bool
    show_remaining_tickets: bool
    can_organize: bool
    sponsors: tuple[SponsorView, ...]
    links: tuple[LinkView, ...]

    @property
    def is_published(self) -> bool:
        """Whether everyone may see it."""
        return self.state == "published"


def upcoming(
    db: Session, now: datetime, *, search: str = "", limit: int = 12, offset: int = 0
) -> tuple[list[EventCard], int]:
    """Return published, listed events that have not ended, the next one first, and how many there are in all."""
    found = _cards().where(Event.ends_at >= now, _is_listed(), *_matching(search))
    total = db.scalar(select(func.count()).select_from(found.order_by(None).subquery()))
    rows = db.execute(found.order_by(Event.starts_at, Event.id).limit(limit).offset(offset))
    return [_card(event, topic) for event, topic in rows], total or 0


def past(db: Session, now: datetime, *, limit: int = 6) -> list[EventCard]:
    """Return published, listed events that have ended, the latest one first."""
    found = _cards().where(Event.ends_at < now, _is_listed())
    rows = db.execute(found.order_by(Event.ends_at.desc(), Event.id).limit(limit))
    return [_card(event, topic) for event, topic in rows]


def _is_listed() -> ColumnElement[bool]:
    # The very cell that narrows the public list of the API: the home page can't show more.
    return LISTED.condition(ANONYMOUS, Event.__table__.c)


def _cards() -> Select[Event, str]:
    topics = select(Event, EventTopic.name).outerjoin(EventTopic, EventTopic.id == Event.event_topic_id)
    return topics.where(Event.deleted_at.is_(None))


def _matching(search: str) -> list[ColumnElement[bool]]:
    """Every word has to be found somewhere."""
    places = (Event.name, Event.description, Event.location_name, Event.owner_name, EventTopic.name)
    return [or_(*(place.ilike(like_pattern(word), escape="\\") for place in places)) for word in search.split()]


def _card(event: Event, topic: str | None) -> EventCard:
    return EventCard(
        id=event.id,
        identifier=event.identifier,
        name=event.name.strip() or _UNNAMED,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        timezone=event.timezone,
        is_online=event.online,
        location=event.location_name,
        image_url=event.large_image_url or event.original_image_url,
        topic=topic,
        owner_name=event.owner_name if event.has_owner_info else None,
        excerpt=_excerpt(event.description),
    )


def _excerpt(description: str | None) -> str:
    text = plain(description or "")
    if len(text) <= _EXCERPT:
        return text
    return text[:_EXCERPT].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


def events_of_organizer(db: Session, user_id: int, *, limit: int, offset: int = 0) -> list[OrganizedEvent]:
    """Return some of the events that an account owns or co-organizes, drafts too, the latest one first."""
    roles = UsersEventsRole
    theirs = roles.user_id == user_id, roles.role_name.in_(ORGANIZING)
    some = select(Event.id).where(Event.id.in_(select(roles.event_id).where(*theirs)), Event.deleted_at.is_(None))
    some = some.order_by(Event.starts_at.desc(), Event.id).limit(limit).offset(offset)
    found = _cards().add_columns(roles.role_name).join(roles, roles.event_id == Event.id)
    found = found.where(*theirs, Event.id.in_(some))
    rows = groupby(db.execute(found.order_by(Event.starts_at.desc(), Event.id)), key=lambda row: row[0])
    return [_organized(event, [(topic, role) for _event, topic, role in held]) for event, held in rows]


def _organized(event: Event, held: list[tuple[str | None, str]]) -> OrganizedEvent:
    topic, role = max(held, key=lambda one: RANKED[one[1]])
    return OrganizedEvent(_card(event, topic), event.state, event.privacy, role)


def public_identifier(db: Session, key: str) -> str | None:
    """Return the identifier of a published event that is known by it or by its id, None when there is none."""
    is_id = key.isascii() and key.isdigit() and len(key) <= _MOST_DIGITS
    wanted = or_(Event.identifier == key, Event.id == int(key)) if is_id else Event.identifier == key
    live = wanted, Event.state == "published", Event.deleted_at.is_(None)
    return db.scalar(select(Event.identifier).where(*live).limit(1))


def event_page(db: Session, identifier: str, by: Actor) -> EventPage | None:
    """Return an event by its identifier, or None when there is none that this actor may see."""
    columns = Event.__table__.c
    organizes = EVENT_COORGANIZER.condition(by.kind, columns)
    visible = (PUBLISHED | EVENT_CREW).condition(by.kind, columns)
    found = (
        select(Event, EventType.name, EventTopic.name, organizes)
        .outerjoin(EventType, EventType.id == Event.event_type_id)
        .outerjoin(EventTopic, EventTopic.id == Event.event_topic_id)
        .where(Event.identifier == identifier, Event.deleted_at.is_(None), visible)
    )
    row = db.execute(found, dict(by.params)).one_or_none()
    if row is None:
        return None
    event, kind, topic, can_organize = row
    return _page(db, event, kind, topic, can_organize=bool(can_organize))


def _page(db: Session, event: Event, kind: str | None, topic: str | None, *, can_organize: bool) -> EventPage:
    return EventPage(
        id=event.id,
        identifier=event.identifier,
        name=event.name.strip() or _UNNAMED,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        timezone=event.timezone,
        is_online=event.online,
        location=event.location_name,
        latitude=event.latitude,
        longitude=event.longitude,
        is_map_shown=event.is_map_shown,
        description=event.description,
        image_url=event.original_image_url,
        logo_url=event.logo_url,
        owner_name=event.owner_name if event.has_owner_info else None,
        owner_description=event.owner_description if event.has_owner_info else None,
        code_of_conduct=event.code_of_conduct,
        refund_policy=event.refund_policy,
        external_url=event.external_event_url,
        ticket_url=event.ticket_url,
        type=kind,
        topic=topic,
        currency=event.payment_currency or "USD",
        state=event.state,
        privacy=event.privacy,
        has_programme=event.is_sessions_speakers_enabled,
        show_remaining_tickets=event.show_remaining_tickets,
        can_organize=can_organize,
        sponsors=_sponsors(db, event) if event.is_sponsors_enabled else (),
        links=_links(db, event),
    )


def _sponsors(db: Session, event: Event) -> tuple[SponsorView, ...]:
    found = select(Sponsor).where(Sponsor.event_id == event.id, Sponsor.deleted_at.is_(None))
    rows: Sequence[Sponsor] = db.scalars(found.order_by(Sponsor.level.is_(None), Sponsor.level, Sponsor.id)).all()
    return tuple(SponsorView(row.name, row.description, row.url, row.logo_url, row.level, row.type) for row in rows)


def _links(db: Session, event: Event) -> tuple[LinkView, ...]:
    found = select(SocialLink).where(SocialLink.event_id == event.id, SocialLink.deleted_at.is_(None))
    return tuple(LinkView(row.name, row.link) for row in db.scalars(found.order_by(SocialLink.id)))
