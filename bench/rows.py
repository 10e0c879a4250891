"""The rows of an order as anybody would write them by hand, on the raw driver of either database."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg


def connect(url: str) -> Any:
    """Open a connection as the product opens its own: every commit is on the disk."""
    if not url.startswith("sqlite"):
        return psycopg.connect(url, autocommit=True)
    found = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        found.execute(f"PRAGMA {pragma}")
    return found


class OrderRows:
    """Writes orders: hold, order, line, attendees, audit row."""

    def __init__(self, url: str, defaults: Mapping[str, Mapping[str, str]]) -> None:
        """Prepare; `defaults` are what columns hold at first, as it stands in SQL."""
        self._is_sqlite = url.startswith("sqlite")
        self._hold = self._sql(
            "UPDATE ticket_stock SET held = held + %s WHERE ticket_id = %s AND sold + held + %s <= quantity"
        )
        self._order = self._insert(
            "orders", defaults, event_id="%s", user_id="%s", identifier="%s", expires_at="%s", created_at="%s",
            currency="'EUR'", amount="0", status="'initializing'",
        ) + " RETURNING id"  # fmt: skip
        self._line = self._insert(
            "order_lines", defaults, event_id="%s", order_id="%s", ticket_id="%s", quantity="%s", price="0"
        )
        self._attendee = self._insert(
            "attendees", defaults, event_id="%s", order_id="%s", ticket_id="%s", identifier="%s"
        )
        self._audit = self._sql(
            "INSERT INTO audit_entries (at, actor_id, actor_kind, action, subject, details) "
            "VALUES (%s, %s, 'user', 'order.create', %s, '{}')"
        )

    def begin(self, db: Any) -> None:
        """Begin a transaction that writes."""
        db.execute("BEGIN IMMEDIATE" if self._is_sqlite else "BEGIN")

    def write(self, db: Any, event: int, ticket: int, quantity: int, user: int) -> tuple[int, str] | None:
        """Write one order within a transaction; return its key and identifier, None when sold out."""
        if db.execute(self._hold, (quantity, ticket, quantity)).rowcount != 1:
            return None
        now, identifier = datetime.now(UTC), str(uuid.uuid4())
        values = (event, user, identifier, self._moment(now + timedelta(minutes=15)), self._moment(now))
        key = int(db.execute(self._order, values).fetchone()[0])
        db.execute(self._line, (event, key, ticket, quantity))
        self._many(db, [(event, key, ticket, uuid.uuid4().hex[:6]) for _ in range(quantity)])
        db.execute(self._audit, (self._moment(now), user, f"order:{key}"))
        return key, identifier

    def _many(self, db: Any, holders: list[tuple[Any, ...]]) -> None:
        if self._is_sqlite:
            db.executemany(self._attendee, holders)
        else:
            with db.cursor() as cursor:
                cursor.executemany(self._attendee, holders)

    def _insert(self, table: str, defaults: Mapping[str, Mapping[str, str]], **values: str) -> str:
        given = values | {name: held for name, held in defaults[table].items() if name not in values}
        return self._sql(f"INSERT INTO {table} ({', '.join(given)}) VALUES ({', '.join(given.values())})")

    def _sql(self, text: str) -> str:
        return text.replace("%s", "?") if self._is_sqlite else text

    def _moment(self, value: datetime) -> Any:
        return value.isoformat(timespec="microseconds") if self._is_sqlite else value
