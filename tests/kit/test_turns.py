"""How many work at once, and who waits for whom."""

from __future__ import annotations

import threading
import time

from openevent.kit.turns import Pause, Turns


def test_who_came_first_is_served_first():
    turns, served, line = Turns(1), [], []

    def wait(number: int) -> None:
        with turns.taken():
            served.append(number)

    with turns.taken():
        for number in range(20):
            line.append(threading.Thread(target=wait, args=(number,)))
            line[-1].start()
            _until(lambda number=number: turns.waiting > number)
    for one in line:
        one.join(10)

    assert served == list(range(20))


def test_no_more_work_than_there_are_turns_and_none_is_lost():
    turns, at_work, most, done = Turns(3), [0], [0], []
    lock = threading.Lock()

    def note(more: int) -> None:
        with lock:
            at_work[0] += more
            most[0] = max(most[0], at_work[0])

    def work() -> None:
        for _ in range(200):
            with turns.taken():
                note(1)
                note(-1)
                with turns.lent():
                    pass
        done.append(1)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)

    assert len(done) == len(threads)
    assert most[0] <= 3
    with turns.taken():  # all turns are there again: two others get one at the same time
        others = [threading.Thread(target=turns.taken().__enter__) for _ in range(2)]
        for one in others:
            one.start()
        for one in others:
            one.join(10)
    assert not any(one.is_alive() for one in others)


def test_who_has_no_turn_lends_none():
    turns = Turns(1)
    with turns.lent(), turns.taken():
        pass


def test_who_pauses_lends_the_turn_and_has_it_again_when_called():
    turns, woken, paused = Turns(1), threading.Event(), []

    def wait() -> None:
        with turns.taken():
            paused.append(turns.pause())
            paused[0].wait()
            woken.set()

    waiter = threading.Thread(target=wait)
    waiter.start()
    _until(lambda: paused)
    with turns.taken():  # which it could not if the turn were not lent
        paused[0].call()
        assert not woken.wait(0.05)  # called, but the turn is somebody else's
    assert woken.wait(10)
    waiter.join(10)


def test_a_call_that_comes_first_is_not_lost():
    turns = Turns(1)
    with turns.taken():
        early = turns.pause()
        early.call()
        early.wait()
    without_turn = Pause(None)
    without_turn.call()
    without_turn.wait()


def _until(is_so: object) -> None:
    for _ in range(5_000):
        if is_so():  # type: ignore[operator] -- a function without arguments
            return
        time.sleep(0.001)
    raise AssertionError("It did not come to be.")
