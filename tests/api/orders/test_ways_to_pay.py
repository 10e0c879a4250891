"""Ways to pay that this installation, or the event, does not offer: told when they are chosen."""

from __future__ import annotations

import pytest

from openevent.events.models import Event

UNCONFIGURED = {
    "omise": "Omise is not configured on this server.",
    "alipay": "AliPay is not configured on this server.",
    "paytm": "Paytm is not configured on this server.",
    "stripe": "Stripe is not configured on this server.",
    "paypal": "PayPal is not configured on this server.",
    "play": "Play money is not configured on this server.",
}
AT = {"pointer": "/data/attributes/payment-mode"}


@pytest.fixture
def book(api, event, paid, people):
    """Order for somebody who was entered before: book(payment_mode="bank") -> the answer."""

    def link(type_, key):
        return {"data": {"type": type_, "id": str(key)}}

    def made(*, as_="bo", **attributes):
        links = {"event": link("event", event.id), "ticket": link("ticket", paid.id)}
        person = {"data": {"type": "attendee", "attributes": {"firstname": "Cora"}, "relationships": links}}
        entered = api.post("/v1/attendees", json=person, as_=people[as_]).json["data"]["id"]
        named = {name.replace("_", "-"): value for name, value in attributes.items()}
        links = {"event": link("event", event.id), "attendees": {"data": [{"type": "attendee", "id": entered}]}}
        body = {"data": {"type": "order", "attributes": named, "relationships": links}}
        return api.post("/v1/orders", json=body, as_=people[as_])

    return made


def test_what_nobody_has_set_up_is_refused_when_it_is_chosen(shell, order, change, book, stock, people, event, paid):
    with shell.work() as work:
        found = work.db.get_one(Event, event.id)
        found.can_pay_by_stripe = found.can_pay_by_paypal = True
    made = order(paid, as_=people["bo"])

    for mode, told in UNCONFIGURED.items():
        for answer in (
            change(made, as_=people["bo"], payment_mode=mode),
            change(made, as_=people["bo"], payment_mode=mode, status="pending"),
            change(made, as_=people["adm"], payment_mode=mode),
            book(payment_mode=mode),
            book(payment_mode=mode, as_="ana"),
        ):
            (error,) = answer.json["errors"]
            assert (answer.status, error["code"]) == (422, "payment-mode-not-configured")
            assert (error["detail"], error["source"]) == (told, AT)
    assert stock(paid) == (1, 0)


def test_what_the_event_does_not_take_is_refused_when_the_buyer_goes_to_pay(order, change, book, people, paid):
    made = order(paid, as_=people["bo"])

    assert change(made, as_=people["bo"], payment_mode="cheque").status == 200  # still looking around
    for answer in (change(made, as_=people["bo"], status="pending"), book(payment_mode="cheque")):
        (error,) = answer.json["errors"]
        assert (answer.status, error["code"], error["source"]) == (422, "invalid-payment", AT)
    chosen_later = change(made, as_=people["bo"], status="pending", payment_mode=None)  # as the web client does
    assert (chosen_later.status, chosen_later.json["data"]["attributes"]["status"]) == (200, "pending")
    assert book(payment_mode="bank").json["data"]["attributes"]["status"] == "pending"
