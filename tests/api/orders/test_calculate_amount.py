"""Recorded answers 115 to 118 of the reference, in shape and meaning."""

from __future__ import annotations

import pytest

from factories import make_event, make_ticket

JSON = {"Content-Type": "application/json", "Accept": "*/*"}


@pytest.fixture
def calculate(api):
    def asked(*tickets, as_=None, **more):
        body = {"tickets": list(tickets), **more}
        return api.post("/v1/orders/calculate-amount", json=body, as_=as_, headers=JSON)

    return asked


def line(ticket, quantity, price, total):
    return {
        "discount": None,
        "discounted_tax": 0.0,
        "id": ticket.id,
        "name": ticket.name,
        "price": price,
        "quantity": quantity,
        "sub_total": total,
        "ticket_fee": 0.0,
        "ticket_tax": 0.0,
    }


def test_free_tickets_cost_nothing(calculate, free):
    answer = calculate({"id": free.id, "quantity": 2})

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json == {
        "discount": 0.0,
        "sub_total": 0.0,
        "tax": None,
        "tickets": [line(free, 2, 0.0, 0.0)],
        "total": 0.0,
    }


def test_lines_stand_in_the_organizers_order_and_donors_name_their_price(calculate, paid, donation):
    answer = calculate({"id": str(paid.id), "quantity": 2, "price": 1}, {"id": donation.id, "quantity": 1, "price": 15})

    assert answer.json["tickets"] == [line(donation, 1, 15.0, 15.0), line(paid, 2, 42.5, 85.0)]
    assert (answer.json["sub_total"], answer.json["total"]) == (100.0, 100.0)


def test_a_missing_quantity_is_one_and_repeated_tickets_are_joined(calculate, paid):
    answer = calculate({"id": paid.id}, {"id": paid.id, "quantity": 2.0})

    assert answer.json["tickets"] == [line(paid, 3, 42.5, 127.5)]


def test_no_tickets_cost_nothing(calculate):
    assert calculate().json == {"discount": 0.0, "sub_total": 0.0, "tax": None, "tickets": [], "total": 0.0}


def test_floats_are_exact_decimals(calculate, shell, event):
    with shell.work() as work:
        ticket = make_ticket(work, event, price=10)

    assert calculate({"id": ticket.id, "quantity": 3}).json["total"] == 0.3


def test_tickets_nobody_may_see_are_unknown(calculate, shell, event, people):
    with shell.work() as work:
        hidden = make_ticket(work, event, is_hidden=True, price=100)
        draft = make_ticket(work, make_event(work, state="draft"))

    for ticket_id in (hidden.id, draft.id, 999999):
        answer = calculate({"id": ticket_id, "quantity": 1})
        assert (answer.status, answer.json["errors"][0]["source"]) == (404, {"pointer": "/tickets/0/id"})
    assert calculate({"id": hidden.id}, as_=people["eve"]).status == 404
    assert calculate({"id": hidden.id}, as_=people["ana"]).json["total"] == 1.0


def test_none_of_a_ticket_costs_nothing_and_keeps_its_line(calculate, donation):
    answer = calculate({"id": donation.id, "quantity": 0})

    line = answer.json["tickets"][0]
    assert (answer.status, answer.json["total"], line["id"], line["sub_total"]) == (200, 0.0, donation.id, 0.0)


@pytest.mark.parametrize(
    ("entry", "pointer"),
    [
        ({"quantity": -3}, "/tickets/0/quantity"),
        ({"quantity": 1.5}, "/tickets/0/quantity"),
        ({"quantity": True}, "/tickets/0/quantity"),
        ({"quantity": None}, "/tickets/0/quantity"),
        ({"quantity": "many"}, "/tickets/0/quantity"),
        ({"quantity": 10**12}, "/tickets/0/quantity"),
        ({"id": "x"}, "/tickets/0/id"),
        ({"id": None}, "/tickets/0/id"),
        ({"id": 2**70}, "/tickets/0/id"),
        ({"price": "x"}, "/tickets/0/price"),
        ({"price": -1}, "/tickets/0/price"),
        ({"price": True}, "/tickets/0/price"),
        ({"price": "NaN"}, "/tickets/0/price"),
        ({"price": 0.5}, "/tickets/0/price"),
        ({"price": 100.01}, "/tickets/0/price"),
        ({"price": 1.001}, "/tickets/0/price"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_place(calculate, donation, entry, pointer):
    answer = calculate({"id": donation.id, "quantity": 1, **entry})

    assert (answer.status, answer.json["errors"][0]["source"]) == (422, {"pointer": pointer})


@pytest.mark.parametrize("body", [{}, {"tickets": None}, {"tickets": {"id": 1}}, {"tickets": [7]}])
def test_a_body_without_a_list_of_tickets_is_refused(api, body):
    answer = api.post("/v1/orders/calculate-amount", json=body, headers=JSON)

    assert answer.status == 422


def test_bodies_that_are_no_objects_are_bad_requests(api):
    for body in (b"[1]", b"{", b"\xff", b"[" * 100_000):
        assert api.post("/v1/orders/calculate-amount", body=body, headers=JSON).status == 400


def test_two_events_or_two_prices_do_not_go_together(calculate, shell, free, donation):
    with shell.work() as work:
        other = make_ticket(work, make_event(work))

    events = calculate({"id": free.id}, {"id": other.id})
    prices = calculate({"id": donation.id, "price": 2}, {"id": donation.id, "price": 3})

    assert (events.status, events.json["errors"][0]["source"]) == (422, {"pointer": "/tickets/1/id"})
    assert (prices.status, prices.json["errors"][0]["source"]) == (422, {"pointer": "/tickets/1/price"})


@pytest.mark.parametrize("name", ["discount-code", "access-code"])
def test_unknown_codes_are_refused_at_their_place(calculate, free, name):
    answer = calculate({"id": free.id}, **{name.replace("-", "_"): "6"})

    assert (answer.status, answer.json["errors"][0]["source"]) == (404, {"pointer": f"/{name}"})


def test_endless_lists_are_refused(calculate, free):
    assert calculate(*[{"id": free.id}] * 51).status == 422
