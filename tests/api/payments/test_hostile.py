"""What should not happen and does: notices at the same moment, of strangers, of other currencies; servers that fail."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from clients import Api
from gateways import with_gateways
from gateways.server import BROKEN, DROPPED, LOST
from openevent.kit.db import Database
from openevent.kit.errors import Unavailable
from openevent.kit.money import Money
from openevent.kit.vault import Vault
from openevent.kit.work import Shell
from openevent.kit.worker import Worker
from openevent.payments import actions
from openevent.payments.models import Payment, StripeAuthorization, WebhookReceipt

BACK = "http://127.0.0.1:8000/orders/7"


@pytest.fixture
def shell(database: Any, clock: Any, services: Any, reactions: Any, stripe: Any, paypal: Any) -> Shell:
    return Shell(database, clock, with_gateways(services, stripe, paypal), reactions)


def test_one_notice_at_the_same_moment_in_two_processes_counts_once(
    till: Any, shell: Shell, stripe: Any, database_url: str, run_jobs: Any, heard: Any
) -> None:
    payment = till.start(provider="stripe")
    stripe.pay(actions.checkout(shell, payment.id).reference)
    body, headers = stripe.signed(stripe.notices[-1])
    named = {name.lower(): value for name, value in headers.items()}
    start, found = threading.Barrier(4), []

    def deliver() -> None:
        database = Database(database_url, vault=Vault("only-for-tests-only-for-tests-only"))
        other = Shell(database, shell.clock, shell.services, shell.reactions)
        start.wait()
        found.append(actions.receive(other, "stripe", named, body))
        Worker(other).run_due()
        database.close()

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    run_jobs()

    assert sorted(found) == [0, 0, 0, 1]
    assert (heard.names, till.seen(payment).status, till.drifts()) == (["PaymentSettled"], "settled", [])
    with shell.database.reading() as db:
        assert db.query(WebhookReceipt).count() == 1


def test_a_notice_that_names_a_stranger_s_payment_moves_nothing(
    api: Api, till: Any, shell: Shell, stripe: Any, run_jobs: Any, heard: Any, event: Any
) -> None:
    """Somebody who joined an account of his own can make Stripe sign notices about what is in it."""
    with shell.work() as work:
        row = StripeAuthorization(event_id=event.id, stripe_user_id="acct_ana", stripe_publishable_key="pk")
        work.db.add(row)
    payment = till.start(provider="stripe")
    reference = actions.checkout(shell, payment.id).reference
    stripe.intents["pi_of_eve"] = {**stripe.intents[reference], "id": "pi_of_eve", "status": "succeeded"}
    asked = []
    for about in ({"id": reference, "status": "succeeded", "amount_received": 2500}, {"id": "pi_of_eve"}):
        notice = {"id": f"evt_{about['id']}", "type": "payment_intent.succeeded", "account": "acct_eve"}
        body, headers = stripe.signed({**notice, "data": {"object": {"object": "payment_intent", **about}}})
        answer = api.post("/v1/webhooks/stripe", body=body, headers={"Content-Type": "application/json", **headers})
        asked.append(answer.json["asked"])
    run_jobs()

    assert (asked, heard.names, till.seen(payment).status, till.ledger()) == ([1, 0], [], "open", [])
    assert {one.headers["stripe-account"] for one in stripe.asked} == {"acct_ana"}


@pytest.mark.parametrize("provider", ["stripe", "paypal"])
def test_money_of_another_currency_settles_nothing(
    till: Any, shell: Shell, stripe: Any, paypal: Any, run_jobs: Any, provider: str
) -> None:
    payment = till.start(provider=provider)
    reference = actions.checkout(shell, payment.id, back=BACK).reference
    if provider == "stripe":
        stripe.intents[reference]["currency"] = "usd"
        stripe.pay(reference)
    else:
        paypal.orders[reference]["purchase_units"][0]["amount"]["currency_code"] = "USD"
        paypal.approve(reference)
    actions.look_again(shell, payment.id)
    actions.look_again(shell, payment.id)
    run_jobs()

    found = till.seen(payment)
    assert (found.status, found.fault, found.next_check_at, till.ledger()) == ("open", "amount-mismatch", None, [])


def test_a_capture_that_paypal_looks_at_first_settles_when_it_is_done(
    till: Any, shell: Shell, paypal: Any, clock: Any, run_jobs: Any, heard: Any
) -> None:
    payment = till.start(provider="paypal")
    reference = actions.checkout(shell, payment.id, back=BACK).reference
    paypal.approve(reference)
    paypal.capture_answer = "PENDING"
    seen = actions.confirm_with_token(shell, payment.id, {"payment_id": reference, "payer_id": "P"})
    till.abandon(payment)  # nobody waits for it; the bank is at it all the same
    run_jobs()
    (capture,) = paypal.captures.values()
    assert (seen.state, seen.is_under_way, till.seen(payment).status) == ("open", True, "abandoned")
    capture["status"] = "COMPLETED"
    clock.advance(minutes=5)
    till.reconcile()
    run_jobs()

    assert (heard.names, till.seen(payment).status, till.drifts()) == (["PaymentSettled"], "settled", [])


@pytest.mark.parametrize("provider", ["stripe", "paypal"])
@pytest.mark.parametrize("fault", [LOST, DROPPED, BROKEN])
@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_provider_that_fails_at_any_step_costs_nobody_anything(
    till: Any,
    shell: Shell,
    stripe: Any,
    paypal: Any,
    clock: Any,
    run_jobs: Any,
    provider: str,
    fault: str,
    step: int,
) -> None:
    """It is begun, confirmed and given back; whichever of these calls fails, one of each is there at the end."""
    gateway = stripe if provider == "stripe" else paypal
    payment = till.start(provider=provider)
    if provider == "paypal":
        paypal.tokens.add("warm")
        shell.services.paypal.tokens[f"{paypal.url} {shell.services.paypal.client_id}"] = (
            "warm",
            clock.now().replace(year=2030),
        )
    for number in range(3):
        gateway.faults[:] = [fault] if number == step else []
        for _ in range(2):  # whoever gets no answer tries again
            try:
                _do(number, shell, till, payment, gateway, run_jobs)
                break
            except Unavailable:
                gateway.faults.clear()
        clock.advance(minutes=5)
        till.reconcile()
        run_jobs()

    assert (gateway.received, gateway.returned, till.seen(payment).refunded, till.drifts()) == (2500, 2500, 2500, [])


def _do(number: int, shell: Shell, till: Any, payment: Payment, gateway: Any, run_jobs: Any) -> None:
    if number == 0:
        actions.checkout(shell, payment.id, back=BACK)
    elif number == 1:
        reference = till.seen(payment).provider_reference
        gateway.pay(reference)
        actions.look_again(shell, payment.id)
    else:
        till.refund(payment, 2500)
        run_jobs()


def test_nobody_gives_back_more_than_the_dashboard_has_left(
    till: Any, shell: Shell, stripe: Any, clock: Any, run_jobs: Any
) -> None:
    payment = till.start(provider="stripe")
    reference = actions.checkout(shell, payment.id).reference
    stripe.pay(reference)
    actions.look_again(shell, payment.id)
    stripe.refund_by_hand(reference, 2000)
    start, found = threading.Barrier(2), []

    def give_back() -> None:
        start.wait()
        with shell.work() as work:
            found.append(actions.request_refund(work, payment.id, Money(1000, "EUR"), by=till.by).id)

    threads = [threading.Thread(target=give_back) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    for _ in range(4):
        run_jobs()
        clock.advance(minutes=5)
        till.reconcile()

    assert (len(found), stripe.returned, till.seen(payment).refunded, till.drifts()) == (2, 2000, 2000, [])
    assert json.dumps(till.ledger()).count('"refund"') == 1
