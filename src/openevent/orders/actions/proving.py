"""Proving the inventory: counting again, from orders and attendees, what the counters of seats and codes say."""

from __future__ import annotations

from typing import Any, cast

from msgspec import Struct
from sqlalchemy import Select, Table, case, func, select
from sqlalchemy.orm import Session

from openevent.orders.models import Attendee, Order, OrderLine, WaitingListEntry, WaitingListWish
from openevent.orders.rules.states import GONE, HOLDING, SOLD
from openevent.orders.rules.waiting import ACTIVE
from openevent.tickets.models import AccessCode, DiscountCode, TicketStock

_STOCK = cast(Table, TicketStock.__table__).c


class Drift(Struct, frozen=True):
    """A counter that says something else than the rows that it counts."""

    key: int  # of the ticket type, or of the code
    counter: str  # held, sold or used
    stored: int
    counted: int
    source: str  # what was counted: order lines or attendees
    what: str = "ticket"  # or discount code, access code

    def __str__(self) -> str:
        return f"{self.what} {self.key}: {self.counter} is {self.stored}, but {self.source} say {self.counted}"


def prove_inventory(db: Session) -> list[Drift]:
    """Return every counter that contradicts the order lines or the attendees; none is the only good answer.

    Seats that are put aside for a waiting list are held, too.
    """
    discounts = _uses(db, DiscountCode, Order.discount_code_id, Attendee.is_discount_applied)
    accesses = _uses(db, AccessCode, Order.access_code_id, Attendee.is_access_code_applied)
    return [
        *_seat_drifts(db),
        *(Drift(*found, "attendees", "discount code") for found in discounts),
        *(Drift(*found, "attendees", "access code") for found in accesses),
    ]


def _seat_drifts(db: Session) -> list[Drift]:
    stock = {row.ticket_id: row for row in db.execute(select(_STOCK.ticket_id, _STOCK.held, _STOCK.sold))}
    found: list[Drift] = []
    waiting = _by_offers(db)
    for source, counts in (("order lines", _by_lines(db)), ("attendees", _by_attendees(db))):
        for ticket_id in sorted(stock.keys() | counts.keys() | waiting.keys()):
            held, sold = counts.get(ticket_id, (0, 0))
            held += waiting.get(ticket_id, 0)
            row = stock.get(ticket_id)
            for counter, counted in (("held", held), ("sold", sold)):
                stored = 0 if row is None else getattr(row, counter)
                if stored != counted:
                    found.append(Drift(ticket_id, counter, stored, counted, source))
    return found


def _uses(db: Session, code: Any, of_order: Any, applied: Any) -> list[tuple[int, str, int, int]]:  # noqa: ANN401 -- columns
    """Return the codes whose counter is not the number of living attendees that they were applied to."""
    counted = (
        select(of_order.label("code_id"), func.count().label("number"))
        .join(Attendee, Attendee.order_id == Order.id)
        .where(of_order.is_not(None), applied, Attendee.deleted_at.is_(None), Order.status.not_in(GONE))
        .group_by(of_order)
        .subquery()
    )
    number = func.coalesce(counted.c.number, 0)
    rows = select(code.id, code.used, number).outerjoin(counted, counted.c.code_id == code.id)
    wrong = rows.where(code.used != number).order_by(code.id)
    return [(id_, "used", int(used), int(found)) for id_, used, found in db.execute(wrong)]


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


def _by_offers(db: Session) -> dict[int, int]:
    """Return the seats that are put aside for those who wait; what an entry that is over still has is nobody's."""
    aside = (
        select(WaitingListWish.ticket_id, func.sum(WaitingListWish.held))
        .join(WaitingListEntry, WaitingListEntry.id == WaitingListWish.entry_id)
        .where(WaitingListWish.held > 0, WaitingListEntry.state.in_(sorted(ACTIVE)))
    )
    return {ticket_id: int(held) for ticket_id, held in db.execute(aside.group_by(WaitingListWish.ticket_id))}


def _sum_in(states: frozenset[str], number: Any) -> Any:  # noqa: ANN401 -- a column or a constant
    return func.coalesce(func.sum(case((Order.status.in_(states), number), else_=0)), 0)


def _counts(db: Session, statement: Select[*tuple[Any, ...]]) -> dict[int, tuple[int, int]]:
    return {ticket_id: (int(held), int(sold)) for ticket_id, held, sold in db.execute(statement)}
