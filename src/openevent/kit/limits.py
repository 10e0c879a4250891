"""Rate limits that hold across processes: counted in our database, in Redis, or (in tests) in memory."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from typing import Any

from openevent.kit.clock import Clock
from openevent.kit.db import Database, upsert
from openevent.kit.errors import TooManyRequests
from openevent.kit.jobs import RateHit
from openevent.kit.tokens import token_hash

log = logging.getLogger(__name__)


def window(now: float, seconds: int) -> tuple[int, int]:
    """Return when the present window started, and how many seconds it still lasts.

    >>> window(125.5, 60)
    (120, 55)
    """
    start = int(now) // seconds * seconds
    return start, max(1, start + seconds - int(now))


def _refuse(wait: int) -> TooManyRequests:
    return TooManyRequests("Too many attempts. Please wait a little.", retry_after=wait)


class MemoryLimiter:
    """Counts in this process alone: for tests."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.counts: dict[tuple[str, int], int] = {}

    def hit(self, key: str, *, times: int, seconds: int) -> None:
        """Count one attempt; raises TooManyRequests beyond `times` in `seconds`."""
        start, wait = window(self._clock.now().timestamp(), seconds)
        count = self.counts[key, start] = self.counts.get((key, start), 0) + 1
        if count > times:
            raise _refuse(wait)


class DatabaseLimiter:
    """Counts in a small table: one atomic statement a hit, in a transaction of its own, so a refusal is counted too.

    Not for SQLite, which lets in one writer at a time: whoever counts inside a unit of work would wait for himself.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def hit(self, key: str, *, times: int, seconds: int) -> None:
        """Count one attempt; raises TooManyRequests beyond `times` in `seconds`."""
        start, wait = window(self._clock.now().timestamp(), seconds)
        with self._database.session() as db:
            statement = upsert(db, RateHit).values(
                key=_stored(key, seconds), window=start, count=1, expires_at=start + seconds
            )
            statement = statement.on_conflict_do_update(
                index_elements=[RateHit.key, RateHit.window], set_={"count": RateHit.count + 1}
            )
            count = db.scalar(statement.returning(RateHit.count))
        if (count or 0) > times:
            raise _refuse(wait)


class FileLimiter:
    """Counts in a SQLite file of its own beside the database's, so it may be called inside a unit of work.

    All processes share the file. Counts need not survive a power cut, so nothing waits for the disk.
    """

    def __init__(self, path: str, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    def hit(self, key: str, *, times: int, seconds: int) -> None:
        """Count one attempt; raises TooManyRequests beyond `times` in `seconds`."""
        now = self._clock.now().timestamp()
        start, wait = window(now, seconds)
        with closing(sqlite3.connect(self._path, timeout=10, isolation_level=None)) as file:
            for statement in _PREPARE:
                file.execute(statement)
            file.execute("DELETE FROM hits WHERE expires_at < ?", (int(now),))
            (count,) = file.execute(_COUNT, (_stored(key, seconds), start, start + seconds)).fetchone()
            file.execute("COMMIT")
        if count > times:
            raise _refuse(wait)


_PREPARE = (
    "PRAGMA synchronous=OFF",
    "BEGIN IMMEDIATE",
    "CREATE TABLE IF NOT EXISTS hits (key TEXT, window INT, count INT, expires_at INT, PRIMARY KEY (key, window))",
)
_COUNT = """
INSERT INTO hits (key, window, count, expires_at) VALUES (?, ?, 1, ?)
ON CONFLICT (key, window) DO UPDATE SET count = count + 1 RETURNING count
"""


def _stored(key: str, seconds: int) -> str:
    """Return the key as a digest, for it may name a person or a machine; two limits on one key stay apart."""
    return f"{token_hash(key)}:{seconds}"


class RedisLimiter:
    """Counts in Redis, through the `limits` library (install `openevent[redis]`). Lets people in when Redis is away."""

    def __init__(self, url: str) -> None:
        from limits.storage import storage_from_string  # noqa: PLC0415 -- only where Redis is used
        from limits.strategies import FixedWindowRateLimiter  # noqa: PLC0415 -- same

        self._limiter: Any = FixedWindowRateLimiter(storage_from_string(url))

    def hit(self, key: str, *, times: int, seconds: int) -> None:
        """Count one attempt; raises TooManyRequests beyond `times` in `seconds`."""
        from limits import RateLimitItemPerSecond  # noqa: PLC0415 -- only where Redis is used

        item = RateLimitItemPerSecond(times, seconds)
        try:
            is_allowed = self._limiter.hit(item, _stored(key, seconds))
        except Exception:  # the library passes on whatever its driver raises
            log.exception("Redis does not answer; an attempt was not counted")
            return
        if not is_allowed:
            raise _refuse(seconds)
