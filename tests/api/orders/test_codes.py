"""Recorded answers 106 to 116 and 131 of the reference, in shape and meaning: codes, and orders that use them."""

from __future__ import annotations

import threading

import pytest

from factories import make_event, make_ticket
from openevent.orders.actions import create_order, expire_due
from openevent.orders.rules.amounts import OrderRequest, Wanted
from openevent.tickets.models import DiscountCode, Tax, TicketFee

JSON = {"Content-Type": "application/json", "Accept": "*/*"}
TERMS = {
    "code": "SAVE10",
    "value": 10,
    "type": "percent",
    "is-active": True,
    "tickets-number": 50,
    "min-quantity": 1,
    "max-quantity": 10,
    "valid-from": "2020-01-01T00:00:00+00:00",
    "valid-till": "2099-06-01T00:00:00+00:00",
    "used-for": "ticket",
}


def document(type_, event, tickets=(), **attributes):
    named = {name.replace("_", "-"): value for name, value in attributes.items()}
    links = {"event": {"data": {"type": "event", "id": str(event.id)}}}
    links["tickets"] = {"data": [{"type": "ticket", "id": str(one.id)} for one in tickets]}
    return {"data": {"type": type_, "attributes": named, "relationships": links}}


@pytest.fixture
def discount(api, event, people):
    """Make a discount code over the API: discount(ticket, value=5) -> its id."""

    def made(*tickets, as_=None, **more):
        body = document("discount-code", event, tickets, **{**TERMS, **more})
        answer = api.post("/v1/discount-codes", json=body, as_=as_ or people["ana"])
        assert answer.status == 201, answer.json
        return answer.json["data"]["id"]

    return made


@pytest.fixture
def calculate(api):
    def asked(*tickets, as_=None, **more):
        body = {"tickets": list(tickets), **more}
        return api.post("/v1/orders/calculate-amount", json=body, as_=as_, headers=JSON)

    return asked


def used(shell, code_id):
    with shell.work() as work:
        return work.db.get_one(DiscountCode, code_id).used


def test_the_recorded_amount_with_tax_and_discount(calculate, discount, shell, event, paid, donation):
    with shell.work() as work:
        work.db.merge(event).is_tax_enabled = True
        work.db.add(Tax(event_id=event.id, name="VAT", rate=19.0, is_tax_included_in_price=True))
    code = discount(paid)

    answer = calculate(
        {"id": paid.id, "quantity": 2}, {"id": donation.id, "quantity": 1, "price": 15}, **{"discount-code": code}
    ).json

    assert {name: answer[name] for name in ("discount", "sub_total", "total", "tax")} == {
        "discount": 8.5,
        "sub_total": 91.5,
        "total": 91.5,
        "tax": {"amount": 14.61, "included": True, "name": "VAT", "percent": 19.0},
    }
    gift, standard = answer["tickets"]
    assert (gift["discount"], gift["ticket_tax"], gift["discounted_tax"]) == (None, 2.39, 0.0)
    assert standard == {
        "discount": {"amount": 4.25, "code": "SAVE10", "percent": 10.0, "total": 8.5, "type": "percent"},
        "discounted_tax": 6.11,
        "id": paid.id,
        "name": "Standard",
        "price": 42.5,
        "quantity": 2,
        "sub_total": 76.5,
        "ticket_fee": 0.0,
        "ticket_tax": 6.79,
    }


def test_the_fee_of_the_country_is_put_on_lines_unless_the_organizer_bears_it(calculate, shell, event, paid):
    with shell.work() as work:
        work.db.merge(event).payment_country = "DE"
        work.db.add(TicketFee(currency="EUR", country="global", service_fee=50.0, maximum_fee=None))
        work.db.add(TicketFee(currency="EUR", country="DE", service_fee=10.0, maximum_fee=5.0))
        absorbed = make_ticket(work, event, price=1000, is_fee_absorbed=True, position=9)

    answer = calculate({"id": paid.id, "quantity": 2}, {"id": absorbed.id}).json

    assert [line["ticket_fee"] for line in answer["tickets"]] == [5.0, 0.0]
    assert answer["total"] == 85.0 + 5.0 + 10.0


def test_a_code_reads_the_same_in_any_case_and_once_an_event(api, discount, event, people, paid):
    discount(paid)

    answer = api.post(
        "/v1/discount-codes",
        json=document("discount-code", event, [paid], **{**TERMS, "code": "save10"}),
        as_=people["ana"],
    )

    assert answer.status == 409
    (error,) = answer.json["errors"]
    assert (error["source"], error["detail"]) == (
        {"pointer": "/data/attributes/code"},
        "Discount Code already exists",
    )


@pytest.mark.parametrize(
    ("wrong", "status", "place"),
    [
        ({"used-for": "party"}, 409, "attributes/used-for"),
        ({"value": 101}, 422, "attributes/value"),
        ({"type": "amount", "value": 43}, 422, "attributes/value"),
        ({"min-quantity": 11}, 422, "attributes/min-quantity"),
        ({"max-quantity": 51}, 422, "attributes/tickets-number"),
        ({"valid-till": "2019-01-01T00:00:00+00:00"}, 422, "attributes/valid-till"),
        ({"code": " "}, 422, "attributes/code"),
    ],
)
def test_a_code_that_makes_no_sense_is_refused_at_its_place(api, event, people, paid, wrong, status, place):
    body = document("discount-code", event, [paid], **{**TERMS, **wrong})

    answer = api.post("/v1/discount-codes", json=body, as_=people["ana"])

    assert (answer.status, answer.json["errors"][0]["source"]) == (status, {"pointer": f"/data/{place}"})


def test_discounts_are_for_tickets_of_the_event_that_cost_something(api, shell, event, people, free):
    with shell.work() as work:
        other = make_ticket(work, make_event(work, owner=people["ana"]), price=100)

    for ticket in (free, other):
        answer = api.post(
            "/v1/discount-codes", json=document("discount-code", event, [ticket], **TERMS), as_=people["ana"]
        )
        assert (answer.status, answer.json["errors"][0]["source"]) == (422, {"pointer": "/data/relationships/tickets"})


def test_codes_are_for_organizers(api, discount, event, people, paid):
    code = discount(paid)
    path = f"/v1/discount-codes/{code}"
    body = {"data": {"type": "discount-code", "id": str(code), "attributes": {"value": 20}}}

    assert (
        api.post("/v1/discount-codes", json=document("discount-code", event, [paid], **TERMS), as_=people["eve"]).status
        == 403
    )
    assert api.get(path, as_=people["eve"]).status == 404
    assert api.patch(path, json=body, as_=people["eve"]).status in (403, 404)
    assert api.get(f"/v1/events/{event.id}/discount-codes", as_=people["eve"]).json.get("data", []) == []
    assert [one["id"] for one in api.get(f"/v1/events/{event.id}/discount-codes", as_=people["ana"]).json["data"]] == [
        code
    ]
    assert api.patch(path, json=body, as_=people["ana"]).json["data"]["attributes"]["value"] == 20.0
    changed = {"data": {"type": "discount-code", "id": str(code), "attributes": {"used-for": "event"}}}
    assert api.patch(path, json=changed, as_=people["ana"]).status == 409


def test_an_event_has_one_code_of_the_platform_which_admins_keep(api, discount, event, people, paid):
    links = {"events": {"data": [{"type": "event", "id": str(event.id)}]}}
    body = {"data": {"type": "discount-code", "attributes": {**TERMS, "used-for": "event"}, "relationships": links}}
    ticket_code = discount(paid)

    made = api.post("/v1/discount-codes", json=body, as_=people["adm"])
    again = api.post("/v1/discount-codes", json=body, as_=people["adm"])

    code = made.json["data"]["id"]
    assert (made.status, again.status) == (201, 422)
    assert api.post("/v1/discount-codes", json=body, as_=people["ana"]).status == 403
    assert api.get(f"/v1/events/{event.id}/discount-code", as_=people["adm"]).json["data"]["id"] == code
    assert api.get(f"/v1/events/{event.id}/discount-code", as_=people["ana"]).status in (403, 404)
    listed = api.get(f"/v1/events/{event.id}/discount-codes", as_=people["ana"]).json["data"]
    assert [one["id"] for one in listed] == [ticket_code, code]
    assert api.delete(f"/v1/discount-codes/{code}", as_=people["ana"]).status == 403
    assert api.delete(f"/v1/discount-codes/{code}", as_=people["adm"]).status == 200
    assert api.post("/v1/discount-codes", json=body, as_=people["adm"]).status == 201


def test_an_order_uses_its_code_and_gives_it_back(api, shell, order, change, discount, people, paid):
    code = discount(paid)

    made = order(paid, 2, as_=people["bo"], **{"discount-code": code})

    assert (made["attributes"]["amount"], made["attributes"]["discount-code-id"]) == (76.5, str(code))
    assert used(shell, code) == 2
    assert change(made, as_=people["bo"], status="cancelled").status == 200
    assert used(shell, code) == 0


def test_time_gives_a_code_back_and_a_late_buyer_takes_it_again(shell, clock, order, change, discount, people, paid):
    code = discount(paid, **{"tickets-number": 2, "max-quantity": 2})
    made = order(paid, 2, as_=people["bo"], **{"discount-code": code})
    change(made, as_=people["bo"], payment_mode="bank")
    clock.advance(minutes=16)
    with shell.work() as work:
        assert expire_due(work) == 1
    assert used(shell, code) == 0

    assert change(made, as_=people["bo"], status="placed").status == 200
    assert used(shell, code) == 2


def test_a_code_that_others_have_used_up_does_not_come_back(shell, clock, order, change, discount, people, paid):
    code = discount(paid, **{"tickets-number": 2, "max-quantity": 2})
    made = order(paid, 2, as_=people["bo"], **{"discount-code": code})
    change(made, as_=people["bo"], payment_mode="bank")
    clock.advance(minutes=16)
    with shell.work() as work:
        expire_due(work)
    order(paid, 2, as_=people["eve"], **{"discount-code": code})

    answer = change(made, as_=people["bo"], status="placed")

    assert (answer.status, answer.json["errors"][0]["code"]) == (422, "code-used-up")


def test_a_code_is_never_for_a_part_of_an_order(api, calculate, discount, event, order, people, paid, shell):
    code = discount(paid, **{"tickets-number": 1, "max-quantity": -1})
    wanted = {"id": paid.id, "quantity": 2}
    both = [entered(api, people["bo"], paid) for _ in range(2)]
    links = {"event": {"type": "event", "id": str(event.id)}, "discount-code": {"type": "discount-code", "id": code}}
    links["attendees"] = [{"type": "attendee", "id": one} for one in both]
    of_entered = {"type": "order", "relationships": {name: {"data": one} for name, one in links.items()}}

    asked = calculate(wanted, **{"discount-code": code})
    chosen = api.post(
        "/v1/orders/create-order", json={"tickets": [wanted], "discount-code": code}, as_=people["bo"], headers=JSON
    )
    named = api.post("/v1/orders", json={"data": of_entered}, as_=people["bo"])

    for answer, place in (
        (asked, "/discount-code"),
        (chosen, "/discount-code"),
        (named, "/data/relationships/discount-code"),
    ):
        (error,) = answer.json["errors"]
        assert (answer.status, error["detail"]) == (422, "Discount Usage Exceeded")
        assert (error["code"], error["source"]) == ("code-used-up", {"pointer": place})
    assert used(shell, code) == 0
    assert order(paid, 1, as_=people["bo"], **{"discount-code": code})["attributes"]["amount"] == 38.25


def entered(api, who, ticket):
    links = {"event": ("event", ticket.event_id), "ticket": ("ticket", ticket.id)}
    relations = {name: {"data": {"type": kind, "id": str(key)}} for name, (kind, key) in links.items()}
    body = {"data": {"type": "attendee", "attributes": {"firstname": "Cora"}, "relationships": relations}}
    return api.post("/v1/attendees", json=body, as_=who).json["data"]["id"]


@pytest.mark.parametrize(
    ("terms", "quantity", "told"),
    [
        ({"is-active": False, "valid-till": "2021-01-01T00:00:00+00:00"}, 1, "code-inactive"),
        (
            {"valid-till": "2021-01-01T00:00:00+00:00", "tickets-number": 0, "max-quantity": 0, "min-quantity": 0},
            1,
            "code-not-valid-now",
        ),
        ({"valid-from": "2098-01-01T00:00:00+00:00"}, 1, "code-not-valid-now"),
        ({"tickets-number": 0, "max-quantity": 0, "min-quantity": 0}, 1, "code-used-up"),
        ({"min-quantity": 2}, 1, "code-quantity"),
        ({"max-quantity": 2}, 3, "code-quantity"),
    ],
)
def test_reasons_against_a_code_are_told_in_their_order(calculate, discount, paid, terms, quantity, told):
    code = discount(paid, **terms)

    answer = calculate({"id": paid.id, "quantity": quantity}, **{"discount-code": code})

    assert (answer.status, answer.json["errors"][0]["code"]) == (422, told)
    assert answer.json["errors"][0]["source"] == {"pointer": "/discount-code"}


def test_a_code_is_for_its_own_event_and_tickets(calculate, shell, discount, people, paid, donation):
    with shell.work() as work:
        other = make_ticket(work, make_event(work), price=100)
    code = discount(paid)

    elsewhere = calculate({"id": other.id}, **{"discount-code": code})
    unlinked = calculate({"id": donation.id, "price": 5}, **{"discount-code": code})

    assert elsewhere.json["errors"][0]["code"] == "code-of-other-event"
    assert unlinked.json["errors"][0]["code"] == "code-without-tickets"


def test_organizers_pay_the_price_and_use_no_code(shell, order, discount, people, paid):
    code = discount(paid)

    made = order(paid, 1, as_=people["ana"], **{"discount-code": code})

    assert (made["attributes"]["amount"], made["attributes"]["discount-code-id"], used(shell, code)) == (42.5, None, 0)


def test_two_at_once_do_not_overuse_a_code(shell, discount, people, paid):
    code = discount(paid, **{"tickets-number": 3, "max-quantity": 3})
    verdicts = []

    def buy(who):
        from cast import actor  # noqa: PLC0415 -- in the thread that needs it

        try:
            with shell.work() as work:
                made = create_order(work, OrderRequest((Wanted(paid.id, 2),), discount_code=code), by=actor(who))
                verdicts.append(made.amount)
        except Exception as refusal:  # noqa: BLE001 -- what matters is what it was
            verdicts.append(type(refusal).__name__)

    threads = [threading.Thread(target=buy, args=(people[name],)) for name in ("bo", "eve", "dee")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(map(str, verdicts)) == ["7650", "CodeUsedUp", "CodeUsedUp"]
    assert used(shell, code) == 2


def test_access_codes_open_hidden_tickets_only(api, shell, event, people, free, order):
    with shell.work() as work:
        hidden = make_ticket(work, event, name="Backstage", is_hidden=True, price=1000)
    terms = {name: TERMS[name] for name in ("is-active", "min-quantity", "valid-from", "valid-till")}
    terms |= {"code": "SECRET1", "tickets-number": 2, "max-quantity": 2}

    public = api.post("/v1/access-codes", json=document("access-code", event, [free], **terms), as_=people["ana"])
    made = api.post("/v1/access-codes", json=document("access-code", event, [hidden], **terms), as_=people["ana"])

    assert (public.status, public.json["errors"][0]["source"]) == (409, {"pointer": "/data/relationships/tickets"})
    assert made.status == 201
    code = made.json["data"]["id"]
    body = {"tickets": [{"id": hidden.id, "quantity": 1}]}
    assert api.post("/v1/orders/create-order", json=body, as_=people["bo"], headers=JSON).status == 404
    assert order(hidden, 2, as_=people["bo"], **{"access-code": code})["attributes"]["amount"] == 20.0
    body = {**body, "access-code": code}
    gone = api.post("/v1/orders/create-order", json=body, as_=people["bo"], headers=JSON)
    assert (gone.status, gone.json["errors"][0]["source"]) == (422, {"pointer": "/access-code"})


def test_unused_codes_are_deleted_by_organizers(api, order, discount, event, people, paid):
    kept, _gone = discount(paid), discount(paid, code="OTHER")
    order(paid, 1, as_=people["bo"], **{"discount-code": kept})
    path = f"/v1/events/{event.identifier}/discount-codes/delete-unused"

    refused, done = api.delete(path, as_=people["bo"]), api.delete(path, as_=people["ana"])

    assert (refused.status, done.status, done.json) == (403, 200, {"success": True, "deletes": 1})
    listed = api.get(f"/v1/events/{event.id}/discount-codes", as_=people["ana"]).json["data"]
    assert [one["id"] for one in listed] == [kept]
    assert api.delete("/v1/events/999/discount-codes/delete-unused", as_=people["ana"]).status == 404


def test_whoever_knows_a_code_may_look_it_up_while_it_is_valid(api, discount, event, people, paid):
    code = discount(paid)
    discount(paid, code="OFF", **{"is-active": False})
    discount(paid, code="OLD", **{"valid-till": "2021-01-01T00:00:00+00:00"})

    for path in (f"/v1/events/{event.id}", f"/v1/events/{event.identifier}"):
        found = api.get(f"{path}/discount-codes/save10?include=event,tickets")
        assert (found.status, found.json["data"]["id"]) == (200, code)
        assert {one["type"] for one in found.json["included"]} == {"event", "ticket"}
        for unknown in ("NONE", "OFF", "OLD"):
            assert api.get(f"{path}/discount-codes/{unknown}").status in (401, 404)
    assert api.get(f"/v1/events/{event.id}/discount-codes/OFF", as_=people["ana"]).status == 200


def test_an_access_code_shows_the_tickets_that_it_opens(api, shell, event, people):
    with shell.work() as work:
        hidden = make_ticket(work, event, is_hidden=True, price=1000)
    terms = {name: TERMS[name] for name in ("is-active", "valid-from", "valid-till")}
    body = document("access-code", event, [hidden], code="SECRET1", **terms)
    assert api.post("/v1/access-codes", json=body, as_=people["ana"]).status == 201

    found = api.get(f"/v1/events/{event.id}/access-codes/secret1?include=tickets")

    assert (found.status, [one["id"] for one in found.json["included"]]) == (200, [str(hidden.id)])
    assert api.get(f"/v1/tickets/{hidden.id}").status in (401, 404)
