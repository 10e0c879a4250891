"""Desks: what threads and fibers of one process bring is done together, in one transaction.

Who brings something while the desk is free serves itself, and with it everybody who came meanwhile; the others wait.
A batch is whoever stood in line when the one before was done. A thread waits for nobody; a fiber lets those come first
that are in its thread already and, if the last batch was more than one, those that arrive while it sleeps for a
millisecond, ten times at most: a transaction costs as much as ten orders in it. So one deed alone costs what it costs,
and many cost one commit.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar, cast
from weakref import WeakKeyDictionary

from msgspec import Struct
from sqlalchemy import Dialect
from sqlalchemy.exc import OperationalError

from openevent.kit.errors import Unavailable
from openevent.kit.fibers import Fiber
from openevent.kit.turns import Pause
from openevent.kit.work import OpenWork, UnitOfWork

MOST_AT_ONCE = 64  # deeds in one transaction: more makes the first one wait and the rows stay locked
_MOST_ON_SQLITE = 16  # it has no round trips to save, and who reads in this process waits behind a batch
_STEP_SECONDS = 0.001  # as long as somebody comes in such a time, the others wait for him
_LONGEST_SECONDS = 0.01  # but not longer

A = TypeVar("A")
V = TypeVar("V")
Wait = Callable[[], Pause | Fiber]


def most_at_once(dialect: Dialect) -> int:
    """Return how many deeds one transaction takes on a kind of database."""
    return _MOST_ON_SQLITE if dialect.name == "sqlite" else MOST_AT_ONCE


class _Waiting(Struct, eq=False):
    """Somebody in line."""

    asked: Any
    pause: Pause | Fiber  # it ends when it is your turn to serve, or when you were served
    is_served: bool = False
    verdict: Any = None
    error: BaseException | None = None

    def tell(self, verdict: object) -> None:
        self.is_served, self.verdict = True, verdict

    def fail(self, error: BaseException) -> None:
        self.is_served, self.error = True, error


@dataclass(eq=False)
class Line:
    """Who waits, and whether somebody serves."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    waiting: deque[_Waiting] = field(default_factory=deque[_Waiting])
    is_served: bool = False
    served_last: int = 0  # how many there were in the last batch


class Desk(Generic[A, V]):
    """Does what all threads of a process bring that stand in one line; safe to call from any of them."""

    def __init__(
        self,
        open_work: OpenWork,
        serve: Callable[[UnitOfWork, Sequence[A]], Sequence[V]],
        line: Line | None = None,
        *,
        most: int = MOST_AT_ONCE,
        pause: Wait = lambda: Pause(None),
    ) -> None:
        """Stand in a line. `serve` gives everybody of a batch a verdict, in one unit of work.

        `pause` gives what a thread waits at, so that its turn can go to somebody else.
        """
        self._open_work = open_work
        self._make = serve
        self._pause = pause
        self._line = line or Line()
        self._most = most

    def bring(self, asked: A) -> V:
        """Have something done and return the verdict, or raise what it met with."""
        mine = _Waiting(asked, self._pause())
        with self._line.lock:
            self._line.waiting.append(mine)
            serves = not self._line.is_served
            self._line.is_served = True
        if not serves:
            mine.pause.wait()
        while not mine.is_served:
            self._gather(mine)
            self._serve(mine)
        if mine.error is not None:
            raise mine.error
        return cast(V, mine.verdict)

    def _gather(self, mine: _Waiting) -> None:
        """Let those come to the desk who are on their way, as long as somebody does."""
        line, seen, until = self._line, 0, time.monotonic() + _LONGEST_SECONDS
        step = _STEP_SECONDS if line.served_last > 1 else 0
        while seen < len(line.waiting) < self._most and time.monotonic() < until:
            seen = len(line.waiting)
            mine.pause.linger(step)

    def _serve(self, mine: _Waiting) -> None:
        """Do what stands in line, this thread's own deed among it or not, and hand the desk over."""
        with self._line.lock:
            waiting = self._line.waiting
            self._line.served_last = min(self._most, len(waiting))
            batch = [waiting.popleft() for _ in range(min(self._most, len(waiting)))]
        try:
            self._answer(batch)
        finally:
            self._hand_over(batch, mine)

    def _hand_over(self, batch: Sequence[_Waiting], mine: _Waiting) -> None:
        for one in batch:
            if not one.is_served:  # the thread itself was stopped; nobody may wait for ever
                one.fail(Unavailable("Please try again."))
        with self._line.lock:
            following = self._line.waiting[0] if self._line.waiting else None
            self._line.is_served = following is not None
        if following is not None:
            following.pause.call()
        for one in batch:
            if one is not mine:
                one.pause.call()

    def _answer(self, batch: Sequence[_Waiting]) -> None:
        try:
            self._do(batch)
        except Exception as error:  # noqa: BLE001 -- it belongs to whoever brought it, not to the thread that serves
            self._answer_alone(batch, error)

    def _do(self, batch: Sequence[_Waiting]) -> None:
        with self._open_work() as work:
            verdicts = self._make(work, [one.asked for one in batch])
        for one, verdict in zip(batch, verdicts, strict=True):  # only now: what is not committed is not true
            one.tell(verdict)

    def _answer_alone(self, batch: Sequence[_Waiting], error: Exception) -> None:
        """Find out whose deed it was that the database would not take, so that the others get theirs."""
        if len(batch) == 1:
            batch[0].fail(error)
            return
        for place, one in enumerate(batch):
            try:
                self._do([one])
            except OperationalError as down:  # the database itself is in trouble: don't ask it sixty times
                for left in batch[place:]:
                    left.fail(Unavailable(f"Please try again ({type(down.orig).__name__})."))
                return
            except Exception as own:  # noqa: BLE001 -- as above
                one.fail(own)


class Home(Protocol):
    """What a desk stands in: the shell of the process, or the engine's backend."""

    @property
    def dialect(self) -> Dialect: ...
    def work(self) -> AbstractContextManager[UnitOfWork]:
        """Open one unit of work."""
        ...

    def pause(self) -> Pause | Fiber:
        """Return what this thread or fiber can wait at until another one calls."""
        ...


class Lines:
    """One line for each database that this process knows: pages and API stand in the same one."""

    def __init__(self) -> None:
        # Every connection pool has a dialect object of its own. A line refers to no database, so both can go together.
        self._lines: WeakKeyDictionary[Dialect, Line] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def at(self, dialect: Dialect) -> Line:
        """Return the line of a database."""
        line = self._lines.get(dialect)
        if line is None:
            with self._lock:
                line = self._lines.setdefault(dialect, Line())
        return line
