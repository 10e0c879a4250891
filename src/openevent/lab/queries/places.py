"""Questions about where devices stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session as Db

from openevent.programme.models import Session
from openevent.tickets.models import Ticket

PARTS: Final[Mapping[str, Table]] = {
    "session_id": cast(Table, Session.__table__),
    "ticket_id": cast(Table, Ticket.__table__),
}


def event_of(db: Db, table: Table, key: int) -> int | None:
    """Return the event of a session or a ticket type that was not deleted."""
    return db.scalar(select(table.c.event_id).where(table.c.id == key, table.c.deleted_at.is_(None)))
