"""All instruments of a connected device: a call of the table becomes a call of the driver."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from openevent.lab.providers.owner.driving import Driving
from openevent.lab.providers.owner.links import Link
from openevent.lab.providers.owner.measuring import Measuring
from openevent.lab.providers.owner.watching import Watching
from openevent.lab.rules.functions import FUNCTIONS, Call
from openevent.lab.rules.values import Value

RESET: Final = "reset"
USUAL: Final = 3.0  # seconds that a command may take besides the instrument's own time
_LONGER: Final = {"get_capacitance": 20.0, "i2c_scan": 6.0, RESET: 5.0}
_PLACES: Final = {
    "oscilloscope": "measuring",
    "multimeter": "measuring",
    "power": "driving",
    "waves": "driving",
    "pwm": "driving",
    "i2c": "driving",
    "logic": "watching",
    "device": "device",
}


class Instruments:
    """The driver's objects for one connection. They are made anew with the next one, and by a reset."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.measuring = Measuring(link)
        self.driving = Driving(link)
        self.watching = Watching(link)
        self.device = self
        self._does = {name: self._method(name) for name in FUNCTIONS if name != RESET}

    def make_safe(self) -> None:
        """Switch generators off, supplies to 0 V, and pins to low."""
        self.driving.make_safe()

    def _method(self, name: str) -> Callable[[Mapping[str, Any]], Value]:
        function = FUNCTIONS[name]
        method: Callable[[Mapping[str, Any]], Value] = getattr(
            getattr(self, _PLACES[function.instrument]),
            name if function.stands_for in {"", "set_sine"} else function.stands_for,
        )
        return method

    def call(self, call: Call) -> Value:
        """Do a call that has been checked."""
        return self._does[call.function.name](call.arguments)

    def get_version(self, _given: Mapping[str, Any]) -> Value:
        """Ask the device what it is."""
        return Value("text", text=self._link.ask_version())


def seconds_for(call: Call, usual: float = USUAL) -> float:
    """Return how long a call may take: the instrument's own time, and what is usual besides.

    >>> from openevent.lab.rules.functions import checked
    >>> seconds_for(checked("capture", [1, 1000, 1000])), seconds_for(checked("get_edges", ["LA1"], {"timeout": 2}))
    (4.25, 5.0)
    """
    given = call.arguments
    own = given.get("samples", 0) * given.get("timegap", 0) * 1e-6 + given.get("timeout", 0) + given.get("interval", 0)
    waiting = 0.25 if "trigger" in given else 0.0  # the longest that a trigger waits
    return own + waiting + _LONGER.get(call.function.name, usual)
