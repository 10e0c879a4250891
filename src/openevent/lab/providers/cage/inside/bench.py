"""What a script has of the world: calls that are answered, things to show, and presses of people."""

from __future__ import annotations

import base64
import math
import time
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from openevent.lab.providers.cage.inside.channel import Channel

_LONGEST_LINE = 4_000


class Refused(Exception):
    """The laboratory refuses a call; `code` says which rule."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def plain(value: Any) -> Any:  # noqa: ANN401 -- whatever a script has
    """Return a value as JSON can hold it: arrays as lists, what is no number as None. Raises TypeError.

    >>> plain((1, float("inf"), "CH1"))
    [1, None, 'CH1']
    """
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if hasattr(value, "tolist"):  # numpy's arrays and numbers, arrays of the library
        return plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in cast(Mapping[Any, Any], value).items()}
    if isinstance(value, Iterable):
        return [plain(one) for one in cast(Iterable[Any], value)]
    raise TypeError(f"{type(value).__name__} can't be sent: numbers, texts and lists of them can.")


def series(value: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the columns of a measured series: numpy's arrays where numpy is, else arrays of Python's library."""
    columns = [base64.b64decode(one) for one in value["data"]]
    try:
        import numpy as np  # noqa: PLC0415 -- only scripts that measure series pay for it
    except ImportError:
        return tuple(array("d", one) for one in columns)
    return tuple(np.frombuffer(one, "<f8").copy() for one in columns)


class Bench:
    """The script's side of the channel."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._last = 0
        self._presses: deque[tuple[str, Any]] = deque()
        self._handlers: dict[str, Callable[[Any], None]] = {}
        self._is_handling = False
        self.has_inputs = False
        self.said_instead = ""  # of a number that the device did not have: infinite, no signal
        self.on_error: Callable[[BaseException], None] = lambda _error: None

    def call(self, name: str, positional: Iterable[Any] = (), named: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 -- what the device says
        """Call a function of the device and wait for what it says; raises Refused."""
        return self._answered({"name": name, "positional": plain(positional), "named": plain(named or {})})

    def call_text(self, text: str) -> Any:  # noqa: ANN401 -- what the device says
        """Call what a function string says, such as get_voltage('CH1')."""
        return self._answered({"text": text})

    def _answered(self, asked: dict[str, Any]) -> Any:  # noqa: ANN401 -- what the device says
        self._last += 1
        self._channel.send({"do": "call", "id": self._last, **asked})
        while True:
            message = self._channel.receive()
            if message is None or message.get("id") != self._last:
                self._keep(message)
            elif "refused" in message:
                raise Refused(message["refused"]["code"], message["refused"]["text"])
            else:
                value, self.said_instead = message["value"], message.get("text", "")
                return series(cast(dict[str, Any], value)) if isinstance(value, dict) else value

    def show(self, widget: dict[str, Any]) -> None:
        """Draw a widget, or draw it again."""
        self._channel.send({"do": "widget", "widget": plain(widget)})

    def say(self, text: str) -> None:
        """Show lines of text."""
        for first in range(0, len(text), _LONGEST_LINE):
            self._channel.send({"do": "text", "text": text[first : first + _LONGEST_LINE]})

    def tell(self, message: dict[str, Any]) -> None:
        """Tell the runner something about the run itself."""
        self._channel.send(message)

    def listen(self, name: str, handler: Callable[[Any], None]) -> None:
        """Call the handler with the value when somebody presses or changes this widget."""
        self._handlers[name] = handler
        self.has_inputs = True

    def sleep(self, seconds: float) -> None:
        """Wait, and meanwhile do what people press; never returns late because of more than one handler."""
        end = time.monotonic() + max(0.0, float(seconds))
        while True:
            self._handle()
            left = end - time.monotonic()
            if left <= 0:
                return
            self._keep(self._channel.receive(left))

    def loop(self) -> None:
        """Do what people press, until the run is stopped."""
        self._channel.send({"do": "waiting"})
        while True:
            self._handle()
            self._keep(self._channel.receive())

    def _keep(self, message: Mapping[str, Any] | None) -> None:
        if message is not None and "press" in message:
            self._presses.append((message["press"], message.get("value")))

    def _handle(self) -> None:
        """Run the handlers of what was pressed; one that waits itself does not begin another."""
        while self._presses and not self._is_handling:
            name, value = self._presses.popleft()
            self._is_handling = True
            try:
                self._handlers.get(name, lambda _value: None)(value)
            except Exception as error:  # noqa: BLE001 -- a button that fails is told; the others go on
                self.on_error(error)
            finally:
                self._is_handling = False
