"""Values for the pages of devices: whose turn it is, who waits, what is booked, where a device stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import exists, select
from sqlalchemy.orm import Session as Db

from openevent.events.models import Event
from openevent.kit.access import Actor, allows
from openevent.lab.models import Bench, Booking, Device, Lease, LogEntry
from openevent.lab.queries import devices, leases
from openevent.lab.roles import BENCHES, DEVICES, READS_LOG, RUNS_DEVICE, SEES_BENCH
from openevent.lab.rules.devices import state_of
from openevent.lab.rules.limits import merged
from openevent.lab.rules.rights import Rights, Window, use_at
from openevent.lab.rules.screens import Standing, allowed_texts, standing
from openevent.lab.rules.turns import EXTENSIONS
from openevent.people.models import User
from openevent.people.rules import display_name
from openevent.programme.models import Session

_NOBODY = "Somebody"
_NEWEST = 10_000  # lines of the log


class Turn(Struct, frozen=True):
    """A turn that somebody has or waits for."""

    lease_id: int
    device_id: int
    user_id: int
    status: str
    ends_at: datetime | None
    name: str
    extended: int


class Place(Struct, frozen=True):
    """A workshop that a device stands in."""

    event: str
    event_identifier: str
    session: str | None


class _OfDevice(Struct, frozen=True):
    """Something about a device that a page shows."""

    device: Device

    @property
    def id(self) -> int:
        """The device's id."""
        return self.device.id

    @property
    def name(self) -> str:
        """The device's name."""
        return self.device.name

    @property
    def place(self) -> str | None:
        """Where the device is."""
        return self.device.place


class Desk(_OfDevice, frozen=True):
    """A device as one person sees it at one moment."""

    standing: Standing
    turns: tuple[Turn, ...] = ()
    mine: Turn | None = None
    benches: tuple[Place, ...] = ()
    limits: tuple[str, ...] = ()
    may_ask: bool = False
    can_extend: bool = False
    runs_it: bool = False
    trouble: str = ""  # why it does not answer

    @property
    def state(self) -> str:
        """What is the matter with it, for this person."""
        return self.standing.state

    @property
    def lease_status(self) -> str | None:
        """Whether this person has a turn, or waits for one."""
        return self.mine.status if self.mine else None

    @property
    def seconds(self) -> int | None:
        """What is left of this person's turn."""
        return self.standing.seconds

    @property
    def left(self) -> str:
        """The same, in minutes and seconds."""
        minutes, seconds = divmod(self.standing.seconds or 0, 60)
        return f"{minutes}:{seconds:02}"

    @property
    def said(self) -> str:
        """One sentence on whose turn it is."""
        return self.standing.said

    @property
    def queue(self) -> int:
        """How many wait."""
        return sum(1 for turn in self.turns if turn.status == "waiting")


class Card(_OfDevice, frozen=True):
    """A device in a list of them."""

    state: str
    holder: Turn | None
    queue: int
    is_usable: bool  # by who looks, at this moment


def name_of(public: str | None, first: str | None, last: str | None) -> str:
    """Return what others may call somebody: the public name, else the first name and the first letter of the last."""
    return public or display_name(None, first, f"{last[0]}." if last else None) or _NOBODY


def cards(db: Db, by: Actor, now: datetime) -> list[Card]:
    """Return the devices that somebody may see, with whose turn it is: in three statements, however many there are."""
    seen = devices.devices_seen(db, by)
    turns, usable = turns_at(db, [device.id for device in seen]), devices.usable_now(db, seen, by, now)
    return [
        _card(device, [turn for turn in turns if turn.device_id == device.id], by, is_usable=device.id in usable)
        for device in seen
    ]


def _card(device: Device, turns: Sequence[Turn], by: Actor, *, is_usable: bool) -> Card:
    holder = next((turn for turn in turns if turn.status == "held"), None)
    mine = next((turn for turn in turns if turn.user_id == by.id), None)
    state = _state(device, holder)
    if mine is not None:
        state = "yours" if mine.status == "held" else "waiting"
    return Card(device, state, holder, sum(1 for turn in turns if turn.status == "waiting"), is_usable)


def _state(device: Device, holder: Turn | None) -> str:
    return state_of(
        is_on=device.is_on,
        is_in_repair=device.is_in_repair,
        is_killed=device.killed_at is not None,
        is_unsafe=device.unsafe_since is not None,
        is_held=holder is not None,
    )


def turns_at(db: Db, device_ids: Sequence[int]) -> list[Turn]:
    """Return the turns at some devices that have not ended, as they were asked for."""
    names = (User.public_name, User.first_name, User.last_name)
    columns = (Lease.id, Lease.device_id, Lease.user_id, Lease.status, Lease.ends_at, Lease.extended, *names)
    rows = db.execute(
        select(*columns)
        .join(User, User.id == Lease.user_id)
        .where(Lease.device_id.in_(device_ids), Lease.status != "ended")
        .order_by(Lease.id)
    )
    return [Turn(*row[:5], name=name_of(*row[6:]), extended=row[5]) for row in rows]


def desk(db: Db, device: Device, by: Actor, now: datetime) -> Desk:
    """Return a device as somebody sees it now."""
    turns = turns_at(db, [device.id])
    mine = next((turn for turn in turns if turn.user_id == by.id), None)
    holder = next((turn for turn in turns if turn.status == "held"), None)
    place = leases.place_of(db, device, mine.lease_id if mine else None, now)
    rights = devices.rights_of(db, device, by)
    use = use_at(rights, now)
    state = _state(device, holder)
    runs_it = allows(db, RUNS_DEVICE, by, DEVICES, device.id)
    return Desk(
        device,
        standing(
            state,
            now,
            mine=mine.status if mine else None,
            my_end=mine.ends_at if mine else None,
            holder=holder.name if holder else None,
            waiting=place.waiting,
            position=place.position,
            begins_about=place.begins_about,
            minutes=device.minutes,
            opens=_opens(rights, now) if use is None else None,
            is_mine_to_use=use is not None,
        ),
        _ordered(turns, [one.lease_id for one in leases.waiting_for(db, device.id, now)]),
        mine,
        _benches(db, device.id, by),
        allowed_texts(merged(device.limits, use.role if use else "member")),
        may_ask=use is not None and mine is None and state in {"free", "held", "unsafe"},
        can_extend=mine is not None and mine.extended < EXTENSIONS and place.waiting == 0,
        runs_it=runs_it,
    )


def _opens(rights: Rights, now: datetime) -> Window | None:
    return min((window for window in rights.windows if window.begins > now), default=None)


def _ordered(turns: Sequence[Turn], waiting: Sequence[int]) -> tuple[Turn, ...]:
    order = {lease_id: place for place, lease_id in enumerate(waiting, 1)}
    return tuple(sorted(turns, key=lambda turn: order.get(turn.lease_id, 0)))


def _benches(db: Db, device_id: int, by: Actor) -> tuple[Place, ...]:
    rows = db.execute(
        select(Event.name, Event.identifier, Session.title)
        .select_from(Bench)
        .join(Event, Event.id == Bench.event_id)
        .outerjoin(Session, Session.id == Bench.session_id)
        .where(Bench.device_id == device_id, SEES_BENCH.condition(by.kind, BENCHES.c), Event.deleted_at.is_(None))
        .order_by(Event.starts_at, Session.starts_at, Bench.id),
        dict(by.params),
    )
    return tuple(Place(*row) for row in rows)


def runs_any(db: Db, by: Actor) -> bool:
    """Tell whether somebody looks after any device."""
    if by.id is None:
        return False
    looks_after = select(exists().where(RUNS_DEVICE.condition(by.kind, DEVICES.c), Device.deleted_at.is_(None)))
    return by.is_staff or bool(db.scalar(looks_after, dict(by.params)))


# --- bookings --------------------------------------------------------------------------------------------------------


class Booked(Struct, frozen=True):
    """A booked time."""

    id: int
    begins_at: datetime
    ends_at: datetime
    user_id: int
    name: str


def bookings_between(db: Db, device_id: int, window: Window) -> list[Booked]:
    """Return what is booked at a device in a time, the first first."""
    rows = db.execute(
        select(
            *(Booking.id, Booking.begins_at, Booking.ends_at, Booking.user_id),
            *(User.public_name, User.first_name, User.last_name),
        )
        .join(User, User.id == Booking.user_id)
        .where(
            Booking.device_id == device_id,
            Booking.status.in_(("booked", "used")),
            Booking.ends_at > window.begins,
            Booking.begins_at < window.ends,
        )
        .order_by(Booking.begins_at)
    )
    return [Booked(*row[:4], name=name_of(*row[4:])) for row in rows]


# --- the log ---------------------------------------------------------------------------------------------------------


class Line(Struct, frozen=True):
    """One line of the log."""

    at: datetime
    kind: str
    user: str | None
    device: str | None
    detail: Mapping[str, Any]

    @property
    def said(self) -> str:
        """The details as people read them."""
        return ", ".join(f"{key.replace('_', ' ')} {_short(value)}" for key, value in self.detail.items())


def _short(value: object, most: int = 120) -> str:
    text = str(value)
    return text if len(text) <= most else f"{text[:most]} …"


def log_lines(db: Db, by: Actor, *, device_id: int | None, kind: str | None, limit: int, offset: int) -> list[Line]:
    """Return lines of the log that somebody may read, the newest first."""
    entries = LogEntry.__table__
    rows = (
        select(
            *(LogEntry.at, LogEntry.kind, User.public_name, User.first_name, User.last_name),
            *(LogEntry.user_id, Device.name, LogEntry.detail),
        )
        .outerjoin(User, User.id == LogEntry.user_id)
        .outerjoin(Device, Device.id == LogEntry.device_id)
        .where(READS_LOG.condition(by.kind, entries.c))
        .order_by(LogEntry.id.desc())
        .limit(limit)
        .offset(offset)
    )
    if device_id is not None:
        rows = rows.where(LogEntry.device_id == device_id)
    if kind:
        rows = rows.where(LogEntry.kind == kind)
    found = db.execute(rows, dict(by.params))
    return [Line(row[0], row[1], name_of(*row[2:5]) if row[5] is not None else None, row[6], row[7]) for row in found]


def log_kinds(db: Db) -> list[str]:
    """Return the kinds of the newest lines; to look at all of them would take longer every day."""
    newest = select(LogEntry.kind).order_by(LogEntry.id.desc()).limit(_NEWEST).subquery()
    return list(db.scalars(select(newest.c.kind).distinct().order_by(newest.c.kind)))
