"""The time on the bench, in seconds since it was set up."""

from __future__ import annotations

import time


class BenchClock:
    """Real time; a clock in a hurry jumps where the instrument would keep people waiting."""

    def __init__(self, *, hurry: bool = False) -> None:
        self._hurry = hurry
        self._began = time.monotonic()
        self._ahead = 0.0

    def now(self) -> float:
        """Return the seconds since the bench was set up."""
        return time.monotonic() - self._began + self._ahead

    def spend(self, seconds: float) -> None:
        """Let time pass, as the instrument does while it charges a capacitor or counts pulses."""
        if self._hurry:
            self._ahead += seconds
        else:
            time.sleep(seconds)
