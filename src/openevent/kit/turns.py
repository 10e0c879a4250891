"""Turns: how many requests of a process are worked on at once, and who comes next.

A few threads use a process best, but an order that waits for company at the desk works on nothing. So there are many
threads and few turns: whoever waits for somebody else lends his turn out meanwhile. Who wants a turn stands in one of
two lanes, which are served alternately: when sales open, somebody who only reads does not wait behind every buyer.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Literal

Lane = Literal[0, 1]
READING: Lane = 0
WRITING: Lane = 1


class Turns:
    """A number of turns; safe to use from any thread.

    >>> turns = Turns(1)
    >>> turns.enter(WRITING)
    >>> with turns.lent():  # somebody else's request meanwhile
    ...     turns.enter(READING), turns.leave()
    (None, None)
    >>> turns.leave()
    """

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self._free = most
        self._waiting = [0, 0]  # people in each lane
        self._next: int = READING  # which lane is served if there is somebody in both
        # A queue for each lane: waiting for it is done outside of Python, so nobody fights for the interpreter.
        self._lanes: tuple[SimpleQueue[None], SimpleQueue[None]] = (SimpleQueue(), SimpleQueue())
        self._mine = threading.local()

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        return sum(self._waiting)

    def enter(self, lane: Lane) -> None:
        """Wait in a lane for a turn, and have it until `leave`."""
        self._take(lane)
        self._mine.lane = lane

    def leave(self) -> None:
        """Give the turn back."""
        self._mine.lane = None
        self._give_back()

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

    def _take(self, lane: Lane) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            self._waiting[lane] += 1
        self._lanes[lane].get()

    def _give_back(self) -> None:
        with self._lock:
            lane = self._next if self._waiting[self._next] else 1 - self._next
            if not self._waiting[lane]:
                self._free += 1
                return
            self._waiting[lane] -= 1
            self._next = 1 - lane
            self._lanes[lane].put(None)
