"""Turns: how many requests of a process that may have to wait for others are worked on at once.

A few threads use a process best, but an order that waits for company at the desk works on nothing. So there are many
threads and few turns: whoever waits for somebody else lends his turn out meanwhile.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from queue import SimpleQueue

Gate = SimpleQueue[None]  # what one thread waits at


class Pause:
    """A wait of one thread for another: it wakes up once, and has its turn then."""

    def __init__(self, turns: Turns | None) -> None:
        self._turns = turns
        self._gate = Gate()

    def call(self) -> None:
        """End the wait, or the next one; to be called once, by another thread."""
        if self._turns is None:
            self._gate.put(None)
        else:
            self._turns.stand_in_line(self._gate)

    def linger(self, _seconds: float) -> None:
        """Wait for nobody: other threads come by themselves meanwhile."""

    def wait(self) -> None:
        """Wait for the call."""
        if self._turns is None:
            self._gate.get()
        else:
            self._turns.swap(self._gate)


class Turns:
    """A number of turns, handed on to who came first; safe to use from any thread.

    There is no lock: around one of Python's own, threads fight for the interpreter, and a request costs three times
    as much. Each step on a deque is whole in itself; what can come in between two of them is looked at afterwards.

    >>> turns = Turns(1)
    >>> with turns.taken(), turns.lent():  # somebody else's request meanwhile
    ...     with turns.taken():
    ...         pass
    """

    def __init__(self, most: int) -> None:
        self._free: deque[None] = deque([None] * most)
        self._line: deque[Gate] = deque()
        self._mine = threading.local()

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        return len(self._line)

    @contextmanager
    def taken(self) -> Generator[None]:
        """Wait for a turn, and have it meanwhile."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def lent(self) -> Generator[None]:
        """Let somebody else have this thread's turn meanwhile; a thread without one lends nothing."""
        if not getattr(self._mine, "has_turn", False):
            yield
            return
        self._leave()
        try:
            yield
        finally:
            self._enter()

    def pause(self) -> Pause:
        """Return what this thread can wait at until another one calls; its turn is lent meanwhile."""
        return Pause(self if getattr(self._mine, "has_turn", False) else None)

    def stand_in_line(self, gate: Gate) -> None:
        """Let whoever waits at a gate have a turn as soon as those who came before had theirs."""
        self._line.append(gate)
        self._match()  # a turn may have become free before it stood there

    def swap(self, gate: Gate) -> None:
        """Give this thread's turn away, and wait at a gate until it has one again."""
        self._leave()
        gate.get()
        self._mine.has_turn = True

    def _enter(self) -> None:
        if not self._take():
            gate = self._gate()
            self.stand_in_line(gate)
            gate.get()
        self._mine.has_turn = True

    def _take(self) -> bool:
        """Take a free turn, unless somebody waits already."""
        if self._line:
            return False
        try:
            self._free.popleft()
        except IndexError:
            return False
        return True

    def _leave(self) -> None:
        """Hand the turn to who is first in line, or lay it down."""
        self._mine.has_turn = False
        try:
            self._line.popleft().put(None)
        except IndexError:
            self._free.append(None)
            self._match()  # somebody may have come to stand in line before it lay there

    def _match(self) -> None:
        """Hand free turns to those in line. Whoever adds to either side looks, so no turn lies while somebody waits."""
        while self._line:
            try:
                self._free.popleft()
            except IndexError:
                return
            try:
                self._line.popleft().put(None)
            except IndexError:
                self._free.append(None)

    def _gate(self) -> Gate:
        found: Gate | None = getattr(self._mine, "gate", None)
        if found is None:
            found = self._mine.gate = Gate()
        return found
