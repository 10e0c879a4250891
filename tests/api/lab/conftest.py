"""What tests of the laboratory ask for: services with the laboratory switched on, and somebody's device."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from msgspec.structs import replace

from cast import adm, ana, bo, chi, dee, eve
from lab.owners import Owned, owned
from openevent.kit.clock import FixedClock
from openevent.kit.work import Shell
from openevent.lab.models import Bench, Device
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


@pytest.fixture(scope="session")
def instrument() -> Iterator[Owned]:
    """One simulated instrument and its owner, for all tests."""
    with owned({"noise": 0.0001}) as found:
        yield found


@pytest.fixture
def make_simulated(make_device: Callable[..., int], lab_directory: Path, instrument: Owned) -> Callable[..., int]:
    """As `make_device`, of the simulated device that has an owner, which is in its safe state."""

    def make(**values: Any) -> int:
        device = make_device(**{"turn": next(instrument.turns), **values})
        Path(device_socket(str(lab_directory), device)).symlink_to(instrument.path)
        instrument.client.reset()
        return device

    return make
