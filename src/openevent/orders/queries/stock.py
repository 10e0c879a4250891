"""How an event's tickets sell."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from openevent.tickets.models import Ticket, TicketStock


class StockRow(Struct, frozen=True):
    """One ticket type and where its seats are."""

    name: str
    quantity: int
    sold: int
    held: int

    @property
    def available(self) -> int:
        """How many can be ordered."""
        return max(self.quantity - self.sold - self.held, 0)

    def percent(self, seats: int) -> int:
        """Return a number of seats as a share of all, for a bar."""
        return min(round(100 * seats / self.quantity), 100) if self.quantity else 0


def stock_of_event(db: Session, event_id: int) -> list[StockRow]:
    """Return an event's ticket types, hidden ones too, in their order."""
    found = (
        select(Ticket.name, TicketStock.quantity, TicketStock.sold, TicketStock.held)
        .join(TicketStock, TicketStock.ticket_id == Ticket.id)
        .where(Ticket.event_id == event_id, Ticket.deleted_at.is_(None))
        .order_by(Ticket.position, Ticket.id)
    )
    return [StockRow(*row) for row in db.execute(found)]
