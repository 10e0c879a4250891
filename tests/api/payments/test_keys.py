"""Whose keys count at providers: the operator's, else those that admins have set; at once, in every process."""

from __future__ import annotations

import logging
from dataclasses import replace as with_keys
from typing import Any

import pytest
from msgspec.structs import replace

from cast import adm
from gateways import with_gateways
from gateways.paypal import CLIENT, SECRET, WEBHOOK
from gateways.stripe import KEY, WEBHOOK_SECRET
from openevent.kit.db import Database
from openevent.kit.vault import Vault
from openevent.kit.work import Shell
from openevent.payments import actions
from openevent.payments.providers import PAYPAL_SANDBOX, services_of
from openevent.payments.providers.reading import NoticeForged
from openevent.site.models import Setting


@pytest.fixture
def shell(database: Any, clock: Any, services: Any, reactions: Any, stripe: Any, paypal: Any) -> Shell:
    """An installation whose operator has said where the providers are, and no more."""
    known = with_gateways(services, stripe, paypal)
    bare = with_keys(known.stripe, secret_key="", publishable_key="")
    return Shell(
        database,
        clock,
        replace(known, stripe=bare, paypal=with_keys(known.paypal, client_id="", secret=""), play_money=False),
        reactions,
    )


@pytest.fixture
def patch(api: Any, shell: Shell) -> Any:
    with shell.work() as work:
        admin = adm(work)
        work.db.add(Setting(id=1))

    def sent(**attributes: str | None) -> Any:
        named = {name.replace("_", "-"): value for name, value in attributes.items()}
        body = {"data": {"type": "setting", "id": "1", "attributes": named}}
        answer = api.patch("/v1/settings", json=body, as_=admin)
        assert answer.status == 200, answer.json
        return answer

    return sent


def ways(shell: Shell) -> tuple[str, ...]:
    with shell.database.reading() as db:
        return actions.configured(shell.services, db)


def test_what_admins_set_holds_at_once_in_every_process(
    shell: Shell, database_url: str, patch: Any, till: Any, stripe: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    other = Database(database_url, vault=Vault("only-for-tests-only-for-tests-only"))
    assert ways(shell) == ()
    with pytest.raises(actions.ProviderNotConfigured):
        till.start(provider="stripe")

    answer = patch(stripe_mode="debug", stripe_test_secret_key=KEY, stripe_test_publishable_key="pk_test_admin")

    for one in (shell, Shell(other, shell.clock, shell.services)):
        assert ways(one) == ("stripe",)
    other.close()
    begun = actions.checkout(shell, till.start(provider="stripe").id)
    assert (begun.publishable_key, len(stripe.intents)) == ("pk_test_admin", 1)
    assert KEY.encode() not in answer.body
    assert all(KEY not in f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    with shell.work() as work:
        assert KEY not in repr(services_of(work))
    patch(stripe_mode="production")  # there is no live key
    assert ways(shell) == ()


def test_paypal_has_keys_for_trying_and_for_money(shell: Shell, patch: Any, till: Any) -> None:
    patch(paypal_mode="sandbox", paypal_sandbox_client=CLIENT, paypal_sandbox_secret=SECRET)
    assert ways(shell) == ("paypal",)
    assert actions.checkout(shell, till.start(provider="paypal").id).reference == "ORDER2"
    usual = replace(shell.services, paypal=with_keys(shell.services.paypal, api_url="https://api-m.paypal.com"))
    urls = []
    for mode in ("sandbox", "live"):
        patch(paypal_mode=mode, paypal_client=CLIENT, paypal_secret=SECRET)
        with Shell(shell.database, shell.clock, usual).work() as work:
            urls.append(services_of(work).paypal.api_url)
    assert urls == [PAYPAL_SANDBOX, "https://api-m.paypal.com"]


def test_notices_are_checked_with_what_admins_set(
    shell: Shell, api: Any, patch: Any, till: Any, stripe: Any, paypal: Any
) -> None:
    keys = {"stripe_secret_key": KEY, "paypal_client": CLIENT, "paypal_secret": SECRET}
    patch(stripe_mode="live", paypal_mode="live", **keys)
    of_stripe = stripe.signed({"id": "evt_1", "type": "charge.dispute.created", "data": {"object": {"id": "dp_1"}}})
    of_paypal = paypal.notice("CUSTOMER.DISPUTE.CREATED", {"dispute_id": "PP-D-1"})
    bare = without_webhooks(shell)

    def told() -> list[int]:
        both = (("stripe", of_stripe), ("paypal", of_paypal))
        return [status_of(bare, provider, *notice) for provider, notice in both]

    assert told() == [403, 403]  # nobody can sign with nothing
    answer = patch(stripe_webhook_secret=WEBHOOK_SECRET, paypal_webhook_id=WEBHOOK)
    assert told() == [0, 0]
    assert not any(secret.encode() in answer.body for secret in (WEBHOOK_SECRET, WEBHOOK))
    patch(stripe_mode="test", paypal_mode="sandbox", stripe_test_webhook_secret="whsec_test")
    with bare.work() as work:
        found = services_of(work)
        assert (found.stripe.webhook_secret, found.paypal.webhook_id) == ("whsec_test", "")
        assert "whsec_test" not in repr(found)
    with shell.work() as work:  # the operator's own win
        assert services_of(work).stripe.webhook_secret == WEBHOOK_SECRET


def without_webhooks(shell: Shell) -> Shell:
    services = shell.services
    stripe, paypal = with_keys(services.stripe, webhook_secret=""), with_keys(services.paypal, webhook_id="")
    return Shell(shell.database, shell.clock, replace(services, stripe=stripe, paypal=paypal), shell.reactions)


def status_of(shell: Shell, provider: str, body: bytes, headers: dict[str, str]) -> int:
    """Take a notice in; return how many things it was about, or 403."""
    try:
        return actions.receive(shell, provider, {name.lower(): one for name, one in headers.items()}, body)
    except NoticeForged:
        return 403


def test_the_operator_s_keys_win(shell: Shell, database: Any, patch: Any, services: Any, stripe: Any) -> None:
    patch(stripe_secret_key="sk_live_of_admins", stripe_publishable_key="pk_live_of_admins")
    ours = Shell(database, shell.clock, with_gateways(services, stripe=stripe))

    with ours.work() as work:
        assert services_of(work).stripe == ours.services.stripe
