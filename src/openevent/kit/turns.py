"""Turns: how many requests of a process are worked on at once.

A few threads use a process best, but an order that waits for company at the desk works on nothing. So there are many
threads and few turns: whoever waits for somebody else lends his turn out meanwhile. Who only reads has turns of a
lane of its own: when sales open, a reader does not stand behind every buyer.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Literal

Lane = Literal[0, 1]
READING: Lane = 0
WRITING: Lane = 1
Gate = SimpleQueue[None]  # what one thread waits at


class Turns:
    """A number of turns in each lane; safe to use from any thread.

    >>> turns = Turns(1)
    >>> turns.enter(WRITING)
    >>> with turns.lent():  # somebody else's request meanwhile
    ...     turns.enter(WRITING), turns.leave()
    (None, None)
    >>> turns.leave()
    """

    def __init__(self, most: int) -> None:
        self._lanes = (_Lane(most), _Lane(most))
        self._mine = threading.local()

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        return sum(len(lane.line) for lane in self._lanes)

    def enter(self, lane: Lane) -> None:
        """Wait for a turn of this lane, and have it until `leave`."""
        if not self._lanes[lane].take():
            self._lanes[lane].wait(self._gate())
        self._mine.lane = lane

    def leave(self) -> None:
        """Give the turn back."""
        lane: Lane = self._mine.lane
        self._mine.lane = None
        self._lanes[lane].give_back()

    @contextmanager
    def lent(self) -> Generator[None]:
        """Let somebody else have this thread's turn meanwhile; a thread without one lends nothing."""
        lane: Lane | None = getattr(self._mine, "lane", None)
        if lane is None:
            yield
            return
        self.leave()
        try:
            yield
        finally:
            self.enter(lane)

    def _gate(self) -> Gate:
        found: Gate | None = getattr(self._mine, "gate", None)
        if found is None:
            found = self._mine.gate = SimpleQueue[None]()
        return found


class _Lane:
    """Free turns, and who waits for one: first come, first served.

    There is no lock: around one of Python's own, threads fight for the interpreter, and a request costs three times
    as much. Each step on a deque is whole in itself; what can come in between two of them is looked at afterwards.
    """

    def __init__(self, most: int) -> None:
        self.free: deque[None] = deque([None] * most)
        self.line: deque[Gate] = deque()

    def take(self) -> bool:
        """Take a free turn, unless somebody waits already."""
        if self.line:
            return False
        try:
            self.free.popleft()
        except IndexError:
            return False
        return True

    def wait(self, gate: Gate) -> None:
        """Stand in line until it is our turn."""
        self.line.append(gate)
        self._match()  # a turn may have become free before we stood there
        gate.get()

    def give_back(self) -> None:
        """Hand a turn to who is first in line, or lay it down."""
        try:
            self.line.popleft().put(None)
        except IndexError:
            self.free.append(None)
            self._match()  # somebody may have come to stand in line before it lay there

    def _match(self) -> None:
        """Hand free turns to those in line. Whoever adds to either side looks, so no turn lies while somebody waits."""
        while self.line:
            try:
                self.free.popleft()
            except IndexError:
                return
            try:
                self.line.popleft().put(None)
            except IndexError:
                self.free.append(None)
