"""Questions about runs that wait or run: what the laboratory's service has to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from openevent.lab.models import Device, Lease, Run


class Bench(Struct, frozen=True):
    """A device that is switched on: how the process that owns it is started."""

    id: int
    kind: str
    address: str
    wiring: dict[str, object]


def benches(db: Db) -> list[Bench]:
    """Return the devices that are switched on, in order."""
    rows = select(Device.id, Device.kind, Device.address, Device.wiring)
    on = rows.where(Device.is_on, Device.deleted_at.is_(None)).order_by(Device.id)
    return [Bench(*row) for row in db.execute(on)]


def waiting_runs(db: Db) -> Sequence[int]:
    """Return the scripts that are to be run, the first one first."""
    return db.scalars(select(Run.id).where(Run.status == "waiting", Run.kind == "script").order_by(Run.id)).all()


def reason_to_end(device: Device | None, lease: Lease | None, now: datetime) -> Literal["lease", "device"] | None:
    """Return why a run can't go on: the turn is over, or the device may not be used any more."""
    if device is None or not device.is_on or device.is_in_repair or device.killed_at or device.deleted_at:
        return "device"
    is_held = lease is not None and lease.status == "held" and lease.ends_at is not None and lease.ends_at > now
    return None if is_held else "lease"


def runs_to_end(db: Db, run_ids: Sequence[int], now: datetime) -> dict[int, str]:
    """Return which of these runs can't go on, and why; one that somebody has ended in the database is `stopped`."""
    rows = (
        select(Run.id, Run.status, Device, Lease)
        .outerjoin(Device, Device.id == Run.device_id)
        .outerjoin(Lease, Lease.id == Run.lease_id)
        .where(Run.id.in_(run_ids))
    )
    found = {run_id: (status, device, lease) for run_id, status, device, lease in db.execute(rows)}
    over = {run_id: "stopped" for run_id in run_ids if run_id not in found or found[run_id][0] == "ended"}
    ends = {run_id: reason_to_end(device, lease, now) for run_id, (_, device, lease) in found.items()}
    return {**{run_id: reason for run_id, reason in ends.items() if reason}, **over}
