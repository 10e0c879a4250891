"""Fibers: many requests in one thread, each of which may wait for the others.

Buyers who wait at a desk to be served together would need a thread each, and threads that hand over to each other cost
more than what they do. A fiber (greenlet) is put aside instead, and its thread goes on with the next one. Nothing else
of the thread's moves on meanwhile, so what runs in a fiber must not wait for the world outside.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from greenlet import getcurrent, greenlet

from openevent.kit.way import RightOfWay

_log = logging.getLogger(__name__)
Deed = Callable[[], object]


class Fibers:
    """One thread that works on many deeds, first come, first served; safe to use from any other thread."""

    def __init__(self, name: str, way: RightOfWay | None = None) -> None:
        """Start the thread; it ends with the process. Between two fibers it gives way to others, if told to whom."""
        self._way = way or RightOfWay()
        self._ready: SimpleQueue[Fiber | Deed] = SimpleQueue()
        self.shared: dict[Any, Any] = {}  # what its fibers have in common; only they touch it, one at a time
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def begin(self, deed: Deed) -> None:
        """Let the thread do something soon; what it raises is logged and goes no further."""
        self._ready.put(deed)

    def go_on(self, fiber: Fiber) -> None:
        """Let a fiber go on that waits, or is about to."""
        self._ready.put(fiber)

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing is ready now."""
        return self._ready.empty()

    def _work(self) -> None:
        while True:
            found = self._ready.get()
            self._way.give()
            try:
                fiber = found if isinstance(found, Fiber) else Fiber(found, self)
                fiber.switch()
            except BaseException:  # noqa: BLE001 -- the thread belongs to all of its fibers
                _log.exception("a fiber failed")


class Fiber(greenlet):
    """A deed that was begun, and what it waits at (as `turns.Pause` is for a thread)."""

    def __init__(self, deed: Deed, fibers: Fibers) -> None:
        super().__init__(deed)
        self.fibers = fibers

    def call(self) -> None:
        """End its wait, or the next one; to be called once, by anybody."""
        self.fibers.go_on(self)

    def wait(self) -> None:
        """Put this fiber aside until the call."""
        home = self.parent
        assert home is not None  # noqa: S101 -- only the outermost of a thread has none
        home.switch()

    def linger(self, seconds: float = 0) -> None:
        """Let all those of its thread go first that are ready now; if there are none, those that come so soon."""
        if seconds and self.fibers.is_idle:
            time.sleep(seconds)
        self.call()
        self.wait()


def current() -> Fiber | None:
    """Return the fiber that asks; None outside of any."""
    found = getcurrent()
    return found if isinstance(found, Fiber) else None
