"""What watches digital inputs: the logic analyzer, on the driver."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from pslab import LogicAnalyzer

from openevent.lab.providers.owner.links import Link
from openevent.lab.providers.owner.measuring import Arguments, number, numbers, series
from openevent.lab.rules.values import Value

_INPUTS: Final = ("LA1", "LA2", "LA3", "LA4")
_NO_SIGNAL: Final = "no signal"
_MICRO: Final = 1e-6
_A_FEW: Final = 8


class Watching:
    """One object of the driver for each way of watching: it remembers which inputs it watched."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._single: Any = LogicAnalyzer(link)
        self._many: Any = LogicAnalyzer(link)

    def logic_capture(self, given: Arguments) -> Value:
        """Record levels as a drawing has them: a row where any input changes, and one right before."""
        names = _INPUTS[: given["channels"]]
        gap = given["longest_gap"] * _MICRO
        watcher = self._many if len(names) > 1 else self._single
        channels = len(names) if len(names) > 1 else next(iter(names))
        edges = watcher.capture(channels, given["events"], timeout=given["timeout"], e2e_time=gap)
        states = watcher.get_initial_states()
        moments = np.unique(np.concatenate([np.zeros(1), *edges]))
        rows = np.repeat(moments, 2)[1:]
        columns = {
            name: ("", _levels(rows, times, high=states[name])) for name, times in zip(names, edges, strict=True)
        }
        return series({"t": ("µs", rows), **columns}, "")

    def get_edges(self, given: Arguments) -> Value:
        """Record when one input changes."""
        return numbers(self._edges(given["channel"], given["events"], given["timeout"], given["mode"]), "µs")

    def _edges(self, channel: str, events: int, timeout: float, mode: str = "any") -> Any:  # noqa: ANN401 -- numpy
        return self._single.capture(channel, events, timeout=timeout, modes=[mode])[0]

    def get_states(self, _given: Arguments) -> Value:
        """Return the levels now."""
        states = self._single.get_states()
        return numbers(states[name] for name in _INPUTS)

    def get_frequency(self, given: Arguments) -> Value:
        """Measure a frequency."""
        frequency = self._single.measure_frequency(given["channel"], timeout=given["timeout"])
        return number(frequency or np.nan, "Hz", _NO_SIGNAL)

    def get_duty_cycle(self, given: Arguments) -> Value:
        """Measure a period and the share of it that the input is high."""
        watcher: Any = LogicAnalyzer(self._link)  # without a signal the driver's trigger stays as it is left
        try:
            period, duty = watcher.measure_duty_cycle(given["channel"], timeout=given["timeout"])
        except IndexError:
            return Value("numbers", text=_NO_SIGNAL)
        return numbers((period, duty))

    def get_interval(self, given: Arguments) -> Value:
        """Measure the time from a change to the next one at the other input."""
        first, second = given["channel1"], given["channel2"]
        modes = [given["mode1"], given["mode2"]]
        if first == second:
            found = self._edges(first, 2, given["timeout"], modes[0])
            return number(np.diff(found)[0] if len(found) > 1 else np.nan, "µs", _NO_SIGNAL)
        watcher: Any = LogicAnalyzer(self._link)
        ones, others = watcher.capture([first, second], _A_FEW, timeout=given["timeout"], modes=modes)
        later = others[others > ones[0]] if len(ones) else others[:0]
        return number(later[0] - ones[0] if len(later) else np.nan, "µs", _NO_SIGNAL)

    def count_pulses(self, given: Arguments) -> Value:
        """Count rising edges."""
        return number(self._single.count_pulses(given["channel"], interval=given["interval"]), "", _NO_SIGNAL)


def _levels(rows: Any, times: Any, *, high: bool) -> Any:  # noqa: ANN401 -- numpy
    """Return the level in each row: every moment stands there twice, as it is before and as it is after."""
    seen: Any = np
    passed = seen.searchsorted(times, rows, side="right")
    passed[1::2] = seen.searchsorted(times, rows[1::2], side="left")
    return (passed + high) % 2
