"""Play money: a provider of our own, to try everything by hand. Its books are files in the storage, not our tables.

It stands where Stripe stands: its page says "pay", "decline", "pay later", "pay and say it twice", and what it knows
reaches us only by being asked, as with any other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from openevent.kit.errors import Invalid, NotFound
from openevent.kit.money import Money
from openevent.kit.services import Services
from openevent.payments.rules.asking import Ask, RefundAsk, RefundSeen, Returned, ReturnsAsk, Seen
from openevent.payments.rules.states import FAILED, OPEN, REFUND, SETTLED

PAY, DECLINE, LATER, TWICE = "pay", "decline", "later", "twice"
BACK = "back"  # as at a provider's own pages
CHOICES = (PAY, TWICE, LATER, DECLINE)
SLOWLY = timedelta(minutes=1)
_REFERENCE = re.compile(r"play_[0-9a-f]{32}")


class PlayMoneyUnknown(NotFound):
    """No such play money was ever asked for."""

    code = "play-money-unknown"


class PlayMoneyTaken(Invalid):
    """It is play money, but it can't do this."""

    code = "play-money-taken"


class Book(msgspec.Struct):
    """What the play bank knows of one payment."""

    reference: str
    amount: int
    currency: str
    label: str
    back: str
    state: str = OPEN
    pays_at: datetime | None = None
    refunds: dict[str, int] = msgspec.field(default_factory=dict[str, int])


class Play:
    """The play bank."""

    def __init__(self, services: Services, now: datetime) -> None:
        self._storage = services.storage
        self._site = services.site
        self._now = now

    def begin(self, ask: Ask) -> Seen:
        """Open a page in the book; a repeat finds it open."""
        reference = f"play_{ask.key}"
        found = self._find(reference)
        if found is None:
            found = Book(reference, ask.amount.minor, ask.amount.currency, ask.label, ask.back)
            self._keep(found)
        return self._seen(found)

    def confirm(self, ask: Ask, token: Mapping[str, str]) -> Seen:
        """Pay at once; the token says what is chosen on the page."""
        return self.decide(ask.reference, token.get("token", PAY))

    def look(self, ask: Ask) -> Seen:
        """Tell how it stands."""
        return self._seen(self.book(ask.reference))

    def cancel(self, ask: Ask) -> Seen:
        """Close the page, unless it is paid."""
        found = self.book(ask.reference)
        if not self._is_paid(found):
            found.state, found.pays_at = FAILED, None
            self._keep(found)
        return self._seen(found)

    def refund(self, ask: RefundAsk) -> RefundSeen:
        """Give play money back, once for each key, and never more than there was."""
        found = self.book(ask.capture)
        if ask.key not in found.refunds:
            if sum(found.refunds.values()) + ask.amount.minor > found.amount:
                return RefundSeen(FAILED, fault="more than was paid")
            found.refunds[ask.key] = ask.amount.minor
            self._keep(found)
        return RefundSeen(SETTLED, f"play_refund_{ask.key}")

    def returns(self, ask: ReturnsAsk) -> Sequence[Returned]:
        """Tell what went back; what was given back on the bank's own page has no key of ours."""
        found = self.book(ask.reference)
        return [
            Returned(REFUND, f"play_refund_{key}", SETTLED, Money(amount, found.currency), key=key)
            for key, amount in found.refunds.items()
        ]

    def give_back(self, reference: str) -> None:
        """Give back what is left, as an organizer does at a provider's own pages."""
        found = self.book(reference)
        left = found.amount - sum(found.refunds.values())
        if not self._is_paid(found) or left <= 0:
            raise PlayMoneyTaken("There is nothing to give back.")
        found.refunds[f"by_hand_{len(found.refunds)}"] = left
        self._keep(found)

    def book(self, reference: str) -> Book:
        """Return a page of the book; raises PlayMoneyUnknown."""
        found = self._find(reference)
        if found is None:
            raise PlayMoneyUnknown("There is no such payment.")
        return found

    def decide(self, reference: str, choice: str) -> Seen:
        """Do what the buyer chose; what is paid or declined stays so."""
        found = self.book(reference)
        if choice not in CHOICES:
            raise PlayMoneyTaken("Play money pays, pays later, or does not.")
        if found.state == OPEN and found.pays_at is None:
            if choice == LATER:
                found.pays_at = self._now + SLOWLY
            else:
                found.state = FAILED if choice == DECLINE else SETTLED
            self._keep(found)
        return self._seen(found)

    def _is_paid(self, found: Book) -> bool:
        return found.state == SETTLED or (found.pays_at is not None and found.pays_at <= self._now)

    def _seen(self, found: Book) -> Seen:
        is_paid = self._is_paid(found)
        return Seen(
            SETTLED if is_paid else found.state,
            found.reference,
            received=Money(found.amount, found.currency) if is_paid else None,
            capture=found.reference if is_paid else "",
            brand="play money" if is_paid else "",
            fault="declined" if found.state == FAILED else "",
            needs_action=found.state == OPEN and not is_paid,
            url=self._site.link(f"/payments/play/{found.reference}"),
        )

    def _find(self, reference: str) -> Book | None:
        data = self._storage.get(_key(reference)) if _REFERENCE.fullmatch(reference) else None
        return None if data is None else msgspec.json.decode(data, type=Book)

    def _keep(self, found: Book) -> None:
        data = msgspec.json.encode(found)
        self._storage.put(_key(found.reference), data, content_type="application/json")


def _key(reference: str) -> str:
    return f"play-money/{reference}.json"
