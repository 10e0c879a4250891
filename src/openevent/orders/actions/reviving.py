"""Orders that come back after their time was up: their seats are held again, if there are any and they may be had."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, func, select, update

from openevent.events.models import Event
from openevent.kit.work import UnitOfWork
from openevent.orders.actions.coding import use_again
from openevent.orders.models import Attendee, Order, OrderLine
from openevent.orders.queries import catalog, codes_of, seats
from openevent.orders.rules.amounts import OrderRequest, Wanted, check_codes_again, check_still_sold
from openevent.orders.rules.states import EXPIRED, PENDING
from openevent.tickets.actions import hold
from openevent.tickets.models import Ticket
from openevent.tickets.rules import TicketNotFound

_ATTENDEES = cast(Table, Attendee.__table__)


def hold_again(work: UnitOfWork, order: Order, *, as_agreed: bool) -> None:
    """Give somebody who comes after the time was up a second chance, if seats are free.

    `as_agreed`: whatever has become of sale, prices and codes meanwhile, because it is paid already, or organizers
    want it; only what is not there any more can't be had. A buyer gets what is on sale still, for what was agreed, and
    not for less than others pay by now.
    """
    if order.status != EXPIRED:
        return
    _check_there(work, order)
    if not as_agreed:
        _check_sale(work, order)
    hold(work.db, seats(work.db, order.id))
    use_again(work, order)
    order.status = PENDING
    back = update(_ATTENDEES).where(_ATTENDEES.c.order_id == order.id, _ATTENDEES.c.cancelled_at.is_(None))
    work.db.execute(back.values(deleted_at=None))


def _check_there(work: UnitOfWork, order: Order) -> None:
    gone = select(func.count()).select_from(OrderLine).join(Ticket, Ticket.id == OrderLine.ticket_id)
    gone = gone.join(Event, Event.id == OrderLine.event_id)
    gone = gone.where(OrderLine.order_id == order.id, (Ticket.deleted_at.is_not(None)) | Event.deleted_at.is_not(None))
    if work.db.scalar(gone):
        raise TicketNotFound("These tickets are not there any more.")


def _check_sale(work: UnitOfWork, order: Order) -> None:
    lines = work.db.execute(
        select(OrderLine.ticket_id, OrderLine.quantity, OrderLine.price).where(OrderLine.order_id == order.id)
    ).all()
    connection = work.db.connection()
    fetch, dialect = connection.exec_driver_sql, connection.dialect
    on_offer = catalog(fetch, dialect, [line.ticket_id for line in lines], work.now)
    for line in lines:
        check_still_sold(on_offer.get(line.ticket_id), line.ticket_id, (line.price, order.currency), work.now)
    wanted = tuple(Wanted(line.ticket_id, line.quantity) for line in lines)
    asked = OrderRequest(wanted, discount_code=order.discount_code_id, access_code=order.access_code_id)
    check_codes_again(asked, codes_of(fetch, dialect, [asked]), order.event_id, work.now)
