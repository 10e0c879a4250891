"""The values of filters: what each kind of attribute can be compared with."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from openevent.jsonapi.declare import Kind
from openevent.jsonapi.errors import bad_parameter
from openevent.jsonapi.limits import Limits
from openevent.jsonapi.registry import Field
from openevent.jsonapi.values import Refused, moment

TEXTS = frozenset({"string", "email", "url"})
_NUMBERS = frozenset({"integer", "float", "decimal"})
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")  # what PostgreSQL's text does not hold
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_DECIMAL = re.compile(r"[+-]?([0-9]{1,40}(\.[0-9]{0,40})?|\.[0-9]{1,40})([eE][+-]?[0-9]{1,4})?")
_HUGE = 2**63  # what is beyond fits into no integer column
_LOST_PLUS = re.compile(r"(?<=\d) (?=\d\d:?\d\d$)")  # a client that did not escape the + of an offset
_WORDS = {"true": True, "false": False, "1": True, "0": False}


def group(kind: Kind) -> str:
    """Return the family of a kind; values of one family can be compared."""
    if kind in TEXTS:
        return "text"
    return "number" if kind in _NUMBERS else kind


def operand(field: Field, value: Any, limits: Limits) -> Any:  # noqa: ANN401 -- decoded JSON in, a Python value out
    """Return the value as the database takes it; raises ApiError 400 for one that the attribute can't have."""
    if isinstance(value, str) and len(value) > limits.max_filter_text:
        raise bad_parameter("filters", f"{field.name}: longer than {limits.max_filter_text} characters.")
    try:
        return _READERS[field.kind](value)
    except Refused as refused:
        raise bad_parameter("filters", f"{field.name}: {refused}") from None


def is_text(value: str) -> bool:
    """Tell whether both databases can hold and compare this text."""
    return _NOT_TEXT.search(value) is None


def whole(text: str) -> int | None:
    """Return a decimal integer of at most 64 bits, or None."""
    if not _WHOLE.fullmatch(text):
        return None
    found = int(text)
    return found if -_HUGE <= found < _HUGE else None


def _text(value: Any) -> str:  # noqa: ANN401 -- decoded JSON
    if not isinstance(value, str) or not is_text(value):
        raise Refused("Not a valid string.")
    return value


def _number(value: Any) -> float:  # noqa: ANN401 -- decoded JSON
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        value = float(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _HUGE:
        return float(value)
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise Refused("Not a valid number.")


def _integer(value: Any) -> int:  # noqa: ANN401 -- decoded JSON
    if isinstance(value, str):
        value = whole(value)
    elif isinstance(value, float) and value.is_integer():  # JSON knows no integers: 5.0 is 5 (RFC 8259 section 6)
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and -_HUGE <= value < _HUGE:
        return value
    raise Refused("Not a valid integer.")


def _boolean(value: Any) -> bool:  # noqa: ANN401 -- decoded JSON
    found = _WORDS.get(value.lower()) if isinstance(value, str) else value
    if not isinstance(found, bool):
        raise Refused("Not a valid boolean.")
    return found


def _moment(value: Any) -> datetime:  # noqa: ANN401 -- decoded JSON
    return moment(_LOST_PLUS.sub("+", value) if isinstance(value, str) else value)


_READERS: dict[Kind, Callable[[Any], Any]] = {
    "string": _text,
    "email": _text,
    "url": _text,
    "integer": _integer,
    "float": _number,
    "decimal": _number,
    "boolean": _boolean,
    "datetime": _moment,
}
