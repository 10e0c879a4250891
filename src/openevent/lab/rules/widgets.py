"""What a script may show: every widget that comes out of a cage is read anew here; only what is known gets through."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

from openevent.kit.errors import Invalid

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # what no page shows and no database takes
LONGEST_TEXT: Final = 10_000
LONGEST_LABEL: Final = 200
MOST_POINTS: Final = 20_000  # of all lines of a plot
MOST_LINES: Final = 8
MOST_COLUMNS: Final = 20
MOST_ROWS: Final = 500
MOST_OPTIONS: Final = 100
_LARGEST = 1e300
_LARGEST_INTEGER = 1 << 53

_Fields = dict[str, Any]


class WidgetRefused(Invalid):
    """A widget is of no known kind, or a part of it is wrong or too large."""

    code = "widget-refused"


def checked_widget(widget: Mapping[str, Any]) -> _Fields:
    """Return a widget with its known fields alone, cleaned; raises WidgetRefused.

    >>> checked_widget({"kind": "label", "name": "a", "text": "4 V", "onclick": "x"})
    {'kind': 'label', 'name': 'a', 'text': '4 V'}
    """
    kind, name = widget.get("kind"), widget.get("name")
    read = _KINDS.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise WidgetRefused(f"There is no widget of this kind: {clean(str(kind))[:50]}.")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise WidgetRefused("A widget's name is letters, digits, _ and -, and begins with a letter; at most 64.")
    return {"kind": kind, "name": name, **read(widget)}


def checked_press(widget: Mapping[str, Any], value: object) -> Any:  # noqa: ANN401 -- a value of the widget's kind
    """Return what a press hands to the script: a value that this widget can have; raises WidgetRefused.

    >>> checked_press({"kind": "slider", "name": "s", "least": 0, "most": 10}, 12)
    10.0
    """
    match widget.get("kind"):
        case "button":
            return None
        case "checkbox" if isinstance(value, bool):
            return value
        case "select" if value in widget.get("options", ()):
            return value
        case "number" | "slider" if (number := _number(value)) is not None:
            least, most = widget.get("least"), widget.get("most")
            number = number if least is None else max(number, float(least))
            return number if most is None else min(number, float(most))
        case _:
            raise WidgetRefused("This widget can't have this value.")


def clean(text: str) -> str:
    r"""Return text without what no page shows.

    >>> clean("4\x00 V\nnew line")
    '4 V\nnew line'
    """
    return _UNFIT.sub("", text)


def cleaned(value: Any, depth: int = 8) -> Any:  # noqa: ANN401 -- JSON
    r"""Return a JSON value that every database can keep: texts cleaned, numbers finite, not nested without end.

    >>> cleaned({"a\x00": [1, 10**400, "b\x00"], "deep": [[[[[[[[[1]]]]]]]]]})
    {'a': [1, None, 'b'], 'deep': [[[[[[[None]]]]]]]}
    """
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list | tuple | dict) and depth == 0:
        return None
    if isinstance(value, dict):
        return {clean(str(key)): cleaned(one, depth - 1) for key, one in cast(dict[Any, Any], value).items()}
    if isinstance(value, list | tuple):
        return [cleaned(one, depth - 1) for one in cast(Sequence[Any], value)]
    if value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) < _LARGEST_INTEGER):
        return value
    return _number(value)


def _text(widget: Mapping[str, Any]) -> _Fields:
    return {"text": _string(widget, "text", LONGEST_TEXT)}


def _button(widget: Mapping[str, Any]) -> _Fields:
    told = {name: _string(widget, name, LONGEST_LABEL) for name in ("target", "display")}
    return {"label": _string(widget, "label", LONGEST_LABEL), "endpoint": _string(widget, "endpoint", 1_000), **told}


def _plot(widget: Mapping[str, Any]) -> _Fields:
    lines = [_line(one) for one in _list(widget, "series", MOST_LINES)]
    points = sum(len(one["x"]) for one in lines)
    if points > MOST_POINTS:
        raise WidgetRefused(f"A plot has at most {MOST_POINTS} points; these are {points}.")
    texts = {name: _string(widget, name, LONGEST_LABEL) for name in ("title", "xlabel", "ylabel")}
    return {**texts, "series": lines}


def _line(line: object) -> _Fields:
    if not isinstance(line, Mapping):
        raise WidgetRefused("A line of a plot has a label, x and y.")
    known = cast(Mapping[str, Any], line)
    x, y = ([_number(one) for one in _list(known, name, MOST_POINTS)] for name in ("x", "y"))
    if len(x) != len(y):
        raise WidgetRefused(f"A line has as many x as y; these are {len(x)} and {len(y)}.")
    return {"label": _string(known, "label", LONGEST_LABEL), "x": x, "y": y}


def _bounded(widget: Mapping[str, Any]) -> _Fields:
    numbers = {name: _number(widget.get(name)) for name in ("least", "most", "step")}
    label = {"label": _string(widget, "label", LONGEST_LABEL), "value": _number(widget.get("value"))}
    return {**label, **numbers, "unit": _string(widget, "unit", 20)}


def _select(widget: Mapping[str, Any]) -> _Fields:
    options = [_cut(one, LONGEST_LABEL) for one in _list(widget, "options", MOST_OPTIONS)]
    value = _string(widget, "value", LONGEST_LABEL)
    return {"label": _string(widget, "label", LONGEST_LABEL), "value": value, "options": options}


def _checkbox(widget: Mapping[str, Any]) -> _Fields:
    return {"label": _string(widget, "label", LONGEST_LABEL), "value": widget.get("value") is True}


def _table(widget: Mapping[str, Any]) -> _Fields:
    columns = [_cut(one, LONGEST_LABEL) for one in _list(widget, "columns", MOST_COLUMNS)]
    rows = [_row(one, len(columns)) for one in _list(widget, "rows", MOST_ROWS)]
    return {"columns": columns, "rows": rows}


def _row(row: object, length: int) -> list[Any]:
    if not isinstance(row, Sequence) or isinstance(row, str) or len(cast(Sequence[Any], row)) != length:
        raise WidgetRefused(f"Every row of this table has {length} cells.")
    return [_cell(one) for one in cast(Sequence[Any], row)]


def _cell(value: object) -> float | str | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value)
    return None if value is None else _cut(value, LONGEST_LABEL)


_KINDS: Final[Mapping[str, Callable[[Mapping[str, Any]], _Fields]]] = {
    "label": _text,
    "text": _text,
    "markdown": _text,
    "button": _button,
    "plot": _plot,
    "number": _bounded,
    "slider": _bounded,
    "select": _select,
    "checkbox": _checkbox,
    "table": _table,
}
KINDS: Final = tuple(_KINDS)
INPUTS: Final = ("button", "number", "slider", "select", "checkbox")


def _string(widget: Mapping[str, Any], name: str, longest: int) -> str:
    value = widget.get(name, "")
    if not isinstance(value, str):
        raise WidgetRefused(f"{name} is a text.")
    return _cut(value, longest)


def _cut(value: object, longest: int) -> str:
    if not isinstance(value, str | int | float):
        raise WidgetRefused("Here stand texts and numbers.")
    return clean(str(value)[: longest + 1])[:longest]


def _list(widget: Mapping[str, Any], name: str, most: int) -> Sequence[Any]:
    value: object = widget.get(name, ())
    if not isinstance(value, list | tuple):
        raise WidgetRefused(f"{name} is a list.")
    found = cast(Sequence[Any], value)
    if len(found) > most:
        raise WidgetRefused(f"{name} has at most {most} entries; these are {len(found)}.")
    return found


def _number(value: object) -> float | None:
    """Return a number that every reader can hold; None for anything else: a gap in a line, a value not given."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < _LARGEST and math.isfinite(value) else None
