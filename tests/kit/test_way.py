"""Who is soon done goes first, and who works on much lets him pass, for a while."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from openevent.kit.fibers import Fibers
from openevent.kit.way import RightOfWay


class Clock:
    """A clock that goes on only while somebody sleeps, or when told to."""

    def __init__(self) -> None:
        self.now = 100.0
        self.at: dict[float, Callable[[], object]] = {}

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        for moment in [one for one in self.at if one <= self.now]:
            self.at.pop(moment)()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def way(clock: Clock) -> RightOfWay:
    return RightOfWay(clock, clock.sleep)


def _waited(way: RightOfWay, clock: Clock) -> float:
    """Return for how many milliseconds somebody gave way."""
    began = clock.now
    way.give()
    return round((clock.now - began) * 1000, 3)


def test_nobody_waits_for_nobody(way: RightOfWay, clock: Clock):
    assert _waited(way, clock) == 0


def test_who_works_on_much_waits_until_a_reader_is_done(way: RightOfWay, clock: Clock):
    reader = way.take()
    clock.at[100.0005] = lambda: way.leave(reader)
    assert _waited(way, clock) == pytest.approx(0.5, abs=0.11)


def test_it_waits_for_a_moment_and_no_longer(way: RightOfWay, clock: Clock):
    way.take()
    assert _waited(way, clock) == pytest.approx(1.5, abs=0.11)


def test_it_waits_for_no_more_than_a_third_of_the_time(way: RightOfWay, clock: Clock):
    waited = 0.0
    for _ in range(1000):
        reader = way.take()  # there is always somebody who has just come
        waited += _waited(way, clock)
        way.leave(reader)
        clock.now += 0.0002
    assert 0.28 < waited / (clock.now - 100) / 1000 <= 0.35


def test_who_takes_long_is_not_waited_for(way: RightOfWay, clock: Clock):
    way.take()
    clock.now += 0.0031
    assert _waited(way, clock) == 0


def test_a_quick_reader_is_let_by_beside_a_slow_one(way: RightOfWay, clock: Clock):
    slow = way.take()
    clock.now += 1
    quick = way.take()
    clock.at[clock.now + 0.0003] = lambda: way.leave(quick)
    assert _waited(way, clock) == pytest.approx(0.3, abs=0.11)
    way.leave(slow)
    assert _waited(way, clock) == 0


def test_fibers_let_a_reader_by_before_they_go_on():
    said, let_by = [], threading.Event()

    def sleep(_seconds: float) -> None:
        if said == []:
            said.append("waits")
            way.leave(reader)

    way = RightOfWay(lambda: 100.0, sleep)
    reader = way.take()
    fibers = Fibers("test", way)
    fibers.begin(lambda: said.append("works"))
    fibers.begin(let_by.set)
    assert let_by.wait(10)
    assert said == ["waits", "works"]
