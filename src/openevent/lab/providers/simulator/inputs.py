"""The analog inputs: their numbers on the wire, their ranges, and how volts become counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from openevent.lab.providers.simulator.signals import Array

NUMBERS: Final[Mapping[int, str]] = {
    0: "CH2",
    1: "CH3",
    2: "MIC",
    3: "CH1",
    4: "AN4",
    5: "CAP",
    7: "RES",
    8: "VOL",
}
RANGES: Final[Mapping[str, tuple[float, float]]] = {  # volts at count 0 and at the highest count
    "CH1": (16.5, -16.5),  # inverted, like CH2
    "CH2": (16.5, -16.5),
    "CH3": (-3.3, 3.3),
    "MIC": (-3.3, 3.3),
}
GAINS: Final = (1.0, 2.0, 4.0, 5.0, 8.0, 10.0, 16.0, 32.0)
PINS: Final = ("LA1", "LA2", "LA3", "LA4", "RES", "EXT", "FRQ")
THRESHOLD: Final = 1.65  # volts between low and high
_OTHERS: Final = (0.0, 3.3)


def input_name(number: int) -> str:
    """Return an analog input by its number on the wire; a number without an input reads VOL."""
    return NUMBERS.get(number & 0x0F, "VOL")


def pin_name(number: int) -> str:
    """Return a digital pin by its number on the wire."""
    return PINS[number] if number < len(PINS) else PINS[-1]


def counts(name: str, volts: Array, bits: int, gain: float = 1.0) -> npt.NDArray[np.uint16]:
    """Return what the converter makes of volts.

    >>> counts("CH1", np.array([16.5, 0.0, -99.0]), 12).tolist()
    [0, 2048, 4095]
    """
    first, last = RANGES.get(name, _OTHERS)
    highest = 2**bits - 1
    raw: Array = (volts * gain - first) / (last - first) * highest
    return np.rint(raw.clip(0, highest)).astype(np.uint16)


def volts_of(name: str, count: int, bits: int, gain: float = 1.0) -> float:
    """Return the volts of a count."""
    first, last = RANGES.get(name, _OTHERS)
    return (first + (last - first) * count / (2**bits - 1)) / gain
