"""What a run says, on its way into the database: bounded, and in batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from openevent.lab.actions.recording import Happening
from openevent.lab.rules.widgets import WidgetRefused, checked_press, checked_widget, clean

_TEXT_AT_ONCE = 8_000  # characters of one event


class JournalFull(Exception):
    """The run has said more than is kept."""


class Bounds(Struct, frozen=True):
    """How much one run may say, all told."""

    characters: int = 1 << 20  # printed
    lines: int = 10_000
    widgets: int = 200
    series: int = 2 << 20  # bytes of measured series that are kept whole; later ones are told of
    inputs: int = 10_000
    calls: int = 5_000  # that are kept; later ones are counted


class Journal:
    """The events of one run, numbered from 1."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self._bounds = bounds or Bounds()
        self._number = 0
        self._waiting: list[Happening] = []
        self._widgets: dict[str, dict[str, Any]] = {}
        self._newest: dict[str, int] = {}  # of each widget: the number that the database has
        self._characters = self._lines = self._series = self._inputs = 0
        self.calls = self.refused = 0
        self.counts: Counter[str] = Counter()

    def text(self, at: datetime, text: str) -> None:
        """Keep what was printed; what is printed right after it joins it. Raises JournalFull."""
        text = clean(text)
        self._characters += len(text)
        self._lines += text.count("\n")
        if self._characters > self._bounds.characters or self._lines > self._bounds.lines:
            raise JournalFull
        last = self._waiting[-1] if self._waiting else None
        if last is not None and last.kind == "text" and len(last.payload["text"]) + len(text) < _TEXT_AT_ONCE:
            self._waiting[-1] = replace(last, payload={"text": last.payload["text"] + text})
        else:
            self._add(at, "text", {"text": text})

    def widget(self, at: datetime, widget: Mapping[str, Any]) -> None:
        """Keep a widget; of one that changes only the newest state stays. Raises WidgetRefused and JournalFull."""
        found = checked_widget(widget)
        name: str = found["name"]
        known = self._widgets.get(name)
        if known is None and len(self._widgets) >= self._bounds.widgets:
            raise JournalFull
        found["place"] = known["place"] if known is not None else self._number + 1
        self._widgets[name] = found
        self._waiting = [one for one in self._waiting if one.kind != "widget" or one.payload["name"] != name]
        self._add(at, "widget", found, self._newest.get(name))

    def press(self, at: datetime, name: str, value: object) -> Any:  # noqa: ANN401 -- of the widget's kind
        """Keep that somebody pressed a widget, and return what the script is told; raises WidgetRefused."""
        widget = self._widgets.get(name)
        if widget is None:
            raise WidgetRefused("There is no such widget.")
        told = checked_press(widget, value)
        self._inputs += 1
        if self._inputs > self._bounds.inputs:
            raise WidgetRefused("This run has been pressed too often.")
        if widget["kind"] != "button":
            self.widget(at, {**widget, "value": told})
        self._add(at, "input", {"widget": name, "value": told})
        return told

    def call(self, at: datetime, payload: Mapping[str, Any]) -> None:
        """Keep a call with its answer; long series only as long as there is room."""
        self.calls += 1
        if "error" in payload:
            self.refused += 1
        else:
            self.counts[payload["name"]] += 1
        if self.calls > self._bounds.calls:
            return
        size = len(msgspec.json.encode(payload))
        self._series += size
        if self._series > self._bounds.series:
            payload = {**payload, "value": None, "is_left_out": True}
        self._add(at, "call", payload)

    def error(self, at: datetime, payload: Mapping[str, Any]) -> None:
        """Keep an error of the script."""
        self._characters += sum(len(str(one)) for one in payload.values())
        if self._characters > self._bounds.characters:
            raise JournalFull
        self._add(at, "error", payload)

    def limit(self, at: datetime, reason: str, text: str) -> None:
        """Keep that a limit has ended the run, or cut it short."""
        self._add(at, "limit", {"reason": reason, "text": text})

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits to be written."""
        return not self._waiting

    def take(self) -> list[Happening]:
        """Return what is to be written now."""
        taken, self._waiting = self._waiting, []
        for one in taken:
            if one.kind == "widget":
                self._newest[one.payload["name"]] = one.number
        return taken

    def _add(self, at: datetime, kind: str, payload: Mapping[str, Any], replaces: int | None = None) -> None:
        self._number += 1
        self._waiting.append(Happening(self._number, at, kind, payload, replaces))
