"""Why the laboratory says no."""

from __future__ import annotations

from openevent.kit.access import ANONYMOUS, Actor
from openevent.kit.errors import Conflict, Forbidden, Invalid, NotFound, SwitchedOff, Unauthenticated
from openevent.kit.services import Services


class LabSwitchedOff(SwitchedOff):
    """The operator has switched the laboratory off."""

    code = "lab-switched-off"


class DeviceUnusable(Conflict):
    """The device is switched off, in repair, or stopped for safety."""

    code = "device-unusable"


class DeviceNotYours(Forbidden):
    """Who asks may not use this device now."""

    code = "device-not-yours"


class LeaseMissing(Conflict):
    """Who asks has no turn at the device now."""

    code = "lease-missing"


class LeaseLimit(Conflict):
    """Nobody may have, or wait for, that many turns at once."""

    code = "lease-limit"


class LeaseUnextendable(Conflict):
    """The turn can't go on: others wait, or its time is used up."""

    code = "lease-unextendable"


class BookingRefused(Invalid):
    """The time can't be booked."""

    code = "booking-refused"


class BookingTaken(Conflict):
    """Somebody else has booked a part of that time."""

    code = "booking-taken"


class ScriptRefused(Invalid):
    """The script can't be kept."""

    code = "script-refused"


class ScriptChanged(Conflict):
    """The script was saved by somebody else, or in another window, since it was read."""

    code = "script-changed"


class ScriptLimit(Conflict):
    """There are too many scripts or versions."""

    code = "script-limit"


class ScriptRunning(Conflict):
    """A script has the device while it runs."""

    code = "script-running"


def refuse_if_off(services: Services) -> None:
    """Raise LabSwitchedOff where the operator has switched the laboratory off."""
    if not services.lab:
        raise LabSwitchedOff("The laboratory is switched off here.")


def refuse_visitors(by: Actor) -> None:
    """Raise Unauthenticated for somebody who has not signed in."""
    if by.kind == ANONYMOUS:
        raise Unauthenticated("Please sign in first.")


def no_such_device() -> NotFound:
    """Return the refusal for a device that is not there, or that the caller must not know of."""
    return NotFound("There is no such device.")
