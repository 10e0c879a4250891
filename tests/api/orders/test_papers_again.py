"""Mails sent once more, invoices, searching for people, and providers that nobody has set up (recorded answer 149)."""

from __future__ import annotations

import pytest
from pypdf import PdfReader

from factories import make_order

JSON = {"Content-Type": "application/json", "Accept": "*/*"}
CHARGE = {"data": {"type": "charge", "attributes": {}}}


@pytest.fixture
def bought(shell, people, paid):
    with shell.work() as work:
        return make_order(work, paid, buyer=people["bo"], quantity=2, identifier="order-1", payment_mode="bank")


@pytest.fixture
def resend(api):
    def sent(identifier="order-1", *, as_):
        body = {"data": {"order": identifier, "user": "somebody@example.org"}}
        return api.post("/v1/orders/resend-email", json=body, as_=as_, headers=JSON)

    return sent


def test_an_organizer_sends_confirmations_again_five_times_a_minute(resend, run_jobs, services, clock, people, bought):
    first = resend(as_=people["ana"])
    run_jobs()

    assert (first.status, first.json) == (
        200,
        {"message": "Verification emails for order : order-1 has been sent successfully", "status": True},
    )
    assert len(services.mailer.sent) == 3
    assert [resend(as_=people["ana"]).status for _ in range(4)] == [200] * 4
    refused = resend(as_=people["ana"])
    assert (refused.status, refused.headers["Content-Type"]) == (429, "application/json")
    assert (refused.json["status"], refused.json["title"]) == (429, "Request Limit Exceeded")
    assert int(refused.headers["Retry-After"]) <= 60
    clock.advance(minutes=1)
    assert resend(as_=people["ana"]).status == 200


def test_confirmations_are_sent_again_by_organizers_for_orders_that_stand(api, resend, order, people, bought, paid):
    waiting = order(paid, as_=people["bo"])["attributes"]["identifier"]

    assert resend(as_=people["bo"]).status == 403
    assert resend(waiting, as_=people["ana"]).status == 422
    assert resend("nowhere", as_=people["ana"]).status == 404
    assert resend(None, as_=people["ana"]).status == 422
    assert resend(as_=None).status == 401


def test_receipts_are_sent_again_by_buyers_and_registrars(api, run_jobs, services, order, people, bought, paid):
    def send(identifier, who):
        return api.post(
            "/v1/attendees/send-receipt", json={"order-identifier": identifier}, as_=people[who], headers=JSON
        ).status

    waiting = order(paid, as_=people["bo"])["attributes"]["identifier"]
    assert [send("order-1", who) for who in ("bo", "dee", "eve")] == [200, 200, 403]
    assert (send(waiting, "bo"), send("", "bo"), send("nowhere", "bo")) == (409, 422, 404)
    run_jobs()
    assert len(services.mailer.sent) == 6


def test_an_invoice_says_what_was_agreed(api, order, change, people, bought, paid, tmp_path):
    answer = api.get("/v1/orders/invoices/order-1", as_=people["bo"])

    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
    (tmp_path / "invoice.pdf").write_bytes(answer.body)
    text = PdfReader(tmp_path / "invoice.pdf").pages[0].extract_text()
    assert "Standard" in text
    assert "85.00 EUR" in text
    assert api.get("/v1/orders/invoices/order-1", as_=people["eve"]).status == 404
    waiting = order(paid, as_=people["bo"])["attributes"]["identifier"]
    assert api.get(f"/v1/orders/invoices/{waiting}", as_=people["bo"]).status == 409


def test_registrars_find_people_by_name_or_address(api, event, people, bought):
    path = f"/v1/events/{event.identifier}/attendees/search"

    found = api.get(f"{path}?q=holder%201", as_=people["dee"]).json["attendees"]
    assert [(one["firstname"], one["order_identifier"]) for one in found] == [("Holder 1", "order-1")]
    assert api.get(f"/v1/events/{event.id}/attendees/search?q=%25", as_=people["dee"]).json == {"attendees": []}
    assert (api.get(path, as_=people["eve"]).status, api.get(path).status) == (404, 401)


@pytest.mark.parametrize(
    ("mode", "switch", "attributes", "status"),
    [
        ("stripe", {}, {}, 409),
        ("stripe", {"can_pay_by_stripe": True}, {}, 422),
        ("stripe", {"can_pay_by_stripe": True}, {"stripe": "tok_visa"}, 503),
        ("paypal", {}, {}, 409),
        ("omise", {}, {}, 503),
        ("paypal", {}, {"paypal-payer-id": "a", "paypal-payment-id": "b"}, 409),
        ("paypal", {"can_pay_by_paypal": True}, {"paypal-payer-id": "a", "paypal-payment-id": "b"}, 503),
        ("bank", {}, {}, 201),
    ],
)
def test_only_providers_that_are_set_up_take_money(
    api, shell, order, event, people, paid, mode, switch, attributes, status
):
    from openevent.events.models import Event  # noqa: PLC0415 -- only here
    from openevent.orders.models import Order  # noqa: PLC0415 -- only here

    made = order(paid, as_=people["bo"])
    with shell.work() as work:
        work.db.get_one(Order, int(made["id"])).payment_mode = mode
        for name, value in switch.items():
            setattr(work.db.get_one(Event, event.id), name, value)

    body = {"data": {"type": "charge", "attributes": attributes}}
    answer = api.post(f"/v1/orders/{made['attributes']['identifier']}/charge", json=body, as_=people["bo"])

    assert answer.status == status, answer.json
    if status == 201:
        assert answer.json["data"]["attributes"] == {"status": None, "message": None}


def test_what_is_settled_or_free_is_not_charged(api, order, people, bought, free):
    path = f"/v1/orders/{order(free, as_=people['bo'])['attributes']['identifier']}/charge"

    assert api.post("/v1/orders/order-1/charge", json=CHARGE, as_=people["bo"]).status == 409
    assert api.post(path, json=CHARGE, as_=people["bo"]).status == 409
    assert api.post(path, json={"data": {"type": "order"}}, as_=people["bo"]).status == 409
    assert api.post(path, json=CHARGE, as_=people["eve"]).status == 404
    assert api.post(path, json=CHARGE).status == 401


def test_providers_that_nobody_has_set_up_say_so(api, people, bought):
    for method, path in (
        ("POST", "/v1/orders/order-1/omise-checkout"),
        ("POST", "/v1/orders/order-1/paytm/send_otp/abc"),
        ("GET", "/v1/alipay/create_source/order-1"),
        ("GET", "/v1/alipay/alipay_return_uri/order-1"),
    ):
        answer = api.call(method, path, as_=people["bo"])
        assert (answer.status, answer.json["errors"][0]["code"]) == (503, "provider-not-configured")
    assert api.post("/v1/orders/order-1/create-paypal-payment", as_=people["eve"]).status == 404
    assert api.post("/v1/orders/order-1/verify").json == {"payment_status": "completed"}
    assert api.post("/v1/orders/nowhere/verify").status == 404


def test_tickets_are_found_where_clients_of_v1_look(api, people, bought):
    assert api.get("/v1/tickets/order-1", as_=people["bo"]).body.startswith(b"%PDF")
    assert api.get("/v1/tickets/order-1", as_=people["eve"]).status == 404
