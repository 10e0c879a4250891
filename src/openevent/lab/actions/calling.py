"""The broker: everything that reaches a device passes here, from the box, from panels and from scripts.

It asks whose turn it is, whether the function is on the list, whether every argument fits the device's limits for this
person's role, and how often they have called; then it asks the device's owner, with nothing open in the database; then
it writes down what was done. Calls of a script are written down by its run.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from time import perf_counter
from typing import Any, cast

from msgspec import Struct
from sqlalchemy import Dialect, Table, bindparam, update

from openevent.kit.access import Actor
from openevent.kit.errors import DomainError
from openevent.kit.prepared import ManyRows, Prepared, run_all
from openevent.kit.services import Services
from openevent.kit.tokens import token_hash
from openevent.kit.work import OpenWork, UnitOfWork
from openevent.lab.actions.leasing import refuse_unusable
from openevent.lab.actions.logging import log
from openevent.lab.actions.refusals import (
    DeviceNotYours,
    LeaseMissing,
    ScriptRunning,
    no_such_device,
    refuse_if_off,
    refuse_visitors,
)
from openevent.lab.models import Lease, Run, RunEvent
from openevent.lab.providers.owner import DeviceClient, Frame, WatchSpec
from openevent.lab.providers.owner.messages import FASTEST
from openevent.lab.providers.places import device_socket
from openevent.lab.queries import devices, people
from openevent.lab.rules import function_string, limits, paces
from openevent.lab.rules.functions import ArgumentWrong, Call, CallRefused, Limits, checked
from openevent.lab.rules.rights import Role, use_at
from openevent.lab.rules.values import Value, as_json
from openevent.lab.rules.widgets import clean

_POINTS = 10_000  # of a series that a record keeps
_SLOWEST = 0.1  # looks a second


class Grant(Struct, frozen=True):
    """Leave to use a device now: in whose turn, as what, and within which limits.

    `turn` grows from turn to turn of a device: its owner refuses what comes late, after the reset that ended the turn.
    """

    device_id: int
    lease_id: int
    turn: int
    user_id: int
    role: Role
    limits: Limits
    services: Services

    @property
    def client(self) -> DeviceClient:
        """The way to the device."""
        return DeviceClient(device_socket(self.services.lab, self.device_id))


class Recorded(Struct, frozen=True):
    """A call that is a run of its own: what its page is called, and the answer."""

    run_id: int
    identifier: str
    value: Value


def call(
    open_work: OpenWork,
    device_id: int,
    by: Actor,
    lease_key: str | None,
    function: str,
    *,
    positional: Sequence[Any] = (),
    named: Mapping[str, Any] | None = None,
) -> Value:
    """Have a function done by a device, in the caller's turn.

    Raises LeaseMissing, ScriptRunning, DeviceUnusable, DeviceNotYours, CallRefused, TooManyRequests, and what the
    device's owner raises (it is offline, it failed).
    """
    grant = granted(open_work, device_id, by, lease_key)
    return _asked(open_work, grant, by, _Wish(function, positional, named or {}))[1]


def call_in_run(grant: Grant, function: str, positional: Sequence[Any], named: Mapping[str, Any]) -> Value:
    """Have a function done for a running script; raises CallRefused, and what the device's owner raises.

    Leave may be a second old: the owner itself refuses a call whose turn is over.
    """
    return _done(grant, checked(function, positional, named, grant.limits))


def call_and_record(
    open_work: OpenWork,
    device_id: int,
    by: Actor,
    *,
    text: str = "",
    function: str = "",
    positional: Sequence[Any] = (),
    named: Mapping[str, Any] | None = None,
    lease_key: str | None = None,
) -> Recorded:
    """Have a function string (or a function) done, and keep a run of it; raises as `call`, and CallUnreadable."""
    if text:
        function, positional, named = function_string.parse(text)
    grant = granted(open_work, device_id, by, lease_key)
    kept: list[tuple[int, str]] = []

    def keep(work: UnitOfWork, wanted: Call, value: Value) -> None:
        kept.append(_record(work, grant, wanted, value, text))

    _, value = _asked(open_work, grant, by, _Wish(function, positional, named or {}), keep)
    return Recorded(*kept[-1], value)


def granted(
    open_work: OpenWork, device_id: int, by: Actor, lease_key: str | None = None, run_id: int | None = None
) -> Grant:
    """Return leave to use a device now; raises as `call` does before it calls."""
    with _reading(open_work) as work:
        refuse_if_off(work.services)
        refuse_visitors(by)
        device = devices.standing_of(work.db, device_id)
        if device is None:
            raise no_such_device()
        is_known = lease_key is not None or (device.held is not None and device.held.user_id == by.id)
        if not is_known and not devices.sees_device(work.db, device_id, by):
            raise no_such_device()
        lease = _present_lease(work, device.held, by, lease_key, run_id)
        refuse_unusable(device)
        holder = by if by.id == lease.user_id else people.actor_of(work.db, lease.user_id)
        use = use_at(devices.rights_of(work.db, device, holder), work.now) if holder else None
        if use is None:
            raise DeviceNotYours("This device is not yours to use any more.")
        allowed = limits.merged(device.limits, use.role)
        return Grant(device.id, lease.id, device.turn, lease.user_id, use.role, allowed, work.services)


@contextmanager
def _reading(open_work: OpenWork) -> Generator[UnitOfWork]:
    with open_work() as work:
        work.db.connection(execution_options={"read_only": True})  # nobody waits for it, and it for nobody
        yield work


def _present_lease(
    work: UnitOfWork, lease: devices.Held | None, by: Actor, lease_key: str | None, run_id: int | None
) -> devices.Held:
    """Return the turn in which something is asked: a running script's, that of a key, or the caller's own."""
    if lease is None or lease.ends_at is None or lease.ends_at <= work.now:
        raise LeaseMissing("Nobody has this device now; ask for a turn first.")
    if run_id is not None:
        run = work.db.get(Run, run_id)
        if run is None or run.status != "running" or run.lease_id != lease.id or run.user_id != by.id:
            raise LeaseMissing("This script has no turn at the device any more.")
        return lease
    is_theirs = by.id == lease.user_id if lease_key is None else token_hash(lease_key) == lease.key
    if not is_theirs:
        raise LeaseMissing("You have no turn at this device now.")
    if lease.has_script:
        raise ScriptRunning("A script has the device; stop it first.")
    return lease


def _done(grant: Grant, wanted: Call) -> Value:
    seconds = paces.seconds_of(wanted.arguments)
    return grant.client.call(wanted.function.name, wanted.arguments, timeout=seconds, turn=grant.turn)


class _Wish(Struct, frozen=True):
    """What somebody wants called, as they wrote it."""

    function: str
    positional: Sequence[Any]
    named: Mapping[str, Any]


_Keep = Callable[[UnitOfWork, Call, Value], None]


def _asked(open_work: OpenWork, grant: Grant, by: Actor, wish: _Wish, keep: _Keep | None = None) -> tuple[Call, Value]:
    """Call, and write down what was called; `keep` writes more of it, in the same transaction."""
    grant.services.limiter.hit(
        f"lab-call:{grant.lease_id}", times=limits.CALLS[grant.role], seconds=limits.CALLS_SECONDS
    )
    said: dict[str, Any] = {"function": clean(wish.function[:60])}
    began = perf_counter()
    try:
        wanted = checked(wish.function, wish.positional, wish.named, grant.limits)
        said["arguments"] = paces.summary(wanted.arguments)
        value = _done(grant, wanted)
    except DomainError as error:
        kind = "call.refuse" if isinstance(error, CallRefused) else "call.fail"
        with open_work() as work:
            _write(work, grant, by, kind, {**said, "code": error.code, "error": error.detail[:200]})
        raise
    milliseconds = round((perf_counter() - began) * 1000, 1)
    with open_work() as work:
        _write(work, grant, by, "call", {**said, "ms": milliseconds})
        if keep is not None:
            keep(work, wanted, value)
    return wanted, value


def _write(work: UnitOfWork, grant: Grant, by: Actor, kind: str, detail: Mapping[str, Any]) -> None:
    log(work, kind, by=by, device_id=grant.device_id, lease_id=grant.lease_id, **detail)
    connection = work.db.connection()
    beat = _statements(connection.dialect).beat
    connection.exec_driver_sql(beat.sql, beat.bind({"lease": grant.lease_id, "now": work.now}))


def _record(work: UnitOfWork, grant: Grant, wanted: Call, value: Value, text: str) -> tuple[int, str]:
    """Keep a call as a run of its own; returns its id and its identifier."""
    name, arguments = wanted.function.name, paces.summary(wanted.arguments)
    identifier, now, connection = secrets.token_hex(16), work.now, work.db.connection()
    whose = (identifier, grant.user_id, grant.device_id, grant.lease_id)
    run = (*whose, "call", name, text or name, arguments, "ended", "done", 1, now, now, now)
    statements = _statements(connection.dialect)
    [[run_id]] = run_all(connection, statements.run, [run])
    told = {"name": name, "arguments": arguments, "value": as_json(value, _POINTS), "unit": value.unit}
    payload = {**told, "text": value.text} if value.text else told
    run_all(connection, statements.event, [(run_id, 1, now, "call", payload)])
    return run_id, identifier


class _Statements(Struct, frozen=True):
    """What every call writes, compiled for one database."""

    beat: Prepared
    run: ManyRows
    event: ManyRows


@lru_cache(maxsize=16)
def _statements(dialect: Dialect) -> _Statements:
    leases_, runs, events = (cast(Table, model.__table__) for model in (Lease, Run, RunEvent))
    held = (leases_.c.id == bindparam("lease"), leases_.c.status == "held")
    beat = update(leases_).where(*held).values(beat_at=bindparam("now", type_=leases_.c.beat_at.type))
    told = ("identifier", "user_id", "device_id", "lease_id", "kind", "title", "source", "parameters")
    ended = ("status", "exit_reason", "calls", "created_at", "began_at", "ended_at")
    return _Statements(
        Prepared(beat, dialect),
        ManyRows(runs, (*told, *ended), dialect, returning=("id",)),
        ManyRows(events, ("run_id", "number", "at", "kind", "payload"), dialect),
    )


# --- live panels -----------------------------------------------------------------------------------------------------


def watch(open_work: OpenWork, device_id: int, spec: WatchSpec | None, by: Actor) -> None:
    """Have a measurement made again and again, for everybody who looks; None ends that. Raises as `call`."""
    grant = granted(open_work, device_id, by)
    if spec is not None:
        wanted = checked(spec.function, (), spec.arguments, grant.limits)
        if wanted.function.drives:
            raise ArgumentWrong(f"{spec.function} is nothing to look at: it drives an output.", argument="function")
        spec = WatchSpec(wanted.function.name, wanted.arguments, min(max(spec.per_second, _SLOWEST), FASTEST))
    grant.client.watch(spec, turn=grant.turn)
    said = {"function": spec.function, "arguments": paces.summary(spec.arguments)} if spec else {"function": None}
    with open_work() as work:
        _write(work, grant, by, "watch", said)


def latest(open_work: OpenWork, device_id: int, by: Actor) -> Frame | None:
    """Return the last measurement of a device's live panel, for whoever may see the device; raises NotFound."""
    with _reading(open_work) as work:
        refuse_if_off(work.services)
        if devices.device_by_id(work.db, device_id) is None or not devices.sees_device(work.db, device_id, by):
            raise no_such_device()
        directory = work.services.lab
    return DeviceClient(device_socket(directory, device_id)).latest()
