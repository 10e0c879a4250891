"""Access codes that buyers have typed and do not name: clients of v1 look a code up and order without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import cast

from msgspec.structs import replace
from sqlalchemy import Dialect, Table, bindparam, select

from openevent.kit.access import Actor
from openevent.kit.db import UtcDateTime
from openevent.kit.prepared import Prepared, among, listed
from openevent.orders.queries.catalog import Fetch
from openevent.orders.queries.codes import codes_of
from openevent.orders.rules.amounts import Buyer, OnOffer, OrderRequest, opened_by
from openevent.tickets.models import AccessCodeLookUp

_LOOK_UPS = cast(Table, AccessCodeLookUp.__table__).c
REMEMBERED = timedelta(hours=2)


@lru_cache(maxsize=16)
def _typed(dialect: Dialect) -> Prepared:
    found = select(_LOOK_UPS.user_id, _LOOK_UPS.access_code_id)
    since = bindparam("since", type_=UtcDateTime())
    return Prepared(found.where(among(_LOOK_UPS.user_id, "ids", dialect), _LOOK_UPS.seen_at > since), dialect)


def with_typed_codes(  # noqa: PLR0917 -- what the question is about
    fetch: Fetch,
    dialect: Dialect,
    asked: Sequence[tuple[OrderRequest, Actor]],
    on_offer: Mapping[int, OnOffer],
    buyers: Mapping[Actor, Buyer],
    now: datetime,
) -> list[tuple[OrderRequest, Actor]]:
    """Name the one usable code that a buyer has typed lately, where an order takes hidden tickets and names none."""
    closed = [(request, by) for request, by in asked if _needs_code(request, buyers[by], on_offer) and by.id]
    if not closed:
        return list(asked)
    typed = _typed(dialect)
    ids = sorted({by.id for _, by in closed if by.id is not None})
    bound = typed.bind({"ids": listed(ids, dialect), "since": now - REMEMBERED})
    codes: dict[int, list[int]] = {}
    for user_id, code_id in typed.read(fetch(typed.sql, bound)):
        codes.setdefault(user_id, []).append(code_id)
    candidates = [replace(request, access_code=key) for request, by in closed for key in codes.get(by.id or 0, ())]
    known = codes_of(fetch, dialect, candidates).accesses
    mine = {by: [known[key] for key in codes.get(by.id or 0, ()) if key in known] for _, by in closed}
    return [
        (opened_by(request, mine[by], on_offer, now) if (request, by) in closed else request, by)
        for request, by in asked
    ]


def _needs_code(request: OrderRequest, buyer: Buyer, on_offer: Mapping[int, OnOffer]) -> bool:
    hidden = [on_offer[key].offer for key in request.ticket_ids if key in on_offer and on_offer[key].offer.is_hidden]
    return request.access_code is None and any(one.event_id not in buyer.organizes for one in hidden)
