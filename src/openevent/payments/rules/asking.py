"""What is said to a provider, and what it says: values that hold everything, so that no database is asked meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from msgspec import Struct

from openevent.kit.errors import Invalid
from openevent.kit.money import Money

RETURN_URL = "/data/attributes/return-url"
LONGEST_RETURN_URL = 2000  # more is an address for nobody


def return_url(told: Mapping[str, object]) -> str:
    """Return where a client wants its buyer to come out; empty where it does not say. Raises Invalid for no address.

    >>> return_url({"return-url": "https://client.example/back"}), return_url({"return-url": None})
    ('https://client.example/back', '')
    >>> return_url({"return-url": "javascript:alert(1)"})
    Traceback (most recent call last):
    openevent.kit.errors.Invalid: An address (http or https) of at most 2000 characters.
    """
    wished = told.get("return-url")
    if wished is None or wished == "":
        return ""
    if not isinstance(wished, str) or not _leads_back(wished):
        raise Invalid(f"An address (http or https) of at most {LONGEST_RETURN_URL} characters.", pointer=RETURN_URL)
    return wished


def _leads_back(wished: str) -> bool:
    if len(wished) > LONGEST_RETURN_URL or not wished.isprintable() or " " in wished:
        return False
    try:
        parts = urlsplit(wished)
    except ValueError:  # brackets that hold no address
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


class Ask(Struct, frozen=True):
    """One payment, as a provider is asked about it.

    `key` is random and the payment's own: what makes a repeated call harmless derives from it. `account` is the
    organizer's at the provider, `reference` the provider's name of the payment; empty when there is none (yet).
    `is_hosted`: the buyer pays on a page of the provider's. `back`: where the buyer goes afterwards.
    """

    payment_id: int
    key: str
    provider: str
    amount: Money
    label: str = ""
    is_hosted: bool = False
    account: str = ""
    reference: str = ""
    back: str = ""


class RefundAsk(Struct, frozen=True):
    """One refund, as a provider is asked about it; `capture` is what it calls the money that it took.

    `is_repeated`: it may have been asked for before.
    """

    refund_id: int
    key: str
    provider: str
    amount: Money
    capture: str
    account: str = ""
    reference: str = ""  # of the refund, once it is known
    reason: str = ""
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """How a payment stands at its provider: `state` is open, settled or failed.

    `received` is what came in; `capture` what refunds are asked of; `fault` why it does not go on.
    `needs_action`: the buyer has to do something more, at `url` or with `client_secret`. `is_under_way`: he has done
    all, the bank has not; nobody can stop it.
    """

    state: str
    reference: str
    received: Money | None = None
    capture: str = ""
    fee: Money | None = None
    payer: str = ""
    brand: str = ""
    last4: str = ""
    exp_month: str = ""
    exp_year: str = ""
    fault: str = ""
    needs_action: bool = False
    is_under_way: bool = False
    url: str = ""
    client_secret: str = field(default="", repr=False)
    publishable_key: str = ""


class RefundSeen(Struct, frozen=True):
    """How a refund stands at its provider: `state` is requested, settled or failed."""

    state: str
    reference: str = ""
    fault: str = ""


class ReturnsAsk(Struct, frozen=True):
    """One payment that was settled, as a provider is asked what went back of it."""

    payment_id: int
    provider: str
    reference: str
    capture: str
    account: str = ""


class Returned(Struct, frozen=True):
    """Money that went back, as its provider tells it: `kind` is refund or dispute, `state` as of a RefundSeen.

    `key` is what we called it, empty for what was not asked for here. `is_undecided`: a dispute that goes on.
    """

    kind: str
    reference: str
    state: str
    amount: Money | None
    key: str = ""
    fault: str = ""
    is_undecided: bool = False
    fee: Money | None = None


class Notice(Struct, frozen=True):
    """A provider's word that something has happened: what it calls the notice, and the things that it is about."""

    id: str
    kind: str
    references: tuple[str, ...]


def is_as_asked(asked: Money, received: Money | None) -> bool:
    """Tell whether what came in is what was asked for, to the unit.

    >>> is_as_asked(Money(500, "EUR"), Money(500, "EUR")), is_as_asked(Money(500, "EUR"), Money(500, "USD"))
    (True, False)
    >>> is_as_asked(Money(500, "EUR"), Money(499, "EUR")), is_as_asked(Money(500, "EUR"), None)
    (False, False)
    """
    return received == asked
