"""Stripe: joining an organizer's account to the platform (OAuth for Standard accounts).

The wire is that of https://docs.stripe.com/connect/oauth-reference: a code from the organizer's browser is exchanged
at /oauth/token with the platform's secret key; refusals are RFC 6749 section 5.2 objects.
"""

from __future__ import annotations

from typing import Any, cast

from msgspec import Struct

from openevent.kit.errors import Forbidden, Invalid
from openevent.kit.outbound import Outbound, ServerUnreachable
from openevent.kit.services import StripePlatform

_LONGEST = 255  # of what Stripe calls things


class StripeNotConfigured(Forbidden):
    """The operator has not said which Stripe account the platform is."""

    code = "stripe-not-configured"


class StripeRefused(Invalid):
    """Stripe does not accept the code: it is used, old or somebody else's."""

    code = "stripe-refused"


class Account(Struct, frozen=True):
    """An organizer's account: its name, and the key that browsers may know."""

    user_id: str
    publishable_key: str


def connect(outbound: Outbound, platform: StripePlatform, code: str) -> Account:
    """Exchange an authorization code; raises StripeNotConfigured, StripeRefused or ServerUnreachable."""
    if not platform.secret_key:
        raise StripeNotConfigured("Stripe is not configured on this server.")
    form = {"grant_type": "authorization_code", "code": code}
    headers = {"Authorization": f"Bearer {platform.secret_key}", "Accept": "application/json"}
    answer = outbound.call("POST", f"{platform.connect_url}/oauth/token", form=form, headers=headers)
    found: Any = answer.json()
    if not isinstance(found, dict):
        raise ServerUnreachable("Stripe's answer can't be read.")
    said = cast("dict[str, object]", found)
    if not answer.is_good:
        raise _refusal(said)
    return Account(_text(said, "stripe_user_id"), _text(said, "stripe_publishable_key"))


def _refusal(said: dict[str, object]) -> Exception:
    if said.get("error") in ("invalid_grant", "invalid_request", "invalid_scope"):
        return StripeRefused("Stripe does not accept this code.", pointer="/data/attributes/stripe-auth-code")
    return ServerUnreachable("Stripe does not answer as it should: the operator's key may be wrong.")


def _text(said: dict[str, object], name: str) -> str:
    found = said.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= _LONGEST:
        raise ServerUnreachable("Stripe's answer can't be read.")
    return found
