"""Taking money by Stripe, against a server that speaks Stripe's wire and keeps Stripe's books."""

from __future__ import annotations

import pytest

from factories import make_user
from gateways import hasty, with_gateways
from gateways.server import BROKEN, DROPPED, LOST, SLOW
from openevent.kit.outbound import ServerUnreachable
from openevent.kit.work import Shell
from openevent.payments import actions
from openevent.payments.models import StripeAuthorization
from openevent.payments.providers.reading import AmountNotPayable
from openevent.payments.providers.stripe import StripeTokenRefused

BACK = "http://127.0.0.1:8000/orders/7"


@pytest.fixture
def shell(database, clock, services, reactions, stripe):
    return Shell(database, clock, with_gateways(services, stripe=stripe), reactions)


@pytest.fixture
def till(till):
    till.provider = "stripe"
    return till


def test_a_card_is_charged_once_and_stripe_s_fee_is_written_down(till, shell, stripe, heard, event):
    payment = till.start()
    seen = actions.confirm_with_token(shell, payment.id, {"token": "tok_visa"}, back=BACK)

    assert (seen.state, seen.brand, seen.last4, seen.exp_month, seen.exp_year) == (
        "settled",
        "visa",
        "4242",
        "7",
        "2031",
    )
    assert (heard.names, stripe.received) == (["PaymentSettled"], 2500)
    assert till.ledger() == [
        ("payment", "provider:stripe", f"event:{event.id}:sales", 2500, "EUR"),
        ("fee", f"event:{event.id}:fees", "provider:stripe", 55, "EUR"),
    ]
    with pytest.raises(actions.PaymentClosed):
        actions.confirm_with_token(shell, payment.id, {"token": "tok_visa"})
    assert (till.seen(payment).payer, till.drifts()) == ("bo@example.org", [])


def test_a_client_pays_by_the_secret_and_the_bank_s_question(till, shell, stripe, run_jobs, heard):
    payment = till.start()
    begun = actions.checkout(shell, payment.id)
    assert (begun.client_secret, begun.publishable_key) == ("pi_1_secret_1", "pk_test_platform")
    assert begun.client_secret not in repr(begun)
    again = actions.checkout(shell, payment.id)
    asked = actions.confirm_with_token(shell, payment.id, {"token": "pm_card_authenticationRequired"}, back=BACK)
    stripe.pay(begun.reference)

    assert (again.reference, len(stripe.intents)) == (begun.reference, 1)
    assert (asked.state, asked.needs_action, asked.url) == ("open", True, "https://hooks.stripe.com/3d_secure")
    assert actions.look_again(shell, payment.id).state == "settled"
    assert heard.names == ["PaymentSettled"]


def test_a_declined_card_leaves_room_for_another(till, shell, stripe, heard):
    payment = till.start()
    declined = actions.confirm_with_token(shell, payment.id, {"token": "tok_chargeDeclined"})
    paid = actions.confirm_with_token(shell, payment.id, {"token": "tok_visa"})

    assert (declined.state, declined.fault, till.seen(payment).fault) == ("open", "Your card was declined.", None)
    assert (paid.state, heard.names, stripe.received) == ("settled", ["PaymentSettled"], 2500)


def test_what_is_no_token_is_refused(till, shell, stripe):
    payment = till.start()
    for token in ({}, {"token": ""}, {"token": "tok_of_nobody"}):
        with pytest.raises(StripeTokenRefused) as refused:
            actions.confirm_with_token(shell, payment.id, token)
        assert refused.value.pointer == "stripe_token_id"


@pytest.mark.parametrize("is_hosted", [False, True])
def test_what_is_too_little_for_stripe_is_said_so(till, shell, stripe, is_hosted):
    stripe.least = 50
    payment = till.start(49, is_hosted=is_hosted)

    with pytest.raises(AmountNotPayable) as refused:
        actions.checkout(shell, payment.id, back=BACK)

    assert refused.value.detail == "Amount must be at least 50 cents"


def test_who_pays_on_stripe_s_page_is_seen_there(till, shell, stripe, heard):
    payment = till.start(is_hosted=True)
    begun = actions.checkout(shell, payment.id, back=BACK)
    assert actions.look_again(shell, payment.id).url == begun.url == "https://checkout.stripe.com/c/cs_1"
    with pytest.raises(StripeTokenRefused):
        actions.confirm_with_token(shell, payment.id, {"token": "tok_visa"})
    stripe.pay(begun.reference)

    assert actions.look_again(shell, payment.id).state == "settled"
    assert (till.seen(payment).provider_reference, till.seen(payment).capture_reference) == ("cs_1", "pi_2")
    assert (heard.names, till.drifts()) == (["PaymentSettled"], [])


@pytest.mark.parametrize("is_hosted", [False, True])
def test_who_pays_before_the_end_is_heard_and_afterwards_nobody_can(till, shell, stripe, run_jobs, is_hosted):
    first, second = (till.start(subject=subject, is_hosted=is_hosted) for subject in ("order:1", "order:2"))
    seen = actions.checkout(shell, first.id, back=BACK)
    actions.checkout(shell, second.id, back=BACK)
    till.abandon(first)
    till.abandon(second)
    stripe.pay(seen.reference)
    run_jobs()

    assert [till.seen(one).status for one in (first, second)] == ["settled", "abandoned"]
    ended = stripe.sessions if is_hosted else stripe.intents
    assert [one["status"] for one in ended.values()][-1] == ("expired" if is_hosted else "canceled")
    assert (stripe.received, till.drifts()) == (2500, [])


def test_an_organizer_s_own_account_is_charged(till, shell, stripe, event):
    with shell.work() as work:
        work.db.add(StripeAuthorization(event_id=event.id, stripe_publishable_key="pk_1", stripe_user_id="acct_1"))
    actions.confirm_with_token(shell, till.start().id, {"token": "tok_visa"})

    assert {asked.headers["stripe-account"] for asked in stripe.asked} == {"acct_1"}


@pytest.mark.parametrize("fault", [LOST, DROPPED, SLOW, BROKEN])
def test_a_charge_whose_answer_is_lost_is_found_and_not_done_twice(till, shell, stripe, fault, run_jobs, clock):
    payment = till.start()
    actions.checkout(shell, payment.id)
    stripe.faults.append(fault)
    with pytest.raises(ServerUnreachable):
        actions.confirm_with_token(hasty(shell), payment.id, {"token": "tok_visa"})
    if fault in (LOST, BROKEN):
        actions.confirm_with_token(shell, payment.id, {"token": "tok_visa"})
    clock.advance(minutes=2)
    till.reconcile()
    run_jobs()

    assert (till.seen(payment).status, stripe.received, till.drifts()) == ("settled", 2500, [])


def test_money_goes_back_once_whatever_happens_to_the_answer(till, shell, stripe, run_jobs, clock, heard):
    payment = till.start()
    actions.confirm_with_token(shell, payment.id, {"token": "tok_visa"})
    refund = till.refund(payment, 2000)
    stripe.faults += [DROPPED, BROKEN]
    for _ in range(4):
        run_jobs()
        stripe.remembered.clear()  # keys are forgotten after a day
        clock.advance(hours=25)
        till.reconcile()
    run_jobs()

    assert (till.seen(refund).status, stripe.returned, len(stripe.refunds)) == ("settled", 2000, 1)
    assert (heard.names, till.drifts()) == (["PaymentSettled", "RefundSettled"], [])


def test_a_refund_ends_as_the_bank_says(till, shell, stripe, run_jobs, clock, heard):
    payment = till.start()
    actions.confirm_with_token(shell, payment.id, {"token": "tok_visa"})
    stripe.refund_answer = "pending"
    slow, bad = till.refund(payment, 1000), till.refund(payment, 1500)
    run_jobs()
    first, second = (till.seen(one).provider_reference for one in (slow, bad))
    stripe.end_refund(first, "succeeded")
    stripe.end_refund(second, "failed")
    clock.advance(minutes=5)
    assert till.reconcile() == 2
    run_jobs()

    assert [till.seen(one).status for one in (slow, bad)] == ["settled", "failed"]
    assert (heard.names[1:], till.seen(payment).refunded) == (["RefundSettled", "RefundFailed"], 1000)
    stripe.refund_answer = "charge_disputed"
    refused = till.refund(payment, 1500)
    run_jobs()
    assert (till.seen(refused).status, till.seen(refused).fault, till.drifts()) == ("failed", "not now", [])


def test_an_empty_balance_at_stripe_is_waited_for(till, shell, stripe, run_jobs, clock):
    payment = till.start()
    actions.confirm_with_token(shell, payment.id, {"token": "tok_visa"})
    stripe.refund_answer = "balance_insufficient"
    refund = till.refund(payment, 1000)
    run_jobs()
    assert (till.seen(refund).status, till.seen(refund).fault) == ("requested", "not now")
    stripe.refund_answer = "succeeded"
    stripe.remembered.clear()
    clock.advance(hours=25)
    till.reconcile()
    run_jobs()

    assert till.seen(refund).status == "settled"


def test_another_amount_than_was_asked_for_is_a_matter_for_people(till, shell, stripe, run_jobs, services):
    with shell.work() as work:
        make_user(work, email="root@example.org", is_super_admin=True)
    payment = till.start()
    seen = actions.checkout(shell, payment.id)
    stripe.intents[seen.reference]["amount"] = 2499
    stripe.pay(seen.reference)
    actions.look_again(shell, payment.id)
    actions.look_again(shell, payment.id)
    run_jobs()

    assert (till.seen(payment).status, till.seen(payment).fault, till.ledger()) == ("open", "amount-mismatch", [])
    [mail] = services.mailer.sent
    assert (mail.to, "amount-mismatch" in mail.text) == ("root@example.org", True)


def test_nobody_is_asked_for_ever(till, shell, stripe, run_jobs, clock, services):
    with shell.work() as work:
        make_user(work, email="root@example.org", is_super_admin=True)
        make_user(work, email="wurzel@example.org", is_super_admin=True, language_prefrence="de")
    payment = till.start()
    actions.checkout(shell, payment.id)
    paid = till.start(subject="order:8")
    actions.confirm_with_token(shell, paid.id, {"token": "tok_visa"})
    stripe.refund_answer = "pending"
    refund = till.refund(paid, 100)
    run_jobs()
    for days in (8, 31):
        clock.advance(days=days)
        stripe.faults.append(BROKEN)
        till.reconcile()
        run_jobs()

    assert (till.seen(payment).status, till.seen(refund).status) == ("abandoned", "requested")
    assert (till.reconcile(), till.seen(refund).next_check_at) == (0, None)
    assert sorted((mail.to, mail.subject) for mail in services.mailer.sent) == [
        ("root@example.org", f"Please look after payment:{payment.id}"),
        ("root@example.org", f"Please look after refund:{refund.id}"),
        ("wurzel@example.org", f"Bitte sehen Sie nach: payment:{payment.id}"),
        ("wurzel@example.org", f"Bitte sehen Sie nach: refund:{refund.id}"),
    ]


def test_a_currency_without_decimals_is_one_here_and_another_there(till, shell, stripe):
    for currency, units in (("JPY", 2500), ("ISK", 250_000)):
        payment = till.start(subject=f"order:{currency}", currency=currency)
        actions.confirm_with_token(shell, payment.id, {"token": "tok_visa"})
        assert (till.seen(payment).status, list(stripe.intents.values())[-1]["amount"]) == ("settled", units)


def test_money_that_is_under_way_when_everybody_has_gone_is_waited_for(till, shell, stripe, run_jobs, clock):
    payment = till.start()
    seen = actions.checkout(shell, payment.id)
    stripe.intents[seen.reference]["status"] = "processing"  # a debit: nobody can stop it any more
    till.abandon(payment)
    stripe.faults.append(BROKEN)
    for _ in range(3):
        run_jobs()
        clock.advance(hours=1)
        assert till.reconcile() == 1
    run_jobs()
    stripe.pay(seen.reference)
    clock.advance(hours=1)
    till.reconcile()
    run_jobs()

    assert (till.seen(payment).status, till.reconcile(), till.drifts()) == ("settled", 0, [])


def test_a_payment_that_is_made_known_after_everybody_has_gone_is_called_off(till, shell, stripe, run_jobs):
    payment = till.start()
    provider, ask = actions.asking._asked(shell, payment.id, "")  # noqa: SLF001 -- the moment between two steps
    till.abandon(payment)
    seen = provider.begin(ask)
    with shell.work() as work:
        actions.record(work, payment.id, seen)
    run_jobs()

    assert (stripe.intents[seen.reference]["status"], till.seen(payment).next_check_at) == ("canceled", None)


def test_nobody_calls_off_for_ever(till, shell, stripe, run_jobs, clock):
    payment = till.start()
    seen = actions.checkout(shell, payment.id)
    stripe.intents[seen.reference]["status"] = "processing"
    till.abandon(payment)
    clock.advance(days=31)
    run_jobs()

    assert (till.seen(payment).status, till.reconcile()) == ("abandoned", 0)


def test_who_is_not_answered_is_told_nothing(till, shell, stripe):
    payment = till.start()
    actions.checkout(shell, payment.id)
    stripe.faults.append(BROKEN)

    assert actions.look_again(shell, payment.id) is None
