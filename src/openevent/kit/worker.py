"""The worker: runs the outbox after commit, at least once, and what has to happen every so often."""

from __future__ import annotations

import hashlib
import logging
import os
import socket
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from openevent.kit.db import upsert
from openevent.kit.jobs import Job, Lease, RateHit
from openevent.kit.limits import milliseconds
from openevent.kit.mailers import MailRefused
from openevent.kit.services import Message
from openevent.kit.work import APART, NOW, Reaction, Shell, UnitOfWork, read_signal

TRIES = 20  # with the delays below a mail is tried for about half a day
LEASE = timedelta(minutes=10)  # longer than any job takes; then a dead worker's job is somebody else's
SKEW = timedelta(hours=1)  # by how much the clocks of two machines may differ
IDLE_SECONDS = 0.25
TROUBLED_SECONDS = 2.0
KEEP_DONE = timedelta(days=7)
HEARTBEAT = "worker.heartbeat"
HEARTBEAT_SECONDS = 10
_LONGEST_ERROR = 500

log = logging.getLogger(__name__)


class Periodic(Struct, frozen=True):
    """Something to be done every so many seconds, by one process at a time."""

    name: str
    every_seconds: int
    action: Callable[[UnitOfWork], object]


class _Claim(Struct, frozen=True):
    """One job that this worker has taken; `attempts` tells it from a later claim of the same job."""

    id: int
    name: str
    payload: dict[str, Any]
    attempts: int
    created_at: datetime


class LeaseLost(Exception):
    """Somebody else has taken the job meanwhile: nothing of this attempt may be kept."""


class JobUnreadable(Exception):
    """No reaction has this name, or the payload does not fit it: trying again can't help."""


def delay(attempts: int) -> timedelta:
    """Return how long to wait after this many failures: 15 s, doubled each time, an hour at most.

    >>> [int(delay(n).total_seconds()) for n in (1, 2, 3, 9, 20)]
    [15, 30, 60, 3600, 3600]
    """
    return timedelta(seconds=min(15 * 2 ** (attempts - 1), 3600))


class Worker:
    """Runs due jobs one after the other. Several workers, in threads or processes, share the work."""

    def __init__(self, shell: Shell, periodics: Sequence[Periodic] = (), *, tries: int = TRIES) -> None:
        self._shell = shell
        self._tries = tries
        self._reactions = _by_name(shell.reactions)
        self._periodics = (*OWN, *periodics)
        self._name = f"{socket.gethostname()[:40]}:{os.getpid()}:{threading.get_native_id()}"
        self._next_look: dict[str, datetime] = {}
        self._stopping = threading.Event()
        self._wake = threading.Event()
        shell.listeners.append(self.nudge)

    def serve(self) -> None:
        """Work until `stop` is called; trouble with the database is waited out."""
        while not self._stopping.is_set():
            pause = self._turn()
            if pause and self._wake.wait(pause):
                self._wake.clear()

    def stop(self) -> None:
        """Ask `serve` to return as soon as the job at hand is done."""
        self._stopping.set()
        self._wake.set()

    def nudge(self) -> None:
        """Tell a waiting worker that there is something to do."""
        self._wake.set()

    def _turn(self) -> float:
        try:
            self.run_periodics()
            return 0.0 if self.run_one() else IDLE_SECONDS
        except Exception:
            log.exception("the worker could not reach its jobs")
            return TROUBLED_SECONDS

    # Jobs

    def run_due(self) -> int:
        """Run jobs until none is due any more; return how many were run, failed attempts included."""
        count = 0
        while not self._stopping.is_set() and self.run_one():
            count += 1
        return count

    def run_one(self) -> bool:
        """Run the job that has been due longest; False when there is none."""
        with self._shell.database.reading() as db:
            if db.execute(select(Job.id).where(_is_due(self._now())).limit(1)).first() is None:
                return False  # looking first costs SQLite no write lock
        claim = self._claim()
        if claim is None:
            return False
        self._attempt(claim)
        return True

    def _now(self) -> datetime:
        return self._shell.clock.now()

    def _claim(self) -> _Claim | None:
        now = self._now()
        oldest = select(Job.id).where(_is_due(now)).order_by(Job.run_at, Job.id).limit(1)
        with self._shell.database.session() as db:
            row = db.execute(
                update(Job)
                .where(Job.id == oldest.with_for_update(skip_locked=True).scalar_subquery())
                .values(claimed_until=now + LEASE, attempts=Job.attempts + 1)
                .returning(Job.id, Job.name, Job.payload, Job.attempts, Job.created_at)
            ).first()
        return None if row is None else _Claim(*row)

    def _attempt(self, claim: _Claim) -> None:
        if claim.attempts > self._tries:  # it took its workers down with it, again and again
            self._give_back(claim, "the worker died at it", is_hopeless=True)
            return
        try:
            self._run(claim)
        except LeaseLost:
            log.warning("a job was taken over", extra={"job": claim.id, "job_name": claim.name})
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            log.exception("a job failed", extra={"job": claim.id, "job_name": claim.name, "attempt": claim.attempts})
            self._give_back(claim, _describe(error), is_hopeless=isinstance(error, JobUnreadable | MailRefused))
        else:
            log.info("a job is done", extra={"job": claim.id, "job_name": claim.name})

    def _run(self, claim: _Claim) -> None:
        """Do it and mark it as done in one transaction, so that what it writes is there exactly once.

        Mails, and what is done apart, are for the world outside: no transaction is open while that takes its time.
        """
        reaction = None if claim.name == "mail" else self._reaction(claim)
        signal = _signal(reaction, claim) if reaction else None
        if reaction is None:
            mailer = self._shell.services.mailer
            mailer.send(_message(claim), message_id=message_id(claim.id, claim.created_at))
        elif reaction.how == APART:
            reaction.action(self._shell.work, signal)
        with self._shell.work() as work:
            if reaction is not None and reaction.how != APART:
                reaction.action(work, signal)
            _finish(work, claim)

    def _reaction(self, claim: _Claim) -> Reaction:
        reaction = self._reactions.get(claim.name)
        if reaction is None:
            raise JobUnreadable(f"no reaction is called {claim.name}")
        return reaction

    def _give_back(self, claim: _Claim, error: str, *, is_hopeless: bool) -> None:
        now = self._now()
        values: dict[str, Any] = {"error": error[:_LONGEST_ERROR], "claimed_until": None}
        if is_hopeless or claim.attempts >= self._tries:
            values |= {"state": "failed", "finished_at": now}
        else:
            values |= {"run_at": now + delay(claim.attempts)}
        with self._shell.database.session() as db:
            db.execute(update(Job).where(_is_ours(claim)).values(**values))

    # What happens every so often

    def run_periodics(self) -> list[str]:
        """Run what is due and nobody else is at; return the names."""
        return [periodic.name for periodic in self._periodics if self._run_periodic(periodic)]

    def _run_periodic(self, periodic: Periodic) -> bool:
        now = self._now()
        if not _is_past(self._next_look.get(periodic.name), now, _every(periodic)):
            return False
        self._next_look[periodic.name] = now + _every(periodic)
        if not (self._may_be_due(periodic, now) and self._take_turn(periodic, now)):
            return False
        try:
            with self._shell.work() as work:
                periodic.action(work)
                self._end_turn(work.db, periodic, now)
        except Exception:
            log.exception("a periodic job failed", extra={"job_name": periodic.name})
            with self._shell.database.session() as db:
                self._end_turn(db, periodic, None)
        return True

    def _may_be_due(self, periodic: Periodic, now: datetime) -> bool:
        """Look before taking: a worker that has just been started looks at everything, and a look locks nothing."""
        with self._shell.database.reading() as db:
            found = db.get(Lease, periodic.name)
        return found is None or (_is_past(found.until, now, LEASE) and _is_past(found.next_at, now, _every(periodic)))

    def _take_turn(self, periodic: Periodic, now: datetime) -> bool:
        is_free, is_time = _is_over(Lease.until, now, LEASE), _is_over(Lease.next_at, now, _every(periodic))
        with self._shell.database.session() as db:
            db.execute(upsert(db, Lease).values(name=periodic.name).on_conflict_do_nothing())
            taken = db.execute(
                update(Lease)
                .where(Lease.name == periodic.name, is_free, is_time)
                .values(holder=self._name, until=now + LEASE, next_at=now + _every(periodic))
                .returning(Lease.name)
            )
            return taken.first() is not None

    def _end_turn(self, db: Session, periodic: Periodic, done_at: datetime | None) -> None:
        values: dict[str, Any] = {"until": None} | ({"done_at": done_at} if done_at else {})
        is_mine = and_(Lease.name == periodic.name, Lease.holder == self._name)
        db.execute(update(Lease).where(is_mine).values(**values))


def _by_name(reactions: Sequence[Reaction]) -> dict[str, Reaction]:
    found: dict[str, Reaction] = {}
    for reaction in reactions:
        if reaction.how == NOW:
            continue
        if reaction.name in found or reaction.name == "mail":
            raise ValueError(f"two deferred reactions are called {reaction.name}")
        found[reaction.name] = reaction
    return found


def _every(periodic: Periodic) -> timedelta:
    return timedelta(seconds=periodic.every_seconds)


def _is_past(until: datetime | None, now: datetime, most: timedelta) -> bool:
    """Tell whether nobody has to wait for a moment any more.

    One further ahead than any is ever set comes from a clock that was wrong for a while, as a machine's at its start:
    who waited for it would wait for days, or years.
    """
    return until is None or until <= now or until > now + most + SKEW


def _is_over(until: Any, now: datetime, most: timedelta) -> ColumnElement[bool]:  # noqa: ANN401 -- a mapped column
    """Return the condition that says of a column what `_is_past` tells of a moment."""
    return or_(until.is_(None), until <= now, until > now + most + SKEW)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(Job.state == "waiting", Job.run_at <= now, _is_over(Job.claimed_until, now, LEASE))


def _is_ours(claim: _Claim) -> ColumnElement[bool]:
    return and_(Job.id == claim.id, Job.state == "waiting", Job.attempts == claim.attempts)


def _finish(work: UnitOfWork, claim: _Claim) -> None:
    values: dict[str, Any] = {"state": "done", "finished_at": work.now, "claimed_until": None, "error": None}
    if claim.name == "mail":
        values["payload"] = {}  # a mail holds names, links and one-time secrets: gone once it has left
    work.db.flush()
    done = work.db.execute(update(Job).where(_is_ours(claim)).values(**values).returning(Job.id))
    if done.first() is None:
        raise LeaseLost(claim.name)


def _signal(reaction: Reaction, claim: _Claim) -> object:
    try:
        return read_signal(reaction.signal, claim.payload)
    except msgspec.ValidationError as error:
        raise JobUnreadable(str(error)) from error


def _message(claim: _Claim) -> Message:
    try:
        return msgspec.convert(claim.payload, Message)
    except msgspec.ValidationError as error:
        raise JobUnreadable(str(error)) from error


def message_id(job: int, created_at: datetime) -> str:
    """Return the local part of a Message-ID that is the same for every attempt at one mail (RFC 5322, 3.6.4)."""
    return hashlib.sha256(f"{job} {created_at.isoformat()}".encode()).hexdigest()[:32]


def _describe(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def last_heartbeat(db: Session) -> datetime | None:
    """Return when a worker was last seen at work."""
    return db.scalar(select(Lease.done_at).where(Lease.name == HEARTBEAT))


def count_failed(db: Session) -> int:
    """Return how many jobs were given up."""
    return db.scalar(select(func.count()).select_from(Job).where(Job.state == "failed")) or 0


def put_back_failed(work: UnitOfWork) -> int:
    """Put the jobs that were given up back into the queue; return how many."""
    values: dict[str, Any] = {"state": "waiting", "attempts": 0, "run_at": work.now, "finished_at": None}
    found = work.db.execute(update(Job).where(Job.state == "failed").values(**values).returning(Job.id))
    return len(found.all())


class JobState(Struct, frozen=True):
    """How a job stands."""

    state: str
    attempts: int
    error: str
    run_at: datetime


def job_states(db: Session, ids: Sequence[int]) -> dict[int, JobState]:
    """Return how these jobs stand, but for those that were done so long ago that they are forgotten."""
    found = select(Job.id, Job.state, Job.attempts, Job.error, Job.run_at).where(Job.id.in_(ids))
    return {
        key: JobState(state, attempts, error or "", run_at) for key, state, attempts, error, run_at in db.execute(found)
    }


def put_back(work: UnitOfWork, job_id: int) -> bool:
    """Put one job that was given up back into the queue; return whether it was."""
    values: dict[str, Any] = {"state": "waiting", "attempts": 0, "run_at": work.now, "finished_at": None}
    is_it = and_(Job.id == job_id, Job.state == "failed")
    work.has_jobs = True
    return work.db.execute(update(Job).where(is_it).values(**values).returning(Job.id)).first() is not None


def _beat(_work: UnitOfWork) -> Literal["alive"]:
    return "alive"  # the turn's own done_at is what says so


def _prune(work: UnitOfWork) -> None:
    work.db.execute(delete(Job).where(Job.state == "done", Job.finished_at < work.now - KEEP_DONE))
    work.db.execute(delete(RateHit).where(RateHit.expires_at < milliseconds(work.now.timestamp())))


OWN = (Periodic(HEARTBEAT, HEARTBEAT_SECONDS, _beat), Periodic("worker.prune", 3600, _prune))
