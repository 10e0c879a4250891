"""Paying with play money: the whole way of money, with nobody else's server."""

from __future__ import annotations

import re

import pytest

from openevent.kit.money import Money
from openevent.kit.work import Shell
from openevent.payments import actions
from openevent.payments.actions.refunding import RefundTooMuch
from openevent.payments.providers import ProviderNotConfigured
from openevent.payments.providers.play import PlayMoneyTaken, PlayMoneyUnknown
from openevent.payments.queries import payment_of, payments_of, refundable, refunds_of
from openevent.payments.signals import PaymentSettled


@pytest.fixture
def choose(pages):
    """Choose something on the play bank's page, as a browser does; return the answer."""

    def chosen(seen, choice):
        path = "/" + seen.url.split("/", 3)[3]
        form = pages.get(path)
        assert form.status_code == 200
        token = re.search(r'name="csrf_token" value="([^"]+)"', form.text)[1]
        return pages.post(path, data={"csrf_token": token, "choice": choice})

    return chosen


def test_money_comes_in_by_the_page_and_goes_back(till, shell, choose, run_jobs, heard, event):
    payment = till.start()
    seen = actions.checkout(shell, payment.id, back="http://127.0.0.1:8000/orders/7")
    answer = choose(seen, "twice")
    run_jobs()

    assert (answer.status_code, answer.location) == (303, "http://127.0.0.1:8000/orders/7")
    assert heard.signals == [PaymentSettled(payment.id, "order:7", event.id, 2500, "EUR")]
    refund = till.refund(payment, 1000)
    run_jobs()
    assert till.seen(refund).status == "settled"
    assert heard.names == ["PaymentSettled", "RefundSettled"]
    assert till.ledger() == [
        ("payment", "provider:play", f"event:{event.id}:sales", 2500, "EUR"),
        ("refund", f"event:{event.id}:refunds", "provider:play", 1000, "EUR"),
    ]
    assert till.drifts() == []
    with shell.database.reading() as db:
        assert refundable(db, "order:7") == Money(1500, "EUR")
        assert refundable(db, "order:8") is None
        [view] = payments_of(db, "order:7")
        assert (view.status, view.brand, view.refundable) == ("settled", "play money", Money(1500, "EUR"))
        assert [(one.status, one.amount.minor) for one in refunds_of(db, "order:7")] == [("settled", 1000)]


def test_who_pays_later_and_says_nothing_is_found(till, shell, choose, run_jobs, clock, heard):
    payment = till.start()
    choose(actions.checkout(shell, payment.id), "later")
    clock.advance(minutes=2)

    assert (till.reconcile(), run_jobs() > 0) == (1, True)
    assert heard.names == ["PaymentSettled"]
    assert till.reconcile() == 0


def test_a_declined_payment_makes_room_for_another(till, shell, choose, run_jobs, heard):
    payment = till.start()
    choose(actions.checkout(shell, payment.id), "decline")
    run_jobs()
    again = till.start()

    assert (till.seen(payment).status, heard.names, again.id != payment.id) == ("failed", ["PaymentFailed"], True)
    assert till.drifts() == []


def test_the_same_is_asked_for_once_and_another_amount_takes_its_place(till, shell, run_jobs, heard):
    first = till.start()
    assert till.start().id == first.id
    actions.checkout(shell, first.id)
    second = till.start(3000)
    run_jobs()

    assert (till.seen(first).status, till.seen(second).status) == ("abandoned", "open")
    with pytest.raises(actions.PaymentClosed):
        actions.checkout(shell, first.id)
    with shell.database.reading() as db:
        assert payment_of(db, "order:7").id == second.id


def test_a_payment_that_was_faster_than_its_end_settles(till, shell, choose, run_jobs, heard):
    payment = till.start()
    seen = actions.checkout(shell, payment.id)
    till.abandon(payment)
    till.abandon(payment)
    actions.playing.play(shell, seen.reference, "pay")
    run_jobs()

    assert (till.seen(payment).status, heard.names, till.drifts()) == ("settled", ["PaymentSettled"], [])


def test_no_more_goes_back_than_came_in(till, shell, run_jobs):
    payment = till.start()
    actions.confirm_with_token(shell, payment.id, {})

    till.refund(payment, 2000)
    for minor, currency in ((501, "EUR"), (1, "USD"), (0, "EUR"), (-5, "EUR")):
        with pytest.raises(RefundTooMuch):
            till.refund(payment, minor, currency)
    till.refund(payment, 500)
    run_jobs()
    assert (till.seen(payment).refunded, till.drifts()) == (2500, [])
    with pytest.raises(RefundTooMuch):
        till.refund(till.start(subject="order:9"), 1)


def test_asking_again_finds_what_was_paid(till, shell, clock):
    payment = till.start()
    assert actions.look_again(shell, payment.id) is None
    seen = actions.checkout(shell, payment.id)
    assert actions.look_again(shell, payment.id).state == "open"
    actions.playing.play(shell, seen.reference, "later")
    clock.advance(minutes=1)
    assert actions.look_again(shell, payment.id).state == "settled"
    assert actions.look_again(shell, payment.id) is None


def test_the_play_bank_knows_only_what_it_was_told(till, shell, pages, choose):
    seen = actions.checkout(shell, till.start().id)

    with pytest.raises(PlayMoneyTaken):
        actions.playing.play(shell, seen.reference, "steal")
    for odd in ("play_" + "0" * 32, "play_..%2f..%2fsecret", "x"):
        assert pages.get(f"/payments/play/{odd}").status_code == 404
    with pytest.raises(PlayMoneyUnknown):
        actions.playing.play(shell, "..", "pay")
    assert choose(seen, "pay").location == f"/payments/play/{seen.reference}"
    assert "This is paid." in pages.get(f"/payments/play/{seen.reference}").text


def test_nobody_pays_with_play_money_where_it_is_not_offered(till, database, clock, services, reactions):
    till.shell = Shell(database, clock, services, reactions)

    with pytest.raises(ProviderNotConfigured):
        till.start()
