"""The flow of clients that enter people first: POST /v1/attendees, then POST /v1/orders; and sales at the door."""

from __future__ import annotations

from datetime import timedelta

import pytest

from factories import make_event, make_group, make_ticket
from openevent.events.models import Event
from openevent.orders.actions import forget_loose
from openevent.orders.models import Attendee, Order
from openevent.tickets.models import AccessCode, access_codes_tickets


def link(type_, key):
    return {"data": {"type": type_, "id": str(key)}}


@pytest.fixture
def enter(api):
    def made(ticket, *, as_, **attributes):
        named = {"firstname": "Cora", "email": "cora@example.org", **attributes}
        links = {"event": link("event", ticket.event_id), "ticket": link("ticket", ticket.id)}
        body = {"data": {"type": "attendee", "attributes": named, "relationships": links}}
        answer = api.post("/v1/attendees", json=body, as_=as_)
        assert answer.status == 201, answer.json
        return answer.json["data"]["id"]

    return made


@pytest.fixture
def hidden(shell, event):
    """A hidden ticket type of 10 EUR, and the code that opens it three times, two at least at once."""
    with shell.work() as work:
        ticket = make_ticket(work, event, name="Hidden", price=1000, is_hidden=True)
        terms = {"is_active": True, "tickets_number": 3, "valid_from": work.now - timedelta(days=1), "min_quantity": 2}
        code = AccessCode(event_id=event.id, code="DOOR", code_folded="door", **terms)
        work.db.add(code)
        work.db.flush()
        work.db.execute(access_codes_tickets.insert().values(access_code_id=code.id, ticket_id=ticket.id))
        return ticket, code


@pytest.fixture
def book(api, event):
    def made(*attendees, as_, path="/v1/orders", **attributes):
        named = {name.replace("_", "-"): value for name, value in attributes.items()}
        people = {"data": [{"type": "attendee", "id": one} for one in attendees]}
        links = {"event": link("event", event.id), **({"attendees": people} if attendees else {})}
        body = {"data": {"type": "order", "attributes": named, "relationships": links}}
        return api.post(path, json=body, as_=as_)

    return made


def test_a_buyers_order_is_pending_and_costs_what_it_costs(enter, book, stock, people, paid):
    both = [enter(paid, as_=people["bo"]) for _ in range(2)]

    answer = book(*both, as_=people["bo"], amount=1, status="completed", city="Ulm", payment_mode="bank")

    assert answer.status == 201, answer.json
    found = answer.json["data"]["attributes"]
    shown = [found[name] for name in ("amount", "status", "city", "payment-mode", "payment-url")]
    assert shown == [85.0, "pending", "Ulm", "bank", None]
    assert stock(paid) == (2, 0)


def test_organizers_name_amount_and_state(enter, book, change, stock, people, paid):
    answer = book(enter(paid, as_=people["ana"]), as_=people["ana"], amount=5, status="completed", payment_mode="bank")

    assert answer.status == 201, answer.json
    found = answer.json["data"]["attributes"]
    assert (found["amount"], found["status"]) == (5.0, "completed")
    assert stock(paid) == (0, 1)
    assert book(enter(paid, as_=people["ana"]), as_=people["ana"], status="expired").status == 422


@pytest.mark.parametrize("mode", [{}, {"payment_mode": "free"}, {"payment_mode": "onsite"}])
def test_organizers_who_name_no_way_to_pay_are_taken_to_say_that_it_is_free(enter, book, people, paid, mode):
    answer = book(enter(paid, as_=people["ana"]), as_=people["ana"], amount=7, status="completed", **mode)

    if mode == {"payment_mode": "free"}:  # said in so many words, it contradicts the amount
        assert (answer.status, answer.json["errors"][0]["detail"]) == (422, "This order is not free.")
        return
    found = answer.json["data"]["attributes"]
    assert (answer.status, found["amount"], found["status"]) == (201, 7.0, "completed")
    assert found["payment-mode"] == mode.get("payment_mode", "free")


def test_nobodys_name_is_asked_at_the_door(shell, book, enter, stock, people, event, paid):
    with shell.work() as work:
        work.db.get_one(Event, event.id).is_ticket_form_enabled = True
    entries = [{"id": str(paid.id), "quantity": "2"}]
    sold = {"status": "completed", "payment_mode": "onsite"}

    at_door = book(as_=people["ana"], path="/v1/orders?onsite=true", on_site_tickets=entries, **sold)
    by_hand = book(enter(paid, as_=people["ana"], firstname=None), as_=people["ana"], amount=5, **sold)

    assert (at_door.status, at_door.json["data"]["attributes"]["status"]) == (201, "completed")
    assert by_hand.status == 422
    assert stock(paid) == (0, 2)


def test_people_are_ordered_for_once_and_by_who_entered_them(enter, book, people, paid):
    mine = enter(paid, as_=people["bo"])

    assert book(mine, as_=people["eve"]).status == 404
    assert book(mine, as_=people["bo"]).status == 201
    again = book(mine, as_=people["bo"])
    assert (again.status, again.json["errors"][0]["code"]) == (409, "attendee-ordered")
    assert book(as_=people["bo"]).json["errors"][0]["source"] == {"pointer": "/data/relationships/attendees"}
    assert book(mine, as_=None).status == 401


def test_an_access_code_opens_hidden_tickets_within_its_bounds(api, shell, enter, book, stock, people, hidden):
    ticket, code = hidden
    one, two, three, four = (enter(ticket, as_=people["bo"]) for _ in range(4))
    at = {"pointer": "/data/attributes/access-code"}

    unnamed = book(one, two, as_=people["bo"])
    few = book(one, as_=people["bo"], access_code=code.id)
    unknown = book(one, two, as_=people["bo"], access_code="999")
    odd = book(one, two, as_=people["bo"], access_code="x")
    opened = book(one, two, as_=people["bo"], access_code=str(code.id), payment_mode="bank")
    exhausted = book(three, four, as_=people["bo"], access_code=code.id)

    assert (unnamed.status, few.status, unknown.status, odd.status) == (404, 422, 404, 422)
    for refused in (few, unknown, odd, exhausted):
        assert refused.json["errors"][0]["source"] == at
    assert (opened.status, opened.json["data"]["attributes"]["amount"]) == (201, 20.0), opened.json
    assert exhausted.status == 422
    with shell.work() as work:
        assert work.db.get_one(AccessCode, code.id).used == 2
    assert stock(ticket) == (2, 0)
    assert api.get(f"/v1/events/{ticket.event_id}/access-codes/DOOR").status == 200
    with shell.work() as work:
        work.db.get_one(AccessCode, code.id).tickets_number = 4
    typed = api.get(f"/v1/events/{ticket.event_id}/access-codes/DOOR", as_=people["bo"])
    assert (typed.status, book(three, four, as_=people["bo"]).status) == (200, 201)


def test_what_a_buyer_gets_for_free_is_completed_by_a_job(enter, book, shell, run_jobs, stock, people, event, free):
    named = book(enter(free, as_=people["bo"]), as_=people["bo"], status="completed")
    told = named.json["data"]["attributes"]
    assert (told["status"], told["payment-mode"], stock(free)) == ("pending", "free", (1, 0))
    with shell.work() as work:
        work.db.get_one(type(event), event.id).is_ticket_form_enabled = True
    nameless = book(enter(free, as_=people["bo"], firstname=None, email=None), as_=people["bo"])
    assert nameless.status == 201

    run_jobs()

    with shell.work() as work:
        rows = {one.identifier: one.status for one in work.db.query(Order)}
    states = [rows[answer.json["data"]["attributes"]["identifier"]] for answer in (named, nameless)]
    assert (states, stock(free)) == (["completed", "pending"], (1, 1))


def test_an_order_needs_its_event(api, people):
    body = {"data": {"type": "order", "attributes": {}}}

    answer = api.post("/v1/orders?onsite=true", json=body, as_=people["ana"])

    (error,) = answer.json["errors"]
    assert (answer.status, error["source"]) == (422, {"pointer": "/data/relationships/event"})
    assert error["detail"] == "A valid relationship with event resource is required"


def test_tickets_are_sold_at_the_door_as_many_as_were_said(book, stock, people, free):
    wrapped = {"data": {"type": "on-site-ticket", "id": str(free.id), "attributes": {"quantity": "2"}}}
    for entry in (wrapped, {"id": str(free.id), "quantity": "1"}):
        answer = book(as_=people["ana"], path="/v1/orders?onsite=true", status="completed", on_site_tickets=[entry])
        assert (answer.status, answer.json["data"]["attributes"]["status"]) == (201, "completed"), answer.json

    assert stock(free) == (0, 3)
    refused = book(as_=people["bo"], path="/v1/orders?onsite=true", on_site_tickets=[wrapped])
    assert refused.status == 403
    for wrong in ("x", [7], [{"id": str(free.id), "quantity": "0"}], [wrapped] * 51):
        assert book(as_=people["ana"], path="/v1/orders?onsite", on_site_tickets=wrong).status == 422


def test_the_time_of_the_online_sale_binds_nobody_at_the_door(shell, book, enter, stock, people, event, paid):
    with shell.work() as work:
        ticket = work.db.get_one(type(paid), paid.id)
        ticket.sales_ends_at, ticket.max_order = work.now - timedelta(hours=1), 2
        work.db.get_one(Event, event.id).group_id = make_group(work, people["eve"]).id  # she organizes it thereby
    entries = [{"id": str(paid.id), "quantity": "3"}]
    sold = {"status": "completed", "payment_mode": "onsite"}

    at_door = book(as_=people["eve"], path="/v1/orders?onsite", on_site_tickets=entries, **sold)
    by_hand = book(enter(paid, as_=people["ana"]), as_=people["ana"], amount=5, **sold)
    by_buyer = book(enter(paid, as_=people["bo"]), as_=people["bo"])

    assert [at_door.status, by_hand.status, by_buyer.status] == [201, 201, 409], (at_door.json, by_hand.json)
    assert by_buyer.json["errors"][0]["source"]["pointer"] == "/data/relationships/attendees"
    assert stock(paid) == (0, 4)


def test_who_was_entered_is_seen_and_removed_by_who_did_it(api, enter, people, paid):
    path = f"/v1/attendees/{enter(paid, as_=people['bo'])}"

    assert (api.get(path, as_=people["bo"]).status, api.get(path, as_=people["eve"]).status) == (200, 404)
    assert api.delete(path, as_=people["eve"]).status in (403, 404)
    assert api.delete(path, as_=people["bo"]).status == 200
    assert api.get(path, as_=people["bo"]).status == 404


def test_people_nobody_orders_for_are_forgotten(shell, clock, enter, people, paid):
    enter(paid, as_=people["bo"])
    clock.advance(minutes=16)
    fresh = enter(paid, as_=people["bo"])

    with shell.work() as work:
        assert forget_loose(work) == 1
        assert [str(one.id) for one in work.db.query(Attendee)] == [fresh]


def test_a_ticket_is_of_the_event(api, shell, people, event, paid):
    with shell.work() as work:
        other = make_event(work)
    links = {"event": link("event", other.id), "ticket": link("ticket", paid.id)}
    body = {"data": {"type": "attendee", "attributes": {}, "relationships": links}}

    assert api.post("/v1/attendees", json=body, as_=people["bo"]).status == 422
