"""What an instrument answers: a number, several, columns of them, a text, or nothing."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from msgspec import Struct


class Series(Struct, frozen=True):
    """Columns of equal length; each is little-endian float64, as bytes."""

    columns: tuple[str, ...]
    units: tuple[str, ...]
    data: tuple[bytes, ...]


class Value(Struct, frozen=True, omit_defaults=True):
    """One answer. `number` is None with a `text` where the instrument has none (nothing connected, no signal)."""

    result: Literal["number", "numbers", "series", "text", "nothing"]
    unit: str = ""
    number: float | None = None
    numbers: tuple[float, ...] = ()
    series: Series | None = None
    text: str = ""


def column(numbers: Iterable[float]) -> bytes:
    """Return a column as it goes over the wire.

    >>> numbers_of(column([1.0, 2.5]))
    [1.0, 2.5]
    """
    listed = list(numbers)
    return struct.pack(f"<{len(listed)}d", *listed)


def numbers_of(data: bytes) -> list[float]:
    """Return the numbers of a column."""
    return list(struct.unpack(f"<{len(data) // 8}d", data))


def as_json(value: Value, most: int = 10_000) -> Any:  # noqa: ANN401 -- JSON
    """Return what JSON faces say: a number or null, a list, a text, or an object of columns (`most` points each).

    >>> as_json(Value("series", series=Series(("t",), ("µs",), (column([0, 1]),))))
    {'columns': ['t'], 'units': ['µs'], 'data': [[0.0, 1.0]]}
    >>> as_json(Value("number", "Ω", None, text="infinite")) is None
    True
    """
    match value.result:
        case "number":
            return value.number
        case "numbers":
            return list(value.numbers)
        case "text":
            return value.text
        case "series" if value.series is not None:
            return _series(value.series, most)
        case _:
            return None


def _series(series: Series, most: int) -> dict[str, Sequence[Any]]:
    data = [numbers_of(one[: most * 8]) for one in series.data]
    return {"columns": list(series.columns), "units": list(series.units), "data": data}
