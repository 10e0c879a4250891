"""The simulated device on a pseudo terminal, where drivers find it as a serial port."""

from __future__ import annotations

import os
import select
import threading
import tty
from typing import Final

from openevent.lab.providers.simulator.session import Simulator

_CHUNK: Final = 65_536
_LOOK_SECONDS: Final = 0.2


class TerminalLine:
    """The master's end of a pseudo terminal. It never ends: a port stays there while programs open and close it."""

    def __init__(self) -> None:
        self._master, self._slave = os.openpty()  # our own hold on the slave keeps the master alive
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self._waiting = bytearray()
        self._open = True

    def read(self, number: int) -> bytes:
        """Return exactly so many bytes; EOFError when the terminal was closed."""
        while len(self._waiting) < number:
            if not self._open:
                raise EOFError
            ready, _, _ = select.select([self._master], [], [], _LOOK_SECONDS)
            if ready:
                self._waiting += os.read(self._master, _CHUNK)
        taken = bytes(self._waiting[:number])
        del self._waiting[:number]
        return taken

    def write(self, data: bytes) -> None:
        """Send bytes."""
        while data:
            data = data[os.write(self._master, data) :]

    def is_open(self) -> bool:
        """Tell whether anybody may still use it."""
        return self._open

    def close(self) -> None:
        """Let reading end."""
        self._open = False

    def release(self) -> None:
        """Give the terminal back."""
        os.close(self._master)
        os.close(self._slave)


class Terminal:
    """Serves a simulator on a pseudo terminal, in a thread."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._line = TerminalLine()
        self._thread = threading.Thread(target=self._serve, name="simulator-terminal", daemon=True)

    @property
    def path(self) -> str:
        """The device file to open."""
        return self._line.path

    def start(self) -> Terminal:
        """Begin to answer, in a thread."""
        self._thread.start()
        return self

    def _serve(self) -> None:
        while self._line.is_open():
            self._simulator.talk(self._line)  # a dropped line is taken up again, as by a cable put back

    def stop(self) -> None:
        """Answer no more."""
        self._simulator.stop()
        self._line.close()
        self._thread.join()
        self._line.release()
