"""What can be said about a device: where it is, and how long one may have it."""

from __future__ import annotations

import re
from typing import Any, Final, Literal

from msgspec import Struct

from openevent.lab.rules.limits import limits_fault

Kind = Literal["simulator", "tcp", "serial"]
State = Literal["free", "held", "unsafe", "off", "in-repair", "killed"]
KINDS: Final = ("simulator", "tcp", "serial")
LONGEST_TURN: Final = 480  # minutes
_TCP = re.compile(r"(?:[A-Za-z0-9.-]{1,180}|\[[0-9A-Fa-f:]{2,45}\]):[0-9]{1,5}")
_SERIAL = re.compile(r"/dev/[A-Za-z0-9_./-]{1,150}")


class Fault(Struct, frozen=True):
    """What is wrong, and where."""

    detail: str
    pointer: str


def device_fault(kind: str, address: str, limits: Any, minutes: int) -> Fault | None:  # noqa: ANN401 -- JSON
    """Return what is wrong with a device; None when nothing is.

    >>> device_fault("simulator", "", {}, 20), device_fault("tcp", "10.0.0.7:2000", {}, 20)
    (None, None)
    >>> device_fault("tcp", "somewhere", {}, 20).detail
    'The address of a tcp device is host:port.'
    >>> device_fault("serial", "/dev/../etc/passwd", {}, 20).detail
    'The address of a serial device is below /dev.'
    >>> device_fault("serial", "/dev/ttyACM0", {}, 0).detail, device_fault("radio", "", {}, 1).pointer
    ('A turn lasts 1 to 480 minutes.', '/data/attributes/kind')
    >>> device_fault("simulator", "", {"pv9": 1}, 20).pointer
    '/data/attributes/limits'
    """
    if kind not in KINDS:
        return Fault("A device is a simulator, or reached over tcp or serial.", "/data/attributes/kind")
    where = _address_fault(kind, address)
    if where:
        return Fault(where, "/data/attributes/address")
    if not 1 <= minutes <= LONGEST_TURN:
        return Fault(f"A turn lasts 1 to {LONGEST_TURN} minutes.", "/data/attributes/minutes")
    allowed = limits_fault(limits)
    return Fault(allowed, "/data/attributes/limits") if allowed else None


def _address_fault(kind: str, address: str) -> str | None:
    if kind == "tcp":
        is_port = _TCP.fullmatch(address) and 0 < int(address.rpartition(":")[2]) < 65_536  # noqa: PLR2004 -- 16 bit
        return None if is_port else "The address of a tcp device is host:port."
    if kind == "serial" and (not _SERIAL.fullmatch(address) or ".." in address):
        return "The address of a serial device is below /dev."
    return None


def state_of(*, is_on: bool, is_in_repair: bool, is_killed: bool, is_unsafe: bool, is_held: bool) -> State:
    """Return what is the matter with a device, the worst first.

    >>> state_of(is_on=True, is_in_repair=False, is_killed=False, is_unsafe=False, is_held=False)
    'free'
    >>> state_of(is_on=True, is_in_repair=False, is_killed=True, is_unsafe=True, is_held=True)
    'killed'
    """
    if is_killed:
        return "killed"
    if is_in_repair:
        return "in-repair"
    if not is_on:
        return "off"
    if is_held:
        return "held"
    return "unsafe" if is_unsafe else "free"
