"""Speaks with the laboratory's service: start, stop, press, and what the cages have shown."""

from __future__ import annotations

import socket
from typing import Any

from openevent.kit.errors import Conflict, Unavailable
from openevent.lab.providers.frames import FrameBroken, receive, send
from openevent.lab.providers.places import service_socket

_SECONDS = 2.0


class ServiceAway(Unavailable):
    """The laboratory's service is not there, or does not answer in time."""

    code = "lab-service-away"


class PressRefused(Conflict):
    """The run is over, or has no such widget."""

    code = "press-refused"


class ServiceClient:
    """One request, one connection, a timeout always. `directory` is where the laboratory's sockets are."""

    def __init__(self, directory: str, seconds: float = _SECONDS) -> None:
        self._directory = directory
        self._seconds = seconds

    def start(self, run_id: int) -> None:
        """Say that a run waits; it is begun at once. Raises ServiceAway (the run waits on, and is begun later)."""
        self._asked({"do": "start", "run": run_id})

    def stop(self, run_id: int, reason: str = "stopped") -> bool:
        """End a run with everything that belongs to it; tell whether it was running. Raises ServiceAway."""
        return bool(self._asked({"do": "stop", "run": run_id, "reason": reason})["was_running"])

    def press(self, run_id: int, widget: str, value: Any = None) -> None:  # noqa: ANN401 -- of the widget's kind
        """Press a button of a run, or give another input its value; raises PressRefused and ServiceAway."""
        self._asked({"do": "press", "run": run_id, "widget": widget, "value": value})

    def tiers(self) -> dict[str, Any]:
        """Return the report of the self-test: `tier` (None while it is tried, or when scripts are off) and `reason`.

        `verdicts` has one entry a tier: tier, is_usable, reason, outcomes (attack, is_stopped, said).
        """
        return self._asked({"do": "tiers"})["report"]

    def _asked(self, request: dict[str, Any]) -> dict[str, Any]:
        if not self._directory:
            raise ServiceAway("The laboratory is switched off here.")
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
                channel.settimeout(self._seconds)
                channel.connect(service_socket(self._directory))
                _send(channel, request)
                answer = receive(channel)
        except (OSError, FrameBroken) as error:
            raise ServiceAway("The laboratory does not answer now; please try again in a moment.") from error
        if "refused" in answer:
            raise PressRefused(answer["refused"])
        return answer


def _send(channel: socket.socket, request: dict[str, Any]) -> None:
    try:
        send(channel, request)
    except (ValueError, OverflowError, RecursionError) as error:  # a number of a hundred digits, half of a letter
        raise PressRefused("This is no value that a script could have.") from error
