"""The way to a device: what may be asked of the process that owns it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from openevent.kit.errors import Unavailable
from openevent.lab.rules.values import Value


class DeviceDoor(Protocol):
    """The owner of one device, from outside; every answer comes in time, or Unavailable or Conflict is raised."""

    def call(self, function: str, arguments: Mapping[str, Any], *, timeout: float) -> Value:
        """Have a function done, and return its answer."""
        ...

    def reset(self) -> None:
        """Bring the device into its safe state."""
        ...

    def state(self) -> Any:  # noqa: ANN401 -- the owner's own value
        """Return how the device is: status, reason, since, version."""
        ...

    def watch(self, spec: Any) -> None:  # noqa: ANN401 -- the owner's own value
        """Have the same measurement made again and again, for everybody who looks; None stops that."""
        ...

    def latest(self) -> Any:  # noqa: ANN401 -- the owner's own value
        """Return the last one of those measurements; it costs the device nothing."""
        ...


def device_door(directory: str, device_id: int) -> DeviceDoor:
    """Return the way to a device's owner."""
    raise Unavailable(f"Nothing owns device {device_id} in {directory}.")
