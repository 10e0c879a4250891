"""An owner in a thread of the test, so that its bench and its faults are at hand."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from openevent.lab.providers.owner import DeviceClient, DeviceOffline
from openevent.lab.providers.owner.links import Link, TcpLink
from openevent.lab.providers.owner.process import Owner
from openevent.lab.providers.simulator.network import TcpServer
from openevent.lab.providers.simulator.session import Simulator
from openevent.lab.providers.simulator.wiring import wiring_of


class Owned:
    """A simulated device, its owner, and a client."""

    def __init__(self, path: str, simulator: Simulator) -> None:
        self.path = path
        self.simulator = simulator
        self.client = DeviceClient(path)
        self.sent: list[bytes] = []
        self.turns = itertools.count(
            1, 1000
        )  # numbers of first turns: an owner that serves many tests knows later ones

    def volts(self, output: str) -> float:
        return self.simulator.board.bench.output(output).volts


def until(check: Callable[[], Any], seconds: float = 10.0) -> Any:
    """Return what the check returns as soon as that is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = check()
        if found:
            return found
        time.sleep(0.005)
    raise AssertionError("It did not come true in time.")


def status(client: DeviceClient) -> str:
    """Return how a device is; nothing while nobody listens yet."""
    try:
        return client.state().status
    except DeviceOffline:
        return ""


def is_ready(client: DeviceClient) -> bool:
    return status(client) == "ready"


@contextmanager
def owned(wiring: dict[str, Any] | None = None, *, usual: float = 3.0) -> Iterator[Owned]:
    sent: list[bytes] = []
    simulator = Simulator(
        wiring_of({"hurry": True, "noise": 0.001, **(wiring or {})}),
        lambda way, raw: sent.append(raw) if way == ">" else None,
    )
    server = TcpServer(simulator).start()
    try:
        with in_thread(lambda: TcpLink("127.0.0.1", server.port), usual=usual) as path:
            found = Owned(path, simulator)
            found.sent = sent
            until(lambda: is_ready(found.client))
            yield found
    finally:
        server.stop()


@contextmanager
def in_thread(connect: Callable[[], Link], *, usual: float = 3.0) -> Iterator[str]:
    """Run an owner; yields the path of its socket."""
    with tempfile.TemporaryDirectory(prefix="lab-") as directory:
        path = str(Path(directory) / "device.sock")
        loop = asyncio.new_event_loop()
        owner = Owner(connect, path, usual=usual)
        thread = threading.Thread(target=lambda: loop.run_until_complete(owner.run()), daemon=True)
        thread.start()
        until(lambda: status(DeviceClient(path)))
        try:
            yield path
        finally:
            loop.call_soon_threadsafe(owner.stop)
            thread.join(10)
            _close(loop)


def _close(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
        loop.run_until_complete(asyncio.wait((task,)))
    loop.close()
