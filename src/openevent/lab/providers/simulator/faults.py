"""Things that go wrong on purpose: which command meets which fault."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

from openevent.lab.providers.simulator.wiring import Fault


class Faults:
    """Counts commands over all connections, and says which of them meets a fault; may be added to at any time."""

    def __init__(self, planned: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._seen = 0
        self._left: list[tuple[Fault, int, int]] = []  # the fault, its first command, how often it has struck
        self._gone_until = 0.0
        for fault in planned:
            self.add(fault)

    def add(self, fault: Fault) -> None:
        """Let something go wrong, `after` commands from now."""
        with self._lock:
            self._left.append((fault, self._seen + fault.after, 0))

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._left.clear()
            self._gone_until = 0.0

    def next(self) -> Fault | None:
        """Return the fault that the present command meets."""
        with self._lock:
            number, self._seen = self._seen, self._seen + 1
            for index, (fault, first, struck) in enumerate(self._left):
                if number >= first:
                    self._strike(index, fault, first, struck + 1)
                    return fault
        return None

    def _strike(self, index: int, fault: Fault, first: int, struck: int) -> None:
        if struck == fault.times:
            del self._left[index]
        else:
            self._left[index] = (fault, first, struck)
        if fault.do == "gone":
            self._gone_until = time.monotonic() + fault.seconds

    @property
    def is_gone(self) -> bool:
        """Whether the whole device is away at present, so that nobody may connect."""
        return time.monotonic() < self._gone_until
