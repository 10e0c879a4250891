"""What measures: oscilloscope and multimeter, on the driver."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
from pslab import Multimeter, Oscilloscope

from openevent.lab.providers.owner.links import Link
from openevent.lab.rules.values import Series, Value

_BIGGEST: Final = 3e-4  # farad: bigger ones lose too little in the time that they are looked at
_FITTED: Final = 1e-5  # farad: from here on the driver fits a curve, and a host that is late spoils it
_AGREEING: Final = 0.1
_TRIES: Final = 3
INPUTS: Final = ("CH1", "CH2", "CH3", "MIC")

Arguments = Mapping[str, Any]


def number(value: float, unit: str, otherwise: str) -> Value:
    """Return a number, or none with the reason why there is none."""
    if not math.isfinite(value):
        return Value("number", unit, None, text=otherwise)
    return Value("number", unit, float(value))


def numbers(values: Iterable[float], unit: str = "") -> Value:
    """Return several numbers."""
    return Value("numbers", unit, numbers=tuple(float(one) for one in values))


def series(columns: Mapping[str, tuple[str, Any]], unit: str) -> Value:
    """Return columns: name, unit and numbers of each."""
    data = tuple(np.asarray(values, dtype="<f8").tobytes() for _, values in columns.values())
    return Value("series", unit, series=Series(tuple(columns), tuple(one for one, _ in columns.values()), data))


class Measuring:
    """The driver remembers which input it looked at, and at how many bits: one object of it for each way of looking."""

    def __init__(self, link: Link) -> None:
        self._single: Any = Oscilloscope(link)
        self._triggered: Any = Oscilloscope(link)
        self._many: Any = Oscilloscope(link)
        self._meter: Any = Multimeter(link)

    def capture(self, given: Arguments) -> Value:
        """Record the first so many inputs."""
        return self._recorded(INPUTS[: given["channels"]], given)

    def capture1(self, given: Arguments) -> Value:
        """Record one input."""
        return self._recorded((given["channel"],), given)

    def capture2(self, given: Arguments) -> Value:
        """Record two inputs."""
        return self._recorded(INPUTS[:2], given)

    def capture4(self, given: Arguments) -> Value:
        """Record four inputs."""
        return self._recorded(INPUTS, given)

    def _recorded(self, names: tuple[str, ...], given: Arguments) -> Value:
        trigger = False if given["trigger"] is None else given["trigger"]
        alone = self._single if trigger is False else self._triggered
        scope, channels = (self._many, len(names)) if len(names) > 1 else (alone, next(iter(names)))
        waited_for = given.get("trigger_channel")  # None: the first input
        times, *columns = scope.capture(
            channels, given["samples"], given["timegap"], trigger=trigger, trigger_channel=waited_for
        )
        named = {name: ("V", volts) for name, volts in zip(names, columns, strict=True)}
        return series({"t": ("µs", times), **named}, "V")

    def set_range(self, given: Arguments) -> Value:
        """Choose the range of CH1 or CH2."""
        for scope in (self._single, self._triggered, self._many):
            scope.select_range(given["channel"], given["volts"])
        return Value("nothing")

    def get_voltage(self, given: Arguments) -> Value:
        """Measure a voltage."""
        return number(self._meter.measure_voltage(given["channel"]), "V", "unknown")

    def get_resistance(self, _given: Arguments) -> Value:
        """Measure a resistor."""
        return number(self._meter.measure_resistance(), "Ω", "infinite")

    def get_capacitance(self, _given: Arguments) -> Value:
        """Measure a capacitor; a big one until two measurements agree, because the driver's fit can be far off."""
        farad = self._farad()
        if not farad <= _FITTED:  # nothing found, either
            seen = itertools.pairwise(itertools.chain([farad], (self._farad() for _ in range(_TRIES - 1))))
            farad = next((late for early, late in seen if math.isclose(early, late, rel_tol=_AGREEING)), math.nan)
        return number(farad if farad <= _BIGGEST else math.nan, "F", "too big")

    def _farad(self) -> float:
        try:
            return self._meter.measure_capacitance()
        except ValueError:  # the driver fits a curve to how a big one empties, and found none
            return math.nan
