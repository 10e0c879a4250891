"""What a code that a buyer has typed does for a choice of tickets: before there is an order, and for the order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from openevent.kit.money import Money
from openevent.orders.rules.amounts import OrderRequest
from openevent.tickets.rules import Offer
from openevent.tickets.rules.codes import Code, CodeNotFound, Discount, code_refusal, standing_refusal

TYPED = "/code"  # where it was typed


class TypedCode(Struct, frozen=True):
    """What a text stands for at an event: a discount, access to hidden tickets, or both."""

    discount: Discount | None = None
    access: Code | None = None

    @property
    def opened(self) -> frozenset[int]:
        """The ticket types that it shows."""
        return frozenset[int]() if self.access is None else self.access.ticket_ids

    def off(self, offer: Offer) -> Discount | None:
        """Return the discount on a ticket type, None where there is none."""
        is_for = self.discount is not None and offer.id in self.discount.ticket_ids
        return self.discount if is_for and not offer.kind.is_free else None

    def price(self, offer: Offer) -> Money:
        """Return what one ticket costs with it."""
        found = self.off(offer)
        return offer.price if found is None else offer.price - found.off(offer.price)

    def lowered(self, offers: Iterable[Offer]) -> list[Offer]:
        """Return the ticket types that it makes cheaper."""
        return [one for one in offers if self.off(one) is not None]

    def named_in(self, request: OrderRequest) -> OrderRequest:
        """Return the request with the ids of what it needs of the code.

        Access is named only where it opens something. A discount on none of the tickets is named, too, so that its
        buyer hears of it; not beside access, which the buyer may have typed the code for.
        """
        wanted = {one.ticket_id: one.quantity for one in request.wanted}
        access = self.access.id if self.access is not None and self.access.units(wanted) else None
        discount = self.discount
        if discount is not None and self.access is not None and not discount.units(wanted):
            discount = None
        return replace(request, discount_code=discount.id if discount else None, access_code=access)


NOTHING_TYPED = TypedCode()


def usable(found: TypedCode, now: datetime) -> TypedCode:
    """Return what of a code may be used at this moment; raises CodeNotFound, or the reason against all of it.

    >>> from datetime import UTC
    >>> usable(NOTHING_TYPED, datetime(2026, 5, 1, tzinfo=UTC))
    Traceback (most recent call last):
    openevent.tickets.rules.codes.CodeNotFound: There is no such code.
    """
    both = (found.discount, found.access)
    refusals = [one and standing_refusal(one, 1, now, pointer=TYPED) for one in both]
    discount, access = found.discount if not refusals[0] else None, found.access if not refusals[1] else None
    if discount is None and access is None:
        raise next((one for one in refusals if one), CodeNotFound("There is no such code.", pointer=TYPED))
    return TypedCode(discount, access)


def check_choice(found: TypedCode, event_id: int, wanted: Mapping[int, int], now: datetime) -> None:
    """Raise the reason why a discount can't be had with what is chosen; with nothing chosen yet there is none.

    A code that opens tickets as well is fine: they are chosen after it was typed.
    """
    if found.discount is None or found.access is not None or not any(wanted.values()):
        return
    refusal = code_refusal(found.discount, event_id, wanted, now, pointer=TYPED)
    if refusal is not None:
        raise refusal
