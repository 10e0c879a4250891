"""Setting up devices, taking them out of use, and putting them into workshops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openevent.kit.access import Actor, allows
from openevent.kit.errors import Invalid
from openevent.kit.work import UnitOfWork
from openevent.lab.actions.ending import empty_device, make_unsafe
from openevent.lab.actions.leasing import locked_device
from openevent.lab.actions.logging import log
from openevent.lab.actions.refusals import DeviceNotYours
from openevent.lab.models import Bench, Device
from openevent.lab.providers.simulator.wiring import wiring_of
from openevent.lab.queries import places
from openevent.lab.roles import DEVICES, RUNS_DEVICE
from openevent.lab.rules import devices as rules


class DeviceRefused(Invalid):
    """What is said about a device can't be so."""

    code = "device-refused"


class BenchRefused(Invalid):
    """The session or the ticket is not of the bench's event."""

    code = "bench-refused"


def save_device(work: UnitOfWork, device: Device | None, values: Mapping[str, Any], *, by: Actor) -> Device:
    """Set up a device, or change one; only what is in `values` changes. Raises DeviceRefused.

    A device that is switched off, or goes into repair, is taken from whoever has it.
    """
    is_new = device is None
    device = device or Device(kind="simulator", address="", wiring={}, limits={}, minutes=20, created_at=work.now)
    for key, value in values.items():
        setattr(device, key, value)
    fault = rules.device_fault(device.kind, device.address, device.limits, device.minutes)
    if fault:
        raise DeviceRefused(fault.detail, pointer=fault.pointer)
    if device.kind == "simulator":
        _check_wiring(device.wiring)
    work.db.add(device)
    work.db.flush()
    if device.is_in_repair or not device.is_on:
        empty_device(work, device, "device", by=by, with_queue=False)
    changed = sorted(values)
    log(work, "device.create" if is_new else "device.change", by=by, device_id=device.id, changed=changed)
    work.audit("lab-device.create" if is_new else "lab-device.update", f"lab-device:{device.id}", by=by)
    return device


def _check_wiring(wiring: Mapping[str, Any]) -> None:
    try:
        wiring_of(wiring)
    except Invalid as error:
        raise DeviceRefused(error.detail, pointer="/data/attributes/wiring") from None


def delete_device(work: UnitOfWork, device: Device, *, by: Actor) -> None:
    """Take a device away for good; its runs and its log stay."""
    empty_device(work, device, "device", by=by, with_queue=True)
    device.is_on, device.deleted_at = False, work.now
    work.db.flush()
    log(work, "device.delete", by=by, device_id=device.id)
    work.audit("lab-device.delete", f"lab-device:{device.id}", by=by)


def kill(work: UnitOfWork, device_id: int, *, by: Actor) -> Device:
    """Stop a device for safety: nobody has it from this moment on, and nothing reaches it but its reset.

    Organizers of its workshops may, and admins; raises NotFound and DeviceNotYours.
    """
    device = _run_device(work, device_id, by)
    if device.killed_at is None:
        device.killed_at = work.now
        make_unsafe(work, device)
        empty_device(work, device, "kill", by=by, with_queue=False)
        log(work, "device.kill", by=by, device_id=device.id)
        work.audit("lab-device.kill", f"lab-device:{device.id}", by=by)
    return device


def revive(work: UnitOfWork, device_id: int, *, by: Actor) -> Device:
    """Let a stopped device be used again; raises NotFound and DeviceNotYours."""
    device = _run_device(work, device_id, by)
    if device.killed_at is not None:
        device.killed_at = None
        log(work, "device.revive", by=by, device_id=device.id)
        work.audit("lab-device.revive", f"lab-device:{device.id}", by=by)
    return device


def _run_device(work: UnitOfWork, device_id: int, by: Actor) -> Device:
    device = locked_device(work, device_id, by=by)
    if not allows(work.db, RUNS_DEVICE, by, DEVICES, device_id):
        raise DeviceNotYours("Only organizers of its workshops may do this.")
    return device


# --- benches ---------------------------------------------------------------------------------------------------------


def save_bench(work: UnitOfWork, bench: Bench | None, values: Mapping[str, Any], *, by: Actor) -> Bench:
    """Put a device into a workshop (`event_id`, `device_id`; `session_id` and `ticket_id` narrow it), or change that.

    Raises BenchRefused for a session or a ticket of another event.
    """
    bench = bench or Bench(created_at=work.now)
    for key, value in values.items():
        setattr(bench, key, value)
    with work.db.no_autoflush:
        for column, table in places.PARTS.items():
            part = getattr(bench, column)
            if part is not None and places.event_of(work.db, table, part) != bench.event_id:
                raise BenchRefused("This is not of the same event.", pointer=f"/data/relationships/{column[:-3]}")
    work.db.add(bench)
    work.db.flush()
    log(work, "bench.save", by=by, device_id=bench.device_id, event=bench.event_id)
    work.audit("lab-bench.save", f"lab-bench:{bench.id}", by=by, event=bench.event_id)
    return bench


def delete_bench(work: UnitOfWork, bench: Bench, *, by: Actor) -> None:
    """Take a device out of a workshop."""
    log(work, "bench.delete", by=by, device_id=bench.device_id, event=bench.event_id)
    work.audit("lab-bench.delete", f"lab-bench:{bench.id}", by=by, event=bench.event_id)
    work.db.delete(bench)
    work.db.flush()
