"""Questions about runs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from openevent.kit.access import Actor, allows
from openevent.lab.models import Run, RunEvent
from openevent.lab.roles import MINE, OWN, RUNS

MOST_EVENTS = 10_000  # of one run in one answer


def run_by_id(db: Db, run_id: int, by: Actor) -> Run | None:
    """Return a run that somebody may read."""
    found = db.get(Run, run_id)
    return found if found is not None and allows(db, MINE, by, RUNS, run_id) else None


def run_by_identifier(db: Db, identifier: str, by: Actor) -> Run | None:
    """Return a run that somebody may read, by what stands in addresses of pages."""
    found = db.scalar(select(Run).where(Run.identifier == identifier))
    return found if found is not None and allows(db, MINE, by, RUNS, found.id) else None


def owns_run(db: Db, run: Run, by: Actor) -> bool:
    """Tell whether a run is somebody's own."""
    return allows(db, OWN, by, RUNS, run.id)


def shared_run(db: Db, key: str) -> Run | None:
    """Return the run that a stored key shows to everybody who has it."""
    return db.scalar(select(Run).where(Run.share_key == key))


def events_of(db: Db, run_id: int, *, after: int = 0, most: int = 1_000) -> Sequence[RunEvent]:
    """Return what happened in a run, in order, after a number."""
    rows = select(RunEvent).where(RunEvent.run_id == run_id, RunEvent.number > after)
    return db.scalars(rows.order_by(RunEvent.number).limit(most)).all()
