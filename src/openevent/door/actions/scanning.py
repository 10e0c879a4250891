"""Scanning tickets at stations, and counting people by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openevent.door.models import Station, StationStorePax, UserCheckIn
from openevent.door.queries import scans_of, surroundings
from openevent.door.rules.scans import REGISTRATION, Scan, day_of, refusal
from openevent.events.models import Event
from openevent.kit.access import Actor
from openevent.kit.errors import DomainError, Invalid
from openevent.kit.work import UnitOfWork
from openevent.orders.actions import attendee_of_code
from openevent.orders.models import Attendee, Order
from openevent.orders.rules.states import SOLD
from openevent.programme.models import Session

_STATION, _HOLDER, _SESSION = (f"/data/relationships/{name}" for name in ("station", "ticket-holder", "session"))
_CODE = "/data/attributes/code"


class ScanRefused(Invalid):
    """The ticket was scanned before, or may not pass here."""

    code = "scan-refused"


def scan(
    work: UnitOfWork,
    *,
    station_id: int,
    ticket_holder_id: int | None = None,
    code: str | None = None,
    session_id: int | None = None,
    by: Actor,
) -> UserCheckIn:
    """Scan somebody's ticket at a station. The holder's row is locked, so two scanners can't both be first.

    The holder is named, or what the ticket's QR code says. Raises Invalid (foreign event, no session, another room),
    ScanRefused, or what `orders.attendee_of_code` raises.
    """
    station = work.db.get_one(Station, station_id)
    holder = work.db.get_one(Attendee, _holder_id(work, station, ticket_holder_id, code), with_for_update=True)
    _check_holder(work, station, holder)
    session = _session(work, station, session_id)
    day = day_of(work.now, work.db.get_one(Event, station.event_id).timezone)
    _check_order(station, holder, session_id, scans_of(work.db, holder.id, day))
    found = UserCheckIn(
        event_id=station.event_id,
        station_id=station.id,
        ticket_holder_id=holder.id,
        session_id=session_id,
        kind=station.station_type,
        day=day,
        created_at=work.now,
        **(surroundings(work.db, session) if session else {}),
    )
    work.db.add(found)
    if station.station_type == REGISTRATION:
        _register(work, holder)
    work.db.flush()
    work.audit("check-in.create", f"attendee:{holder.id}", by=by, station=station.id, event=station.event_id)
    return found


def _holder_id(work: UnitOfWork, station: Station, named: int | None, code: str | None) -> int:
    if code is None:
        if named is None:
            raise Invalid("Please name the ticket holder, or send the code of the ticket.", pointer=_HOLDER)
        return named
    try:
        found = attendee_of_code(work, station.event_id, code)
    except DomainError as refused:
        refused.pointer = _CODE
        raise
    if named is not None and named != found.id:
        raise Invalid("This is the code of somebody else's ticket.", pointer=_CODE)
    return found.id


def _check_holder(work: UnitOfWork, station: Station, holder: Attendee) -> None:
    if holder.event_id != station.event_id:
        raise Invalid("This ticket is for another event.", pointer=_HOLDER)
    order = work.db.get(Order, holder.order_id) if holder.order_id else None
    if order is None or order.status not in SOLD:
        raise ScanRefused("This ticket has not been bought.", pointer=_HOLDER)


def _session(work: UnitOfWork, station: Station, session_id: int | None) -> Session | None:
    if session_id is None:
        if station.station_type != REGISTRATION:
            raise Invalid("Please name the session.", pointer=_SESSION)
        return None
    session = work.db.get_one(Session, session_id)
    if session.event_id != station.event_id:
        raise Invalid("This session belongs to another event.", pointer=_SESSION)
    at_door = station.station_type != REGISTRATION and station.microlocation_id is not None
    if at_door and session.microlocation_id != station.microlocation_id:
        raise Invalid("This session is in another room.", pointer=_SESSION)
    return session


def _check_order(station: Station, holder: Attendee, session_id: int | None, earlier: list[Scan]) -> None:
    refused = refusal(Scan(station.station_type, station.id, session_id, holder.id), earlier)
    if refused:
        raise ScanRefused(refused, pointer=_STATION)


def _register(work: UnitOfWork, holder: Attendee) -> None:
    moment = work.now.isoformat()
    holder.is_registered = True
    holder.register_times = f"{holder.register_times},{moment}" if holder.register_times else moment


def count_people(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> StationStorePax:
    """Note how many people somebody counted; `values` are columns without event_id. Raises Invalid (another event)."""
    found = StationStorePax(**values, created_at=work.now, modified_at=work.now)
    found.event_id = work.db.get_one(Station, found.station_id).event_id
    _check_count(work, found)
    work.db.add(found)
    work.db.flush()
    work.audit("count.create", f"count:{found.id}", by=by, station=found.station_id, people=found.current_pax)
    return found


def recount_people(
    work: UnitOfWork, found: StationStorePax, values: Mapping[str, Any], *, by: Actor
) -> StationStorePax:
    """Correct a count. Raises Invalid (another event)."""
    for key, value in values.items():
        setattr(found, key, value)
    _check_count(work, found)
    found.modified_at = work.now
    work.db.flush()
    work.audit("count.update", f"count:{found.id}", by=by, people=found.current_pax)
    return found


def _check_count(work: UnitOfWork, found: StationStorePax) -> None:
    for key, model, pointer in ((found.station_id, Station, _STATION), (found.session_id, Session, _SESSION)):
        if work.db.get_one(model, key).event_id != found.event_id:
            raise Invalid("Station and session belong to one event.", pointer=pointer)
