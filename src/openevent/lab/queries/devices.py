"""Questions about devices: who may use them, and what is the matter with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, cast
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import Dialect, Select, Table, and_, bindparam, case, select
from sqlalchemy.orm import Session as Db

from openevent.events.models import Event
from openevent.kit.access import ANONYMOUS, Actor, allows
from openevent.kit.prepared import Prepared
from openevent.lab.models import Device, Lease, Run
from openevent.lab.roles import BENCHES, DEVICES, SEES_DEVICE, holds_ticket, organizes
from openevent.lab.rules.rights import Rights, Window, use_at
from openevent.programme.models import Session

_EVENTS, _SESSIONS = cast(Table, Event.__table__), cast(Table, Session.__table__)


def device_by_id(db: Db, device_id: int, *, lock: bool = False) -> Device | None:
    """Return a device that was not deleted; `lock` keeps others from giving its turns away meanwhile."""
    rows = select(Device).where(Device.id == device_id, Device.deleted_at.is_(None))
    return db.scalar(rows.with_for_update().execution_options(populate_existing=True) if lock else rows)


def devices_seen(db: Db, by: Actor) -> Sequence[Device]:
    """Return the devices that somebody may see, by name."""
    seen = select(Device).where(SEES_DEVICE.condition(by.kind, DEVICES.c), Device.deleted_at.is_(None))
    return db.scalars(seen.order_by(Device.name, Device.id), dict(by.params)).all()


def sees_device(db: Db, device_id: int, by: Actor) -> bool:
    """Tell whether somebody may see a device."""
    return by.kind != ANONYMOUS and allows(db, SEES_DEVICE, by, DEVICES, device_id)


class Held(Struct, frozen=True):
    """The turn that somebody has at a device; `has_script` says that a script runs in it, or is about to."""

    id: int
    user_id: int
    key: str | None
    ends_at: datetime | None
    has_script: bool


class Standing(Struct, frozen=True):
    """A device as every call has to know it, and who has it; read in one statement."""

    id: int
    name: str
    is_on: bool
    is_in_repair: bool
    is_open: bool
    killed_at: datetime | None
    limits: Mapping[str, Any]
    turn: int
    held: Held | None


def standing_of(db: Db, device_id: int) -> Standing | None:
    """Return how a device stands that was not deleted."""
    rows = _read(db, _standing(db.connection().dialect), {"device": device_id})
    if not rows:
        return None
    device = dict(zip(_OF_DEVICE, rows[0], strict=False))
    held = rows[0][len(_OF_DEVICE) :]
    return Standing(**device, held=None if held[0] is None else Held(*held))


_OF_DEVICE = ("id", "name", "is_on", "is_in_repair", "is_open", "killed_at", "limits", "turn")


@lru_cache(maxsize=16)
def _standing(dialect: Dialect) -> Prepared:
    devices, leases, runs = (cast(Table, model.__table__).c for model in (Device, Lease, Run))
    script = select(runs.id).where(runs.lease_id == leases.id, runs.status != "ended", runs.kind == "script")
    shown = (*(devices[name] for name in _OF_DEVICE), leases.id, leases.user_id, leases.key, leases.ends_at)
    asked = select(*shown, script.exists()).select_from(
        cast(Table, Device.__table__).outerjoin(
            cast(Table, Lease.__table__), and_(leases.device_id == devices.id, leases.status == "held")
        )
    )
    return Prepared(asked.where(devices.id == bindparam("device"), devices.deleted_at.is_(None)), dialect)


def _read(db: Db, statement: Prepared, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return statement.read(db.connection().exec_driver_sql(statement.sql, statement.bind(values)))


def rights_of(db: Db, device: Device | Standing, by: Actor) -> Rights:
    """Return what is known about somebody's rights at a device: in one statement."""
    if by.kind == ANONYMOUS:
        return Rights()
    if by.is_staff:
        return Rights(is_admin=True)
    rows = _read(db, _rights(db.connection().dialect), {**by.params, "device": device.id})
    return _read_rights(rows, is_open=device.is_open)


def usable_now(db: Db, devices: Sequence[Device], by: Actor, now: datetime) -> set[int]:
    """Return which of some devices somebody may use at this moment: in one statement, however many there are."""
    if by.kind == ANONYMOUS:
        return set()
    if by.is_staff:
        return {device.id for device in devices}
    found: dict[int, list[Sequence[Any]]] = {}
    for *row, device_id in db.execute(_rights_over(), {**by.params, "devices": [device.id for device in devices]}):
        found.setdefault(device_id, []).append(row)
    rights = {one.id: _read_rights(found.get(one.id, ()), is_open=one.is_open) for one in devices}
    return {device_id for device_id, known in rights.items() if use_at(known, now) is not None}


def _read_rights(rows: Sequence[Sequence[Any]], *, is_open: bool) -> Rights:
    windows: list[Window] = []
    for _organizes, holds, session_id, session_begins, session_ends, starts_at, ends_at in rows:
        window = window_of(session_begins, session_ends) if session_id else window_of(starts_at, ends_at)
        if holds and window:
            windows.append(window)
    organizing = any(row[0] for row in rows)
    return Rights(is_organizer=organizing, is_member=is_open, windows=tuple(sorted(windows)))


@lru_cache(maxsize=16)
def _rights(dialect: Dialect) -> Prepared:
    asked, benches = _asked_rights()
    return Prepared(asked.where(benches.device_id == bindparam("device")), dialect)


@cache
def _rights_over() -> Select[*tuple[Any, ...]]:
    asked, benches = _asked_rights()
    return asked.add_columns(benches.device_id).where(benches.device_id.in_(bindparam("devices", expanding=True)))


def _asked_rights() -> tuple[Select[*tuple[Any, ...]], Any]:
    """Return the question for rights at all devices, and the columns of the benches in it."""
    benches, events, sessions = BENCHES.alias("bench"), _EVENTS.alias("bench_event"), _SESSIONS.alias("bench_session")
    asked = (
        select(
            organizes(benches.c),
            holds_ticket(benches.c.event_id, benches.c.ticket_id),
            benches.c.session_id,
            sessions.c.starts_at,
            sessions.c.ends_at,
            events.c.starts_at,
            events.c.ends_at,
        )
        .join(events, events.c.id == benches.c.event_id)
        .outerjoin(sessions, (sessions.c.id == benches.c.session_id) & sessions.c.deleted_at.is_(None))
        .where(events.c.deleted_at.is_(None))
    )
    return asked, benches.c


def zone_of(db: Db, device_id: int, now: datetime) -> ZoneInfo:
    """Return whose time it is where a device stands: that of its next event, of its latest, or UTC."""
    found = select(_EVENTS.c.timezone).join(BENCHES, BENCHES.c.event_id == _EVENTS.c.id)
    found = found.where(BENCHES.c.device_id == device_id, _EVENTS.c.deleted_at.is_(None))
    is_over = _EVENTS.c.ends_at < now
    rank = (is_over, case((is_over, None), else_=_EVENTS.c.starts_at), _EVENTS.c.starts_at.desc())
    return ZoneInfo(db.scalar(found.order_by(*rank).limit(1)) or "UTC")


def window_of(begins: datetime | None, ends: datetime | None) -> Window | None:
    """Return a time that has a beginning and a later end; None for any other."""
    return Window(begins, ends) if begins is not None and ends is not None and begins < ends else None
