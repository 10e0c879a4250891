"""What the forms of the order pages say: text in, values or messages out. Nothing here knows the database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from openevent.kit.money import Money, exponent
from openevent.orders.rules.amounts import OrderRequest, Wanted
from openevent.tickets.rules import Offer

_KEY = re.compile(r"quantity-(\d{1,18})")
_MOST_DIGITS = 9
_AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,3})?")


class Choice(Struct, frozen=True):
    """One ticket type in the form: what is offered, what was typed, and what is wrong with it."""

    offer: Offer
    quantity: str = "0"
    amount: str = ""
    error: str | None = None

    @property
    def most(self) -> int:
        """How many can be had in one order."""
        return max(min(self.offer.max_order, self.offer.available), 0)

    @property
    def is_donation(self) -> bool:
        """Whether the buyer says what it costs."""
        return self.offer.kind.is_donation

    @property
    def most_amount(self) -> Money | None:
        """The highest donation, None when there is no highest one."""
        return self.offer.max_price if self.offer.max_price and self.offer.max_price.minor > 0 else None

    @property
    def number(self) -> int | None:
        """The quantity, None for what is no whole number from 0."""
        typed = self.quantity.strip() or "0"
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS else None

    @property
    def price(self) -> Decimal | None:
        """What a donor gives for each; raises InvalidOperation for what is no amount."""
        typed = self.amount.strip().replace(",", ".")
        if not typed or not self.is_donation:
            return None
        if not _AMOUNT.fullmatch(typed):
            raise InvalidOperation
        return Decimal(typed)


class Chosen(Struct, frozen=True):
    """The whole form: its lines, and what is wrong with none of them in particular."""

    choices: tuple[Choice, ...]
    problem: str | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether anything is."""
        return self.problem is not None or any(choice.error for choice in self.choices)

    @property
    def request(self) -> OrderRequest:
        """What is wanted; only for a form in which nothing is wrong."""
        taken = [choice for choice in self.choices if choice.number]
        return OrderRequest(
            tuple(
                Wanted(choice.offer.id, choice.number or 0, choice.price, f"/tickets/{place}")
                for place, choice in enumerate(taken)
            )
        )

    @property
    def fields(self) -> dict[str, str]:
        """What was chosen, to be kept in an address while somebody signs in."""
        return dict(_fields(self.choices))

    def refused(self, detail: str, *, pointer: str | None, ticket_id: int | None) -> Chosen:
        """Return the form with the reason of a refusal beside the line that it is about."""
        taken = [choice.offer.id for choice in self.choices if choice.number]
        place = re.match(r"/tickets/(\d+)", pointer or "")
        key = ticket_id if ticket_id is not None else taken[int(place[1])] if place else None
        if key not in taken:
            return replace(self, problem=detail)
        marked = (replace(choice, error=detail) if choice.offer.id == key else choice for choice in self.choices)
        return replace(self, choices=tuple(marked))


def _fields(choices: Iterable[Choice]) -> Iterator[tuple[str, str]]:
    for choice in choices:
        if choice.number:
            yield f"quantity-{choice.offer.id}", str(choice.number)
            if choice.is_donation and choice.amount.strip():
                yield f"amount-{choice.offer.id}", choice.amount.strip()[:16]


def once_of(form: Iterable[tuple[str, str]], *about: object) -> str:
    """Return the identifier of the order that a form makes: whoever sends the same again names the same.

    `about` is what the form does not say: whose it is, and of which event. Empty for a form without a key of ours.
    """
    fields = sorted(form)
    try:
        key = UUID(dict(fields).get("once", ""))
    except ValueError:
        return ""
    said = [*about, *(field for field in fields if field[0] != "csrf_token")]
    return str(uuid5(key, json.dumps(said)))


def remembered(offers: Sequence[Offer], fields: Mapping[str, str]) -> Chosen:
    """Return the form as an address remembers it; a single ticket type is chosen already."""
    choices = [_choice(offer, fields) for offer in offers]
    available = [choice for choice in choices if choice.offer.on_sale and not choice.offer.sold_out]
    if len(available) == 1 and not any(choice.number for choice in choices):
        only = available[0]
        least = str(max(only.offer.min_order, 1))
        choices = [replace(only, quantity=least) if choice is only else choice for choice in choices]
    return Chosen(tuple(choices))


def chosen(offers: Sequence[Offer], fields: Mapping[str, str]) -> Chosen:
    """Return the form as it was sent, with what is wrong in it."""
    choices = tuple(_checked(_choice(offer, fields)) for offer in offers)
    return Chosen(choices, _problem(choices, fields))


def _choice(offer: Offer, fields: Mapping[str, str]) -> Choice:
    amount = fields.get(f"amount-{offer.id}", "")
    if not amount and offer.kind.is_donation and offer.min_price.minor:
        amount = f"{offer.min_price.decimal:.{exponent(offer.currency)}f}"
    return Choice(offer, fields.get(f"quantity-{offer.id}", "0"), amount)


def _checked(choice: Choice) -> Choice:
    if choice.number is None:
        return replace(choice, quantity="0", error="Please enter a whole number of tickets, 0 or more.")
    try:
        _ = choice.price
    except InvalidOperation:
        return replace(choice, error="Please enter an amount such as 25 or 12.50.")
    return choice


def _problem(choices: Sequence[Choice], fields: Mapping[str, str]) -> str | None:
    offered = {str(choice.offer.id) for choice in choices}
    named = (
        found[1] for key, value in fields.items() if (found := _KEY.fullmatch(key)) and value.strip() not in ("", "0")
    )
    if any(key not in offered for key in named):
        return "One of the tickets is not offered here. Please choose again."
    if not any(choice.number or choice.error for choice in choices):
        return "Please choose at least one ticket."
    return None
