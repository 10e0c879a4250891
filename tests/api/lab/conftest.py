"""What tests of the laboratory ask for: services with the laboratory switched on, and somebody's device."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from msgspec.structs import replace

from cast import adm, ana, bo, chi, dee, eve
from openevent.kit.clock import FixedClock
from openevent.kit.work import Shell
from openevent.lab.models import Bench, Device
from openevent.lab.providers.owner import DeviceClient, DeviceOffline
from openevent.lab.providers.places import device_socket
from openevent.people.models import User


@pytest.fixture
def lab_directory() -> Iterator[Path]:
    """Where the sockets of this test are: a short path, as Unix sockets need one."""
    with TemporaryDirectory(prefix="lab-") as place:
        yield Path(place)


@pytest.fixture
def services(clock: FixedClock, _open_services: Callable[[FixedClock], Any], lab_directory: Path) -> Any:
    """The ports, with the laboratory switched on."""
    return replace(_open_services(clock), lab=str(lab_directory))


@pytest.fixture
def people(shell: Shell) -> dict[str, User]:
    """Everybody, by name."""
    with shell.work() as work:
        return {make.__name__: make(work) for make in (adm, ana, bo, chi, dee, eve)}


@pytest.fixture
def make_device(shell: Shell) -> Callable[..., int]:
    """A function that inserts a device, on and open to everybody unless said otherwise, and returns its id."""

    def make(**values: Any) -> int:
        with shell.work() as work:
            defaults = {"name": "Bench 1", "is_on": True, "is_open": True, "created_at": work.now}
            device = Device(**(defaults | values))
            work.db.add(device)
            work.db.flush()
            return device.id

    return make


@pytest.fixture
def put_bench(shell: Shell) -> Callable[..., int]:
    """A function that puts a device into a workshop, and returns the bench's id."""

    def put(**values: Any) -> int:
        with shell.work() as work:
            bench = Bench(created_at=work.now, **values)
            work.db.add(bench)
            work.db.flush()
            return bench.id

    return put


# Each test has the same clock, so the turns of the one before would be over in the next one's future.
_OWNING = """
import gc, signal, sys
from openevent.lab.providers.owner import DeviceAddress, process

def forget(*_):
    for one in gc.get_objects():
        if isinstance(one, process.Owner):
            one._over_before = 0

signal.signal(signal.SIGUSR1, forget)
process.own(DeviceAddress(1, "simulator", "", {"hurry": True, "noise": 0.0001}), sys.argv[1])
"""


@pytest.fixture(scope="session")
def _owner() -> Iterator[tuple[Path, Callable[[], None]]]:
    """A process that owns a simulated device, for all tests: its socket, and how it forgets which turns are over."""
    with TemporaryDirectory(prefix="lab-owner-") as place:
        path = Path(place) / "device.sock"
        process = subprocess.Popen([sys.executable, "-c", _OWNING, str(path)])  # noqa: S603 -- our own
        _wait_until_ready(path)
        yield path, lambda: process.send_signal(signal.SIGUSR1)
        process.terminate()
        process.wait(20)


def _wait_until_ready(path: Path) -> None:
    client, pause = DeviceClient(str(path)), threading.Event()
    for _ in range(200):
        with suppress(DeviceOffline):
            if client.state().status == "ready":
                return
        pause.wait(0.1)
    raise AssertionError("the simulated device did not come up")


@pytest.fixture
def make_simulated(
    make_device: Callable[..., int], lab_directory: Path, _owner: tuple[Path, Callable[[], None]]
) -> Callable[..., int]:
    """As `make_device`, of the simulated device that a process owns, which is in its safe state."""
    socket, forget = _owner

    def make(**values: Any) -> int:
        device = make_device(**values)
        Path(device_socket(str(lab_directory), device)).symlink_to(socket)
        forget()
        DeviceClient(str(socket)).reset()
        return device

    return make
