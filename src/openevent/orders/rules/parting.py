"""What one holder's ticket is worth of an order: the part of the amount that goes when the holder does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from openevent.kit.money import Money


class Seat(Struct, frozen=True):
    """One place in an order, as it was sold. All amounts are minor units, for this place alone."""

    attendee_id: int
    ticket_id: int
    price: int
    discount: int = 0

    @property
    def worth(self) -> int:
        """What the place cost, before fee and tax."""
        return self.price - self.discount


class SoldLine(Struct, frozen=True):
    """One line of an order: `discount` and `fee` are of the whole line."""

    ticket_id: int
    quantity: int
    price: int
    discount: int = 0
    fee: int = 0


def seats_in(line: SoldLine, holders: Sequence[tuple[int, bool]]) -> tuple[Seat, ...]:
    """Return the places of a line; `holders` are (attendee id, whether the discount was given to them).

    >>> [seat.worth for seat in seats_in(SoldLine(7, 3, 1000, discount=200), [(1, True), (2, True), (3, False)])]
    [900, 900, 1000]
    """
    given = sum(is_discounted for _, is_discounted in holders)
    each = line.discount // given if given else 0
    return tuple(Seat(id_, line.ticket_id, line.price, each if discounted else 0) for id_, discounted in holders)


def without(line: SoldLine, gone: Sequence[Seat]) -> SoldLine | None:
    """Return what is left of a line when some places go; None when nothing is.

    >>> without(SoldLine(7, 3, 1000, discount=200, fee=31), [Seat(1, 7, 1000, 100)])
    SoldLine(ticket_id=7, quantity=2, price=1000, discount=100, fee=21)
    """
    quantity = line.quantity - len(gone)
    if quantity <= 0:
        return None
    fee = Money(line.fee, "").share(quantity, line.quantity).minor
    discount = max(line.discount - sum(seat.discount for seat in gone), 0)
    return SoldLine(line.ticket_id, quantity, line.price, discount, fee)


def part_of(amount: Money, worths: Mapping[int, int], gone: Sequence[int]) -> Money:
    """Return the part of an order's amount that some holders (by id) stand for; everybody together stand for all.

    Fee and tax lie on the amount as a whole, and an organizer may have named another one: so a holder has the part of
    it that his place has of the worth of all places. Where no place is worth anything, all are alike.

    >>> part_of(Money(3000, "EUR"), {1: 1000, 2: 2000}, [1]), part_of(Money(1000, "EUR"), {1: 0, 2: 0, 3: 0}, [2])
    (Money(minor=1000, currency='EUR'), Money(minor=333, currency='EUR'))
    >>> part_of(Money(1000, "EUR"), {1: 5, 2: 5}, [1, 2])
    Money(minor=1000, currency='EUR')
    """
    total = sum(worths.values())
    weights = worths if total else dict.fromkeys(worths, 1)
    return amount.share(sum(weights[one] for one in gone), sum(weights.values()))
