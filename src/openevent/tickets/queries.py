"""Questions about tickets: what an event offers, and how much of it is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Dialect, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from openevent.events.models import Event
from openevent.events.roles import EVENT_COORGANIZER
from openevent.kit.access import Actor
from openevent.kit.errors import NotFound
from openevent.kit.money import Money
from openevent.kit.prepared import Prepared
from openevent.site.queries import modules
from openevent.tickets.models import Ticket, TicketStock
from openevent.tickets.rules import Offer, note

Fetch = Callable[[str, Any], Sequence[Sequence[Any]]]

_TICKETS = Ticket.__table__.c
_STOCK = TicketStock.__table__.c
_EVENTS = Event.__table__.c

OFFER_COLUMNS = (
    _TICKETS.id,
    _TICKETS.event_id,
    _TICKETS.name,
    _TICKETS.type,
    _TICKETS.currency,
    _TICKETS.price,
    _TICKETS.min_price,
    _TICKETS.max_price,
    _STOCK.quantity,
    (_STOCK.quantity - _STOCK.sold - _STOCK.held).label("available"),
    _TICKETS.min_order,
    _TICKETS.max_order,
    _TICKETS.sales_starts_at,
    _TICKETS.sales_ends_at,
    _TICKETS.description,
    _TICKETS.is_hidden,
    _TICKETS.position,
)
WITH_STOCK = Ticket.__table__.join(TicketStock.__table__, _STOCK.ticket_id == _TICKETS.id)


def offer_of(row: Sequence[Any], now: datetime) -> Offer:
    """Make an offer of a row of OFFER_COLUMNS, as it stands at a moment."""
    id_, event_id, name, type_, currency, price, min_price, max_price, quantity, available, *rest = row
    found = Offer(
        id_,
        event_id,
        name,
        type_,
        Money(price or 0, currency),
        Money(min_price, currency),
        None if max_price is None else Money(max_price, currency),
        quantity,
        available,
        *rest,
    )
    on_sale = found.sales_starts_at <= now <= found.sales_ends_at
    return replace(found, on_sale=on_sale, note=note(found, now))


def offers(db: Session, event_id: int, now: datetime, *, opened: AbstractSet[int] = frozenset()) -> list[Offer]:
    """Return what everybody may see of an event's ticket types, in their order; sold out ones too.

    What admins have switched off (modules) is not offered. `opened`: hidden types that an access code shows as well.
    """
    switches = modules(db)
    shown = _TICKETS.is_hidden.is_(False)
    if opened:
        shown = or_(shown, _TICKETS.id.in_(sorted(opened)))
    statement = (
        select(*OFFER_COLUMNS)
        .select_from(WITH_STOCK)
        .where(_TICKETS.event_id == event_id, _TICKETS.deleted_at.is_(None), shown)
        .order_by(_TICKETS.position, _TICKETS.id)
    )
    found = (offer_of(row, now) for row in db.execute(statement))
    return [offer for offer in found if switches.refuses(offer.type) is None]


def event_id_of(db: Session, key: str) -> int:
    """Find an event by its id or identifier; raises NotFound."""
    matches = _EVENTS.identifier == key
    if key.isdecimal() and len(key) < 19:  # noqa: PLR2004 -- 64 bit
        matches = or_(matches, _EVENTS.id == int(key))
    found = db.scalar(select(_EVENTS.id).where(matches, _EVENTS.deleted_at.is_(None)))
    if found is None:
        raise NotFound(f"Event: {key} not found", parameter="id")
    return found


class Availability(Struct, frozen=True):
    """How many of one ticket type there are, and how many are left."""

    id: int
    name: str
    quantity: int
    available: int


def availability(fetch: Fetch, dialect: Dialect, event_key: str, by: Actor) -> list[Availability] | None:
    """Return what is left of an event's visible ticket types; None when the caller may not know the event.

    `event_key` is the event's id or identifier. Runs one compiled statement, outside any transaction.
    """
    statement = _availability(dialect, by.kind)
    number = int(event_key) if event_key.isdecimal() and len(event_key) < 19 else None  # noqa: PLR2004 -- 64 bit
    values = {"event_id": number, "identifier": event_key, **by.params}
    rows = statement.read(fetch(statement.sql, statement.bind(values)))
    if not rows:
        return None
    return [Availability(id_, name, quantity, max(left, 0)) for id_, name, quantity, left in rows if id_ is not None]


@lru_cache(maxsize=64)
def _availability(dialect: Dialect, kind: str) -> Prepared:
    return Prepared(_availability_statement(kind), dialect)


def _availability_statement(kind: str) -> Select[*tuple[Any, ...]]:
    visible = and_(_TICKETS.event_id == _EVENTS.id, _TICKETS.deleted_at.is_(None), _TICKETS.is_hidden.is_(False))
    joined = Event.__table__.outerjoin(Ticket.__table__, visible).outerjoin(
        TicketStock.__table__, _STOCK.ticket_id == _TICKETS.id
    )
    may_see = or_(_EVENTS.state == "published", EVENT_COORGANIZER.condition(kind, _EVENTS))
    return (
        select(
            _TICKETS.id,
            _TICKETS.name,
            _STOCK.quantity,
            (_STOCK.quantity - _STOCK.sold - _STOCK.held).label("available"),
        )
        .select_from(joined)
        .where(
            or_(_EVENTS.id == bindparam("event_id"), _EVENTS.identifier == bindparam("identifier")),
            _EVENTS.deleted_at.is_(None),
            may_see,
        )
        .order_by(_TICKETS.position, _TICKETS.id)
    )


def quantity_of(ticket: Mapping[str, ColumnElement[Any]]) -> ColumnElement[int]:
    """Return the expression of how many of a ticket type exist."""
    stock = TicketStock.__table__.alias("ticket_quantity")
    return select(stock.c.quantity).where(stock.c.ticket_id == ticket["id"]).scalar_subquery()
