"""Money that goes back without our asking: refunds at the provider's own pages, disputes, refunds that come again."""

from __future__ import annotations

import pytest

from gateways import with_gateways
from gateways.server import BROKEN, DROPPED
from openevent.kit.access import SYSTEM
from openevent.kit.work import Shell
from openevent.payments import actions
from openevent.payments.models import Payment, Refund
from openevent.payments.rules.asking import Returned
from openevent.payments.rules.returning import Known, steps
from openevent.payments.signals import DisputeClosed, DisputeOpened, MoneyUnclear, RefundFound

BACK = "http://127.0.0.1:8000/orders/7"


@pytest.fixture
def kinds(kinds):
    return (*kinds, RefundFound, DisputeOpened, DisputeClosed, MoneyUnclear)


@pytest.fixture
def shell(database, clock, services, reactions, stripe, paypal):
    return Shell(database, clock, with_gateways(services, stripe, paypal), reactions)


@pytest.fixture
def paid(till, shell, stripe, paypal, heard):
    """Pay 25.00 EUR; return the payment and what its provider calls it."""

    def made(provider="stripe"):
        payment = till.start(provider=provider)
        reference = actions.checkout(shell, payment.id, back=BACK).reference
        (stripe if provider == "stripe" else paypal).pay(reference)
        actions.look_again(shell, payment.id)
        heard.signals.clear()
        return payment, reference

    return made


@pytest.fixture
def tell(api, stripe, run_jobs):
    """Deliver Stripe's newest notice, twice, and do what follows."""

    def told():
        body, headers = stripe.signed(stripe.notices[-1])
        headers = {"Content-Type": "application/json", **headers}
        answers = [api.post("/v1/webhooks/stripe", body=body, headers=headers) for _ in range(2)]
        assert [one.json for one in answers] == [{"asked": 1}, {"asked": 0}]
        run_jobs()

    return told


@pytest.fixture
def hear(api, paypal, run_jobs):
    """Deliver a notice of PayPal's, and do what follows."""

    def told(kind, resource):
        body, headers = paypal.notice(kind, resource)
        answer = api.post("/v1/webhooks/paypal", body=body, headers={"Content-Type": "application/json", **headers})
        assert answer.status == 200, answer.json
        run_jobs()

    return told


@pytest.fixture
def look_later(till, clock, run_jobs):
    """Let a while pass in which no notice comes."""

    def later(**time):
        clock.advance(**(time or {"hours": 7}))
        till.reconcile()
        run_jobs()

    return later


@pytest.fixture
def rows(shell):
    """All that went back: (kind, status, amount)."""

    def read():
        with shell.database.reading() as db:
            return [(one.kind, one.status, one.amount) for one in db.query(Refund).order_by(Refund.id)]

    return read


@pytest.mark.parametrize("is_told", [True, False])
def test_a_refund_in_stripe_s_dashboard_is_booked_once(
    paid, till, stripe, tell, look_later, heard, rows, event, is_told
):
    payment, reference = paid()
    stripe.most_listed = 1
    stripe.refund_by_hand(reference, 300)
    stripe.refund_by_hand(reference, 700)
    tell() if is_told else look_later()
    look_later(days=1)

    assert rows() == [("foreign", "settled", 700), ("foreign", "settled", 300)]
    assert heard.names == ["RefundFound", "RefundSettled"] * 2
    assert [(one.amount_minor, one.left_minor) for one in heard.signals[::2]] == [(700, 1800), (300, 1500)]
    assert (till.seen(payment).refunded, till.drifts()) == (1000, [])
    assert till.ledger()[-1] == ("refund", f"event:{event.id}:refunds", "provider:stripe", 300, "EUR")
    with pytest.raises(actions.RefundTooMuch):
        till.refund(payment, 1501)


def test_our_own_refunds_are_not_taken_for_somebody_else_s(paid, till, stripe, tell, look_later, run_jobs, rows):
    payment, _ = paid()
    refund = till.refund(payment, 500)
    stripe.faults.append(DROPPED)  # it is done, and nobody hears of it
    run_jobs()
    assert (till.seen(refund).provider_reference, len(stripe.refunds)) == (None, 1)
    stripe._tell("charge.refunded", {"id": "ch_1", "object": "charge", "pi": "pi_1"})  # noqa: SLF001 -- the fake's own
    body = stripe.notices[-1]
    assert body["data"]["object"]["payment_intent"] == "pi_1"
    look_later()
    look_later(days=1)

    assert (rows(), till.drifts()) == ([("refund", "settled", 500)], [])


def test_a_refund_that_fails_after_it_was_done_is_booked_back(paid, till, stripe, tell, run_jobs, heard, rows, event):
    payment, _ = paid()
    refund = till.refund(payment, 2500)
    run_jobs()
    assert rows() == [("refund", "settled", 2500)]
    name = till.seen(refund).provider_reference
    stripe.refunds[name]["failure_reason"] = "expired_or_canceled_card"
    stripe.end_refund(name, "failed")
    tell()

    assert heard.names == ["RefundSettled", "RefundFailed"]
    assert heard.signals[-1].reason == "expired_or_canceled_card"
    assert (rows(), till.seen(payment).refunded, till.drifts()) == ([("refund", "failed", 2500)], 0, [])
    assert till.ledger()[-1] == ("reversal", "provider:stripe", f"event:{event.id}:refunds", 2500, "EUR")


def test_a_failed_refund_is_asked_for_again_once(paid, till, shell, stripe, run_jobs, rows):
    payment, _ = paid()
    stripe.refund_answer = "failed"
    refund = till.refund(payment, 1000)
    run_jobs()
    stripe.refund_answer = "succeeded"
    with shell.work() as work:
        again = actions.retry_refund(work, refund.id, by=till.by)
    run_jobs()

    assert rows() == [("refund", "failed", 1000), ("refund", "settled", 1000)]
    assert (till.seen(again).retry_of, stripe.returned, till.drifts()) == (refund.id, 1000, [])
    for one in (refund.id, again.id):
        with shell.work() as work, pytest.raises(actions.RefundNotRetried):
            actions.retry_refund(work, one, by=till.by)


@pytest.mark.parametrize(("end", "left"), [("won", 0), ("lost", 2500)])
def test_a_dispute_takes_the_money_until_it_is_won(paid, till, stripe, tell, look_later, heard, rows, event, end, left):
    payment, reference = paid()
    name = stripe.dispute(reference, 2500)
    tell()
    assert (heard.names, rows(), till.drifts()) == (["DisputeOpened"], [("dispute", "settled", 2500)], [])
    assert till.ledger()[-2:] == [
        ("dispute", f"event:{event.id}:disputes", "provider:stripe", 2500, "EUR"),
        ("fee", f"event:{event.id}:fees", "provider:stripe", 1500, "EUR"),
    ]
    with pytest.raises(actions.RefundTooMuch):
        till.refund(payment, 1)
    look_later(days=150)  # it goes on for long, and is asked about as long
    stripe.end_dispute(name, end)
    look_later(days=2)
    look_later(days=2)

    assert (heard.names[1:], heard.signals[-1].is_lost) == (["DisputeClosed"], end == "lost")
    assert (till.seen(payment).refunded, stripe.disputed, till.drifts()) == (left, left, [])
    assert till.seen(payment).next_check_at is None


def test_a_warning_takes_nothing(paid, stripe, tell, heard, rows):
    _, reference = paid()
    stripe.dispute(reference, 2500, "warning_needs_response")
    tell()

    assert (heard.names, rows()) == ([], [])


def test_a_refund_at_paypal_s_pages_is_booked_once(paid, till, paypal, hear, look_later, run_jobs, rows):
    payment, reference = paid("paypal")
    ours = till.refund(payment, 500)
    run_jobs()
    name = paypal.refund_by_hand(reference, "5.00")
    for _ in range(2):
        hear("PAYMENT.CAPTURE.REFUNDED", {"id": name, "links": paypal.refunds[name]["links"]})
    look_later()

    assert rows() == [("refund", "settled", 500), ("foreign", "settled", 500)]
    assert paypal.refunds[till.seen(ours).provider_reference]["custom_id"] == ours.key
    assert (till.seen(payment).refunded, till.drifts()) == (1000, [])


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("RESOLVED_BUYER_FAVOUR", "20.00", ("settled", 2000)),
        ("ACCEPTED", None, ("settled", 2500)),
        ("RESOLVED_SELLER_FAVOUR", None, ("failed", 2500)),
    ],
)
def test_a_dispute_at_paypal_keeps_money_back_until_it_is_decided(
    paid, till, paypal, hear, heard, rows, code, value, expected
):
    payment, reference = paid("paypal")
    name = paypal.dispute(reference, "25.00")
    hear("CUSTOMER.DISPUTE.CREATED", paypal.disputes[name])
    assert (heard.names, rows()) == (["DisputeOpened"], [("dispute", "requested", 2500)])
    paypal.end_dispute(name, code, value)
    hear("CUSTOMER.DISPUTE.RESOLVED", {"dispute_id": name})  # its name is enough

    assert rows() == [("dispute", *expected)]
    assert (heard.names[1:], till.drifts()) == (["DisputeClosed"], [])
    assert till.seen(payment).refunded == (expected[1] if expected[0] == "settled" else 0)


def test_a_lost_dispute_that_is_heard_of_late_is_told_at_once(paid, till, paypal, look_later, heard, rows):
    payment, reference = paid("paypal")
    paypal.end_dispute(paypal.dispute(reference, "25.00"), "RESOLVED_BUYER_FAVOUR")
    paypal.refund_by_hand(reference, "25.00")  # PayPal tells the same money in two ways
    look_later()

    assert len(rows()) == 1
    assert (till.seen(payment).refunded, till.drifts()) == (2500, [])


def test_a_payment_that_outran_its_calling_off_is_looked_back_at(till, shell, stripe, look_later, run_jobs, rows):
    payment = till.start(provider="stripe")
    reference = actions.checkout(shell, payment.id, back=BACK).reference
    stripe.pay(reference)
    with shell.work() as work:
        actions.abandon(work, work.db.get_one(Payment, payment.id), reason="the time was up", by=SYSTEM)
    run_jobs()
    assert till.seen(payment).status == "settled"
    stripe.dispute(reference, 2500)
    look_later()

    assert (rows(), till.drifts()) == ([("dispute", "settled", 2500)], [])


@pytest.mark.parametrize("is_allowed", [True, False])
def test_inquiries_and_disputes_that_we_may_not_see_change_nothing(paid, paypal, look_later, rows, is_allowed):
    _, reference = paid("paypal")
    paypal.dispute(reference, "25.00", "INQUIRY")
    paypal.sees_disputes = is_allowed
    look_later()

    assert rows() == []


def test_a_refund_that_crosses_ours_is_booked_when_ours_has_failed(paid, till, stripe, look_later, run_jobs, rows):
    payment, reference = paid()
    stripe.refund_by_hand(reference, 2500)
    till.refund(payment, 2000)
    stripe.faults.append(BROKEN)
    run_jobs()
    actions_seen = rows()
    look_later(minutes=3)
    look_later(minutes=3)
    look_later(minutes=3)

    assert actions_seen == [("refund", "requested", 2000)]
    assert rows() == [("refund", "failed", 2000), ("foreign", "settled", 2500)]
    assert till.drifts() == []


def test_more_than_was_paid_is_for_people_to_look_at(paid, stripe, look_later, heard, till):
    payment, reference = paid()
    stripe.refund_by_hand(reference, 2600)
    look_later()
    look_later(days=1)

    assert heard.names == ["MoneyUnclear"]
    assert (till.seen(payment).refunded, till.drifts()) == (0, [])


def test_a_provider_that_does_not_answer_is_asked_again(paid, stripe, look_later, rows):
    _, reference = paid()
    stripe.refund_by_hand(reference, 100, "pending")
    stripe.faults.append(BROKEN)
    look_later()
    assert rows() == []
    look_later(days=1)
    assert rows() == [("foreign", "requested", 100)]
    stripe.refunds[next(iter(stripe.refunds))]["status"] = "canceled"
    look_later()
    assert rows() == [("foreign", "failed", 100)]


def test_nothing_is_looked_back_at_for_ever(paid, till, stripe, look_later):
    payment, _ = paid()
    asked = len(stripe.asked)
    for _ in range(40):
        look_later(days=5)

    assert till.seen(payment).next_check_at is None
    assert len(stripe.asked) - asked <= 20  # nine looks at two lists, at most


def test_play_money_is_given_back_at_its_bank(shell, api, till, look_later, rows):
    payment = till.start(provider="play")
    reference = actions.checkout(shell, payment.id).reference
    actions.play(shell, reference, "pay")
    look_later(minutes=1)
    actions.play(shell, reference, "back")
    look_later()

    assert (rows(), till.drifts()) == ([("foreign", "settled", 2500)], [])


def test_what_is_told_is_held_against_what_is_known():
    from openevent.kit.money import Money  # noqa: PLC0415 -- this test alone decides

    def verbs(known, told, left=1000):
        return [one.verb for one in steps(known, told, Money(left, "EUR"))]

    asked = Known(1, "refund", "requested", 500, "k1")
    lost = Known(2, "dispute", "settled", 1000, "k2", "dp_1")
    euros = [Returned("refund", f"re_{n}", "settled", Money(500, "EUR")) for n in range(3)]
    assert verbs([], euros) == ["add", "add", "doubt"]
    assert verbs([asked], euros[:1]) == ["wait"]  # it may be ours
    assert verbs([asked], [Returned("refund", "re_9", "settled", Money(900, "EUR"))], 500) == ["wait"]
    assert verbs([lost], euros[:1], 0) == []
    assert verbs([], [Returned("refund", "re_9", "settled", Money(5, "USD"))]) == ["doubt"]
    assert verbs([], [Returned("refund", "re_9", "settled", None)]) == ["doubt"]
    assert verbs([], [Returned("refund", "re_9", "failed", Money(5, "EUR"))]) == []
