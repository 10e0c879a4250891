"""The CAP pin and what is on it: charged by a current, driven high or low, left alone."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from openevent.lab.providers.simulator.signals import Array

SUPPLY: Final = 3.3
STRAY: Final = 46e-12  # farad, of pin and board
LEAST: Final = SUPPLY / 4_095  # one step of the converter; less than that, a driver divides by nothing
_OHMS: Final = {"high": 1_000.0, "low": 10_000.0}  # through what it is driven
_KEPT: Final = 64


@dataclass(frozen=True)
class _Stretch:
    begins: float
    volts: float
    how: Literal["high", "low", "alone"]


class Capacitor:
    """Its voltage as a function of time, for the last stretches of its life."""

    def __init__(self, farad: float) -> None:
        self._farad = farad + STRAY
        self._stretches: deque[_Stretch] = deque([_Stretch(0.0, 0.0, "alone")], maxlen=_KEPT)

    def drive(self, how: Literal["high", "low", "alone"], at: float) -> None:
        """Drive the pin from now on, or leave it alone."""
        self._stretches.append(_Stretch(at, self.volts_at(at), how))

    def charge(self, amperes: float, seconds: float, at: float) -> float:
        """Send a current into it and return the voltage afterwards."""
        volts = min(max(self.volts_at(at) + amperes * seconds / self._farad, LEAST), SUPPLY)
        self._stretches.append(_Stretch(at + seconds, volts, "alone"))
        return volts

    def volts_at(self, moment: float) -> float:
        """Return the voltage at a moment."""
        return float(self.volts(np.array([moment]))[0])

    def volts(self, times: Array) -> Array:
        """Return the voltages at moments."""
        begins = np.array([one.begins for one in self._stretches])
        which = np.maximum(np.searchsorted(begins, times, side="right") - 1, 0)
        result = np.empty(times.shape)
        for index in np.unique(which):
            here = which == index
            result[here] = self._during(self._stretches[int(index)], times[here])
        return result

    def _during(self, stretch: _Stretch, times: Array) -> Array:
        if stretch.how == "alone":
            return np.full(times.shape, stretch.volts)
        aim = SUPPLY if stretch.how == "high" else 0.0
        decay = np.exp(-np.maximum(times - stretch.begins, 0.0) / (_OHMS[stretch.how] * self._farad))
        return aim + (stretch.volts - aim) * decay
