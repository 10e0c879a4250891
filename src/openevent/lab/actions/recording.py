"""What a run leaves behind: its beginning, its events in batches, its end. Only the lab's service calls these."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import delete, insert, select, update

from openevent.kit.access import Actor
from openevent.kit.work import UnitOfWork
from openevent.lab.actions.logging import log
from openevent.lab.models import Device, Lease, Run, RunEvent
from openevent.lab.queries.people import actor_of
from openevent.lab.queries.running import reason_to_end

_LONGEST_ERROR = 4_000


class Beginning(Struct, frozen=True):
    """What is needed to run a script: what, for whom, on which device, and until when at the latest."""

    run_id: int
    device_id: int
    by: Actor
    source: str
    parameters: Mapping[str, Any]
    ends_at: datetime | None


class Happening(Struct, frozen=True):
    """One event of a run; `replaces` is the number of an earlier one that it makes void."""

    number: int
    at: datetime
    kind: str
    payload: Mapping[str, Any]
    replaces: int | None = None


def new_identifier() -> str:
    """Return a name for a run that nobody can guess."""
    return secrets.token_hex(12)


def begin_run(work: UnitOfWork, run_id: int) -> Beginning | None:
    """Take a waiting run: from now on it runs. None when it waits no more, or can't be begun (then it is ended)."""
    run = work.db.get(Run, run_id, with_for_update=True)
    if run is None or run.status != "waiting" or run.kind != "script":
        return None
    lease = work.db.get(Lease, run.lease_id) if run.lease_id else None
    by = actor_of(work.db, run.user_id)
    reason = reason_to_end(work.db.get(Device, run.device_id), lease, work.now) if by else "stopped"
    if reason is not None or by is None:
        _end(work, run, reason or "stopped", None, calls={})
        return None
    run.status, run.began_at = "running", work.now
    log(work, "run.begin", by=run.user_id, device_id=run.device_id, lease_id=run.lease_id, run_id=run.id)
    ends_at = lease.ends_at if lease is not None else None
    return Beginning(run.id, run.device_id, by, run.source, dict(run.parameters), ends_at)


def add_events(work: UnitOfWork, run_id: int, happenings: Sequence[Happening], *, calls: int) -> None:
    """Write at least one event of a run; one that replaces an earlier one takes its place in the record."""
    replaced = [one.replaces for one in happenings if one.replaces is not None]
    if replaced:
        work.db.execute(delete(RunEvent).where(RunEvent.run_id == run_id, RunEvent.number.in_(replaced)))
    rows = [
        {"run_id": run_id, "number": one.number, "at": one.at, "kind": one.kind, "payload": dict(one.payload)}
        for one in happenings
    ]
    work.db.execute(insert(RunEvent), rows)
    work.db.execute(update(Run).where(Run.id == run_id, Run.calls != calls).values(calls=calls))


def end_run(
    work: UnitOfWork,
    run_id: int,
    reason: str,
    error: str | None = None,
    *,
    calls: Mapping[str, int] | None = None,
    refused: int = 0,
) -> None:
    """Write down that a run is over, and why; one that has ended already keeps its reason.

    The log gets one line: which functions it called how often, and how often it was refused.
    """
    run = work.db.get(Run, run_id, with_for_update=True)
    if run is not None and run.status != "ended":
        _end(work, run, reason, error, calls=calls or {}, refused=refused)


def mark_lost(work: UnitOfWork) -> list[int]:
    """End the scripts that ran when the service was last there: it has died, and they with it. Returns which."""
    stale = select(Run).where(Run.status == "running", Run.kind == "script").order_by(Run.id)
    lost = list(work.db.scalars(stale.with_for_update()))
    for run in lost:
        _end(work, run, "lost", "The laboratory's service was started anew while this ran.", calls={})
    return [run.id for run in lost]


def _end(
    work: UnitOfWork, run: Run, reason: str, error: str | None, *, calls: Mapping[str, int], refused: int = 0
) -> None:
    run.status, run.exit_reason, run.ended_at = "ended", reason, work.now
    run.error = error[:_LONGEST_ERROR] if error else None
    work.db.flush()
    said = {"reason": reason, "calls": dict(calls), "refused": refused}
    log(work, "run.end", by=run.user_id, device_id=run.device_id, lease_id=run.lease_id, run_id=run.id, **said)
