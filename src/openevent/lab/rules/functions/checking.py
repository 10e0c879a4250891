"""The check of a call: is the function on the list, does every argument fit, do the device's limits allow it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from openevent.lab.rules.functions.kinds import (
    LONGEST_LIST,
    LONGEST_TEXT,
    MISSING,
    Argument,
    ArgumentOutOfRange,
    ArgumentWrong,
    Function,
    FunctionForbidden,
    FunctionUnknown,
    Limits,
    Range,
)
from openevent.lab.rules.functions.table import FUNCTIONS

_HIGHEST = 1e15  # beyond it, no instrument has a number
_NO_LIMITS = Limits()


class Call(Struct, frozen=True):
    """A call that may go to a device: every argument is there, in its own kind."""

    function: Function
    arguments: dict[str, Any]


def checked(
    name: str, positional: Sequence[Any] = (), named: Mapping[str, Any] | None = None, limits: Limits = _NO_LIMITS
) -> Call:
    """Return the call with all its arguments, or raise CallRefused with the rule that is broken.

    >>> checked("set_pv1", [3]).arguments
    {'volts': 3.0}
    >>> checked("set_pv1", [4], limits=Limits(pv1=(-3.3, 3.3)))
    Traceback (most recent call last):
    openevent.lab.rules.functions.kinds.ArgumentOutOfRange: This device allows volts from -3.3 to 3.3 V.
    """
    function = FUNCTIONS.get(name)
    if function is None:
        raise FunctionUnknown("There is no function of this name.")
    if {name, function.stands_for} & set(limits.forbidden):
        raise FunctionForbidden(f"This device does not allow {name}.")
    given = _bound(function, positional, named or {})
    arguments = {one.name: _value(one, given.get(one.name, one.default), limits) for one in function.arguments}
    if function.check is not None:
        function.check(arguments)
    if function.implied is not None:
        argument, worked_out = function.implied
        _number(argument, worked_out(arguments), limits)
    return Call(function, arguments)


def _bound(function: Function, positional: Sequence[Any], named: Mapping[str, Any]) -> dict[str, Any]:
    names = [one.name for one in function.arguments]
    if len(positional) > len(names):
        raise ArgumentWrong(f"{function.name} takes {len(names)} arguments at most.")
    given = dict(zip(names, positional, strict=False))
    for name, value in named.items():
        if name not in names:
            raise ArgumentWrong(f"{function.name} has no argument of this name.", argument=str(name)[:LONGEST_TEXT])
        if name in given:
            raise ArgumentWrong(f"{name} is given twice.", argument=name)
        given[name] = value
    return given


def _value(argument: Argument, value: Any, limits: Limits) -> Any:  # noqa: ANN401 -- as the table says
    if value is MISSING:
        raise ArgumentWrong(f"{argument.name} is missing.", argument=argument.name)
    if value is None and argument.default is None:
        return None
    match argument.kind:
        case "number":
            return _number(argument, value, limits)
        case "integer":
            return _integer(argument, value, limits)
        case "choice":
            return _choice(argument, value)
        case _:
            return _numbers(argument, value, limits)


def _number(argument: Argument, value: Any, limits: Limits) -> float:  # noqa: ANN401 -- from outside
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_HIGHEST < value < _HIGHEST:
        raise ArgumentWrong(f"{argument.name} must be a number.", argument=argument.name)
    _within(argument, value, _own_range(argument), "must be")
    allowed: Range | None = getattr(limits, argument.limit) if argument.limit else None
    if allowed is not None:
        _within(argument, value, allowed, "")
    return float(value)


def _own_range(argument: Argument) -> Range:
    least = -math.inf if argument.least is None else argument.least
    return least, math.inf if argument.most is None else argument.most


def _within(argument: Argument, value: float, allowed: Range, words: str) -> None:
    least, most = allowed
    if least <= value <= most:
        return
    said = f"from {least:g} to {most:g} {argument.unit}".rstrip()
    sentence = f"{argument.name} {words} {said}." if words else f"This device allows {argument.name} {said}."
    raise ArgumentOutOfRange(sentence, argument=argument.name)


def _integer(argument: Argument, value: Any, limits: Limits) -> int:  # noqa: ANN401 -- from outside
    number = _number(argument, value, limits)
    if not number.is_integer():
        raise ArgumentWrong(f"{argument.name} must be a whole number.", argument=argument.name)
    return int(number)


def _choice(argument: Argument, value: Any) -> str | float:  # noqa: ANN401 -- from outside
    if isinstance(value, str):
        value = argument.also.get(value.upper(), value)
        found = next((one for one in argument.choices if str(one).upper() == value.upper()), None)
    else:
        found = None if isinstance(value, bool) else next((one for one in argument.choices if one == value), None)
    if found is None:
        known = ", ".join(str(one) for one in argument.choices)
        raise ArgumentWrong(f"{argument.name} must be one of {known}.", argument=argument.name)
    return found


def _numbers(argument: Argument, value: Any, limits: Limits) -> tuple[float, ...]:  # noqa: ANN401 -- from outside
    if not isinstance(value, list | tuple) or not 0 < len(value) <= LONGEST_LIST:  # pyright: ignore[reportUnknownArgumentType] -- from outside
        raise ArgumentWrong(f"{argument.name} must be a list of 1 to {LONGEST_LIST} numbers.", argument=argument.name)
    return tuple(_number(argument, one, limits) for one in value)  # pyright: ignore[reportUnknownVariableType] -- from outside
