"""The widgets that a script can make. Each is the text of its own name, and can be changed by its methods."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

from openevent.lab.providers.cage.inside.bench import Bench, Refused

_Callback = Callable[..., Any]
_UNFIT = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_NAME = 64


class Widget(str):
    """Something on the page; as a text it is its name, so that it can be somebody's target."""

    __slots__ = ("_bench", "fields")
    _bench: Bench
    fields: dict[str, Any]

    def __new__(cls, bench: Bench, kind: str, name: str, fields: dict[str, Any]) -> Self:
        """Make it and show it."""
        made = super().__new__(cls, name)
        made._bench = bench
        made.fields = {"kind": kind, "name": name, **fields}
        bench.show(made.fields)
        return made

    @property
    def value(self) -> Any:  # noqa: ANN401 -- a number, a text, or whether
        """What it holds now: people change it."""
        return self.fields.get("value", self.fields.get("text"))

    def set(self, **fields: Any) -> None:  # noqa: ANN401 -- of the widget's kind
        """Change it: text=..., value=..., series=..., rows=..."""
        self.fields.update(fields)
        self._bench.show(self.fields)


class Widgets:
    """Makes widgets, with names that nobody has yet."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._made: dict[str, Widget] = {}

    def label(self, text: object, name: str | None = None, html_class: str = "") -> Widget:  # noqa: ARG002 -- scripts of old give it
        """Show a label; a class means nothing here."""
        return self._make("label", name or "label", {"text": str(text)})

    def print_(self, text: object, name: str | None = None) -> Widget:
        """Show a line of text that can be changed later."""
        return self._make("text", name or "text", {"text": str(text)})

    def text(self, text: object, name: str | None = None) -> Widget:
        """Show a text."""
        return self._make("text", name or "text", {"text": str(text)})

    def markdown(self, text: object, name: str | None = None) -> Widget:
        """Show a text with headings, lists and emphasis."""
        return self._make("markdown", name or "markdown", {"text": str(text)})

    def table(self, columns: Iterable[object], rows: Iterable[Iterable[Any]] = (), name: str | None = None) -> Widget:
        """Show a table."""
        said = {"columns": [str(one) for one in columns], "rows": [list(row) for row in rows]}
        return self._make("table", name or "table", said)

    def plot(
        self,
        x: Any,  # noqa: ANN401 -- numbers
        y: Any = None,  # noqa: ANN401 -- numbers, or lists of numbers
        *more: Any,  # noqa: ANN401 -- further lines
        name: str | None = None,
        title: str = "",
        xlabel: str = "",
        ylabel: str = "",
        labels: Sequence[str] = (),
    ) -> Widget:
        """Draw lines of x, y and further y, or of y alone. The same name again draws it anew in its place."""
        fields = {"title": title, "xlabel": xlabel, "ylabel": ylabel, "series": _lines(x, y, more, labels)}
        known = self._made.get(name or "")
        if known is not None and known.fields["kind"] == "plot":
            known.set(**fields)
            return known
        return self._make("plot", name or "plot", fields)

    def number(  # noqa: PLR0917 -- scripts give them in this order
        self,
        label: str,
        value: float = 0.0,
        least: float | None = None,
        most: float | None = None,
        step: float | None = None,
        unit: str = "",
        name: str | None = None,
        on_change: _Callback | None = None,
    ) -> Widget:
        """Let people type a number."""
        fields = {"label": label, "value": value, "least": least, "most": most, "step": step, "unit": unit}
        return self._input("number", name or label, fields, on_change)

    def slider(  # noqa: PLR0917 -- same
        self,
        label: str,
        value: float = 0.0,
        least: float = 0.0,
        most: float = 100.0,
        step: float | None = None,
        unit: str = "",
        name: str | None = None,
        on_change: _Callback | None = None,
    ) -> Widget:
        """Let people choose a number between two others."""
        fields = {"label": label, "value": value, "least": least, "most": most, "step": step, "unit": unit}
        return self._input("slider", name or label, fields, on_change)

    def select(
        self,
        label: str,
        options: Iterable[object],
        value: object = None,
        name: str | None = None,
        on_change: _Callback | None = None,
    ) -> Widget:
        """Let people choose one of several texts."""
        texts = [str(one) for one in options]
        chosen = str(value) if value is not None else next(iter(texts), "")
        return self._input("select", name or label, {"label": label, "value": chosen, "options": texts}, on_change)

    def checkbox(
        self,
        label: str,
        value: bool = False,  # noqa: FBT001, FBT002 -- checkbox("Average", True) reads well
        name: str | None = None,
        on_change: _Callback | None = None,
    ) -> Widget:
        """Let people say yes or no."""
        return self._input("checkbox", name or label, {"label": label, "value": bool(value)}, on_change)

    def button(  # noqa: PLR0917 -- same: scripts of old do
        self,
        label: str,
        endpoint: str | _Callback,
        displayType: str = "display_number",  # noqa: N803 -- what scripts of old say
        name: str | None = None,
        target: str | None = None,
        stacking: str = "xy",
    ) -> Widget:
        """Show a button that calls a function of the script, or what a function string says.

        Of a function string the result goes to `target` (a label is made when there is none): displayType
        display_number (three decimals), display (as text) or update-plot (lines, stacked as xy, xyy or xyyyy).
        """
        if not isinstance(endpoint, str) and not callable(endpoint):
            raise TypeError("A button calls a function, or what a text such as get_voltage('CH1') says.")
        made = self._make("button", name or "button", {"label": str(label)})
        if callable(endpoint):
            self._bench.listen(made, lambda _value: _called(endpoint, None))
            return made
        shown = self._made.get(target or "") or self._make("label", f"{made}-result", {"text": ""})
        made.set(endpoint=endpoint, target=shown, display=displayType)
        self._bench.listen(made, lambda _value: self._run(endpoint, shown, displayType, stacking.count("y")))
        return made

    def _run(self, text: str, target: Widget, display: str, lines: int) -> None:
        try:
            result = self._bench.call_text(text)
        except Refused as refused:
            target.set(text=str(refused))
            return
        if display == "update-plot" and target.fields["kind"] == "plot" and isinstance(result, tuple):
            columns: list[Any] = list(result)  # pyright: ignore[reportUnknownArgumentType] -- columns of numbers
            target.set(series=_lines(columns[0], columns[1], columns[2 : lines + 1], ()))
        else:
            target.set(text=self._bench.said_instead if result is None else _shown(result, display))

    def _input(self, kind: str, name: str, fields: dict[str, Any], on_change: _Callback | None) -> Widget:
        made = self._make(kind, name, fields)

        def changed(value: Any) -> None:  # noqa: ANN401 -- of the widget's kind
            made.fields["value"] = value
            if on_change is not None:
                _called(on_change, value)

        self._bench.listen(made, changed)
        return made

    def _make(self, kind: str, wanted: str, fields: dict[str, Any]) -> Widget:
        base = _UNFIT.sub("-", wanted).strip("-") or kind
        base = (base if base[0].isalpha() or base[0] == "_" else f"_{base}")[:_LONGEST_NAME]
        name, number = base, 1
        while name in self._made:
            number += 1
            name = f"{base[: _LONGEST_NAME - 6]}{number}"
        made = Widget(self._bench, kind, name, fields)
        self._made[name] = made
        return made


def _lines(x: Any, y: Any, more: Iterable[Any], labels: Sequence[str]) -> list[dict[str, Any]]:  # noqa: ANN401 -- numbers
    ys = [y, *more] if y is not None else [x]
    xs = x if y is not None else range(len(x))
    names = [*labels, *(f"y{number + 1}" for number in range(len(labels), len(ys)))]
    return [{"label": str(name), "x": xs, "y": one} for name, one in zip(names, ys, strict=False)]


def _shown(result: Any, display: str) -> str:  # noqa: ANN401 -- what the device said
    if display == "display_number" and isinstance(result, float | int):
        return f"{result:z.3f}"  # no sign before a zero
    return str(result)


def _called(function: _Callback, value: Any) -> None:  # noqa: ANN401 -- of the widget's kind
    """Call a function of the script with the value, or without it when it takes none."""
    code = getattr(function, "__code__", None)
    takes = code.co_argcount - (1 if hasattr(function, "__self__") else 0) if code else 0
    function(*([value] if takes and value is not None else []))
