"""Tables of the laboratory: devices, benches, leases, bookings, scripts, runs, and the log of all that was done."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from openevent.events.models import Event
from openevent.kit.db import Base, Keyed, SoftDeleted, check, partial_index
from openevent.people.models import User
from openevent.programme.models import Session
from openevent.tickets.models import Ticket

_HELD, _OPEN, _BOOKED = text("status = 'held'"), text("status <> 'ended'"), text("status = 'booked'")
_SCRIPT_RUNS = text("status <> 'ended' AND kind = 'script'")


class Device(Keyed, SoftDeleted, Base):
    """An instrument that can be reached: a PSLab over TCP or a serial line, or a simulated one.

    `address` is where it is (host:port, a path; empty for a simulated one), `wiring` what a simulated one is wired to,
    `limits` what may be asked of it, all told and by role. `unsafe_since` is set from the end of a lease until the
    device is known to be back in its safe state; `settling_until` says that somebody is just seeing to that. `turn` is
    the number of the present turn: it grows whenever one ends, and what was let through in an earlier one is refused.
    """

    __tablename__ = "lab_devices"
    __table_args__ = (check("kind", "kind IN ('simulator', 'tcp', 'serial')"),)

    name: Mapped[str] = mapped_column(String(120))
    place: Mapped[str | None] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10), default="simulator")
    address: Mapped[str] = mapped_column(String(200), default="")
    wiring: Mapped[dict[str, Any]] = mapped_column(default=dict)
    limits: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_on: Mapped[bool] = mapped_column(default=False)
    is_in_repair: Mapped[bool] = mapped_column(default=False)
    is_open: Mapped[bool] = mapped_column(default=False, server_default=false())  # to everybody with an account
    killed_at: Mapped[datetime | None]
    notes: Mapped[str | None] = mapped_column(Text)
    minutes: Mapped[int] = mapped_column(default=20)  # of one lease
    unsafe_since: Mapped[datetime | None]
    settling_until: Mapped[datetime | None]
    turn: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    created_at: Mapped[datetime]


class Bench(Keyed, Base):
    """A device that stands in a workshop: holders of a ticket (any, when none is named) use it during the session."""

    __tablename__ = "lab_benches"

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    device_id: Mapped[int] = mapped_column(ForeignKey(Device.id, ondelete="CASCADE"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey(Session.id, ondelete="CASCADE"), index=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey(Ticket.id, ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]


class Booking(Keyed, Base):
    """A time at a device that somebody has kept for themselves."""

    __tablename__ = "lab_bookings"
    __table_args__ = (
        check("status", "status IN ('booked', 'used', 'missed', 'cancelled')"),
        check("order", "begins_at < ends_at"),
        partial_index(
            "uq_lab_bookings_one_start",
            "device_id",
            "begins_at",
            where=_BOOKED,
        ),
        Index("ix_lab_bookings_device_id_ends_at", "device_id", "ends_at"),
    )

    device_id: Mapped[int] = mapped_column(ForeignKey(Device.id, ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(10), default="booked")
    created_at: Mapped[datetime]


class Lease(Keyed, Base):
    """Somebody's turn at a device: waiting for it, having it, over. The database knows one holder a device at most.

    `key` is the SHA-256 of a token that lets a program act in this turn; `beat_at` the last sign of life.
    """

    __tablename__ = "lab_leases"
    __table_args__ = (
        check("status", "status IN ('waiting', 'held', 'ended')"),
        partial_index("uq_lab_leases_one_holder", "device_id", where=_HELD),
        partial_index("uq_lab_leases_one_place", "device_id", "user_id", where=_OPEN),
        Index("ix_lab_leases_device_id_status", "device_id", "status"),
    )

    device_id: Mapped[int] = mapped_column(ForeignKey(Device.id, ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey(Booking.id, ondelete="SET NULL"), index=True)
    status: Mapped[str] = mapped_column(String(10), default="waiting")
    minutes: Mapped[int]
    asked_at: Mapped[datetime]
    begins_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    beat_at: Mapped[datetime | None]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    extended: Mapped[int] = mapped_column(default=0)  # how often
    end_reason: Mapped[str | None] = mapped_column(String(20))


class Script(Keyed, SoftDeleted, Base):
    """A program for a device: somebody's own, or an example that belongs to nobody. `event_id` is its class."""

    __tablename__ = "lab_scripts"
    __table_args__ = (check("visibility", "visibility IN ('private', 'class', 'public')"),)

    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    visibility: Mapped[str] = mapped_column(String(10), default="private")
    event_id: Mapped[int | None] = mapped_column(ForeignKey(Event.id, ondelete="SET NULL"), index=True)
    forked_from_id: Mapped[int | None] = mapped_column(ForeignKey("lab_scripts.id", ondelete="SET NULL"), index=True)
    is_example: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class ScriptVersion(Keyed, Base):
    """What a script said at one time; written once."""

    __tablename__ = "lab_script_versions"
    __table_args__ = (UniqueConstraint("script_id", "number"),)

    script_id: Mapped[int] = mapped_column(ForeignKey(Script.id, ondelete="CASCADE"))
    number: Mapped[int]
    code: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class Run(Keyed, Base):
    """Something that was done with a device: a script, one call, a panel. `source` is what was run, as it stood."""

    __tablename__ = "lab_runs"
    __table_args__ = (
        check("kind", "kind IN ('script', 'call', 'panel')"),
        check("status", "status IN ('waiting', 'running', 'ended')"),
        partial_index(
            "uq_lab_runs_one_script",
            "lease_id",
            where=_SCRIPT_RUNS,
        ),
        Index("ix_lab_runs_status", "status"),
        Index("ix_lab_runs_lease_id_id", "lease_id", "id"),
    )

    identifier: Mapped[str] = mapped_column(String(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    device_id: Mapped[int] = mapped_column(ForeignKey(Device.id, ondelete="CASCADE"), index=True)
    script_version_id: Mapped[int | None] = mapped_column(ForeignKey(ScriptVersion.id, ondelete="SET NULL"), index=True)
    lease_id: Mapped[int | None] = mapped_column(ForeignKey(Lease.id, ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(Text, default="")
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[str] = mapped_column(String(10), default="waiting")
    exit_reason: Mapped[str | None] = mapped_column(String(20))
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    calls: Mapped[int] = mapped_column(default=0)
    share_key: Mapped[str | None] = mapped_column(String(64), unique=True)


class RunEvent(Keyed, Base):
    """Something that happened in a run, in order. Series are lists of numbers here."""

    __tablename__ = "lab_run_events"
    __table_args__ = (UniqueConstraint("run_id", "number"),)

    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id, ondelete="CASCADE"))
    number: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(10))
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)


class LogEntry(Keyed, Base):
    """Who did what with which device. Written once, and without foreign keys: it outlives what it tells of."""

    __tablename__ = "lab_log"
    __table_args__ = (
        Index("ix_lab_log_device_id_at", "device_id", "at"),
        {"info": {"append_only": True}},
    )

    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(30))
    device_id: Mapped[int | None] = mapped_column(BigInteger)
    user_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    lease_id: Mapped[int | None] = mapped_column(BigInteger)
    run_id: Mapped[int | None] = mapped_column(BigInteger)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
