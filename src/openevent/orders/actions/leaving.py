"""People who leave: out of the list of those who wait for an order, or out of an order that goes on without them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy import Table, select

from openevent.kit.access import Actor
from openevent.kit.errors import Conflict, Forbidden, NotFound
from openevent.kit.money import Money
from openevent.kit.work import UnitOfWork
from openevent.orders.actions.dropping import drop_papers
from openevent.orders.actions.moving import cancel_as_is, lock, settle_free, tax_of, tax_within
from openevent.orders.actions.offering import serve_waiting
from openevent.orders.actions.refunding import give_back
from openevent.orders.models import Attendee, Order, OrderLine
from openevent.orders.queries import holders, names_by_address, parties
from openevent.orders.rules.parting import Seat, SoldLine, part_of, seats_in, without
from openevent.orders.rules.states import COMPLETED, GONE, SOLD, Party, seats_of
from openevent.orders.signals import AttendeesCancelled
from openevent.tickets.actions import ACCESSES, DISCOUNTS, Move, lock_stock, move
from openevent.tickets.actions import give_back as give_back_uses

_LINES = cast(Table, OrderLine.__table__)
ATTENDEES = "/data/relationships/attendees"


class LastAttendee(Conflict):
    """An order without people is no order."""

    code = "last-attendee"


class OrderGone(Conflict):
    """The order is cancelled or expired: nobody holds a ticket of it any more."""

    code = "order-gone"


class MoneyMatters(Forbidden):
    """Money goes back with this ticket: that is for the organizers."""

    code = "refund-forbidden"


def remove_attendee(work: UnitOfWork, attendee: Attendee, *, by: Actor) -> None:
    """Take somebody out; out of an order as `cancel_attendees` does, but with the last one the order is cancelled."""
    if attendee.order_id is not None:
        order = lock(work, attendee.order_id)
        if order.status in GONE or [one.id for one in holders(work.db, order.id)] != [attendee.id]:
            cancel_attendees(work, order.id, [attendee.id], by=by)
            return
        _check_money(work, order, order.amount, by)
        cancel_as_is(work, order, by=by)
        return
    attendee.deleted_at = work.now
    work.db.flush()
    work.audit("attendee.delete", f"attendee:{attendee.id}", by=by)


def cancel_attendees(
    work: UnitOfWork, order_id: int, attendee_ids: Sequence[int], *, note: str | None = None, by: Actor
) -> Money:
    """Take some people out of an order, and give back their seats, their uses of codes, and what they have paid.

    Returns their part of the amount, which is asked back of the provider where it was paid by one. Raises NotFound
    for somebody who is none of the order's, OrderGone, LastAttendee when nobody would be left, and MoneyMatters when
    money would go back and `by` does not organize the event.
    """
    order = lock(work, order_id)
    everybody = {one.id: one for one in holders(work.db, order.id)}
    gone = [everybody[one] for one in dict.fromkeys(attendee_ids) if one in everybody]
    _check(order, len(everybody), gone, attendee_ids)
    lines = _lines(work, order)
    seats = _seats(lines, everybody.values())
    part = _part(order, lines, [seats[one.id] for one in gone])
    is_paid = _check_money(work, order, part.minor, by)
    told = names_by_address(gone)
    _leave(work, order, gone)
    _shorten(work, lines, [seats[one.id] for one in gone])
    order.amount -= part.minor
    order.tax = tax_within(order)
    work.db.flush()
    settle_free(work, order)
    details = {"attendees": [one.id for one in gone], "part": part.minor, "note": note}
    work.audit("order.cancel-attendees", f"order:{order.id}", by=by, **details)
    if is_paid:
        give_back(work, order, part, reason=note, by=by)
    if order.status in SOLD:
        work.announce(AttendeesCancelled(order.id, told, note))
    return part


def _check_money(work: UnitOfWork, order: Order, minor: int, by: Actor) -> bool:
    """Tell whether money was paid for what goes; raises MoneyMatters unless its organizers ask for that."""
    is_paid = order.status == COMPLETED and minor > 0
    if is_paid and not parties(work.db, order, by) & {Party.ORGANIZER, Party.ADMIN}:
        raise MoneyMatters("Organizers alone take people out of a paid order: money goes back.")
    return is_paid


def _check(order: Order, number: int, gone: Sequence[Attendee], asked: Sequence[int]) -> None:
    if order.status in GONE:
        raise OrderGone(f"The order is {order.status}.")
    if len(gone) < len(set(asked)):
        raise NotFound("The order has no such ticket holder.", pointer=ATTENDEES)
    if len(gone) == number:
        raise LastAttendee("An order needs somebody: cancel the order.")


def _lines(work: UnitOfWork, order: Order) -> list[OrderLine]:
    statement = select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)
    return list(work.db.scalars(statement))


def _seats(lines: Sequence[OrderLine], everybody: object) -> Mapping[int, Seat]:
    people = cast("Sequence[Attendee]", list(cast("Sequence[Attendee]", everybody)))
    found: dict[int, Seat] = {}
    for line in lines:
        theirs = [(one.id, one.is_discount_applied) for one in people if one.ticket_id == line.ticket_id]
        found |= {seat.attendee_id: seat for seat in seats_in(_sold(line), theirs)}
    return found


def _sold(line: OrderLine) -> SoldLine:
    return SoldLine(line.ticket_id, line.quantity, line.price, line.discount, line.fee)


def _part(order: Order, lines: Sequence[OrderLine], gone: Sequence[Seat]) -> Money:
    sold = [_sold(line) for line in lines]
    left = [rest for line in sold if (rest := without(line, _of(line.ticket_id, gone))) is not None]
    return part_of(Money(order.amount, order.currency), tax_of(order), sold, left)


def _of(ticket_id: int, seats: Sequence[Seat]) -> list[Seat]:
    return [seat for seat in seats if seat.ticket_id == ticket_id]


def _leave(work: UnitOfWork, order: Order, gone: Sequence[Attendee]) -> None:
    """Give back seats and uses of codes, and let the tickets be void."""
    counter = seats_of(order.status)
    assert counter is not None  # noqa: S101 -- the order is not gone
    steps: dict[int, int] = {}
    for one in gone:
        steps[one.ticket_id] = steps.get(one.ticket_id, 0) - 1
        one.deleted_at = one.cancelled_at = work.now
    lock_stock(work.db, [order.event_id])
    move(work.db, {id_: Move(**{counter: number}) for id_, number in steps.items()})
    serve_waiting(work, [order.event_id])
    discounted, opened = sum(one.is_discount_applied for one in gone), sum(one.is_access_code_applied for one in gone)
    if order.discount_code_id and discounted:
        give_back_uses(work.db, DISCOUNTS, {order.discount_code_id: discounted})
    if order.access_code_id and opened:
        give_back_uses(work.db, ACCESSES, {order.access_code_id: opened})
    drop_papers(work, order, gone)  # the PDF of all tickets shows the void ones as well


def _shorten(work: UnitOfWork, lines: Sequence[OrderLine], gone: Sequence[Seat]) -> None:
    for line in lines:
        left = without(_sold(line), _of(line.ticket_id, gone))
        if left is None:
            work.db.delete(line)
        else:
            line.quantity, line.discount, line.fee = left.quantity, left.discount, left.fee
    work.db.flush()
