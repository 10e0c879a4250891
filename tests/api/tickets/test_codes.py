"""Codes and the ticket types that they are for, from either side; both kinds of discount codes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from sqlalchemy import select

from cast import adm, ana, bo, eve
from factories import make_event, make_ticket
from openevent.tickets.models import DiscountCode, TicketTag, discount_codes_events
from openevent.tickets.resources import codes

TERMS = {"code": "SPRING", "type": "percent", "value": 10, "used-for": "ticket", "tickets-number": 9}
OPEN = {"code": "SECRET", "valid-from": "2026-01-01T00:00:00Z", "is-active": True, "tickets-number": 9}
FOR_EVENTS = {**TERMS, "used-for": "event"}


@pytest.fixture
def scene(shell):
    """An event of Ana's with a paid, a free and a hidden ticket, and another one with a paid ticket."""
    with shell.work() as work:
        mine, other = (make_event(work, owner=ana(work), can_pay_by_bank=True) for _ in range(2))
        return {
            "ana": ana(work),
            "bo": bo(work),
            "eve": eve(work),
            "adm": adm(work),
            "event": mine.id,
            "other-event": other.id,
            "paid": make_ticket(work, mine, price=4000).id,
            "free": make_ticket(work, mine).id,
            "hidden": make_ticket(work, mine, price=4000, is_hidden=True).id,
            "foreign": make_ticket(work, other, price=4000).id,
        }


@pytest.fixture
def make(api, scene):
    """Make a code: make("discount-code", event=7, tickets=[8], code="X") -> the answer."""

    def send(type_, base=None, *, event=None, who="ana", **more):
        terms = base or (TERMS if type_ == "discount-code" else OPEN)
        many = {
            name: [{"type": name[:-1], "id": str(one)} for one in more.pop(name)]
            for name in ("tickets", "events")
            if name in more
        }
        links = {name: {"data": rows} for name, rows in many.items()}
        links |= {"event": {"data": {"type": "event", "id": str(event)}}} if event else {}
        attributes = {**terms, **{name.replace("_", "-"): value for name, value in more.items()}}
        body = {"data": {"type": type_, "attributes": attributes, "relationships": links}}
        return api.post(f"/v1/{type_}s", json=body, as_=scene[who])

    return send


@pytest.fixture
def change(api, scene):
    """Change something: change("ticket", 7, {"discount-codes": [8]}, name="New") -> the answer."""

    def send(type_, key, links=None, who="ana", **more):
        named = {
            name: {"data": [{"type": name[:-1], "id": str(one)} for one in ids]}
            if isinstance(ids, list)
            else {"data": {"type": "user", "id": str(ids)}}
            for name, ids in (links or {}).items()
        }
        attributes = {name.replace("_", "-"): value for name, value in more.items()}
        body = {"data": {"type": type_, "id": str(key), "attributes": attributes, "relationships": named}}
        return api.patch(f"/v1/{type_}s/{key}", json=body, as_=scene[who])

    return send


@pytest.fixture
def tickets_of(api, scene):
    """The ids of the ticket types that a code is for."""

    def found(type_, key):
        return [int(one["id"]) for one in api.get(f"/v1/{type_}s/{key}/tickets", as_=scene["ana"]).json["data"]]

    return found


def told(answer):
    error = answer.json["errors"][0]
    return answer.status, error["source"].get("pointer")


TICKETS = "/data/relationships/tickets"


def test_a_code_is_for_the_tickets_that_are_named_until_others_are(scene, make, change, tickets_of):
    key = make("discount-code", event=scene["event"], tickets=[scene["paid"]]).json["data"]["id"]

    assert change("discount-code", key, value=20).status == 200
    assert tickets_of("discount-code", key) == [scene["paid"]]
    assert change("discount-code", key, {"tickets": [scene["hidden"]]}).status == 200
    assert tickets_of("discount-code", key) == [scene["hidden"]]
    assert change("discount-code", key, {"tickets": []}).status == 200
    assert tickets_of("discount-code", key) == []


def test_a_code_that_does_not_fit_its_tickets_is_refused(scene, make, change):
    event = scene["event"]

    assert told(make("discount-code", event=event, tickets=[scene["foreign"]])) == (422, TICKETS)
    assert told(make("discount-code", event=event, tickets=[scene["free"]])) == (422, TICKETS)
    assert told(make("access-code", event=event, tickets=[scene["paid"]])) == (409, TICKETS)
    assert told(make("discount-code", who="adm")) == (422, "/data/relationships/event")
    key = make("discount-code", event=event, tickets=[scene["paid"]]).json["data"]["id"]
    assert told(change("discount-code", key, {"tickets": [scene["free"]]})) == (422, TICKETS)
    assert told(make("discount-code", event=event, code="spring")) == (409, "/data/attributes/code")


def test_an_access_code_keeps_its_tickets_and_changes_hands(scene, make, change, tickets_of, api):
    key = make("access-code", event=scene["event"], tickets=[scene["hidden"]]).json["data"]["id"]

    assert change("access-code", key, {"marketer": scene["bo"].id}, who="adm", is_active=False).status == 200
    assert tickets_of("access-code", key) == [scene["hidden"]]
    assert api.get(f"/v1/access-codes/{key}/marketer", as_=scene["adm"]).json["data"]["id"] == str(scene["bo"].id)
    assert told(make("access-code", event=scene["event"], code="secret")) == (409, "/data/attributes/code")
    assert api.delete(f"/v1/access-codes/{key}", as_=scene["ana"]).status == 200
    assert make("access-code", event=scene["event"], code="secret").status == 201


def test_a_ticket_names_its_codes_and_tags_as_they_would_name_it(shell, scene, make, change, tickets_of):
    with shell.work() as work:
        tags = [TicketTag(event_id=scene[event], name="Early") for event in ("event", "other-event")]
        work.db.add_all(tags)
        work.db.flush()
        early, foreign = (one.id for one in tags)
    discount = make("discount-code", event=scene["event"]).json["data"]["id"]
    access = make("access-code", event=scene["event"]).json["data"]["id"]
    hidden, free = scene["hidden"], scene["free"]

    every = {"discount-codes": [discount], "access-codes": [access], "ticket-tags": [early]}
    assert change("ticket", hidden, every).status == 200
    assert (tickets_of("discount-code", discount), tickets_of("access-code", access)) == ([hidden], [hidden])
    assert tickets_of("ticket-tag", early) == [hidden]
    assert change("ticket", hidden, {"discount-codes": [], "ticket-tags": [early]}).status == 200
    assert (tickets_of("discount-code", discount), tickets_of("ticket-tag", early)) == ([], [hidden])

    refused = [
        change("ticket", free, {name: [key]})
        for name, key in (("discount-codes", discount), ("access-codes", access), ("ticket-tags", foreign))
    ]
    assert [told(one) for one in refused] == [
        (422, "/data/relationships/discount-codes"),
        (409, "/data/relationships/access-codes"),
        (422, "/data/relationships/ticket-tags"),
    ]


def test_the_kind_of_a_code_is_said_once(scene, make, change):
    nameless = {name: value for name, value in TERMS.items() if name != "used-for"}
    key = make("discount-code", event=scene["event"]).json["data"]["id"]

    assert told(make("discount-code", nameless, event=scene["event"], code="X")) == (409, "/data/attributes/used-for")
    assert told(change("discount-code", key, used_for="event")) == (409, "/data/attributes/used-for")


def test_codes_for_events_are_made_by_admins_one_for_each_event(shell, api, scene, make, change):
    mine, other = scene["event"], scene["other-event"]
    assert make("discount-code", FOR_EVENTS, events=[mine]).status == 403
    made = make("discount-code", FOR_EVENTS, events=[mine], who="adm")
    key = made.json["data"]["id"]

    assert made.status == 201
    assert api.get(f"/v1/events/{mine}/discount-code", as_=scene["adm"]).json["data"]["id"] == key
    assert told(make("discount-code", FOR_EVENTS, event=mine, who="adm")) == (422, "/data/relationships/events")
    assert change("discount-code", key, {"events": [other], "marketer": scene["bo"].id}, who="adm").status == 200
    with shell.work() as work:
        assert list(work.db.scalars(select(discount_codes_events.c.event_id))) == [other]
        assert work.db.get_one(DiscountCode, int(key)).marketer_id == scene["bo"].id
    assert change("discount-code", key, who="adm", value=20).status == 200
    assert api.delete(f"/v1/discount-codes/{key}", as_=scene["adm"]).status == 200
    assert make("discount-code", FOR_EVENTS, event=other, who="adm").status == 201


def test_codes_that_nobody_used_are_deleted_at_once(shell, api, scene, make):
    used, unused = (
        int(make("discount-code", event=scene["event"], code=code).json["data"]["id"]) for code in ("A", "B")
    )
    with shell.work() as work:
        work.db.get_one(DiscountCode, used).used = 1

    path = f"/v1/events/{scene['event']}/discount-codes/delete-unused"
    assert [api.delete(path, as_=scene[who]).status for who in ("eve", "ana")] == [403, 200]

    with shell.work() as work:
        gone = {one.id: one.deleted_at is not None for one in work.db.scalars(select(DiscountCode))}
    assert gone == {used: False, unused: True}


@pytest.mark.parametrize("kind", ["discount-code", "access-code"])
def test_nobody_guesses_the_key_that_an_order_names_a_code_by(make, scene, kind):
    keys = [int(make(kind, event=scene["event"], code=f"C{number}").json["data"]["id"]) for number in range(4)]

    steps = [later - earlier for earlier, later in pairwise(keys)]
    assert keys == sorted(keys)  # lists stay in their order
    assert len(set(steps)) == 3
    assert min(steps) > 2**10
    assert keys[-1] < 2**53  # JavaScript counts so far


def test_a_copied_event_has_codes_whose_keys_nobody_guesses(api, make, scene, shell):
    first = [
        int(make("discount-code", event=scene["event"], code=f"C{number}").json["data"]["id"]) for number in (1, 2)
    ]

    copy = api.post(f"/v1/events/{scene['event']}/copy", as_=scene["ana"]).json["id"]

    with shell.work() as work:
        rows = work.db.execute(select(DiscountCode.id, DiscountCode.code).where(DiscountCode.event_id == copy)).all()
    keys = [key for key, _ in sorted(rows)]
    assert [code for _, code in sorted(rows)] == ["C1", "C2"]
    assert keys[0] - first[1] > 2**10 < keys[1] - keys[0]


def test_nobody_goes_through_all_codes(api, make, scene, monkeypatch):
    monkeypatch.setattr(codes, "MOST_TRIES", 8)
    monkeypatch.setattr(codes, "MOST_FROM_ONE_PLACE", 3)
    make("discount-code", event=scene["event"], code="A7")
    path = f"/v1/events/{scene['event']}/discount-codes"

    tried = [api.get(f"{path}/A{number}", as_=scene["bo"]).status for number in range(9)]
    strangers = [api.get(f"{path}/B{number}").status for number in range(4)]

    assert (tried.count(200), tried.count(404), tried[-1]) == (1, 7, 429)
    assert (set(strangers[:-1]), strangers[-1]) == ({404}, 429)
