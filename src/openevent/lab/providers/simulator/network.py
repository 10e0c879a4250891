"""The simulated device on a TCP port. Like a device of its own, it serves one: who connects last has it."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Final

from openevent.lab.providers.simulator.session import Simulator

_CHUNK: Final = 65_536


class TcpLine:
    """A TCP connection as a line of bytes, buffered on the way in."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._waiting = bytearray()
        self._open = True

    def read(self, number: int) -> bytes:
        """Return exactly so many bytes; EOFError when the peer has gone."""
        while len(self._waiting) < number:
            chunk = self._socket.recv(_CHUNK)
            if not chunk:
                raise EOFError
            self._acknowledge()
            self._waiting += chunk
        taken = bytes(self._waiting[:number])
        del self._waiting[:number]
        return taken

    def _acknowledge(self) -> None:
        """Acknowledge at once: drivers send many tiny pieces, and each waits for the word on the one before."""
        if hasattr(socket, "TCP_QUICKACK"):
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    def write(self, data: bytes) -> None:
        """Send bytes at once."""
        self._socket.sendall(data)

    def is_open(self) -> bool:
        """Tell whether anybody may still use it."""
        return self._open

    def close(self) -> None:
        """Hang up."""
        self._open = False
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class TcpServer:
    """Listens, and hands connections to the simulator, each in a thread of its own."""

    def __init__(self, simulator: Simulator, host: str = "127.0.0.1", port: int = 0) -> None:
        self._simulator = simulator
        self._listener = socket.create_server((host, port))
        self._line: TcpLine | None = None
        self._thread = threading.Thread(target=self._accept, name="simulator", daemon=True)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        number: int = self._listener.getsockname()[1]
        return number

    def start(self) -> TcpServer:
        """Begin to accept connections, in a thread."""
        self._thread.start()
        return self

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._hand_over(connection)

    def _hand_over(self, connection: socket.socket) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._simulator.faults.is_gone:
            connection.close()
            return
        self._line = TcpLine(connection)
        threading.Thread(target=self._serve, args=(self._line,), name="simulator-line", daemon=True).start()

    def _serve(self, line: TcpLine) -> None:
        self._simulator.talk(line)
        line.close()

    def stop(self) -> None:
        """Hang up and listen no more."""
        self._simulator.stop()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        if self._line is not None:
            self._line.close()
