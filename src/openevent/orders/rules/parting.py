"""What an order is worth without some of its holders: the part of the amount that goes when they do."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from openevent.kit.money import Money
from openevent.orders.rules.pricing import TaxRule, taxed


class Seat(Struct, frozen=True):
    """One place in an order, as it was sold. The discount is in minor units, for this place alone."""

    attendee_id: int
    ticket_id: int
    discount: int = 0


class SoldLine(Struct, frozen=True):
    """One line of an order: `discount` and `fee` are of the whole line."""

    ticket_id: int
    quantity: int
    price: int
    discount: int = 0
    fee: int = 0

    @property
    def worth(self) -> int:
        """What the line comes to, before a tax that is added."""
        return self.price * self.quantity - self.discount + self.fee


def seats_in(line: SoldLine, holders: Sequence[tuple[int, bool]]) -> tuple[Seat, ...]:
    """Return the places of a line; `holders` are (attendee id, whether the discount was given to them).

    >>> [seat.discount for seat in seats_in(SoldLine(7, 3, 1000, discount=200), [(1, True), (2, True), (3, False)])]
    [100, 100, 0]
    """
    given = sum(is_discounted for _, is_discounted in holders)
    each = line.discount // given if given else 0
    return tuple(Seat(id_, line.ticket_id, each if discounted else 0) for id_, discounted in holders)


def without(line: SoldLine, gone: Sequence[Seat]) -> SoldLine | None:
    """Return what is left of a line when some places go; None when nothing is.

    >>> without(SoldLine(7, 3, 1000, discount=200, fee=31), [Seat(1, 7, 100)])
    SoldLine(ticket_id=7, quantity=2, price=1000, discount=100, fee=21)
    """
    quantity = line.quantity - len(gone)
    if quantity <= 0:
        return None
    fee = Money(line.fee, "").share(quantity, line.quantity).minor
    discount = max(line.discount - sum(seat.discount for seat in gone), 0)
    return SoldLine(line.ticket_id, quantity, line.price, discount, fee)


def part_of(amount: Money, tax: TaxRule | None, before: Sequence[SoldLine], left: Sequence[SoldLine]) -> Money:
    """Return the part of an order's amount that goes when of its lines only `left` are left; what stays adds up.

    What is left costs what it would have cost by itself, its part of fee and tax with it. Where an organizer had named
    another amount, the part that goes is that which its places have of the worth of all; where no place is worth
    anything, all are alike.

    >>> from decimal import Decimal
    >>> two, one = SoldLine(7, 2, 1000, fee=66), SoldLine(7, 1, 1000, fee=33)
    >>> part_of(Money(4066, "EUR"), None, [two, SoldLine(8, 1, 2000)], [two])
    Money(minor=2000, currency='EUR')
    >>> vat = TaxRule("VAT", Decimal(19), False)
    >>> part_of(Money(2459, "EUR"), vat, [two], [one])
    Money(minor=1230, currency='EUR')
    >>> part_of(Money(3000, "EUR"), None, [SoldLine(7, 1, 500), SoldLine(8, 1, 1000)], [SoldLine(8, 1, 1000)])
    Money(minor=1000, currency='EUR')
    >>> part_of(Money(1000, "EUR"), None, [SoldLine(7, 3, 0)], [SoldLine(7, 2, 0)])
    Money(minor=333, currency='EUR')
    """
    whole, rest = (Money(sum(line.worth for line in lines), amount.currency) for lines in (before, left))
    if taxed(whole, tax)[1] == amount:
        return amount - taxed(rest, tax)[1]
    if whole.minor:
        return amount.share((whole - rest).minor, whole.minor)
    number, stay = (sum(line.quantity for line in lines) for lines in (before, left))
    return amount.share(number - stay, number)
