"""Turns at devices, as people have them: asking, signs of life, going on, handing back."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import update

from openevent.kit.access import Actor, allows
from openevent.kit.errors import NotFound
from openevent.kit.tokens import new_token
from openevent.kit.work import UnitOfWork
from openevent.lab.actions.ending import end_due_at, end_lease
from openevent.lab.actions.giving import give_next
from openevent.lab.actions.logging import log
from openevent.lab.actions.refusals import (
    DeviceNotYours,
    DeviceUnusable,
    LeaseLimit,
    LeaseMissing,
    LeaseUnextendable,
    no_such_device,
    refuse_if_off,
    refuse_visitors,
)
from openevent.lab.models import Booking, Device, Lease
from openevent.lab.queries import devices, leases
from openevent.lab.roles import LEASES, MINE
from openevent.lab.rules import turns
from openevent.lab.rules.rights import Use, next_window, use_at
from openevent.lab.rules.turns import EndReason
from openevent.people.signals import AccountClosing


class Asked(NamedTuple):
    """A turn, and the token with which a program may act in it; only its hash is kept."""

    lease: Lease
    key: str


def ask(work: UnitOfWork, device_id: int, *, by: Actor) -> Asked:
    """Ask for a turn at a device: it begins at once when nobody has the device, else its place is in the queue.

    Who asks again gets the same turn and a new key. Raises LabSwitchedOff, Unauthenticated, NotFound, DeviceUnusable,
    DeviceNotYours and LeaseLimit.
    """
    refuse_if_off(work.services)
    refuse_visitors(by)
    device = locked_device(work, device_id, by=by)
    refuse_unusable(device)
    use = required_use(work, device, by)
    end_due_at(work, device)
    key, kept = new_token()
    lease = leases.open_lease(work.db, device.id, by.id)
    if lease is None:
        lease = _queued(work, device, use, kept, by)
    lease.key = kept
    lease.beat_at = work.now
    work.db.flush()
    give_next(work, device)
    return Asked(lease, key)


def locked_device(work: UnitOfWork, device_id: int, *, by: Actor) -> Device:
    """Return a device that the caller may see, with its row locked; raises NotFound."""
    device = devices.device_by_id(work.db, device_id, lock=True)
    if device is None or not devices.sees_device(work.db, device_id, by):
        raise no_such_device()
    return device


def refuse_unusable(device: Device | devices.Standing) -> None:
    """Raise DeviceUnusable, with the reason, for a device that nobody may use now."""
    if device.killed_at is not None:
        raise DeviceUnusable(f"{device.name} was stopped for safety.")
    if device.is_in_repair:
        raise DeviceUnusable(f"{device.name} is in repair.")
    if not device.is_on:
        raise DeviceUnusable(f"{device.name} is switched off.")


def required_use(work: UnitOfWork, device: Device, by: Actor) -> Use:
    """Return as what the caller may use a device now; raises DeviceNotYours, which says when they may."""
    rights = devices.rights_of(work.db, device, by)
    use = use_at(rights, work.now)
    if use is not None:
        return use
    window = next_window(rights.windows, work.now)
    if window is None:
        raise DeviceNotYours(f"{device.name} is for holders of its workshop's tickets.")
    raise DeviceNotYours(f"{device.name} is yours to use from {window.begins:%Y-%m-%d %H:%M} UTC on.")


def _queued(work: UnitOfWork, device: Device, use: Use, key: str, by: Actor) -> Lease:
    if use.role != "admin" and leases.count_open(work.db, by.id) >= turns.MOST_OPEN:
        raise LeaseLimit(f"You have or wait for {turns.MOST_OPEN} devices already.")
    lease = Lease(
        device_id=device.id, user_id=by.id, status="waiting", minutes=device.minutes, asked_at=work.now, key=key
    )
    work.db.add(lease)
    work.db.flush()
    log(work, "lease.ask", by=by, device_id=device.id, lease_id=lease.id)
    return lease


def beat(work: UnitOfWork, lease_id: int, *, by: Actor) -> Lease:
    """Give a sign of life for one's turn, had or waited for; raises NotFound, and LeaseMissing for one that is over."""
    lease = own_lease(work, lease_id, by=by)
    if lease.status == "ended":
        raise LeaseMissing("Your turn is over.")
    if lease.beat_at is None or work.now - lease.beat_at >= turns.BEAT:
        lease.beat_at = work.now
    return lease


def extend(work: UnitOfWork, lease_id: int, *, by: Actor) -> Lease:
    """Go on after the end of one's turn, as long as nobody waits; raises LeaseUnextendable and LeaseMissing."""
    lease = own_lease(work, lease_id, by=by)
    device = locked_device(work, lease.device_id, by=by)
    work.db.refresh(lease)
    if lease.status != "held" or lease.ends_at is None or lease.ends_at <= work.now:
        raise LeaseMissing("You have no turn at this device now.")
    use = required_use(work, device, by)
    if use.role != "admin" and lease.extended >= turns.EXTENSIONS:
        raise LeaseUnextendable(f"A turn can be extended {turns.EXTENSIONS} times.")
    if leases.waiting_for(work.db, device.id, work.now):
        raise LeaseUnextendable("Others wait for this device.")
    booked = leases.booked_from(work.db, device.id, work.now)
    ends = turns.extended_end(lease.ends_at, lease.minutes, use.until, *(one.begins for one in booked[:1]))
    if ends is None:
        raise LeaseUnextendable("The device is taken after your turn.")
    lease.ends_at, lease.beat_at, lease.extended = ends, work.now, lease.extended + 1
    log(work, "lease.extend", by=by, device_id=device.id, lease_id=lease.id, ends_at=ends.isoformat())
    return lease


def hand_back(work: UnitOfWork, lease_id: int, *, by: Actor) -> Lease:
    """End a turn before its time, or leave the queue; organizers and admins end anybody's. Raises NotFound."""
    lease = work.db.get(Lease, lease_id)
    if lease is None or not allows(work.db, MINE, by, LEASES, lease_id):
        raise NotFound("There is no such turn.")
    device = work.db.get_one(Device, lease.device_id, with_for_update=True)
    work.db.refresh(lease)
    own: EndReason = "handed-back" if lease.status == "held" else "left"
    end_lease(work, device, lease, own if lease.user_id == by.id else "admin", by=by)
    return lease


def new_key(work: UnitOfWork, lease_id: int, *, by: Actor) -> Asked:
    """Return one's turn with a new key; the one before opens nothing any more. Raises NotFound and LeaseMissing."""
    lease = own_lease(work, lease_id, by=by)
    if lease.status == "ended":
        raise LeaseMissing("Your turn is over.")
    key, lease.key = new_token()
    work.db.flush()
    return Asked(lease, key)


def own_lease(work: UnitOfWork, lease_id: int, *, by: Actor) -> Lease:
    """Return one's own turn; raises NotFound for anybody else's."""
    lease = work.db.get(Lease, lease_id)
    if lease is None or by.id is None or lease.user_id != by.id:
        raise NotFound("There is no such turn.")
    return lease


def leave_all(work: UnitOfWork, signal: AccountClosing) -> None:
    """End all turns, bookings and running things of somebody who closes their account."""
    for lease in leases.open_leases_of(work.db, signal.user_id):
        device = work.db.get_one(Device, lease.device_id, with_for_update=True)
        end_lease(work, device, lease, "account", by=None)
    work.db.execute(
        update(Booking).where(Booking.user_id == signal.user_id, Booking.status == "booked").values(status="cancelled")
    )
