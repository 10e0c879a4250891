"""The page of an invoice of the platform: what there is to pay, and paying it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cast import ana, bo
from factories import make_event
from gateways import with_gateways
from gateways.server import serving
from gateways.stripe import FakeStripe
from openevent.kit.money import Money
from openevent.kit.work import Shell
from openevent.main.wiring import REACTIONS
from openevent.payments.actions import issue_invoice, prove_ledger, reconcile
from openevent.payments.models import EventInvoice
from visitors import text_of


@pytest.fixture
def stripe(clock: Any) -> Any:
    found = FakeStripe(clock)
    with serving(found):
        yield found


@pytest.fixture
def shell(database: Any, clock: Any, services: Any, stripe: FakeStripe) -> Shell:
    return Shell(database, clock, with_gateways(services, stripe=stripe), REACTIONS)


@pytest.fixture
def invoice(shell: Shell) -> str:
    with shell.work() as work:
        event, issued = make_event(work, owner=ana(work)), work.now - timedelta(days=3)
        return issue_invoice(
            work, event, ana(work).id, Money(1000, "EUR"), Money(20000, "EUR"), issued_at=issued
        ).identifier


def _user(shell: Shell, who: Any) -> Any:
    with shell.work() as work:
        return who(work)


def test_a_payer_who_never_comes_back_has_paid_all_the_same(
    visitor: Any, shell: Shell, clock: Any, run_jobs: Any, invoice: str, stripe: FakeStripe
) -> None:
    payer, page = visitor(_user(shell, ana)), f"/event-invoice/{invoice}/review"
    shown = text_of(payer.get(page))
    assert ("10.00 to pay" in shown or "10.00" in shown, "Pay with Stripe" in shown) == (True, True)
    assert visitor(_user(shell, bo)).get(page).status_code == 404
    assert visitor().get(page).location.startswith("/sign-in")
    pdf = payer.get(f"/event-invoice/{invoice}.pdf")
    assert (pdf.status_code, pdf.data[:5]) == (200, b"%PDF-")
    assert payer.post(f"/event-invoice/{invoice}/pay", {"provider": "coins"}).status_code == 409

    sent = payer.post(f"/event-invoice/{invoice}/pay", {"provider": "stripe"})
    assert sent.location.startswith("https://checkout.stripe.com/")
    assert "Waiting for your payment" in text_of(payer.get(f"{page}?paid=1"))
    stripe.pay(next(iter(stripe.sessions)))  # and the browser is closed
    clock.advance(minutes=5)
    with shell.work() as work:
        reconcile(work)

    run_jobs()
    with shell.work() as work:
        row = work.db.query(EventInvoice).one()
        assert (row.status, row.paid_via, row.last4, prove_ledger(work.db)) == ("paid", "stripe", "4242", [])
    assert "Nothing is left to do" in text_of(payer.get(page))
    assert payer.post(f"/event-invoice/{invoice}/pay", {"provider": "play"}).status_code == 409
