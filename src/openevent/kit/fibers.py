"""Fibers: many requests in one thread, each of which may wait for the others.

Buyers who wait at a desk to be served together would need a thread each, and threads that hand over to each other cost
more than what they do. A fiber (greenlet) is put aside instead, and its thread goes on with the next one. Nothing else
of the thread's moves on meanwhile, so what runs in a fiber must not wait for the world outside.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from queue import SimpleQueue
from typing import Any, Generic, TypeVar, cast

from greenlet import getcurrent, greenlet

from openevent.kit.errors import Unavailable
from openevent.kit.way import RightOfWay

_log = logging.getLogger(__name__)
_MOST_TOGETHER = 64  # questions that are asked at once
A = TypeVar("A")
R = TypeVar("R")
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

    def give_way(self) -> None:
        """Let those go first for a moment that are soon done and no fibers of this thread, if there are any."""
        self._way.give()

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


def breathe() -> None:
    """Give way if a fiber asks, and do nothing outside of any; to be called now and then while many are worked for."""
    fiber = current()
    if fiber is not None:
        fiber.fibers.give_way()


class _Group(Generic[A, R]):
    """What the fibers of one thread ask at once."""

    def __init__(self) -> None:
        self.asked: list[A] = []
        self.answers: Sequence[R] | None = None
        self.is_over = False  # whoever comes now is one of the next


def together(fiber: Fiber, name: Hashable, asked: A, answer: Callable[[Sequence[A]], Sequence[R]]) -> R:
    """Ask something together with all those fibers of a thread that ask under the same name now.

    `answer` is called once, with what they ask, and returns an answer to each. Raises what it raises; whoever had
    others ask for him, Unavailable: a database in trouble is not asked sixty times, one after the other.
    """
    shared = fiber.fibers.shared
    group = cast("_Group[A, R]", shared.setdefault(name, _Group()))
    group.asked.append(asked)
    place = len(group.asked) - 1
    if len(group.asked) == _MOST_TOGETHER:
        del shared[name]
    fiber.linger()  # the others come to this place
    if not group.is_over:
        group.is_over = True
        if shared.get(name) is group:
            del shared[name]
        group.answers = answer(group.asked)
    if group.answers is None:
        raise Unavailable("Please try again.")
    return group.answers[place]
