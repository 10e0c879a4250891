"""The driver's way to a device: bytes over TCP or a serial port, that never spin and never wait for ever.

The driver's own handlers read without an end when a peer is gone, and write each number alone. These gather what is
written until something is read, hold every read to the time limit of the command at hand, and end when the owner says.
"""

from __future__ import annotations

import contextlib
import select
import socket
import time
from abc import abstractmethod
from typing import Final

import serial
from pslab.connection import ConnectionHandler

from openevent.lab.providers.owner.messages import DeviceAddress

_CONNECT_SECONDS: Final = 3.0
_CHUNK: Final = 65_536
_GATHERED: Final = 4_096
_BAUD: Final = 1_000_000
_SERIAL_SLICE: Final = 0.05  # seconds: a serial port is asked this often whether time is up


class LinkLost(ConnectionError):
    """The way to the device is broken, or its bytes make no sense any more."""


class LinkSlow(LinkLost):
    """The device did not answer within the time of the command."""


class Link(ConnectionHandler):
    """A connection with a time limit; `begin` opens a command, `end` closes it."""

    def __init__(self) -> None:
        self._gathered = bytearray()
        self._arrived = bytearray()
        self._until = 0.0
        self.is_lost = False
        self.was_used = False
        self.version = ""

    def begin(self, seconds: float) -> None:
        """Give the next command its time; raises LinkLost when there are bytes that nobody asked for."""
        self._until = time.monotonic() + seconds
        self.was_used = False
        self._refuse_leftovers()

    def end(self) -> None:
        """Send what was gathered last, and see that the device has said no more than it should."""
        self._flush()
        self._refuse_leftovers()

    def _refuse_leftovers(self) -> None:
        if self._arrived or self.has_bytes():
            raise LinkLost("The device says more than it was asked for.")

    def write(self, data: bytes) -> int:
        """Gather what is to be sent."""
        self.was_used = True
        self._gathered += data
        if len(self._gathered) >= _GATHERED:
            self._flush()
        return len(data)

    def read(self, numbytes: int) -> bytes:
        """Send what was gathered and return exactly so many bytes."""
        self._flush()
        while len(self._arrived) < numbytes:
            self._arrived += self.receive(self._left())
        found = bytes(self._arrived[:numbytes])
        del self._arrived[:numbytes]
        return found

    def _flush(self) -> None:
        if self._gathered:
            data = bytes(self._gathered)
            self._gathered.clear()
            self.send(data, self._left())

    def _left(self) -> float:
        if self.is_lost:
            raise LinkLost("The connection was given up.")
        left = self._until - time.monotonic()
        if left <= 0:
            raise LinkSlow("The device did not answer in time.")
        return left

    def connect(self) -> None:
        """Open the way and see whether a Pocket Science Lab answers."""
        self.open()
        self.begin(_CONNECT_SECONDS)
        self.ask_version()

    def ask_version(self) -> str:
        """Ask the device what it is; raises LinkLost or ConnectionError when it is no Pocket Science Lab."""
        self.version = self.get_version().strip("\0 \r\n")
        return self.version

    def disconnect(self) -> None:
        """Close the way; whoever reads gets LinkLost. May be called from another thread."""
        self.is_lost = True
        self.close()

    @abstractmethod
    def open(self) -> None:
        """Open the way to the device."""
        ...

    @abstractmethod
    def close(self) -> None:
        """Close it."""
        ...

    @abstractmethod
    def send(self, data: bytes, seconds: float) -> None:
        """Send bytes within a time."""
        ...

    @abstractmethod
    def receive(self, seconds: float) -> bytes:
        """Return what has come, waiting for it within a time; none: the caller asks again while there is time."""
        ...

    @abstractmethod
    def has_bytes(self) -> bool:
        """Tell whether bytes are waiting, or the end."""
        ...


class TcpLink(Link):
    """A device on the network."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__()
        self._address = (host, port)
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Connect."""
        self._socket = socket.create_connection(self._address, timeout=_CONNECT_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()

    def send(self, data: bytes, seconds: float) -> None:
        """Send bytes within a time."""
        line = self._line()
        line.settimeout(seconds)
        line.sendall(data)

    def receive(self, seconds: float) -> bytes:
        """Return what has come, one byte or more within a time."""
        line = self._line()
        line.settimeout(seconds)
        try:
            found = line.recv(_CHUNK)
        except TimeoutError:
            raise LinkSlow("The device did not answer in time.") from None
        if not found:
            raise LinkLost("The device has hung up.")
        return found

    def has_bytes(self) -> bool:
        """Tell whether bytes are waiting, or the end."""
        look = select.poll()
        look.register(self._line(), select.POLLIN)
        return bool(look.poll(0))

    def _line(self) -> socket.socket:
        if self._socket is None or self._socket.fileno() < 0:
            raise LinkLost("The connection was given up.")
        return self._socket


class SerialLink(Link):
    """A device at a serial port."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._port: serial.Serial | None = None

    def open(self) -> None:
        """Open the port, for this process alone."""
        self._port = serial.Serial(
            self._path, _BAUD, timeout=_SERIAL_SLICE, write_timeout=_CONNECT_SECONDS, exclusive=True
        )
        self._port.reset_input_buffer()

    def close(self) -> None:
        """Close the port."""
        if self._port is not None:
            self._port.close()

    def send(self, data: bytes, seconds: float) -> None:  # noqa: ARG002 -- the port has a limit of its own
        """Send bytes within a time."""
        self._line().write(data)

    def receive(self, seconds: float) -> bytes:
        """Return what has come within a time, or nothing yet."""
        port = self._line()
        port.timeout = min(seconds, _SERIAL_SLICE)
        return port.read(max(port.in_waiting, 1))

    def has_bytes(self) -> bool:
        """Tell whether bytes are waiting."""
        return self._line().in_waiting > 0

    def _line(self) -> serial.Serial:
        if self._port is None or not self._port.is_open:
            raise LinkLost("The connection was given up.")
        return self._port


def link_to(device: DeviceAddress) -> Link:
    """Return the way to a device, not opened yet; raises LinkLost when its address cannot be read."""
    if device.kind == "serial":
        return SerialLink(device.address)
    host, _, port = device.address.rpartition(":")
    if not host or not port.isdecimal():
        raise LinkLost("The device's address is not host:port.")
    return TcpLink(host.strip("[]"), int(port))
