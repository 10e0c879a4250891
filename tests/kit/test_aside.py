"""What a fiber must not wait for itself is done by a thread."""

from __future__ import annotations

import gc
import threading
import time
from contextvars import ContextVar
from weakref import ref

import pytest

from openevent.kit.aside import Aside
from openevent.kit.errors import Unavailable
from openevent.kit.fibers import Fibers, current
from openevent.kit.turns import Turns
from together import at_once

NAME: ContextVar[str] = ContextVar("name", default="nobody")


def test_outside_of_a_fiber_it_is_done_here_and_now():
    assert Aside(Turns(1)).do(threading.get_ident) == threading.get_ident()


def test_the_others_go_on_while_a_fiber_waits_for_its_deed():
    aside, fibers = Aside(Turns(1)), Fibers("test")
    said, may_end, end = [], threading.Event(), threading.Event()

    def deed():
        assert may_end.wait(10)
        return threading.current_thread().name, current(), NAME.get()

    def first():
        NAME.set("ana")
        said.append(aside.do(deed))
        end.set()

    fibers.begin(first)
    fibers.begin(lambda: (said.append("another"), may_end.set()))
    assert end.wait(10)

    assert said == ["another", ("aside_0", None, "ana")]


def test_what_the_deed_raises_is_raised_where_it_was_asked_for():
    aside, fibers, caught, end = Aside(Turns(1)), Fibers("test"), [], threading.Event()

    def ask():
        with pytest.raises(ZeroDivisionError) as error:
            aside.do(lambda: 1 // 0)
        caught.append(error)
        end.set()

    fibers.begin(ask)
    assert end.wait(10)
    assert caught


def test_deeds_take_turns_with_those_who_write():
    turns = Turns(1)
    aside, fibers, end = Aside(turns), Fibers("test"), threading.Event()

    with turns.taken():
        fibers.begin(lambda: (aside.do(lambda: None), end.set()))
        assert not end.wait(0.1)
    assert end.wait(10)


def test_what_is_raised_keeps_nothing_of_the_request():
    aside = Aside(Turns(1))

    class Body:
        """Something of the request."""

    def refused():
        body = Body()

        def deed():
            raise ValueError(body)

        with pytest.raises(ValueError, match="Body"):
            aside.do(deed)
        return ref(body)

    gc.collect()
    gc.disable()  # so that only what nobody refers to goes
    try:
        [kept] = at_once(refused)
        for _ in range(100):
            if kept() is None:
                break
            time.sleep(0.01)
        assert kept() is None
    finally:
        gc.enable()


def test_without_a_thread_nothing_is_done_not_later_either(monkeypatch):
    aside, said = Aside(Turns(1)), []

    def begin(_thread):
        raise RuntimeError("can't start new thread")

    def ask():
        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", begin)
            return aside.do(lambda: said.append("forgotten"))

    [first] = at_once(ask)
    [second] = at_once(lambda: aside.do(lambda: said.append("done")))

    assert (type(first), second, said) == (Unavailable, None, ["done"])
