"""Decisions about ticket types: what makes one valid, and who may order how many of it when."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct, field

from openevent.kit.errors import Conflict, DomainError, Invalid, NotFound
from openevent.kit.money import Money

MAX_PRICE = 10**9  # in major units: beyond it somebody has mistaken the field
MAX_QUANTITY = 1_000_000


class Kind(Struct, frozen=True):
    """How a ticket type is paid for."""

    is_free: bool = False
    is_donation: bool = False
    needs_payment: bool = False  # the event must have a way to pay before such a type can exist


KINDS = {
    "free": Kind(is_free=True),
    "paid": Kind(needs_payment=True),
    "donation": Kind(is_donation=True, needs_payment=True),
    "freeRegistration": Kind(is_free=True),
    "paidRegistration": Kind(),
    "donationRegistration": Kind(is_donation=True),
}


class InvalidTicket(Invalid):
    """A ticket type contradicts itself or its event."""

    code = "invalid-ticket"


class TicketNameTaken(Conflict):
    """Another live ticket type of the event has this name."""

    code = "ticket-name-taken"


class TicketNotFound(NotFound):
    """There is no such ticket type, or not for this caller."""

    code = "ticket-not-found"


class TicketRefused(Conflict):
    """This ticket type can't be ordered now; `ticket_id` says which."""

    code = "ticket-refused"

    def __init__(self, detail: str, *, ticket_id: int, pointer: str | None = None) -> None:
        super().__init__(detail, pointer=pointer)
        self.ticket_id = ticket_id

    @property
    def source(self) -> dict[str, object]:
        """Which ticket type it is, as clients of the first version read it."""
        return {"id": self.ticket_id} if self.pointer is None else {"id": self.ticket_id, "pointer": self.pointer}


class TicketSoldOut(TicketRefused):
    """Not that many are left."""

    code = "ticket-sold-out"


class SalesNotStarted(TicketRefused):
    """The sale begins later."""

    code = "sales-not-started"


class SalesOver(TicketRefused):
    """The sale has ended."""

    code = "sales-over"


class TooFewTickets(Invalid):
    """Fewer than may be ordered at once."""

    code = "too-few-tickets"


class TooManyTickets(Invalid):
    """More than may be ordered at once."""

    code = "too-many-tickets"


class Terms(Struct, frozen=True):
    """What an organizer says about a ticket type, to be checked as a whole."""

    type: str
    price: Money | None
    min_price: Money
    max_price: Money | None
    quantity: int
    min_order: int
    max_order: int
    sales_starts_at: datetime
    sales_ends_at: datetime
    event_ends_at: datetime
    event_takes_payment: bool


def check_terms(terms: Terms) -> None:
    """Raise InvalidTicket with a pointer at the first member that is wrong.

    >>> from datetime import UTC, datetime
    >>> day = lambda number: datetime(2026, 5, number, tzinfo=UTC)
    >>> nothing = Money(0, "EUR")
    >>> check_terms(Terms("free", None, nothing, None, 100, 1, 10, day(1), day(9), day(10), False))
    >>> check_terms(Terms("paid", nothing, nothing, None, 100, 1, 10, day(1), day(9), day(10), True))
    Traceback (most recent call last):
    openevent.tickets.rules.ticket.InvalidTicket: A paid ticket costs more than nothing.
    """
    kind = KINDS.get(terms.type)
    if kind is None:
        raise InvalidTicket("There is no such kind of ticket.", pointer=_pointer("type"))
    for is_wrong, member, detail in (*_order_problems(terms), *_sale_problems(terms), *_price_problems(terms, kind)):
        if is_wrong:
            raise InvalidTicket(detail, pointer=_pointer(member))


def _pointer(member: str) -> str:
    return f"/data/attributes/{member}"


Problem = tuple[bool, str, str]


def _order_problems(terms: Terms) -> tuple[Problem, ...]:
    return (
        (not 1 <= terms.quantity <= MAX_QUANTITY, "quantity", f"The quantity is 1 to {MAX_QUANTITY}."),
        (terms.min_order < 1, "min-order", "At least one ticket makes an order."),
        (terms.min_order > terms.max_order, "max-order", "max-order should be greater than or equal to min-order."),
        (terms.quantity < terms.min_order, "quantity", "quantity should be greater than or equal to min-order."),
        (terms.quantity < terms.max_order, "quantity", "quantity should be greater than or equal to max-order."),
    )


def _sale_problems(terms: Terms) -> tuple[Problem, ...]:
    return (
        (
            terms.sales_starts_at >= terms.sales_ends_at,
            "sales-ends-at",
            "sales-ends-at should be after sales-starts-at.",
        ),
        (terms.sales_ends_at > terms.event_ends_at, "sales-ends-at", "The sale can't go on when the event is over."),
    )


def _price_problems(terms: Terms, kind: Kind) -> tuple[Problem, ...]:
    costs = not (kind.is_free or kind.is_donation)
    unpriced = terms.price is None or terms.price.minor <= 0
    return (
        (costs and unpriced, "price", "A paid ticket costs more than nothing."),
        (
            kind.is_donation
            and _is_bounded(terms.max_price)
            and terms.min_price > (terms.max_price or terms.min_price),
            "max-price",
            "max-price should be greater than or equal to min-price.",
        ),
        (
            kind.needs_payment and not terms.event_takes_payment,
            "type",
            "The event needs a way to pay before it can have paid or donation tickets.",
        ),
    )


def _is_bounded(price: Money | None) -> bool:
    return price is not None and price.minor > 0


class Offer(Struct, frozen=True):
    """A ticket type as a buyer sees it at one moment."""

    id: int
    event_id: int
    name: str
    type: str
    price: Money
    min_price: Money
    max_price: Money | None
    quantity: int
    available: int
    min_order: int
    max_order: int
    sales_starts_at: datetime
    sales_ends_at: datetime
    description: str | None = None
    is_hidden: bool = False
    position: int = 1
    on_sale: bool = field(default=True)  # the moment lies in the sales window
    note: str = ""  # why it can't be had now, in words; empty when it can

    @property
    def kind(self) -> Kind:
        """How it is paid for."""
        return KINDS[self.type]

    @property
    def currency(self) -> str:
        """What it is paid in."""
        return self.price.currency

    @property
    def sold_out(self) -> bool:
        """Whether too few are left for the smallest order."""
        return self.available < max(self.min_order, 1)


def may_order(
    offer: Offer, quantity: int, now: datetime, *, pointer: str | None = None, taken: int = 0
) -> DomainError | None:
    """Return why so many may not be ordered now, None when they may.

    `pointer` is where the quantity was said; `taken` seats are gone since the offer was read.
    """
    return sale_refusal(offer, now, pointer=pointer) or _quantity_refusal(offer, quantity, taken, pointer)


def sale_refusal(offer: Offer, now: datetime, *, pointer: str | None = None) -> DomainError | None:
    """Return why nothing at all is sold now."""
    if now < offer.sales_starts_at:
        return SalesNotStarted(f'The sale of "{offer.name}" has not started yet.', ticket_id=offer.id, pointer=pointer)
    if now > offer.sales_ends_at:
        return SalesOver(f'The sale of "{offer.name}" is over.', ticket_id=offer.id, pointer=pointer)
    return None


def _quantity_refusal(offer: Offer, quantity: int, taken: int, pointer: str | None) -> DomainError | None:
    if quantity < offer.min_order:
        return TooFewTickets(f'At least {offer.min_order} of "{offer.name}" make an order.', pointer=pointer)
    if quantity > offer.max_order:
        return TooManyTickets(f'At most {offer.max_order} of "{offer.name}" fit into an order.', pointer=pointer)
    return stock_refusal(offer, quantity, taken=taken)


def stock_refusal(offer: Offer, quantity: int, *, taken: int = 0) -> DomainError | None:
    """Return why there are not so many; `taken` seats are gone since the offer was read."""
    left = offer.available - taken
    if left <= 0:
        return sold_out(offer.id, offer.name)
    if quantity > left:
        detail = f'Only {left} of "{offer.name}" {"is" if left == 1 else "are"} left'
        return TicketSoldOut(detail, ticket_id=offer.id)
    return None


def sold_out(ticket_id: int, name: str) -> TicketSoldOut:
    """Return the refusal of a ticket type of which nothing is left."""
    return TicketSoldOut(f'Ticket "{name}" already sold out', ticket_id=ticket_id)


def note(offer: Offer, now: datetime) -> str:
    """Return in words why a ticket type can't be had at this moment; nothing when it can."""
    if now < offer.sales_starts_at:
        return "Not on sale yet"
    if now > offer.sales_ends_at:
        return "The sale is over"
    return "Sold out" if offer.sold_out else ""
