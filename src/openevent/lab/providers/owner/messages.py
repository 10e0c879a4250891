"""What goes between an owner and its clients, and what may go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

from msgspec import Struct, field

from openevent.kit.errors import Conflict, DomainError, Unavailable
from openevent.lab.rules.functions import (
    ArgumentOutOfRange,
    ArgumentWrong,
    CallRefused,
    FunctionForbidden,
    FunctionUnknown,
)
from openevent.lab.rules.values import Value

Status = Literal["ready", "busy", "offline"]
FASTEST: Final = 10.0  # samples of a live panel, a second


class DeviceOffline(Unavailable):
    """The device does not answer at present; it is tried again and again."""

    code = "device-offline"


class DeviceFailed(Unavailable):
    """The device was asked and gave no sensible answer."""

    code = "device-failed"


class DeviceBusy(Conflict):
    """Others have asked the device for so much that this call would have to wait for too long."""

    code = "device-busy"


class DeviceAddress(Struct, frozen=True):
    """Where a device is: `address` is host:port, or the path of a serial port; a simulator has a wiring instead."""

    id: int
    kind: Literal["simulator", "tcp", "serial"]
    address: str = ""
    wiring: dict[str, Any] = field(default_factory=dict[str, Any])


class DeviceState(Struct, frozen=True):
    """How a device is, and since when; `reason` says what is wrong when it is offline."""

    status: Status
    reason: str
    since: datetime
    version: str = ""


class WatchSpec(Struct, frozen=True):
    """What a live panel looks at: a function that drives nothing, and how often a second."""

    function: str
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])
    per_second: float = 4.0


class Frame(Struct, frozen=True):
    """One look of the live panel; numbers count up. Without a value, `error` says why."""

    number: int
    at: datetime
    spec: WatchSpec
    value: Value | None = None
    error: str = ""


class Ask(Struct, frozen=True, omit_defaults=True):
    """What a client asks for; `seconds` is how long it will wait.

    `turn` is whose turn it is asked for, as a number that grows from turn to turn (0: nobody's). A reset ends all
    turns below its own number: what was granted in them and comes late does not reach the device any more.
    """

    do: Literal["call", "reset", "state", "watch", "latest"]
    function: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])
    seconds: float = 30.0
    spec: WatchSpec | None = None
    turn: int = 0


class Reply(Struct, frozen=True, omit_defaults=True):
    """What the owner says; `error` is the code of a refusal."""

    value: Value | None = None
    state: DeviceState | None = None
    frame: Frame | None = None
    error: str = ""
    detail: str = ""
    argument: str | None = None


_CALLS: Final[tuple[type[CallRefused], ...]] = (ArgumentWrong, ArgumentOutOfRange, FunctionUnknown, FunctionForbidden)
_OTHERS: Final[tuple[type[DomainError], ...]] = (DeviceOffline, DeviceFailed, DeviceBusy)


def reply_of(error: DomainError) -> Reply:
    """Return a refusal as it goes over the socket."""
    return Reply(error=error.code, detail=error.detail, argument=getattr(error, "argument", None))


def error_of(reply: Reply) -> DomainError:
    """Return the refusal of a reply."""
    for refusal in _CALLS:
        if refusal.code == reply.error:
            return refusal(reply.detail, argument=reply.argument)
    kind = next((one for one in _OTHERS if one.code == reply.error), DeviceFailed)
    return kind(reply.detail)
