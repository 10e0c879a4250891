"""Giving turns: whoever has booked the time comes first, then the next of the queue.

Whoever changes whose turn it is locks the device's row first; the database itself refuses a second holder.
"""

from __future__ import annotations

from datetime import datetime

from openevent.kit.work import UnitOfWork
from openevent.lab.actions.ending import end_lease
from openevent.lab.actions.logging import log
from openevent.lab.models import Booking, Device, Lease
from openevent.lab.queries import devices, leases, people
from openevent.lab.rules import turns
from openevent.lab.rules.rights import use_at


def give_next(work: UnitOfWork, device: Device) -> Lease | None:
    """Give a free, safe device to whoever has booked this time, or to the next of the queue; the row is locked."""
    is_usable = device.is_on and not device.is_in_repair and device.killed_at is None and device.deleted_at is None
    if not is_usable or device.unsafe_since is not None or leases.holder_of(work.db, device.id) is not None:
        return None
    booking = leases.present_booking(work.db, device.id, work.now)
    if booking is not None:
        lease = leases.open_lease(work.db, device.id, booking.user_id)
        return None if lease is None else _give_booked(work, device, lease, booking)
    for waiting in leases.waiting_for(work.db, device.id, work.now):
        lease = work.db.get_one(Lease, waiting.lease_id)
        if _give(work, device, lease):
            return lease
    return None


def _give_booked(work: UnitOfWork, device: Device, lease: Lease, booking: Booking) -> Lease:
    booking.status, lease.booking_id = "used", booking.id
    _begin(work, device, lease, booking.ends_at)
    return lease


def _give(work: UnitOfWork, device: Device, lease: Lease) -> bool:
    """Begin somebody's turn if they may still have it; one whose right has ended leaves the queue."""
    who = people.actor_of(work.db, lease.user_id)
    use = use_at(devices.rights_of(work.db, device, who), work.now) if who else None
    if use is None:
        end_lease(work, device, lease, "time", by=None)
        return False
    booked = leases.booked_from(work.db, device.id, work.now)
    ends = turns.turn_ends(work.now, lease.minutes, use.until, *(one.begins for one in booked[:1]))
    if ends is None:
        return False
    _begin(work, device, lease, ends)
    return True


def _begin(work: UnitOfWork, device: Device, lease: Lease, ends_at: datetime) -> None:
    is_there = lease.beat_at == work.now  # who asks and is served at once need not show up again
    lease.status, lease.begins_at, lease.ends_at = "held", work.now, ends_at
    lease.beat_at = work.now if is_there else None
    work.db.flush()
    log(work, "lease.begin", by=lease.user_id, device_id=device.id, lease_id=lease.id, ends_at=ends_at.isoformat())
