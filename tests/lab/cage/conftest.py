"""Cages for the tests of cages: every tier that this machine can have, and a runner that plays the laboratory."""

import json
import struct
import subprocess
import threading
import time
from contextlib import contextmanager

import pytest

from openevent.lab.providers.cage.launch import Cage, Limits, Task, bubblewrap
from openevent.lab.providers.cage.messages import Called, Reader
from openevent.lab.providers.cage.selftest import bait as lay_out

FUNCTIONS = [{"name": name, "doc": ""} for name in ("get_voltage", "capture1", "capture2", "capture4")]


def tiers():
    """Tier B is always there, or its tests fail; tier A where bubblewrap starts."""
    program = bubblewrap()
    words = [program or "", "--ro-bind", "/", "/", "--unshare-pid", "true"]
    starts = program and subprocess.run(words, capture_output=True, check=False).returncode == 0  # noqa: S603 -- ours
    return ("A", "B") if starts else ("B",)


TIERS = tiers()


@pytest.fixture(params=TIERS)
def tier(request):
    return request.param


@pytest.fixture(scope="session")
def bait():
    with lay_out() as found:
        yield found


class Play:
    """A running script: what it says, and answers to what it calls."""

    def __init__(self, tier, source, *, answers=None, parameters=None, limits=None):
        self.cage = Cage(tier, Task(source, parameters or {}, FUNCTIONS), limits or Limits(cpu_seconds=10))
        self.reader = Reader(self.cage)
        self.answers = answers or {}
        self.said = []

    def tell(self, message):
        body = json.dumps(message).encode()
        self.cage.channel.sendall(struct.pack(">I", len(body)) + body)

    def until(self, kind=None, seconds=10.0):
        """Follow the script until it says something of this kind, or ends."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            messages = self.reader.read(end - time.monotonic())
            if messages is None:
                assert kind is None, f"it ended: {self.said}"
                return self.said
            for message in messages:
                self.said.append(message)
                if isinstance(message, Called):
                    self.tell({"id": message.id, **self._answer(message)})
            if kind is not None and any(isinstance(one, kind) for one in messages):
                return self.said
        raise AssertionError(f"still there after {seconds} s: {self.said[-5:]}")

    def _answer(self, call):
        key = call.name or call.text
        if key not in self.answers:
            return {"refused": {"code": "function-unknown", "text": f"There is no {key}."}}
        answer = self.answers[key]
        return answer(call) if callable(answer) else {"value": answer}

    def of(self, kind):
        return [one for one in self.said if isinstance(one, kind)]


@pytest.fixture
def play(tier):
    """Return a function that runs a script to its end and returns what it said."""
    with playing() as start:
        yield lambda source, **more: start(tier, source, **more)


@contextmanager
def playing():
    made, before = [], threading.active_count()

    def start(tier, source, **more):
        made.append(Play(tier, source, **more))
        return made[-1]

    try:
        yield start
    finally:
        for one in made:
            one.reader.close()
            one.cage.close()
        assert threading.active_count() < before + 10
