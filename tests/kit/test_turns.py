"""How many work at once, and who waits for whom."""

from __future__ import annotations

import threading
import time

from openevent.kit.turns import READING, WRITING, Lane, Turns


def test_a_reader_does_not_wait_for_buyers():
    turns, read = Turns(1), threading.Event()
    turns.enter(WRITING)  # and gives it back only when somebody has read

    def visit() -> None:
        turns.enter(READING)
        read.set()
        turns.leave()

    threading.Thread(target=visit).start()

    assert read.wait(10)
    turns.leave()


def test_who_came_first_is_served_first():
    turns, served, line = Turns(1), [], []
    turns.enter(WRITING)

    def wait(number: int) -> None:
        turns.enter(WRITING)
        served.append(number)
        turns.leave()

    for number in range(20):
        line.append(threading.Thread(target=wait, args=(number,)))
        line[-1].start()
        while turns.waiting == number:
            time.sleep(0.001)
    turns.leave()
    for one in line:
        one.join(10)

    assert served == list(range(20))


def test_no_more_work_in_a_lane_than_it_has_turns_and_none_is_lost():
    turns, at_work, most, done = Turns(3), {READING: 0, WRITING: 0}, {READING: 0, WRITING: 0}, []
    lock = threading.Lock()

    def note(lane: Lane, more: int) -> None:
        with lock:
            at_work[lane] += more
            most[lane] = max(most[lane], at_work[lane])

    def work(lane: Lane) -> None:
        for _ in range(200):
            turns.enter(lane)
            note(lane, 1)
            note(lane, -1)
            with turns.lent():
                pass
            turns.leave()
        done.append(lane)

    threads = [threading.Thread(target=work, args=(lane,)) for lane in (READING, WRITING) * 8]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)

    assert len(done) == len(threads)
    assert max(most.values()) <= 3
    for lane in (READING, WRITING):  # all turns are there again
        for _ in range(3):
            turns.enter(lane)
            turns.leave()


def test_who_has_no_turn_lends_none():
    turns = Turns(1)
    with turns.lent():
        turns.enter(READING)
        turns.leave()
