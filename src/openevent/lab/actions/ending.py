"""Ending turns: whatever the reason, the device is unsafe from then on until it is known to be reset."""

from __future__ import annotations

from typing import cast

from openevent.kit.access import Actor
from openevent.kit.work import UnitOfWork
from openevent.lab.actions.logging import log
from openevent.lab.models import Device, Lease
from openevent.lab.queries import leases
from openevent.lab.rules import bookings
from openevent.lab.rules.turns import EndReason, Turn, end_of


def end_lease(work: UnitOfWork, device: Device, lease: Lease, reason: EndReason, *, by: Actor | None) -> None:
    """End a turn, or take somebody out of the queue; what is over stays as it is."""
    if lease.status == "ended":
        return
    if lease.status == "held":
        make_unsafe(work, device)
        lease.ends_at = work.now
    lease.status, lease.end_reason = "ended", reason
    work.db.flush()
    log(work, "lease.end", by=by or lease.user_id, device_id=device.id, lease_id=lease.id, reason=reason)


def make_unsafe(work: UnitOfWork, device: Device) -> None:
    """Let nobody have a device before it is reset; what was let through so far reaches it no more after that.

    The number of turns grows by itself, whatever the clock does.
    """
    device.unsafe_since = work.now
    device.turn = cast(int, Device.turn + 1)  # in the database: whoever ends one has not always read the newest row


def end_due_at(work: UnitOfWork, device: Device) -> None:
    """End what is due at a device, whose row is locked: a turn that is over, bookings for which nobody came."""
    held = leases.holder_of(work.db, device.id)
    if held is not None and held.begins_at is not None and held.ends_at is not None:
        is_running = leases.is_running(work.db, held.id)
        reason = end_of(Turn(held.begins_at, held.ends_at, held.beat_at, is_running), work.now)
        if reason is not None and not (reason == "time" and _goes_on(work, device, held)):
            end_lease(work, device, held, reason, by=None)
    for booking in leases.late_bookings(work.db, device.id, work.now - bookings.MISSED, work.now):
        booking.status = "missed"
        log(work, "booking.miss", by=booking.user_id, device_id=device.id, booking=booking.id)
    work.db.flush()


def _goes_on(work: UnitOfWork, device: Device, held: Lease) -> bool:
    """Let a turn become the booked one when its holder has booked what follows; nothing is reset in between."""
    booking = leases.present_booking(work.db, device.id, work.now)
    if booking is None or booking.user_id != held.user_id:
        return False
    booking.status, held.booking_id, held.ends_at = "used", booking.id, booking.ends_at
    ends_at = booking.ends_at.isoformat()
    log(work, "lease.extend", by=held.user_id, device_id=device.id, lease_id=held.id, ends_at=ends_at)
    return True


def empty_device(work: UnitOfWork, device: Device, reason: EndReason, *, by: Actor, with_queue: bool) -> None:
    """End the turn at a device; and all that are waited for, when it won't come back soon."""
    for lease in leases.open_leases(work.db, device.id):
        if with_queue or lease.status == "held":
            end_lease(work, device, lease, reason, by=by)
