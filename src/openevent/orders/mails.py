"""Mails about orders, each in its reader's language: tickets, money, and word of what is void."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select

from openevent.events.models import Event
from openevent.events.queries import chief_addresses
from openevent.kit.access import SYSTEM
from openevent.kit.html import plain_lines
from openevent.kit.mail import render
from openevent.kit.money import Money
from openevent.kit.translations import texts
from openevent.kit.work import UnitOfWork
from openevent.orders.documents import dates, moment, place_in_words
from openevent.orders.models import Order, WaitingListEntry
from openevent.orders.queries import HolderView, OrderView, holders, view_of
from openevent.orders.queries.waiting import held_by_entry
from openevent.orders.rules.holders import full_name, link_subject, order_number
from openevent.orders.rules.states import COMPLETED, EXPIRED, SOLD, order_id_in
from openevent.orders.rules.waiting import REMOVED
from openevent.orders.signals import (
    AttendeesCancelled,
    ConfirmationWanted,
    MoneyReturned,
    OfferExpired,
    OrderCancelled,
    OrderCompleted,
    OrderExpired,
    SeatsOffered,
    TicketsReady,
    WaitingClosed,
)
from openevent.payments.models import Payment
from openevent.payments.signals import DisputeClosed, DisputeOpened, RefundFailed, RefundFound, RefundSettled
from openevent.people.models import User
from openevent.people.queries import reading_language
from openevent.tickets.models import Ticket

LINKS_LAST = timedelta(days=30)  # after the end of the event
NOTHING_SAID: Mapping[str, str] = MappingProxyType({})


class About(Struct, frozen=True):
    """What a mail is about: an order of an event."""

    order_id: int
    event: Event


def tickets(work: UnitOfWork, signal: TicketsReady) -> None:
    """Send the order to its buyer, and to every other holder their own tickets; later, corrected tickets alone."""
    order = work.db.get(Order, signal.order_id)
    if order is None or order.status not in SOLD:
        return  # cancelled meanwhile
    view, about = view_of(work.db, order, SYSTEM), _about(work, order)
    ready = [one for one in view.holders if one.id in set(signal.attendee_ids)]
    summarized = view.buyer_email if signal.is_first else ""
    if summarized:
        _send(work, "orders/order", summarized, partial(_summary, work, view), about)
    for address, theirs in _by_address(ready).items():
        if address != summarized:
            _send(work, "orders/ticket", address, partial(_ticket_values, work, view, theirs), about)


def tickets_again(work: UnitOfWork, signal: ConfirmationWanted) -> None:
    """Send the order to its buyer, and to every other holder their own tickets, once more."""
    everybody = [one.id for one in holders(work.db, signal.order_id)]
    tickets(work, TicketsReady(signal.order_id, everybody, is_first=True))


def cancelled(work: UnitOfWork, signal: OrderCancelled) -> None:
    """Tell the buyer that an order is cancelled, and those who held a ticket, with the note that was left."""
    event = work.db.get(Event, signal.event_id)
    if event is None:
        return
    amount = Money(signal.returned, signal.currency) if signal.returned else None
    values = {"number": signal.number, "note": signal.note or "", "amount": amount}
    _tell_cancelled(work, About(signal.order_id, event), values, _buyer(work, signal.user_id), signal.holders)


def tickets_cancelled(work: UnitOfWork, signal: AttendeesCancelled) -> None:
    """Tell the buyer, and those who held them, that some tickets of an order are void."""
    order = work.db.get(Order, signal.order_id)
    if order is None:
        return
    values = {"number": _number(order), "note": signal.note or ""}
    _tell_cancelled(work, _about(work, order), values, {}, {**signal.holders, **_buyer(work, order.user_id)})


def _tell_cancelled(
    work: UnitOfWork, about: About, values: Mapping[str, Any], buyer: Mapping[str, str], holders: Mapping[str, str]
) -> None:
    """Tell the buyer that the order is cancelled, and others that tickets of it are."""
    for address, name in {**holders, **buyer}.items():
        more = {**values, "is_part": address not in buyer}
        _send(work, "orders/cancelled", address, _plain(work, about, name, more), about)


def expired(work: UnitOfWork, signal: OrderExpired) -> None:
    """Tell the buyer that the tickets are on sale again, unless the order was taken up anew meanwhile."""
    order = work.db.get(Order, signal.order_id)
    if order is None or order.status != EXPIRED:
        return
    about = _about(work, order)
    link = work.site.page(f"/e/{about.event.identifier}/tickets", at_frontend=f"/e/{about.event.identifier}")
    _tell_buyer(work, "orders/expired", order, {"tickets_link": link})


def payment_received(work: UnitOfWork, signal: OrderCompleted) -> None:
    """Tell the buyer that the money is there that was promised when the tickets were sent."""
    order = work.db.get(Order, signal.order_id)
    if order is not None and order.status == COMPLETED and order.amount and signal.was_placed:
        _tell_buyer(work, "orders/payment-received", order, {"amount": Money(order.amount, order.currency)})


def refunded(work: UnitOfWork, signal: RefundSettled) -> None:
    """Tell the buyer that money is on its way back."""
    order = work.db.get(Order, order_id_in(signal.subject) or 0)
    if order is not None:
        _tell_buyer(work, "orders/refunded", order, {"amount": Money(signal.amount_minor, signal.currency)})


def returned(work: UnitOfWork, signal: MoneyReturned) -> None:
    """Tell the buyer that money came which can't complete the order any more, and goes back."""
    order = work.db.get(Order, signal.order_id)
    if order is not None:
        amount = Money(signal.amount_minor, signal.currency)
        _tell_buyer(work, "orders/returned", order, {"amount": amount}, said={"reason": signal.reason})


def seats_offered(work: UnitOfWork, signal: SeatsOffered) -> None:
    """Tell somebody who waits that seats are put aside for them, and until when; not once they have answered."""
    entry = work.db.get(WaitingListEntry, signal.entry_id)
    if entry is None or entry.offer_expires_at is None:
        return
    held = held_by_entry(work.db, entry.id)
    names = {row.id: row.name for row in work.db.scalars(select(Ticket).where(Ticket.id.in_(held)))}
    seats = [(number, names[ticket_id]) for ticket_id, number in held.items()]
    _tell_waiting(work, "orders/seats-offered", entry, {"seats": seats}, until=entry.offer_expires_at)


def offer_expired(work: UnitOfWork, signal: OfferExpired) -> None:
    """Tell somebody that the seats that were put aside for them are the next one's."""
    entry = work.db.get(WaitingListEntry, signal.entry_id)
    if entry is not None:
        _tell_waiting(work, "orders/offer-expired", entry, {})


def waiting_closed(work: UnitOfWork, signal: WaitingClosed) -> None:
    """Tell somebody that there is nothing left to wait for."""
    entry = work.db.get(WaitingListEntry, signal.entry_id)
    if entry is not None:
        _tell_waiting(work, "orders/waiting-closed", entry, {"is_removed": signal.reason == REMOVED})


def _tell_waiting(
    work: UnitOfWork,
    template: str,
    entry: WaitingListEntry,
    values: Mapping[str, Any],
    *,
    until: datetime | None = None,
) -> None:
    event = work.db.get_one(Event, entry.event_id)

    def said(name: str, language: str) -> Mapping[str, Any]:
        link, page = work.site.link(f"/waiting-list/{entry.id}"), work.site.page(f"/e/{event.identifier}")
        when = {} if until is None else {"until": moment(until, event.timezone, language)}
        return {"name": name, "event_name": event.name, "event_link": page, "link": link, **values, **when}

    for address, name in _buyer(work, entry.user_id).items():
        language = _language(work, address, event)
        letter = render(template, said(name, language), work.site, language).to(address)
        work.send(replace(letter, event_id=event.id, about=f"waiting-list-entry:{entry.id}"))


def refund_failed(work: UnitOfWork, signal: RefundFailed) -> None:
    """Tell the organizers that money did not go back, or has come again."""
    _tell_chiefs(work, "refund-failed", signal, reason=signal.reason)


def refund_found(work: UnitOfWork, signal: RefundFound) -> None:
    """Tell the organizers that somebody has given money back at the provider's own pages."""
    _tell_chiefs(work, "refund-found", signal, is_all=signal.left_minor == 0)


def dispute_opened(work: UnitOfWork, signal: DisputeOpened) -> None:
    """Tell the organizers that a bank wants money back."""
    _tell_chiefs(work, "dispute-opened", signal)


def dispute_closed(work: UnitOfWork, signal: DisputeClosed) -> None:
    """Tell the organizers how a dispute ended."""
    _tell_chiefs(work, "dispute-lost" if signal.is_lost else "dispute-won", signal)


def _tell_chiefs(
    work: UnitOfWork,
    case: str,
    signal: RefundFailed | RefundFound | DisputeOpened | DisputeClosed,
    *,
    reason: str = "",
    is_all: bool = False,
) -> None:
    order_id, payment = order_id_in(signal.subject), work.db.get_one(Payment, signal.payment_id)
    if order_id is None:
        return
    order, event = work.db.get(Order, order_id), work.db.get_one(Event, payment.event_id)
    values = {
        "case": case,
        "number": _number(order) if order else payment.label.rpartition(", ")[2],
        "event_name": event.name,
        "amount": Money(signal.amount_minor, signal.currency),
        "reason": reason,
        "is_all": is_all,
        "order_link": work.site.link(f"/orders/{order.identifier}") if order else "",
    }
    for address in chief_addresses(work.db, event.id):
        letter = render("orders/money", values, work.site, _language(work, address, event))
        work.send(letter.to(address, event_id=event.id))


def _tell_buyer(
    work: UnitOfWork, template: str, order: Order, values: Mapping[str, Any], *, said: Mapping[str, str] = NOTHING_SAID
) -> None:
    about = _about(work, order)
    link = work.site.page(f"/orders/{order.identifier}", at_frontend=f"/orders/{order.identifier}/view")
    more = {"number": _number(order), "order_link": link, **values}
    for address, name in _buyer(work, order.user_id).items():
        _send(work, template, address, _plain(work, about, name, more, said=said), about)


def _about(work: UnitOfWork, order: Order) -> About:
    return About(order.id, work.db.get_one(Event, order.event_id))


def _number(order: Order) -> str:
    return order_number(order.created_at, order.id)


def _buyer(work: UnitOfWork, user_id: int | None) -> dict[str, str]:
    """Return the buyer's name by address; nothing for an account that is gone."""
    buyer = work.db.get(User, user_id) if user_id else None
    if buyer is None or buyer.deleted_at is not None:
        return {}
    return {buyer.email: full_name(buyer.first_name, buyer.last_name)}


Values = Callable[[str], Mapping[str, Any]]  # what a letter says, by language


def _plain(
    work: UnitOfWork, about: About, name: str, values: Mapping[str, Any], *, said: Mapping[str, str] = NOTHING_SAID
) -> Values:
    """Return what a letter says; `said` are values that are texts of ours, in the language of the letter."""
    link = work.site.page(f"/e/{about.event.identifier}")
    found = {"name": name, "event_name": about.event.name, "event_link": link, **values}
    return lambda language: {**found, **{name: texts(language).gettext(text) for name, text in said.items()}}


def ticket_link(work: UnitOfWork, holder: HolderView, ends_at: datetime) -> str:
    """Return an address that opens one ticket for whoever has it, until some time after the event."""
    expires = max(ends_at, work.now) + LINKS_LAST
    signature = work.services.signer.sign(link_subject(holder.id, holder.code_issue), expires=expires)
    return work.site.link(f"/tickets/{holder.id}.pdf?sig={signature}")


def _send(work: UnitOfWork, template: str, address: str, values: Values, about: About) -> None:
    language = _language(work, address, about.event)
    letter = render(template, values(language), work.site, language).to(address)
    work.send(replace(letter, event_id=about.event.id, about=f"order:{about.order_id}"))


def _language(work: UnitOfWork, address: str, event: Event) -> str:
    return reading_language(work.db, address, event.language)


def _by_address(holders: Sequence[HolderView]) -> dict[str, list[HolderView]]:
    found: dict[str, list[HolderView]] = {}
    for one in holders:
        if one.email:
            found.setdefault(one.email, []).append(one)
    return found


def _summary(work: UnitOfWork, view: OrderView, language: str) -> dict[str, Any]:
    lines = [(line.quantity, line.ticket_name, line.total) for line in view.lines]
    return {
        **_ticket_values(work, view, view.holders, language),
        "name": view.buyer_name,
        "lines": lines,
        "discounted": view.discounted,
        "discount_code": view.discount_code,
        "fee": view.fee,
        "tax_label": view.tax.label if view.tax else "",
        "tax_added": view.tax_added,
        "adjustment": view.adjustment,
        "is_free": view.amount.minor == 0,
        "amount": view.amount,
        "is_paid": view.status == COMPLETED,
        "offline_details": view.offline_details,
        "afterwards": plain_lines(view.after_order_message or ""),
        "order_link": work.site.page(f"/orders/{view.identifier}", at_frontend=f"/orders/{view.identifier}/view"),
    }


def _ticket_values(work: UnitOfWork, view: OrderView, holders: Sequence[HolderView], language: str) -> dict[str, Any]:
    return {
        "name": full_name(holders[0].firstname, holders[0].lastname) if holders else "",
        "buyer_name": view.buyer_name or view.buyer_email,
        "is_own": bool(holders) and holders[0].email == view.buyer_email,
        "event_name": view.event_name,
        "event_link": work.site.page(f"/e/{view.event_identifier}"),
        "when": ", ".join(dates(view.starts_at, view.ends_at, view.timezone, language)),
        "place": place_in_words(view.location, language),
        "number": view.number,
        "tickets": [
            {
                "name": one.ticket_name,
                "holder": full_name(one.firstname, one.lastname) or view.buyer_name or one.identifier,
                "link": ticket_link(work, one, view.ends_at),
            }
            for one in holders
        ],
    }
