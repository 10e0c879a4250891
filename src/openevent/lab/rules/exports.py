"""Runs as files, and two runs beside one another."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import msgspec
from msgspec import Struct

from openevent.lab.rules.application import Application, Plot, table_of
from openevent.lab.rules.plots import Line, drawing

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # with which a spreadsheet begins to calculate
_MOST = 1_000_000


class Moment(Struct, frozen=True):
    """Something that happened in a run, and when."""

    number: int
    at: datetime
    kind: str
    payload: Mapping[str, Any]


def cell(value: object) -> object:
    """Return a value as a spreadsheet may have it: a text is never a formula.

    >>> cell("=1+1"), cell(-1.5), cell(None)
    ("'=1+1", -1.5, '')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULAS) else value
    return value if isinstance(value, int | float) else msgspec.json.encode(value).decode()


def _written(rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([[cell(one) for one in row] for row in rows])
    return text.getvalue()


def csv_of_plot(plot: Plot) -> str:
    r"""Return the numbers of a plot as CSV.

    >>> line = Line("CH1", [(0.0, 1.0), (1.0, 2.0)])
    >>> csv_of_plot(Plot(drawing([line]), (line,), "time (s)", "V"))
    'time (s),CH1\r\n0.0,1.0\r\n1.0,2.0\r\n'
    """
    names = [line.name for line in plot.lines]
    return _written([[plot.x_label or "x", *names], *table_of(plot, _MOST)])


def csv_of_run(moments: Iterable[Moment]) -> str:
    r"""Return what happened in a run as CSV, one line each.

    >>> from openevent.lab.rules.examples import NINE
    >>> csv_of_run([Moment(1, NINE, "call", {"name": "get_voltage", "arguments": {}, "value": 1.5})])
    'number,at,kind,what,detail,value\r\n1,2026-03-02T09:00:00+00:00,call,get_voltage,{},1.5\r\n'
    """
    head = ("number", "at", "kind", "what", "detail", "value")
    return _written([head, *(_row(one) for one in moments)])


def _row(one: Moment) -> tuple[object, ...]:
    payload = one.payload
    what = payload.get("name") or payload.get("widget") or payload.get("kind") or ""
    detail = payload.get("arguments", payload.get("text", payload.get("label")))
    value = payload.get("error") or payload.get("value", payload.get("series", payload.get("data")))
    return (one.number, one.at.isoformat(), one.kind, what, detail, value)


def json_of_run(told: Mapping[str, Any], moments: Sequence[Moment]) -> str:
    """Return a run with all that happened in it as JSON."""
    document = {**told, "events": [msgspec.to_builtins(one) for one in moments]}
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()


class Pairs(Struct, frozen=True):
    """What two runs have in common, and where they differ."""

    parameters: tuple[tuple[str, tuple[object, ...]], ...]
    plots: tuple[tuple[str, Plot], ...]


def pairs(given: Sequence[Mapping[str, Any]], apps: Sequence[Application]) -> Pairs:
    """Return the parameters of some runs, and their plots of one name drawn over one another.

    >>> one, two = Application(), Application()
    >>> pairs([{"gain": 1}, {"gain": 2}], [one, two]).parameters
    (('gain', (1, 2)),)
    """
    names = sorted({name for parameters in given for name in parameters})
    plots = dict.fromkeys(widget.name for app in apps for widget in app.plots)
    return Pairs(
        tuple((name, tuple(parameters.get(name) for parameters in given)) for name in names),
        tuple((name, _over(name, apps)) for name in plots),
    )


def _over(name: str, apps: Sequence[Application]) -> Plot:
    found = [(number, widget.plot) for number, app in enumerate(apps, 1) for widget in app.plots if widget.name == name]
    drawn = [(number, cast(Plot, plot)) for number, plot in found]
    lines = tuple(Line(f"{line.name} ({number})", line.points) for number, plot in drawn for line in plot.lines)
    first = drawn[0][1]
    return Plot(drawing(lines), lines, first.x_label, first.y_label)
