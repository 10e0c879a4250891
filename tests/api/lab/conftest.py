"""What tests of the laboratory ask for: services with the laboratory switched on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from msgspec.structs import replace

from openevent.kit.clock import FixedClock


@pytest.fixture
def lab_directory() -> Iterator[Path]:
    """Where the sockets of this test are: a short path, as Unix sockets need one."""
    with TemporaryDirectory(prefix="lab-") as place:
        yield Path(place)


@pytest.fixture
def services(clock: FixedClock, _open_services: Callable[..., object], lab_directory: Path):
    """The ports, with the laboratory switched on."""
    return replace(_open_services(clock), lab=str(lab_directory))
