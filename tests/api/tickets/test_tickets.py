"""Recorded answers 043 to 049, 070, 196 and 197 of the reference, in shape and meaning."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cast import ana, bo, eve
from factories import give_role, make_event, make_order, make_ticket, make_user
from openevent.kit.jobs import AuditEntry
from openevent.tickets.models import TicketStock

ATTRIBUTES = {
    "name": "Standard",
    "description": "desc",
    "type": "paid",
    "price": 40,
    "quantity": 100,
    "position": 2,
    "is-description-visible": True,
    "is-fee-absorbed": False,
    "is-hidden": False,
    "sales-starts-at": "2020-06-01T01:24:47+00:00",
    "sales-ends-at": "2026-04-30T00:24:47+00:00",
    "min-order": 1,
    "max-order": 10,
}
DONATION = {**ATTRIBUTES, "name": "Donation", "type": "donation", "price": 0, "min-price": 1, "max-price": 100}


@pytest.fixture
def event(shell):
    with shell.work() as work:
        return make_event(work, owner=ana(work), can_pay_by_bank=True)


@pytest.fixture
def people(shell):
    with shell.work() as work:
        return {"ana": ana(work), "bo": bo(work), "eve": eve(work)}


def document(event, attributes=ATTRIBUTES, **more):
    relationships = {"event": {"data": {"type": "event", "id": str(event.id)}}}
    return {"data": {"type": "ticket", "attributes": {**attributes, **more}, "relationships": relationships}}


def patch(ticket_id, **attributes):
    named = {name.replace("_", "-"): value for name, value in attributes.items()}
    return {"data": {"type": "ticket", "id": str(ticket_id), "attributes": named}}


def test_an_organizer_makes_a_paid_ticket(api, event, people):
    answer = api.post("/v1/tickets", json=document(event), as_=people["ana"])

    assert answer.status == 201
    found = answer.json["data"]
    assert answer.headers["Location"].endswith(f"/v1/tickets/{found['id']}")
    assert found["attributes"] == {
        **ATTRIBUTES,
        "price": 40.0,
        "min-price": 0.0,
        "max-price": 0.0,
        "is-checkin-restricted": True,
        "auto-checkin-enabled": False,
        "badge-id": None,
        "form-id": None,
        "deleted-at": None,
    }
    links = {"event", "attendees", "orders", "ticket-tags", "discount-codes", "access-codes"}
    assert set(found["relationships"]) == links


def test_a_donation_has_bounds(api, event, people):
    found = api.post("/v1/tickets", json=document(event, DONATION), as_=people["ana"]).json["data"]["attributes"]

    assert (found["price"], found["min-price"], found["max-price"]) == (0.0, 1.0, 100.0)


def test_a_name_is_taken_once_an_event(api, event, people):
    api.post("/v1/tickets", json=document(event), as_=people["ana"])

    answer = api.post("/v1/tickets", json=document(event), as_=people["ana"])

    assert answer.status == 409
    (error,) = answer.json["errors"]
    assert (error["source"], error["detail"]) == ({"pointer": "/data/attributes/name"}, "Ticket already exists")


def test_the_name_of_a_deleted_ticket_is_free_again(api, event, people):
    first = api.post("/v1/tickets", json=document(event), as_=people["ana"]).json["data"]["id"]
    assert api.delete(f"/v1/tickets/{first}", as_=people["ana"]).status == 200

    assert api.post("/v1/tickets", json=document(event), as_=people["ana"]).status == 201


def test_only_organizers_make_tickets(api, event, people):
    assert api.post("/v1/tickets", json=document(event), as_=people["eve"]).status == 403
    assert api.post("/v1/tickets", json=document(event)).status == 401


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"price": 0}, "price"),
        ({"price": 12.345}, "price"),
        ({"price": -1}, "price"),
        ({"price": 1e30}, "price"),
        ({"type": "golden"}, "type"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 5, "max-order": 10}, "quantity"),
        ({"min-order": 0}, "min-order"),
        ({"min-order": 11}, "max-order"),
        ({"sales-ends-at": "2019-06-01T00:00:00+00:00"}, "sales-ends-at"),
        ({"sales-ends-at": "2099-06-01T00:00:00+00:00"}, "sales-ends-at"),
        ({"type": "donation", "min-price": 5, "max-price": 4}, "max-price"),
        ({"name": "bell\x07"}, "name"),
        ({"name": " "}, "name"),
    ],
)
def test_a_ticket_that_contradicts_itself_is_refused_at_its_place(api, event, people, wrong, pointer):
    answer = api.post("/v1/tickets", json=document(event, **wrong), as_=people["ana"])

    assert answer.status == 422
    assert [one["source"] for one in answer.json["errors"]] == [{"pointer": f"/data/attributes/{pointer}"}]
    assert api.get(f"/v1/events/{event.id}/tickets").json["data"] == []


def test_paid_tickets_need_a_way_to_pay(api, shell, people):
    with shell.work() as work:
        event = make_event(work, owner=ana(work))

    answer = api.post("/v1/tickets", json=document(event), as_=people["ana"])

    assert (answer.status, answer.json["errors"][0]["source"]) == (422, {"pointer": "/data/attributes/type"})
    assert api.post("/v1/tickets", json=document(event, type="paidRegistration"), as_=people["ana"]).status == 201
    assert api.post("/v1/tickets", json=document(event, name="Free", type="free"), as_=people["ana"]).status == 201


def test_a_patch_changes_what_is_sent_and_nothing_else(api, event, people):
    made = api.post("/v1/tickets", json=document(event), as_=people["ana"]).json["data"]

    answer = api.patch(f"/v1/tickets/{made['id']}", json=patch(made["id"], price=42.5), as_=people["ana"])

    assert answer.status == 200
    assert answer.json["data"]["attributes"] == {**made["attributes"], "price": 42.5}


def test_the_quantity_never_goes_below_what_is_gone(api, shell, event, people):
    with shell.work() as work:
        ticket = make_ticket(work, event, quantity=20)
        make_order(work, ticket, quantity=3)
        make_order(work, ticket, quantity=2, status="pending")

    too_low = api.patch(f"/v1/tickets/{ticket.id}", json=patch(ticket.id, quantity=4, max_order=4), as_=people["ana"])
    enough = api.patch(f"/v1/tickets/{ticket.id}", json=patch(ticket.id, quantity=5, max_order=5), as_=people["ana"])

    assert (too_low.status, too_low.json["errors"][0]["code"]) == (409, "quantity-too-low")
    assert (enough.status, enough.json["data"]["attributes"]["quantity"]) == (200, 5)


def test_a_ticket_that_orders_contain_stays(api, shell, event, people):
    with shell.work() as work:
        ticket = make_ticket(work, event)
        order = make_order(work, ticket, buyer=bo(work))

    refused = api.delete(f"/v1/tickets/{ticket.id}", as_=people["ana"])
    body = {"data": {"type": "order", "id": str(order.id), "attributes": {"status": "cancelled"}}}
    assert api.patch(f"/v1/orders/{order.identifier}", json=body, as_=people["bo"]).status == 200

    assert (refused.status, refused.json["errors"][0]["code"]) == (403, "ticket-in-use")
    assert api.delete(f"/v1/tickets/{ticket.id}", as_=people["ana"]).status == 200
    assert api.get(f"/v1/tickets/{ticket.id}").status == 404


def test_hidden_tickets_are_for_organizers(api, shell, event, people):
    with shell.work() as work:
        hidden = make_ticket(work, event, is_hidden=True)
        shown = make_ticket(work, event)
        give_role(work, event, make_user(work, email="co@example.org"), "coorganizer")
        co = make_user(work, email="co@example.org")

    def listed(who):
        return [one["id"] for one in api.get(f"/v1/events/{event.id}/tickets", as_=who).json["data"]]

    assert listed(None) == listed(people["eve"]) == [str(shown.id)]
    assert listed(people["ana"]) == listed(co) == [str(hidden.id), str(shown.id)]
    assert api.get(f"/v1/tickets/{hidden.id}").status in (401, 404)
    assert api.get(f"/v1/tickets/{hidden.id}", as_=people["eve"]).status == 404


def test_tickets_of_a_draft_are_for_organizers(api, shell, people):
    with shell.work() as work:
        ticket = make_ticket(work, make_event(work, owner=ana(work), state="draft"))

    assert api.get(f"/v1/tickets/{ticket.id}", as_=people["eve"]).status == 404
    assert api.get(f"/v1/tickets/{ticket.id}", as_=people["ana"]).status == 200


def test_availability_tells_what_is_left_of_visible_tickets(api, shell, event):
    with shell.work() as work:
        first = make_ticket(work, event, quantity=10, position=2)
        second = make_ticket(work, event, quantity=5, position=1)
        make_ticket(work, event, is_hidden=True)
        make_order(work, first, quantity=2)
        make_order(work, first, quantity=1, status="initializing")
        make_order(work, first, quantity=4, status="cancelled")

    answers = [api.get(f"/v1/events/{key}/tickets/availability") for key in (event.id, event.identifier)]

    expected = [
        {"available": 5, "id": second.id, "name": second.name, "quantity": 5},
        {"available": 7, "id": first.id, "name": first.name, "quantity": 10},
    ]
    assert [answer.json for answer in answers] == [expected, expected]


def test_availability_of_a_draft_is_unknown_to_strangers(api, shell, people):
    with shell.work() as work:
        event = make_event(work, owner=ana(work), state="draft")

    path = f"/v1/events/{event.identifier}/tickets/availability"
    assert (api.get(path).status, api.get(path, as_=people["eve"]).status) == (404, 404)
    assert api.get(path, as_=people["ana"]).json == []
    assert api.get("/v1/events/99999999999999999999999/tickets/availability").status == 404


def test_prices_know_how_many_decimals_their_currency_has(api, shell, people):
    for currency, sent, shown in (("JPY", 1200, 1200.0), ("KWD", 1.234, 1.234), ("EUR", 12.35, 12.35)):
        with shell.work() as work:
            event = make_event(work, owner=ana(work), can_pay_by_bank=True, payment_currency=currency)

        answer = api.post("/v1/tickets", json=document(event, price=sent), as_=people["ana"])

        assert (answer.status, answer.json["data"]["attributes"]["price"]) == (201, shown)


def test_tickets_are_filtered_and_sorted_by_price(api, shell, event):
    with shell.work() as work:
        prices = {make_ticket(work, event, price=price).id: price for price in (500, 1500, 1000)}

    path = f'/v1/events/{event.id}/tickets?sort=-price&filter=[{{"name":"price","op":"ge","val":10}}]'
    found = [int(one["id"]) for one in api.get(path).json["data"]]

    assert [prices[one] for one in found] == [1500, 1000]


def test_every_change_leaves_a_trail(api, shell, event, people):
    made = api.post("/v1/tickets", json=document(event), as_=people["ana"]).json["data"]["id"]
    api.patch(f"/v1/tickets/{made}", json=patch(made, name="Other"), as_=people["ana"])
    api.delete(f"/v1/tickets/{made}", as_=people["ana"])

    with shell.work() as work:
        trail = work.db.scalars(
            select(AuditEntry).where(AuditEntry.subject == f"ticket:{made}").order_by(AuditEntry.id)
        ).all()
        assert [one.action for one in trail] == ["ticket.create", "ticket.update", "ticket.delete"]
        assert {one.actor_id for one in trail} == {people["ana"].id}


def test_a_deleted_ticket_can_be_restored_with_its_stock(api, shell, event, people):
    with shell.work() as work:
        ticket = make_ticket(work, event, quantity=7, max_order=7, deleted_at=work.now - timedelta(days=1))

    path = f"/v1/tickets/{ticket.id}?get_trashed=true"
    answer = api.patch(path, json=patch(ticket.id, deleted_at=None), as_=people["ana"])

    assert answer.status == 200
    assert answer.json["data"]["attributes"]["quantity"] == 7
    with shell.work() as work:
        assert work.db.get_one(TicketStock, ticket.id).quantity == 7
