"""The words of the function table, and the ways in which a call is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from msgspec import UNSET as MISSING
from msgspec import Struct, UnsetType, field

from openevent.kit.errors import Invalid

Instrument = Literal["oscilloscope", "multimeter", "power", "waves", "pwm", "logic", "i2c", "device"]
Result = Literal["number", "numbers", "series", "text", "nothing"]

LONGEST_TEXT: Final = 200
LONGEST_LIST: Final = 512


class CallRefused(Invalid):
    """A function call that the laboratory does not pass on; `argument` names the one at fault."""

    code = "call-refused"

    def __init__(self, detail: str = "", *, argument: str | None = None) -> None:
        super().__init__(detail, parameter=argument)
        self.argument = argument


class CallUnreadable(CallRefused):
    """The text is not one call of a plain name with literal arguments."""

    code = "call-unreadable"


class FunctionUnknown(CallRefused):
    """No instrument has a function of this name."""

    code = "function-unknown"


class FunctionForbidden(CallRefused):
    """The rules of this device leave this function out."""

    code = "function-forbidden"


class ArgumentWrong(CallRefused):
    """An argument is missing, left over, or of the wrong kind."""

    code = "argument-wrong"


class ArgumentOutOfRange(CallRefused):
    """An argument is of the right kind, but outside of what the instrument or the rules of this device allow."""

    code = "argument-out-of-range"


class Argument(Struct, frozen=True):
    """One argument of a function; `default` is MISSING where it has to be given, None where it may be left open."""

    name: str
    kind: Literal["number", "integer", "choice", "numbers"]
    unit: str = ""
    least: float | None = None
    most: float | None = None
    choices: tuple[str | float, ...] = ()
    default: float | str | tuple[float, ...] | UnsetType | None = MISSING
    doc: str = ""
    also: Mapping[str, str] = field(default_factory=dict[str, str])  # older names of choices
    limit: str = ""  # the member of Limits that narrows it


class Function(Struct, frozen=True):
    """One function; `drives` says whether it changes what comes out of the device."""

    name: str
    instrument: Instrument
    arguments: tuple[Argument, ...]
    result: Result
    unit: str
    doc: str
    drives: bool = False
    stands_for: str = ""  # an older name: the function that does the work
    check: Callable[[Mapping[str, Any]], None] | None = None  # what no single argument can tell
    implied: tuple[Argument, Callable[[Mapping[str, Any]], float]] | None = None  # a number that they come to


Range = tuple[float, float]


class Limits(Struct, frozen=True, omit_defaults=True):
    """What one device allows to one role; None leaves the instrument's own range. Written as JSON in its row."""

    pv1: Range | None = None  # volts
    pv2: Range | None = None
    pv3: Range | None = None
    pcs: Range | None = None  # milliamperes
    wave_frequency: Range | None = None  # hertz
    pwm_frequency: Range | None = None
    samples: Range | None = None
    seconds: Range | None = None  # how long one call may wait for something to happen
    forbidden: tuple[str, ...] = ()  # names of functions

    def narrowed(self, by: Limits) -> Limits:
        """Return what both allow.

        >>> both = Limits(pv1=(-3.3, 5.0)).narrowed(Limits(pv1=(-5.0, 3.3), forbidden=("i2c_write",)))
        >>> both.pv1, both.pv2, both.forbidden
        ((-3.3, 3.3), None, ('i2c_write',))
        """
        ranges = {name: _both(getattr(self, name), getattr(by, name)) for name in RANGES}
        return Limits(**ranges, forbidden=tuple(sorted({*self.forbidden, *by.forbidden})))


RANGES: Final = tuple(name for name in Limits.__struct_fields__ if name != "forbidden")


def _both(one: Range | None, other: Range | None) -> Range | None:
    if one is None or other is None:
        return one or other
    return max(one[0], other[0]), min(one[1], other[1])
