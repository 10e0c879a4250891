"""The desk: the orders that wait in one process are made together, in one transaction.

A thread that brings an order while the desk is free serves itself, and with it everybody who came meanwhile; the
others wait. Nobody waits for company: a batch is whoever stood in line when the one before was done. So one order
alone costs what it costs, and many cost one commit.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol
from weakref import WeakKeyDictionary

from msgspec import Struct
from sqlalchemy import Dialect
from sqlalchemy.exc import OperationalError

from openevent.kit.access import Actor
from openevent.kit.errors import Unavailable
from openevent.kit.turns import Pause
from openevent.kit.work import OpenWork, UnitOfWork
from openevent.orders.actions.placing import Reserved, Verdict, reserve
from openevent.orders.rules.amounts import OrderRequest

MOST_AT_ONCE = 64  # orders in one transaction: more makes the first one wait and the rows stay locked

Wait = Callable[[], Pause]


class _Waiting(Struct, eq=False):
    """Somebody in line."""

    request: OrderRequest
    by: Actor
    pause: Pause  # it ends when it is your turn to serve, or when you were served
    verdict: Verdict | BaseException | None = None


@dataclass(eq=False)
class Line:
    """Who waits, and whether somebody serves."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    waiting: deque[_Waiting] = field(default_factory=deque[_Waiting])
    is_served: bool = False


class Desk:
    """Makes orders for all threads of a process that stand in one line; safe to call from any of them."""

    def __init__(
        self,
        open_work: OpenWork,
        line: Line | None = None,
        *,
        most: int = MOST_AT_ONCE,
        pause: Wait = lambda: Pause(None),
    ) -> None:
        """Stand in a line. `pause` gives what a thread waits at, so that its turn can go to somebody else."""
        self._open_work = open_work
        self._pause = pause
        self._line = line or Line()
        self._most = most

    def order(self, request: OrderRequest, by: Actor) -> str:
        """Make an order and return its identifier, or raise the reason against it."""
        return self.reserve(request, by).identifier

    def reserve(self, request: OrderRequest, by: Actor) -> Reserved:
        """Make an order and return all that is known of it, or raise the reason against it."""
        mine = _Waiting(request, by, self._pause())
        with self._line.lock:
            self._line.waiting.append(mine)
            serves = not self._line.is_served
            self._line.is_served = True
        if not serves:
            mine.pause.wait()
        while mine.verdict is None:
            self._serve(mine)
        if isinstance(mine.verdict, Reserved):
            return mine.verdict
        raise mine.verdict

    def _serve(self, mine: _Waiting) -> None:
        """Make the orders that stand in line, this thread's own among them or not, and hand the desk over."""
        with self._line.lock:
            waiting = self._line.waiting
            batch = [waiting.popleft() for _ in range(min(self._most, len(waiting)))]
        try:
            self._answer(batch)
        finally:
            self._hand_over(batch, mine)

    def _hand_over(self, batch: Sequence[_Waiting], mine: _Waiting) -> None:
        for one in batch:
            if one.verdict is None:  # the thread itself was stopped; nobody may wait for ever
                one.verdict = Unavailable("Please try again.")
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
            self._make(batch)
        except Exception as error:  # noqa: BLE001 -- it belongs to whoever brought it, not to the thread that serves
            self._answer_alone(batch, error)

    def _make(self, batch: Sequence[_Waiting]) -> None:
        with self._open_work() as work:
            verdicts = reserve(work, [(one.request, one.by) for one in batch])
        for one, verdict in zip(batch, verdicts, strict=True):  # only now: what is not committed is not true
            one.verdict = verdict

    def _answer_alone(self, batch: Sequence[_Waiting], error: Exception) -> None:
        """Find out whose order it was that the database would not take, so that the others get theirs."""
        if len(batch) == 1:
            batch[0].verdict = error
            return
        for place, one in enumerate(batch):
            try:
                self._make([one])
            except OperationalError as down:  # the database itself is in trouble: don't ask it sixty times
                for left in batch[place:]:
                    left.verdict = Unavailable(f"Please try again ({type(down.orig).__name__}).")
                return
            except Exception as own:  # noqa: BLE001 -- as above
                one.verdict = own


class Home(Protocol):
    """What a desk stands in: the shell of the process, or the engine's backend."""

    @property
    def dialect(self) -> Dialect: ...
    def work(self) -> AbstractContextManager[UnitOfWork]:
        """Open one unit of work."""
        ...

    def pause(self) -> Pause:
        """Return what this thread can wait at until another one calls."""
        ...


# Every connection pool has a dialect object of its own. A line refers to no database, so both can go together.
_lines: WeakKeyDictionary[Dialect, Line] = WeakKeyDictionary()
_lines_lock = threading.Lock()


def desk_of(home: Home) -> Desk:
    """Return the desk of a database in this process: pages and API stand in the same line."""
    line = _lines.get(home.dialect)
    if line is None:
        with _lines_lock:
            line = _lines.setdefault(home.dialect, Line())
    return Desk(home.work, line, pause=home.pause)
