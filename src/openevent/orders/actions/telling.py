"""Telling accounts inside the product what became of orders (v1 reference 20.9)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from openevent.events.models import Event
from openevent.events.queries import organizer_ids
from openevent.kit.work import UnitOfWork
from openevent.orders.models import Attendee, Order
from openevent.orders.rules.states import order_id_in
from openevent.orders.signals import OrderCancelled, OrderCompleted, OrderPlaced
from openevent.payments.signals import DisputeClosed, DisputeOpened, RefundFailed, RefundFound
from openevent.people.actions import notify
from openevent.people.models import User


def tell_completed(work: UnitOfWork, signal: OrderCompleted) -> None:
    """Tell buyer, holders and organizers that tickets are paid."""
    _tell_bought(work, signal.order_id)


def tell_placed(work: UnitOfWork, signal: OrderPlaced) -> None:
    """Tell buyer, holders and organizers that tickets are promised."""
    _tell_bought(work, signal.order_id)


def _tell_bought(work: UnitOfWork, order_id: int) -> None:
    order = work.db.get(Order, order_id)
    event = work.db.get(Event, order.event_id) if order else None
    if order is None or event is None:
        return
    buyer = [order.user_id] if order.user_id else []
    known: dict[str, Any] = {"target": ("Order", order.id), "actors": buyer, "about": _about(order, event)}
    notify(work, buyer, "ticket_purchased", **known)
    notify(work, set(_holders(work, order.id)) - set(buyer), "ticket_purchased_attendee", **known)
    notify(work, organizer_ids(work.db, event.id), "ticket_purchased_organizer", **known)


def tell_cancelled(work: UnitOfWork, signal: OrderCancelled) -> None:
    """Tell buyer and organizers that an order is cancelled; told at once, for the order may be gone soon."""
    order, event = work.db.get(Order, signal.order_id), work.db.get(Event, signal.event_id)
    if order is None or event is None:
        return
    known: dict[str, Any] = {"target": ("Order", order.id), "action": "cancelled", "about": _about(order, event)}
    notify(work, [order.user_id] if order.user_id else [], "ticket_cancelled", **known)
    notify(work, organizer_ids(work.db, event.id), "ticket_cancelled_organizer", **known)


def tell_refund_failed(work: UnitOfWork, signal: RefundFailed) -> None:
    """Tell the organizers that money did not go back."""
    _tell_organizers(work, signal.subject, "refund-failed")


def tell_refund_found(work: UnitOfWork, signal: RefundFound) -> None:
    """Tell the organizers that somebody has given money back at the provider's own pages."""
    _tell_organizers(work, signal.subject, "refund-found")


def tell_dispute_opened(work: UnitOfWork, signal: DisputeOpened) -> None:
    """Tell the organizers that a bank wants money back."""
    _tell_organizers(work, signal.subject, "dispute-opened")


def tell_dispute_closed(work: UnitOfWork, signal: DisputeClosed) -> None:
    """Tell the organizers how a dispute ended."""
    _tell_organizers(work, signal.subject, "dispute-lost" if signal.is_lost else "dispute-won")


def _tell_organizers(work: UnitOfWork, subject: str, what: str) -> None:
    order = work.db.get(Order, order_id_in(subject) or 0)
    if order is None:
        return
    event = work.db.get_one(Event, order.event_id)
    known: dict[str, Any] = {"target": ("Order", order.id), "action": what, "about": _about(order, event)}
    notify(work, organizer_ids(work.db, event.id), "order_money_organizer", **known)


def _holders(work: UnitOfWork, order_id: int) -> list[int]:
    """Return the accounts with a holder's address; one that nobody has verified may be somebody else's."""
    found = select(User.id).join(Attendee, Attendee.email == User.email)
    found = found.where(Attendee.order_id == order_id, Attendee.deleted_at.is_(None))
    return list(work.db.scalars(found.where(User.deleted_at.is_(None), User.is_verified)))


def _about(order: Order, event: Event) -> dict[str, dict[str, object]]:
    return {
        "order": {"id": str(order.id), "identifier": order.identifier, "status": order.status},
        "event": {"id": str(event.id), "name": event.name, "identifier": event.identifier},
    }
