"""Turns: how many requests of a process are worked on at once.

A few threads use a process best, but an order that waits for company at the desk works on nothing. So there are many
threads and few turns: whoever waits for somebody else lends his turn out meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager


class Turns:
    """A number of turns; safe to use from any thread.

    >>> turns = Turns(1)
    >>> with turns.taken(), turns.lent():
    ...     with turns.taken():  # somebody else's request
    ...         pass
    """

    def __init__(self, most: int) -> None:
        self._free = threading.Semaphore(most)
        self._mine = threading.local()

    @contextmanager
    def taken(self) -> Generator[None]:
        """Wait for a turn, and have it."""
        self._take()
        try:
            yield
        finally:
            self._give()

    @contextmanager
    def lent(self) -> Generator[None]:
        """Let somebody else have this thread's turn meanwhile; a thread without one lends nothing."""
        if not getattr(self._mine, "has", False):
            yield
            return
        self._give()
        try:
            yield
        finally:
            self._take()

    def _take(self) -> None:
        self._free.acquire()
        self._mine.has = True

    def _give(self) -> None:
        self._mine.has = False
        self._free.release()
