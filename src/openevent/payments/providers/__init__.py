"""Payment providers: one file each, speaking that provider's own wire; here is what they have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace as with_keys
from datetime import datetime
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.orm import Session

from openevent.kit.errors import Unavailable
from openevent.kit.services import Services
from openevent.kit.work import UnitOfWork
from openevent.payments.providers.paypal import Paypal
from openevent.payments.providers.play import Play
from openevent.payments.providers.stripe import Stripe
from openevent.payments.rules.asking import Ask, RefundAsk, RefundSeen, Returned, ReturnsAsk, Seen
from openevent.payments.rules.states import PAYPAL, PLAY, STRIPE
from openevent.site.queries import cashier_keys

PAYPAL_LIVE, PAYPAL_SANDBOX = "https://api-m.paypal.com", "https://api-m.sandbox.paypal.com"


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

    def returns(self, ask: ReturnsAsk) -> Sequence[Returned]:
        """Tell all that went back of a payment, whoever asked for it: refunds and disputes."""
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


def configured(services: Services, db: Session) -> tuple[str, ...]:
    """Return the providers that this installation can take money by."""
    known = _keyed(services, db)
    return tuple(name for name, way in _WAYS.items() if way.is_set_up(known))


def provider_of(work: UnitOfWork, name: str) -> Provider:
    """Return a provider by its name, with the keys that are set now; raises ProviderNotConfigured."""
    way, known = _WAYS[name], services_of(work)
    if not way.is_set_up(known):
        raise refuse_provider(way.name)
    return way.make(known, work.now)


def services_of(work: UnitOfWork) -> Services:
    """Return the services with the keys of payment providers that are set now."""
    return _keyed(work.services, work.db)


def _keyed(services: Services, db: Session) -> Services:
    """Return the services with the keys that admins have set, wherever the operator has set none.

    They are read whenever they are needed, so that a change holds at once, in every process.
    """
    stripe, paypal = services.stripe, services.paypal
    if all((stripe.secret_key, stripe.webhook_secret, paypal.client_id, paypal.secret, paypal.webhook_id)):
        return services
    found = cashier_keys(db)
    if not stripe.secret_key and found.stripe_secret:
        stripe = with_keys(stripe, secret_key=found.stripe_secret, publishable_key=found.stripe_publishable)
    if not (paypal.client_id and paypal.secret) and found.paypal_client and found.paypal_secret:
        is_usual = paypal.api_url == PAYPAL_LIVE
        url = PAYPAL_SANDBOX if found.is_paypal_sandbox and is_usual else paypal.api_url
        paypal = with_keys(paypal, client_id=found.paypal_client, secret=found.paypal_secret, api_url=url)
    stripe = with_keys(stripe, webhook_secret=stripe.webhook_secret or found.stripe_webhook)
    paypal = with_keys(paypal, webhook_id=paypal.webhook_id or found.paypal_webhook)
    return replace(services, stripe=stripe, paypal=paypal)


def refuse_provider(name: str) -> ProviderNotConfigured:
    """Return the answer of a way to pay that nobody has set up."""
    return ProviderNotConfigured(f"{name} is not configured on this server.")
