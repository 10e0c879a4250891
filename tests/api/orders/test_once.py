"""Orders with an Idempotency-Key: sent twice, made once, and answered alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from openevent.kit.repeats import KeptAnswer, forget_old
from openevent.orders.models import Order
from openevent.tickets.models import TicketStock

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def ask(api):
    """Order tickets with a key: ask(ticket, number, as_=bo, key="k1") -> the answer."""

    def asked(ticket, number=1, *, as_, key="once-1"):
        body = {"tickets": [{"id": ticket.id, "quantity": number}]}
        headers = {**JSON, "Idempotency-Key": key}
        return api.post("/v1/orders/create-order", json=body, as_=as_, headers=headers)

    return asked


@pytest.fixture
def orders(shell):
    def counted():
        with shell.work() as work:
            return work.db.scalar(select(func.count()).select_from(Order))

    return counted


def test_a_repeated_order_is_made_once_and_answered_as_the_first_time(ask, change, orders, stock, people, paid):
    first = ask(paid, 2, as_=people["bo"])
    change(first.json["data"], as_=people["bo"], city="Ulm")

    again = ask(paid, 2, as_=people["bo"])

    assert (first.status, again.status, again.body) == (200, 200, first.body)
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert (orders(), stock(paid)) == (1, (2, 0))


def test_a_key_belongs_to_one_request_of_one_account(ask, orders, people, paid):
    assert ask(paid, 2, as_=people["bo"]).status == 200

    other = ask(paid, 1, as_=people["bo"])

    assert (other.status, other.json["errors"][0]["code"]) == (422, "idempotency-key-reused")
    assert ask(paid, 1, as_=people["eve"]).status == 200
    assert ask(paid, 1, as_=people["bo"], key="once-2").status == 200
    assert orders() == 3
    for wrong in ("", "k" * 256, "schlüssel".encode().decode("latin-1")):
        assert ask(paid, 1, as_=people["bo"], key=wrong).status == 400


def test_what_was_refused_may_be_tried_again_with_the_same_key(ask, shell, orders, people, paid):
    with shell.work() as work:
        work.db.get_one(TicketStock, paid.id).quantity = 1
    assert ask(paid, 2, as_=people["bo"]).status == 409
    with shell.work() as work:
        assert work.db.scalar(select(func.count()).select_from(KeptAnswer)) == 0  # neither order nor key
        work.db.get_one(TicketStock, paid.id).quantity = 2

    assert ask(paid, 2, as_=people["bo"]).status == 200
    assert orders() == 1


def test_two_at_once_make_one_order(ask, orders, people, paid):
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda _: ask(paid, 1, as_=people["bo"]), range(2)))

    assert [one.status for one in answers] == [200, 200]
    assert answers[0].body == answers[1].body
    assert orders() == 1


def test_orders_for_people_who_were_entered_before_have_keys_as_well(api, orders, people, event, paid):
    def link(type_, key):
        return {"data": {"type": type_, "id": str(key)}}

    links = {"event": link("event", event.id), "ticket": link("ticket", paid.id)}
    cora = {"data": {"type": "attendee", "attributes": {"firstname": "Cora"}, "relationships": links}}
    person = api.post("/v1/attendees", json=cora, as_=people["bo"]).json["data"]["id"]
    of_order = {"event": link("event", event.id), "attendees": {"data": [{"type": "attendee", "id": person}]}}
    body = {"data": {"type": "order", "attributes": {"payment-mode": "bank"}, "relationships": of_order}}

    first, again = (
        api.post("/v1/orders?include=attendees", json=body, as_=people["bo"], headers={"Idempotency-Key": "e-1"})
        for _ in range(2)
    )

    assert first.status == 201, first.json
    assert (first.status, again.status, again.body) == (201, 201, first.body)
    assert [one["id"] for one in first.json["included"]] == [person]
    assert again.headers["Location"] == first.headers["Location"]
    assert orders() == 1


def test_keys_are_forgotten_after_a_day(ask, shell, clock, orders, people, free):
    ask(free, as_=people["bo"])
    clock.advance(hours=25)

    assert ask(free, as_=people["bo"]).status == 200

    assert orders() == 2
    clock.advance(hours=25)
    with shell.work() as work:
        assert forget_old(work) == 1


def test_without_an_account_a_key_opens_nothing(api, free):
    body = {"tickets": [{"id": free.id, "quantity": 1}]}

    assert api.post("/v1/orders/create-order", json=body, headers={**JSON, "Idempotency-Key": "k"}).status == 401
