"""Values for those who put devices into workshops: where one stands, and what there is to choose from."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from openevent.events.models import Event
from openevent.lab.models import Bench
from openevent.programme.models import Session
from openevent.programme.rules import PUBLIC_STATES
from openevent.tickets.models import Ticket

_MOST, _LARGEST = 500, 2**63 - 1


class Stand(Struct, frozen=True):
    """A device in a workshop."""

    id: int
    event: str
    event_identifier: str
    session: str | None
    begins_at: datetime | None
    timezone: str
    ticket: str | None


class Choice(Struct, frozen=True):
    """Something to choose: an event, a session, a ticket type."""

    id: int
    name: str
    at: datetime | None = None


class Workshops(Struct, frozen=True):
    """An event, and what narrows a bench in it."""

    id: int
    name: str
    timezone: str
    sessions: tuple[Choice, ...]
    tickets: tuple[Choice, ...]


def stands_of(db: Db, device_id: int) -> list[Stand]:
    """Return the workshops that a device stands in, in the order of their beginning."""
    rows = db.execute(
        select(
            *(Bench.id, Event.name, Event.identifier, Session.title, Session.starts_at, Event.timezone, Ticket.name),
        )
        .select_from(Bench)
        .join(Event, Event.id == Bench.event_id)
        .outerjoin(Session, Session.id == Bench.session_id)
        .outerjoin(Ticket, Ticket.id == Bench.ticket_id)
        .where(Bench.device_id == device_id, Event.deleted_at.is_(None))
        .order_by(Event.starts_at, Session.starts_at, Bench.id)
    )
    return [Stand(*row) for row in rows]


def events_to_come(db: Db, now: datetime) -> list[Choice]:
    """Return events that are not over, the next one first."""
    events = select(Event.id, Event.name, Event.starts_at).where(Event.ends_at > now, Event.deleted_at.is_(None))
    return [Choice(*row) for row in db.execute(events.order_by(Event.starts_at, Event.id).limit(_MOST))]


def workshops_of(db: Db, event_id: int) -> Workshops | None:
    """Return what a bench in an event may be narrowed to: sessions that take place, and ticket types."""
    if event_id > _LARGEST:  # no database could hold such a key
        return None
    event = db.execute(
        select(Event.id, Event.name, Event.timezone).where(Event.id == event_id, Event.deleted_at.is_(None))
    ).first()
    if event is None:
        return None
    sessions = db.execute(
        select(Session.id, Session.title, Session.starts_at)
        .where(Session.event_id == event_id, Session.deleted_at.is_(None))
        .where(Session.starts_at.is_not(None), Session.state.in_(PUBLIC_STATES))
        .order_by(Session.starts_at, Session.id)
        .limit(_MOST)
    )
    types = select(Ticket.id, Ticket.name).where(Ticket.event_id == event_id, Ticket.deleted_at.is_(None))
    tickets = db.execute(types.order_by(Ticket.position, Ticket.id).limit(_MOST))
    return Workshops(
        event.id,
        event.name,
        event.timezone,
        tuple(Choice(*row) for row in sessions),
        tuple(Choice(*row) for row in tickets),
    )
