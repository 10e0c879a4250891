"""Where the sockets of the laboratory's processes are: a directory that only this account may enter."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from openevent.kit.errors import Unavailable

_LONGEST = 107  # bytes of a Unix socket's path, unix(7)
_LONGEST_NAME = "device-9223372036854775807.sock"
_OWN = 0o700


def socket_directory(data: str) -> str:
    """Return where the sockets of an installation are: below its data, or below /tmp when that path is too long.

    >>> socket_directory("/srv/openevent/data")
    '/srv/openevent/data/lab'
    """
    place = Path(data).resolve() / "lab"
    if len(os.fsencode(place / _LONGEST_NAME)) <= _LONGEST:
        return str(place)
    name = hashlib.sha256(os.fsencode(place)).hexdigest()[:24]
    return str(Path(tempfile.gettempdir()) / f"openevent-lab-{name}")


def prepare_directory(directory: str) -> None:
    """Make the directory; raises Unavailable when it belongs to somebody else or lets others in."""
    place = Path(directory)
    place.mkdir(mode=_OWN, parents=True, exist_ok=True)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise Unavailable(f"{directory} belongs to somebody else.")
    place.chmod(_OWN)


def device_socket(directory: str, device_id: int) -> str:
    """Return the socket of the process that owns a device.

    >>> device_socket("/srv/lab", 3)
    '/srv/lab/device-3.sock'
    """
    return f"{directory}/device-{device_id}.sock"


def service_socket(directory: str) -> str:
    """Return the socket of the process that runs scripts.

    >>> service_socket("/srv/lab")
    '/srv/lab/service.sock'
    """
    return f"{directory}/service.sock"
