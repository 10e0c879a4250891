"""Paying the platform's invoices by a provider, over the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cast import adm, ana, bo
from clients import Answer, Api
from factories import make_event
from gateways import with_gateways
from gateways.paypal import FakePaypal
from gateways.stripe import FakeStripe
from openevent.kit.money import Money
from openevent.kit.work import Shell
from openevent.main.wiring import REACTIONS
from openevent.payments.actions import issue_invoice, prove_ledger, reconcile
from openevent.payments.models import EventInvoice, LedgerEntry, Payment
from openevent.site.models import Setting


@pytest.fixture
def shell(database: Any, clock: Any, services: Any, stripe: FakeStripe, paypal: FakePaypal) -> Shell:
    return Shell(database, clock, with_gateways(services, stripe, paypal), REACTIONS)


@pytest.fixture
def people(shell: Shell) -> dict[str, Any]:
    with shell.work() as work:
        return {"ana": ana(work), "bo": bo(work), "adm": adm(work)}


@pytest.fixture
def invoice(shell: Shell, people: dict[str, Any]) -> str:
    """An invoice of 10.00 EUR for Ana's event, whose own accounts are not the ones to pay to."""
    with shell.work() as work:
        event = make_event(work, owner=people["ana"], paypal_email="ana-sells@example.org")
        issued = work.now - timedelta(days=3)
        made = issue_invoice(work, event, people["ana"].id, Money(1000, "EUR"), Money(20000, "EUR"), issued_at=issued)
        return made.identifier


@pytest.fixture
def send(api: Api, people: dict[str, Any], invoice: str) -> Any:
    def sent(verb: str, who: str = "ana", **attributes: str) -> Answer:
        body = {"data": {"attributes": attributes}}
        return api.post(f"/v1/event-invoices/{invoice}/{verb}", json=body, as_=people[who])

    return sent


@pytest.fixture
def state(shell: Shell, run_jobs: Any) -> Any:
    """How the invoice stands once all jobs are done; the ledger sums to zero."""

    def told() -> tuple[str, str | None, str | None]:
        run_jobs()
        with shell.work() as work:
            assert prove_ledger(work.db) == []
            row = work.db.query(EventInvoice).one()
            return row.status, row.paid_via, row.last4

    return told


def test_an_invoice_is_paid_by_paypal_to_the_platform(
    shell: Shell, send: Any, state: Any, paypal: FakePaypal, people: dict[str, Any]
) -> None:
    with shell.work() as work:
        work.db.query(Setting).delete()
        work.db.add(Setting(id=1, admin_billing_paypal_email="billing@example.org"))

    before = send("create-paypal-payment", **{"return-url": "https://phone.example/back"}).json["payment_id"]
    begun = send("create-paypal-payment", **{"return-url": "https://client.example/back"})
    reference = begun.json["payment_id"]
    assert reference != before
    early = send("charge", paypal_payment_id=reference, paypal_payer_id="PAYER1")
    paypal.approve(reference)
    paid = send("charge", paypal_payment_id=reference, paypal_payer_id="PAYER1")

    assert (begun.status, begun.json["status"], early.json["status"]) == (200, True, False)
    assert (paid.status, paid.json, state()) == (200, {"status": True}, ("paid", "paypal", None))
    (unit,) = paypal.orders[reference]["purchase_units"]
    assert (unit["payee"], unit["amount"]["value"]) == ({"email_address": "billing@example.org"}, "10.00")
    with shell.work() as work:
        entry = work.db.query(LedgerEntry).filter_by(kind="payment").one()
        assert (entry.debit, entry.credit, entry.amount) == ("provider:paypal", "platform:sales", 1000)
    again = send("charge", paypal_payment_id=reference, paypal_payer_id="PAYER1")
    assert (again.status, again.json["errors"][0]["code"]) == (409, "invoice-not-payable")
    assert send("create-paypal-payment").status == 409


def test_an_invoice_is_paid_by_card_and_by_nobody_who_may_not_see_it(send: Any, state: Any, stripe: FakeStripe) -> None:
    refused = [send("charge", who, **said) for who, said in (("bo", {"stripe": "tok_visa"}), ("ana", {}))]
    declined = send("charge", stripe="tok_chargeDeclined")
    paid = send("charge", stripe="tok_visa")

    assert [one.status for one in refused] == [404, 422]
    assert refused[1].json["errors"][0]["source"] == {"pointer": "/data/attributes/paypal_payment_id"}
    assert (declined.json, paid.json) == ({"status": False, "error": "Your card was declined."}, {"status": True})
    assert (state(), stripe.received) == (("paid", "stripe", "4242"), 1000)
    assert all("stripe-account" not in asked.headers for asked in stripe.asked)


def test_what_was_paid_for_nothing_goes_back(
    api: Api, shell: Shell, send: Any, state: Any, people: dict[str, Any], stripe: FakeStripe, paypal: FakePaypal
) -> None:
    reference = send("create-paypal-payment").json["payment_id"]
    body = {"data": {"type": "event-invoice", "id": "1", "attributes": {"status": "paid", "paid-via": "transfer"}}}
    assert api.patch("/v1/event-invoices/1", json=body, as_=people["adm"]).status == 200
    paypal.approve(reference)
    state()

    assert (paypal.received, state()) == (0, ("paid", "transfer", None))  # called off: it is not captured any more
    with shell.work() as work:
        assert work.db.query(Payment).one().status == "abandoned"


@pytest.mark.parametrize(("amount", "status"), [(1000, "refunded"), (400, "paid")])
def test_what_the_platform_gives_back_is_seen_on_the_invoice(
    shell: Shell, clock: Any, send: Any, state: Any, stripe: FakeStripe, amount: int, status: str
) -> None:
    assert send("charge", stripe="tok_visa").json == {"status": True}
    name = stripe.refund_by_hand("pi_1", amount)
    clock.advance(days=1)
    with shell.work() as work:
        reconcile(work)
    assert state()[0] == status
    stripe.refunds[name]["status"] = "failed"
    clock.advance(days=1)
    with shell.work() as work:
        reconcile(work)
    assert state()[0] == "paid"


@pytest.mark.parametrize(("end", "status"), [("won", "paid"), ("lost", "failed")])
def test_a_disputed_invoice_is_told_to_admins_and_owed_again_when_it_is_lost(
    shell: Shell, clock: Any, send: Any, state: Any, stripe: FakeStripe, services: Any, end: str, status: str
) -> None:
    send("charge", stripe="tok_visa")
    name = stripe.dispute("pi_1", 1000)
    for ended in (None, end):
        if ended:
            stripe.end_dispute(name, ended)
        clock.advance(days=1)
        with shell.work() as work:
            reconcile(work)
        told = state()[0]
    assert told == status
    assert [mail.to for mail in services.mailer.sent if "disputed" in mail.text] == ["adm@example.org"]


def test_a_payment_of_another_amount_goes_back(
    shell: Shell, clock: Any, send: Any, state: Any, stripe: FakeStripe
) -> None:
    send("charge", stripe="pm_card_authenticationRequired")
    with shell.work() as work:
        work.db.query(EventInvoice).one().amount = 2000  # as if an admin's change had crossed the payment
    stripe.pay("pi_1")
    with shell.work() as work:
        reconcile(work)
    clock.advance(minutes=5)
    with shell.work() as work:
        reconcile(work)

    assert (state()[0], stripe.received, stripe.returned) == ("due", 1000, 1000)
