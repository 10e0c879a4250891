"""Where the PDFs of orders lie."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from msgspec import Struct
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from openevent.kit.access import Actor
from openevent.orders.models import Attendee, Order
from openevent.orders.roles import ATTENDEES, BUYER_OR_STAFF, MAY_READ_ATTENDEE, ORDERS
from openevent.orders.rules.states import SOLD


class FileView(Struct, frozen=True):
    """A PDF that somebody may see: its name for the reader, and its key in the storage once it is made."""

    name: str
    key: str | None
    is_valid: bool  # the order stands, so there is or will be such a file
    ordered_at: datetime | None = None  # since when a job sets it; None for what is set when it is asked for


def ticket_file(db: Session, attendee_id: int, by: Actor, *, has_link: bool) -> FileView | None:
    """Return the PDF of one ticket for whoever may see its holder or has a link; None for everybody else."""
    orders = cast(Table, Order.__table__).alias("order_of_ticket")  # the cell asks the table of orders itself
    found = (
        select(ATTENDEES.identifier, ATTENDEES.pdf_key, orders.c.status, orders.c.completed_at)
        .select_from(cast(Table, Attendee.__table__).join(orders, orders.c.id == ATTENDEES.order_id))
        .where(ATTENDEES.id == attendee_id, ATTENDEES.deleted_at.is_(None))
    )
    if not has_link:
        found = found.where(MAY_READ_ATTENDEE.condition(by.kind, ATTENDEES))
    row = db.execute(found, dict(by.params)).one_or_none()
    return None if row is None else FileView(f"ticket-{row[0]}.pdf", row[1], row[2] in SOLD, row[3])


def code_issue(db: Session, attendee_id: int) -> int:
    """Return the number of the code of a ticket; 0 while there is none."""
    return db.scalar(select(ATTENDEES.code_issue).where(ATTENDEES.id == attendee_id)) or 0


def order_file(db: Session, identifier: str, by: Actor) -> FileView | None:
    """Return the PDF of all tickets of an order for whoever may see all of it: its buyer and the organizers."""
    found = select(ORDERS.identifier, ORDERS.pdf_key, ORDERS.status).where(
        ORDERS.identifier == identifier, BUYER_OR_STAFF.condition(by.kind, ORDERS)
    )
    row = db.execute(found, dict(by.params)).one_or_none()
    # No job sets this one: it is set for whoever asks first.
    return None if row is None else FileView(f"tickets-{row[0]}.pdf", row[1], row[2] in SOLD, None)
