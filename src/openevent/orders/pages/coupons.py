"""The field for a discount or access code: what was typed, what it stands for, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from openevent.kit.errors import DomainError, TooManyRequests
from openevent.orders.pages.forms import Chosen
from openevent.orders.queries.typed_codes import organizes, typed_code
from openevent.orders.rules.amounts import OrderRequest
from openevent.orders.rules.typed_codes import NOTHING_TYPED, TypedCode, check_choice, usable
from openevent.web.visit import visit

DISCOUNT_AT, ACCESS_AT = "/discount-code", "/access-code"
MOST_TRIES = 20  # a minute, of one client: codes are short, and whoever guesses one gets what it is for
_LONGEST = 255
_TOO_MANY = 429
_OWN = "You organize this event: discount codes are for everybody else."


class Coupon(Struct, frozen=True):
    """The field."""

    typed: str = ""
    stands_for: TypedCode = NOTHING_TYPED
    error: str | None = None
    status: int = 422
    without: str = ""  # a code that failed after it was shown to work: going on now means without it

    @property
    def applied(self) -> str:
        """The code that the page shows the prices and tickets of."""
        return self.typed if self.stands_for != NOTHING_TYPED else ""

    @property
    def told(self) -> Coupon:
        """The field of a code that has failed since it was applied: its buyer may go on without it."""
        return self if self.status == _TOO_MANY else replace(self, without=self.typed)

    def named_in(self, request: OrderRequest) -> OrderRequest:
        """Return the request with the code's ids."""
        return self.stands_for.named_in(request)

    def checked(self, form: Chosen, event_id: int) -> Coupon:
        """Return it with what is wrong with it for what is chosen."""
        wanted = {choice.offer.id: choice.number or 0 for choice in form.choices}
        try:
            check_choice(self.stands_for, event_id, wanted, visit().shell.clock.now())
        except DomainError as error:
            return replace(self, error=error.detail)
        return self

    def failed(self, error: DomainError) -> Coupon:
        """Return it after an order was refused because of it: the page shows prices without its discount."""
        if error.pointer == ACCESS_AT:
            return replace(self, error=error.detail)
        return replace(
            self, stands_for=TypedCode(access=self.stands_for.access), error=error.detail, without=self.typed
        )


def read_coupon(event_id: int, fields: Mapping[str, str]) -> Coupon:
    """Return the field as it was sent; every code counts as a try, so that nobody goes through all of them."""
    typed = fields.get("code", "").replace("\0", "").strip()[:_LONGEST]
    if not typed:
        return Coupon()
    try:
        by = visit().by  # many buyers may share an address: who is signed in has tries of their own
        who = by.origin if by.id is None else f"account:{by.id}"
        visit().services.limiter.hit(f"ticket-code:{who}", times=MOST_TRIES, seconds=60)
        with visit().reading() as db:
            found = typed_code(db, event_id, typed)
            is_theirs = found.discount is not None and organizes(db, event_id, visit().by)
        coupon = Coupon(typed, usable(found, visit().shell.clock.now()))
        return replace(coupon, stands_for=TypedCode(access=found.access), error=_OWN) if is_theirs else coupon
    except TooManyRequests as error:
        return Coupon(typed, error=error.detail, status=_TOO_MANY)
    except DomainError as error:
        return Coupon(typed, error=error.detail)


def read_discount(event_id: int, fields: Mapping[str, str]) -> Coupon:
    """Return the field where tickets are chosen already: a code that only opens tickets is of no use there."""
    found = read_coupon(event_id, fields)
    is_none = bool(found.typed) and not found.error and found.stands_for.discount is None
    return replace(found, error="This code gives no discount.") if is_none else found


def is_news(coupon: Coupon, fields: Mapping[str, str]) -> bool:
    """Tell whether the buyer has not seen yet what the code does: then that is shown before anything is ordered."""
    seen = fields.get("applied", "")
    return "apply" in fields or coupon.typed not in (seen, fields.get("without") or seen)


def goes_without(coupon: Coupon, fields: Mapping[str, str]) -> bool:
    """Tell whether the buyer was told that the code failed, saw the price without it, and goes on."""
    return bool(coupon.typed) and coupon.typed == fields.get("without", "")
