"""Questions about those who wait for sold out tickets: who is in line, for what, and what is put aside for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, Table, and_, exists, func, or_, select, union
from sqlalchemy.orm import Session

from openevent.events.models import Event
from openevent.orders.models import WaitingListEntry, WaitingListWish
from openevent.orders.rules.waiting import ACTIVE, OFFERED, WAITING, Bounds, Wish
from openevent.site.queries import modules
from openevent.tickets.models import Ticket, TicketStock

ENTRIES = cast(Table, WaitingListEntry.__table__).c
WISHES = cast(Table, WaitingListWish.__table__).c
_TICKETS = cast(Table, Ticket.__table__).c
_STOCK = cast(Table, TicketStock.__table__).c
AT_ONCE = 200  # entries that are read at a time


class OnSale(Struct, frozen=True):
    """A ticket type that can be waited for; `is_open`: it can be ordered at this moment, too."""

    bounds: Bounds
    ends_at: datetime  # of the sale, and not after the event
    free: int
    is_open: bool


def anybody_waits(db: Session, event_ids: Collection[int]) -> list[int]:
    """Return those of these events for whose tickets somebody waits."""
    found = select(ENTRIES.event_id).where(ENTRIES.event_id.in_(sorted(event_ids)), ENTRIES.state.in_(sorted(ACTIVE)))
    return sorted(db.scalars(found.distinct()))


def on_sale(db: Session, event_id: int, now: datetime) -> dict[int, OnSale]:
    """Return an event's ticket types that are sold or will be: shown to everybody, and their sale has not ended."""
    switches = modules(db)
    rows = db.execute(
        select(Ticket, TicketStock.quantity - TicketStock.sold - TicketStock.held, Event.ends_at, Event.state)
        .join(TicketStock, TicketStock.ticket_id == Ticket.id)
        .join(Event, Event.id == Ticket.event_id)
        .where(Ticket.event_id == event_id, Ticket.deleted_at.is_(None), Ticket.is_hidden.is_(False))
        .where(Ticket.sales_ends_at > now, Event.ends_at > now, Event.deleted_at.is_(None))
        .order_by(Ticket.position, Ticket.id)
        .execution_options(populate_existing=True)
    )
    return {
        one.id: OnSale(
            Bounds(one.min_order, one.max_order),
            min(one.sales_ends_at, ends_at),
            free,
            is_open=state == "published" and one.sales_starts_at <= now and switches.refuses(one.type) is None,
        )
        for one, free, ends_at, state in rows
    }


def line(db: Session, event_id: int, ticket_ids: Sequence[int], now: datetime) -> Iterator[Wish]:
    """Yield those who wait for some of these ticket types, the first one first; types in the order that is given.

    Whoever accepts fewer and has an open offer waits for the rest of it.
    """
    places = {id_: place for place, id_ in enumerate(ticket_ids)}
    after: tuple[Any, ...] = ()
    while True:
        rows = db.execute(_page(event_id, ticket_ids, after, now)).all()
        wished = _wished(db, [row.id for row in rows])
        yield from (_wish(row, wished[row.id], places, now) for row in rows)
        if len(rows) < AT_ONCE:
            return
        after = (rows[-1].joined_at, rows[-1].id)


def _wish(row: Any, wished: Mapping[int, int], places: Mapping[int, int], now: datetime) -> Wish:  # noqa: ANN401 -- a row
    theirs = sorted((id_ for id_ in wished if id_ in places), key=places.__getitem__)
    offered = {id_: held for id_, held in wished.items() if held} if row.state == OFFERED else {}
    may_keep = not offered and (row.kept_until is None or row.kept_until > now)
    number = row.wanted - row.taken - sum(offered.values())
    return Wish(row.id, number, tuple(theirs), row.accepts_fewer, may_keep, offered)


def _page(event_id: int, ticket_ids: Sequence[int], after: tuple[Any, ...], now: datetime) -> Select[*tuple[Any, ...]]:
    wants = exists(select(WISHES.entry_id).where(WISHES.entry_id == ENTRIES.id, WISHES.ticket_id.in_(ticket_ids)))
    found = select(
        ENTRIES.id,
        ENTRIES.state,
        ENTRIES.wanted,
        ENTRIES.taken,
        ENTRIES.accepts_fewer,
        ENTRIES.kept_until,
        ENTRIES.joined_at,
    ).where(ENTRIES.event_id == event_id, or_(ENTRIES.state == WAITING, _may_grow(now)), wants)
    if after:
        joined_at, id_ = after
        later = and_(ENTRIES.joined_at == joined_at, ENTRIES.id > id_)
        found = found.where(or_(ENTRIES.joined_at > joined_at, later))
    return found.order_by(ENTRIES.joined_at, ENTRIES.id).limit(AT_ONCE)


def _may_grow(now: datetime) -> ColumnElement[bool]:
    held = select(func.sum(WISHES.held)).where(WISHES.entry_id == ENTRIES.id).scalar_subquery()
    is_open = and_(ENTRIES.state == OFFERED, ENTRIES.offer_expires_at > now)
    return and_(is_open, ENTRIES.accepts_fewer, held < ENTRIES.wanted - ENTRIES.taken)


def _wished(db: Session, entry_ids: Sequence[int]) -> Mapping[int, dict[int, int]]:
    """Return what entries wait for: by entry, how many seats of which ticket type are put aside."""
    found: dict[int, dict[int, int]] = {id_: {} for id_ in entry_ids}
    rows = select(WISHES.entry_id, WISHES.ticket_id, WISHES.held).where(WISHES.entry_id.in_(entry_ids))
    for entry_id, ticket_id, held in db.execute(rows.order_by(WISHES.ticket_id)):
        found[entry_id][ticket_id] = held
    return found


def put_aside(db: Session, event_id: int, state: str) -> dict[tuple[int, int], int]:
    """Return the seats that are put aside for an event's entries in a state, by entry and ticket type."""
    found = (
        select(WISHES.entry_id, WISHES.ticket_id, WISHES.held)
        .join_from(
            cast(Table, WaitingListWish.__table__),
            cast(Table, WaitingListEntry.__table__),
            ENTRIES.id == WISHES.entry_id,
        )
        .where(WISHES.event_id == event_id, WISHES.held > 0, ENTRIES.state == state)
    )
    return {(entry_id, ticket_id): held for entry_id, ticket_id, held in db.execute(found)}


def held_by_entry(db: Session, entry_id: int) -> dict[int, int]:
    """Return the seats that are put aside for one entry, by ticket type."""
    rows = db.execute(select(WISHES.ticket_id, WISHES.held).where(WISHES.entry_id == entry_id, WISHES.held > 0))
    return dict(tuple(row) for row in rows.all())


def tickets_of(db: Session, entry_id: int) -> frozenset[int]:
    """Return the ticket types that an entry waits for."""
    return frozenset(db.scalars(select(WISHES.ticket_id).where(WISHES.entry_id == entry_id)))


def ahead_of(entry: Mapping[str, ColumnElement[Any]]) -> ColumnElement[int]:
    """Return the expression of how many wait before an entry for a ticket type that it waits for, too.

    Nobody is before one that does not wait (any more).
    """
    other = cast(Table, WaitingListEntry.__table__).alias("waits_before")
    mine, theirs = (cast(Table, WaitingListWish.__table__).alias(name) for name in ("my_wish", "their_wish"))
    shares = exists(
        select(mine.c.entry_id)
        .join_from(mine, theirs, theirs.c.ticket_id == mine.c.ticket_id)
        .where(mine.c.entry_id == entry["id"], theirs.c.entry_id == other.c.id)
    )
    is_before = or_(
        other.c.joined_at < entry["joined_at"],
        and_(other.c.joined_at == entry["joined_at"], other.c.id < entry["id"]),
    )
    same = and_(other.c.event_id == entry["event_id"], other.c.state == WAITING, entry["state"] == WAITING)
    return select(func.count()).select_from(other).where(same, is_before, shares).scalar_subquery()


def due_events(db: Session, now: datetime, *, most: int) -> list[int]:
    """Return events whose waiting list has something to be done that no order brings about: a time is up."""
    wishes, tickets = cast(Table, WaitingListWish.__table__), cast(Table, Ticket.__table__)
    keeps = exists(select(WISHES.entry_id).where(WISHES.entry_id == ENTRIES.id, WISHES.held > 0))
    still_sold = exists(
        select(WISHES.ticket_id)
        .join_from(wishes, tickets, _TICKETS.id == WISHES.ticket_id)
        .join(Event, Event.id == _TICKETS.event_id)
        .where(WISHES.entry_id == ENTRIES.id, _TICKETS.deleted_at.is_(None), _TICKETS.is_hidden.is_(False))
        .where(_TICKETS.sales_ends_at > now, Event.ends_at > now, Event.deleted_at.is_(None))
    )
    over = (
        and_(ENTRIES.state == OFFERED, ENTRIES.offer_expires_at <= now),
        and_(ENTRIES.state.in_(sorted(ACTIVE)), or_(~still_sold, ENTRIES.user_id.is_(None))),
    )
    found = union(*(select(ENTRIES.event_id).where(condition) for condition in over))
    ended = set(db.scalars(found.order_by("event_id").limit(most)))
    # Seats stay kept as long as nothing can be ordered, in a draft for instance. Such events come back again and
    # again: they take turns, and none of them keeps an offer of another event from running out.
    is_kept = and_(ENTRIES.state == WAITING, or_(ENTRIES.kept_until <= now, ENTRIES.kept_until.is_(None)), keeps)
    kept = select(ENTRIES.event_id).where(is_kept).group_by(ENTRIES.event_id).order_by(func.random())
    return sorted(ended | set(db.scalars(kept.limit(most - len(ended)))))


def overdue(
    db: Session, event_id: int, sold: Sequence[int], now: datetime, *, most: int
) -> list[tuple[WaitingListEntry, bool]]:
    """Return entries that can't go on as they are, each with whether something it waits for is sold still.

    That is: nothing is, or the time of its offer is up, or its offer has seats that are not sold any more, or nobody
    waits any more.
    """
    still = exists(select(WISHES.entry_id).where(WISHES.entry_id == ENTRIES.id, WISHES.ticket_id.in_(sold)))
    unsold = exists(
        select(WISHES.entry_id).where(
            WISHES.entry_id == ENTRIES.id, WISHES.held > 0, WISHES.ticket_id.not_in(sold), ENTRIES.state == OFFERED
        )
    )
    is_late = and_(ENTRIES.state == OFFERED, ENTRIES.offer_expires_at <= now)
    found = (
        select(WaitingListEntry, still.label("still"))
        .where(ENTRIES.event_id == event_id, ENTRIES.state.in_(sorted(ACTIVE)))
        .where(or_(~still, unsold, is_late, ENTRIES.user_id.is_(None)))
        .order_by(ENTRIES.id)
        .limit(most)
        .execution_options(populate_existing=True)
    )
    return [(entry, bool(is_sold)) for entry, is_sold in db.execute(found)]
