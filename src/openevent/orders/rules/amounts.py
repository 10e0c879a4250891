"""What an order costs, and whether it may be made at all: values in, a quote or the reason against it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from openevent.kit.errors import Conflict, Forbidden, Invalid
from openevent.kit.money import Money, exponent, zero
from openevent.tickets.rules import Offer, TicketNotFound, may_order, sale_refusal

MAX_LINES = 50  # ticket types in one order
MAX_TOTAL = 10**15  # minor units: a total beyond it is a mistake, and would not fit a 64 bit column much longer


class InvalidOrder(Invalid):
    """The request for an order contradicts itself."""

    code = "invalid-order"


class InvalidPrice(Invalid):
    """A donation is outside of what the organizer takes."""

    code = "invalid-price"


class EventOver(Conflict):
    """The event has ended."""

    code = "event-over"


class UnverifiedBuyer(Forbidden):
    """Free tickets are for people who have shown that their address is theirs."""

    code = "unverified-user"

    @property
    def source(self) -> dict[str, object]:
        """The place, and the code once more: there clients of the first version look for it."""
        return {"pointer": "/data/relationships/user", "code": self.code}


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many of one ticket type somebody wants; `price` is what a donor gives for each."""

    ticket_id: int
    quantity: int
    price: Decimal | None = None
    pointer: str = "/tickets/0"


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What somebody wants to order at once; `amount` is another total, which only organizers may say."""

    wanted: tuple[Wanted, ...]
    amount: Decimal | None = None

    @property
    def ticket_ids(self) -> frozenset[int]:
        """The ticket types it is about."""
        return frozenset(one.ticket_id for one in self.wanted)


@dataclass(frozen=True, slots=True)
class OnOffer:
    """A ticket type together with what matters of its event."""

    offer: Offer
    event_is_public: bool
    event_ends_at: datetime


@dataclass(frozen=True, slots=True)
class Buyer:
    """What matters of whoever orders."""

    is_verified: bool = True
    organizes: frozenset[int] = field(default_factory=frozenset[int])  # ids of events


@dataclass(frozen=True, slots=True)
class Line:
    """So many of one ticket type at one price."""

    ticket_id: int
    name: str
    quantity: int
    unit: Money

    @property
    def sub_total(self) -> Money:
        """What the line costs."""
        return self.unit * self.quantity


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order costs, line by line."""

    event_id: int
    currency: str
    lines: tuple[Line, ...]
    total: Money

    @property
    def sub_total(self) -> Money:
        """What the lines cost together."""
        return sum((line.sub_total for line in self.lines), zero(self.currency))


def merged(wanted: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """Join the entries of one ticket type; raises InvalidOrder when they name different prices.

    >>> [(one.ticket_id, one.quantity) for one in merged([Wanted(7, 1), Wanted(8, 2), Wanted(7, 3)])]
    [(7, 4), (8, 2)]
    """
    found: dict[int, Wanted] = {}
    for one in wanted:
        first = found.get(one.ticket_id)
        if first is None:
            found[one.ticket_id] = one
            continue
        if first.price != one.price:
            raise InvalidOrder("One ticket can't have two prices.", pointer=f"{one.pointer}/price")
        found[one.ticket_id] = Wanted(one.ticket_id, first.quantity + one.quantity, first.price, first.pointer)
    return tuple(found.values())


def unit_price(offer: Offer, given: Decimal | None, pointer: str) -> Money:
    """Return what one ticket costs: nothing, the price, or what a donor gives within the organizer's bounds.

    A donor who says nothing gives the least. A highest donation of nothing means that there is no highest one.
    Prices that a client sends for other types are not looked at.
    """
    if offer.kind.is_free:
        return zero(offer.currency)
    if not offer.kind.is_donation:
        return offer.price
    if given is None:
        return offer.min_price
    money = Money.of(given, offer.currency)
    if money.decimal != given:
        raise InvalidPrice(f"{offer.currency} has {exponent(offer.currency)} decimals.", pointer=pointer)
    highest = offer.max_price if offer.max_price is not None and offer.max_price.minor > 0 else money
    if not offer.min_price <= money <= highest:
        raise InvalidPrice(f'Price for "{offer.name}" is out of bounds.', pointer=pointer)
    return money


def quote(wanted: Sequence[Wanted], catalog: Mapping[int, OnOffer], buyer: Buyer) -> Quote:
    """Return what these tickets cost together, whether or not they can be had at the moment.

    Raises TicketNotFound, InvalidOrder (no tickets, several events) or InvalidPrice. Lines stand in the order in which
    the organizer shows the types. Discounts, taxes and fees belong between the lines and the total.
    """
    if not wanted:
        raise InvalidOrder("An order needs at least one ticket.", pointer="/tickets")
    chosen = [(one, _found(one, catalog, buyer).offer) for one in wanted]
    event_id, currency = chosen[0][1].event_id, chosen[0][1].currency
    for one, offer in chosen:
        if offer.event_id != event_id:
            raise InvalidOrder("All tickets must belong to the same event.", pointer=f"{one.pointer}/id")
        if offer.currency != currency:
            raise InvalidOrder("All tickets must have the same currency.", pointer=f"{one.pointer}/id")
    chosen.sort(key=lambda pair: (pair[1].position, pair[1].id))
    lines = tuple(
        Line(offer.id, offer.name, one.quantity, unit_price(offer, one.price, f"{one.pointer}/price"))
        for one, offer in chosen
    )
    total = sum((line.sub_total for line in lines), zero(currency))
    if total.minor > MAX_TOTAL:
        raise InvalidOrder("That is more than an order can cost.", pointer="/tickets")
    return Quote(event_id, currency, lines, total)


def _found(one: Wanted, catalog: Mapping[int, OnOffer], buyer: Buyer) -> OnOffer:
    found = catalog.get(one.ticket_id)
    if found is None or not found.event_is_public or not _is_shown(found.offer, buyer):
        raise TicketNotFound(f"Ticket {one.ticket_id} not found", pointer=f"{one.pointer}/id")
    return found


def _is_shown(offer: Offer, buyer: Buyer) -> bool:
    return not offer.is_hidden or offer.event_id in buyer.organizes


def accept(
    request: OrderRequest,
    catalog: Mapping[int, OnOffer],
    buyer: Buyer,
    now: datetime,
    taken: Mapping[int, int] = MappingProxyType({}),
) -> Quote:
    """Return the quote of an order that may be made at this moment, or raise the reason against it.

    `taken` says how many seats of each type have gone since the catalog was read.
    """
    found = quote(request.wanted, catalog, buyer)
    for one in request.wanted:
        on_offer = catalog[one.ticket_id]
        if now > on_offer.event_ends_at:
            raise EventOver("The event is over.", pointer=f"{one.pointer}/id")
        gone = taken.get(one.ticket_id, 0)
        refusal = may_order(on_offer.offer, one.quantity, now, pointer=f"{one.pointer}/quantity", taken=gone)
        if refusal is not None:
            raise refusal
    if request.amount is not None and found.event_id in buyer.organizes:
        found = _with_total(found, request.amount)
    if found.total.minor == 0 and not buyer.is_verified:
        raise UnverifiedBuyer("Unverified user cannot place free orders")
    return found


def check_still_sold(one: OnOffer | None, ticket_id: int, now: datetime) -> None:
    """Raise the reason why a ticket type that was once ordered can't be ordered any more."""
    if one is None or not one.event_is_public:
        raise TicketNotFound(f"Ticket {ticket_id} is not sold any more")
    if now > one.event_ends_at:
        raise EventOver("The event is over.")
    refusal = sale_refusal(one.offer, now)
    if refusal is not None:
        raise refusal


def _with_total(found: Quote, amount: Decimal) -> Quote:
    total = Money.of(amount, found.currency)
    if not 0 <= total.minor <= MAX_TOTAL:
        raise InvalidOrder("That is no amount for an order.", pointer="/amount")
    return Quote(found.event_id, found.currency, found.lines, total)
