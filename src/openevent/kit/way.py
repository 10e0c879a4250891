"""Right of way: who is soon done goes first, and who works on much lets him pass.

All threads of a process share one interpreter. A reader needs it for half a millisecond, but asks for it anew after
each statement, and each time the buyers' thread has it and would go on for as long as it may. So that thread looks up
between two of its steps, and waits for a moment if somebody quick is at work. For the buyers' sake it does so for no
more than a third of its time, and only for those who have just begun.
"""

from __future__ import annotations

import time
from collections.abc import Callable

_NEW_SECONDS = 0.003  # who is at it for longer is not quick: a report, for one
_LONGEST_SECONDS = 0.0015  # a read of three statements on PostgreSQL; half as long on SQLite
_STEP_SECONDS = 0.0001
_ON_SECONDS = 2  # to go on for, for each second that was waited


class RightOfWay:
    """Who is quick and at work. Any thread may take it; one thread gives it.

    >>> way = RightOfWay()
    >>> way.give()  # nobody is there: returns at once
    >>> since = way.take()
    >>> way.leave(since)
    """

    def __init__(
        self, clock: Callable[[], float] = time.perf_counter, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._at_work: list[float] = []  # since when; the last is who came last
        self._goes_on_until = 0.0
        self._clock = clock
        self._sleep = sleep

    def take(self) -> float:
        """Go first from now on. Returns what `leave` asks for."""
        since = self._clock()
        self._at_work.append(since)
        return since

    def leave(self, since: float) -> None:
        """Say that the work is done."""
        self._at_work.remove(since)

    def give(self) -> None:
        """Wait until nobody quick is at work: a millisecond and a half at most, and a third of the time."""
        if not self._at_work:
            return
        began = now = self._clock()
        if now < self._goes_on_until:
            return
        while now - began < _LONGEST_SECONDS and self._is_somebody_quick(now):
            self._sleep(_STEP_SECONDS)
            now = self._clock()
        self._goes_on_until = now + _ON_SECONDS * (now - began)

    def _is_somebody_quick(self, now: float) -> bool:
        return any(now - since < _NEW_SECONDS for since in self._at_work[-1:])
