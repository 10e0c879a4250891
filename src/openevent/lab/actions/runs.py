"""What becomes of runs afterwards: shown to others, or thrown away."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select

from openevent.kit.access import Actor
from openevent.kit.errors import Conflict, NotFound
from openevent.kit.tokens import new_token, token_hash
from openevent.kit.work import UnitOfWork
from openevent.lab.actions.logging import log
from openevent.lab.models import Run
from openevent.lab.queries import runs

KEPT = 500  # runs of one person: each may hold ten thousand points
_PEOPLE = 10  # whose runs are thrown away in one transaction, as many of each as are kept: a bounded statement


class RunUnended(Conflict):
    """The run has not ended yet."""

    code = "run-unended"


def share_run(work: UnitOfWork, run_id: int, *, by: Actor) -> str:
    """Return a key that shows a run of one's own, read-only, to everybody who has it; the key before shows nothing."""
    run = own_run(work, run_id, by=by)
    key, run.share_key = new_token()
    work.db.flush()
    log(work, "run.share", by=by, device_id=run.device_id, run_id=run.id)
    return key


def unshare_run(work: UnitOfWork, run_id: int, *, by: Actor) -> Run:
    """Let the key of a run of one's own show nothing any more."""
    run = own_run(work, run_id, by=by)
    run.share_key = None
    work.db.flush()
    return run


def delete_run(work: UnitOfWork, run: Run, *, by: Actor) -> None:
    """Throw a run of one's own away, with all that it has recorded; raises NotFound, and RunUnended for one that runs.

    The log keeps that there was one.
    """
    own_run(work, run.id, by=by)
    if run.status != "ended":
        raise RunUnended("Stop it first.")
    log(work, "run.delete", by=by, device_id=run.device_id, run_id=run.id)
    work.db.delete(run)
    work.db.flush()


def drop_old_runs(work: UnitOfWork) -> int:
    """Throw away the oldest runs of whoever has more than are kept, shared ones last; returns how many there were.

    What is too much for one transaction is left for the next. The log keeps what was done.
    """
    crowded = (
        select(Run.user_id)
        .where(Run.status == "ended")
        .group_by(Run.user_id)
        .having(func.count() > KEPT)
        .limit(_PEOPLE)
    )
    old = [run_id for user_id in work.db.scalars(crowded).all() for run_id in _old_runs(work, user_id)]
    if old:
        work.db.execute(delete(Run).where(Run.id.in_(old)), execution_options={"synchronize_session": False})
    return len(old)


def _old_runs(work: UnitOfWork, user_id: int) -> Sequence[int]:
    ended = select(Run.id).where(Run.user_id == user_id, Run.status == "ended")
    worth = (Run.share_key.is_(None), Run.id.desc())  # what others were shown stays longest
    return work.db.scalars(ended.order_by(*worth).offset(KEPT).limit(KEPT)).all()


def readable_run(work: UnitOfWork, run_id: int, *, by: Actor) -> Run:
    """Return a run that the caller may read; raises NotFound."""
    found = runs.run_by_id(work.db, run_id, by)
    if found is None:
        raise NotFound("There is no such run.")
    return found


def shown_run(work: UnitOfWork, key: str) -> Run:
    """Return the run that a key shows; raises NotFound."""
    found = runs.shared_run(work.db, token_hash(key))
    if found is None:
        raise NotFound("There is no such run, or it is not shared any more.")
    return found


def own_run(work: UnitOfWork, run_id: int, *, by: Actor) -> Run:
    """Return a run of one's own (admins: anybody's); raises NotFound."""
    found = runs.run_by_id(work.db, run_id, by)
    if found is None or not runs.owns_run(work.db, found, by):
        raise NotFound("There is no such run.")
    return found
