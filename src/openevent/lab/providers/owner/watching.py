"""What watches digital inputs: the logic analyzer, on the driver."""

from __future__ import annotations

from time import monotonic, sleep
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
_PAIR: Final = 2
_BETWEEN: Final = 0.001  # seconds between two looks at how far a recording is


class Watching:
    """Digital inputs on the driver.

    The driver reads while the device still records, in pieces: a time that comes when its piece has been read is
    missing in front of later ones, which are then taken for something else. So what is recorded here is recorded to
    its end first, and read then. The driver's object remembers the inputs of an earlier capture and would wait for
    them, so there is a new one each time.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._single: Any = LogicAnalyzer(link)

    def logic_capture(self, given: Arguments) -> Value:
        """Record levels as a drawing has them: a row where any input changes, and one right before."""
        names = _INPUTS[: given["channels"]]
        gap = given["longest_gap"] * _MICRO
        edges, states = self._captured(list(names), given, e2e_time=gap)
        moments = np.unique(np.concatenate([np.zeros(1), *edges]))
        rows = np.repeat(moments, 2)[1:]
        columns = {
            name: ("", _levels(rows, times, high=states[name])) for name, times in zip(names, edges, strict=True)
        }
        return series({"t": ("µs", rows), **columns}, "")

    def get_edges(self, given: Arguments) -> Value:
        """Record when one input changes."""
        return numbers(self._captured([given["channel"]], given, modes=[given["mode"]])[0][0], "µs")

    def _captured(self, names: list[str], given: Arguments, **options: Any) -> tuple[list[Any], dict[str, bool]]:  # noqa: ANN401 -- the driver's
        """Return when each input changed, and the levels at the beginning; fewer changes when the time is over."""
        events: int = given["events"]
        watcher: Any = LogicAnalyzer(self._link)
        until = monotonic() + given["timeout"]
        which = names if len(names) == _PAIR else names[0] if len(names) == 1 else len(names)
        watcher.capture(which, events, block=False, **options)
        while not _is_recorded(watcher, events) and monotonic() < until:
            sleep(_BETWEEN)
        states = watcher.get_initial_states()
        watcher.stop()
        return [times[:events] for times in watcher.fetch_data()[: len(names)]], states

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
            found = self._captured([first], {**given, "events": 2}, modes=modes[:1])[0][0]
            return number(np.diff(found)[0] if len(found) > 1 else np.nan, "µs", _NO_SIGNAL)
        (ones, others), _ = self._captured([first, second], {**given, "events": _A_FEW}, modes=modes)
        later = others[others > ones[0]] if len(ones) else others[:0]
        return number(later[0] - ones[0] if len(later) else np.nan, "µs", _NO_SIGNAL)

    def count_pulses(self, given: Arguments) -> Value:
        """Count rising edges."""
        return number(self._single.count_pulses(given["channel"], interval=given["interval"]), "", _NO_SIGNAL)


def _is_recorded(watcher: Any, events: int) -> bool:  # noqa: ANN401 -- the driver's
    """Tell whether every input has changed so often; an input that has not changed at all is counted as full."""
    return (
        watcher.get_progress() >= events
        and all(len(times) for times in watcher.fetch_data())
        and watcher.get_progress() >= events
    )


def _levels(rows: Any, times: Any, *, high: bool) -> Any:  # noqa: ANN401 -- numpy
    """Return the level in each row: every moment stands there twice, as it is before and as it is after."""
    seen: Any = np
    passed = seen.searchsorted(times, rows, side="right")
    passed[1::2] = seen.searchsorted(times, rows[1::2], side="left")
    return (passed + high) % 2
