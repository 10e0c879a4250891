"""How a device stands for somebody, in words: whose turn it is, when it is one's own, what may be asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct

from openevent.lab.rules.functions import Limits
from openevent.lab.rules.rights import Window

_WORDS: Final[Mapping[str, str]] = {
    "off": "It is switched off.",
    "in-repair": "It is in repair.",
    "killed": "It was stopped for safety.",
    "offline": "It does not answer.",
}
RANGE_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "pv1": ("PV1", "V"),
    "pv2": ("PV2", "V"),
    "pv3": ("PV3", "V"),
    "pcs": ("PCS", "mA"),
    "wave_frequency": ("Waves", "Hz"),
    "pwm_frequency": ("PWM", "Hz"),
    "samples": ("Samples", ""),
    "seconds": ("Waiting", "s"),
}


class Standing(Struct, frozen=True):
    """What one person is told about a device."""

    state: str
    said: str
    seconds: int | None = None


def standing(
    state: str,
    now: datetime,
    *,
    mine: str | None = None,
    my_end: datetime | None = None,
    holder: str | None = None,
    waiting: int = 0,
    position: int | None = None,
    begins_about: datetime | None = None,
    minutes: int = 20,
    opens: Window | None = None,
    is_mine_to_use: bool = True,
) -> Standing:
    """Return how a device stands: `mine` is held, waiting or None; the rest as the queue says.

    >>> from openevent.lab.rules.examples import NINE, HALF_PAST
    >>> standing("free", NINE).said
    'Nobody has it. A turn lasts 20 minutes.'
    >>> standing("held", NINE, mine="held", my_end=HALF_PAST).seconds
    1800
    >>> standing("held", NINE, holder="Bo L.", waiting=2, begins_about=HALF_PAST).said
    'Bo L. has it, 2 wait. Your turn would begin in about 30 minutes.'
    >>> standing("held", NINE, mine="waiting", position=1, begins_about=HALF_PAST).said
    'You are next, in about 30 minutes.'
    """
    if mine == "held":
        left = max(round((my_end - now).total_seconds()), 0) if my_end else 0
        return Standing("yours", "It is your turn.", left)
    if state in _WORDS:
        return Standing("repair" if state == "in-repair" else state, _WORDS[state])
    if mine == "waiting":
        return Standing("waiting", _waiting(now, position, begins_about))
    shown = {"held": "used", "unsafe": "settling"}.get(state, state)
    if not is_mine_to_use:
        return Standing(shown, _closed(opens))
    if state == "free" and not waiting:
        return Standing(shown, f"Nobody has it. A turn lasts {minutes} minutes.")
    begins = f" Your turn would begin in {_about(now, begins_about)}." if begins_about else ""
    return Standing(shown, f"{_held(holder, waiting)}.{begins}")


def _held(holder: str | None, waiting: int) -> str:
    said = f"{holder} has it" if holder else "It is being made ready"
    return f"{said}, {waiting} {'waits' if waiting == 1 else 'wait'}" if waiting else said


def _waiting(now: datetime, position: int | None, begins_about: datetime | None) -> str:
    place = "You are next" if position in {None, 1} else f"You are number {position} in the queue"
    return f"{place}, in {_about(now, begins_about)}." if begins_about and begins_about > now else f"{place}."


def _about(now: datetime, moment: datetime | None) -> str:
    minutes = round((moment - now).total_seconds() / 60) if moment else 0
    if minutes < 1:
        return "less than a minute"
    return f"about {minutes} {'minute' if minutes == 1 else 'minutes'}"


def _closed(opens: Window | None) -> str:
    if opens is None:
        return "It is for holders of its workshop's tickets."
    return f"It is yours to use from {opens.begins:%Y-%m-%d %H:%M} UTC on."


def allowed_texts(limits: Limits) -> tuple[str, ...]:
    """Return what a device allows, where that is less than its instruments can.

    >>> allowed_texts(Limits(pv1=(-3.3, 3.3), forbidden=("i2c_write",)))
    ('PV1 from -3.3 to 3.3 V', 'not i2c_write')
    """
    ranges = [
        f"{label} from {value[0]:g} to {value[1]:g} {unit}".rstrip()
        for name, (label, unit) in RANGE_WORDS.items()
        if (value := getattr(limits, name)) is not None
    ]
    return (*ranges, *(f"not {name}" for name in limits.forbidden))
