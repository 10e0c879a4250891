"""Asking once more for money that did not go back."""

from __future__ import annotations

from sqlalchemy import select

from openevent.kit.access import Actor
from openevent.kit.errors import Forbidden, NotFound
from openevent.kit.work import UnitOfWork
from openevent.orders.actions.moving import lock_as_is
from openevent.orders.models import Order
from openevent.orders.queries import parties
from openevent.orders.rules.states import Party, subject_of
from openevent.payments.actions import retry_refund as retry
from openevent.payments.models import Payment, Refund


def retry_refund(work: UnitOfWork, order: Order, refund_id: int, *, by: Actor) -> Refund:
    """Ask again for a refund of an order that has failed; raises the reason against it."""
    if not parties(work.db, order, by) & {Party.ORGANIZER, Party.ADMIN}:
        raise Forbidden("Only people who organize this event can do this.")
    lock_as_is(work, order.id)
    theirs = select(Refund.id).join(Payment, Payment.id == Refund.payment_id)
    theirs = theirs.where(Refund.id == refund_id, Payment.subject == subject_of(order.id))
    if work.db.scalar(theirs) is None:
        raise NotFound("There is no such refund.")
    return retry(work, refund_id, by=by)
