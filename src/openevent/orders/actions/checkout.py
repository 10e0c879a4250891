"""The checkout as buyers see it: who comes, how to pay, done. All of it, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openevent.kit.access import Actor
from openevent.kit.work import UnitOfWork
from openevent.orders.actions.holding import fill_attendees
from openevent.orders.actions.moving import complete_free, place, update_order
from openevent.orders.models import Order
from openevent.orders.rules.holders import HolderInput
from openevent.orders.rules.states import ONLINE, PENDING


def check_out(
    work: UnitOfWork,
    order_id: int,
    inputs: Sequence[HolderInput],
    payment_mode: str | None,
    *,
    billing: Mapping[str, object] | None = None,
    by: Actor,
) -> Order:
    """Name the holders, then complete a free order, place one that is paid outside, or go to pay it by a provider.

    `billing`: members of the order that say whom the invoice is made out to.
    """
    order = work.db.get_one(Order, order_id)
    fill_attendees(work, order, inputs, by=by)
    if order.amount == 0:
        return complete_free(work, order, by=by)
    order = update_order(work, order, billing or {}, by=by)
    if payment_mode in ONLINE:
        return update_order(work, order, {"payment_mode": payment_mode, "status": PENDING}, by=by)
    return place(work, order, payment_mode or "", by=by)
