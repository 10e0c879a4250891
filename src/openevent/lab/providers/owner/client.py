"""How everybody else speaks with a device: each request over a connection of its own, always with a time limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from openevent.lab.providers.owner.framing import FrameBroken, exchange
from openevent.lab.providers.owner.messages import (
    Ask,
    DeviceFailed,
    DeviceOffline,
    DeviceState,
    Frame,
    Reply,
    WatchSpec,
    error_of,
)
from openevent.lab.rules.values import Value

_QUICK: Final = 2.0  # seconds for what asks the owner alone
_RESET: Final = 15.0
_GRACE: Final = 0.5  # the owner says by itself that time is up; this is how long its word may take
_NOTHING: Final = Value("nothing")


class DeviceClient:
    """The device behind a socket. Safe to use from many threads; raises DeviceOffline, DeviceFailed, DeviceBusy."""

    def __init__(self, socket_path: str) -> None:
        self._path = socket_path

    def call(
        self, function: str, arguments: Mapping[str, Any] | None = None, *, timeout: float = 30.0, turn: int = 0
    ) -> Value:
        """Call a function of the table; `timeout` in seconds holds for waiting and working together.

        With the number of a turn the call is refused (DeviceBusy) once a reset has ended that turn.
        """
        reply = self._asked(Ask("call", function, arguments or {}, timeout, turn=turn), timeout + _GRACE)
        return reply.value or _NOTHING

    def reset(self, after: int = 0) -> None:
        """Make everything safe, and end whatever is at work or waits; returns when that is done.

        Turns with a lower number than `after` are over from now on, also when the device is offline.
        """
        self._asked(Ask("reset", seconds=_RESET, turn=after), _RESET + _GRACE)

    def state(self) -> DeviceState:
        """Tell how the device is; a device without an owner is offline (DeviceOffline)."""
        state = self._asked(Ask("state"), _QUICK).state
        if state is None:
            raise DeviceFailed("The device's process speaks another language.")
        return state

    def watch(self, spec: WatchSpec | None, *, turn: int = 0) -> None:
        """Let the device be looked at again and again; None ends that. Refused like a call when the turn is over."""
        self._asked(Ask("watch", spec=spec, turn=turn), _QUICK)

    def latest(self) -> Frame | None:
        """Return the newest look of the live panel; this costs the device nothing."""
        return self._asked(Ask("latest"), _QUICK).frame

    def _asked(self, ask: Ask, seconds: float) -> Reply:
        try:
            reply = exchange(self._path, ask, seconds)
        except TimeoutError:
            raise DeviceFailed("The device took too long.") from None
        except (FrameBroken, OSError):
            raise DeviceOffline("The device's process does not run.", retry_after=2) from None
        if reply.error:
            raise error_of(reply)
        return reply
