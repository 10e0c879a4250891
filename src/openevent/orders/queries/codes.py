"""The codes that orders name: read only when one is named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, cast

from msgspec import Struct
from sqlalchemy import Dialect, Select, Table, select

from openevent.kit.prepared import Prepared, among, listed
from openevent.orders.queries.catalog import Fetch
from openevent.orders.rules.amounts import NO_CODES, Codes, OrderRequest
from openevent.tickets.models import AccessCode, DiscountCode, access_codes_tickets, discount_codes_tickets
from openevent.tickets.rules.codes import Code, Discount

_DISCOUNTS = cast(Table, DiscountCode.__table__)
_ACCESSES = cast(Table, AccessCode.__table__)
_COLUMNS = (
    *("id", "event_id", "code", "is_active", "valid_from", "valid_till"),
    *("tickets_number", "used", "min_quantity", "max_quantity"),
)


class _Reads(Struct, frozen=True):
    """The statements about one kind of code, compiled for one database."""

    rows: Prepared
    locked: Prepared
    links: Prepared


@lru_cache(maxsize=16)
def _discounts(dialect: Dialect) -> _Reads:
    found = select(*(_DISCOUNTS.c[name] for name in (*_COLUMNS, "type", "value")))
    return _prepared(found.where(_DISCOUNTS.c.used_for == "ticket"), _DISCOUNTS, discount_codes_tickets, dialect)


@lru_cache(maxsize=16)
def _accesses(dialect: Dialect) -> _Reads:
    found = select(*(_ACCESSES.c[name] for name in _COLUMNS))
    return _prepared(found, _ACCESSES, access_codes_tickets, dialect)


def _prepared(found: Select[Any], codes: Table, link: Table, dialect: Dialect) -> _Reads:
    live = found.where(among(codes.c.id, "ids", dialect), codes.c.deleted_at.is_(None)).order_by(codes.c.id)
    near, far = link.c
    links = select(near, far).where(among(near, "ids", dialect))
    return _Reads(Prepared(live, dialect), Prepared(live.with_for_update(), dialect), Prepared(links, dialect))


def codes_of(fetch: Fetch, dialect: Dialect, requests: Iterable[OrderRequest], *, lock: bool = False) -> Codes:
    """Return the live codes that these requests name; `lock` lets nobody else count until the transaction ends."""
    named = [request for request in requests if request.has_code]
    if not named:
        return NO_CODES
    discounts = {one.discount_code for one in named if one.discount_code is not None}
    accesses = {one.access_code for one in named if one.access_code is not None}
    discount_rows = _read(fetch, dialect, _discounts(dialect), discounts, lock)
    access_rows = _read(fetch, dialect, _accesses(dialect), accesses, lock)
    return Codes(
        {row[0]: _discount(row, tickets) for row, tickets in discount_rows},
        {row[0]: Code(*row, ticket_ids=tickets) for row, tickets in access_rows},
    )


def _discount(row: Sequence[Any], tickets: frozenset[int]) -> Discount:
    *terms, type_, value = row
    return Discount(*terms, ticket_ids=tickets, type=type_, value=value)


def _read(
    fetch: Fetch,
    dialect: Dialect,
    reads: _Reads,
    ids: Iterable[int],
    lock: bool,  # noqa: FBT001 -- same
) -> Iterable[tuple[Sequence[Any], frozenset[int]]]:
    wanted = sorted(ids)
    if not wanted:
        return
    bound = {"ids": listed(wanted, dialect)}
    statement = reads.locked if lock else reads.rows
    rows = statement.read(fetch(statement.sql, statement.bind(bound)))
    links: dict[int, set[int]] = {}
    for code_id, ticket_id in reads.links.read(fetch(reads.links.sql, reads.links.bind(bound))):
        links.setdefault(code_id, set()).add(ticket_id)
    for row in rows:
        yield row, frozenset(links.get(row[0], ()))
