"""The processes of devices: there as long as their device is switched on, whatever happens to them."""

import os
import signal
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from openevent.lab.processes import owners as minding
from openevent.lab.processes.owners import Owners
from openevent.lab.providers.owner import DeviceClient, DeviceOffline
from openevent.lab.providers.places import device_socket
from openevent.lab.queries.running import Bench

BENCH = Bench(7, "simulator", "", {"hurry": True})


@pytest.fixture
def directory():
    with TemporaryDirectory(prefix="lab-") as place:
        yield place


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch):
    monkeypatch.setattr(minding, "_LOOK_SECONDS", 0.05)
    monkeypatch.setattr(minding, "_PAUSES", (0.05, 0.1))


def until(is_so, seconds=20.0):
    pause = threading.Event()
    for _ in range(int(seconds * 20)):
        if found := is_so():
            return found
        pause.wait(0.05)
    raise AssertionError("it does not come")


def state(directory):
    try:
        return DeviceClient(device_socket(directory, 7)).state().status == "ready"
    except DeviceOffline:
        return False


def test_an_owner_lives_as_long_as_its_device_is_on(directory):
    on = [BENCH]
    owners = Owners(directory, lambda: list(on))
    owners.start()
    try:
        until(lambda: state(directory))
        first = owners.lives()[7].pid
        environment = Path(f"/proc/{first}/environ").read_bytes()
        os.kill(first, signal.SIGKILL)
        second = until(lambda: (now := owners.lives()[7].pid) not in {None, first} and now)
        until(lambda: state(directory))
        on.clear()
        until(lambda: not owners.lives())
    finally:
        owners.stop()

    assert {one.partition(b"=")[0] for one in environment.split(b"\0") if one} <= {
        b"PYTHONPATH",
        b"OPENBLAS_NUM_THREADS",
    }
    assert not Path(f"/proc/{second}").exists()


def test_an_owner_that_dies_at_once_is_counted(directory):
    owners = Owners(f"{directory}/missing", lambda: [BENCH])  # there is no place for its socket
    owners.start()
    try:
        until(lambda: owners.lives() and owners.lives()[7].failures == 1)
    finally:
        owners.stop()
