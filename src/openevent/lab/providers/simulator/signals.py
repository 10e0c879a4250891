"""Signals on wires: functions of time that are worked out only where somebody looks, so that no thread has to run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Crossing = tuple[float, bool]  # where in the period, and whether it rises there
HIGH: Final = 3.3
_POINTS: Final = 2_048  # of one period that went through a filter


@dataclass(frozen=True)
class Level:
    """A voltage that stays."""

    volts: float
    frequency: float = 0.0
    origin: float = 0.0

    def at(self, phase: Array) -> Array:
        """Return the volts at places in the period (0 to 1)."""
        return np.full(phase.shape, self.volts)

    def crossings(self, _level: float) -> list[Crossing]:
        """Return where in its period it crosses a level: nowhere."""
        return []


@dataclass(frozen=True, eq=False)
class Table:
    """A periodic voltage, as points of one period with straight lines between them."""

    points: Array
    frequency: float
    origin: float = 0.0

    def at(self, phase: Array) -> Array:
        """Return the volts at places in the period (0 to 1)."""
        size = len(self.points)
        return np.interp(phase * size, np.arange(size + 1), np.append(self.points, self.points[0]))

    def crossings(self, level: float) -> list[Crossing]:
        """Return where in its period it crosses a level, first to last."""
        above = self.points > level
        following = np.roll(self.points, -1)
        where = np.flatnonzero(above != np.roll(above, -1))
        parts = (level - self.points[where]) / (following[where] - self.points[where])
        return [
            (float(place), not above[index]) for index, place in zip(where, self._places(where, parts), strict=True)
        ]

    def _places(self, where: npt.NDArray[np.intp], parts: Array) -> Array:
        return (where + parts) / len(self.points) % 1.0


@dataclass(frozen=True)
class Pulse:
    """A square wave: up at `rise`, down at `fall`, both in parts of the period."""

    rise: float
    fall: float
    frequency: float
    origin: float = 0.0
    high: float = HIGH

    def at(self, phase: Array) -> Array:
        """Return the volts at places in the period (0 to 1)."""
        width = (self.fall - self.rise) % 1.0
        return np.where((phase - self.rise) % 1.0 < width, self.high, 0.0)

    def crossings(self, level: float) -> list[Crossing]:
        """Return where in its period it crosses a level, first to last."""
        if not 0 < level < self.high or self.rise == self.fall:
            return []
        return sorted([(self.rise % 1.0, True), (self.fall % 1.0, False)])


Signal = Level | Table | Pulse


def moments(begins: float, gap: float, number: int) -> Array:
    """Return evenly spaced moments.

    >>> moments(1.0, 0.5, 3).tolist()
    [1.0, 1.5, 2.0]
    """
    return np.arange(number, dtype=np.float64) * gap + begins


def sample(signal: Signal, times: Array) -> Array:
    """Return the volts of a signal at moments.

    >>> sample(Pulse(0.0, 0.25, frequency=1000.0), np.array([0.0001, 0.0003, 0.0011])).tolist()
    [3.3, 0.0, 3.3]
    """
    return signal.at((times - signal.origin) * signal.frequency % 1.0)


def edges(signal: Signal, level: float, after: float, until: float, most: int) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Return when a signal crosses a level, and whether it rises there: later than `after`, `most` of them at most.

    >>> edges(Pulse(0.0, 0.5, frequency=10.0), 1.0, 0.0, 0.22, 9)[0].tolist()
    [0.05, 0.1, 0.15, 0.2]
    """
    crossings = sorted(signal.crossings(level))
    if not crossings or until <= after:
        return np.empty(0), np.empty(0, dtype=bool)
    first = math.floor((after - signal.origin) * signal.frequency)
    periods = min(most // len(crossings), math.ceil((until - after) * signal.frequency)) + 2
    places = np.array([place for place, _ in crossings])
    times = (np.arange(first, first + periods)[:, None] + places).ravel() / signal.frequency + signal.origin
    rising = np.tile(np.array([rises for _, rises in crossings]), periods)
    kept = np.flatnonzero((times > after) & (times <= until))[:most]
    return times[kept], rising[kept]


def filtered(signal: Signal, seconds: float, kind: Literal["low", "high"]) -> Signal:
    """Return a signal behind a resistor and a capacitor, long after it began; `seconds` is their product."""
    if signal.frequency == 0.0:
        return signal if kind == "low" else Level(0.0)
    points = signal.at(np.arange(_POINTS) / _POINTS)
    spectrum = np.fft.rfft(points)
    turn = 2j * math.pi * signal.frequency * seconds * np.arange(len(spectrum))
    response = 1 / (1 + turn) if kind == "low" else turn / (1 + turn)
    return Table(np.fft.irfft(spectrum * response, _POINTS), signal.frequency, signal.origin)


def scaled(signal: Signal, factor: float) -> Signal:
    """Return a signal behind a divider."""
    match signal:
        case Level():
            return Level(signal.volts * factor)
        case Table():
            return Table(signal.points * factor, signal.frequency, signal.origin)
        case Pulse():
            return Pulse(signal.rise, signal.fall, signal.frequency, signal.origin, signal.high * factor)
