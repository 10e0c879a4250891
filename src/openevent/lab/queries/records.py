"""Values for the pages of runs: what was run, by whom, and what happened in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session as Db

from openevent.kit.access import Actor, allows
from openevent.lab.models import Device, Run, RunEvent, Script, ScriptVersion
from openevent.lab.queries.screens import name_of
from openevent.lab.roles import MINE, OWN, RUNS
from openevent.lab.rules.application import Happened
from openevent.lab.rules.exports import Moment
from openevent.people.models import User

MOST_EVENTS = 20_000  # of one run, for a page


class RunLine(Struct, frozen=True):
    """A run in a list."""

    id: int
    identifier: str
    title: str
    kind: str
    status: str
    exit_reason: str | None
    created_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    calls: int
    device_id: int
    device: str
    user: str
    script_id: int | None
    script: str | None
    version: int | None

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        if self.began_at is None or self.ended_at is None:
            return None
        return round((self.ended_at - self.began_at).total_seconds(), 1)


class Record(Struct, frozen=True):
    """A run as its page shows it."""

    line: RunLine
    source: str
    parameters: Mapping[str, Any]
    error: str | None
    share_key: str | None
    is_mine: bool = False
    may_press: bool = False

    @property
    def told(self) -> dict[str, Any]:
        """What a file says of the run itself."""
        line = self.line
        return {
            "identifier": line.identifier,
            "title": line.title,
            "kind": line.kind,
            "status": line.status,
            "exit_reason": line.exit_reason,
            "error": self.error,
            "device": line.device,
            "by": line.user,
            "script": line.script,
            "version": line.version,
            "parameters": self.parameters,
            "calls": line.calls,
            "created_at": line.created_at,
            "began_at": line.began_at,
            "ended_at": line.ended_at,
            "source": self.source,
        }


def _lines() -> Select[*tuple[Any, ...]]:
    present = case((Script.deleted_at.is_(None), Script.id))  # one that was put away is known by its name alone
    return (
        select(
            *(Run.id, Run.identifier, Run.title, Run.kind, Run.status, Run.exit_reason),
            *(Run.created_at, Run.began_at, Run.ended_at, Run.calls, Run.device_id, Device.name),
            *(User.public_name, User.first_name, User.last_name, present, Script.title, ScriptVersion.number),
            *(Run.source, Run.parameters, Run.error, Run.share_key),
        )
        .join(Device, Device.id == Run.device_id)
        .join(User, User.id == Run.user_id)
        .outerjoin(ScriptVersion, ScriptVersion.id == Run.script_version_id)
        .outerjoin(Script, Script.id == ScriptVersion.script_id)
    )


def _line(row: Any) -> RunLine:  # noqa: ANN401 -- a row of the statement above
    title = row[2] or row[16] or "Run"
    told: list[Any] = [row[0], row[1], title, *row[3:12], name_of(*row[12:15]), *row[15:18]]
    return RunLine(*told)


def runs_of(db: Db, user_id: int, *, limit: int, offset: int = 0) -> list[RunLine]:
    """Return somebody's runs, the newest first."""
    rows = db.execute(_lines().where(Run.user_id == user_id).order_by(Run.id.desc()).limit(limit).offset(offset))
    return [_line(row) for row in rows]


def record(db: Db, identifier: str, by: Actor) -> Record | None:
    """Return a run that somebody may look at: its owner, and who runs the workshop."""
    row = db.execute(_lines().where(Run.identifier == identifier)).first()
    if row is None or not allows(db, MINE, by, RUNS, row[0]):
        return None
    is_mine = allows(db, OWN, by, RUNS, row[0])
    return Record(_line(row), row[18], row[19], row[20], row[21], is_mine=is_mine, may_press=is_mine)


def shared_record(db: Db, key: str) -> Record | None:
    """Return the run that a stored key shows to everybody who has it."""
    row = db.execute(_lines().where(Run.share_key == key)).first()
    return None if row is None else Record(_line(row), row[18], row[19], row[20], None)


def happened(db: Db, run_id: int, *, after: int = 0) -> list[Happened]:
    """Return what has happened in a run, in order; `after` leaves out what is known."""
    rows = db.execute(
        select(RunEvent.number, RunEvent.kind, RunEvent.payload)
        .where(RunEvent.run_id == run_id, RunEvent.number > after)
        .order_by(RunEvent.number)
        .limit(MOST_EVENTS)
    )
    return [Happened(*row) for row in rows]


def events_of(db: Db, run_id: int, *, kind: str | None = None) -> list[Moment]:
    """Return all events of a run with their moments, or those of one kind."""
    rows = select(RunEvent.number, RunEvent.at, RunEvent.kind, RunEvent.payload).where(RunEvent.run_id == run_id)
    if kind:
        rows = rows.where(RunEvent.kind == kind)
    return [Moment(*row) for row in db.execute(rows.order_by(RunEvent.number).limit(MOST_EVENTS))]


class Pulse(Struct, frozen=True):
    """Whether anything has happened in a run since somebody looked."""

    run_id: int
    status: str
    last: int


def pulse(db: Db, identifier: str, by: Actor) -> Pulse | None:
    """Return how far a run is: cheap, because everybody who looks at it asks again and again."""
    last = select(func.max(RunEvent.number)).where(RunEvent.run_id == Run.id).scalar_subquery()
    row = db.execute(select(Run.id, Run.status, last).where(Run.identifier == identifier)).first()
    if row is None or not allows(db, MINE, by, RUNS, row[0]):
        return None
    return Pulse(row[0], row[1], row[2] or 0)
