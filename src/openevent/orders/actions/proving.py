"""Proving the inventory: counting again, from orders and attendees, what the counters say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Select, Table, case, func, select
from sqlalchemy.orm import Session

from openevent.orders.models import Attendee, Order, OrderLine
from openevent.orders.rules.states import HOLDING, SOLD
from openevent.tickets.models import TicketStock

_STOCK = cast(Table, TicketStock.__table__).c


@dataclass(frozen=True, slots=True)
class Drift:
    """A counter that says something else than the rows that it counts."""

    ticket_id: int
    counter: str  # held or sold
    stored: int
    counted: int
    source: str  # what was counted: order lines or attendees

    def __str__(self) -> str:
        return f"ticket {self.ticket_id}: {self.counter} is {self.stored}, but {self.source} say {self.counted}"


def prove_inventory(db: Session) -> list[Drift]:
    """Return every counter that contradicts the order lines or the attendees; none is the only good answer."""
    stock = {row.ticket_id: row for row in db.execute(select(_STOCK.ticket_id, _STOCK.held, _STOCK.sold))}
    found: list[Drift] = []
    for source, counts in (("order lines", _by_lines(db)), ("attendees", _by_attendees(db))):
        for ticket_id in sorted(stock.keys() | counts.keys()):
            held, sold = counts.get(ticket_id, (0, 0))
            row = stock.get(ticket_id)
            for counter, counted in (("held", held), ("sold", sold)):
                stored = 0 if row is None else getattr(row, counter)
                if stored != counted:
                    found.append(Drift(ticket_id, counter, stored, counted, source))
    return found


def _by_lines(db: Session) -> dict[int, tuple[int, int]]:
    statement = select(
        OrderLine.ticket_id, _sum_in(HOLDING, OrderLine.quantity), _sum_in(SOLD, OrderLine.quantity)
    ).join(Order, Order.id == OrderLine.order_id)
    return _counts(db, statement.group_by(OrderLine.ticket_id))


def _by_attendees(db: Session) -> dict[int, tuple[int, int]]:
    statement = (
        select(Attendee.ticket_id, _sum_in(HOLDING, 1), _sum_in(SOLD, 1))
        .join(Order, Order.id == Attendee.order_id)
        .where(Attendee.deleted_at.is_(None))
    )
    return _counts(db, statement.group_by(Attendee.ticket_id))


def _sum_in(states: frozenset[str], number: Any) -> Any:  # noqa: ANN401 -- a column or a constant
    return func.coalesce(func.sum(case((Order.status.in_(states), number), else_=0)), 0)


def _counts(db: Session, statement: Select[*tuple[Any, ...]]) -> dict[int, tuple[int, int]]:
    return {ticket_id: (int(held), int(sold)) for ticket_id, held, sold in db.execute(statement)}
