"""The process that owns a device, and how others speak with it.

Only the process itself imports the driver (GPL-3) and numpy: everybody else sees the client and its messages.
"""

from __future__ import annotations

from openevent.lab.providers.owner.client import DeviceClient
from openevent.lab.providers.owner.messages import (
    DeviceAddress,
    DeviceBusy,
    DeviceFailed,
    DeviceOffline,
    DeviceState,
    Frame,
    WatchSpec,
)

__all__ = [
    "DeviceAddress",
    "DeviceBusy",
    "DeviceClient",
    "DeviceFailed",
    "DeviceOffline",
    "DeviceState",
    "Frame",
    "WatchSpec",
    "serve",
]


def serve(device: DeviceAddress, socket_path: str) -> None:
    """Own a device until SIGTERM or SIGINT; blocking, one process a device. Raises DeviceBusy if it has an owner."""
    from openevent.lab.providers.owner.process import own  # noqa: PLC0415 -- numpy and the driver: here alone

    own(device, socket_path)
