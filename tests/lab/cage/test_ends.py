"""Whatever ends a cage, nothing of it is left: Stop, a limit, or the death of who runs it."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from openevent.kit.access import SYSTEM
from openevent.lab.actions.recording import Beginning
from openevent.lab.processes import running
from openevent.lab.processes.running import Running
from openevent.lab.providers.cage.launch import Limits
from openevent.lab.providers.cage.messages import Printed
from openevent.lab.rules.functions import FunctionUnknown
from openevent.lab.rules.values import Series, Value, column
from openevent.lab.rules.widgets import WidgetRefused

ENDLESS = "print('here')\nwhile True: pass"
RUNNER = """
import sys, time
from openevent.lab.providers.cage.launch import Cage, Task
cage = Cage(sys.argv[1], Task("while True: pass"))
print(cage.channel.recv(10)[4:], flush=True)
time.sleep(60)
"""


def processes():
    """Return every process by its id: its parent, and when it began."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            found[int(place.name)] = (int(fields[1]), fields[19])
    return found


def family(pid):
    """Return the processes below one, each with the time of its beginning."""
    every, below, more = processes(), set(), {pid}
    while more:
        more = {child for child, (parent, _) in every.items() if parent in more} - below
        below |= more
    return {(one, every[one][1]) for one in below}


def alive(found):
    every = processes()
    return [pid for pid, begun in found if pid in every and every[pid][1] == begun]


def gone(found, seconds=3.0):
    end = time.monotonic() + seconds
    while alive(found) and time.monotonic() < end:
        time.sleep(0.01)
    return alive(found) == []


def test_killing_a_cage_leaves_no_process(play, tier):
    before = family(os.getpid())
    run = play(ENDLESS)
    run.until(Printed)
    found = family(os.getpid()) - before
    assert len(found) == {"A": 3, "B": 1}[tier]

    run.cage.kill()
    assert alive(found) == []


def test_a_runner_that_is_killed_takes_its_cage_along(tier):
    with subprocess.Popen([sys.executable, "-c", RUNNER, tier], stdout=subprocess.PIPE) as runner:  # noqa: S603 -- ours
        assert runner.stdout is not None
        assert b"do" in runner.stdout.readline()
        found = family(runner.pid)
        assert found
        runner.send_signal(signal.SIGKILL)
        runner.wait()

    assert gone(found)


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch):
    """Scripts that say much are not slowed down here."""
    monkeypatch.setattr(running, "_BYTES_A_SECOND", 1 << 26)


class Notes:
    """A laboratory that keeps what it is told, and measures numbers."""

    def __init__(self, *, seconds=0.0):
        self.events = []
        self.calls = 0
        self.seconds = seconds

    def now(self):
        return datetime.now(UTC)  # noqa: TID251 -- real time passes in these tests

    def call(self, name, positional, named):  # noqa: ARG002 -- what a run asks with
        time.sleep(self.seconds)
        if name == "capture1":
            data = (column(range(5_000)), column(range(5_000)))
            return Value("series", series=Series(("t", "CH1"), ("µs", "V"), data))
        if name != "get_voltage":
            raise FunctionUnknown(f"There is no {name}.")
        return Value("number", "V", float(positional[0]))

    def record(self, happenings, calls):
        voided = {one.replaces for one in happenings}
        self.events = [one for one in self.events if one.number not in voided] + list(happenings)
        self.calls = calls

    def of(self, kind):
        return [one.payload for one in self.events if one.kind == kind]

    def wait(self, kind, seconds=5.0):
        end = time.monotonic() + seconds
        while not self.of(kind) and time.monotonic() < end:
            time.sleep(0.01)
        return self.of(kind)


def made(tier, source, notes, parameters=None):
    return Running(tier, Beginning(1, 1, SYSTEM, source, parameters or {}, None), notes)


@pytest.fixture
def begin(tier):
    """Return a function that runs a script on a thread of its own, as the service does."""
    threads = []

    def start(source, notes):
        outcomes = []
        one = made(tier, source, notes)
        threads.append(threading.Thread(target=lambda: outcomes.append(one.run())))
        threads[-1].start()
        return one, outcomes, threads[-1]

    yield start
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_a_run_is_recorded(tier):
    notes = Notes()
    source = (
        "print('a')\nprint('b')\nprint(get_voltage(2))\nx, y = capture1('CH1')\nplot([1, 2], [3, 4], name='p')\n"
        "plot([1, 2], [5, 6], name='p')\ntry: get_volts()\nexcept NameError: call(\"nothing()\")"
    )
    outcome = made(tier, source, notes).run()

    assert (outcome.reason, outcome.refused) == ("failed", 1)
    assert outcome.error == "The laboratory refused: There is no nothing."
    assert (dict(outcome.calls), notes.calls) == ({"get_voltage": 1, "capture1": 1}, 3)
    assert "".join(one["text"] for one in notes.of("text")) == "a\nb\n2.0\n"
    assert [one["series"][0]["y"] for one in notes.of("widget")] == [[5, 6]]
    calls = [(one["name"], one["arguments"]["positional"], one.get("error")) for one in notes.of("call")]
    assert calls == [
        ("get_voltage", [2], None),
        ("capture1", ["CH1"], None),
        ("nothing", [], "There is no nothing."),
    ]
    assert [len(one) for one in notes.of("call")[1]["value"]["data"]] == [2_000, 2_000]
    assert [one["line"] for one in notes.of("error")] == [8]
    assert [one.number for one in notes.events] == sorted(one.number for one in notes.events)


def test_stop_ends_whatever_a_script_does(begin):
    notes, before = Notes(seconds=0.3), family(os.getpid())
    endless, outcomes, thread = begin("print('here')\nwhile True: get_voltage(1)", notes)
    assert notes.wait("text")
    found = family(os.getpid()) - before
    begun = time.monotonic()
    endless.stop("stopped")
    thread.join()

    assert ([one.reason for one in outcomes], alive(found)) == (["stopped"], [])
    assert time.monotonic() - begun < 2


def test_a_run_that_waits_for_presses_ends_by_stop_alone(begin):
    notes = Notes()
    source = "volts = slider('Volts', 1, 0, 3)\nbutton('Go', lambda: print(get_voltage(volts.value)))"
    run, outcomes, thread = begin(source, notes)
    while len(notes.of("widget")) < 2:
        time.sleep(0.01)
    with pytest.raises(WidgetRefused):
        run.press("nobody", None)
    with pytest.raises(WidgetRefused):
        run.press("Volts", "high")
    run.press("Volts", 99)
    run.press("button", None)
    assert notes.wait("text") == [{"text": "3.0\n"}]
    run.stop("lease")
    thread.join()

    [outcome] = outcomes
    assert (outcome.reason, outcome.error) == ("lease", "Your turn at the device was over.")
    assert notes.of("input") == [{"widget": "Volts", "value": 3.0}, {"widget": "button", "value": None}]
    assert {one["name"]: one.get("value") for one in notes.of("widget")} == {"Volts": 3.0, "button": None}


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("while True: pass", "time"),
        ("kept = bytearray(3 << 30)", "memory"),
        ("while True: print('x' * 4000)", "output"),
        ("for n in range(300): label(n)", "output"),
        ("import os\nfor n in range(3, 4096):\n    try: os.write(n, b'\\xff' * 99)\n    except: pass", "output"),
        ("import ctypes; ctypes.string_at(0)", "failed"),
        ("import os; os._exit(3)", "failed"),
        ("label('x', 'y'); button('z', 5)", "failed"),
        ("plot([1], [2, 3])", "done"),
        ("print('\\x00 \\ud800 ok')", "done"),
        ("print(10 ** 400); get_voltage(10 ** 400)", "failed"),
        ("slider('a', 10 ** 400, float('nan'))\nlab.loop = 0\nimport sys; sys.exit()", "done"),
        ("import os\nfor n in range(3, 4096):\n    try: os.close(n)\n    except OSError: pass\nprint(1)", "failed"),
    ],
)  # fmt: skip
def test_every_limit_ends_a_run_with_its_reason(tier, monkeypatch, source, reason):
    monkeypatch.setattr(running, "LIMITS", Limits(cpu_seconds=1 if reason == "time" else 10))
    notes = Notes()
    outcome = made(tier, source, notes).run()

    assert outcome.reason == reason, (outcome, notes.events)
    assert (outcome.error is None) == (reason == "done" and "plot" not in source)
    assert [one["reason"] for one in notes.of("limit")] == ([reason] if reason in {"time", "memory", "output"} else [])


def test_the_clock_on_the_wall_ends_a_run(tier, monkeypatch):
    monkeypatch.setattr(running, "_LONGEST_RUN", 0.4)

    assert made(tier, "lab.sleep(30)", Notes()).run().reason == "time"


def test_what_is_kept_of_a_flood_is_bounded(tier):
    notes = Notes()
    outcome = made(tier, "while True:\n    plot(range(500), range(500), name='p')\n    print('x' * 3000)", notes).run()

    assert outcome.reason == "output"
    assert sum(len(one["text"]) for one in notes.of("text")) <= 1 << 20
    assert len(notes.of("widget")) <= 1


def test_two_runs_at_once_never_mix(begin):
    both = [(Notes(), str(number)) for number in (1, 2)]
    source = "for n in range(200):\n    print({0}, get_voltage({0}))\n    label({0}, 'l{0}')"
    running_now = [begin(source.format(mark), notes) for notes, mark in both]
    for _, _, thread in running_now:
        thread.join()

    for (notes, mark), (_, outcomes, _) in zip(both, running_now, strict=True):
        assert [one.reason for one in outcomes] == ["done"]
        assert {line for one in notes.of("text") for line in one["text"].splitlines()} == {f"{mark} {mark}.0"}
        assert notes.calls == 200
