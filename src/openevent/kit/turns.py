"""Turns: how many requests of a process are worked on at once.

A few threads use a process best, but an order that waits for company at the desk works on nothing. So there are many
threads and few turns: whoever waits for somebody else lends his turn out meanwhile. Who only reads has turns of a
lane of its own: when sales open, a reader does not stand behind every buyer.
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
    """A number of turns in each lane; safe to use from any thread.

    Free turns lie in a queue that is not written in Python: around a lock of Python's own, threads fight for the
    interpreter, and a request costs three times as much.

    >>> turns = Turns(1)
    >>> turns.enter(WRITING)
    >>> with turns.lent():  # somebody else's request meanwhile
    ...     turns.enter(WRITING), turns.leave()
    (None, None)
    >>> turns.leave()
    """

    def __init__(self, most: int) -> None:
        self._lanes: tuple[SimpleQueue[None], SimpleQueue[None]] = (SimpleQueue(), SimpleQueue())
        for lane in self._lanes:
            for _ in range(most):
                lane.put(None)
        self._mine = threading.local()

    def enter(self, lane: Lane) -> None:
        """Wait for a turn of this lane, and have it until `leave`."""
        self._lanes[lane].get()
        self._mine.lane = lane

    def leave(self) -> None:
        """Give the turn back."""
        lane: Lane = self._mine.lane
        self._mine.lane = None
        self._lanes[lane].put(None)

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
