"""What is on offer to an order: compiled once, because every order asks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, cast

from msgspec import Struct
from sqlalchemy import (
    Dialect,
    FromClause,
    Integer,
    ScalarSelect,
    Select,
    String,
    Table,
    and_,
    bindparam,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import Session

from openevent.events.models import Event, Group, UsersEventsRole, UsersGroupsRole
from openevent.events.roles import ORGANIZING
from openevent.events.rules.groups import TEAM
from openevent.kit.access import Actor
from openevent.kit.db import JsonObjects
from openevent.kit.prepared import Prepared, among, listed
from openevent.orders.models import Order
from openevent.orders.rules.amounts import Buyer, OnOffer, OrderRequest
from openevent.orders.rules.pricing import TaxRule, fee_rule, tax_label
from openevent.orders.rules.states import GONE, SOLD
from openevent.orders.rules.unfinished import least_that_matters
from openevent.payments.rules import GLOBAL, Fee
from openevent.site.models import Module
from openevent.site.queries import THE_ONE
from openevent.site.rules import MODULES_ON, Modules
from openevent.tickets.models import Tax, Ticket, TicketFee
from openevent.tickets.queries import OFFER_COLUMNS, WITH_STOCK, offer_of
from openevent.tickets.rules.codes import decimal_of

Fetch = Callable[[str, Any], Iterable[Sequence[Any]]]
Begun = defaultdict[int | None, Counter[int]]  # user id -> event id -> how many unfinished orders hold seats

_EVENTS = cast(Table, Event.__table__).c
_TICKETS = cast(Table, Ticket.__table__).c
_ROLES = cast(Table, UsersEventsRole.__table__).c
_RUNNING = cast(Table, UsersGroupsRole.__table__).c
_ORDERS = cast(Table, Order.__table__).c


class _Reads(Struct, frozen=True):
    """The statements that ordering runs, compiled for one database."""

    catalog: Prepared
    sale: Prepared  # the same, with what buyers have begun
    organizers: tuple[Prepared, ...]  # by their own role, and by the group that an event belongs to


@lru_cache(maxsize=16)
def _reads(dialect: Dialect) -> _Reads:
    catalog = (
        select(*OFFER_COLUMNS, _EVENTS.state, _EVENTS.deleted_at, _EVENTS.ends_at, *_SWITCHES, *_TERMS)
        .select_from(_with_terms())
        .where(among(_TICKETS.id, "ids", dialect), _TICKETS.deleted_at.is_(None))
    )
    organizers = select(_ROLES.user_id, _ROLES.event_id).where(
        among(_ROLES.user_id, "ids", dialect), _ROLES.role_name.in_(ORGANIZING)
    )
    by_group = _by_group().where(among(_RUNNING.user_id, "ids", dialect))
    sale = catalog.add_columns(_begun_by(dialect))
    roles = (Prepared(organizers, dialect), Prepared(by_group, dialect))
    return _Reads(Prepared(catalog, dialect), Prepared(sale, dialect), roles)


def _begun_by(dialect: Dialect) -> ScalarSelect[Any]:
    """Return the unfinished orders of some buyers, counted by event where they are not too few to matter.

    The states stand in the text as they stand in the index, or neither database would know that it serves.
    """
    ended = [literal_column(f"'{one}'", String()) for one in sorted(GONE | SOLD)]
    now, least = bindparam("now", type_=_ORDERS.expires_at.type), bindparam("least", type_=Integer())
    of_buyer = among(_ORDERS.user_id, "buyers", dialect)
    found = select(_ORDERS.user_id, _ORDERS.event_id, func.count().label("number"))
    found = found.where(of_buyer, _ORDERS.status.not_in(ended), _ORDERS.expires_at > now)
    one = found.group_by(_ORDERS.user_id, _ORDERS.event_id).having(func.count() >= least).subquery().c
    return select(JsonObjects("buyer", one.user_id, "event", one.event_id, "number", one.number)).scalar_subquery()


def _by_group() -> Select[int | None, int]:
    """Whoever runs the group of an event is an organizer of it."""
    found = select(_RUNNING.user_id, _EVENTS.id).join_from(UsersGroupsRole, Group, Group.id == _RUNNING.group_id)
    found = found.join(Event, _EVENTS.group_id == _RUNNING.group_id)
    return found.where(_RUNNING.accepted, _RUNNING.role_name.in_(TEAM), Group.deleted_at.is_(None))


def catalog(fetch: Fetch, dialect: Dialect, ticket_ids: Iterable[int], now: datetime) -> dict[int, OnOffer]:
    """Return the live ticket types among these ids, with their stock and what matters of their events."""
    statement = _reads(dialect).catalog
    rows = statement.read(fetch(statement.sql, statement.bind({"ids": listed(sorted(ticket_ids), dialect)})))
    return _on_offer(rows, now)


def put_on_top(db: Session, ticket_ids: Collection[int], now: datetime) -> list[str]:
    """Return in words what buyers pay beside the prices of these ticket types: a tax that is added, and a fee."""
    connection = db.connection()
    found = catalog(connection.exec_driver_sql, connection.dialect, ticket_ids, now).values()
    priced = [one for one in found if not one.offer.kind.is_free]
    taxes = [tax_label(one.tax.name, float(one.tax.percent)) for one in priced if one.tax and not one.tax.is_included]
    return [*dict.fromkeys(taxes), *(["a fee"] if any(one.fee for one in priced) else [])]


def on_sale(
    fetch: Fetch, dialect: Dialect, asked: Iterable[tuple[OrderRequest, Actor]], now: datetime
) -> tuple[dict[int, OnOffer], Begun]:
    """Return the catalog of what is asked for, and what those who ask have begun, as both are at this moment.

    Every order asks for both, so one statement answers. Who has begun so little that all that is asked for here may
    be begun as well counts as nothing.
    """
    asked = tuple(asked)
    ticket_ids = {ticket_id for request, _ in asked for ticket_id in request.ticket_ids}
    wishes = Counter(by.id for _, by in asked if by.id is not None)
    bound = {"ids": listed(sorted(ticket_ids), dialect), "buyers": listed(sorted(wishes), dialect), "now": now}
    bound["least"] = least_that_matters(max(wishes.values(), default=0))
    statement = _reads(dialect).sale
    rows = statement.read(fetch(statement.sql, statement.bind(bound)))
    begun: Begun = defaultdict(Counter)
    for one in rows[0][-1] if rows else ():  # each row says the same of the buyers
        begun[one["buyer"]][one["event"]] = one["number"]
    return _on_offer([row[:-1] for row in rows], now), begun


def _on_offer(rows: Iterable[Sequence[Any]], now: datetime) -> dict[int, OnOffer]:
    found: dict[int, OnOffer] = {}
    for row in rows:
        one, (state, deleted_at, ends_at, *rest) = offer_of(row[:_OFFERED], now), row[_OFFERED:]
        modules = MODULES_ON if rest[0] is None else Modules(*rest[:3])
        tax, fee = _terms_of(rest[3:])
        is_public = state == "published" and deleted_at is None
        found[one.id] = OnOffer(one, is_public, ends_at, tax, fee, modules.refuses(one.type))
    return found


_TAXES = cast(Table, Tax.__table__).c
_OWN, _EVERYWHERE = (cast(Table, TicketFee.__table__).alias(name) for name in ("own_fee", "fee_everywhere"))
_OFFERED = len(OFFER_COLUMNS)
_TERMS = (
    _TAXES.id,
    _TAXES.name,
    _TAXES.rate,
    _TAXES.is_tax_included_in_price,
    _TICKETS.is_fee_absorbed,
    _OWN.c.id,
    _OWN.c.service_fee,
    _OWN.c.maximum_fee,
    _EVERYWHERE.c.service_fee,
    _EVERYWHERE.c.maximum_fee,
)
_MODULES = cast(Table, Module.__table__).c
_SWITCHES = (_MODULES.ticket_include, _MODULES.payment_include, _MODULES.donation_include)


def _with_terms() -> FromClause:
    """Join ticket types to their events, the tax that these have, and the fee of their country or of everywhere."""
    has_tax = and_(_EVENTS.is_tax_enabled, _TAXES.event_id == _EVENTS.id, _TAXES.deleted_at.is_(None))
    is_own = and_(_OWN.c.currency == _TICKETS.currency, _OWN.c.country == _EVENTS.payment_country)
    is_everywhere = and_(_EVERYWHERE.c.currency == _TICKETS.currency, _EVERYWHERE.c.country == GLOBAL)
    return (
        WITH_STOCK.join(Event.__table__, _EVENTS.id == _TICKETS.event_id)
        .outerjoin(Tax.__table__, has_tax)
        .outerjoin(_OWN, is_own)
        .outerjoin(_EVERYWHERE, is_everywhere)
        .outerjoin(Module.__table__, _MODULES.id == THE_ONE)
    )


def _terms_of(terms: Sequence[Any]) -> tuple[TaxRule | None, Fee | None]:
    tax_id, name, rate, is_included, is_absorbed, own_id, percent, maximum, other_percent, other_maximum = terms
    tax = None if tax_id is None else TaxRule(name or "", decimal_of(rate), is_included)
    if is_absorbed:
        return tax, None
    return tax, fee_rule(other_percent, other_maximum) if own_id is None else fee_rule(percent, maximum)


def organized_events(fetch: Fetch, dialect: Dialect, user_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Return which events these people organize: user id -> event ids."""
    bound = {"ids": listed(sorted(user_ids), dialect)}
    found: dict[int, set[int]] = {}
    for statement in _reads(dialect).organizers:
        for user_id, event_id in statement.read(fetch(statement.sql, statement.bind(bound))):
            found.setdefault(user_id, set()).add(event_id)
    return {user_id: frozenset(events) for user_id, events in found.items()}


def buyers(
    fetch: Fetch,
    dialect: Dialect,
    asked: Iterable[tuple[OrderRequest, Actor]],
    on_offer: Mapping[int, OnOffer],
    begun: Mapping[int | None, Mapping[int, int]] = MappingProxyType({}),
) -> dict[Actor, Buyer]:
    """Return what matters of everybody who asks; roles are looked up only where an answer depends on them.

    `begun` is what they have begun already.
    """
    asked = tuple(asked)
    hidden = {ticket_id for ticket_id, one in on_offer.items() if one.offer.is_hidden}
    special = {by.id for request, by in asked if request.is_special or hidden & request.ticket_ids}
    ids = {id_ for id_ in special | _with_many(asked, begun) if id_ is not None}
    organizes = organized_events(fetch, dialect, ids) if ids else {}
    every_event = frozenset(one.offer.event_id for one in on_offer.values())
    return {
        by: Buyer(
            is_verified=by.is_verified or by.is_staff,
            organizes=every_event if by.is_staff else organizes.get(by.id or 0, frozenset()),
        )
        for _, by in asked
    }


def _with_many(
    asked: Iterable[tuple[OrderRequest, Actor]], begun: Mapping[int | None, Mapping[int, int]]
) -> set[int | None]:
    """Return who may be refused because of what they have begun, once all that they ask for now counts as well."""
    wishes = Counter(by.id for _, by in asked)
    most = {id_: max(begun[id_].values()) for id_ in wishes if begun.get(id_)}
    return {id_ for id_, number in wishes.items() if most.get(id_, 0) >= least_that_matters(number)}
