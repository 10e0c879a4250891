"""Rate limits that hold across processes: counted in our database, in Redis, or (in tests) in memory."""

from __future__ import annotations

from openevent.kit.clock import Clock
from openevent.kit.errors import TooManyRequests


def _window(now: float, seconds: int) -> tuple[int, int]:
    start = int(now) // seconds * seconds
    return start, max(1, start + seconds - int(now))


class MemoryLimiter:
    """Counts in this process alone: for tests."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.counts: dict[tuple[str, int], int] = {}

    def hit(self, key: str, *, times: int, seconds: int) -> None:
        """Count one attempt; raises TooManyRequests beyond `times` in `seconds`."""
        start, wait = _window(self._clock.now().timestamp(), seconds)
        count = self.counts[key, start] = self.counts.get((key, start), 0) + 1
        if count > times:
            raise TooManyRequests("Too many attempts. Please wait a little.", retry_after=wait)
