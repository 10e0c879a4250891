"""How many orders of an event somebody may have begun, on each way to order."""

from __future__ import annotations

import pytest

from cast import actor
from factories import make_event, make_group, make_ticket, make_user
from openevent.events.models import Event
from openevent.kit.access import Actor
from openevent.orders.actions import cancel, complete_free, prove_inventory, reserve
from openevent.orders.models import Order
from openevent.orders.rules.amounts import OrderRequest, Wanted
from openevent.orders.rules.unfinished import MOST_UNFINISHED

REFUSAL = (
    "You have 20 unfinished orders of this event. Finish or cancel one of them, or wait until their time runs out."
)
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def plenty(shell, event):
    with shell.work() as work:
        return make_ticket(work, event, name="Plenty", quantity=500)


@pytest.fixture
def begin(shell):
    """Let somebody begin so many orders at once; return their keys."""

    def begun(ticket, who, number=MOST_UNFINISHED):
        with shell.work() as work:
            made = reserve(work, [(OrderRequest((Wanted(ticket.id, 1),)), actor(who))] * number)
            return [one.id for one in made]

    return begun


@pytest.fixture
def ask(api):
    def asked(ticket, who):
        body = {"tickets": [{"id": ticket.id, "quantity": 1}]}
        return api.post("/v1/orders/create-order", json=body, as_=who, headers=JSON)

    return asked


@pytest.fixture
def enter(api):
    """Enter somebody for a ticket, then order for them: the body that asks for it."""

    def entered(ticket, who):
        links = {name: {"data": {"type": name, "id": str(key)}} for name, key in _keys(ticket)}
        body = {"data": {"type": "attendee", "attributes": {"firstname": "Cora"}, "relationships": links}}
        key = api.post("/v1/attendees", json=body, as_=who).json["data"]["id"]
        people = {"event": links["event"], "attendees": {"data": [{"type": "attendee", "id": key}]}}
        return {"data": {"type": "order", "attributes": {}, "relationships": people}}

    return entered


def _keys(ticket):
    return ("event", ticket.event_id), ("ticket", ticket.id)


def told(answer):
    (error,) = answer.json["errors"]
    return answer.status, error["code"], error["detail"]


def test_an_account_holds_seats_with_twenty_orders_of_an_event_at_most(shell, people, plenty, begin, ask):
    with shell.work() as work:
        elsewhere = make_ticket(work, make_event(work))
        also = make_ticket(work, work.db.get_one(Event, plenty.event_id))
    first, second, *_ = begin(plenty, people["bo"])

    refused = [ask(ticket, people["bo"]) for ticket in (plenty, also)]
    others = [ask(elsewhere, people["bo"]), ask(plenty, people["eve"])]
    with shell.work() as work:
        cancel(work, work.db.get_one(Order, first), by=actor(people["bo"]))
        complete_free(work, work.db.get_one(Order, second), by=actor(people["bo"]))
    after = [ask(plenty, people["bo"]).status for _ in range(3)]

    assert [told(one) for one in refused] == [(409, "too-many-unfinished", REFUSAL)] * 2
    assert [one.status for one in others] == [200, 200]
    assert after == [200, 200, 409]


def test_orders_whose_time_is_up_do_not_count_whatever_has_been_tidied_up(clock, people, plenty, begin, ask):
    begin(plenty, people["bo"])

    clock.advance(minutes=16)

    assert ask(plenty, people["bo"]).status == 200


@pytest.mark.parametrize("path", ["/v1/orders", "/v1/events/{}/orders"])
def test_who_enters_people_first_is_bound_as_well(api, people, plenty, begin, enter, stock, path):
    begin(plenty, people["bo"], MOST_UNFINISHED - 1)
    last, more = (enter(plenty, people["bo"]) for _ in range(2))
    path = path.format(plenty.event_id)

    made, refused = (api.post(path, json=body, as_=people["bo"]) for body in (last, more))

    assert (made.status, made.json["data"]["attributes"]["status"]) == (201, "pending")
    assert told(refused) == (409, "too-many-unfinished", REFUSAL)
    assert stock(plenty) == (20, 0)


def test_who_organizes_the_event_is_not_bound(api, shell, people, plenty, begin, ask, enter):
    with shell.work() as work:
        work.db.get_one(Event, plenty.event_id).group_id = make_group(
            work, people["eve"]
        ).id  # she organizes it thereby
    staff = [people[name] for name in ("ana", "eve", "adm")]
    for who in staff:
        begin(plenty, who, MOST_UNFINISHED + 1)

    online = [ask(plenty, who).status for who in staff]
    by_hand = api.post("/v1/orders", json=enter(plenty, people["ana"]), as_=people["ana"])
    entries = {"on-site-tickets": [{"id": str(plenty.id), "quantity": "1"}]}
    links = {"event": {"data": {"type": "event", "id": str(plenty.event_id)}}}
    body = {"data": {"type": "order", "attributes": entries, "relationships": links}}
    at_door = api.post("/v1/orders?onsite=true", json=body, as_=people["ana"])

    assert (online, by_hand.status, at_door.status) == ([200] * 3, 201, 201)


def test_what_a_waiting_list_offers_is_never_refused_and_counts(api, shell, event, people, plenty, begin, ask):
    with shell.work() as work:
        last = make_ticket(work, event, quantity=1, price=1000)
        holder = make_user(work)
        (taken,) = reserve(work, [(OrderRequest((Wanted(last.id, 1),)), actor(holder))])
    links = {"event": {"data": {"type": "event", "id": str(event.id)}}, "tickets": {"data": [_link(last)]}}
    wish = {"data": {"type": "waiting-list-entry", "attributes": {"wanted": 1}, "relationships": links}}
    entry = api.post("/v1/waiting-list-entries", json=wish, as_=people["bo"]).json["data"]["id"]
    first, *_ = begin(plenty, people["bo"])
    with shell.work() as work:
        cancel(work, work.db.get_one(Order, taken.id), by=actor(holder))

    accepted = api.post(f"/v1/waiting-list-entries/{entry}/accept", json={}, as_=people["bo"])
    with shell.work() as work:
        cancel(work, work.db.get_one(Order, first), by=actor(people["bo"]))
        assert prove_inventory(work.db) == []

    assert accepted.status == 201
    assert ask(plenty, people["bo"]).status == 409


def _link(ticket):
    return {"type": "ticket", "id": str(ticket.id)}


def test_in_one_batch_an_account_counts_wherever_it_comes_from(shell, people, plenty, begin):
    who = actor(people["bo"])
    doors = [Actor(**{**_fields(who), "origin": origin}) for origin in ("192.0.2.1", "192.0.2.2")]
    wish = OrderRequest((Wanted(plenty.id, 1),))
    begin(plenty, people["bo"], 17)
    begin(plenty, people["eve"], 19)

    with shell.work() as work:
        made = reserve(work, [(wish, doors[place % 2]) for place in range(5)] + [(wish, actor(people["eve"]))] * 2)

    assert [type(one).__name__[:8] for one in made] == ["Reserved"] * 3 + ["TooManyU"] * 2 + ["Reserved", "TooManyU"]
    assert made[-1].detail == made[4].detail == REFUSAL


def _fields(who):
    return {name: getattr(who, name) for name in ("id", "email", "kind", "is_verified")}
