"""Payment providers as local servers: they speak the real wire, keep real books, and have real accidents."""

from __future__ import annotations

from msgspec.structs import replace

from gateways.paypal import CLIENT, SECRET, WEBHOOK, FakePaypal
from gateways.server import HASTE, PATIENCE
from gateways.stripe import KEY, WEBHOOK_SECRET, FakeStripe
from openevent.kit.outbound import Outbound
from openevent.kit.services import PaypalPlatform, Services, StripePlatform
from openevent.kit.work import Shell


def with_gateways(services: Services, stripe: FakeStripe | None = None, paypal: FakePaypal | None = None) -> Services:
    """Services that know these providers."""
    found = replace(services, play_money=True, outbound=Outbound(["127.0.0.1"], seconds=PATIENCE))
    if stripe is not None:
        platform = StripePlatform(KEY, stripe.url, "pk_test_platform", WEBHOOK_SECRET, stripe.url)
        found = replace(found, stripe=platform)
    if paypal is not None:
        found = replace(found, paypal=PaypalPlatform(CLIENT, SECRET, WEBHOOK, paypal.url))
    return found


def hasty(shell: Shell) -> Shell:
    """Return the shell for a call that hangs up before a slow answer comes."""
    impatient = replace(shell.services, outbound=Outbound(["127.0.0.1"], seconds=HASTE))
    return Shell(shell.database, shell.clock, impatient, shell.reactions)
