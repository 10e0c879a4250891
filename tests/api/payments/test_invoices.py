"""The platform's invoices: once a month, for what the month's orders brought."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cast import adm, ana, bo, eve
from factories import make_event, make_order, make_ticket
from openevent.orders.actions import issue_invoices
from openevent.payments.actions import remind
from openevent.tickets.models import DiscountCode, TicketFee, discount_codes_events

FEBRUARY = datetime(2026, 2, 10, tzinfo=UTC)


@pytest.fixture
def people(shell):
    with shell.work() as work:
        return {"ana": ana(work), "bo": bo(work), "eve": eve(work), "adm": adm(work)}


@pytest.fixture
def event(shell, people):
    with shell.work() as work:
        event = make_event(work, owner=people["ana"], payment_country="DE")
        work.db.add(TicketFee(currency="EUR", country="DE", service_fee=5.0, maximum_fee=100.0))
        ticket = make_ticket(work, event, price=10000)
        make_order(work, ticket, buyer=people["bo"], quantity=2, completed_at=FEBRUARY)
        make_order(work, ticket, buyer=people["bo"], quantity=1)  # in March
        cheap = make_event(work, owner=people["ana"], payment_country="DE")
        make_order(work, make_ticket(work, cheap, price=100), completed_at=FEBRUARY)
        return event


def issue(shell):
    with shell.work() as work:
        return issue_invoices(work)


def test_a_month_is_asked_for_once_and_mailed(api, shell, run_jobs, services, event, people):
    assert (issue(shell), issue(shell)) == (1, 0)
    run_jobs()

    (found,) = api.get(f"/v1/events/{event.id}/event-invoices", as_=people["ana"]).json["data"]
    shown = found["attributes"]
    assert (shown["amount"], shown["status"], shown["identifier"]) == (10.0, "due", "202603U-000001")
    assert shown["issued-at"].startswith("2026-03-01T00:00:00")
    assert [mail.to for mail in services.mailer.sent] == ["ana@example.org"]
    [told] = api.get(f"/v1/users/{people['ana'].id}/notifications", as_=people["ana"]).json["data"]
    content = told["attributes"]["content"]
    assert (content["type"], content["invoice"]["status"]) == ("monthly_payment", "due")
    path = f"/v1/event-invoices/{shown['identifier']}"
    statuses = {who: api.get(path, as_=people[who]).status for who in people}
    assert statuses == {"ana": 200, "bo": 404, "eve": 404, "adm": 200}
    assert api.get("/v1/event-invoices", as_=people["ana"]).status == 403
    own = api.get(f"/v1/users/{people['ana'].id}/event-invoices?include=event", as_=people["ana"]).json
    assert [one["id"] for one in own["data"]] == [found["id"]]


def test_only_admins_change_an_invoice(api, shell, event, people):
    issue(shell)
    (found,) = api.get("/v1/event-invoices", as_=people["adm"]).json["data"]
    attributes = {"status": "paid", "amount": 12.5, "paid-via": "transfer"}
    body = {"data": {"type": "event-invoice", "id": found["id"], "attributes": attributes}}
    path = f"/v1/event-invoices/{found['id']}"

    assert api.patch(path, json=body, as_=people["ana"]).status == 403
    changed = api.patch(path, json=body, as_=people["adm"]).json["data"]["attributes"]
    assert (changed["status"], changed["amount"], changed["completed-at"] is None) == ("paid", 12.5, False)
    assert (api.delete(path, as_=people["adm"]).status, api.post("/v1/event-invoices", json=body).status) == (405, 405)
    charge = f"/v1/event-invoices/{found['attributes']['identifier']}/charge"
    assert api.post(charge, as_=people["ana"]).status == 409


def test_an_invoice_is_a_pdf_and_says_when_nobody_can_take_the_money(api, shell, event, people):
    issue(shell)
    path = "/v1/events/invoices/202603U-000001"

    assert api.get(path, as_=people["ana"]).body.startswith(b"%PDF")
    assert (api.get(path, as_=people["eve"]).status, api.get(path).status) == (404, 401)
    answer = api.post("/v1/event-invoices/202603U-000001/create-paypal-payment", as_=people["ana"])
    assert (answer.status, answer.json["errors"][0]["code"]) == (503, "provider-not-configured")
    read = api.get("/v1/event-invoices/202603U-000001/charge", as_=people["ana"])
    assert (read.status, read.headers["Allow"]) == (405, "POST")
    assert api.get("/v1/event-invoices/202603U-000001/charge", as_=people["eve"]).status == 404


@pytest.mark.parametrize(
    ("kind", "value", "amount", "status"),
    [("percent", 50.0, 5.0, "due"), ("amount", 7.5, 2.5, "due"), ("percent", 90.0, 0.0, "paid")],
)
def test_an_events_code_lowers_what_is_asked(
    api, shell, run_jobs, services, event, people, kind, value, amount, status
):
    grant(shell, event, type=kind, value=value)

    issue(shell)
    run_jobs()

    path = "/v1/event-invoices/202603U-000001"
    shown = api.get(path, as_=people["ana"]).json["data"]["attributes"]
    assert (shown["amount"], shown["status"], len(services.mailer.sent)) == (amount, status, int(status == "due"))
    assert api.get(f"{path}/discount-code", as_=people["adm"]).json["data"]["attributes"]["code"] == "FRIEND"
    assert api.get(f"{path}/discount-code", as_=people["ana"]).status == 404


@pytest.mark.parametrize(
    "spoilt", [{"is_active": False}, {"tickets_number": 0}, {"max_quantity": 0}, {"valid_till": FEBRUARY}]
)
def test_a_code_that_is_not_good_any_more_lowers_nothing(api, shell, event, people, spoilt):
    grant(shell, event, type="percent", value=50.0, **spoilt)

    issue(shell)

    assert api.get("/v1/event-invoices/1", as_=people["adm"]).json["data"]["attributes"]["amount"] == 10.0


def grant(shell, event, **values):
    with shell.work() as work:
        code = DiscountCode(used_for="event", code="FRIEND", code_folded="friend", created_at=work.now, **values)
        work.db.add(code)
        work.db.flush()
        work.db.execute(discount_codes_events.insert().values(event_id=event.id, discount_code_id=code.id))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (None, ["Invoice", "Reminder:", "Soon", "Overdue:"]),
        ("de", ["Rechnung", "Erinnerung:", "Bald", "Überfällig:"]),
    ],
)
def test_who_does_not_pay_is_reminded_three_times(shell, clock, run_jobs, services, event, people, language, said):
    with shell.work() as work:
        work.db.merge(people["ana"]).language_prefrence = language
    issue(shell)

    for days in (1, 13, 13, 20, 90):
        clock.advance(seconds=days * 86_400)
        with shell.work() as work:
            remind(work)
        run_jobs()

    subjects = [mail.subject.partition(" ")[0] for mail in services.mailer.sent]
    assert subjects == said


def test_tokens_of_providers_are_for_admins(api, shell, event, people):
    issue(shell)
    body = {"data": {"type": "event-invoice", "id": "1", "attributes": {"stripe-token": "tok_1"}}}

    assert api.patch("/v1/event-invoices/1", json=body, as_=people["adm"]).status == 200
    shown = {who: api.get("/v1/event-invoices/1", as_=people[who]).json["data"]["attributes"] for who in ("ana", "adm")}
    assert ("stripe-token" in shown["ana"], shown["adm"]["stripe-token"]) == (False, "tok_1")
