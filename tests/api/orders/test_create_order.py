"""Recorded answers 119, 131, 137 to 142 of the reference, in shape and meaning."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from factories import make_event, make_ticket
from openevent.orders.models import Attendee, Order

JSON = {"Content-Type": "application/json", "Accept": "*/*"}


def ask(api, *pairs, as_=None, **more):
    body = {"tickets": [{"id": ticket.id, "quantity": number} for ticket, number in pairs], **more}
    return api.post("/v1/orders/create-order", json=body, as_=as_, headers=JSON)


def test_an_order_is_answered_as_a_get_would_show_it(api, people, paid):
    made = ask(api, (paid, 2), as_=people["bo"])

    assert (made.status, made.headers["Content-Type"]) == (200, "application/json")
    data = made.json["data"]
    identifier = data["attributes"]["identifier"]
    shown = api.get(f"/v1/orders/{identifier}", as_=people["bo"]).json
    assert data == shown["data"]
    assert made.json["links"] == {"self": f"/v1/orders/{identifier}"}
    assert data["attributes"] == {
        "address": None,
        "amount": 85.0,
        "brand": None,
        "cancel-note": None,
        "city": None,
        "company": None,
        "completed-at": None,
        "country": None,
        "created-at": "2026-03-01T12:00:00+00:00",
        "discount-code-id": None,
        "exp-month": None,
        "exp-year": None,
        "identifier": identifier,
        "is-billing-enabled": False,
        "last4": None,
        "order-notes": None,
        "paid-via": None,
        "payment-mode": None,
        "payment-url": None,
        "state": None,
        "status": "initializing",
        "tax-business-info": None,
        "tickets-pdf-url": None,
        "transaction-id": None,
        "zipcode": None,
    }


def test_nobody_orders_without_signing_in(api, free):
    answer = ask(api, (free, 1))

    assert (answer.status, answer.headers["Content-Type"], set(answer.json)) == (401, "application/json", {"error"})


def test_more_than_the_limit_are_refused(api, shell, people, free):
    answer = ask(api, (free, 11), as_=people["bo"])

    assert answer.status == 422
    assert answer.json["errors"][0]["source"] == {"pointer": "/tickets/0/quantity"}
    with shell.work() as work:
        assert work.db.scalar(select(func.count()).select_from(Order)) == 0
        assert work.db.scalar(select(func.count()).select_from(Attendee)) == 0


def test_an_unverified_user_gets_no_free_tickets(api, people, free):
    answer = ask(api, (free, 1), as_=people["new"])

    assert answer.status == 403
    (error,) = answer.json["errors"]
    assert error["source"] == {"pointer": "/data/relationships/user", "code": "unverified-user"}
    assert (error["status"], error["detail"]) == (403, "Unverified user cannot place free orders")


def test_one_request_cannot_take_more_than_there_are(api, shell, event, people, stock):
    with shell.work() as work:
        ticket = make_ticket(work, event, quantity=5, max_order=12)

    answer = ask(api, (ticket, 12), as_=people["bo"])

    assert (answer.status, answer.json["errors"][0]["source"]) == (409, {"id": ticket.id})
    assert stock(ticket) == (0, 0)


def test_what_is_sold_out_says_which(api, shell, event, people):
    with shell.work() as work:
        ticket = make_ticket(work, event, name="Last one", quantity=1, max_order=1)
    assert ask(api, (ticket, 1), as_=people["bo"]).status == 200

    answer = ask(api, (ticket, 1), as_=people["eve"])

    assert answer.status == 409
    (error,) = answer.json["errors"]
    assert (error["source"], error["detail"], error["title"]) == (
        {"id": ticket.id},
        'Ticket "Last one" already sold out',
        "Conflict",
    )


def test_repeated_tickets_count_together_against_the_limit(api, people, free):
    assert ask(api, (free, 6), (free, 5), as_=people["bo"]).status == 422


def test_a_sold_out_type_spoils_the_whole_order(api, shell, event, people, free, stock):
    with shell.work() as work:
        gone = make_ticket(work, event, quantity=1, max_order=2)

    assert ask(api, (free, 1), (gone, 2), as_=people["bo"]).status == 409
    assert stock(free) == (0, 0)


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"sales_starts_at": timedelta(hours=1)}, 409),
        ({"sales_ends_at": timedelta(hours=-1)}, 409),
        ({"is_hidden": True}, 404),
        ({"deleted_at": timedelta(0)}, 404),
    ],
)
def test_what_is_not_on_sale_cannot_be_ordered(api, shell, event, people, values, status):
    with shell.work() as work:
        moments = {name: work.now + value if isinstance(value, timedelta) else value for name, value in values.items()}
        ticket = make_ticket(work, event, **moments)

    assert ask(api, (ticket, 1), as_=people["bo"]).status == status


def test_events_that_are_drafts_deleted_or_over_sell_nothing(api, shell, people):
    with shell.work() as work:
        now = work.now
        events = [
            make_event(work, state="draft"),
            make_event(work, deleted_at=now),
            make_event(work, starts_at=now - timedelta(days=3), ends_at=now - timedelta(days=1)),
        ]
        tickets = [make_ticket(work, event, sales_ends_at=now + timedelta(days=1)) for event in events]

    assert [ask(api, (ticket, 1), as_=people["bo"]).status for ticket in tickets] == [404, 404, 409]


def test_an_empty_order_is_refused(api, people):
    answer = ask(api, as_=people["bo"])

    assert (answer.status, answer.json["errors"][0]["source"]) == (422, {"pointer": "/tickets"})


def test_organizers_may_say_another_amount(api, people, paid):
    assert ask(api, (paid, 1), as_=people["ana"], amount=10).json["data"]["attributes"]["amount"] == 10.0
    assert ask(api, (paid, 1), as_=people["adm"], amount=0).json["data"]["attributes"]["amount"] == 0.0
    assert ask(api, (paid, 1), as_=people["bo"], amount=0).json["data"]["attributes"]["amount"] == 42.5
