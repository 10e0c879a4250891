"""What tests of the lab's pages ask for: the lab switched on, a device with a simulated instrument behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from msgspec.structs import replace

from lab.owners import Owned, owned
from openevent.kit.clock import FixedClock
from openevent.lab.models import Device, Run, RunEvent
from openevent.lab.providers.places import device_socket
from openevent.people.models import User


@pytest.fixture
def lab_directory() -> Iterator[Path]:
    """Where the sockets of this test are: a short path, as Unix sockets need one."""
    with TemporaryDirectory(prefix="lab-") as place:
        yield Path(place)


@pytest.fixture
def services(clock: FixedClock, _open_services: Callable[..., object], lab_directory: Path):
    """The ports, with the lab switched on."""
    return replace(_open_services(clock), lab=str(lab_directory))


@pytest.fixture(scope="module")
def instrument() -> Iterator[Owned]:
    """One simulated instrument and its owner, for all tests of a file."""
    with owned() as found:
        yield found


@pytest.fixture
def bench(shell, lab_directory: Path, instrument: Owned) -> Device:
    """A device that everybody with an account may use."""
    instrument.client.reset()
    with shell.work() as work:
        device = Device(name="Bench 1", place="Room 204", is_on=True, is_open=True, created_at=work.now)
        device.turn = next(instrument.turns)
        device.limits, device.wiring = {"pv1": [-3.3, 3.3]}, {}
        work.db.add(device)
        work.db.flush()
        Path(device_socket(str(lab_directory), device.id)).symlink_to(instrument.path)
    return device


@pytest.fixture
def keep_run(shell, bench: Device) -> Callable[..., Run]:
    """Make a run with these events: `keep_run(ana, ("text", {"text": "hi"}), status="running")`."""

    def make(user: User, *events: tuple[str, dict[str, Any]], **values: Any) -> Run:
        with shell.work() as work:
            told = {"kind": "script", "title": "sine.py", "status": "ended", "source": "print(1)\n", **values}
            identifier = f"run{work.db.query(Run).count()}"
            run = Run(identifier=identifier, user_id=user.id, device_id=bench.id, created_at=work.now, **told)
            run.exit_reason = told.get("exit_reason", "done" if run.status == "ended" else None)
            work.db.add(run)
            work.db.flush()
            for number, (kind, payload) in enumerate(events, 1):
                work.db.add(RunEvent(run_id=run.id, number=number, at=work.now, kind=kind, payload=payload))
        return run

    return make
