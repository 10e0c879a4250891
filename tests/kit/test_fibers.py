"""Many requests in one thread, each of which may wait for the others."""

from __future__ import annotations

import logging
import threading
from contextvars import ContextVar

from openevent.kit import fibers as fibers_
from openevent.kit.fibers import Fiber, Fibers, breathe, current, together
from openevent.kit.way import RightOfWay
from together import at_once


def _done(fibers: Fibers) -> None:
    """Wait until the thread has come as far as this."""
    end = threading.Event()
    fibers.begin(end.set)
    assert end.wait(10)


def _here() -> Fiber:
    found = current()
    assert found is not None
    return found


def test_who_waits_goes_on_when_called_and_the_others_do_not_wait():
    fibers, said, waiting = Fibers("test"), [], []

    def first():
        waiting.append(_here())
        said.append("waits")
        _here().wait()
        said.append("goes on")

    fibers.begin(first)
    fibers.begin(lambda: said.append("another"))
    _done(fibers)
    assert said == ["waits", "another"]

    waiting[0].call()  # from this thread
    _done(fibers)
    assert said == ["waits", "another", "goes on"]


def test_a_call_that_comes_before_the_wait_is_not_lost():
    fibers, said = Fibers("test"), []

    def deed():
        _here().call()
        _here().wait()
        said.append("goes on")

    fibers.begin(deed)
    _done(fibers)
    assert said == ["goes on"]


def test_who_lingers_lets_those_go_first_who_are_there():
    fibers, said, may_begin = Fibers("test"), [], threading.Event()

    def first():
        assert may_begin.wait(10)
        _here().linger()
        said.append("first")

    fibers.begin(first)
    for number in range(3):
        fibers.begin(lambda number=number: said.append(number))
    may_begin.set()
    _done(fibers)
    _done(fibers)
    assert said == [0, 1, 2, "first"]


def test_who_works_on_much_gives_way_when_it_breathes():
    said: list[str] = []
    readers: list[float] = []

    def is_read(_seconds: float) -> None:
        said.append("a reader")
        way.leave(readers.pop())

    way = RightOfWay(sleep=is_read)
    fibers = Fibers("test", way)

    def writes() -> None:
        readers.append(way.take())  # comes while the fiber is at work
        said.append("half a batch")
        breathe()
        said.append("the other half")

    fibers.begin(writes)
    _done(fibers)
    assert said == ["half a batch", "a reader", "the other half"]


def test_outside_of_fibers_nobody_is_given_way():
    assert current() is None
    breathe()


def test_who_lingers_lets_those_go_first_who_come_meanwhile():
    fibers, said, naps = Fibers("test"), [], threading.Event()

    def first():
        naps.set()
        _here().linger(0.5)
        said.append("first")

    fibers.begin(first)
    assert naps.wait(10)
    fibers.begin(lambda: said.append("meanwhile"))
    _done(fibers)
    _done(fibers)
    assert said == ["meanwhile", "first"]


def test_what_fails_is_logged_and_the_thread_goes_on(caplog):
    fibers, said = Fibers("test"), []

    with caplog.at_level(logging.ERROR):
        fibers.begin(lambda: 1 / 0)
        fibers.begin(lambda: said.append("next"))
        _done(fibers)

    assert said == ["next"]
    assert "ZeroDivisionError" in caplog.text


def test_each_fiber_has_a_context_of_its_own():
    name: ContextVar[str] = ContextVar("name", default="nobody")
    fibers, said, waiting = Fibers("test"), [], []

    def deed(own):
        said.append(name.get())
        name.set(own)
        waiting.append(_here())
        _here().wait()
        said.append(name.get())

    for own in ("ana", "bo"):
        fibers.begin(lambda own=own: deed(own))
    _done(fibers)
    for one in waiting:
        one.call()
    _done(fibers)
    assert said == ["nobody", "nobody", "ana", "bo"]


def test_those_who_ask_together_are_answered_at_once_and_no_more_than_so_many(monkeypatch):
    monkeypatch.setattr(fibers_, "_MOST_TOGETHER", 3)
    asked = []

    def doubled(numbers):
        asked.append(list(numbers))
        return [2 * number for number in numbers]

    found = at_once(*[lambda number=number: together(_here(), "double", number, doubled) for number in range(7)])

    assert found == [0, 2, 4, 6, 8, 10, 12]
    assert asked == [[0, 1, 2], [3, 4, 5], [6]]


def test_outside_of_any_there_is_none():
    assert current() is None
