"""Questions about devices: who may use them, and what is the matter with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import cast

from sqlalchemy import Executable, Table, bindparam, select
from sqlalchemy.orm import Session as Db

from openevent.events.models import Event
from openevent.kit.access import ANONYMOUS, Actor, allows
from openevent.lab.models import Device
from openevent.lab.roles import BENCHES, DEVICES, SEES_DEVICE, holds_ticket, organizes
from openevent.lab.rules.rights import Rights, Window
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


def rights_of(db: Db, device: Device, by: Actor) -> Rights:
    """Return what is known about somebody's rights at a device: in one statement."""
    if by.kind == ANONYMOUS:
        return Rights()
    if by.is_staff:
        return Rights(is_admin=True)
    rows = db.execute(_rights(), {**by.params, "device": device.id}).all()
    windows = [
        window
        for row in rows
        if row.holds
        and (
            window := window_of(row.session_begins, row.session_ends)
            if row.session_id
            else window_of(row.starts_at, row.ends_at)
        )
    ]
    organizing = any(row.organizes for row in rows)
    return Rights(is_organizer=organizing, is_member=device.is_open, windows=tuple(sorted(windows)))


@cache
def _rights() -> Executable:
    """Return the statement about rights: made once, for making the aliases of wide tables takes milliseconds."""
    benches, events, sessions = BENCHES.alias("bench"), _EVENTS.alias("bench_event"), _SESSIONS.alias("bench_session")
    return (
        select(
            organizes(benches.c).label("organizes"),
            holds_ticket(benches.c.event_id, benches.c.ticket_id).label("holds"),
            benches.c.session_id,
            sessions.c.starts_at.label("session_begins"),
            sessions.c.ends_at.label("session_ends"),
            events.c.starts_at,
            events.c.ends_at,
        )
        .join(events, events.c.id == benches.c.event_id)
        .outerjoin(sessions, (sessions.c.id == benches.c.session_id) & sessions.c.deleted_at.is_(None))
        .where(benches.c.device_id == bindparam("device"), events.c.deleted_at.is_(None))
    )


def window_of(begins: datetime | None, ends: datetime | None) -> Window | None:
    """Return a time that has a beginning and a later end; None for any other."""
    return Window(begins, ends) if begins is not None and ends is not None and begins < ends else None
