"""The unit of work: one transaction, one moment, and what follows from what is done in it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, TypeVar, cast, get_type_hints, overload

import msgspec
from msgspec import Struct, to_builtins
from sqlalchemy import Dialect, Table, delete, select
from sqlalchemy.orm import Session

from openevent.kit.access import Actor
from openevent.kit.clock import Clock
from openevent.kit.db import Database, Reads
from openevent.kit.fibers import Fiber, current
from openevent.kit.gathered import Gathered
from openevent.kit.jobs import AuditEntry, Job
from openevent.kit.prepared import ManyRows, run_all
from openevent.kit.services import Message, Services, Site
from openevent.kit.turns import Pause, Turns

_log = logging.getLogger(__name__)
NOW: Literal["now"] = "now"
LATER: Literal["later"] = "later"
APART: Literal["apart"] = "apart"
How = Literal["now", "later", "apart"]
S = TypeVar("S")


class Reaction(Struct, frozen=True):
    """One line of the page of reactions: when this is announced, do that, now or later."""

    signal: type[Any]
    action: Callable[..., None]
    how: How

    @property
    def name(self) -> str:
        """The stable name under which a deferred reaction waits in the jobs table."""
        module = self.action.__module__.removeprefix("openevent.")
        return f"{module}.{self.action.__name__} on {self.signal.__name__}"


# The types tie the two: a mail that expects OrderPlaced can't be wired to PaymentSettled.
@overload
def when(signal: type[S], action: Callable[[UnitOfWork, S], None], how: Literal["now", "later"]) -> Reaction: ...
@overload
def when(signal: type[S], action: Callable[[OpenWork, S], None], how: Literal["apart"]) -> Reaction: ...
def when(signal: type[S], action: Callable[..., None], how: How) -> Reaction:
    """Say that `action` follows from `signal`: in its transaction (NOW), or in a job after it (LATER).

    APART is for calls to the world outside, which no transaction may wait for: the job's action is given a way to open
    units of work of its own, before the call and after it. It may run twice, so it has to be safe twice.
    """
    return Reaction(signal, action, how)


@dataclass(slots=True)
class UnitOfWork:
    """What an action is given: the session, the moment, and a way to say what happened. The shell commits it."""

    db: Session
    now: datetime
    services: Services
    describe: Callable[[], Site] | None = None
    reactions: Mapping[type[Any], Sequence[Reaction]] = field(default_factory=dict[type[Any], Sequence[Reaction]])
    announced: list[Any] = field(default_factory=list[Any])
    has_jobs: bool = False
    undoing: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])
    _site: Site | None = field(default=None, init=False, repr=False)

    @property
    def site(self) -> Site:
        """The installation as its admins describe it now: asked for when it is first needed."""
        if self._site is None:
            self._site = self.describe() if self.describe else self.services.site
        return self._site

    def announce(self, signal: Struct) -> None:
        """Tell what happened: NOW reactions run here, LATER ones become job rows in this very transaction."""
        self.announced.append(signal)
        later: list[str] = []
        for reaction in self.reactions.get(type(signal), ()):
            if reaction.how == NOW:
                self._put(later, signal)
                reaction.action(self, signal)
            else:
                later.append(reaction.name)
        self._put(later, signal)

    def announce_all(self, signals: Sequence[Struct]) -> None:
        """Tell several things at once: what follows later is written in one go, when all has been told."""
        jobs: list[tuple[str, Mapping[str, Any], datetime]] = []
        for signal in signals:
            reactions = self.reactions.get(type(signal), ())
            if any(reaction.how == NOW for reaction in reactions):
                self.announce(signal)
                continue
            self.announced.append(signal)
            payload = to_builtins(signal)
            jobs += [(reaction.name, payload, self.now) for reaction in reactions]
        self._put_all(jobs)

    def _put(self, names: list[str], signal: Struct) -> None:
        payload = to_builtins(signal)
        self._put_all([(name, payload, self.now) for name in names])
        names.clear()

    def enqueue(self, name: str, payload: Mapping[str, Any], *, run_at: datetime | None = None) -> int:
        """Put a job into the outbox and return its id; a worker sees it only if this transaction commits."""
        return self._put_all([(name, msgspec.to_builtins(dict(payload)), run_at or self.now)])[0]

    def _put_all(self, jobs: Sequence[tuple[str, Mapping[str, Any], datetime]]) -> list[int]:
        if not jobs:
            return []
        self.has_jobs = True
        rows = [(name, payload, run_at, self.now, 0, "waiting") for name, payload, run_at in jobs]
        connection = self.db.connection()
        return [row[0] for row in run_all(connection, _jobs(connection.dialect), rows)]

    def on_failure(self, undo: Callable[[], None]) -> None:
        """Say how to undo something outside of the database; it is called if this transaction does not commit."""
        self.undoing.append(undo)

    def undo(self) -> None:
        """Undo what was done outside of the database, the last thing first; what can't be undone is only told."""
        for undo in reversed(self.undoing):
            try:
                undo()
            except Exception:  # noqa: BLE001 -- what failed first is what the caller has to hear of
                _log.exception("could not undo")

    def send(self, message: Message) -> None:
        """Hand a mail over to whoever reacts to messages and knows whether it may leave; it leaves if nobody does."""
        takers = self.reactions.get(Message, ())
        for taker in takers:
            taker.action(self, message)
        if not takers:
            self.post(message)

    def post(self, message: Message) -> int:
        """Let a mail leave after this transaction has committed: one job a mail, whose id is returned."""
        return self.enqueue("mail", msgspec.to_builtins(message))

    def audit(self, action: str, subject: str, *, by: Actor, **details: Any) -> None:  # noqa: ANN401 -- JSON values
        """Record who did what to what, in this very transaction. Never put a secret into details."""
        self.audit_all(action, [(subject, by, details)])

    def audit_all(self, action: str, entries: Sequence[tuple[str, Actor, Mapping[str, Any]]]) -> None:
        """Record the same deed for many (subject, by, details) at once."""
        rows = [
            (self.now, by.id, by.kind, by.origin, action, subject, msgspec.to_builtins(dict(details)))
            for subject, by, details in entries
        ]
        connection = self.db.connection()
        run_all(connection, _audit_entries(connection.dialect), rows)

    def forget_trail(self, before: datetime, *, most: int) -> None:
        """Delete the oldest entries of the trail; it grows at its end, so only its beginning is looked at."""
        first = select(AuditEntry.id, AuditEntry.at).order_by(AuditEntry.id).limit(most).subquery()
        self.db.execute(delete(AuditEntry).where(AuditEntry.id.in_(select(first.c.id).where(first.c.at < before))))


@lru_cache(maxsize=16)
def _jobs(dialect: Dialect) -> ManyRows:
    columns = ("name", "payload", "run_at", "created_at", "attempts", "state")
    return ManyRows(cast(Table, Job.__table__), columns, dialect, returning=("id",))


@lru_cache(maxsize=16)
def _audit_entries(dialect: Dialect) -> ManyRows:
    columns = ("at", "actor_id", "actor_kind", "origin", "action", "subject", "details")
    return ManyRows(cast(Table, AuditEntry.__table__), columns, dialect)


def read_signal(signal: type[S], payload: Mapping[str, Any]) -> S:
    """Make a signal again from a job's payload; raises msgspec.ValidationError for one that does not fit."""
    get_type_hints(signal)  # fails loudly here, not in a worker's loop, when a signal names an unknown type
    return msgspec.convert(payload, signal)


OpenWork = Callable[[], AbstractContextManager[UnitOfWork]]


def _as_set_up(_reads: Reads, site: Site) -> Site:
    return site


@dataclass(frozen=True, slots=True)
class Shell:
    """Opens units of work: what requests, jobs and commands share.

    `describe` adds what admins say about the installation to what its operator has set up.
    """

    database: Database
    clock: Clock
    services: Services
    reactions: tuple[Reaction, ...] = ()
    turns: Turns = field(default_factory=lambda: Turns(3))
    describe: Callable[[Reads, Site], Site] = _as_set_up
    seen: Gathered = field(default_factory=Gathered)  # accounts that were here, to be written down
    listeners: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]], init=False, repr=False)
    _by_signal: dict[type[Any], list[Reaction]] = field(
        default_factory=dict[type[Any], list[Reaction]], init=False, repr=False
    )

    def __post_init__(self) -> None:
        for reaction in self.reactions:
            self._by_signal.setdefault(reaction.signal, []).append(reaction)

    @property
    def dialect(self) -> Dialect:
        """The dialect of the database that the work is done in."""
        return self.database.dialect

    def site(self) -> Site:
        """Return the installation as its admins describe it now."""
        return self.describe(self.database, self.services.site)

    def waiting(self) -> AbstractContextManager[None]:
        """Say that this thread waits for another one: somebody else may work meanwhile."""
        return self.turns.lent()

    def pause(self) -> Pause | Fiber:
        """Return what this thread or fiber can wait at until another calls: somebody else may work meanwhile."""
        return current() or self.turns.pause()

    @contextmanager
    def work(self) -> Generator[UnitOfWork]:
        """Open one unit of work; commit at the end, roll back on any exception. Afterwards tell who waits for jobs."""
        opened: list[UnitOfWork] = []
        try:
            with self.database.session() as session:
                work = UnitOfWork(session, self.clock.now(), self.services, self.site, self._by_signal)
                opened.append(work)
                yield work
        except BaseException:
            for one in opened:
                one.undo()
            raise
        if work.has_jobs:
            for listener in self.listeners:
                listener()
