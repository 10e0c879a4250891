"""Questions about where devices stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session as Db

from openevent.programme.models import Session, SessionType
from openevent.programme.rules import PUBLIC_STATES
from openevent.tickets.models import Ticket

PARTS: Final[Mapping[str, Table]] = {
    "session_id": cast(Table, Session.__table__),
    "ticket_id": cast(Table, Ticket.__table__),
}


def event_of(db: Db, table: Table, key: int) -> int | None:
    """Return the event of a session or a ticket type that was not deleted."""
    return db.scalar(select(table.c.event_id).where(table.c.id == key, table.c.deleted_at.is_(None)))


def workshop_of(db: Db, event_id: int) -> tuple[int | None, int | None]:
    """Return the first workshop that takes place at an event, and the ticket type for it; None where there is none."""
    sessions = select(Session.id).join(SessionType, SessionType.id == Session.session_type_id)
    first = sessions.where(
        *(Session.event_id == event_id, SessionType.name == "Workshop", Session.deleted_at.is_(None)),
        *(Session.starts_at.is_not(None), Session.state.in_(PUBLIC_STATES)),
    )
    types = select(Ticket.id).where(Ticket.event_id == event_id, Ticket.deleted_at.is_(None))
    pass_type = types.where(Ticket.name.ilike("%workshop%"))
    return db.scalar(first.order_by(Session.starts_at).limit(1)), db.scalar(pass_type.order_by(Ticket.id).limit(1))
