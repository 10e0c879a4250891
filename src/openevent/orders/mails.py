"""Mails about orders: the tickets to buyer and holders, and word of a cancellation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from openevent.events.models import Event
from openevent.kit.access import SYSTEM
from openevent.kit.mail import render
from openevent.kit.work import UnitOfWork
from openevent.orders.documents import dates
from openevent.orders.models import Order
from openevent.orders.queries import HolderView, OrderView, holders, view_of
from openevent.orders.rules.holders import full_name, link_subject
from openevent.orders.rules.states import COMPLETED, SOLD
from openevent.orders.signals import ConfirmationWanted, OrderCancelled, TicketsReady
from openevent.people.models import User

LINKS_LAST = timedelta(days=30)  # after the end of the event


def tickets(work: UnitOfWork, signal: TicketsReady) -> None:
    """Send the order to its buyer, and to every other holder their own tickets; later, corrected tickets alone."""
    order = work.db.get(Order, signal.order_id)
    if order is None or order.status not in SOLD:
        return  # cancelled meanwhile
    view = view_of(work.db, order, SYSTEM)
    ready = [one for one in view.holders if one.id in set(signal.attendee_ids)]
    summarized = view.buyer_email if signal.is_first else ""
    if summarized:
        _send(work, "orders/order", summarized, _summary(work, view))
    for address, theirs in _by_address(ready).items():
        if address != summarized:
            _send(work, "orders/ticket", address, _ticket_values(work, view, theirs))


def tickets_again(work: UnitOfWork, signal: ConfirmationWanted) -> None:
    """Send the order to its buyer, and to every other holder their own tickets, once more."""
    everybody = [one.id for one in holders(work.db, signal.order_id)]
    tickets(work, TicketsReady(signal.order_id, everybody, is_first=True))


def cancelled(work: UnitOfWork, signal: OrderCancelled) -> None:
    """Tell the buyer that an order is cancelled, and those who held a ticket, with the note that was left."""
    buyer = work.db.get(User, signal.user_id) if signal.user_id else None
    event = work.db.get(Event, signal.event_id)
    if event is None:
        return
    told = {} if buyer is None or buyer.deleted_at else {buyer.email: full_name(buyer.first_name, buyer.last_name)}
    for address, name in {**dict.fromkeys(signal.addresses, ""), **told}.items():
        _send(work, "orders/cancelled", address, _cancelled_values(work, signal, event, name))


def _cancelled_values(work: UnitOfWork, signal: OrderCancelled, event: Event, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "event_name": event.name,
        "number": signal.number,
        "note": signal.note or "",
        "event_link": work.site.page(f"/e/{event.identifier}"),
    }


def ticket_link(work: UnitOfWork, attendee_id: int, ends_at: datetime) -> str:
    """Return an address that opens one ticket for whoever has it, until some time after the event."""
    expires = max(ends_at, work.now) + LINKS_LAST
    signature = work.services.signer.sign(link_subject(attendee_id), expires=expires)
    return work.site.link(f"/tickets/{attendee_id}.pdf?sig={signature}")


def _send(work: UnitOfWork, template: str, address: str, values: Mapping[str, Any]) -> None:
    work.send(render(template, values, work.site).to(address))


def _by_address(holders: Sequence[HolderView]) -> dict[str, list[HolderView]]:
    found: dict[str, list[HolderView]] = {}
    for one in holders:
        if one.email:
            found.setdefault(one.email, []).append(one)
    return found


def _summary(work: UnitOfWork, view: OrderView) -> dict[str, Any]:
    lines = [(line.quantity, line.ticket_name, line.total) for line in view.lines]
    return {
        **_ticket_values(work, view, view.holders),
        "name": view.buyer_name,
        "lines": lines,
        "is_free": view.amount.minor == 0,
        "amount": view.amount,
        "is_paid": view.status == COMPLETED,
        "offline_details": view.offline_details,
        "order_link": work.site.page(f"/orders/{view.identifier}", at_frontend=f"/orders/{view.identifier}/view"),
    }


def _ticket_values(work: UnitOfWork, view: OrderView, holders: Sequence[HolderView]) -> dict[str, Any]:
    return {
        "name": full_name(holders[0].firstname, holders[0].lastname) if holders else "",
        "buyer_name": view.buyer_name or view.buyer_email,
        "event_name": view.event_name,
        "event_link": work.site.page(f"/e/{view.event_identifier}"),
        "when": ", ".join(dates(view.starts_at, view.ends_at, view.timezone)),
        "place": view.location,
        "number": view.number,
        "tickets": [
            {
                "name": one.ticket_name,
                "holder": full_name(one.firstname, one.lastname) or view.buyer_name or one.identifier,
                "link": ticket_link(work, one.id, view.ends_at),
            }
            for one in holders
        ],
    }
