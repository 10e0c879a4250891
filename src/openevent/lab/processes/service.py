"""The laboratory's service: runs scripts in cages, minds the devices' processes, and ends what is due each second."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec

from openevent.kit.work import Shell, UnitOfWork
from openevent.lab.actions.calling import Grant, call_in_run, granted
from openevent.lab.actions.recording import Beginning, Happening, add_events, begin_run, end_run, mark_lost
from openevent.lab.actions.settling import end_due
from openevent.lab.processes.answering import Answering
from openevent.lab.processes.owners import Owners
from openevent.lab.processes.running import Outcome, Running
from openevent.lab.providers.cage.selftest import Report, chosen
from openevent.lab.providers.places import prepare_directory, service_socket
from openevent.lab.queries.running import Bench, benches, runs_to_end, waiting_runs
from openevent.lab.rules.values import Value
from openevent.lab.rules.widgets import WidgetRefused

log = logging.getLogger(__name__)
_TICK_SECONDS = 1.0
_STOP_SECONDS = 10.0
_MOST_RUNS = 16
_CALM_SECONDS = 5.0  # after the start


class ServiceRunning(Exception):
    """There is a service for this directory already."""


class Service:
    """Runs until `stop` is called. One for each installation: a lock in its directory sees to that."""

    def __init__(self, shell: Shell, *, report: Report | None = None, with_owners: bool = True) -> None:
        self._shell = shell
        self._directory = shell.services.lab
        prepare_directory(self._directory)
        self._lock_file = _locked(self._directory)
        self._report: Future[Report] = Future()
        self._running: dict[int, Running] = {}
        self._threads: dict[int, threading.Thread] = {}
        self._guard = threading.Lock()
        self._is_begun = self._is_testing = False
        self._wanted = threading.Event()
        self._begun = time.monotonic()
        self._stopping = threading.Event()
        self._nudged = threading.Event()
        self._owners = Owners(self._directory, self._benches) if with_owners else None
        if report is not None:
            self._report.set_result(report)

    def serve(self) -> None:
        """Work until `stop`; trouble with the database is waited out."""
        answering = Answering(service_socket(self._directory), self._answer)
        if self._owners is not None:
            self._owners.start()
        try:
            while not self._stopping.is_set():
                self._nudged.clear()
                self._again(self._find_lost)
                self._again(self._begin_waiting)
                self._again(self._test_in_time)
                self._again(self._end_due)
                self._nudged.wait(_TICK_SECONDS)
        finally:
            answering.close()
            self._close()

    def stop(self) -> None:
        """Ask `serve` to return: scripts are ended, devices brought into their safe state."""
        self._stopping.set()
        self._nudged.set()

    def _close(self) -> None:
        with self._guard:
            left = list(self._threads.values())
            for one in self._running.values():
                one.stop("lost")
        for thread in left:
            thread.join(_STOP_SECONDS)
        if self._owners is not None:
            self._owners.stop()
        os.close(self._lock_file)

    def _again(self, what: Any) -> None:  # noqa: ANN401 -- a function without arguments
        try:
            what()
        except Exception:
            log.exception("the laboratory's service could not do its work")

    def _with_work(self, action: Any, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 -- an action's own
        with self._shell.work() as work:
            return action(work, *arguments, **named)

    def _benches(self) -> list[Bench]:
        with self._shell.database.reading() as db:
            return benches(db)

    def _test_in_time(self) -> None:
        """Begin the self-test once somebody wants to know, or a while after the start if a device is switched on.

        It takes a processor for seconds: not while the first visitors wait, nor where nobody will run a script.
        """
        if self._report.done() or self._is_testing:
            return
        if self._wanted.is_set() or (time.monotonic() - self._begun > _CALM_SECONDS and self._benches()):
            self._is_testing = True
            threading.Thread(target=self._test_cages, name="lab-self-test", daemon=True).start()

    def _test_cages(self) -> None:
        try:
            found = chosen()
        except Exception:
            log.exception("the cages could not be tried")
            found = Report(None, "Scripts are off: the cages could not be tried.", ())
        log.info("cages: %s", found.reason)
        self._report.set_result(found)
        self._nudged.set()

    # What is due

    def _find_lost(self) -> None:
        """Mark what ran when a service was last here; before anything else, and until the database is there."""
        if not self._is_begun:
            self._with_work(mark_lost)
            self._is_begun = True

    def _begin_waiting(self) -> None:
        with self._shell.database.reading() as db:
            waiting = waiting_runs(db)
        if waiting and not self._report.done():
            self._wanted.set()
        if not self._report.done() or not self._is_begun:
            return
        for run_id in waiting:
            if len(self._threads) >= _MOST_RUNS:
                return
            beginning = self._with_work(begin_run, run_id)
            if beginning is not None:
                self._begin(beginning)

    def _end_due(self) -> None:
        with self._guard:
            ids = list(self._running)
        if ids:
            with self._shell.database.reading() as db:
                ends = runs_to_end(db, ids, self._shell.clock.now())
            for run_id, reason in ends.items():
                self._stop(run_id, reason)
        end_due(self._shell.work)

    # Runs

    def _begin(self, beginning: Beginning) -> None:
        report = self._report.result()
        if report.tier is None:
            self._with_work(end_run, beginning.run_id, "failed", report.reason)
            return
        running = Running(report.tier, beginning, _Laboratory(self._shell, beginning))
        thread = threading.Thread(target=self._run, args=(beginning, running), name=f"lab-run-{beginning.run_id}")
        thread.daemon = True
        with self._guard:
            self._running[beginning.run_id] = running
            self._threads[beginning.run_id] = thread
        thread.start()

    def _run(self, beginning: Beginning, running: Running) -> None:
        """Run one script on this thread, whose end would be the cage's."""
        outcome = Outcome("lost", "The laboratory could not go on with this run.", {}, 0)
        try:
            outcome = running.run()
        except Exception:
            log.exception("run %d broke off", beginning.run_id)
        finally:
            with self._guard:
                self._running.pop(beginning.run_id, None)
            self._again(lambda: self._with_work(_written(beginning.run_id, outcome)))
            with self._guard:
                self._threads.pop(beginning.run_id, None)
            self._nudged.set()

    def _stop(self, run_id: int, reason: str) -> bool:
        with self._guard:
            running, thread = self._running.get(run_id), self._threads.get(run_id)
        if running is not None:
            running.stop(reason)
        if thread is not None and thread is not threading.current_thread():
            thread.join(_TICK_SECONDS)
        return running is not None

    # Requests

    def _answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        run_id = request.get("run")
        match request.get("do"):
            case "start":
                self._nudged.set()
                return {}
            case "stop" if isinstance(run_id, int):
                return {"was_running": self._stop(run_id, str(request.get("reason", "stopped")))}
            case "press" if isinstance(run_id, int):
                return self._press(run_id, str(request.get("widget")), request.get("value"))
            case "tiers":
                self._wanted.set()
                self._nudged.set()
                return {"report": self._told()}
            case _:
                return {"refused": "The laboratory's service does not know this request."}

    def _press(self, run_id: int, widget: str, value: object) -> dict[str, Any]:
        with self._guard:
            running = self._running.get(run_id)
        if running is None:
            return {"refused": "This run does not go on any more."}
        try:
            running.press(widget, value)
        except WidgetRefused as refused:
            return {"refused": refused.detail}
        return {}

    def _told(self) -> dict[str, Any]:
        if not self._report.done():
            return {"tier": None, "reason": "The cages are being tried.", "verdicts": []}
        return msgspec.to_builtins(self._report.result())


def _written(run_id: int, outcome: Outcome) -> Callable[[UnitOfWork], None]:
    def write(work: UnitOfWork) -> None:
        end_run(work, run_id, outcome.reason, outcome.error, calls=outcome.calls, refused=outcome.refused)

    return write


class _Laboratory:
    """What a run needs of the world."""

    def __init__(self, shell: Shell, beginning: Beginning) -> None:
        self._shell = shell
        self._beginning = beginning
        self._grant: Grant | None = None
        self._granted_at = 0.0

    def now(self) -> datetime:
        return self._shell.clock.now()

    def call(self, name: str, positional: Sequence[Any], named: Mapping[str, Any]) -> Value:
        return call_in_run(self._leave(), name, positional, named)

    def _leave(self) -> Grant:
        """Return leave to use the device, asked for again each second: asking takes longer than calling."""
        if self._grant is None or monotonic() - self._granted_at > _TICK_SECONDS:
            run, self._granted_at = self._beginning, monotonic()
            self._grant = granted(self._shell.work, run.device_id, run.by, run_id=run.run_id)
        return self._grant

    def record(self, happenings: Sequence[Happening], calls: int) -> None:
        with self._shell.work() as work:
            add_events(work, self._beginning.run_id, happenings, calls=calls)


def begun(shell: Shell, stopping: threading.Event, *, may_wait: bool) -> Service | None:
    """Return a service; while the directory has another, wait for its end, until told to stop: then None."""
    is_told = False
    while not stopping.is_set():
        try:
            return Service(shell)
        except ServiceRunning as error:
            if not may_wait:
                raise
            if not is_told:
                log.warning("%s This server begins its own when that ends.", error)
            is_told = True
            stopping.wait(_TICK_SECONDS)
    return None


def _locked(directory: str) -> int:
    """Take the lock of a directory; raises ServiceRunning when another service has it."""
    descriptor = os.open(Path(directory) / "service.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        with suppress(OSError):
            os.close(descriptor)
        raise ServiceRunning(f"{directory} has a service already.") from None
    return descriptor
