"""Taking money by PayPal, against a server that speaks PayPal's wire and keeps PayPal's books."""

from __future__ import annotations

import base64
import json

import pytest

from gateways import hasty, with_gateways
from gateways.server import BROKEN, DROPPED, LOST, SLOW
from openevent.events.models import Event
from openevent.kit.outbound import ServerUnreachable
from openevent.kit.work import Shell
from openevent.payments import actions
from openevent.payments.providers.paypal import PaypalPaymentRefused
from openevent.payments.providers.reading import AmountNotPayable

BACK = "http://127.0.0.1:8000/orders/7"


@pytest.fixture
def shell(database, clock, services, reactions, paypal):
    return Shell(database, clock, with_gateways(services, paypal=paypal), reactions)


@pytest.fixture
def till(till):
    till.provider = "paypal"
    return till


@pytest.fixture
def approved(till, shell, paypal):
    """Start a payment and let its buyer approve it; return the payment and what PayPal calls it."""

    def made(**options):
        payment = till.start(**options)
        reference = actions.checkout(shell, payment.id, back=BACK).reference
        paypal.approve(reference)
        return payment, {"payment_id": reference, "payer_id": "PAYER1"}

    return made


def test_what_the_buyer_has_approved_is_captured_once(till, shell, paypal, heard, event):
    payment = till.start()
    begun = actions.checkout(shell, payment.id, back=BACK)
    token = {"payment_id": begun.reference, "payer_id": "PAYER1"}
    early = actions.confirm_with_token(shell, payment.id, token)
    paypal.approve(begun.reference)
    paid = actions.confirm_with_token(shell, payment.id, token)

    assert begun.url == f"https://www.paypal.com/checkoutnow?token={begun.reference}"
    assert (early.state, early.fault, early.url) == ("open", "ORDER_NOT_APPROVED", begun.url)
    assert (paid.state, heard.names, paypal.received) == ("settled", ["PaymentSettled"], 2500)
    assert till.ledger() == [
        ("payment", "provider:paypal", f"event:{event.id}:sales", 2500, "EUR"),
        ("fee", f"event:{event.id}:fees", "provider:paypal", 65, "EUR"),
    ]
    assert sum(asked.path == "/v1/oauth2/token" for asked in paypal.asked) == 1
    order = paypal.orders[begun.reference]
    assert order["purchase_units"][0]["amount"] == {"currency_code": "EUR", "value": "25.00"}


def test_the_payment_of_another_order_does_not_pay_for_this_one(till, shell, approved):
    _, cheap = approved(minor=1, subject="order:1")
    dear = till.start(100_000, subject="order:2")

    for token in (cheap, {}, {"payment_id": "", "payer_id": "P"}):
        with pytest.raises(PaypalPaymentRefused) as refused:
            actions.confirm_with_token(shell, dear.id, token)
        assert refused.value.pointer == "/data/attributes/paypal-payment-id"
    assert till.seen(dear).status == "open"


def test_another_amount_than_was_asked_for_settles_nothing(till, shell, paypal, approved):
    payment, token = approved()
    paypal.capture_value = "0.01"
    actions.confirm_with_token(shell, payment.id, token)

    assert (till.seen(payment).status, till.seen(payment).fault, till.ledger()) == ("open", "amount-mismatch", [])


@pytest.mark.parametrize("fault", [LOST, DROPPED, SLOW, BROKEN])
def test_a_capture_whose_answer_is_lost_is_found_and_not_done_twice(
    till, shell, paypal, approved, fault, run_jobs, clock
):
    payment, token = approved()
    paypal.faults.append(fault)
    with pytest.raises(ServerUnreachable):
        actions.confirm_with_token(hasty(shell), payment.id, token)
    clock.advance(minutes=2)
    till.reconcile()
    run_jobs()

    assert (till.seen(payment).status, paypal.received, till.drifts()) == ("settled", 2500, [])


def test_who_closes_the_browser_after_saying_yes_has_paid(till, shell, approved, run_jobs, clock, heard):
    payment, _ = approved()
    clock.advance(minutes=2)
    till.reconcile()
    run_jobs()

    assert (till.seen(payment).status, heard.names) == ("settled", ["PaymentSettled"])


def test_nothing_is_taken_of_who_says_yes_after_the_end(till, shell, paypal, approved, run_jobs):
    payment, _ = approved()
    till.abandon(payment)
    run_jobs()

    assert (till.seen(payment).status, paypal.received) == ("abandoned", 0)


@pytest.mark.parametrize(
    ("answer", "status", "fault"),
    [
        ("PENDING", "open", None),
        ("DECLINED", "failed", "declined"),
        ("INSTRUMENT_DECLINED", "open", "INSTRUMENT_DECLINED"),
    ],
)
def test_a_capture_may_wait_or_fail(till, shell, paypal, approved, answer, status, fault):
    payment, token = approved()
    paypal.capture_answer = answer
    actions.confirm_with_token(shell, payment.id, token)

    assert (till.seen(payment).status, till.seen(payment).fault) == (status, fault)
    assert till.drifts() == []


def test_an_order_that_paypal_has_voided_has_failed(till, shell, paypal, approved):
    payment, token = approved()
    paypal.orders[token["payment_id"]]["status"] = "VOIDED"

    assert (actions.look_again(shell, payment.id).fault, till.seen(payment).status) == ("voided", "failed")


def test_a_capture_that_was_done_elsewhere_counts(till, shell, paypal, approved):
    payment, token = approved()
    actions.confirm_with_token(shell, payment.id, token)
    paypal.remembered.clear()
    with shell.work() as work:
        other = actions.asking.provider_of(work, "paypal")
    ask = actions.moving.ask_of(till.seen(payment))

    assert (other.confirm(ask, token).state, other.cancel(ask).state, paypal.received) == ("settled", "settled", 2500)


def test_money_goes_to_the_organizer_and_comes_back_from_there(till, shell, paypal, approved, event, run_jobs, clock):
    with shell.work() as work:
        work.db.get_one(Event, event.id).paypal_email = "ana@example.org"
    payment, token = approved()
    actions.confirm_with_token(shell, payment.id, token)
    paypal.refund_answer = "PENDING"
    first, second = till.refund(payment, 1000), till.refund(payment, 500)
    run_jobs()
    for refund, status in ((first, "COMPLETED"), (second, "CANCELLED")):
        paypal.end_refund(till.seen(refund).provider_reference, status)
    clock.advance(minutes=5)
    till.reconcile()
    run_jobs()

    unit = paypal.orders[token["payment_id"]]["purchase_units"][0]
    assert unit["payee"] == {"email_address": "ana@example.org"}
    assertion = next(one.headers["paypal-auth-assertion"] for one in paypal.asked if "refund" in one.path)
    claims = assertion.split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["email"] == "ana@example.org"
    assert [till.seen(one).status for one in (first, second)] == ["settled", "failed"]
    assert (till.seen(payment).refunded, paypal.returned, till.drifts()) == (1000, 1000, [])


@pytest.mark.parametrize(("status", "kept"), [("COMPLETED", 1500), ("FAILED", 2500)])
def test_a_refund_that_pends_ends_as_a_notice_says(till, shell, api, paypal, approved, run_jobs, status, kept):
    payment, token = approved()
    actions.confirm_with_token(shell, payment.id, token)
    paypal.refund_answer = "PENDING"
    refund = till.refund(payment, 1000)
    run_jobs()
    assert (till.seen(refund).status, till.drifts()) == ("requested", [])
    paypal.end_refund(till.seen(refund).provider_reference, status)
    body, headers = paypal.notice(*paypal.told[-1])
    answers = [
        api.post("/v1/webhooks/paypal", body=body, headers={"Content-Type": "application/json", **headers})
        for _ in range(2)
    ]
    run_jobs()

    assert [one.json for one in answers] == [{"asked": 2}, {"asked": 0}]
    assert till.seen(refund).status == ("settled" if kept == 1500 else "failed")
    assert (till.seen(payment).amount - till.seen(payment).refunded, till.drifts()) == (kept, [])
    assert till.seen(refund).fault == (None if kept == 1500 else "ECHECK")


def test_a_refund_that_paypal_refuses(till, shell, paypal, approved, run_jobs):
    payment, token = approved()
    actions.confirm_with_token(shell, payment.id, token)
    found = []
    for answer in ("REFUND_NOT_ALLOWED", "INSUFFICIENT_FUNDS"):
        paypal.refund_answer = answer
        found.append(till.refund(payment, 1000))
        run_jobs()

    assert [till.seen(one).status for one in found] == ["failed", "requested"]
    assert [till.seen(one).fault for one in found] == ["REFUND_NOT_ALLOWED", "INSUFFICIENT_FUNDS"]


def test_a_token_that_was_taken_back_is_asked_for_again(till, shell, paypal, clock):
    actions.checkout(shell, till.start().id)
    paypal.tokens.clear()
    actions.checkout(shell, till.start(subject="order:8").id)
    clock.advance(hours=10)
    actions.checkout(shell, till.start(subject="order:9").id)

    assert sum(asked.path == "/v1/oauth2/token" for asked in paypal.asked) == 3


def test_a_wrong_secret_is_no_fault_of_the_buyer(till, shell, paypal):
    shell.services.paypal.tokens.clear()
    till.shell = Shell(shell.database, shell.clock, shell.services, shell.reactions)
    payment = till.start()
    paypal.faults.append(BROKEN)

    with pytest.raises(ServerUnreachable):
        actions.checkout(shell, payment.id)
    assert actions.look_again(shell, payment.id) is None


def test_paypal_takes_whole_forints_only(till, shell):
    fine = till.start(120_000, subject="order:1", currency="HUF")
    odd = till.start(120_050, subject="order:2", currency="HUF")

    assert actions.checkout(shell, fine.id).state == "open"
    with pytest.raises(AmountNotPayable):
        actions.checkout(shell, odd.id)


def test_a_refund_of_a_part_of_a_forint_is_no_matter_of_waiting(till, shell, approved, run_jobs):
    payment, token = approved(minor=100_000, currency="HUF")
    actions.confirm_with_token(shell, payment.id, token)
    odd, fine = (till.refund(payment, minor, "HUF") for minor in (33_333, 33_300))
    run_jobs()

    assert [till.seen(one).status for one in (odd, fine)] == ["failed", "settled"]
    assert till.seen(odd).fault == "PayPal takes whole HUF only."


def test_a_currency_that_paypal_does_not_take_is_no_trouble_that_passes(till, shell, paypal):
    payment = till.start()
    paypal.order_answer = "CURRENCY_NOT_SUPPORTED"
    with pytest.raises(AmountNotPayable):
        actions.checkout(shell, payment.id, back=BACK)
    paypal.order_answer = "PAYEE_ACCOUNT_RESTRICTED"  # that is for the operator to mend

    with pytest.raises(ServerUnreachable):
        actions.checkout(shell, payment.id, back=BACK)
