"""What providers tell by themselves: checked, noted once, never believed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from msgspec.structs import replace

from gateways import with_gateways
from gateways.server import BROKEN
from openevent.kit.services import StripePlatform
from openevent.kit.work import Shell
from openevent.payments import actions
from openevent.payments.models import WebhookReceipt
from openevent.payments.providers.reading import NoticeForged
from openevent.payments.providers.stripe import Stripe
from openevent.payments.rules.signatures import stripe_signature

BACK = "http://127.0.0.1:8000/orders/7"


@pytest.fixture
def shell(database, clock, services, reactions, stripe, paypal):
    return Shell(database, clock, with_gateways(services, stripe, paypal), reactions)


@pytest.fixture
def tell(api, stripe):
    """Deliver a notice of Stripe's."""

    def told(notice):
        body, headers = stripe.signed(notice)
        return api.post("/v1/webhooks/stripe", body=body, headers={"Content-Type": "application/json", **headers})

    return told


def test_a_notice_makes_us_ask_and_its_repeats_and_order_change_nothing(till, shell, stripe, tell, run_jobs, heard):
    payment = till.start(provider="stripe", is_hosted=True)
    reference = actions.checkout(shell, payment.id, back=BACK).reference
    stripe.pay(reference)
    first, second = stripe.notices
    answers = [tell(one) for one in (second, first, second, first)]
    run_jobs()

    assert [(one.status, one.json) for one in answers] == [(200, {"asked": n}) for n in (1, 0, 0, 0)]
    assert (heard.names, till.seen(payment).amount, stripe.received) == (["PaymentSettled"], 2500, 2500)
    refund = till.refund(payment, 500)
    stripe.refund_answer = "pending"
    run_jobs()
    stripe.end_refund(till.seen(refund).provider_reference, "succeeded")
    assert tell(stripe.notices[-1]).json == {"asked": 2}
    run_jobs()
    assert (till.seen(refund).status, till.drifts()) == ("settled", [])


def test_a_notice_that_comes_after_the_end_settles_what_was_paid(till, shell, stripe, tell, run_jobs):
    payment = till.start(provider="stripe")
    reference = actions.checkout(shell, payment.id).reference
    stripe.pay(reference)
    with shell.work() as work:
        actions.fail(work, work.db.get_one(type(payment), payment.id), "canceled")
    tell(stripe.notices[0])
    run_jobs()

    assert (till.seen(payment).status, till.drifts()) == ("settled", [])


def test_a_forged_notice_is_refused(api, stripe, shell, clock):
    body = json.dumps({"id": "evt_1", "type": "payment_intent.succeeded"}).encode()
    old = stripe_signature("whsec_of_the_platform", body, clock.now() - timedelta(minutes=6))
    foreign = stripe_signature("whsec_of_somebody", body, clock.now())
    odd = ("t=é,v1=", f"t={'9' * 400},v1=00")
    for headers in ({}, *({"Stripe-Signature": one} for one in (old, foreign, *odd))):
        answer = api.post("/v1/webhooks/stripe", body=body, headers=headers)
        assert (answer.status, answer.json["errors"][0]["code"]) == (403, "notice-forged")

    assert stripe.asked == []


def test_notices_of_joined_accounts_have_a_secret_of_their_own(shell):
    both = StripePlatform("sk_test_us", webhook_secret="whsec_of_us  whsec_of_joined")
    services = replace(shell.services, stripe=both)
    with shell.work() as work:
        now = work.now
    body = json.dumps({"id": "evt_1", "type": "payment_intent.succeeded"}).encode()

    for secret in both.webhook_secret.split():
        signed = {"stripe-signature": stripe_signature(secret, body, now)}
        assert Stripe(services, now).read_notice(signed, body).id == "evt_1"
    with pytest.raises(NoticeForged):
        Stripe(services, now).read_notice({"stripe-signature": stripe_signature("whsec", body, now)}, body)


def test_a_notice_without_a_name_or_without_an_end_is_unreadable(api, stripe, shell, tell):
    assert tell({"type": "payment_intent.succeeded"}).status == 400
    assert tell({"id": "evt_1" * 99}).status == 400
    assert tell({"id": "evt_2", "more": "x" * 300_000}).status == 400
    assert tell({"id": "evt_3", "data": ["odd"]}).json == {"asked": 0}


def test_paypal_is_asked_whether_a_notice_is_its_own(api, till, shell, paypal, run_jobs):
    payment = till.start(provider="paypal")
    reference = actions.checkout(shell, payment.id).reference
    paypal.approve(reference)
    body, headers = paypal.notice("CHECKOUT.ORDER.APPROVED", {"id": reference, "status": "APPROVED"})
    forged = {**headers, "PayPal-Transmission-Sig": "bad"}

    assert api.post("/v1/webhooks/paypal", body=body, headers=forged).status == 403
    for odd in (b"[]", b"{", body + b', "x": {}'):
        assert api.post("/v1/webhooks/paypal", body=odd, headers=headers).status == 403
    assert api.post("/v1/webhooks/paypal", body=body).status == 403
    paypal.faults.append(BROKEN)
    assert api.post("/v1/webhooks/paypal", body=body, headers=headers).status == 503
    assert [api.post("/v1/webhooks/paypal", body=body, headers=headers).json for _ in range(2)] == [
        {"asked": 1},
        {"asked": 0},
    ]
    run_jobs()
    assert (till.seen(payment).status, paypal.received) == ("settled", 2500)


def test_receipts_are_forgotten_when_nobody_repeats_them(shell, tell, clock):
    tell({"id": "evt_1"})
    clock.advance(days=31)
    tell({"id": "evt_2"})
    with shell.work() as work:
        actions.forget_receipts(work)
        assert [one.notice_id for one in work.db.query(WebhookReceipt)] == ["evt_2"]


def test_a_provider_that_nobody_has_set_up_tells_nothing(api, shell, application, services, database, clock):
    application.engine._backend.serve(Shell(database, clock, services))  # noqa: SLF001 -- the test's own server

    for name in ("stripe", "paypal"):
        answer = api.post(f"/v1/webhooks/{name}", body=b"{}")
        assert (answer.status, answer.json["errors"][0]["code"]) == (503, "provider-not-configured")


def test_one_address_sends_only_so_many(api, shell, stripe, services):
    for _ in range(actions.receiving.MOST_A_MINUTE):
        services.limiter.hit("notices:stripe:192.0.2.1", times=actions.receiving.MOST_A_MINUTE, seconds=60)

    assert api.post("/v1/webhooks/stripe", body=b"{}").status == 429
