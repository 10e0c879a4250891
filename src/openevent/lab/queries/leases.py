"""Questions about turns and bookings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from msgspec import Struct
from sqlalchemy import Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session as Db

from openevent.lab.models import Booking, Device, Lease, Run
from openevent.lab.rules.rights import Window
from openevent.lab.rules.turns import CLAIM, RECENT, Waiting, estimates, queue


def holder_of(db: Db, device_id: int) -> Lease | None:
    """Return the turn that somebody has at a device."""
    return db.scalar(_holder(), {"device": device_id})


@cache
def _holder() -> Select[Lease]:
    """Return the statement: made once, for every call asks it."""
    return select(Lease).where(Lease.device_id == bindparam("device"), Lease.status == "held")


def open_lease(db: Db, device_id: int, user_id: int | None) -> Lease | None:
    """Return the turn that somebody has at a device, or waits for."""
    mine = select(Lease).where(Lease.device_id == device_id, Lease.user_id == user_id, Lease.status != "ended")
    return db.scalar(mine)


def open_leases(db: Db, device_id: int) -> Sequence[Lease]:
    """Return the turns at a device that have not ended: had, or waited for."""
    mine = select(Lease).where(Lease.device_id == device_id, Lease.status != "ended")
    return db.scalars(mine.order_by(Lease.id)).all()


def open_leases_of(db: Db, user_id: int) -> Sequence[Lease]:
    """Return the turns that somebody has or waits for, over all devices."""
    mine = select(Lease).where(Lease.user_id == user_id, Lease.status != "ended")
    return db.scalars(mine.order_by(Lease.device_id)).all()


def lease_by_key(db: Db, device_id: int, key: str) -> Lease | None:
    """Return the unended turn at a device that a stored key opens."""
    found = select(Lease).where(Lease.device_id == device_id, Lease.key == key, Lease.status != "ended")
    return db.scalar(found)


def count_open(db: Db, user_id: int | None) -> int:
    """Count the turns that somebody has or waits for, over all devices."""
    mine = select(func.count()).select_from(Lease).where(Lease.user_id == user_id, Lease.status != "ended")
    return db.scalar(mine) or 0


def waiting_for(db: Db, device_id: int, now: datetime) -> list[Waiting]:
    """Return who waits for a device, whose turn it is next first."""
    recent = (
        select(Lease.user_id, func.count().label("turns"))
        .where(Lease.device_id == device_id, Lease.status == "ended", Lease.begins_at >= now - RECENT)
        .group_by(Lease.user_id)
        .subquery()
    )
    rows = db.execute(
        select(Lease.id, Lease.asked_at, Lease.minutes, func.coalesce(recent.c.turns, 0))
        .outerjoin(recent, recent.c.user_id == Lease.user_id)
        .where(Lease.device_id == device_id, Lease.status == "waiting")
    )
    return queue(Waiting(*row) for row in rows)


def is_running(db: Db, lease_id: int) -> bool:
    """Tell whether a script runs in a turn, or is about to."""
    return db.scalar(_scripts(), {"lease": lease_id}) is not None


@cache
def _scripts() -> Select[int]:
    """Return the statement: made once, for every call asks it."""
    running = (Run.status != "ended", Run.kind == "script")
    return select(Run.id).where(Run.lease_id == bindparam("lease"), *running).limit(1)


def unended_runs(db: Db, device_id: int) -> Sequence[int]:
    """Return the runs at a device that have not ended although their turn has."""
    runs = select(Run.id).join(Lease, Lease.id == Run.lease_id).where(Run.device_id == device_id)
    return db.scalars(runs.where(Run.status != "ended", Lease.status == "ended").order_by(Run.id)).all()


class Place(Struct, frozen=True):
    """How a queue stands: who has the device until when, and for one who asks, their place and about when it comes."""

    holder_id: int | None
    holder_ends_at: datetime | None
    waiting: int
    position: int | None  # 1 is next; None for one who does not wait
    begins_about: datetime | None


def place_of(db: Db, device: Device, lease_id: int | None, now: datetime) -> Place:
    """Return how the queue of a device stands, for whoever waits with this turn (or would come last, for None)."""
    holder = holder_of(db, device.id)
    waiting = waiting_for(db, device.id, now)
    ends = holder.ends_at if holder else None
    lengths = [one.minutes for one in waiting]
    moments = estimates(max(ends or now, now), [*lengths, device.minutes], booked_from(db, device.id, now))
    ids = [one.lease_id for one in waiting]
    position = ids.index(lease_id) + 1 if lease_id in ids else None
    about = moments[position - 1] if position else moments[-1] if lease_id is None else None
    return Place(holder.user_id if holder else None, ends, len(waiting), position, about)


# --- bookings --------------------------------------------------------------------------------------------------------


def booked_from(db: Db, device_id: int, now: datetime) -> list[Window]:
    """Return the booked times of a device that are not over, the first one first."""
    rows = select(Booking.begins_at, Booking.ends_at).where(
        Booking.device_id == device_id, Booking.status == "booked", Booking.ends_at > now
    )
    return [Window(*row) for row in db.execute(rows.order_by(Booking.begins_at))]


def present_booking(db: Db, device_id: int, now: datetime) -> Booking | None:
    """Return the booking whose time it is, if nobody has come yet."""
    return db.scalar(
        select(Booking).where(
            Booking.device_id == device_id,
            Booking.status == "booked",
            Booking.begins_at <= now,
            Booking.ends_at > now,
        )
    )


def late_bookings(db: Db, device_id: int, before: datetime, now: datetime) -> Sequence[Booking]:
    """Return bookings for which nobody came: begun before a moment, or over."""
    late = or_(Booking.begins_at <= before, Booking.ends_at <= now)
    return db.scalars(select(Booking).where(Booking.device_id == device_id, Booking.status == "booked", late)).all()


def count_bookings(db: Db, user_id: int | None, week: Window) -> int:
    """Count the bookings that somebody has in a week, those they let pass included."""
    mine = and_(Booking.user_id == user_id, Booking.begins_at >= week.begins, Booking.begins_at < week.ends)
    rows = select(func.count()).select_from(Booking).where(mine, Booking.status != "cancelled")
    return db.scalar(rows) or 0


# --- what is due -----------------------------------------------------------------------------------------------------


def due_devices(db: Db, now: datetime, silent_before: datetime, unseen_before: datetime) -> Sequence[int]:
    """Return the devices that somebody has to see to: a turn may be over, a booking lost, or a turn can be given."""
    held = select(Lease.device_id).where(
        Lease.status == "held",
        or_(
            Lease.ends_at <= now,
            Lease.beat_at <= silent_before,
            and_(Lease.beat_at.is_(None), Lease.begins_at <= unseen_before),
        ),
    )
    lost = select(Booking.device_id).where(Booking.status == "booked", Booking.begins_at <= now)
    at_it = and_(Device.settling_until > now, Device.settling_until <= now + CLAIM)
    is_idle = or_(Device.settling_until.is_(None), ~at_it)
    unsafe = select(Device.id).where(
        Device.unsafe_since.is_not(None), Device.is_on.is_(True), Device.deleted_at.is_(None), is_idle
    )
    busy = select(Lease.device_id).where(Lease.status == "held")
    givable = select(Lease.device_id).where(Lease.status == "waiting", Lease.device_id.not_in(busy))
    return sorted(set(db.scalars(held.union(lost, unsafe, givable))))
