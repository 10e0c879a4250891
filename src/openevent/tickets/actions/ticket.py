"""Making and changing ticket types."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, cast

from sqlalchemy import Table, func, select, update
from sqlalchemy.orm import Session

from openevent.events.models import Event
from openevent.events.rules import PAYMENT_SWITCHES
from openevent.events.signals import EventCurrencyChanged
from openevent.kit.access import Actor
from openevent.kit.errors import Conflict, Forbidden
from openevent.kit.money import Money, exponent
from openevent.kit.work import UnitOfWork
from openevent.site.queries import modules
from openevent.tickets.actions.linking import Linked, link_codes_and_tags
from openevent.tickets.actions.stock import lock_stock, touched
from openevent.tickets.models import Ticket, TicketStock
from openevent.tickets.rules import KINDS, MAX_PRICE, InvalidTicket, Terms, TicketNameTaken, check_terms
from openevent.tickets.signals import SeatsAdded, TicketChanged

DEFAULT_QUANTITY = 100
DEFAULT_MAX_ORDER = 10
DEFAULT_CURRENCY = "USD"
PRICES = ("price", "min_price", "max_price")
# Members whose change makes the whole of the terms worth another look.
_TERMS = {*PRICES, "type", "quantity", "min_order", "max_order", "sales_starts_at", "sales_ends_at"}

_NO_LINKS: Linked = MappingProxyType({})
_STOCK = cast(Table, TicketStock.__table__)


class QuantityTooLow(Conflict):
    """More seats are held or sold than the new quantity would leave."""

    code = "quantity-too-low"


class TicketInUse(Forbidden):
    """Orders contain this ticket type."""

    code = "ticket-in-use"


def create_ticket(
    work: UnitOfWork, values: Mapping[str, Any], links: Linked = _NO_LINKS, *, event_id: int, by: Actor
) -> Ticket:
    """Make a ticket type and its stock; raises InvalidTicket or TicketNameTaken, or what its codes and tags raise."""
    event = work.db.get_one(Event, event_id)
    values = dict(values)
    quantity = _given(values.pop("quantity", None), DEFAULT_QUANTITY)
    values["min_order"] = _given(values.get("min_order"), 1)
    values["max_order"] = _given(values.get("max_order"), max(values["min_order"], min(DEFAULT_MAX_ORDER, quantity)))
    currency = event.payment_currency or DEFAULT_CURRENCY
    ticket = Ticket(event_id=event_id, currency=currency, min_price=0, max_price=0)
    _assign(ticket, values)
    _check_offered(work.db, ticket)
    check_terms(_terms(ticket, event, quantity))
    _check_name(work.db, ticket)
    work.db.add(ticket)
    work.db.flush()
    work.db.execute(_STOCK.insert().values(ticket_id=ticket.id, event_id=event_id, quantity=quantity, held=0, sold=0))
    link_codes_and_tags(work, ticket, links)
    work.audit("ticket.create", f"ticket:{ticket.id}", by=by)
    return ticket


def update_ticket(
    work: UnitOfWork, ticket: Ticket, values: Mapping[str, Any], links: Linked = _NO_LINKS, *, by: Actor
) -> Ticket:
    """Change what is given and nothing else; raises InvalidTicket, TicketNameTaken or QuantityTooLow."""
    values = dict(values)
    stored = _locked_quantity(work.db, ticket)
    quantity = _given(values.pop("quantity", None), stored)
    before = {name: getattr(ticket, name) for name in values if hasattr(ticket, name)}
    _assign(ticket, _without_nulls(values))
    if ticket.type != before.get("type", ticket.type):  # clients send back whatever they have read
        _check_offered(work.db, ticket)
    if quantity != stored or values.keys() & _TERMS:
        check_terms(_terms(ticket, work.db.get_one(Event, ticket.event_id), quantity))
    if quantity != stored:
        _set_quantity(work.db, ticket.id, quantity)
    if "name" in values or "deleted_at" in values:
        _check_name(work.db, ticket)
    work.db.flush()
    link_codes_and_tags(work, ticket, links)
    work.audit("ticket.update", f"ticket:{ticket.id}", by=by, members=sorted(values))
    changed = tuple(name for name, value in before.items() if getattr(ticket, name) != value)
    if changed:
        work.announce(TicketChanged(ticket.id, ticket.event_id, changed))
    if quantity > stored:
        work.announce(SeatsAdded(ticket.id, ticket.event_id))
    return ticket


def delete_ticket(work: UnitOfWork, ticket: Ticket, *, by: Actor) -> None:
    """Take a ticket type out of the event; raises TicketInUse while live orders contain it."""
    _locked_quantity(work.db, ticket)
    in_use = select(_STOCK.c.held + _STOCK.c.sold).where(_STOCK.c.ticket_id == ticket.id)
    if work.db.scalar(in_use):
        raise TicketInUse("There are orders with this ticket.")
    ticket.deleted_at = work.now
    work.db.flush()
    work.audit("ticket.delete", f"ticket:{ticket.id}", by=by)


def follow_currency(work: UnitOfWork, signal: EventCurrencyChanged) -> None:
    """Say the event's prices in its new currency, the number staying as it is; raises Conflict once seats are gone."""
    currency = signal.new or DEFAULT_CURRENCY
    gone = select(func.sum(_STOCK.c.held + _STOCK.c.sold)).where(_STOCK.c.event_id == signal.event_id)
    tickets = work.db.scalars(select(Ticket).where(Ticket.event_id == signal.event_id)).all()
    if not any(ticket.currency != currency for ticket in tickets):
        return
    if work.db.scalar(gone):
        raise Conflict("Tickets are sold in the old currency.", pointer="/data/attributes/payment-currency")
    for ticket in tickets:
        _denominate(ticket, currency)
    work.db.flush()


def _denominate(ticket: Ticket, currency: str) -> None:
    for name in PRICES:
        minor = getattr(ticket, name)
        if minor is not None:
            setattr(ticket, name, Money.of(Money(minor, ticket.currency).decimal, currency).minor)
    ticket.currency = currency


def _given(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value


def _without_nulls(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out members that were sent as null and can't be (min-order, position...): they stay as they are."""
    columns = Ticket.__table__.c
    return {name: value for name, value in values.items() if value is not None or columns[name].nullable}


def _assign(ticket: Ticket, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(ticket, name, _minor(value, ticket.currency, name) if name in PRICES else value)
    if ticket.type in KINDS and KINDS[ticket.type].is_free:
        ticket.price = 0


def _minor(amount: Decimal | None, currency: str, name: str) -> int | None:
    if amount is None:
        return 0 if name == "min_price" else None
    pointer = f"/data/attributes/{name.replace('_', '-')}"
    if not 0 <= amount <= MAX_PRICE:
        raise InvalidTicket(f"A price is 0 to {MAX_PRICE}.", pointer=pointer)
    money = Money.of(amount, currency)
    if money.decimal != amount:
        raise InvalidTicket(f"{currency} has {exponent(currency)} decimals.", pointer=pointer)
    return money.minor


def _terms(ticket: Ticket, event: Event, quantity: int) -> Terms:
    def money(minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, ticket.currency)

    return Terms(
        type=ticket.type,
        price=money(ticket.price),
        min_price=Money(ticket.min_price, ticket.currency),
        max_price=money(ticket.max_price),
        quantity=quantity,
        min_order=ticket.min_order,
        max_order=ticket.max_order,
        sales_starts_at=ticket.sales_starts_at,
        sales_ends_at=ticket.sales_ends_at,
        event_ends_at=event.ends_at,
        event_takes_payment=any(getattr(event, switch) for switch in PAYMENT_SWITCHES),
    )


def _check_offered(db: Session, ticket: Ticket) -> None:
    refusal = modules(db).refuses(ticket.type)
    if refusal is not None:
        raise InvalidTicket(refusal, pointer="/data/attributes/type")


def _check_name(db: Session, ticket: Ticket) -> None:
    if not ticket.name.strip():
        raise InvalidTicket("A ticket needs a name.", pointer="/data/attributes/name")
    with db.no_autoflush:
        same = select(Ticket.id).where(
            Ticket.event_id == ticket.event_id, Ticket.name == ticket.name, Ticket.deleted_at.is_(None)
        )
        taken = [id_ for id_ in db.scalars(same) if id_ != ticket.id]
    if taken and ticket.deleted_at is None:
        raise TicketNameTaken("Ticket already exists", pointer="/data/attributes/name")


def _locked_quantity(db: Session, ticket: Ticket) -> int:
    """Read the quantity and let nobody order until this transaction ends, so that orders see all of a change."""
    lock_stock(db, [ticket.event_id])
    return db.execute(select(_STOCK.c.quantity).where(_STOCK.c.ticket_id == ticket.id)).scalar_one()


def _set_quantity(db: Session, ticket_id: int, quantity: int) -> None:
    fits = update(_STOCK).where(_STOCK.c.ticket_id == ticket_id, _STOCK.c.sold + _STOCK.c.held <= quantity)
    if not touched(db, fits.values(quantity=quantity)):
        raise QuantityTooLow("More tickets than that are sold or held.", pointer="/data/attributes/quantity")
