"""Charging orders by Stripe and PayPal, from the first request to the mail, against servers that speak their wire."""

from __future__ import annotations

import json
import threading

import pytest
from msgspec.structs import replace

from cast import actor
from gateways import with_gateways
from gateways.paypal import FakePaypal
from gateways.server import DROPPED, OK, serving
from gateways.stripe import FakeStripe
from openevent.events.models import Event
from openevent.kit.db import Database
from openevent.kit.money import Money
from openevent.kit.repeats import KeptAnswer, Repeatable, claim
from openevent.kit.vault import Vault
from openevent.kit.work import Shell
from openevent.main.wiring import REACTIONS
from openevent.orders.actions import expire_due, refund_order, start_payment
from openevent.orders.models import Order
from openevent.payments.actions import RefundTooMuch, checkout, prove_ledger, reconcile, request_refund
from openevent.payments.models import Payment

BACK, ELSEWHERE = "https://client.example/back", "https://phone.example/back"


@pytest.fixture
def stripe(clock):
    found = FakeStripe(clock)
    with serving(found):
        yield found


@pytest.fixture
def paypal():
    found = FakePaypal()
    with serving(found):
        yield found


@pytest.fixture
def shell(database, clock, services, stripe, paypal):
    return Shell(database, clock, with_gateways(services, stripe=stripe, paypal=paypal), REACTIONS)


@pytest.fixture
def buy(shell, order, change, people, event, paid):
    """Order two tickets for 85.00 EUR and go to pay them: buy("stripe") -> the resource object."""
    with shell.work() as work:
        found = work.db.get_one(Event, event.id)
        found.can_pay_by_stripe = found.can_pay_by_paypal = True

    def bought(mode):
        made = order(paid, 2, as_=people["bo"])
        answer = change(made, as_=people["bo"], status="pending", payment_mode=mode)
        assert answer.status == 200, answer.json
        return answer.json["data"]

    return bought


@pytest.fixture
def charge(api, people):
    def charged(made, headers=None, **attributes):
        named = {name.replace("_", "-"): value for name, value in attributes.items()}
        body = {"data": {"type": "charge", "attributes": named}}
        return api.post(path_of(made, "charge"), json=body, as_=people["bo"], headers=headers)

    return charged


@pytest.fixture
def seen(api, people):
    def told(made):
        return api.get(path_of(made), as_=people["bo"]).json["data"]["attributes"]

    return told


@pytest.fixture
def settled(shell, run_jobs, services):
    """Do all jobs; return who was written to. The ledger sums to zero."""

    def told():
        run_jobs()
        with shell.work() as work:
            assert prove_ledger(work.db) == []
        return [mail.to for mail in services.mailer.sent if "bo@example.org" in mail.to]

    return told


def path_of(made, *more):
    return "/".join(("/v1/orders", made["attributes"]["identifier"], *more))


def test_a_card_pays_an_order_and_the_buyer_is_written_to(buy, charge, seen, settled, stripe, stock, paid):
    made = buy("stripe")
    assert made["attributes"]["payment-url"] == "stripe"

    answer = charge(made, stripe="tok_visa")

    assert (answer.status, answer.json["data"]["attributes"]["status"]) == (201, True), answer.json
    told = seen(made)
    assert [told[name] for name in ("status", "paid-via", "brand", "last4", "payment-url")] == [
        *("completed", "stripe", "visa", "4242"),
        None,
    ]
    assert (stripe.received, stock(paid), settled()) == (8500, (0, 2), ["bo@example.org"])


def test_a_token_that_is_missing_and_a_card_that_is_declined_leave_room_for_another(buy, charge, seen, stripe):
    made = buy("stripe")
    at = {"pointer": "/data/attributes/stripe_token_id"}

    missing, declined = charge(made), charge(made, stripe="tok_chargeDeclined")

    for answer, told in ((missing, "stripe token is missing"), (declined, "Your card was declined.")):
        (error,) = answer.json["errors"]
        assert (answer.status, error["detail"], error["source"]) == (422, told, at)
    assert seen(made)["status"] == "pending"
    assert charge(made, stripe="tok_visa").status == 201
    assert (seen(made)["status"], stripe.received) == ("completed", 8500)


def test_a_bank_that_asks_the_buyer_is_answered_on_its_page(api, buy, charge, seen, stripe):
    made = buy("stripe")

    answer = charge(made, stripe="pm_card_authenticationRequired")

    told = json.loads(answer.json["data"]["attributes"]["message"])
    assert (answer.status, told["status"], told["url"]) == (
        201,
        "requires_action",
        "https://hooks.stripe.com/3d_secure",
    )
    assert (seen(made)["status"], stripe.received) == ("pending", 0)
    stripe.pay(told["id"])
    assert api.post(path_of(made, "verify")).json == {"payment_status": "completed"}
    assert stripe.received == 8500


def test_an_answer_that_is_lost_is_asked_for(shell, clock, buy, charge, seen, settled, stripe, run_jobs):
    made = buy("stripe")
    stripe.faults += [OK, DROPPED]  # it is made known; the card is charged, and nobody hears of it

    answer = charge(made, stripe="tok_visa")

    assert (answer.status, seen(made)["status"], stripe.received) == (503, "pending", 8500)
    clock.advance(minutes=5)
    with shell.work() as work:
        assert reconcile(work) == 1
    assert settled() == ["bo@example.org"]
    assert (seen(made)["status"], stripe.received) == ("completed", 8500)


def test_paypal_is_told_first_and_captured_when_the_buyer_comes_back(api, buy, charge, seen, settled, paypal, people):
    made = buy("paypal")
    body = {"data": {"attributes": {"return-url": BACK, "cancel-url": BACK}}}

    begun = api.post(path_of(made, "create-paypal-payment"), json=body, as_=people["bo"])
    reference = begun.json["payment_id"]
    early = charge(made, paypal_payer_id="PAYER1", paypal_payment_id=reference)
    paypal.approve(reference)
    paid = charge(made, paypal_payer_id="PAYER1", paypal_payment_id=reference)

    assert (begun.status, begun.json["status"]) == (200, True)
    assert (early.status, early.json["errors"][0]["source"]) == (422, {"pointer": "/data/attributes/paypal-payment-id"})
    assert (paid.status, paid.json["data"]["attributes"]["status"]) == (201, True)
    assert [seen(made)[name] for name in ("status", "paid-via")] == ["completed", "paypal"]
    assert (paypal.received, settled()) == (8500, ["bo@example.org"])


@pytest.fixture
def begin(api, people):
    """Make a payment known at PayPal as clients do: begin(made, BACK) -> the answer."""

    def begun(made, back):
        body = {"data": {"attributes": {"return-url": back}}}
        return api.post(path_of(made, "create-paypal-payment"), json=body, as_=people["bo"])

    return begun


def test_paypal_begun_again_leads_to_where_it_was_said_last_and_takes_money_once(
    buy, begin, charge, seen, settled, paypal, clock, shell
):
    made = buy("paypal")
    first, same, other = (begin(made, back).json["payment_id"] for back in (BACK, BACK, ELSEWHERE))
    told = [asked.json["payment_source"]["paypal"]["experience_context"] for asked in paypal.asked if _makes(asked)]
    paypal.approve(first)
    paypal.approve(other)
    refused = charge(made, paypal_payer_id="PAYER1", paypal_payment_id=first)
    paid = charge(made, paypal_payer_id="PAYER1", paypal_payment_id=other)
    clock.advance(minutes=5)
    with shell.work() as work:
        reconcile(work)

    assert (first == same, first == other) == (True, False)
    assert [one["return_url"] for one in told] == [BACK, ELSEWHERE]
    assert (refused.status, paid.status, settled()) == (422, 201, ["bo@example.org"])
    assert (seen(made)["status"], paypal.received) == ("completed", 8500)


def test_what_was_said_yes_to_at_paypal_is_taken_before_it_is_begun_anew(buy, begin, seen, settled, paypal):
    made = buy("paypal")
    paypal.approve(begin(made, BACK).json["payment_id"])

    again = begin(made, ELSEWHERE)

    assert (again.status, again.json["errors"][0]["code"]) == (409, "order-not-chargeable")
    assert (seen(made)["status"], paypal.received, len(paypal.orders)) == ("completed", 8500, 1)
    assert settled() == ["bo@example.org"]


def test_an_address_to_come_back_to_is_one(buy, begin, paypal):
    made = buy("paypal")

    wrong = (
        "https://client.example/\0",
        "https://client.example/" + "x" * 2000,
        "javascript:alert(1)",
        "//x.example",
        5,
    )
    answers = [begin(made, one) for one in (*wrong, "https://[", "https:///x", "http://a b.example/")]

    assert {one.status for one in answers} == {422}
    assert answers[0].json["errors"][0]["source"] == {"pointer": "/data/attributes/return-url"}
    assert paypal.orders == {}


def _makes(asked):
    return asked.method == "POST" and asked.path == "/v2/checkout/orders"


def test_a_key_whose_charge_was_killed_is_taken_over_after_a_minute(shell, clock, buy, charge, seen, people, stripe):
    made = buy("stripe")
    body = json.dumps({"data": {"type": "charge", "attributes": {"stripe": "tok_visa"}}}).encode()
    key = {"Idempotency-Key": "pay-1"}
    asked = Repeatable(people["bo"].id, "pay-1", f"POST {path_of(made, 'charge')}", b"\n" + body)
    with shell.work() as work:  # what a process leaves that dies once Stripe knows of the payment
        assert claim(work, asked) is None
    with shell.work() as work:
        payment = start_payment(work, work.db.get_one(Order, int(made["id"])), is_hosted=False, by=actor(people["bo"]))
    checkout(shell, payment.id)

    early = charge(made, headers=key, stripe="tok_visa")
    clock.advance(seconds=61)
    late, again = (charge(made, headers=key, stripe="tok_visa") for _ in range(2))

    assert (early.status, early.json["errors"][0]["code"]) == (409, "idempotency-key-under-way")
    assert "Retry-After" in early.headers
    assert (late.status, again.status, again.body) == (201, 201, late.body)
    assert (seen(made)["status"], stripe.received, len(stripe.intents)) == ("completed", 8500, 1)
    with shell.work() as work:
        assert work.db.query(KeptAnswer).filter_by(key="pay-1").one().status == 201


def test_an_order_that_expires_or_is_cancelled_can_be_paid_no_more(
    shell, clock, buy, charge, change, settled, stripe, stock, people, paid
):
    late, gone = buy("stripe"), buy("stripe")
    for made in (late, gone):
        charge(made, stripe="pm_card_authenticationRequired")
    assert change(gone, as_=people["bo"], status="cancelled").status == 200
    clock.advance(minutes=31)
    with shell.work() as work:
        assert expire_due(work) == 1
        assert expire_due(work) == 0
    settled()

    assert [one["status"] for one in stripe.intents.values()] == ["canceled", "canceled"]
    with shell.work() as work:
        assert {one.status for one in work.db.query(Payment)} == {"abandoned"}
    assert (stripe.received, stock(paid)) == (0, (0, 0))


def test_a_buyer_who_pays_while_the_order_expires_has_it_all_the_same(
    shell, clock, buy, charge, seen, settled, stripe, stock, paid
):
    made = buy("stripe")
    charge(made, stripe="pm_card_authenticationRequired")
    clock.advance(minutes=31)
    with shell.work() as work:
        assert expire_due(work) == 1
    stripe.pay(next(iter(stripe.intents)))  # faster than the job that calls it off

    assert settled() == ["bo@example.org"]  # the tickets, and no word of time that was up
    assert (seen(made)["status"], stripe.received, stripe.returned, stock(paid)) == ("completed", 8500, 0, (0, 2))


@pytest.fixture
def at_once(shell, database_url):
    """Do a deed in two shells with databases of their own, at the same moment; return what came of each."""

    def done(deed):
        start, found = threading.Barrier(2), []

        def run():
            database = Database(database_url, vault=Vault("only-for-tests-only-for-tests-only"))
            other = Shell(database, shell.clock, replace(shell.services), REACTIONS)
            start.wait()
            try:
                with other.work() as work:
                    found.append(deed(work))
            except Exception as refusal:  # noqa: BLE001 -- what matters is what it was
                found.append(type(refusal).__name__)
            finally:
                database.close()

        threads = [threading.Thread(target=run) for _ in range(2)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        return sorted(map(str, found))

    return done


def test_two_refunds_at_once_never_give_back_more_than_there_was(
    shell, at_once, buy, charge, seen, settled, stripe, people
):
    made = buy("stripe")
    assert charge(made, stripe="tok_visa").status == 201
    by = actor(people["ana"])

    def part(work):
        payment = work.db.query(Payment).filter_by(subject=f"order:{made['id']}").one()
        return request_refund(work, payment.id, Money(5000, "EUR"), by=by).amount

    def whole(work):
        return refund_order(work, work.db.get_one(Order, int(made["id"])), by=by).minor

    assert at_once(part) == ["5000", RefundTooMuch.__name__]
    assert at_once(whole) == ["3500", "NothingToRefund"]
    settled()
    assert (seen(made)["status"], stripe.returned) == ("cancelled", 8500)
    with shell.work() as work:
        assert work.db.query(Payment).one().refunded == 8500
