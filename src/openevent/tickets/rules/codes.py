"""Decisions about codes: what makes one valid, and whether an order may use it at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from msgspec import Struct

from openevent.kit.errors import Conflict, DomainError, Invalid, NotFound
from openevent.kit.money import Money
from openevent.tickets.rules.ticket import KINDS

USES = ("event", "ticket")
TYPES = ("amount", "percent")
DEFAULT_MOST = 100  # units of one order, where an organizer says nothing
_WHOLE = 100  # percent


class InvalidCode(Invalid):
    """A code contradicts itself, its event or its tickets."""

    code = "invalid-code"


class CodeTaken(Conflict):
    """Another live code of the event reads the same."""

    code = "code-taken"


class CodeKindFixed(Conflict):
    """A code says at its making whether it is for tickets or for events, and stays so."""

    code = "code-kind-fixed"


class TicketIsPublic(Conflict):
    """An access code opens hidden tickets; this one is shown to everybody."""

    code = "ticket-is-public"


class CodeNotFound(NotFound):
    """There is no such code."""

    code = "code-not-found"


class CodeInactive(Invalid):
    """The code is switched off."""

    code = "code-inactive"


class CodeNotValidNow(Invalid):
    """The code is valid earlier or later."""

    code = "code-not-valid-now"


class CodeUsedUp(Invalid):
    """The code has been used as often as it may be."""

    code = "code-used-up"


class CodeOfOtherEvent(Invalid):
    """The code belongs to another event."""

    code = "code-of-other-event"


class CodeWithoutTickets(Invalid):
    """None of the tickets is one that the code is for."""

    code = "code-without-tickets"


class CodeQuantity(Invalid):
    """The code is for orders of more tickets, or of fewer."""

    code = "code-quantity"


def folded(code: str) -> str:
    """Return a code as it is compared: without case and without space around it.

    >>> folded(" Save10 ") == folded("SAVE10"), folded("STRASSE") == folded("straße")
    (True, True)
    """
    return code.strip().casefold()


class CodeTerms(Struct, frozen=True):
    """What an organizer says about a code's use, to be checked as a whole."""

    code: str
    tickets_number: int | None
    min_quantity: int | None
    max_quantity: int | None
    valid_from: datetime | None
    valid_till: datetime | None
    used: int = 0


def check_code(terms: CodeTerms) -> None:
    """Raise InvalidCode with a pointer at the first member that is wrong.

    >>> check_code(CodeTerms("SAVE", 50, 1, 10, None, None))
    >>> check_code(CodeTerms("SAVE", 5, 1, 10, None, None))
    Traceback (most recent call last):
    openevent.tickets.rules.codes.InvalidCode: tickets-number should be greater than or equal to max-quantity.
    """
    for is_wrong, member, detail in _problems(terms):
        if is_wrong:
            raise InvalidCode(detail, pointer=f"/data/attributes/{member}")


def _problems(terms: CodeTerms) -> tuple[tuple[bool, str, str], ...]:
    number, least, most = terms.tickets_number, terms.min_quantity, terms.max_quantity
    bounded = most is not None and most >= 0  # a negative number means that there is no bound
    begins, ends = terms.valid_from, terms.valid_till
    return (
        (not folded(terms.code), "code", "A code needs at least one letter or digit."),
        (
            bounded and least is not None and least > (most or 0),
            "min-quantity",
            "min-quantity should be less than or equal to max-quantity.",
        ),
        (
            bounded and number is not None and number < (most or 0),
            "tickets-number",
            "tickets-number should be greater than or equal to max-quantity.",
        ),
        (number is not None and number < terms.used, "tickets-number", f"{terms.used} uses are taken already."),
        (
            begins is not None and ends is not None and begins > ends,
            "valid-till",
            "valid-till should be after valid-from.",
        ),
    )


class Priced(Struct, frozen=True):
    """What matters of a ticket type that a discount is for."""

    name: str
    type: str
    price: Money | None


def check_discount(type_: str, value: float, tickets: Iterable[Priced]) -> None:
    """Raise InvalidCode unless a discount of this size can be given on all of these tickets.

    >>> check_discount("percent", 10, [Priced("Standard", "paid", Money(4000, "EUR"))])
    >>> check_discount("amount", 50, [Priced("Standard", "paid", Money(4000, "EUR"))])
    Traceback (most recent call last):
    openevent.tickets.rules.codes.InvalidCode: The discount is more than "Standard" costs.
    """
    if value < 0 or (type_ == "percent" and value > _WHOLE):
        raise InvalidCode("A discount is 0 to 100 percent, or an amount.", pointer="/data/attributes/value")
    for one in tickets:
        if KINDS[one.type].is_free:
            raise InvalidCode(f'"{one.name}" costs nothing.', pointer=TICKETS)
        if type_ == "amount":
            _check_amount(value, one)


def _check_amount(value: float, one: Priced) -> None:
    if one.price is None or one.price.minor == 0:
        raise InvalidCode(f'"{one.name}" has no price that an amount could be taken off.', pointer=TICKETS)
    if Money.of(decimal_of(value), one.price.currency) > one.price:
        raise InvalidCode(f'The discount is more than "{one.name}" costs.', pointer="/data/attributes/value")


TICKETS = "/data/relationships/tickets"


def decimal_of(number: float) -> Decimal:
    """Return a number that came over the wire as people wrote it: 0.1, and not what is next to it in binary."""
    return Decimal(repr(number))


class Code(Struct, frozen=True):
    """A code as an order sees it at one moment; one that is no discount opens hidden tickets."""

    kind: ClassVar[str] = "Access Code"

    id: int
    event_id: int | None
    code: str
    is_active: bool
    valid_from: datetime | None
    valid_till: datetime | None
    tickets_number: int | None
    used: int
    min_quantity: int | None
    max_quantity: int | None
    ticket_ids: frozenset[int] = frozenset()

    @property
    def left(self) -> int | None:
        """How often it may still be used; None for as often as one likes."""
        return None if self.tickets_number is None else max(self.tickets_number - self.used, 0)

    def units(self, wanted: Mapping[int, int]) -> int:
        """Return how many of the wanted tickets (ticket id -> number) the code is for."""
        return sum(number for ticket_id, number in wanted.items() if ticket_id in self.ticket_ids)


class Discount(Code, frozen=True):
    """A discount code: `value` percent, or major units off each ticket."""

    kind: ClassVar[str] = "Discount Code"

    type: str = "percent"
    value: float = 0.0

    def off(self, price: Money) -> Money:
        """Return what is taken off one ticket of this price.

        >>> Discount(1, 1, "TEN", True, None, None, None, 0, None, None, type="percent", value=10).off(
        ...     Money(45630, "EUR"))
        Money(minor=4563, currency='EUR')
        """
        if self.type == "percent":
            exact = price.decimal * decimal_of(self.value) / _WHOLE
            return min(Money.of(exact, price.currency), price)
        return min(Money.of(decimal_of(self.value), price.currency), price)


def code_refusal(
    code: Code, event_id: int, wanted: Mapping[int, int], now: datetime, *, pointer: str
) -> DomainError | None:
    """Return why an order may not use a code, None when it may. The first reason of the seed's order is told.

    `wanted` says how many tickets of which type are ordered.
    """
    units = code.units(wanted)
    refusal = standing_refusal(code, units, now, pointer=pointer)
    if refusal is not None:
        return refusal
    if code.event_id != event_id:
        return CodeOfOtherEvent(f"Invalid {code.kind}", pointer=pointer)
    return _tickets_refusal(code, units, pointer)


def standing_refusal(code: Code, units: int, now: datetime, *, pointer: str) -> DomainError | None:
    """Return why nobody may use a code for so many tickets now, whichever they are; None when one may.

    >>> from datetime import UTC
    >>> last = Code(1, 1, "LAST", True, None, None, 3, 2, None, None)
    >>> noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    >>> standing_refusal(last, 1, noon, pointer="/code"), standing_refusal(last, 2, noon, pointer="/code")
    (None, CodeUsedUp('Access Usage Exceeded'))
    """
    if not code.is_active:
        return CodeInactive(f"Inactive {code.kind}", pointer=pointer)
    if window_refusal(code, now):
        return CodeNotValidNow(f"The {code.kind.lower()} is not valid at this moment.", pointer=pointer)
    if code.left is not None and code.left < max(units, 1):  # never for a part of what is ordered
        return CodeUsedUp(f"{code.kind.removesuffix(' Code')} Usage Exceeded", pointer=pointer)
    return None


def window_refusal(code: Code, now: datetime) -> bool:
    """Tell whether a code is valid earlier or later than now."""
    is_early = code.valid_from is not None and now < code.valid_from
    return is_early or (code.valid_till is not None and now > code.valid_till)


def _tickets_refusal(code: Code, units: int, pointer: str) -> DomainError | None:
    name = code.kind.lower()
    if units == 0:
        return CodeWithoutTickets(f"The {name} is for none of these tickets.", pointer=pointer)
    if code.min_quantity is not None and units < code.min_quantity:
        return CodeQuantity(f"The {name} is for {code.min_quantity} tickets or more.", pointer=pointer)
    if code.max_quantity is not None and 0 <= code.max_quantity < units:
        return CodeQuantity(f"The {name} is for {code.max_quantity} tickets at most.", pointer=pointer)
    return None
