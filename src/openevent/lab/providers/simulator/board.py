"""The board between the wire and the bench: its state, and the shape of its commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final

import numpy as np

from openevent.lab.providers.simulator.bench import Bench, Look
from openevent.lab.providers.simulator.signals import Array, Level, Signal

ACK: Final = 0x01
BUFFER: Final = 10_000
CLOCK: Final = 64e6  # hertz
PRESCALERS: Final = (1, 8, 64, 256)


@dataclass(frozen=True)
class Answer:
    """What the board says: data, then one byte that says that it is done (none after some commands)."""

    data: bytes = b""
    ack: int | None = ACK

    @property
    def raw(self) -> bytes:
        """The bytes on the wire."""
        return self.data if self.ack is None else self.data + bytes((self.ack,))


DONE: Final = Answer()


@dataclass(frozen=True)
class Command:
    """One command: its arguments as struct says them, and what it does; some have more bytes behind them."""

    name: str
    takes: str
    does: Callable[..., Answer]
    more: Callable[..., int] | None = None


Commands = Mapping[tuple[int, int], Command]


@dataclass(frozen=True)
class Capture:
    """An oscilloscope at work: the inputs, when the first sample is taken, and what is between two."""

    looks: tuple[tuple[str, Look, float], ...]  # name, volts at moments, gain
    begins: float
    gap: float
    samples: int
    bits: int


@dataclass(frozen=True)
class Watch:
    """A logic analyzer at work: one entry for each input."""

    begins: float
    signals: tuple[Signal, ...]
    modes: tuple[int, ...]
    tick: float  # seconds
    wide: bool  # 32-bit timestamps
    states: int
    ends: float = inf  # until when it was recorded; then memory stays as it is


@dataclass
class Board:
    """Everything that a Pocket Science Lab remembers between two commands."""

    bench: Bench
    buffer: Any = field(default_factory=lambda: np.zeros(BUFFER, dtype=np.uint16))
    gains: dict[str, float] = field(default_factory=lambda: {"CH1": 1.0, "CH2": 1.0})
    trigger: tuple[int, int] = (0, 0)  # which of the captured inputs, and its level in 10 bits
    capture: Capture | None = None
    watch: Watch | None = None
    counting: tuple[Signal, float] = (Level(0.0), 0.0)
    tables: dict[tuple[str, bool], Array] = field(default_factory=dict[tuple[str, bool], Array])
    bus: tuple[int, int] | None = None  # the chip spoken with, and the register that is next
    memory: dict[int, int] = field(default_factory=dict[int, int])

    def now(self) -> float:
        """Return the time on the bench."""
        return self.bench.clock.now()
