"""Entries of waiting lists as pages show them: one's own, and an event's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from msgspec import Struct
from sqlalchemy import ColumnElement, Table, func, select
from sqlalchemy.orm import Session

from openevent.events.models import Event
from openevent.orders.models import Order, WaitingListEntry, WaitingListWish
from openevent.orders.queries.facts import buyer_name
from openevent.orders.queries.waiting import ENTRIES, WISHES, ahead_of
from openevent.orders.rules.holders import place_of
from openevent.orders.rules.waiting import ACTIVE, OFFERED, WAITING
from openevent.people.models import User
from openevent.tickets.models import Ticket

_ENTRIES = cast(Table, WaitingListEntry.__table__)


class WaitingCard(Struct, frozen=True):
    """An entry of a waiting list."""

    id: int
    event_id: int
    state: str
    wanted: int
    taken: int
    accepts_fewer: bool
    ahead: int
    joined_at: datetime
    expires_at: datetime | None
    kept_until: datetime | None
    tickets: tuple[str, ...]  # what it waits for
    held: tuple[tuple[int, str], ...]  # how many of what are put aside
    order_identifier: str | None
    event_name: str
    event_identifier: str
    starts_at: datetime
    timezone: str
    location: str
    name: str
    email: str

    @property
    def is_offered(self) -> bool:
        """Whether seats can be taken."""
        return self.state == OFFERED

    @property
    def is_active(self) -> bool:
        """Whether it is not over."""
        return self.state in ACTIVE

    @property
    def seats(self) -> int:
        """How many seats are put aside."""
        return sum(number for number, _ in self.held)

    @property
    def left(self) -> int:
        """How many are wanted still."""
        return self.wanted - self.taken


def waiting_of_person(db: Session, user_id: int, *, most: int) -> list[WaitingCard]:
    """Return the lines that somebody stands in, with offers first."""
    mine = (ENTRIES.user_id == user_id, ENTRIES.state.in_(sorted(ACTIVE)))
    return _cards(db, mine, (ENTRIES.state, ENTRIES.joined_at, ENTRIES.id), limit=most)


def waiting_entry(db: Session, entry_id: int, user_id: int) -> WaitingCard | None:
    """Return somebody's own entry, None when it is not there or not theirs."""
    found = _cards(db, (ENTRIES.id == entry_id, ENTRIES.user_id == user_id), (ENTRIES.id,), limit=1)
    return found[0] if found else None


def waiting_of_event(
    db: Session, event_id: int, *, only_active: bool, limit: int, offset: int = 0
) -> tuple[list[WaitingCard], int]:
    """Return an event's entries in their order, those that are over last, and how many there are."""
    conditions = [ENTRIES.event_id == event_id]
    if only_active:
        conditions.append(ENTRIES.state.in_(sorted(ACTIVE)))
    total = db.scalar(select(func.count()).select_from(_ENTRIES).where(*conditions)) or 0
    by_place = (ENTRIES.state.not_in(sorted(ACTIVE)), ENTRIES.joined_at, ENTRIES.id)
    return _cards(db, conditions, by_place, limit=limit, offset=offset), total


class Crowd(Struct, frozen=True):
    """How many wait for an event, and for how many tickets."""

    people: int
    wanted: int
    offered: int  # people


def crowd_of_event(db: Session, event_id: int) -> Crowd:
    """Return how many wait for an event."""
    rows = db.execute(
        select(ENTRIES.state, func.count(), func.sum(ENTRIES.wanted - ENTRIES.taken))
        .where(ENTRIES.event_id == event_id, ENTRIES.state.in_(sorted(ACTIVE)))
        .group_by(ENTRIES.state)
    )
    found = {state: (number, int(wanted)) for state, number, wanted in rows}
    (waiting, more), (offered, some) = (found.get(state, (0, 0)) for state in (WAITING, OFFERED))
    return Crowd(waiting + offered, more + some, offered)


def _cards(
    db: Session,
    conditions: Sequence[ColumnElement[bool]],
    order: Sequence[ColumnElement[Any]],
    *,
    limit: int,
    offset: int = 0,
) -> list[WaitingCard]:
    ahead = ahead_of(dict(ENTRIES.items()))
    rows = db.execute(
        select(WaitingListEntry, ahead, Event, User, Order.identifier)
        .join(Event, Event.id == ENTRIES.event_id)
        .outerjoin(User, User.id == ENTRIES.user_id)
        .outerjoin(Order, Order.id == ENTRIES.order_id)
        .where(*conditions)
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    ).all()
    wished = _wished(db, [entry.id for entry, *_ in rows])
    return [
        _card(entry, ahead, event, user, identifier, wished.get(entry.id, []))
        for entry, ahead, event, user, identifier in rows
    ]


def _wished(db: Session, ids: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    found: dict[int, list[tuple[str, int]]] = {}
    rows = db.execute(
        select(WISHES.entry_id, Ticket.name, WISHES.held)
        .join_from(cast(Table, WaitingListWish.__table__), Ticket, Ticket.id == WISHES.ticket_id)
        .where(WISHES.entry_id.in_(ids))
        .order_by(Ticket.position, Ticket.id)
    )
    for entry_id, name, held in rows:
        found.setdefault(entry_id, []).append((name, held))
    return found


def _card(  # noqa: PLR0917 -- a row's parts
    entry: WaitingListEntry,
    ahead: int,
    event: Event,
    user: User | None,
    order_identifier: str | None,
    wished: Sequence[tuple[str, int]],
) -> WaitingCard:
    return WaitingCard(
        id=entry.id,
        event_id=entry.event_id,
        state=entry.state,
        wanted=entry.wanted,
        taken=entry.taken,
        accepts_fewer=entry.accepts_fewer,
        ahead=ahead,
        joined_at=entry.joined_at,
        expires_at=entry.offer_expires_at,
        kept_until=entry.kept_until,
        tickets=tuple(name for name, _ in wished),
        held=tuple((held, name) for name, held in wished if held),
        order_identifier=order_identifier,
        event_name=event.name,
        event_identifier=event.identifier,
        starts_at=event.starts_at,
        timezone=event.timezone,
        location=place_of(event.location_name, online=event.online),
        name=buyer_name(user),
        email=user.email if user else "",
    )
