"""What is on offer to an order: compiled once, because every order asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Dialect, Table, select

from openevent.events.models import Event, UsersEventsRole
from openevent.events.roles import ORGANIZING
from openevent.kit.access import Actor
from openevent.kit.prepared import Prepared, among, listed
from openevent.orders.rules.amounts import Buyer, OnOffer, OrderRequest
from openevent.tickets.models import Ticket
from openevent.tickets.queries import OFFER_COLUMNS, WITH_STOCK, offer_of

Fetch = Callable[[str, Any], Iterable[Sequence[Any]]]

_EVENTS = cast(Table, Event.__table__).c
_TICKETS = cast(Table, Ticket.__table__).c
_ROLES = cast(Table, UsersEventsRole.__table__).c


@dataclass(frozen=True, slots=True)
class _Reads:
    """The statements that ordering runs, compiled for one database."""

    catalog: Prepared
    organizers: Prepared


@lru_cache(maxsize=16)
def _reads(dialect: Dialect) -> _Reads:
    catalog = (
        select(*OFFER_COLUMNS, _EVENTS.state, _EVENTS.deleted_at, _EVENTS.ends_at)
        .select_from(WITH_STOCK.join(Event.__table__, _EVENTS.id == _TICKETS.event_id))
        .where(among(_TICKETS.id, "ids", dialect), _TICKETS.deleted_at.is_(None))
    )
    organizers = select(_ROLES.user_id, _ROLES.event_id).where(
        among(_ROLES.user_id, "ids", dialect), _ROLES.role_name.in_(ORGANIZING)
    )
    return _Reads(Prepared(catalog, dialect), Prepared(organizers, dialect))


def catalog(fetch: Fetch, dialect: Dialect, ticket_ids: Iterable[int], now: datetime) -> dict[int, OnOffer]:
    """Return the live ticket types among these ids, with their stock and what matters of their events."""
    statement = _reads(dialect).catalog
    rows = statement.read(fetch(statement.sql, statement.bind({"ids": listed(sorted(ticket_ids), dialect)})))
    found: dict[int, OnOffer] = {}
    for *offer, state, deleted_at, ends_at in rows:
        one = offer_of(offer, now)
        found[one.id] = OnOffer(one, state == "published" and deleted_at is None, ends_at)
    return found


def organized_events(fetch: Fetch, dialect: Dialect, user_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Return which events these people organize: user id -> event ids."""
    statement = _reads(dialect).organizers
    found: dict[int, set[int]] = {}
    for user_id, event_id in statement.read(
        fetch(statement.sql, statement.bind({"ids": listed(sorted(user_ids), dialect)}))
    ):
        found.setdefault(user_id, set()).add(event_id)
    return {user_id: frozenset(events) for user_id, events in found.items()}


def buyers(
    fetch: Fetch, dialect: Dialect, asked: Iterable[tuple[OrderRequest, Actor]], on_offer: Mapping[int, OnOffer]
) -> dict[Actor, Buyer]:
    """Return what matters of everybody who asks; roles are looked up only where an answer depends on them."""
    asked = tuple(asked)
    hidden = {ticket_id for ticket_id, one in on_offer.items() if one.offer.is_hidden}
    special = {by.id for request, by in asked if request.amount is not None or hidden & request.ticket_ids}
    ids = {id_ for id_ in special if id_ is not None}
    organizes = organized_events(fetch, dialect, ids) if ids else {}
    every_event = frozenset(one.offer.event_id for one in on_offer.values())
    return {
        by: Buyer(
            is_verified=by.is_verified or by.is_staff,
            organizes=every_event if by.is_staff else organizes.get(by.id or 0, frozenset()),
        )
        for _, by in asked
    }
