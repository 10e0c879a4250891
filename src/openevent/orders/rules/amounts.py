"""What an order costs, and whether it may be made at all: values in, a quote or the reason against it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from openevent.kit.errors import Conflict, DomainError, Forbidden, Invalid
from openevent.kit.money import Money, exponent, zero
from openevent.orders.rules.pricing import Line, Quote, TaxRule, added, taxed, with_discount, with_fee
from openevent.orders.rules.unfinished import check_unfinished
from openevent.payments.rules import Fee
from openevent.site.rules import ModuleOff
from openevent.tickets.rules import Offer, TicketNotFound, TooManyTickets, may_order, sale_refusal, stock_refusal
from openevent.tickets.rules.codes import Code, CodeNotFound, Discount, code_refusal

MAX_LINES = 50  # ticket types in one order
MOST_BY_HAND = 1_000  # tickets of one type in an order that an organizer enters
MAX_TOTAL = 10**15  # minor units: a total beyond it is a mistake, and would not fit a 64 bit column much longer


ACCESS_CODE = "/access-code"


class InvalidOrder(Invalid):
    """The request for an order contradicts itself."""

    code = "invalid-order"


class InvalidPrice(Invalid):
    """A donation is outside of what the organizer takes."""

    code = "invalid-price"


class EventOver(Conflict):
    """The event has ended."""

    code = "event-over"


class OrderMadeBefore(Conflict):
    """The same form has made an order before."""

    code = "order-made-before"


class UnverifiedBuyer(Forbidden):
    """Free tickets are for people who have shown that their address is theirs."""

    code = "unverified-user"

    @property
    def source(self) -> dict[str, object]:
        """The place, and the code once more: there clients of the first version look for it."""
        return {"pointer": "/data/relationships/user", "code": self.code}


class Wanted(Struct, frozen=True):
    """How many of one ticket type somebody wants; `price` is what a donor gives for each."""

    ticket_id: int
    quantity: int
    price: Decimal | None = None
    pointer: str = "/tickets/0"
    is_named: bool = True  # what the pointer leads to has members: id, quantity, price

    def at(self, member: str) -> str:
        """Return where in what was sent one of them stands; there may be people alone, who were counted."""
        return f"{self.pointer}/{member}" if self.is_named else self.pointer


class OrderRequest(Struct, frozen=True):
    """What somebody wants to order at once; `amount` is another total, which only organizers may say."""

    wanted: tuple[Wanted, ...]
    amount: Decimal | None = None
    discount_code: int | None = None
    access_code: int | None = None
    discount_at: str = "/discount-code"  # where the discount code stands in what was sent
    access_at: str = ACCESS_CODE  # and the access code
    once: str = ""  # the identifier that the order gets, so that the same request makes no second one; empty for any
    is_for_others: bool = False  # organizers make it, at the door or by hand: what bounds buyers does not bound them
    is_offered: bool = False  # its seats were put aside for the buyer before: it holds no more than that

    @property
    def ticket_ids(self) -> frozenset[int]:
        """The ticket types it is about."""
        return frozenset(one.ticket_id for one in self.wanted)

    @property
    def has_code(self) -> bool:
        """Whether it names a code."""
        return self.discount_code is not None or self.access_code is not None

    @property
    def is_special(self) -> bool:
        """Whether the answer depends on who asks."""
        return self.amount is not None or self.has_code or self.is_for_others


class OnOffer(Struct, frozen=True):
    """A ticket type together with what matters of its event."""

    offer: Offer
    event_is_public: bool
    event_ends_at: datetime
    tax: TaxRule | None = None
    fee: Fee | None = None  # that the buyer bears
    switched_off: str | None = None  # why this installation offers no such tickets


class Buyer(Struct, frozen=True):
    """What matters of whoever orders."""

    is_verified: bool = True
    organizes: frozenset[int] = field(default_factory=frozenset[int])  # ids of events


class Codes(Struct, frozen=True):
    """The codes that requests name, by id, as they are at this moment."""

    discounts: Mapping[int, Discount] = field(default_factory=dict[int, Discount])
    accesses: Mapping[int, Code] = field(default_factory=dict[int, Code])

    def after(self, made: Quote) -> Codes:
        """Return the codes as they are once an order is made."""
        if made.discount is None and made.access is None:
            return self
        discounts, accesses = dict(self.discounts), dict(self.accesses)
        if made.discount is not None:
            used = made.discount.used + made.discount_uses
            discounts[made.discount.id] = replace(made.discount, used=used)
        if made.access is not None:
            accesses[made.access.id] = replace(made.access, used=made.access.used + made.access_uses)
        return Codes(discounts, accesses)


NO_CODES = Codes()


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
            raise InvalidOrder("One ticket can't have two prices.", pointer=one.at("price"))
        found[one.ticket_id] = replace(first, quantity=first.quantity + one.quantity)
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


def quote(
    request: OrderRequest, catalog: Mapping[int, OnOffer], buyer: Buyer, now: datetime, codes: Codes = NO_CODES
) -> Quote:
    """Return what these tickets cost together, whether or not they can be had at the moment.

    Raises TicketNotFound, ModuleOff, InvalidOrder (no tickets, several events) or InvalidPrice, and the reason against
    a code that was named. Lines stand in the order in which the organizer shows the types.
    """
    if not request.wanted:
        raise InvalidOrder("An order needs at least one ticket.", pointer="/tickets")
    access = _named(request.access_code, codes.accesses, request.access_at)
    opened = frozenset[int]() if access is None else access.ticket_ids
    chosen = [(one, _found(one, catalog, buyer, opened)) for one in request.wanted]
    event_id, currency = _one_event([(one, found.offer) for one, found in chosen])
    chosen.sort(key=lambda pair: (pair[1].offer.position, pair[1].offer.id))
    discount = _named(request.discount_code, codes.discounts, request.discount_at)
    _check_codes(request, access, discount, event_id, now)
    lines = with_discount([_line(one, found) for one, found in chosen], discount)
    return _summed(event_id, currency, lines, chosen[0][1].tax, discount, access)


def opened_by(
    request: OrderRequest, typed: Iterable[Code], catalog: Mapping[int, OnOffer], now: datetime
) -> OrderRequest:
    """Return the request with the one code among those its buyer has typed that opens all of its hidden tickets.

    With none, or several to choose from, it stays as it is, and its hidden tickets are not found.
    """
    wanted = {one.ticket_id: one.quantity for one in request.wanted}
    known = [catalog[key].offer for key in request.ticket_ids if key in catalog]
    hidden = {one.id for one in known if one.is_hidden}
    fits = [
        code
        for code in typed
        if hidden <= code.ticket_ids
        and all(code_refusal(code, one.event_id, wanted, now, pointer=ACCESS_CODE) is None for one in known)
    ]
    return replace(request, access_code=fits[0].id) if len(fits) == 1 else request


_C = TypeVar("_C", bound=Code)


def _named(key: int | None, codes: Mapping[int, _C], pointer: str) -> _C | None:
    if key is None:
        return None
    if key not in codes:
        raise CodeNotFound("There is no such code.", pointer=pointer)
    return codes[key]


def _is_idle(code: Code, wanted: Mapping[int, int]) -> bool:
    """Tell whether a code is for tickets of which none is wanted just now: there is nothing to refuse it for.

    >>> ten = Code(1, 1, "TEN", True, None, None, 3, 0, None, None, frozenset({7}))
    >>> _is_idle(ten, {7: 0, 8: 2}), _is_idle(ten, {8: 2}), _is_idle(ten, {7: 1})
    (True, False, False)
    """
    return code.units(wanted) == 0 and not code.ticket_ids.isdisjoint(wanted)


def _check_codes(
    request: OrderRequest, access: Code | None, discount: Discount | None, event_id: int, now: datetime
) -> None:
    wanted = {one.ticket_id: one.quantity for one in request.wanted}
    for code, pointer in ((access, request.access_at), (discount, request.discount_at)):
        if code is None or _is_idle(code, wanted):
            continue
        refusal = code_refusal(code, event_id, wanted, now, pointer=pointer)
        if refusal is not None:
            raise refusal


def _one_event(chosen: Sequence[tuple[Wanted, Offer]]) -> tuple[int, str]:
    event_id, currency = chosen[0][1].event_id, chosen[0][1].currency
    for one, offer in chosen:
        if offer.event_id != event_id:
            raise InvalidOrder("All tickets must belong to the same event.", pointer=one.at("id"))
        if offer.currency != currency:
            raise InvalidOrder("All tickets must have the same currency.", pointer=one.at("id"))
    return event_id, currency


def _line(one: Wanted, found: OnOffer) -> Line:
    unit = unit_price(found.offer, one.price, one.at("price"))
    return with_fee(Line(found.offer.id, found.offer.name, one.quantity, unit), found.fee)


def _summed(  # noqa: PLR0917 -- the parts of a quote
    event_id: int,
    currency: str,
    lines: tuple[Line, ...],
    tax: TaxRule | None,
    discount: Discount | None,
    access: Code | None,
) -> Quote:
    tax_amount, total = taxed(added(lines, currency), tax)
    if total.minor > MAX_TOTAL:
        raise InvalidOrder("That is more than an order can cost.", pointer="/tickets")
    return Quote(event_id, currency, lines, total, tax, tax_amount, discount, access)


def _found(one: Wanted, catalog: Mapping[int, OnOffer], buyer: Buyer, opened: AbstractSet[int]) -> OnOffer:
    found = catalog.get(one.ticket_id)
    if found is None or not found.event_is_public or not (one.ticket_id in opened or _is_shown(found.offer, buyer)):
        raise TicketNotFound(f"Ticket {one.ticket_id} not found", pointer=one.at("id"))
    if found.switched_off is not None:
        raise ModuleOff(found.switched_off, pointer=one.at("id"))
    return found


def _is_shown(offer: Offer, buyer: Buyer) -> bool:
    return not offer.is_hidden or offer.event_id in buyer.organizes


def accept(  # noqa: PLR0917 -- everything that a verdict depends on
    request: OrderRequest,
    catalog: Mapping[int, OnOffer],
    buyer: Buyer,
    now: datetime,
    taken: Mapping[int, int] = MappingProxyType({}),
    codes: Codes = NO_CODES,
    begun: Mapping[int, int] = MappingProxyType({}),
) -> Quote:
    """Return the quote of an order that may be made at this moment, or raise the reason against it.

    `taken` says how many seats of each type have gone since the catalog was read, `begun` how many unfinished orders
    the buyer has by now, by event. A discount code that an organizer
    names for his own event is not looked at: whoever may name the price needs none. Nor do the time of the sale and
    the size of an order bind organizers who sell at the door, enter an order by hand or name its amount.
    """
    found = quote(_without_coupon(request, catalog, buyer), catalog, buyer, now, codes)
    is_by_hand = found.event_id in buyer.organizes and (request.is_for_others or request.amount is not None)
    for one in request.wanted:
        on_offer = catalog[one.ticket_id]
        if now > on_offer.event_ends_at:
            raise EventOver("The event is over.", pointer=one.at("id"))
        gone = taken.get(one.ticket_id, 0)
        refusal = _seats_refusal(one, on_offer.offer, now, gone, is_by_hand=is_by_hand, is_offered=request.is_offered)
        if refusal is not None:
            raise refusal
    if not request.is_offered and found.event_id not in buyer.organizes:
        check_unfinished(begun.get(found.event_id, 0))
    if request.amount is not None and is_by_hand:
        found = _with_total(found, request.amount)
    if found.total.minor == 0 and not buyer.is_verified:
        raise UnverifiedBuyer("Unverified user cannot place free orders")
    return found


def _seats_refusal(
    one: Wanted, offer: Offer, now: datetime, gone: int, *, is_by_hand: bool, is_offered: bool
) -> DomainError | None:
    pointer = one.at("quantity")
    if is_offered:  # it had a right size when it was made, and is a promise
        return sale_refusal(offer, now, pointer=pointer) or stock_refusal(offer, one.quantity, taken=gone)
    if not is_by_hand:
        return may_order(offer, one.quantity, now, pointer=pointer, taken=gone)
    if one.quantity > MOST_BY_HAND:
        return TooManyTickets(f"At most {MOST_BY_HAND} of a kind fit into an order.", pointer=pointer)
    return stock_refusal(offer, one.quantity, taken=gone)


class DearerNow(Conflict):
    """The tickets cost more than was agreed before the time was up."""

    code = "order-dearer-now"


def check_still_sold(one: OnOffer | None, ticket_id: int, agreed: tuple[int, str], now: datetime) -> None:
    """Raise the reason why a ticket type that was once ordered can't be had any more for what was agreed for each.

    `agreed` is minor units and their currency.
    """
    if one is None or not one.event_is_public:
        raise TicketNotFound(f"Ticket {ticket_id} is not sold any more")
    if now > one.event_ends_at:
        raise EventOver("The event is over.")
    refusal = sale_refusal(one.offer, now)
    if refusal is not None:
        raise refusal
    least = unit_price(one.offer, None, "")  # of a donation the least that is taken
    if least.currency != agreed[1] or least.minor > agreed[0]:
        raise DearerNow(f'"{one.offer.name}" costs more by now: please order anew.')


def check_codes_again(request: OrderRequest, codes: Codes, event_id: int, now: datetime) -> None:
    """Raise the reason why the codes that an order was made with can't be used any more."""
    access = _named(request.access_code, codes.accesses, request.access_at)
    discount = _named(request.discount_code, codes.discounts, request.discount_at)
    _check_codes(request, access, discount, event_id, now)


def _without_coupon(request: OrderRequest, catalog: Mapping[int, OnOffer], buyer: Buyer) -> OrderRequest:
    if request.discount_code is None:
        return request
    events = {catalog[one].offer.event_id for one in request.ticket_ids if one in catalog}
    return replace(request, discount_code=None) if events & buyer.organizes else request


def _with_total(found: Quote, amount: Decimal) -> Quote:
    total = Money.of(amount, found.currency)
    if not 0 <= total.minor <= MAX_TOTAL:
        raise InvalidOrder("That is no amount for an order.", pointer="/amount")
    return replace(found, total=total, tax_amount=None if found.tax is None else found.tax.within(total))
