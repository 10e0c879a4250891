"""Keeping a time at a device, and letting go of it again."""

from __future__ import annotations

from datetime import UTC, datetime

from openevent.kit.access import Actor, allows
from openevent.kit.errors import Conflict, NotFound
from openevent.kit.work import UnitOfWork
from openevent.lab.actions.leasing import locked_device, refuse_unusable
from openevent.lab.actions.logging import log
from openevent.lab.actions.refusals import (
    BookingRefused,
    BookingTaken,
    DeviceNotYours,
    refuse_if_off,
    refuse_visitors,
)
from openevent.lab.models import Booking, Device
from openevent.lab.queries import devices, leases
from openevent.lab.roles import BOOKINGS, MINE
from openevent.lab.rules import bookings
from openevent.lab.rules.rights import Window, use_during

_BEGINS = "/data/attributes/begins-at"


class BookingOver(Conflict):
    """The booking was used, missed or cancelled already."""

    code = "booking-over"


def book(work: UnitOfWork, device_id: int, begins_at: datetime, ends_at: datetime, *, by: Actor) -> Booking:
    """Keep a time at a device for oneself.

    Raises LabSwitchedOff, Unauthenticated, NotFound, DeviceUnusable, DeviceNotYours (not at that time), BookingRefused
    (the quota of one's role) and BookingTaken, which names the nearest free time.
    """
    refuse_if_off(work.services)
    refuse_visitors(by)
    device = locked_device(work, device_id, by=by)
    refuse_unusable(device)
    wanted = Window(begins_at.astimezone(UTC), ends_at.astimezone(UTC))
    use = use_during(devices.rights_of(work.db, device, by), wanted.begins, wanted.ends)
    if use is None:
        raise DeviceNotYours(f"{device.name} is not yours to use at that time.")
    week = bookings.week_of(wanted.begins)
    has_already = leases.count_bookings(work.db, by.id, week)
    fault = bookings.fault(wanted, work.now, bookings.QUOTAS[use.role], has_already)
    if fault:
        raise BookingRefused(fault, pointer=_BEGINS)
    _refuse_taken(work, device, wanted)
    found = Booking(
        device_id=device.id, user_id=by.id, begins_at=wanted.begins, ends_at=wanted.ends, created_at=work.now
    )
    work.db.add(found)
    work.db.flush()
    log(work, "booking.make", by=by, device_id=device.id, booking=found.id, begins_at=wanted.begins.isoformat())
    return found


def _refuse_taken(work: UnitOfWork, device: Device, wanted: Window) -> None:
    taken = leases.booked_from(work.db, device.id, work.now)
    held = leases.holder_of(work.db, device.id)
    if held is not None and held.ends_at is not None:
        taken.append(Window(work.now, held.ends_at))
    if any(bookings.overlaps(wanted, one) for one in taken):
        zone = devices.zone_of(work.db, device.id, work.now)
        free = bookings.nearest_free(wanted, taken).begins.astimezone(zone)
        raise BookingTaken(f"This time is taken; the next free one begins at {free:%Y-%m-%d %H:%M} {zone.key}.")


def cancel_booking(work: UnitOfWork, booking_id: int, *, by: Actor) -> Booking:
    """Let go of a booking; organizers and admins cancel anybody's. Raises NotFound and BookingOver."""
    found = work.db.get(Booking, booking_id, with_for_update=True)
    if found is None or not allows(work.db, MINE, by, BOOKINGS, booking_id):
        raise NotFound("There is no such booking.")
    if found.status != "booked":
        raise BookingOver("This booking is over.")
    found.status = "cancelled"
    work.db.flush()
    log(work, "booking.cancel", by=by, device_id=found.device_id, booking=found.id)
    return found
