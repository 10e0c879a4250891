"""Which threads of a server take requests from its line, and which stand by."""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Any

import pytest

from openevent.kit.reserve import Reserve


class Server:
    """A line of requests and many threads, as the real server has them; all at the line at first."""

    def __init__(self, reserve: Reserve, threads: int) -> None:
        self.reserve = reserve
        self.line: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self.threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(threads)]
        for one in self.threads:
            one.start()

    def _serve(self) -> None:
        while (request := self.line.get()) is not None:
            request()

    def read(self, work: Callable[[], None]) -> None:
        def request() -> None:
            me = self.reserve.me()
            self.reserve.begin(me)
            work()
            self.reserve.end(me)

        self.line.put(request)

    def write(self, work: Callable[[], None]) -> None:
        def request() -> None:
            me = self.reserve.me()
            self.reserve.step_back(me)
            work()
            self.reserve.end(me)

        self.line.put(request)

    def stop(self) -> None:
        """Call everybody back to the line, and home from there."""
        for _ in self.threads:
            self.reserve._give()  # noqa: SLF001 -- more places than there are threads: nobody stands by
            self.line.put(None)
        for one in self.threads:
            one.join(10)

    def settle(self, standing_by: int) -> None:
        """Let them read until so many stand by: those who took nothing yet are still at the line."""
        for _ in range(500):
            if self.reserve.standing_by == standing_by:
                break
            for _ in self.threads:
                self.read(lambda: time.sleep(0.002))
            time.sleep(0.005)
        assert _soon(lambda: self.line.empty() and self.reserve.standing_by == standing_by)


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """A function that makes a server with so many places and threads; its threads end with the test."""
    made: list[Server] = []

    def make(places: int, threads: int, **more: Any) -> Server:
        made.append(Server(Reserve(places, **more), threads))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def test_in_the_end_only_so_many_stand_at_the_line_as_there_are_places(serve):
    server, done = serve(2, 10), []
    server.settle(standing_by=8)
    for number in range(200):
        server.read(lambda number=number: done.append(number))

    assert _soon(lambda: len(done) == 200)
    assert server.reserve.standing_by == 8


def test_who_may_wait_gives_the_place_to_somebody_else(serve):
    server, go, done = serve(1, 6), threading.Event(), []
    server.settle(standing_by=5)
    for _ in range(5):
        server.write(lambda: done.append(go.wait(10)))
    server.read(lambda: done.append("read"))

    assert _soon(lambda: done == ["read"])
    go.set()
    assert _soon(lambda: len(done) == 6 and server.reserve.standing_by == 5)


def test_when_all_wait_the_next_request_is_taken_by_who_is_done_first(serve):
    server, go, done = serve(1, 3), threading.Event(), []
    for _ in range(3):
        server.write(lambda: done.append(go.wait(10)))
    server.read(lambda: done.append("read"))
    assert not _soon(lambda: done, seconds=0.05)

    go.set()
    assert _soon(lambda: "read" in done and len(done) == 4)


def test_who_takes_long_is_not_counted_on_and_none_too_many_stay(serve):
    server, go, done = serve(1, 4), threading.Event(), []
    server.settle(standing_by=3)
    server.read(lambda: done.append(go.wait(10)))
    server.read(lambda: done.append("second"))
    assert not _soon(lambda: done, seconds=0.15)
    server.reserve.look()

    assert _soon(lambda: done == ["second"])
    go.set()
    assert _soon(lambda: len(done) == 2)
    server.settle(standing_by=3)


def test_the_line_is_wider_while_some_are_not_quick(serve):
    clock = Clock()
    server, go, done = serve(1, 4, wider=1, clock=clock), threading.Event(), []
    server.settle(standing_by=3)
    server.read(_calculate)
    assert _soon(lambda: server.reserve.standing_by == 2)
    server.read(lambda: done.append(go.wait(10)))
    server.read(lambda: done.append("quick"))
    assert _soon(lambda: done == ["quick"])

    go.set()
    assert _soon(lambda: len(done) == 2)
    server.settle(standing_by=2)
    clock.goes = True
    server.settle(standing_by=3)


def test_the_line_is_widest_beside_who_writes(serve):
    clock = Clock()
    server, done = serve(1, 6, wider=1, widest=3, clock=clock), []
    server.settle(standing_by=5)
    server.write(lambda: done.append("written"))
    assert _soon(lambda: done and server.reserve.standing_by == 2)
    server.read(lambda: done.append(_calculate()))  # which would be enough for one more place
    assert _soon(lambda: len(done) == 2)
    server.settle(standing_by=2)

    clock.goes = True
    server.settle(standing_by=5)


class Clock:
    """Stands still until it is told to go; then each look at it is a second later."""

    goes = False
    now = 1.0

    def __call__(self) -> float:
        self.now += self.goes
        return self.now


def _calculate() -> None:
    until = time.thread_time() + 0.01
    while time.thread_time() < until:
        pass


@pytest.mark.parametrize("has_failed", [False, True])
def test_a_thread_that_ends_leaves_its_place_to_others(has_failed):
    """A traceback that is kept keeps what was at work, the member among it; the thread is gone all the same."""
    reserve, kept = Reserve(1), []

    def work() -> None:
        me = reserve.me()
        kept.extend([sys._getframe()] if has_failed else [])  # noqa: SLF001 -- what a traceback refers to
        reserve.end(me)

    one = threading.Thread(target=work)
    gc.disable()  # an idle server makes nothing, so nothing is looked for
    try:
        one.start()
        one.join(10)
    finally:
        gc.enable()
    other = threading.Thread(target=lambda: reserve.end(reserve.me()), daemon=True)
    other.start()
    other.join(10)

    assert not other.is_alive()
    assert reserve.standing_by == 0


def test_threads_may_come_and_go_while_somebody_looks():
    reserve, interval, is_over = Reserve(1), sys.getswitchinterval(), threading.Event()
    stay = [threading.Thread(target=lambda: (reserve.me(), is_over.wait(20))) for _ in range(200)]
    come_and_go = threading.Thread(target=lambda: [_one_comes_and_goes(reserve) for _ in range(300)])
    for one in stay:
        one.start()
    sys.setswitchinterval(1e-6)
    try:
        come_and_go.start()
        while come_and_go.is_alive():
            reserve.look()
    finally:
        sys.setswitchinterval(interval)
        is_over.set()
        for one in stay:
            one.join(20)


def _one_comes_and_goes(reserve: Reserve) -> None:
    one = threading.Thread(target=reserve.me)
    one.start()
    one.join(10)


def _soon(is_so: Callable[[], object], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.002)
    return bool(is_so())
