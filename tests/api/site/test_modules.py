"""Modules: one record that everybody reads, admins change, and orders, tickets and pages obey."""

from __future__ import annotations

import pytest

from factories import make_event, make_order, make_ticket

OFF = {"ticket-include": False}
JSON = {"Content-Type": "application/json", "Accept": "*/*"}


@pytest.fixture
def sale(shell, people):
    """An event of Ana's with a free, a paid and a donation ticket."""
    with shell.work() as work:
        event = make_event(work, owner=people["ana"], can_pay_by_bank=True)
        gift = {"type": "donation", "price": None, "min_price": 100, "max_price": 9000}
        return {
            "event": event,
            "free": make_ticket(work, event, name="Free"),
            "paid": make_ticket(work, event, name="Paid", price=2500),
            "donation": make_ticket(work, event, name="Gift", **gift),
        }


def order(api, ticket, who):
    wanted = {"id": ticket.id, "quantity": 1, **({"price": 12} if ticket.type == "donation" else {})}
    return api.post("/v1/orders/create-order", json={"tickets": [wanted]}, as_=who, headers=JSON)


def make(api, event, type_, who):
    attributes = {"name": f"New {type_}", "type": type_, "quantity": 50, "max-order": 5}
    attributes |= {"free": {}, "paid": {"price": 10}, "donation": {"min-price": 1, "max-price": 20}}[type_]
    attributes |= {"sales-starts-at": "2026-01-01T00:00:00+00:00", "sales-ends-at": "2026-04-01T00:00:00+00:00"}
    relationships = {"event": {"data": {"type": "event", "id": str(event.id)}}}
    body = {"data": {"type": "ticket", "attributes": attributes, "relationships": relationships}}
    return api.post("/v1/tickets", json=body, as_=who)


@pytest.mark.parametrize("path", ["", "/1", "/99", "/first"])
def test_everybody_reads_the_first_record_whatever_id_is_asked(api, people, path):
    assert api.get(f"/v1/modules{path}").json["data"] == {
        "type": "module",
        "id": "1",
        "attributes": {"ticket-include": True, "payment-include": True, "donation-include": True},
        "links": {"self": "/v1/modules/1"},
    }


def test_only_admins_switch_modules(api, people, patch):
    assert patch("/v1/modules", "module", OFF, as_="nobody").status == 401
    assert patch("/v1/modules", "module", OFF, as_="ana").status == 403
    assert patch("/v1/modules/9", "module", OFF, id_="9").json["data"]["attributes"]["ticket-include"] is False
    assert patch("/v1/modules", "module", {"ticket-include": None}).status == 422
    assert api.post("/v1/modules", json={"data": {"type": "module"}}, as_=people["adm"]).status == 405
    assert api.delete("/v1/modules/1", as_=people["adm"]).status == 405


@pytest.mark.parametrize(
    ("switches", "refused"),
    [
        ({}, set()),
        ({"ticket-include": False}, {"free", "paid", "donation"}),
        ({"payment-include": False}, {"paid", "donation"}),
        ({"donation-include": False}, {"donation"}),
    ],
)
def test_what_is_switched_off_is_neither_ordered_nor_made_nor_shown(api, people, patch, sale, pages, switches, refused):
    patch("/v1/modules", "module", switches)
    kinds = ("free", "paid", "donation")

    ordered = {kind: order(api, sale[kind], people["bo"]) for kind in kinds}
    made = {kind: make(api, sale["event"], kind, people["ana"]) for kind in kinds}
    listed = api.get(f"/v1/events/{sale['event'].id}/tickets?page[size]=0&sort=id").json["data"]
    page = pages.get(f"/e/{sale['event'].identifier}/tickets").text

    assert {kind for kind, answer in ordered.items() if answer.status == 403} == refused
    assert {kind for kind, answer in made.items() if answer.status == 422} == refused
    others = [one.json for one in (*ordered.values(), *made.values()) if one.status not in {200, 201, 403, 422}]
    assert others == []
    assert {one["attributes"]["type"] for one in listed} == set(kinds) - refused
    assert {kind for kind in kinds if f"quantity-{sale[kind].id}" not in page} == refused


def test_a_price_is_not_worked_out_for_what_is_off(api, people, patch, sale):
    patch("/v1/modules", "module", {"payment-include": False})

    wanted = {"tickets": [{"id": sale["paid"].id, "quantity": 1}]}
    answer = api.post("/v1/orders/calculate-amount", json=wanted, headers=JSON)

    assert (answer.status, answer.json["errors"][0]["detail"]) == (403, "Payments are switched off here.")


def test_a_ticket_does_not_become_what_is_off_and_stays_what_it_is(api, people, patch, sale):
    patch("/v1/modules", "module", {"donation-include": False})
    body = {"data": {"type": "ticket", "id": str(sale["free"].id), "attributes": {"type": "donation"}}}

    kept = {"data": {"type": "ticket", "id": str(sale["donation"].id), "attributes": {"type": "donation", "name": "G"}}}

    answer = api.patch(f"/v1/tickets/{sale['free'].id}", json=body, as_=people["ana"])
    renamed = api.patch(f"/v1/tickets/{sale['donation'].id}", json=kept, as_=people["ana"])

    assert (answer.status, answer.json["errors"][0]["detail"]) == (422, "Donations are switched off here.")
    assert (renamed.status, renamed.json["data"]["attributes"]["name"]) == (200, "G")


def test_an_event_gets_no_way_to_pay_while_payments_are_off_and_keeps_what_it_has(api, people, patch, sale):
    patch("/v1/modules", "module", {"payment-include": False})
    path, dates = (
        f"/v1/events/{sale['event'].id}",
        {"starts-at": "2026-05-01T09:00:00Z", "ends-at": "2026-05-02T09:00:00Z"},
    )

    def save(**attributes):
        body = {"data": {"type": "event", "id": str(sale["event"].id), "attributes": attributes}}
        return api.patch(path, json=body, as_=people["ana"])

    kept = save(**{"name": "Renamed", "can-pay-by-bank": True, "can-pay-onsite": False})
    gained = save(**{"can-pay-by-bank": True, "can-pay-onsite": True})
    attributes = {"name": "New", "timezone": "UTC", "state": "draft", "can-pay-by-stripe": True, **dates}
    made = api.post("/v1/events", json={"data": {"type": "event", "attributes": attributes}}, as_=people["ana"])

    assert (kept.status, kept.json["data"]["attributes"]["can-pay-by-bank"]) == (200, True)
    assert [
        (one.status, one.json["errors"][0]["detail"], one.json["errors"][0]["source"]) for one in (gained, made)
    ] == [
        (422, "Payments are switched off here.", {"pointer": f"/data/attributes/{member}"})
        for member in ("can-pay-onsite", "can-pay-by-stripe")
    ]


def test_an_order_under_way_is_not_promised_to_be_paid_and_what_is_sold_stays(api, people, patch, sale, shell, pages):
    with shell.work() as work:
        waiting = make_order(
            work, sale["paid"], buyer=people["bo"], status="pending", payment_mode=None, completed_at=None
        )
        sold = make_order(work, sale["paid"], buyer=people["bo"])
    patch("/v1/modules", "module", {"payment-include": False})

    attributes = {"status": "placed", "payment-mode": "bank"}
    body = {"data": {"type": "order", "id": str(waiting.id), "attributes": attributes}}
    placed = api.patch(f"/v1/orders/{waiting.identifier}", json=body, as_=people["bo"])
    shown = api.get(f"/v1/orders/{sold.identifier}?include=attendees.ticket", as_=people["bo"])

    assert (placed.status, placed.json["errors"][0]["detail"]) == (403, "Payments are switched off here.")
    assert {one["type"] for one in shown.json["included"]} == {"attendee", "ticket"}


def test_nothing_is_off_where_nobody_has_said_so(api, shell):
    with shell.work() as work:
        ticket = make_ticket(work, make_event(work), name="Free")

    assert api.get("/v1/modules").status == 404
    assert api.get(f"/v1/events/{ticket.event_id}/tickets").json["meta"]["count"] == 1
