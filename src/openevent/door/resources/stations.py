"""The types `station`, `station-store-pax` and `user_check_in`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, case, literal, select, true

from openevent.door import actions
from openevent.door.models import Station, StationStorePax, UserCheckIn
from openevent.door.rules.scans import MESSAGES, TYPES
from openevent.jsonapi.declare import Alias, Attribute, BelongsTo, Change, Extension, Resource, Through
from openevent.kit.access import Actor
from openevent.kit.work import UnitOfWork
from openevent.orders.models import Attendee
from openevent.orders.rules.ticket_codes import LONGEST
from openevent.programme.models import Microlocation

Columns = Mapping[str, ColumnElement[Any]]

_ROOMS = cast(Table, Microlocation.__table__)
_STATIONS = cast(Table, Station.__table__).c
_HOLDERS = cast(Table, Attendee.__table__).c
_LINKED = "/v1/user-check-in/<scan>/relationships"
_ALL = ("GET", "POST", "PATCH", "DELETE")


def _columns(change: Change) -> dict[str, Any]:
    """Join what a write says about attributes and to-one relationships: columns of the row."""
    return {**change.values, **{f"{key}_id": to for key, to in change.links.items()}}


def _room(station: Columns) -> ColumnElement[Any]:
    rooms = _ROOMS.alias("station_room")
    return select(rooms.c.name).where(rooms.c.id == station["microlocation_id"]).scalar_subquery()


def _create_station(work: UnitOfWork, change: Change, by: Actor) -> Station:
    return actions.create_station(work, _columns(change), by=by)


def _update_station(work: UnitOfWork, change: Change, by: Actor) -> Station:
    return actions.update_station(work, change.row, _columns(change), by=by)


STATIONS = Resource(
    type="station",
    model=Station,
    integer_id=True,
    collection=False,
    attributes=(
        Attribute("station-name", required=True),
        Attribute("station-type", required=True, choices=TYPES),
        Attribute("microlocation-id", read_only=True),
        Attribute("room", kind="string", sql=_room),
    ),
    relationships=(
        BelongsTo("event", type="event", inverse="station", inverse_related="stations", required=True),
        BelongsTo("microlocation", type="microlocation", inverse="stations", inverse_hidden=True, writable="always"),
    ),
    verbs={"create": _create_station, "update": _update_station},
    aliases=(
        Alias(("POST",), "/v1/station", "/v1/stations"),
        Alias(_ALL, "/v1/events/<event>/relationships/stations", "/v1/events/<event>/relationships/station"),
    ),
)

# --- counts ----------------------------------------------------------------------------------------------------------


def _count(work: UnitOfWork, change: Change, by: Actor) -> StationStorePax:
    return actions.count_people(work, _columns(change), by=by)


def _recount(work: UnitOfWork, change: Change, by: Actor) -> StationStorePax:
    return actions.recount_people(work, change.row, _columns(change), by=by)


COUNTS = Resource(
    type="station-store-pax",
    model=StationStorePax,
    integer_id=True,
    collection=False,
    attributes=(
        Attribute("current-pax", min=0, nullable=False),
        Attribute("created-at", read_only=True),
        Attribute("modified-at", read_only=True),
    ),
    relationships=(
        BelongsTo("station", type="station", inverse="station-store-paxs", inverse_hidden=True, required=True),
        BelongsTo("session", type="session", inverse="station-store-paxs", inverse_hidden=True, required=True),
    ),
    verbs={"create": _count, "update": _recount},
    aliases=(
        Alias(
            ("GET",),
            "/v1/stations/<station>/sessions/<session>/station-store-paxs",
            "/v1/stations/<station>/station-store-paxs",
            {"session": "session"},
        ),
    ),
)

# --- scans -----------------------------------------------------------------------------------------------------------


def _message(scan: Columns) -> ColumnElement[Any]:
    return case(MESSAGES, value=scan["kind"], else_=literal(""))


def _success(_scan: Columns) -> ColumnElement[Any]:
    return true()


def _scanned_ticket(scan: Columns, ticket: Columns) -> ColumnElement[bool]:
    return ticket["id"].in_(select(_HOLDERS.ticket_id).where(_HOLDERS.id == scan["ticket_holder_id"]))


def _scan(work: UnitOfWork, change: Change, by: Actor) -> UserCheckIn:
    return actions.scan(work, **_columns(change), by=by)


CHECK_INS = Resource(
    type="user_check_in",
    path="user-check-in",
    model=UserCheckIn,
    integer_id=True,
    collection=False,
    methods=frozenset({"list", "read", "create", "delete"}),
    attributes=(
        Attribute("success", kind="boolean", sql=_success, read_only=True),
        Attribute("message", kind="string", sql=_message, read_only=True),
        Attribute("code", kind="string", column=None, write_only=True, max_length=LONGEST),
    ),
    relationships=(
        BelongsTo(
            "event",
            type="event",
            writable="never",
            hidden=True,
            inverse="user-check-ins",
            inverse_related="user-check-in",
            inverse_hidden=True,
        ),
        BelongsTo("ticket-holder", type="attendee", hidden=True),  # or the code says who
        BelongsTo("station", type="station", hidden=True, required=True),
        BelongsTo("session", type="session", hidden=True),
        Through("ticket", type="ticket", on=_scanned_ticket, many=False, hidden=True, linkage="ticket"),
    ),
    verbs={"create": _scan},
    aliases=(Alias(("GET", "PATCH"), f"{_LINKED}/attendee", f"{_LINKED}/ticket-holder"),),
)


def _scanned_there(room: Columns, scan: Columns) -> ColumnElement[bool]:
    """Join a room to the scans at its stations."""
    return scan["station_id"].in_(select(_STATIONS.id).where(_STATIONS.microlocation_id == room["id"]))


EXTENSIONS = (
    Extension(
        "microlocation",
        relationships=(
            Through("user-check-ins", type="user_check_in", on=_scanned_there, related="user-check-in", hidden=True),
        ),
    ),
)
