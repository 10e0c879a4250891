"""One connection: read a command, do it, answer; with the faults that are planned, and a log of the bytes."""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable
from typing import Final, Protocol

from openevent.lab.providers.simulator import bus, logic, meters, oscilloscope, outputs, system
from openevent.lab.providers.simulator.bench import Bench
from openevent.lab.providers.simulator.board import Board, Command, Commands
from openevent.lab.providers.simulator.faults import Faults
from openevent.lab.providers.simulator.wiring import Fault, Wiring

COMMANDS: Final[Commands] = {
    **system.COMMANDS,
    **oscilloscope.COMMANDS,
    **meters.COMMANDS,
    **outputs.COMMANDS,
    **logic.COMMANDS,
    **bus.COMMANDS,
}
_NO_ACK: Final = b"\x00"
_GARBAGE: Final = 64  # bytes at most

Log = Callable[[str, bytes], None]


class Line(Protocol):
    """A way for bytes. Reading raises EOFError where it ends; both raise OSError where it breaks."""

    def read(self, number: int) -> bytes:
        """Return exactly so many bytes."""
        ...

    def write(self, data: bytes) -> None:
        """Send bytes, at once."""
        ...

    def is_open(self) -> bool:
        """Tell whether anybody may still use it."""
        ...


class Simulator:
    """A device: its board and bench live on while connections come and go. One command at a time."""

    def __init__(self, wiring: Wiring, log: Log | None = None) -> None:
        self.board = Board(Bench(wiring))
        self.faults = Faults(wiring.faults)
        self._log = log
        self._one_at_a_time = threading.Lock()
        self._pause = threading.Event()
        outputs.switch_on(self.board)

    def talk(self, line: Line) -> None:
        """Serve one connection until it ends, breaks, or is dropped by a planned fault."""
        try:
            while line.is_open():
                head = line.read(2)
                raw = self._answer(line, head)
                fault = self.faults.next()
                if fault is not None:
                    raw = self._spoiled(line, fault, raw)
                self._send(line, raw)
        except (EOFError, OSError):
            return

    def _answer(self, line: Line, head: bytes) -> bytes:
        command = COMMANDS.get((head[0], head[1]))
        if command is None:  # as on the board, whatever is unknown is passed over
            self._note("?", head)
            return b""
        arguments, raw = _arguments(line, command)
        self._note(">", head + raw)
        with self._one_at_a_time:
            return command.does(self.board, *arguments).raw

    def _spoiled(self, line: Line, fault: Fault, raw: bytes) -> bytes:
        match fault.do:
            case "drop" | "gone":
                raise EOFError
            case "bad-ack":
                return raw[:-1] + _NO_ACK
            case "slow":
                self._pause.wait(fault.seconds)
                return raw
            case "garbage":
                random = self.board.bench.random
                return random.bytes(int(random.integers(1, _GARBAGE)))
            case "hang":
                self._hang(line, fault.seconds)
                return b""

    def _hang(self, line: Line, seconds: float) -> None:
        """Swallow the answer, and everything that comes while time passes (0 seconds: until the line ends)."""
        if seconds:
            self._pause.wait(seconds)
            return
        while True:
            line.read(1)

    def _send(self, line: Line, raw: bytes) -> None:
        if raw:
            self._note("<", raw)
            line.write(raw)

    def _note(self, way: str, raw: bytes) -> None:
        if self._log is not None:
            self._log(way, raw)

    def stop(self) -> None:
        """End whatever waits on purpose."""
        self._pause.set()


def _arguments(line: Line, command: Command) -> tuple[tuple[int | bytes, ...], bytes]:
    shape = struct.Struct("<" + command.takes)
    raw = line.read(shape.size) if shape.size else b""
    numbers: tuple[int, ...] = shape.unpack(raw)
    if command.more is None:
        return numbers, raw
    behind = line.read(command.more(*numbers))
    return (*numbers, behind), raw + behind
