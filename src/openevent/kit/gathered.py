"""Small facts that may be written down a moment later, many in one transaction: who was here, for one."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

_PAUSE = timedelta(seconds=1)
_MOST = 5000  # facts in one transaction: a key each


class Gathered:
    """Keys that wait to be written; safe to use from any thread. A process that is killed loses the last second's.

    >>> gathered, noon = Gathered(), datetime(2026, 3, 1, 12)
    >>> gathered.add(1, noon), gathered.add(2, noon), gathered.add(3, noon + timedelta(seconds=1))
    ([1], [], [2, 3])
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: dict[int, None] = {}
        self._taken_at: datetime | None = None

    def add(self, key: int, now: datetime) -> list[int]:
        """Add a key; return those that the caller is to write now, none when somebody has just done so."""
        with self._lock:
            self._keys[key] = None
            is_soon = self._taken_at is not None and abs(now - self._taken_at) < _PAUSE
            if is_soon and len(self._keys) < _MOST:
                return []
            self._taken_at = now
            return self._take()

    def rest(self) -> list[int]:
        """Return what is left; the caller is to write it."""
        with self._lock:
            return self._take()

    def _take(self) -> list[int]:
        taken = list(self._keys)
        self._keys.clear()
        return taken
