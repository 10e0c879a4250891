"""What a run shows: its events folded into the state of its application."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from markdown_it import MarkdownIt
from msgspec import Struct, field

from openevent.lab.rules.plots import Drawing, Line, drawing

MOST_TEXTS = 500  # lines of output that a page shows; the export has them all
_INPUTS = frozenset({"number", "slider", "select", "checkbox"})
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


class Happened(Struct, frozen=True):
    """One event of a run."""

    number: int
    kind: str
    payload: Mapping[str, Any]


class Plot(Struct, frozen=True):
    """A plot: what to draw, and the numbers themselves for whoever wants a table."""

    drawing: Drawing
    lines: tuple[Line, ...]
    x_label: str
    y_label: str
    title: str = ""


class Widget(Struct, frozen=True):
    """One thing on the page; `value` of an input is what was last chosen."""

    kind: str
    name: str
    number: int  # of the event that it came with last
    label: str = ""
    text: str = ""
    value: Any = None
    options: tuple[Any, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    least: float | None = None
    most: float | None = None
    step: float | None = None
    unit: str = ""
    plot: Plot | None = None
    endpoint: str = ""  # of a button: the function string that its press runs
    target: str = ""  # of a button: the widget that shows what came of it, and how
    display: str = ""

    @property
    def is_input(self) -> bool:
        """Whether somebody can set it."""
        return self.kind in _INPUTS

    @property
    def markup(self) -> str:
        """Return a markdown text as markup, in which nothing that the script wrote is markup of its own."""
        return cast(str, _MARKDOWN.render(self.text))


class Failure(Struct, frozen=True):
    """What went wrong, and in which line of the source."""

    text: str
    line: int | None = None
    traceback: tuple[tuple[int, str], ...] = ()


class Application(Struct, frozen=True):
    """All that the page of a run shows of it."""

    widgets: tuple[Widget, ...] = ()
    texts: tuple[str, ...] = ()
    left_out: int = 0  # lines of output before those
    failures: tuple[Failure, ...] = ()
    limits: tuple[str, ...] = ()
    calls: int = 0
    last: int = 0  # number of the newest event

    @property
    def plots(self) -> tuple[Widget, ...]:
        """The widgets that are plots."""
        return tuple(widget for widget in self.widgets if widget.plot)


class _Seen(Struct):
    widgets: dict[str, Widget] = field(default_factory=dict[str, Widget])
    places: dict[str, int] = field(default_factory=dict[str, int])
    texts: list[str] = field(default_factory=list[str])
    failures: list[Failure] = field(default_factory=list[Failure])
    limits: list[str] = field(default_factory=list[str])
    calls: int = 0
    last: int = 0


def application(events: Iterable[Happened], *, shows_calls: bool = False) -> Application:
    """Return what a run shows after these events, which are in their order; a single call shows its answer.

    >>> events = [("text", {"text": "hello"}), ("widget", {"kind": "label", "name": "volts", "text": "1.2 V"})]
    >>> found = application(Happened(number, *one) for number, one in enumerate(events, 1))
    >>> found.texts, [(one.name, one.text) for one in found.widgets], found.last
    (('hello',), [('volts', '1.2 V')], 2)
    """
    seen = _Seen()
    for one in events:
        seen.last = max(seen.last, one.number)
        _take(seen, one)
        if shows_calls and one.kind == "call":
            _show_call(seen, one)
    shown = sorted(seen.widgets.values(), key=lambda widget: seen.places[widget.name])
    return Application(
        tuple(shown),
        tuple(seen.texts[-MOST_TEXTS:]),
        max(len(seen.texts) - MOST_TEXTS, 0),
        tuple(seen.failures),
        tuple(seen.limits),
        seen.calls,
        seen.last,
    )


def _take(seen: _Seen, one: Happened) -> None:
    payload = one.payload
    match one.kind:
        case "text":
            seen.texts.append(_text(payload.get("text")))
        case "widget":
            made = widget(one.number, payload)
            seen.widgets[made.name] = made
            seen.places.setdefault(made.name, int(payload.get("place", one.number)))
        case "series":
            made = _series(one)
            seen.widgets[made.name] = made
            seen.places.setdefault(made.name, one.number)
        case "error":
            seen.failures.append(_failure(payload))
        case "limit":
            seen.limits.append(_text(payload.get("text")))
        case "call":
            seen.calls += 1
        case _:
            pass


def _show_call(seen: _Seen, one: Happened) -> None:
    value: Any = one.payload.get("value")
    name = _text(one.payload.get("name"))
    if isinstance(value, dict) and "columns" in value:
        columns = cast(Mapping[str, Any], value)
        plot = plot_of_columns(columns["columns"], columns.get("units", ()), columns["data"], name)
        seen.widgets[name] = Widget("plot", name, one.number, label=name, plot=plot)
    else:
        known = one.payload.get("error") or one.payload.get("text")
        said = _text(known) or f"{_text(cast(object, value))} {_text(one.payload.get('unit'))}".strip()
        seen.widgets[name] = Widget("label", name, one.number, text=said or "Done")
    seen.places.setdefault(name, one.number)


def widget(number: int, payload: Mapping[str, Any]) -> Widget:
    """Return the widget of an event's payload.

    >>> widget(1, {"kind": "slider", "name": "f", "label": "Frequency", "value": 5, "least": 0, "most": 9}).most
    9
    """
    kind, name = _text(payload.get("kind")), _text(payload.get("name")) or f"widget-{number}"
    options = payload.get("options") or ()
    return Widget(
        kind,
        name,
        number,
        label=_text(payload.get("label")),
        text=_text(payload.get("text")),
        value=payload.get("value"),
        options=tuple(options),
        columns=tuple(_text(one) for one in payload.get("columns") or ()),
        rows=tuple(tuple(row) for row in payload.get("rows") or ()),
        least=payload.get("least"),
        most=payload.get("most"),
        step=payload.get("step"),
        unit=_text(payload.get("unit")),
        plot=_plot(payload) if kind == "plot" else None,
        endpoint=_text(payload.get("endpoint")),
        target=_text(payload.get("target")),
        display=_text(payload.get("display")),
    )


def _plot(payload: Mapping[str, Any]) -> Plot:
    found: Sequence[Mapping[str, Any]] = payload.get("series") or (
        [{"label": payload.get("label") or payload.get("name"), "x": payload.get("x", ()), "y": payload.get("y", ())}]
    )
    named = [(_text(one.get("label")) or _text(one.get("name")), one) for one in found]
    lines = tuple(
        Line(name or f"line {at}", _points(one.get("x") or (), one.get("y") or ()))
        for at, (name, one) in enumerate(named, 1)
    )
    title = _text(payload.get("title") or payload.get("label"))
    return Plot(drawing(lines), lines, _text(payload.get("xlabel")), _text(payload.get("ylabel")), title)


def _points(x: Sequence[Any], y: Sequence[Any]) -> list[tuple[float, float]]:
    return [(_number(one), _number(other)) for one, other in zip(x, y, strict=False)]


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else math.nan


def _series(one: Happened) -> Widget:
    payload = one.payload
    name = _text(payload.get("name")) or f"series-{one.number}"
    plot = plot_of_columns(payload.get("columns") or (), payload.get("units") or (), payload.get("data") or (), name)
    return Widget("plot", name, one.number, label=name, plot=plot)


def plot_of_columns(
    columns: Sequence[str], units: Sequence[str], data: Sequence[Sequence[Any]], title: str = ""
) -> Plot:
    """Return what was measured as a plot over its first column.

    >>> found = plot_of_columns(["time", "CH1"], ["µs", "V"], [[0, 10], [1.0, 2.0]])
    >>> found.x_label, found.y_label, found.lines[0].points
    ('time (µs)', 'V', [(0.0, 1.0), (10.0, 2.0)])
    """
    first: Sequence[Any] = data[0] if data else ()
    named = zip(columns[1:], data[1:], strict=False)
    lines = tuple(Line(_text(column), _points(first, values)) for column, values in named)
    up = _text(units[1]) if len(units) > 1 else ""
    return Plot(drawing(lines), lines, _axis(columns, units, 0), up, title)


def _axis(columns: Sequence[str], units: Sequence[str], at: int) -> str:
    column = _text(columns[at]) if len(columns) > at else ""
    unit = _text(units[at]) if len(units) > at else ""
    return f"{column} ({unit})" if unit else column


def _failure(payload: Mapping[str, Any]) -> Failure:
    line = payload.get("line")
    steps: Sequence[Mapping[str, Any]] = payload.get("traceback") or ()
    return Failure(
        _text(payload.get("text")),
        line if isinstance(line, int) else None,
        tuple((int(step.get("line") or 0), _text(step.get("code"))) for step in steps),
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


def table_of(plot: Plot, most: int) -> list[tuple[float | None, ...]]:
    """Return a plot's numbers as rows, x first, so many at most; what a line has no number for is None.

    >>> line = Line("a", [(0.0, 1.0), (1.0, 2.0)])
    >>> table_of(Plot(drawing([line]), (line,), "", ""), 1)
    [(0.0, 1.0)]
    """
    rows: dict[float, list[float | None]] = {}
    for at, line in enumerate(plot.lines):
        for x, y in line.points:
            if x not in rows and len(rows) >= most:
                continue
            rows.setdefault(x, [None] * len(plot.lines))[at] = y if math.isfinite(y) else None
    return [(x, *values) for x, values in rows.items()]
