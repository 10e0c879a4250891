"""The one thread that works with the device: connects, makes safe, does one call after the other, connects again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

from openevent.kit.clock import SystemClock
from openevent.kit.errors import DomainError
from openevent.lab.providers.owner.instruments import RESET, USUAL, Instruments, seconds_for
from openevent.lab.providers.owner.links import Link, LinkLost
from openevent.lab.providers.owner.messages import DeviceFailed, DeviceOffline, DeviceState, Status
from openevent.lab.providers.owner.panel import Panel
from openevent.lab.providers.owner.queue import Job, Jobs
from openevent.lab.rules.functions import Call, checked
from openevent.lab.rules.values import Value

_PAUSES: Final = (0.1, 0.3, 1.0, 2.0, 5.0)  # seconds between attempts to connect
_LOOK: Final = 3.0  # seconds without work: is the device still there?
_LOOK_LIMIT: Final = 2.0
_GRACE: Final = 1.0  # after a call's time, until the watchdog gives its thread up

log = logging.getLogger("openevent.lab.device")


class Worker:
    """One life of that thread. When a call never comes back it is given up, and another worker takes its place."""

    def __init__(self, connect: Callable[[], Link], jobs: Jobs, panel: Panel, usual: float = USUAL) -> None:
        self._connect = connect
        self._usual = usual
        self._jobs = jobs
        self._panel = panel
        self._clock = SystemClock()
        self.state = DeviceState("offline", "Not connected yet.", self._clock.now())
        self._link: Link | None = None
        self._job: Job | None = None
        self._busy_until = float("inf")
        self._attempts = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="device", daemon=True)

    def start(self) -> Worker:
        """Begin to connect and to work."""
        self._thread.start()
        return self

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._live()
            except Exception as error:  # noqa: BLE001 -- whatever the driver makes of a device that lies
                self._go_offline(error)
            self._drop_link()
            self._over.wait(_PAUSES[min(self._attempts, len(_PAUSES) - 1)])
            self._attempts += 1

    def _live(self) -> None:
        """Connect and work until something goes wrong, or until this worker is over."""
        self._link = link = self._connect()
        link.connect()
        instruments = self._fresh(link)
        self._attempts = 0
        self._say("ready", version=link.version)
        while not self._over.is_set():
            job = self._jobs.get(min(self._panel.seconds_to_next(), _LOOK))
            if job is not None and self._over.is_set():
                self._jobs.put_back(job)
            elif job is not None:
                instruments = self._work(link, instruments, job)
            if not self._look(instruments, link) and job is None:
                self._is_there(link)

    def _fresh(self, link: Link) -> Instruments:
        """Make everything safe, with instruments that remember nothing."""
        with self._limited(link, seconds_for(checked(RESET))):
            instruments = Instruments(link)
            instruments.make_safe()
        return instruments

    def _work(self, link: Link, instruments: Instruments, job: Job) -> Instruments:
        """Do one call and tell whoever waits; returns the instruments to go on with."""
        self._job = job
        self._say("busy", version=link.version)
        value: Value | DomainError = Value("nothing")
        try:
            if job.call.function.name == RESET:
                instruments = self._fresh(link)
            else:
                value = self._called(link, instruments, job.call)
        except Exception as error:
            value = DeviceFailed(_said(error))
            if link.was_used:
                self._go_offline(error)
                raise
        finally:
            self._job = None
            if self.state.status == "busy":
                self._say("ready", version=link.version)
            job.tell(value)
        return instruments

    def _called(self, link: Link, instruments: Instruments, call: Call) -> Value:
        with self._limited(link, seconds_for(call, self._usual)):
            return instruments.call(call)

    @contextmanager
    def _limited(self, link: Link, seconds: float) -> Generator[None]:
        """Hold what the driver does to a time limit: each read of the link, and the watchdog over the thread."""
        self._busy_until = time.monotonic() + seconds
        try:
            link.begin(seconds)
            yield
            link.end()
        finally:
            self._busy_until = float("inf")

    def _look(self, instruments: Instruments, link: Link) -> bool:
        """Look for the live panel, if it is time; says whether it did."""
        wanted = self._panel.take()
        if wanted is None:
            return False
        spec, call = wanted
        try:
            value = self._called(link, instruments, call)
        except Exception as error:
            self._panel.show(spec, self._clock.now(), None, _said(error))
            if link.was_used:
                raise
            return True
        self._panel.show(spec, self._clock.now(), value)
        return True

    def _is_there(self, link: Link) -> None:
        with self._limited(link, _LOOK_LIMIT):
            link.ask_version()

    def _say(self, status: Status, reason: str = "", version: str = "") -> None:
        since = self.state.since if status == self.state.status else self._clock.now()
        self.state = DeviceState(status, reason, since, version)

    def _go_offline(self, error: Exception) -> None:
        if self.state.status != "offline":
            log.warning("device lost", extra={"reason": _said(error)})
        if not self._over.is_set():
            self._say("offline", _said(error))
            for job in self._jobs.clear():
                job.tell(DeviceOffline(self.state.reason, retry_after=2))

    def _drop_link(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.disconnect()

    @property
    def job(self) -> Job | None:
        """The call that is with the device now."""
        return self._job

    @property
    def is_stuck(self) -> bool:
        """Whether a call has had its time, and more, and has not come back."""
        return time.monotonic() > self._busy_until + _GRACE

    def give_up(self, error: DomainError) -> None:
        """End this worker whatever it does: its connection is closed, its job is told, its thread left to itself."""
        self._over.set()
        self._say("offline", error.detail)
        job = self._job
        if job is not None:
            job.tell(error)  # before the thread finds its connection closed and says so
        self._drop_link()
        self._jobs.wake()

    def finish(self, seconds: float) -> None:
        """End this worker when its present call is done; the device is left safe if there is time for it."""
        self._over.set()
        self._jobs.wake()
        self._thread.join(seconds)


def _said(error: Exception) -> str:
    if isinstance(error, LinkLost | OSError):
        return str(error) or type(error).__name__
    return f"The device gave no sensible answer ({type(error).__name__})."
