"""Where time comes from: the real clock, or a fixed one in tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time as an aware UTC instant."""

    def now(self) -> datetime:
        """Return the present moment."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 -- this is the one place that asks the machine


@dataclass
class FixedClock:
    """A clock that stands still until it is moved."""

    at: datetime = field(default_factory=lambda: datetime(2026, 3, 1, 12, 0, tzinfo=UTC))

    def now(self) -> datetime:
        """Return the moment it was set to."""
        return self.at

    def advance(self, **by: float) -> None:
        """Move forward by timedelta arguments, such as minutes=15."""
        self.at += timedelta(**by)
