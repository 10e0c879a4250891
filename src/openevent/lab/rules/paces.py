"""How long a call may take, and how what was asked and answered is written into the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

_ANSWER: Final = 5.0  # seconds for what takes an instrument no time
_LONGEST: Final = 60.0
_LETTERS: Final = 200
_ITEMS: Final = 8
_MICRO: Final = 1e6


def seconds_of(arguments: Mapping[str, Any]) -> float:
    """Return how many seconds a call with these arguments may take before its device counts as gone.

    >>> seconds_of({"channel": "CH1"}), seconds_of({"samples": 1000, "timegap": 2000}), seconds_of({"timeout": 3})
    (5.0, 9.0, 8.0)
    >>> seconds_of({"seconds": 1000})
    60.0
    """
    waits = max(_number(arguments.get("timeout")), _number(arguments.get("seconds")))
    samples = _number(arguments.get("samples")) * _number(arguments.get("timegap")) / _MICRO
    return min(_ANSWER + waits + 2 * samples, _LONGEST)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def summary(value: Any) -> Any:  # noqa: ANN401 -- JSON values
    """Return a value as the log keeps it: long texts and lists are cut.

    >>> summary({"channel": "CH1", "points": list(range(100))})
    {'channel': 'CH1', 'points': [0, 1, 2, 3, 4, 5, 6, 7, '... 100']}
    >>> len(summary("a" * 1000))
    200
    """
    if isinstance(value, str):
        return value[:_LETTERS]
    if isinstance(value, Mapping):
        return {str(key)[:_LETTERS]: summary(one) for key, one in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] -- JSON
    if isinstance(value, Sequence):
        shown = [summary(one) for one in value[:_ITEMS]]  # pyright: ignore[reportUnknownVariableType] -- JSON
        return shown if len(value) <= _ITEMS else [*shown, f"... {len(value)}"]  # pyright: ignore[reportUnknownArgumentType] -- JSON
    return value if value is None or isinstance(value, bool | int | float) else str(value)[:_LETTERS]
