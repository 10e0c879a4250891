"""Payment providers as local servers: they speak the real wire, keep real books, and have real accidents."""

from __future__ import annotations

from msgspec.structs import replace

from gateways.paypal import CLIENT, SECRET, WEBHOOK, FakePaypal
from gateways.server import TIMEOUT
from gateways.stripe import KEY, WEBHOOK_SECRET, FakeStripe
from openevent.kit.outbound import Outbound
from openevent.kit.services import PaypalPlatform, Services, StripePlatform


def with_gateways(services: Services, stripe: FakeStripe | None = None, paypal: FakePaypal | None = None) -> Services:
    """Services that know these providers, and do not wait long for them."""
    found = replace(services, play_money=True, outbound=Outbound(["127.0.0.1"], seconds=TIMEOUT))
    if stripe is not None:
        platform = StripePlatform(KEY, stripe.url, "pk_test_platform", WEBHOOK_SECRET, stripe.url)
        found = replace(found, stripe=platform)
    if paypal is not None:
        found = replace(found, paypal=PaypalPlatform(CLIENT, SECRET, WEBHOOK, paypal.url))
    return found
