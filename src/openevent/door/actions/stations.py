"""Setting up stations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openevent.door.models import Station
from openevent.door.rules.scans import AT_A_ROOM
from openevent.kit.access import Actor
from openevent.kit.errors import Invalid
from openevent.kit.work import UnitOfWork
from openevent.programme.models import Microlocation

_ROOM = "/data/relationships/microlocation"


def create_station(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> Station:
    """Set up a station; `values` are its columns, event_id among them.

    Raises Invalid: no name; no room, or another event's.
    """
    station = Station(**values)
    _check(work, station)
    work.db.add(station)
    work.db.flush()
    work.audit("station.create", f"station:{station.id}", by=by, event=station.event_id)
    return station


def update_station(work: UnitOfWork, station: Station, values: Mapping[str, Any], *, by: Actor) -> Station:
    """Change a station; only what is in `values` changes. Raises Invalid as above."""
    for key, value in values.items():
        setattr(station, key, value)
    _check(work, station)
    work.db.flush()
    work.audit("station.update", f"station:{station.id}", by=by, changed=sorted(values))
    return station


def _check(work: UnitOfWork, station: Station) -> None:
    if not station.station_name.strip():
        raise Invalid("A station has a name.", pointer="/data/attributes/station-name")
    if station.station_type in AT_A_ROOM and station.microlocation_id is None:
        raise Invalid("A station for check in and check out stands at a room.", pointer=_ROOM)
    if station.microlocation_id is not None:
        room = work.db.get_one(Microlocation, station.microlocation_id)
        if room.event_id != station.event_id:
            raise Invalid("This room belongs to another event.", pointer=_ROOM)
