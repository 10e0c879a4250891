"""The type `waiting-list-entry`, and what the person who waits does about an offer: our own, no part of v1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement, String, Table, select
from sqlalchemy import cast as sql_cast

from openevent.jsonapi.declare import Attribute, BelongsTo, Call, Change, Endpoint, ManyToMany, Reply, Resource
from openevent.jsonapi.errors import ApiError, invalid
from openevent.jsonapi.ports import Backend
from openevent.kit.access import Actor
from openevent.kit.db import JsonObjects
from openevent.kit.errors import Invalid
from openevent.kit.work import UnitOfWork
from openevent.orders import actions
from openevent.orders.models import Order, WaitingListEntry, WaitingListWish
from openevent.orders.queries.waiting import ahead_of, tickets_of
from openevent.orders.resources.bodies import code_in
from openevent.orders.roles import WAITER_OR_STAFF
from openevent.orders.rules.waiting import MOST_WANTED, OFFERED, STATES

Columns = Mapping[str, ColumnElement[Any]]
_WISHES = cast(Table, WaitingListWish.__table__)
TICKETS = "/data/relationships/tickets"


def _offered(entry: Columns) -> ColumnElement[Any]:
    """Return the seats that are offered now, by ticket type; what is only kept is not told."""
    wish = _WISHES.alias("offered_wish")
    found = select(sql_cast(wish.c.ticket_id, String).label("ticket"), wish.c.held).where(
        wish.c.entry_id == entry["id"], wish.c.held > 0, entry["state"] == OFFERED
    )
    one = found.order_by(wish.c.ticket_id).correlate_except(wish).subquery("offered").c
    return select(JsonObjects("ticket", one.ticket, "quantity", one.held)).scalar_subquery()


def _create(work: UnitOfWork, change: Change, by: Actor) -> WaitingListEntry:
    event_id, tickets = change.links["event"], change.links.get("tickets")
    assert isinstance(event_id, int)  # noqa: S101 -- required, and the engine has found the row
    return actions.join_waiting_list(
        work,
        event_id,
        tickets if isinstance(tickets, list) else [],
        change.values["wanted"],
        accepts_fewer=change.values.get("accepts_fewer", False),
        by=by,
    )


def _update(work: UnitOfWork, change: Change, by: Actor) -> WaitingListEntry:
    tickets = change.links.get("tickets")
    if tickets is not None and frozenset(cast("list[int]", tickets)) != tickets_of(work.db, change.row.id):
        raise Invalid("The ticket types of an entry stay: join the list anew.", pointer=TICKETS)
    return actions.change_wish(work, change.row, change.values, by=by)


def _delete(work: UnitOfWork, change: Change, by: Actor) -> None:
    actions.leave_waiting_list(work, change.row, by=by)


ENTRIES = Resource(
    type="waiting-list-entry",
    model=WaitingListEntry,
    path="waiting-list-entries",
    default_sort="joined-at",
    attributes=(
        Attribute("wanted", required=True, nullable=False, min=1, max=MOST_WANTED),
        Attribute("accepts-fewer", nullable=False),
        Attribute("state", read_only=True, choices=STATES),
        Attribute("taken", read_only=True),
        Attribute("ahead", kind="integer", sql=ahead_of, read_only=True),
        Attribute("offered", kind="json", sql=_offered, read_only=True),
        *(Attribute(name, read_only=True) for name in ("joined-at", "offer-expires-at", "kept-until", "ended-at")),
    ),
    relationships=(
        BelongsTo("event", type="event", inverse="waiting-list-entries", required=True),
        BelongsTo("user", type="user", inverse="waiting-list-entries", writable="never", readable_by=WAITER_OR_STAFF),
        BelongsTo("order", type="order", writable="never"),
        ManyToMany("tickets", type="ticket", link=_WISHES, left="entry_id", right="ticket_id"),
    ),
    verbs={"create": _create, "update": _update, "delete": _delete},
)


def _accept(call: Call, backend: Backend) -> Reply:
    goes_on = call.json().get("keep-waiting", False)
    if not isinstance(goes_on, bool):
        raise invalid("/keep-waiting", "Not a valid boolean.")
    discount = code_in(call.json(), "discount-code")
    with backend.work() as opened:
        work, key = cast(UnitOfWork, opened), _key(call)
        order = actions.accept_offer(work, key, goes_on=goes_on, discount_code=discount, by=call.by)
        return Reply(_told(work.db.get_one(WaitingListEntry, key), order), status=201)


def _told(entry: WaitingListEntry, order: Order) -> dict[str, object]:
    expires_at = order.expires_at.isoformat() if order.expires_at else None
    return {
        "order": {
            "id": str(order.id),
            "identifier": order.identifier,
            "status": order.status,
            "expires-at": expires_at,
        },
        "state": entry.state,
        "taken": entry.taken,
    }


def _decline(call: Call, backend: Backend) -> Reply:
    with backend.work() as opened:
        entry = actions.decline_offer(cast(UnitOfWork, opened), _key(call), by=call.by)
        return Reply({"state": entry.state, "taken": entry.taken})


def _key(call: Call) -> int:
    key = call.params["entry"]
    if not (key.isascii() and key.isdigit() and len(key) < 19):  # noqa: PLR2004 -- 64 bit
        detail = f"Waiting list entry: {key[:20]} not found"
        raise ApiError(404, detail, source={"parameter": "id"}, title="Object not found")
    return int(key)


ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1/waiting-list-entries/<entry>/accept",
        _accept,
        summary="Make an order of what is offered",
    ),
    Endpoint(
        "POST", "/v1/waiting-list-entries/<entry>/decline", _decline, summary="Let the next one have what is offered"
    ),
)
RESOURCES = (ENTRIES,)
