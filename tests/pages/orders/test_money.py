"""Money that went back, as organizers are told of it and see it: mails, notifications, two pages."""

from __future__ import annotations

from typing import Any

import pytest

from cast import actor, adm, ana, bo, eve
from factories import give_role, make_event, make_order, make_ticket, make_user
from gateways import with_gateways
from gateways.server import serving
from gateways.stripe import FakeStripe
from openevent.kit.work import Shell
from openevent.main.wiring import REACTIONS
from openevent.orders.actions import delete_order, start_payment
from openevent.orders.models import Order
from openevent.orders.rules.holders import order_number
from openevent.payments.actions import confirm_with_token, prove_ledger, reconcile
from openevent.payments.models import Refund
from openevent.payments.signals import DisputeClosed, DisputeOpened, RefundFailed, RefundFound
from openevent.people.models import Notification
from visitors import text_of

ORGANIZERS = ("ana@example.org", "gus@example.org")


@pytest.fixture
def stripe(clock: Any) -> Any:
    found = FakeStripe(clock)
    with serving(found):
        yield found


@pytest.fixture
def shell(database: Any, clock: Any, services: Any, stripe: FakeStripe) -> Shell:
    return Shell(database, clock, with_gateways(services, stripe=stripe), REACTIONS)


@pytest.fixture
def sold(shell: Shell, run_jobs: Any) -> Any:
    """Two tickets of 42.50 EUR that Bo has paid by card, at an event of Ana's."""
    with shell.work() as work:
        event = make_event(work, owner=ana(work), can_pay_by_stripe=True, is_ticket_form_enabled=False)
        ticket = make_ticket(work, event, price=4250)
        values = {"status": "pending", "payment_mode": "stripe", "completed_at": None}
        order = make_order(work, ticket, buyer=bo(work), quantity=2, **values)
        payment = start_payment(work, order, is_hosted=False, by=actor(bo(work)))
    confirm_with_token(shell, payment.id, {"token": "tok_visa"})
    run_jobs()
    return event, order


@pytest.fixture
def look(shell: Shell, clock: Any, run_jobs: Any, services: Any) -> Any:
    """Let a day pass in which no notice comes; return what Ana was mailed since, by subject."""

    def later() -> list[str]:
        before = len(services.mailer.sent)
        clock.advance(days=1)
        with shell.work() as work:
            reconcile(work)
        run_jobs()
        with shell.work() as work:
            assert prove_ledger(work.db) == []
        return [mail.subject for mail in services.mailer.sent[before:] if mail.to == "ana@example.org"]

    return later


def told(shell: Shell) -> list[tuple[str, str]]:
    with shell.work() as work:
        rows = work.db.query(Notification).order_by(Notification.id)
        found = [one.content for one in rows if one.content["type"] == "order_money_organizer"]
    return [(one["target_action"], one["order"]["identifier"]) for one in found]


def test_a_refund_that_fails_is_told_and_asked_for_again(
    visitor: Any, shell: Shell, stripe: FakeStripe, sold: Any, look: Any, run_jobs: Any, services: Any
) -> None:
    event, order = sold
    path = f"/orders/{order.identifier}"
    host = visitor(_user(shell, ana))
    host.post(f"{path}/cancel")
    run_jobs()
    (name,) = stripe.refunds
    stripe.refunds[name] |= {"status": "failed", "failure_reason": "lost_or_stolen_card"}

    subjects = look()

    assert [one.partition(":")[0] for one in subjects] == ["A refund has failed"]
    assert "lost_or_stolen_card" in services.mailer.sent[-1].text
    assert told(shell) == [("refund-failed", order.identifier)]
    shown = text_of(host.get(path))
    assert ("Refund failed" in shown, "Ask for this refund again" in shown) == (True, True)
    retry = f"{path}/refunds/1/retry"
    assert "Ask for this refund again" not in text_of(visitor(_user(shell, bo)).get(path))
    assert [visitor(_user(shell, who)).post(retry).status_code for who in (bo, eve)] == [403, 404]
    assert host.post(f"{path}/refunds/99/retry").status_code == 404
    assert host.post(retry).location == path
    again = host.post(retry)
    assert (again.status_code, "asked for again, and only once" in again.text) == (409, True)
    run_jobs()
    assert stripe.returned == 8500
    seen = text_of(host.get(f"/events/{event.identifier}/payments"))
    assert ("Refund failed" in seen, "Given back" in seen, "85.00" in seen) == (True, True, True)
    with shell.work() as work:
        assert [one.retry_of for one in work.db.query(Refund).order_by(Refund.id)] == [None, 1]


def test_what_is_given_back_at_the_provider_s_pages_leaves_the_order_standing(
    visitor: Any, shell: Shell, stripe: FakeStripe, sold: Any, look: Any, services: Any
) -> None:
    event, order = sold
    stripe.refund_by_hand("pi_1", 8500)

    assert [one.partition(":")[0] for one in look()] == ["Money was given back"]

    assert told(shell) == [("refund-found", order.identifier)]
    assert any("Nothing is left of what was paid" in mail.text for mail in services.mailer.sent)
    with shell.work() as work:
        assert work.db.get_one(Order, order.id).status == "completed"
    host = visitor(_user(shell, ana))
    assert "at the provider's own pages" in text_of(host.get(f"/orders/{order.identifier}"))
    sums = text_of(visitor(_user(shell, adm)).get(f"/events/{event.identifier}/payments"))
    assert ("Given back" in sums, "Kept by providers as fees" in sums) == (True, True)
    assert visitor(_user(shell, bo)).get(f"/events/{event.identifier}/payments").status_code == 403
    host.post(f"/orders/{order.identifier}/cancel")
    with shell.work() as work:
        assert work.db.get_one(Order, order.id).status == "cancelled"
        assert work.db.query(Refund).count() == 1  # nothing is left to give back


def test_what_becomes_of_the_money_of_a_deleted_order_is_told(
    shell: Shell, stripe: FakeStripe, sold: Any, look: Any, run_jobs: Any, services: Any
) -> None:
    _, order = sold
    with shell.work() as work:
        delete_order(work, work.db.get_one(Order, order.id), note="Sorry.", by=actor(adm(work)))
    before = len(services.mailer.sent)
    run_jobs()
    (mail,) = [one for one in services.mailer.sent[before:] if one.to == "bo@example.org"]
    assert ("Sorry." in mail.text, "85.00 EUR" in mail.text, "being paid back" in mail.text) == (True, True, True)

    with shell.work() as work:
        work.announce(RefundFailed(1, 1, f"order:{order.id}", 8500, "EUR", "card_gone"))
    before = len(services.mailer.sent)
    run_jobs()
    (failed,) = [one for one in services.mailer.sent[before:] if one.to == "ana@example.org"]
    number = order_number(order.created_at, order.id)
    assert failed.subject.startswith(f"A refund has failed: order {number}")
    assert ("The order was deleted" in failed.text, "/orders/" in failed.text) == (True, False)


def test_a_dispute_is_told_when_it_opens_and_when_it_ends(
    visitor: Any, shell: Shell, stripe: FakeStripe, sold: Any, look: Any
) -> None:
    event, order = sold
    name = stripe.dispute("pi_1", 8500)
    opened = look()
    shown = text_of(visitor(_user(shell, ana)).get(f"/orders/{order.identifier}"))
    stripe.end_dispute(name, "lost")
    closed = look()

    assert [one.partition(":")[0] for one in (*opened, *closed)] == ["A payment is disputed", "A dispute is lost"]
    assert [action for action, _ in told(shell)] == ["dispute-opened", "dispute-lost"]
    assert "Disputed" in shown
    seen = text_of(visitor(_user(shell, ana)).get(f"/events/{event.identifier}/payments"))
    assert ("Dispute lost" in seen, "Taken back by banks" in seen) == (True, True)


def test_organizers_are_told_of_money_each_in_their_own_language(
    shell: Shell, sold: Any, run_jobs: Any, services: Any
) -> None:
    event, order = sold
    half = (1, 1, f"order:{order.id}", 4250)
    with shell.work() as work:
        give_role(work, event, make_user(work, email="gus@example.org", language_prefrence="de"), "organizer")
        for signal in (
            RefundFailed(*half, "EUR", "card_gone"),
            RefundFound(*half, 0, "EUR"),
            RefundFound(*half, 4250, "EUR"),
            DisputeOpened(*half, "EUR"),
            DisputeClosed(*half, "EUR", is_lost=True),
            DisputeClosed(*half, "EUR", is_lost=False),
        ):
            work.announce(signal)
    before = len(services.mailer.sent)
    run_jobs()

    sent = services.mailer.sent[before:]
    first = {to: [mail.subject.partition(":")[0] for mail in sent if mail.to == to] for to in ORGANIZERS}
    assert first["ana@example.org"] == [
        "A refund has failed",
        "Money was given back",
        "Money was given back",
        "A payment is disputed",
        "A dispute is lost",
        "A dispute is won",
    ]
    assert first["gus@example.org"] == [
        "Eine Rückzahlung ist fehlgeschlagen",
        "Geld wurde zurückgezahlt",
        "Geld wurde zurückgezahlt",
        "Eine Zahlung wird angefochten",
        "Eine Anfechtung ist verloren",
        "Eine Anfechtung ist gewonnen",
    ]
    texts = [mail.text for mail in sent if mail.to == "gus@example.org"]
    assert all(f"Bestellung öffnen: http://127.0.0.1:8000/orders/{order.identifier}" in text for text in texts)
    assert "eine Rückzahlung von 42.50 EUR" in texts[0]


def test_an_event_without_payments_says_so(visitor: Any, shell: Shell) -> None:
    with shell.work() as work:
        event = make_event(work, owner=ana(work))

    page = f"/events/{event.identifier}/payments"
    assert "No payments yet" in text_of(visitor(_user(shell, ana)).get(page))
    assert visitor().get(page).status_code in (302, 303)


def _user(shell: Shell, who: Any) -> Any:
    with shell.work() as work:
        return who(work)
