"""Payment providers: one file each, speaking that provider's own wire; here is what they have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from openevent.kit.errors import Unavailable
from openevent.kit.services import Services
from openevent.payments.providers.paypal import Paypal
from openevent.payments.providers.play import Play
from openevent.payments.providers.stripe import Stripe
from openevent.payments.rules.asking import Ask, RefundAsk, RefundSeen, Seen
from openevent.payments.rules.states import PAYPAL, PLAY, STRIPE


class ProviderNotConfigured(Unavailable):
    """The operator has not set up this way to pay."""

    code = "provider-not-configured"


class Provider(Protocol):
    """A way for money to come in and to go back. Every call may be repeated: what was done is not done twice.

    What is not understood, not answered or answered too late raises kit.outbound.ServerUnreachable.
    """

    def begin(self, ask: Ask) -> Seen:
        """Make the payment known at the provider; no money moves yet."""
        ...

    def confirm(self, ask: Ask, token: Mapping[str, str]) -> Seen:
        """Take the money with what the buyer's client was given; raises Invalid for a token that is none."""
        ...

    def look(self, ask: Ask) -> Seen:
        """Tell how it stands; what the buyer has agreed to is taken."""
        ...

    def cancel(self, ask: Ask) -> Seen:
        """See to it that nobody can pay any more; a payment that was faster is told as settled."""
        ...

    def refund(self, ask: RefundAsk) -> RefundSeen:
        """Give money back, or tell how that stands when it was asked for before."""
        ...


class _Way(Struct, frozen=True):
    """One line of the table of providers: its name for people, whether it is set up, and how it is made."""

    name: str
    is_set_up: Callable[[Services], bool]
    make: Callable[[Services, datetime], Provider]


_WAYS: Mapping[str, _Way] = {
    STRIPE: _Way("Stripe", lambda services: bool(services.stripe.secret_key), Stripe),
    PAYPAL: _Way("PayPal", lambda services: bool(services.paypal.client_id and services.paypal.secret), Paypal),
    PLAY: _Way("Play money", lambda services: services.play_money, Play),
}


def configured(services: Services) -> tuple[str, ...]:
    """Return the providers that this installation can take money by."""
    return tuple(name for name, way in _WAYS.items() if way.is_set_up(services))


def provider_of(services: Services, name: str, now: datetime) -> Provider:
    """Return a provider by its name; raises ProviderNotConfigured."""
    way = _WAYS[name]
    if not way.is_set_up(services):
        raise refuse_provider(way.name)
    return way.make(services, now)


def refuse_provider(name: str) -> ProviderNotConfigured:
    """Return the answer of a way to pay that nobody has set up."""
    return ProviderNotConfigured(f"{name} is not configured on this server.")
