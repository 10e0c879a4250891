"""The live panel: what is looked at again and again, and the newest look, made once for all who watch."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from openevent.lab.providers.owner.framing import packed
from openevent.lab.providers.owner.messages import FASTEST, Frame, Reply, WatchSpec
from openevent.lab.rules.functions import ArgumentOutOfRange, ArgumentWrong, Call, checked
from openevent.lab.rules.values import Value

RESTS_AFTER: Final = 10.0  # seconds without a watcher, and the device is left alone
_NOTHING: Final = packed(Reply())
_SLOWEST: Final = 0.01  # looks a second
_NEVER: Final = 3_600.0


class Panel:
    """Shared by the thread that looks and the connections that ask for the newest look."""

    def __init__(self, moment: Callable[[], float] = time.monotonic) -> None:
        self._moment = moment
        self._lock = threading.Lock()
        self._spec: WatchSpec | None = None
        self._call: Call | None = None
        self._due = 0.0
        self._asked_at = 0.0
        self._number = 0
        self._newest = _NOTHING

    def set(self, spec: WatchSpec | None) -> None:
        """Look at something else from now on, or at nothing; raises CallRefused for what may not be looked at."""
        call = None if spec is None else _watchable(spec)
        with self._lock:
            self._spec, self._call = spec, call
            self._due = self._asked_at = self._moment()
            self._newest = _NOTHING

    def newest(self) -> tuple[bytes, bool]:
        """Return the newest look as it goes over the socket, and whether looking had come to rest meanwhile."""
        now = self._moment()
        rested = self._call is not None and now - self._asked_at > RESTS_AFTER
        self._asked_at = now
        return self._newest, rested

    def seconds_to_next(self) -> float:
        """Return how long it is until the next look is due."""
        now = self._moment()
        if self._call is None or now - self._asked_at > RESTS_AFTER:
            return _NEVER
        return max(self._due - now, 0.0)

    def take(self) -> tuple[WatchSpec, Call] | None:
        """Return what to look at now, if it is time."""
        with self._lock:
            if self._spec is None or self._call is None or self.seconds_to_next() > 0:
                return None
            self._due = self._moment() + 1 / self._spec.per_second
            return self._spec, self._call

    def show(self, spec: WatchSpec, at: datetime, value: Value | None, error: str = "") -> None:
        """Make a look the newest one, unless something else is looked at meanwhile."""
        with self._lock:
            if spec is self._spec:
                self._number += 1
                self._newest = packed(Reply(frame=Frame(self._number, at, spec, value, error)))


def _watchable(spec: WatchSpec) -> Call:
    call = checked(spec.function, (), spec.arguments)
    if call.function.drives:
        raise ArgumentWrong("A live panel only looks.", argument="function")
    if not _SLOWEST <= spec.per_second <= FASTEST:
        raise ArgumentOutOfRange(f"A live panel looks {FASTEST:g} times a second at most.", argument="per_second")
    return call
