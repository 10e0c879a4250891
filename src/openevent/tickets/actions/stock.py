"""Moving seats of ticket types between free, held and sold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, cast

from msgspec import Struct
from sqlalchemy import CursorResult, Executable, Table, bindparam, select, update
from sqlalchemy.orm import Session

from openevent.tickets.models import Ticket, TicketStock
from openevent.tickets.rules import sold_out

_STOCK = cast(Table, TicketStock.__table__)


class Move(Struct, frozen=True):
    """How many seats of one ticket type change hands; the database refuses a move that doesn't fit."""

    held: int = 0
    sold: int = 0


class StockDrift(RuntimeError):
    """The counters and the orders contradict each other: a mistake of ours, never of a caller."""


# One conditional UPDATE for every verb. The CHECK constraints say the same once more.
MOVE_SEATS = (
    update(_STOCK)
    .where(
        _STOCK.c.ticket_id == bindparam("of_ticket"),
        _STOCK.c.held + bindparam("more_held") >= 0,
        _STOCK.c.sold + bindparam("more_sold") >= 0,
        _STOCK.c.sold + _STOCK.c.held + bindparam("more_held") + bindparam("more_sold") <= _STOCK.c.quantity,
    )
    .values(held=_STOCK.c.held + bindparam("more_held"), sold=_STOCK.c.sold + bindparam("more_sold"))
)


def lock_stock(db: Session, event_ids: Collection[int]) -> None:
    """Let nobody else take or free seats of these events until this transaction ends.

    Whoever frees seats says so first: those who wait for any of the event's types may get them.
    """
    rows = select(_STOCK.c.ticket_id).where(_STOCK.c.event_id.in_(sorted(set(event_ids))))
    db.execute(rows.order_by(_STOCK.c.ticket_id).with_for_update()).all()


def hold(db: Session, seats: Mapping[int, int]) -> None:
    """Set seats (ticket id -> number) aside; raises TicketSoldOut for the first type of which too few are left."""
    for ticket_id in sorted(seats):
        if not _moved(db, ticket_id, Move(held=seats[ticket_id])):
            name = db.scalar(select(Ticket.name).where(Ticket.id == ticket_id))
            raise sold_out(ticket_id, name or "")


def take(db: Session, seats: Mapping[int, int]) -> None:
    """Turn held seats into sold ones."""
    move(db, {ticket_id: Move(held=-number, sold=number) for ticket_id, number in seats.items()})


def release(db: Session, seats: Mapping[int, int], *, sold: bool = False) -> None:
    """Give held (or sold) seats back."""
    move(db, {id_: Move(sold=-number) if sold else Move(held=-number) for id_, number in seats.items()})


def move(db: Session, moves: Mapping[int, Move]) -> None:
    """Make moves that must fit, in the order of the keys, so that two transactions never wait for each other."""
    for ticket_id in sorted(moves):
        if not _moved(db, ticket_id, moves[ticket_id]):
            raise StockDrift(f"ticket {ticket_id} has no such seats: {moves[ticket_id]}")


def _moved(db: Session, ticket_id: int, step: Move) -> bool:
    values = {"of_ticket": ticket_id, "more_held": step.held, "more_sold": step.sold}
    return touched(db, MOVE_SEATS, values)


def touched(db: Session, statement: Executable, values: Mapping[str, Any] | None = None) -> bool:
    """Run a conditional UPDATE of one row, and tell whether its condition held."""
    return cast("CursorResult[Any]", db.execute(statement, values)).rowcount == 1
