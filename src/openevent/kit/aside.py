"""Aside: what a fiber must not wait for itself is done by a thread, and the others of its own go on meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from openevent.kit.errors import Unavailable
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
        """Do something that may wait for others, and return or raise what it does; outside of a fiber, here and now.

        Raises Unavailable when there is no thread to be had; then nothing is done, not later either.
        """
        fiber = current()
        if fiber is None:
            return deed()
        done = self._begun(deed)
        done.add_done_callback(lambda _: fiber.call())
        fiber.wait()
        try:
            return done.result()
        finally:
            del done  # what it raises knows of this frame: the two would keep each other, and the request

    def _begun(self, deed: Callable[[], T]) -> Future[T]:
        is_wanted = [True]  # what stands in line is done one day, even if no thread could be started for it
        try:
            return self._threads.submit(copy_context().run, self._in_turn, is_wanted, deed)
        except RuntimeError:
            is_wanted.clear()
            raise Unavailable("Please try again.") from None

    def _in_turn(self, is_wanted: Sequence[bool], deed: Callable[[], T]) -> T:
        if not is_wanted:
            raise Unavailable("Nobody waits for it any more.")
        with self._turns.taken():
            return deed()
