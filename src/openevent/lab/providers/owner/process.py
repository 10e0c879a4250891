"""The owner process: connections of clients on one side, the device's one thread on the other, a watchdog over it."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import functools
import os
import signal
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Final

from openevent.kit.errors import DomainError, Invalid
from openevent.lab.providers.owner.framing import FrameBroken, packed, read_ask
from openevent.lab.providers.owner.instruments import RESET, USUAL
from openevent.lab.providers.owner.links import Link, LinkLost, TcpLink, link_to
from openevent.lab.providers.owner.messages import (
    Ask,
    DeviceAddress,
    DeviceBusy,
    DeviceFailed,
    DeviceOffline,
    Reply,
    reply_of,
)
from openevent.lab.providers.owner.panel import Panel
from openevent.lab.providers.owner.queue import Job, Jobs
from openevent.lab.providers.owner.worker import Worker
from openevent.lab.providers.simulator.network import TcpServer
from openevent.lab.providers.simulator.session import Simulator
from openevent.lab.providers.simulator.wiring import wiring_of
from openevent.lab.rules.functions import checked
from openevent.lab.rules.values import Value

_WATCHDOG: Final = 0.1  # seconds between two looks
_PATIENCE: Final = 0.3  # seconds that a reset lets the present call go on
_MOST_CLIENTS: Final = 512
_IDLE: Final = 30.0  # seconds that a connection may say nothing
_FAREWELL: Final = 2.0  # seconds for making the device safe at the end

Answer = Value | DomainError


def own(device: DeviceAddress, socket_path: str) -> None:
    """Own a device until SIGTERM or SIGINT."""
    with _alone(socket_path), _way_to(device) as connect:
        asyncio.run(_until_told(Owner(connect, socket_path)))


async def _until_told(owner: Owner) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, owner.stop)
    await owner.run()


@contextlib.contextmanager
def _alone(socket_path: str) -> Generator[None]:
    """Hold the lock that says that a device has its owner; raises DeviceBusy when another process holds it."""
    descriptor = os.open(f"{socket_path}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise DeviceBusy("This device has an owner already.") from None


@contextlib.contextmanager
def _way_to(device: DeviceAddress) -> Generator[Callable[[], Link]]:
    """Return how to connect; a simulated device is switched on for it."""
    if device.kind != "simulator":
        yield lambda: link_to(device)
        return
    try:
        server = TcpServer(Simulator(wiring_of(device.wiring))).start()
    except Invalid as error:  # the owner stays, to say why there is no device
        yield functools.partial(_nowhere, error.detail)
        return
    try:
        yield lambda: TcpLink("127.0.0.1", server.port)
    finally:
        server.stop()


def _nowhere(reason: str) -> Link:
    raise LinkLost(reason)


class Owner:
    """Takes requests, hands calls to the worker, answers everything else by itself."""

    def __init__(self, connect: Callable[[], Link], socket_path: str, *, usual: float = USUAL) -> None:
        self._path = socket_path
        self._jobs = Jobs()
        self._panel = Panel()
        self._hire = lambda: Worker(connect, self._jobs, self._panel, usual)
        self._worker = self._hire()
        self._clients = 0
        self._over_before = 0  # turns with a lower number are over
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End soon; to be called in the owner's own loop."""
        self._stopping.set()

    async def run(self) -> None:
        """Serve until told to stop."""
        _forget(self._path)
        server = await asyncio.start_unix_server(self._serve, self._path)
        _keep_to_ourselves(self._path)
        self._worker.start()
        await self._guard()
        server.close()
        await self._leave()

    async def _guard(self) -> None:
        """Give the worker up when a call never comes back."""
        while not self._stopping.is_set():
            if self._worker.is_stuck:
                self._replace(DeviceFailed("The device took too long."))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _WATCHDOG)

    def _replace(self, error: DomainError) -> None:
        self._worker.give_up(error)
        self._worker = self._hire().start()

    async def _leave(self) -> None:
        with contextlib.suppress(TimeoutError, DomainError):
            await asyncio.wait_for(self._reset(), _FAREWELL)
        self._worker.finish(_FAREWELL)
        _forget(self._path)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients += 1
        try:
            while self._clients <= _MOST_CLIENTS:
                ask = await asyncio.wait_for(read_ask(reader), _IDLE)
                writer.write(await self._answer(ask, reader))
                await asyncio.wait_for(writer.drain(), _IDLE)
        except (FrameBroken, OSError, TimeoutError, asyncio.CancelledError):
            return  # cancelled: the process ends
        finally:
            self._clients -= 1
            writer.close()

    async def _answer(self, ask: Ask, reader: asyncio.StreamReader) -> bytes:
        try:
            match ask.do:
                case "latest":
                    return self._newest()
                case "state":
                    return packed(Reply(state=self._worker.state))
                case "watch":
                    self._watch(ask)
                    return packed(Reply())
                case "reset":
                    self._over_before = max(self._over_before, ask.turn)
                    return packed(Reply(value=await self._reset()))
                case "call":
                    return packed(Reply(value=await self._call(ask, reader)))
        except DomainError as error:
            return packed(reply_of(error))

    def _newest(self) -> bytes:
        frame, rested = self._panel.newest()
        if rested:
            self._jobs.wake()
        return frame

    def _watch(self, ask: Ask) -> None:
        self._refuse_late(ask)
        self._panel.set(ask.spec)
        self._jobs.wake()

    def _refuse_late(self, ask: Ask) -> None:
        if 0 < ask.turn < self._over_before:
            raise DeviceBusy("This turn is over.")

    async def _call(self, ask: Ask, reader: asyncio.StreamReader) -> Value:
        call = checked(ask.function, (), ask.arguments)
        self._refuse_late(ask)
        self._refuse_offline()
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        job = Job(call, _teller(answer), time.monotonic() + max(ask.seconds, 0))
        self._jobs.put(job)
        gone = asyncio.ensure_future(reader.read(1))  # a client that waits says nothing: a byte, or its end, ends that
        try:
            await asyncio.wait((answer, gone), timeout=ask.seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            job.is_wanted = False
            gone.cancel()
            await asyncio.wait((gone,))
        if not answer.done():
            raise FrameBroken("The client has gone.") if not gone.cancelled() else DeviceBusy("The device is busy.")
        return _value_of(answer.result())

    async def _reset(self) -> Value:
        """Drop what waits, end what is at work, make everything safe."""
        self._refuse_offline()
        self._panel.set(None)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        for dropped in self._jobs.put_first(Job(checked(RESET), _teller(answer))):
            dropped.tell(DeviceFailed("The device was reset."))
        began = self._worker.job
        await asyncio.wait((answer,), timeout=_PATIENCE)
        if not answer.done() and began is not None and self._worker.job is began:
            self._replace(DeviceFailed("The device was reset."))
        return _value_of(await answer)

    def _refuse_offline(self) -> None:
        state = self._worker.state
        if state.status == "offline":
            raise DeviceOffline(state.reason, retry_after=2)


def _forget(path: str) -> None:
    Path(path).unlink(missing_ok=True)


def _keep_to_ourselves(path: str) -> None:
    Path(path).chmod(0o600)


def _value_of(answer: Answer) -> Value:
    if isinstance(answer, DomainError):
        raise answer
    return answer


def _teller(future: asyncio.Future[Answer]) -> Callable[[Answer], None]:
    """Return what gives the worker's answer to the loop that waits for it."""
    loop = asyncio.get_running_loop()

    def settle(answer: Answer) -> None:
        if not future.done():
            future.set_result(answer)

    def tell(answer: Answer) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, answer)

    return tell
