"""`openevent serve`: server processes, and the job worker beside them, under one supervisor.

The supervisor loads the product once; its children are forks of it, so they start at once and share its memory. It
opens no connection that a child could inherit, and runs no job itself.
"""

from __future__ import annotations

import ctypes
import errno
import gc
import multiprocessing
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic, sleep
from types import FrameType
from typing import Any

from granian.constants import Interfaces, Loops
from granian.server import MPServer

from openevent.kit import logs
from openevent.kit.config import Settings, SettingsError, load, prepared
from openevent.kit.worker import Worker
from openevent.main.app import Product, build, build_shell
from openevent.main.catalogue import JOBS
from openevent.main.line import WAITING, stand_in_line

_STOP_SECONDS = 30  # what requests and the job at hand get to end in
_RESTART_SECONDS = 2.0
_LEAVE_SECONDS = 3.0  # what server processes get to leave in whose supervisor was killed
_LOOK_SECONDS = 1.0
_WARM_UP_SECONDS = 0.3  # who waits for the first answer is served before what the next ones need is loaded
_ARENA_MAX, _HEAPS = -8, 2
_GARBAGE = (5000, 20, 20)  # 64 orders are a few thousand objects, none of them garbage while they are made
# Most of a sale's connections are idle: browsers keep them open, and whoever is not let in is answered by nobody.
_CONNECTIONS, _ARRIVING = 8192, 4096
_OTHER_FILES = 512  # what a process opens beside connections, at most
_SWITCH_SECONDS = 0.0001  # how long who waits for the interpreter does before he asks for it; five ms are usual
_START = "fork" if sys.platform == "linux" else "spawn"


def application() -> Any:  # noqa: ANN401 -- a WSGI callable
    """Return the product; called once in every server process, which reads the settings from its environment."""
    settings = prepared(load())
    logs.set_up(settings.log_level, settings.log_format)
    sys.setswitchinterval(_SWITCH_SECONDS)
    product = build(settings)
    _watch(_stop_serving, os.getppid())
    warm_up = threading.Timer(_WARM_UP_SECONDS, _warm_up, (product,))
    warm_up.daemon = True
    warm_up.start()
    return product


def _warm_up(product: Product) -> None:
    """Load what the first answer could do without; from then on, look for garbage among what comes and goes alone.

    Looking through all that the process has built stops everybody for 35 ms, and a sale makes it happen each second.
    """
    product.warm_up()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE)


def serve(settings: Settings, *, with_worker: bool) -> None:
    """Serve until SIGTERM or SIGINT; then let requests and the job at hand finish."""
    multiprocessing.set_start_method(_START, force=True)
    _share_memory()
    children = [Child(run_worker, settings, "worker")] if with_worker else []
    if with_worker and settings.lab:  # lab
        children.append(Child(run_lab, settings, "lab"))  # lab
    try:
        _server(settings).serve()
    finally:
        for one in children:
            one.stop()


def _share_memory() -> None:
    """Let all threads, and forks, take memory from few heaps: with one for each thread, much of it lies idle.

    Only one thread at a time runs Python, so they don't stand in each other's way (glibc: mallopt(3), M_ARENA_MAX).
    """
    with suppress(AttributeError, OSError):  # another C library
        ctypes.CDLL(None).mallopt(_ARENA_MAX, _HEAPS)


def refuse_unusable(settings: Settings) -> None:
    """Raise SettingsError when nobody can listen there, or somebody does.

    Asked first: granian shares its address with any other granian, so two installations would answer by turns.
    """
    until = monotonic() + _LEAVE_SECONDS
    while (error := _trouble_at(settings.host, settings.port)) is not None:
        is_taken = error.errno == errno.EADDRINUSE
        if not is_taken or monotonic() > until:
            place = f"{settings.host}:{settings.port}"
            if is_taken:
                raise SettingsError(f"{place} is in use by another program; choose another port with --port.")
            raise SettingsError(f"nobody can listen on {place}: {error.strerror}.")
        sleep(_LEAVE_SECONDS / 20)


def _trouble_at(host: str, port: int) -> OSError | None:
    """Return what keeps a program from listening there; one that left lately does not."""
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
            probe.listen()
    except OSError as error:
        return error
    return None


def _server(settings: Settings) -> MPServer:
    stand_in_line()
    return MPServer(
        "openevent.main.server:application",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        loop=Loops.asyncio,
        workers=settings.workers,
        backlog=_ARRIVING,
        backpressure=_connections(),
        blocking_threads=settings.threads + WAITING,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_SECONDS,
        log_dictconfig={"disable_existing_loggers": False, "formatters": {}, "handlers": {}, "loggers": {}},
    )


def _connections() -> int:
    """Return how many connections one process may have open, after asking for as many files as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CONNECTIONS + _OTHER_FILES
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(allowed - _OTHER_FILES, _OTHER_FILES)


class Child:
    """A process beside the server: started again when it dies, and gone when this process is."""

    def __init__(self, target: Callable[[Settings, int], None], settings: Settings, name: str) -> None:
        self._target = target
        self._settings = settings
        self._name = name
        self._stopping = threading.Event()
        self._process = self._start()
        self._watch = threading.Thread(target=self._restart_when_dead, name=f"{name}-watch", daemon=True)
        self._watch.start()

    def _start(self) -> multiprocessing.Process:
        process = multiprocessing.Process(target=self._target, args=(self._settings, os.getpid()), name=self._name)
        process.start()
        return process

    def _restart_when_dead(self) -> None:
        while not self._stopping.is_set():
            self._process.join(_LOOK_SECONDS)
            if not self._process.is_alive() and not self._stopping.wait(_RESTART_SECONDS):
                self._process = self._start()

    def stop(self) -> None:
        """Let it finish what it is at, and wait for that."""
        self._stopping.set()
        self._watch.join()
        self._process.terminate()
        self._process.join(_STOP_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def run_worker(settings: Settings, supervisor: int | None = None) -> None:
    """Run jobs until SIGTERM, SIGINT, or the end of the supervisor; the job at hand is finished."""
    logs.set_up(settings.log_level, settings.log_format)
    shell = build_shell(settings)
    worker = Worker(shell, JOBS)
    _stop_in_time(worker.stop, supervisor)
    worker.serve()
    shell.database.close()


def run_lab(settings: Settings, supervisor: int | None = None) -> None:  # lab: this whole function
    """Run the laboratory's service until SIGTERM, SIGINT, or the end of the supervisor; scripts are ended then.

    While another server on the same data has one: waits for its end below a supervisor, raises SettingsError alone.
    """
    from openevent.lab.processes.service import ServiceRunning, begun  # noqa: PLC0415 -- nobody else needs it

    logs.set_up(settings.log_level, settings.log_format)
    shell = build_shell(settings)
    stopping = threading.Event()
    _stop_in_time(stopping.set, supervisor)
    try:
        service = begun(shell, stopping, may_wait=supervisor is not None)
    except ServiceRunning as error:
        raise SettingsError(str(error)) from None
    if service is not None:
        _stop_in_time(service.stop, supervisor)
        if not stopping.is_set():
            service.serve()
    shell.database.close()


def _stop_in_time(stop: Callable[[], None], supervisor: int | None) -> None:
    """Call `stop` on SIGTERM and SIGINT, and when the supervisor has gone."""

    def hear(_number: int, _frame: FrameType | None) -> None:
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, hear)
    if supervisor is not None:
        _watch(stop, supervisor)


def _stop_serving() -> None:
    """Let this server process finish; only its main thread, which waits outside of Python, hears signals."""
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)


def _watch(stop: Callable[[], None], supervisor: int) -> None:
    """Call `stop` when the supervisor has gone: a child that stays keeps its address from the next supervisor."""
    threading.Thread(target=_stop_when_orphaned, args=(stop, supervisor), daemon=True).start()


def _stop_when_orphaned(stop: Callable[[], None], supervisor: int) -> None:
    pause = threading.Event()
    while os.getppid() == supervisor:
        pause.wait(_LOOK_SECONDS)
    stop()
