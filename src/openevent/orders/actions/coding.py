"""Uses of codes as orders come and go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, func, select

from openevent.kit.work import UnitOfWork
from openevent.orders.models import Attendee, Order
from openevent.tickets.actions import ACCESSES, DISCOUNTS, give_back, take_uses
from openevent.tickets.rules.codes import CodeUsedUp

_ATTENDEES = cast(Table, Attendee.__table__).c


def give_back_codes(work: UnitOfWork, orders: Sequence[Order]) -> None:
    """Count back what orders that go have used; call it while their attendees are there."""
    discounts, accesses = _uses(work, orders, _ATTENDEES.deleted_at.is_(None))
    give_back(work.db, DISCOUNTS, discounts)
    give_back(work.db, ACCESSES, accesses)


def use_again(work: UnitOfWork, order: Order) -> None:
    """Count again what an order that comes back had used; raises CodeUsedUp when others have used it meanwhile."""
    discounts, accesses = _uses(work, [order], _ATTENDEES.cancelled_at.is_(None))
    if take_uses(work.db, DISCOUNTS, discounts) or take_uses(work.db, ACCESSES, accesses):
        raise CodeUsedUp("The code has been used up meanwhile.")


def _uses(
    work: UnitOfWork, orders: Sequence[Order], which: ColumnElement[bool]
) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """Return how often orders use which codes; orders without codes cost no statement."""
    return (
        _counted(work, {one.id: one.discount_code_id for one in orders}, _ATTENDEES.is_discount_applied, which),
        _counted(work, {one.id: one.access_code_id for one in orders}, _ATTENDEES.is_access_code_applied, which),
    )


def _counted(
    work: UnitOfWork, codes: Mapping[int, int | None], applied: ColumnElement[Any], which: ColumnElement[bool]
) -> Mapping[int, int]:
    named = {order_id: code_id for order_id, code_id in codes.items() if code_id is not None}
    found: Counter[int] = Counter()
    if named:
        rows = select(_ATTENDEES.order_id, func.count()).where(_ATTENDEES.order_id.in_(named), applied, which)
        for order_id, number in work.db.execute(rows.group_by(_ATTENDEES.order_id)):
            found[named[order_id]] += number
    return found
