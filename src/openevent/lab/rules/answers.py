"""What an instrument's answer says to people, and how pages and programs read it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from openevent.lab.rules.application import Plot, plot_of_columns
from openevent.lab.rules.plots import said
from openevent.lab.rules.values import Value, as_json

# fmt: off
_PREFIXES: Final = (
    (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"), (1e-12, "p"),
)
# fmt: on
_WITH_PREFIX: Final = frozenset({"V", "A", "Hz", "F", "Ω", "s"})
_MOST_NUMBERS = 12  # of a list, in one line of text
_LONGEST = 400


def engineering(value: float, unit: str) -> str:
    """Return a number with its unit, as engineers write it.

    >>> engineering(1.23456, "V"), engineering(1.02e-7, "F"), engineering(0.0, "V"), engineering(12.5, "mA")
    ('1.235 V', '102 nF', '0 V', '12.5 mA')
    """
    if not math.isfinite(value):
        return "unknown"
    if unit not in _WITH_PREFIX or value == 0:
        return f"{value:.6g} {unit}".rstrip()
    factor, prefix = next((one for one in _PREFIXES if abs(value) >= one[0] * 0.9999), _PREFIXES[-1])
    return f"{value / factor:.4g} {prefix}{unit}"


def text_of(value: Value) -> str:
    """Return an answer as one line of text.

    >>> text_of(Value("number", "V", 1.5)), text_of(Value("number", "Ω", None, text="infinite"))
    ('1.5 V', 'infinite')
    >>> text_of(Value("numbers", "", numbers=(1.0, 0.0))), text_of(Value("nothing"))
    ('1, 0', 'Done')
    """
    match value.result:
        case "number":
            return value.text or "no value" if value.number is None else engineering(value.number, value.unit)
        case "numbers":
            return _listed(value.numbers, value.unit)
        case "series":
            return _counted(as_json(value))
        case "text":
            return value.text
        case _:
            return "Done"


def _listed(numbers: Sequence[float], unit: str) -> str:
    more = f" … ({len(numbers)})" if len(numbers) > _MOST_NUMBERS else ""
    return f"{', '.join(said(one) for one in numbers[:_MOST_NUMBERS])}{more} {unit}".strip() or "none"


def _counted(series: Mapping[str, Any] | None) -> str:
    if not series or not series["data"]:
        return "no points"
    return f"{len(series['data'][0])} points of {', '.join(series['columns'][1:])}"


def text_of_json(value: object) -> str:
    """Return an answer that was kept as JSON as one line of text.

    >>> text_of_json(1.5), text_of_json(None), text_of_json([1, 2]), text_of_json({"columns": ["t", "a"], "data": [[]]})
    ('1.5', 'none', '[1, 2]', '0 points of a')
    """
    if isinstance(value, Mapping) and "columns" in value:
        return _counted(cast(Mapping[str, Any], value))
    if isinstance(value, float):
        return said(value)
    text = "none" if value is None else str(cast(object, value))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


def frame_of(value: Value) -> dict[str, Any]:
    """Return an answer as scripts of pages read it.

    >>> frame_of(Value("number", "V", 1.5))
    {'result': 'number', 'unit': 'V', 'value': 1.5, 'text': '1.5 V'}
    """
    return {"result": value.result, "unit": value.unit, "value": as_json(value), "text": text_of(value)}


def plot_of(value: Value) -> Plot | None:
    """Return an answer of columns as a plot; None for any other."""
    if value.series is None:
        return None
    found: dict[str, Any] = as_json(value)
    return plot_of_columns(found["columns"], found["units"], found["data"])


def old_result(value: Value) -> tuple[Any, bool]:
    """Return what the first version of the laboratory answered: lists of numbers as such, all else as text.

    >>> old_result(Value("number", "V", 1.5)), old_result(Value("numbers", "", numbers=(1.0, 2.0)))
    (('1.5', True), ([1.0, 2.0], False))
    """
    match value.result:
        case "number" if value.number is not None:
            return str(value.number), True
        case "numbers":
            return list(value.numbers), False
        case "series":
            found: dict[str, Any] = as_json(value) or {}
            return found.get("data", []), False
        case _:
            return value.text, True
