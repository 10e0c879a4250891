"""Rate limits that hold across processes: counted in our database, in Redis, or (in tests) in memory."""

from __future__ import annotations

import logging
import math
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import func, select

from openevent.kit.clock import Clock, SystemClock
from openevent.kit.db import Database
from openevent.kit.errors import TooManyRequests
from openevent.kit.jobs import RateHit
from openevent.kit.tokens import token_hash

log = logging.getLogger(__name__)


def milliseconds(seconds: float) -> int:
    """Return whole milliseconds: what moments are counted in here."""
    return int(seconds * 1000)


def wait_for(counted: Sequence[int], now: int, *, times: int, seconds: int) -> int | None:
    """Return how many seconds to wait before one more attempt; None when there is room for it now.

    `counted` are the moments of attempts that were let through, in milliseconds as `now`. The window slides: in no
    `seconds` whatever are there more than `times` of them, wherever one starts to count.

    >>> wait_for([1000, 2000], 3000, times=2, seconds=60), wait_for([1000, 2000], 61_000, times=2, seconds=60)
    (58, None)
    """
    live = sorted(at for at in counted if at > now - seconds * 1000)
    if len(live) < times:
        return None
    return max(1, -(-(live[-times] + seconds * 1000 - now) // 1000))


def _refuse(wait: int) -> TooManyRequests:
    return TooManyRequests("Too many attempts. Please wait a little.", retry_after=wait)


class MemoryLimiter:
    """Counts in this process alone: for tests."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.counted: dict[tuple[str, int], list[int]] = {}

    def hit(self, key: str, *, times: int, seconds: int) -> None:
        """Count one attempt; raises TooManyRequests beyond `times` in `seconds`."""
        now = milliseconds(self._clock.now().timestamp())
        counted = self.counted.setdefault((key, seconds), [])
        wait = wait_for(counted, now, times=times, seconds=seconds)
        if wait is not None:
            raise _refuse(wait)
        counted.append(now)


class DatabaseLimiter:
    """Counts in a small table, in a transaction of its own: what is let through counts even if the deed fails.

    Not for SQLite, which lets in one writer at a time: whoever counts inside a unit of work would wait for himself.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def hit(self, key: str, *, times: int, seconds: int) -> None:
        """Count one attempt; raises TooManyRequests beyond `times` in `seconds`."""
        now, name = milliseconds(self._clock.now().timestamp()), _stored(key, seconds)
        with self._database.session() as db:
            if not self._database.is_sqlite:  # whoever counts for the same key waits here; SQLite has one writer anyway
                db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
            recent = select(RateHit.at).where(RateHit.key == name, RateHit.at > now - seconds * 1000)
            wait = wait_for(db.scalars(recent).all(), now, times=times, seconds=seconds)
            if wait is not None:
                raise _refuse(wait)
            db.add(RateHit(key=name, at=now, expires_at=now + seconds * 1000))


class FileLimiter:
    """Counts in a SQLite file of its own beside the database's, so it may be called inside a unit of work.

    All processes share the file. Counts need not survive a power cut, so nothing waits for the disk.
    """

    def __init__(self, path: str, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    def hit(self, key: str, *, times: int, seconds: int) -> None:
        """Count one attempt; raises TooManyRequests beyond `times` in `seconds`."""
        now, name = milliseconds(self._clock.now().timestamp()), _stored(key, seconds)
        with closing(sqlite3.connect(self._path, timeout=10, isolation_level=None)) as file:
            for statement in _PREPARE:
                file.execute(statement)
            file.execute("DELETE FROM attempts WHERE expires_at <= ?", (now,))
            found = file.execute("SELECT at FROM attempts WHERE key = ?", (name,)).fetchall()
            wait = wait_for([at for (at,) in found], now, times=times, seconds=seconds)
            if wait is None:
                file.execute("INSERT INTO attempts VALUES (?, ?, ?)", (name, now, now + seconds * 1000))
            file.execute("COMMIT")
        if wait is not None:
            raise _refuse(wait)


_PREPARE = (
    "PRAGMA synchronous=OFF",
    "BEGIN IMMEDIATE",
    "CREATE TABLE IF NOT EXISTS attempts (key TEXT, at INT, expires_at INT)",
    "CREATE INDEX IF NOT EXISTS ix_attempts_key ON attempts (key)",
    "CREATE INDEX IF NOT EXISTS ix_attempts_expires_at ON attempts (expires_at)",
)


def _stored(key: str, seconds: int) -> str:
    """Return the key as a digest, for it may name a person or a machine; two limits on one key stay apart."""
    return f"{token_hash(key)}:{seconds}"


class RedisLimiter:
    """Counts in Redis, through the `limits` library (install `openevent[redis]`). Lets people in when Redis is away."""

    def __init__(self, url: str) -> None:
        from limits.storage import storage_from_string  # noqa: PLC0415 -- only where Redis is used
        from limits.strategies import MovingWindowRateLimiter  # noqa: PLC0415 -- same

        self._limiter: Any = MovingWindowRateLimiter(storage_from_string(url))

    def hit(self, key: str, *, times: int, seconds: int) -> None:
        """Count one attempt; raises TooManyRequests beyond `times` in `seconds`."""
        from limits import RateLimitItemPerSecond  # noqa: PLC0415 -- only where Redis is used

        item = RateLimitItemPerSecond(times, seconds)
        try:
            name = _stored(key, seconds)
            is_allowed = self._limiter.hit(item, name)
            wait = (
                0
                if is_allowed
                else self._limiter.get_window_stats(item, name).reset_time - SystemClock().now().timestamp()
            )
        except Exception:  # the library passes on whatever its driver raises
            log.exception("Redis does not answer; an attempt was not counted")
            return
        if not is_allowed:
            raise _refuse(max(1, math.ceil(wait)))
