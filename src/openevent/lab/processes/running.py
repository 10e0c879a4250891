"""Runs one script: its cage on the one side, the broker and the journal on the other."""

from __future__ import annotations

import base64
import json
import logging
import os
import select
import struct
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from openevent.kit.errors import DomainError
from openevent.lab.actions.recording import Beginning, Happening
from openevent.lab.processes.journal import Journal, JournalFull
from openevent.lab.providers.cage.launch import Cage, Limits, Task, Tier
from openevent.lab.providers.cage.messages import (
    Broken,
    Called,
    Ended,
    Failed,
    Message,
    Printed,
    Reader,
    Shown,
    TooMuchSaid,
    how_it_ended,
)
from openevent.lab.rules.function_string import parse
from openevent.lab.rules.functions import FUNCTIONS
from openevent.lab.rules.values import Value, as_json
from openevent.lab.rules.widgets import WidgetRefused, cleaned

log = logging.getLogger(__name__)
_FLUSH_SECONDS = 0.1
_LOOK_SECONDS = 1.0
_BYTES_A_SECOND = 512 * 1024  # that a script may make us store, one second with another
_POINTS_KEPT = 2_000
_MOST_PRESSES = 100
_LONGEST_WORDS = 500  # of a script, in our log
_LONGEST_ARGUMENTS = 4_000  # of one call, in the record
_LONGEST_RUN = 2 * 60 * 60.0  # seconds; a turn may end it sooner
LIMITS = Limits(cpu_seconds=120)
_WORDS = {
    "time": "The script has used up its time.",
    "memory": "The script wanted more memory than it may have.",
    "output": "The script said more than is kept.",
    "failed": "Python itself ended without a word.",
    "lease": "Your turn at the device was over.",
    "device": "The device was taken out of use.",
    "lost": "The laboratory's service was stopped.",
}
_TROUBLE = "The laboratory could not do this now."
_REASONS = ("done", "failed", "memory")  # that a script may give itself


class Laboratory(Protocol):
    """What a run needs of the world; the service is one."""

    def now(self) -> datetime: ...
    def call(self, name: str, positional: Sequence[Any], named: Mapping[str, Any]) -> Value: ...
    def record(self, happenings: Sequence[Happening], calls: int) -> None: ...


class Outcome(Struct, frozen=True):
    """How a run ended: the reason, the words for its author, and the calls that it made, by function."""

    reason: str
    error: str | None
    calls: Mapping[str, int]
    refused: int


class Running:
    """One script in its cage. `run` returns when nothing of it is left."""

    def __init__(self, tier: Tier, beginning: Beginning, laboratory: Laboratory) -> None:
        self._laboratory = laboratory
        self._beginning = beginning
        self._tier: Tier = tier
        self._journal = Journal()
        self._presses: deque[tuple[str, Any]] = deque()
        self._stopping: str | None = None
        self._lock = threading.Lock()
        self._cage: Cage | None = None
        self._error: str | None = None
        self._flushed = self._rests_until = 0.0
        self._woken, self._wake = os.pipe()

    # What other threads may ask

    def stop(self, reason: str) -> None:
        """End the run: its processes are killed now; `run` returns as soon as it has noticed."""
        with self._lock:
            self._stopping = self._stopping or reason
            if self._cage is not None:
                self._cage.signal_end()

    def press(self, name: str, value: object) -> None:
        """Hand a press to the script; raises WidgetRefused."""
        with self._lock:
            if len(self._presses) >= _MOST_PRESSES:
                raise WidgetRefused("The script is busy and does not listen.")
            self._presses.append((name, self._journal.press(self._laboratory.now(), name, value)))
            with suppress(OSError):  # it has just ended
                os.write(self._wake, b"x")

    # The run itself

    def run(self) -> Outcome:
        """Run to the end, whatever the script does."""
        begun = time.monotonic()
        try:
            reason = self._in_cage(begun)
        except (TooMuchSaid, JournalFull):
            reason = "output"
        finally:
            self._close()
        reason = self._stopping or reason
        if reason not in {"done", "stopped"} and self._error is None:
            self._error = _WORDS.get(reason)
        if reason in {"time", "memory", "output"}:
            self._journal.limit(self._laboratory.now(), reason, self._error or "")
        self._flush()
        return Outcome(reason, self._error, self._journal.counts, self._journal.refused)

    def _close(self) -> None:
        with self._lock:
            cage, self._cage = self._cage, None
            for descriptor in (self._woken, self._wake):
                os.close(descriptor)
            self._wake = -1
        if cage is not None:
            cage.close()

    def _in_cage(self, begun: float) -> str:
        cage = Cage(self._tier, Task(self._beginning.source, self._beginning.parameters, _functions()), LIMITS)
        with self._lock:
            self._cage = cage
        if self._stopping:
            return self._stopping
        reader = Reader(cage)
        reader.watch(self._woken)
        try:
            return self._followed(cage, reader, begun)
        finally:
            reader.close()

    def _followed(self, cage: Cage, reader: Reader, begun: float) -> str:
        end = begun + _LONGEST_RUN
        while self._stopping is None:
            if time.monotonic() >= end:
                return "time"
            messages = reader.read(self._patience(end))
            self._hand_presses(cage)
            if messages is None:
                return self._silent_end(cage, reader, begun)
            for message in messages:
                if (reason := self._heard(cage, message)) is not None:
                    return reason
            self._flush_when_due()
        return self._stopping

    def _patience(self, end: float) -> float:
        now = time.monotonic()
        due = self._flushed + _FLUSH_SECONDS if not self._journal.is_empty else now + _LOOK_SECONDS
        return max(0.0, min(due, end) - now)

    def _silent_end(self, cage: Cage, reader: Reader, begun: float) -> str:
        code = cage.ended()
        words = reader.stray.decode("utf-8", "replace").strip()
        if words:
            log.warning("a cage ended with words of its own: %r", words[-_LONGEST_WORDS:])
        return how_it_ended(code, time.monotonic() - begun, LIMITS.cpu_seconds)

    # What the script says

    def _heard(self, cage: Cage, message: Message) -> str | None:
        """Do what a message asks for; return why the run is over, if it is."""
        now = self._laboratory.now()
        match message:
            case Called():
                self._flush_when_due()
                self._call(cage, message)
            case Printed(text):
                self._journal.text(now, text)
            case Shown(widget):
                self._show(now, widget)
            case Failed(error):
                self._fail(now, error.text, cleaned(msgspec.to_builtins(error)))
            case Broken(text):
                log.error("a cage could not be closed: %r", text[:_LONGEST_WORDS])
                self._error = "The cage for scripts could not be set up."
                return "failed"
            case Ended(reason):
                return reason if reason in _REASONS else "failed"
            case _:
                pass
        return self._stopping

    def _show(self, now: datetime, widget: Mapping[str, Any]) -> None:
        try:
            with self._lock:
                self._journal.widget(now, widget)
        except WidgetRefused as refused:
            self._fail(now, refused.detail, {"text": refused.detail, "line": None, "traceback": []})

    def _fail(self, now: datetime, text: str, payload: Mapping[str, Any]) -> None:
        self._error = text
        with self._lock:
            self._journal.error(now, payload)

    def _call(self, cage: Cage, asked: Called) -> None:
        begun = time.monotonic()
        kept: dict[str, Any] = {"name": asked.name, "arguments": {}}
        try:
            name, positional, named = parse(asked.text) if asked.text else (asked.name, asked.positional, asked.named)
            kept |= {"name": name, "arguments": {"positional": list(positional), "named": dict(named)}}
            value = self._laboratory.call(name, positional, named)
            kept |= {"value": as_json(value, _POINTS_KEPT), "unit": value.unit, "text": value.text}
            answer = _answer(value)
        except DomainError as refused:
            kept["error"] = refused.detail
            answer = {"refused": {"code": refused.code, "text": refused.detail}}
        except Exception:
            log.exception("a call of a script went wrong")
            kept["error"] = _TROUBLE
            answer = {"refused": {"code": "unavailable", "text": _TROUBLE}}
        kept["ms"] = round((time.monotonic() - begun) * 1000, 1)
        with self._lock:
            self._journal.call(self._laboratory.now(), _fit(kept))
        if self._stopping is None:
            self._send(cage, {"id": asked.id, **answer})

    def _hand_presses(self, cage: Cage) -> None:
        """Tell the script what was pressed, as far as it listens."""
        with suppress(BlockingIOError):
            os.set_blocking(self._woken, False)
            os.read(self._woken, 4096)
        while self._presses and select.select([], [cage.channel], [], 0)[1]:
            name, value = self._presses.popleft()
            self._send(cage, {"press": name, "value": value})

    def _send(self, cage: Cage, message: Mapping[str, Any]) -> None:
        body = json.dumps(message).encode()
        try:
            cage.channel.sendall(struct.pack(">I", len(body)) + body)
        except TimeoutError:
            self.stop("failed")  # it asks and does not listen
        except OSError:
            pass  # a cage that has gone is noticed by the reader

    # What is kept

    def _flush_when_due(self) -> None:
        if time.monotonic() - self._flushed >= _FLUSH_SECONDS:
            self._flush()

    def _flush(self) -> None:
        with self._lock:
            taken = self._journal.take()
        if taken:
            size = sum(len(msgspec.json.encode(one.payload)) for one in taken)
            self._laboratory.record(taken, self._journal.calls)
            self._rest(size / _BYTES_A_SECOND)
        self._flushed = time.monotonic()

    def _rest(self, seconds: float) -> None:
        """Let a script that says much wait: it can't write on while nobody reads."""
        end = time.monotonic() + min(seconds, 5.0)
        while self._stopping is None and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _FLUSH_SECONDS))


def _functions() -> list[dict[str, str]]:
    return [{"name": one.name, "doc": one.doc} for one in FUNCTIONS.values()]


def _answer(value: Value) -> dict[str, Any]:
    """Return what a script gets; series as base64 of their numbers, which JSON would make three times as long."""
    if value.series is None:
        return {"value": as_json(value), "text": value.text}
    data = [base64.b64encode(one).decode() for one in value.series.data]
    return {"value": {"columns": list(value.series.columns), "data": data}}


def _fit(payload: dict[str, Any]) -> dict[str, Any]:
    """Return a call as the record can hold it: arguments come from the script, and can be anything that JSON can."""
    payload["arguments"] = cleaned(payload["arguments"])
    if len(msgspec.json.encode(payload["arguments"])) > _LONGEST_ARGUMENTS:
        payload["arguments"] = {}
    return cleaned(payload)
