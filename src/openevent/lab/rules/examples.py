"""Moments that examples in this room are about."""

from datetime import UTC, datetime
from typing import Final

NINE: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
HALF_PAST: Final = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TEN: Final = datetime(2026, 3, 2, 10, tzinfo=UTC)
