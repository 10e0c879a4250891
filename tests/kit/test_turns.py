"""Who comes next when many want a turn."""

from __future__ import annotations

import threading
import time

from openevent.kit.turns import READING, WRITING, Lane, Turns


def _stand_in_line(turns: Turns, lane: Lane, name: str, served: list[str]) -> threading.Thread:
    def wait() -> None:
        turns.enter(lane)
        served.append(name)
        turns.leave()

    thread = threading.Thread(target=wait)
    before = turns.waiting
    thread.start()
    while turns.waiting == before:
        time.sleep(0.001)
    return thread


def test_a_reader_waits_for_one_buyer_and_not_for_all_of_them():
    turns, served = Turns(1), []
    turns.enter(WRITING)
    line = [_stand_in_line(turns, WRITING, "buyer", served) for _ in range(4)]
    line += [_stand_in_line(turns, READING, "reader", served) for _ in range(2)]

    turns.leave()
    for one in line:
        one.join(10)

    assert served == ["reader", "buyer", "reader", "buyer", "buyer", "buyer"]


def test_no_more_work_than_there_are_turns_and_none_is_lost():
    turns, at_work, most, done = Turns(3), [0], [0], []
    lock = threading.Lock()

    def work(lane: Lane) -> None:
        for _ in range(200):
            turns.enter(lane)
            with lock:
                at_work[0] += 1
                most[0] = max(most[0], at_work[0])
            with lock:
                at_work[0] -= 1
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
    assert most[0] <= 3
    assert turns.waiting == 0


def test_who_has_no_turn_lends_none():
    turns = Turns(1)
    with turns.lent():
        turns.enter(READING)
        turns.leave()
