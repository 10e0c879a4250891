"""Turns: how many requests of a process are worked on at once.

A few threads use a process best, but an order that waits for company at the desk works on nothing. So there are many
threads and few turns: whoever waits for somebody else lends his turn out meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Self


class Turns:
    """A number of turns; safe to use from any thread.

    >>> turns = Turns(1)
    >>> with turns, turns.lent():
    ...     with turns:  # somebody else's request
    ...         pass
    """

    def __init__(self, most: int) -> None:
        self._free: SimpleQueue[None] = SimpleQueue()
        for _ in range(most):
            self._free.put(None)
        self._mine = threading.local()

    def __enter__(self) -> Self:
        """Wait for a turn, and have it."""
        self._free.get()
        self._mine.has = True
        return self

    def __exit__(self, *_raised: object) -> None:
        """Give the turn back."""
        self._mine.has = False
        self._free.put(None)

    @contextmanager
    def lent(self) -> Generator[None]:
        """Let somebody else have this thread's turn meanwhile; a thread without one lends nothing."""
        if not getattr(self._mine, "has", False):
            yield
            return
        self.__exit__()
        try:
            yield
        finally:
            self.__enter__()
