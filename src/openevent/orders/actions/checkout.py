"""The checkout as buyers see it: who comes, how to pay, done. All of it, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openevent.kit.access import Actor
from openevent.kit.work import UnitOfWork
from openevent.orders.actions.holding import fill_attendees
from openevent.orders.actions.moving import complete_free, place, update_order
from openevent.orders.models import Order
from openevent.orders.rules.holders import HolderInput


def check_out(
    work: UnitOfWork,
    order_id: int,
    inputs: Sequence[HolderInput],
    payment_mode: str | None,
    *,
    billing: Mapping[str, object] | None = None,
    by: Actor,
) -> Order:
    """Name the holders, then complete a free order, or place one that is paid in a way the event accepts.

    `billing`: members of the order that say whom the invoice is made out to.
    """
    order = work.db.get_one(Order, order_id)
    fill_attendees(work, order, inputs, by=by)
    if order.amount == 0:
        return complete_free(work, order, by=by)
    order = update_order(work, order, billing or {}, by=by)
    return place(work, order, payment_mode or "", by=by)
