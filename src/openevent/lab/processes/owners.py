"""Minds the processes that own devices: one for each device that is switched on, started again when it dies."""

from __future__ import annotations

import ctypes
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress

from msgspec import Struct

from openevent.lab.providers.places import device_socket
from openevent.lab.queries.running import Bench

log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.5
_PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)  # before each further try to start an owner that keeps dying
_LONG_LIFE = 60.0
_STOP_SECONDS = 5.0
_DIE_WITH_PARENT = 1


class _Owner:
    """A device's process, and how it has fared."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.process: subprocess.Popen[bytes] | None = None
        self.failures = 0
        self.lived = self.rests = 0.0


class Life(Struct, frozen=True):
    """What is known of an owner: its process, and how often it had to be started again."""

    pid: int | None
    failures: int


class Owners:
    """Keeps the owners in step with the devices that are switched on. Its thread must live as long as they do."""

    def __init__(self, directory: str, benches: Callable[[], Iterable[Bench]]) -> None:
        self._directory = directory
        self._benches = benches
        self._owners: dict[int, _Owner] = {}
        self._stopping = threading.Event()
        self._nudged = threading.Event()
        self._thread = threading.Thread(target=self._mind, name="lab-owners", daemon=True)

    def start(self) -> None:
        """Start the owners of all devices, and mind them from now on."""
        self._thread.start()

    def lives(self) -> dict[int, Life]:
        """Return what is known of each owner, by device."""
        return {
            device: Life(one.process.pid if one.process else None, one.failures)
            for device, one in list(self._owners.items())
        }

    def stop(self) -> None:
        """Let every owner bring its device into its safe state and leave; whoever does not is killed."""
        self._stopping.set()
        self._thread.join()

    def _mind(self) -> None:
        while not self._stopping.wait(_LOOK_SECONDS):
            try:
                self._look()
            except Exception:
                log.exception("could not see to the devices")
        for one in self._owners.values():
            _end(one)

    def _look(self) -> None:
        wanted = {one.id: one for one in self._benches()}
        for device in [device for device, one in self._owners.items() if wanted.get(device) != one.bench]:
            _end(self._owners.pop(device))
        for device, bench in wanted.items():
            self._see_to(self._owners.setdefault(device, _Owner(bench)))

    def _see_to(self, one: _Owner) -> None:
        if one.process is not None and one.process.poll() is None:
            one.lived += _LOOK_SECONDS
            return
        if one.process is not None:
            log.warning("the owner of device %d has ended with %s", one.bench.id, one.process.returncode)
            one.failures = 0 if one.lived > _LONG_LIFE else one.failures + 1
            one.rests = _PAUSES[min(one.failures, len(_PAUSES)) - 1] if one.failures else 0.0
            one.process = None
        one.rests -= _LOOK_SECONDS
        if one.rests <= 0:
            one.lived = 0.0
            one.process = _started(one.bench, device_socket(self._directory, one.bench.id))


def _started(bench: Bench, socket_path: str) -> subprocess.Popen[bytes]:
    """Start an owner as a program of its own: nothing of this process goes along, neither memory nor secrets."""
    told = {"id": bench.id, "kind": bench.kind, "address": bench.address, "wiring": bench.wiring}
    process = subprocess.Popen(  # noqa: S603 -- our own words
        [sys.executable, "-m", __name__, socket_path],
        stdin=subprocess.PIPE,
        env={"PYTHONPATH": os.pathsep.join(sys.path), "OPENBLAS_NUM_THREADS": "1"},
        start_new_session=True,
    )
    assert process.stdin is not None  # noqa: S101 -- it was asked for
    with suppress(BrokenPipeError), process.stdin:  # one that has died already is noticed at the next look
        process.stdin.write(json.dumps(told).encode())
    return process


def _end(one: _Owner) -> None:
    if one.process is None or one.process.poll() is not None:
        return
    one.process.terminate()
    try:
        one.process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        one.process.kill()
        one.process.wait()


def main(socket_path: str) -> None:
    """Own the device that standard input tells of, until SIGTERM or the end of the service."""
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM, 0, 0, 0)
    from openevent.lab.providers import owner  # noqa: PLC0415 -- it loads the driver, which no other process does

    owner.serve(owner.DeviceAddress(**json.loads(sys.stdin.read())), socket_path)


if __name__ == "__main__":
    main(*sys.argv[1:])
