"""Aside: what a fiber must not wait for itself is done by a thread, and the others of its own go on meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from openevent.kit.fibers import current
from openevent.kit.turns import Turns

T = TypeVar("T")
_MOST = 32  # threads; a deed that waits for another server lends its turn, and keeps its thread


class Aside:
    """Does things in threads that take turns with those that write; safe to use from any fiber."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._threads = ThreadPoolExecutor(_MOST, thread_name_prefix="aside")  # none is started before it is needed

    def do(self, deed: Callable[[], T]) -> T:
        """Do something that may wait for others, and return or raise what it does; outside of a fiber, here and now."""
        fiber = current()
        if fiber is None:
            return deed()
        done = self._threads.submit(copy_context().run, self._in_turn, deed)
        done.add_done_callback(lambda _: fiber.call())
        fiber.wait()
        return done.result()

    def _in_turn(self, deed: Callable[[], T]) -> T:
        with self._turns.taken():
            return deed()
