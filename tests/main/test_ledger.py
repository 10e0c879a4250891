import logging
import subprocess
import sys
import threading
from collections import deque

from openevent.kit.logs import Answered
from openevent.main import ledger as ledgers
from openevent.main.ledger import Ledger


def answered(number=0, route="/"):
    return Answered(0.0, f"req-{number}", "GET", "/", route, 200, 0.001, "192.0.2.1")


def _note(ledger, numbers):
    for number in numbers:
        ledger.note(answered(number))


def test_what_is_noted_is_counted_and_logged_a_moment_later(caplog):
    counted, was_counted = [], threading.Event()

    def count(found):
        counted.extend(found)
        was_counted.set()

    with caplog.at_level(logging.INFO):
        Ledger(count).note(answered())
        assert was_counted.wait(5)

    assert counted == [answered()]


def test_nothing_is_lost_or_doubled_when_many_note_at_once(caplog):
    counted = []
    ledger = Ledger(counted.extend)

    threads = [
        threading.Thread(target=_note, args=(ledger, range(first, first + 500))) for first in range(0, 4000, 500)
    ]
    with caplog.at_level(logging.INFO):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ledger.write()

    names = [one.request_id for one in counted]
    assert sorted(names) == sorted(f"req-{number}" for number in range(4000))
    assert [one.request_id for record in caplog.records for one in record.answered] == names


def test_a_note_that_comes_while_others_are_taken_is_not_left_behind(monkeypatch):
    monkeypatch.setattr(ledgers, "deque", _Visited)
    counted, all_counted = [], threading.Event()

    def count(found):
        counted.extend(found)
        if len(counted) == 2:
            all_counted.set()

    ledger = Ledger(count)
    monkeypatch.setattr(_Visited, "visitors", [lambda: ledger.note(answered(2))])
    ledger.note(answered(1))

    assert all_counted.wait(5)


class _Visited(deque):
    """While one is taken, somebody comes."""

    visitors = ()

    def popleft(self):
        while self.visitors:
            self.visitors.pop()()
        return super().popleft()


def test_notes_that_nobody_takes_are_bounded_and_the_others_told_of(monkeypatch, caplog):
    monkeypatch.setattr(ledgers, "PAUSE", 60)
    monkeypatch.setattr(ledgers, "MOST", 3)
    counted = []
    ledger = Ledger(counted.extend)

    with caplog.at_level(logging.INFO):
        _note(ledger, range(5))
        ledger.write()

    assert [one.request_id for one in counted] == ["req-0", "req-1", "req-2"]
    assert "about 2 requests" in caplog.text


def test_counting_that_fails_is_told_and_tried_again_with_the_next(monkeypatch, caplog):
    monkeypatch.setattr(ledgers, "PAUSE", 0)
    results, was_counted = iter((OSError("the disk is full"), None)), threading.Event()

    def count(found):
        if error := next(results):
            was_counted.set()
            raise error
        was_counted.set()

    ledger = Ledger(count)
    for number in range(2):
        was_counted.clear()
        ledger.note(answered(number))
        assert was_counted.wait(5)

    assert "could not be counted" in caplog.text


def test_probes_are_counted_and_not_logged(caplog):
    counted = []
    ledger = Ledger(counted.extend)

    with caplog.at_level(logging.INFO):
        ledger.note(answered(route="/healthz"))
        ledger.write()

    assert (len(counted), caplog.records) == (1, [])


def test_writing_nothing_does_nothing():
    counted = []

    Ledger(counted.append).write()

    assert counted == []


ENDING = """
from openevent.kit import logs
from openevent.main.ledger import Ledger
logs.set_up("info", "lines")
Ledger(lambda found: print(len(found))).note(logs.Answered(0.0, "req-1", "GET", "/", "/", 200, 0.001, "192.0.2.1"))
"""


def test_a_process_that_ends_writes_its_notes_first():
    found = subprocess.run(  # noqa: S603 -- our own command
        [sys.executable, "-c", ENDING], capture_output=True, text=True, check=True
    )

    assert (found.stdout, "request_id=req-1" in found.stderr) == ("1\n", True)
