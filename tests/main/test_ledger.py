import logging
import subprocess
import sys
import threading

from openevent.kit.logs import Answered
from openevent.main.ledger import Ledger


def answered(number=0, route="/"):
    return Answered(0.0, f"req-{number}", "GET", "/", route, 200, 0.001, "192.0.2.1")


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

    def note(first):
        for number in range(first, first + 500):
            ledger.note(answered(number))

    threads = [threading.Thread(target=note, args=(first,)) for first in range(0, 4000, 500)]
    with caplog.at_level(logging.INFO):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ledger.write()

    names = [one.request_id for one in counted]
    assert sorted(names) == sorted(f"req-{number}" for number in range(4000))
    assert [one.request_id for record in caplog.records for one in record.answered] == names


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
