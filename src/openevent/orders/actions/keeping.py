"""What stands as long as people hold orders: their accounts, and events."""

from __future__ import annotations

from sqlalchemy import or_, select

from openevent.events.models import Event
from openevent.events.signals import EventDeleting
from openevent.kit.errors import Forbidden
from openevent.kit.work import UnitOfWork
from openevent.orders.models import Attendee, Order
from openevent.orders.rules.states import GONE
from openevent.people.models import User
from openevent.people.signals import AccountClosing


class OrdersExist(Forbidden):
    """People hold orders for this event."""

    code = "event-has-orders"


def keep_account(work: UnitOfWork, signal: AccountClosing) -> None:
    """Refuse to delete an account that bought, or holds a ticket of, a live order of an event that has not ended.

    An address holds tickets once it is verified (reference 5.5).
    """
    live = select(Order.id).join(Event, Event.id == Order.event_id)
    live = live.where(Order.status.not_in(GONE), Event.ends_at >= work.now)
    holds = (
        select(Attendee.order_id)
        .join(User, User.email == Attendee.email)
        .where(User.id == signal.user_id, User.is_verified, Attendee.deleted_at.is_(None))
    )
    if work.db.scalar(live.where(or_(Order.user_id == signal.user_id, Order.id.in_(holds))).limit(1)) is not None:
        raise Forbidden("There are orders for events that have not ended.")


def keep_event(work: UnitOfWork, signal: EventDeleting) -> None:
    """Refuse to delete an event that people hold orders for; a super admin may hide it, nobody may remove it."""
    states = () if signal.is_permanent else GONE
    live = select(Order.id).where(Order.event_id == signal.event_id, Order.status.not_in(states)).limit(1)
    may_hide = signal.by_super_admin and not signal.is_permanent
    if not may_hide and work.db.scalar(live) is not None:
        raise OrdersExist("There are orders for this event.")
