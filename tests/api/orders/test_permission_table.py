"""Who may do what with an order: the table of the handbook, tried cell by cell over HTTP.

Rows are people, columns are deeds; the deeds are explained below the table. The order in question is Bo's, of Ana's
event. `no` is a refusal; `ignored` means that the order is made without what was asked for.
"""

from __future__ import annotations

import pytest

from factories import give_role, make_ticket, make_user

TABLE = """
              | list | view | create | coupon  | price   | status  | complete | cancel | amount | open | later | delete
admin         | all  | yes  | yes    | ignored | taken   | taken   | yes      | yes    | yes    | yes  | yes   | yes
super admin   | all  | yes  | yes    | ignored | taken   | taken   | yes      | yes    | yes    | yes  | yes   | yes
owner         | all  | yes  | yes    | ignored | taken   | taken   | yes      | yes    | no     | no   | no    | no
organizer     | all  | yes  | yes    | ignored | taken   | taken   | yes      | yes    | no     | no   | no    | no
co-organizer  | all  | yes  | yes    | ignored | taken   | taken   | yes      | yes    | no     | no   | no    | no
buyer         | own  | yes  | yes    | taken   | ignored | ignored | no       | yes    | no     | yes  | no    | no
somebody else | no   | no   | yes    | taken   | ignored | ignored | no       | no     | no     | no   | no    | no
visitor       | no   | no   | no     | no      | no      | no      | no       | no     | no     | no   | no    | no
"""
# list      see the orders of the event           complete  say that an order is paid that is not
# view      read Bo's order                       cancel    call an order off
# create    order tickets                         amount    change what an open order costs
# coupon    ... with a discount code              open      change the billing city while the order is open
# price     ... for a price of their own          later     change it once the order is completed
# status    ... in a state of their own           delete    remove the order, with a note for those concerned


@pytest.fixture
def roles(shell, people, event):
    """The people of the table; the visitor is nobody."""
    with shell.work() as work:
        for name in ("organizer", "coorganizer"):
            people[name] = make_user(work, email=f"{name}@example.org")
            give_role(work, event, people[name], name)
        people["admin"] = make_user(work, email="admin@example.org", is_admin=True)
    return {
        "admin": people["admin"],
        "super admin": people["adm"],
        "owner": people["ana"],
        "organizer": people["organizer"],
        "co-organizer": people["coorganizer"],
        "buyer": people["bo"],
        "somebody else": people["eve"],
        "visitor": None,
    }


@pytest.fixture
def standard(shell, event):
    with shell.work() as work:
        return make_ticket(work, event, name="Standard", price=4000, quantity=500)


@pytest.fixture
def ten(api, event, people, standard):
    """A code for ten percent."""
    links = {"event": link("event", event.id), "tickets": {"data": [link("ticket", standard.id)["data"]]}}
    terms = {"code": "TEN", "value": 10, "type": "percent", "is-active": True, "used-for": "ticket"}
    body = {"data": {"type": "discount-code", "attributes": terms, "relationships": links}}
    return api.post("/v1/discount-codes", json=body, as_=people["ana"]).json["data"]["id"]


def link(type_, key):
    return {"data": {"type": type_, "id": str(key)}}


@pytest.fixture
def listed(api, event):
    def told(who, mine):
        rows = api.get(f"/v1/events/{event.id}/orders", as_=who).json.get("data", [])
        return {0: "no", len(mine): "own"}.get(len(rows), "all") if {one["id"] for one in rows} >= set(mine) else "no"

    return told


@pytest.fixture
def created(api, event, standard, ten):
    """Try both ways to order, and tell (create, coupon, price, status); both ways have to agree."""

    def told(who):
        answers = {"entered": _enter(api, who, event, standard, ten), "chosen": _choose(api, who, standard, ten)}
        if who is None:
            assert {one.status for one in answers.values()} == {401}
            return "no", "no", "no", "no"
        found = {way: one.json["data"]["attributes"] for way, one in answers.items()}
        (coupon,) = {"taken" if one["discount-code-id"] else "ignored" for one in found.values()}
        (amount,) = {one["amount"] for one in found.values()}
        assert found["chosen"]["status"] == "initializing"
        status = {"placed": "taken", "pending": "ignored"}[found["entered"]["status"]]
        return "yes", coupon, {1.0: "taken", 36.0: "ignored"}[amount], status

    return told


def _enter(api, who, event, ticket, code):
    links = {"event": link("event", event.id), "ticket": link("ticket", ticket.id)}
    person = {"data": {"type": "attendee", "attributes": {"firstname": "Cora"}, "relationships": links}}
    entered = api.post("/v1/attendees", json=person, as_=who)
    if entered.status != 201:
        return entered
    links = {"event": link("event", event.id), "discount-code": link("discount-code", code)}
    links["attendees"] = {"data": [{"type": "attendee", "id": entered.json["data"]["id"]}]}
    asked = {"amount": 1, "status": "placed", "payment-mode": "bank"}
    return api.post(
        "/v1/orders", json={"data": {"type": "order", "attributes": asked, "relationships": links}}, as_=who
    )


def _choose(api, who, ticket, code):
    body = {"tickets": [{"id": ticket.id, "quantity": 1, "price": 1}], "amount": 1, "discount-code": code}
    return api.post("/v1/orders/create-order", json=body, as_=who, headers={"Content-Type": "application/json"})


@pytest.fixture
def changed(order, change, people, standard):
    """Try a change on a fresh order of Bo's, which is completed first where `later`."""

    def told(who, *, later=False, **attributes):
        made = order(standard, as_=people["bo"])
        if later:
            assert change(made, as_=people["ana"], status="completed").status == 200
        answer = change(made, as_=who, **attributes)
        if answer.status != 200:
            assert answer.status in (401, 403, 404), answer.json
            return "no"
        assert answer.json["data"]["attributes"].items() >= attributes.items()
        return "yes"

    return told


def test_the_table(api, clock, people, roles, listed, created, changed, order, standard):
    mine, theirs = order(standard, as_=people["bo"]), order(standard, as_=people["dee"])
    assert mine["id"] != theirs["id"]
    tried = {}
    for name, who in roles.items():
        # before anybody else orders: the list is of these two
        tried[name] = [listed(who, [mine["id"]])]
    for name, who in roles.items():
        clock.advance(minutes=31)  # what Bo has begun for the last one is over: he may not begin any number of orders
        path = f"/v1/orders/{mine['attributes']['identifier']}"
        doomed = order(standard, as_=people["bo"])["attributes"]["identifier"]
        tried[name] += [
            {200: "yes"}.get(api.get(path, as_=who).status, "no"),
            *created(who),
            changed(who, status="completed"),
            changed(who, status="cancelled"),
            changed(who, amount=5.0),
            changed(who, city="Ulm"),
            changed(who, city="Ulm", later=True),
            {200: "yes"}.get(api.delete(f"/v1/orders/{doomed}?cancel-note=twice", as_=who).status, "no"),
        ]

    assert tried == dict(_rows(TABLE))


def _rows(table):
    _, *rows = table.strip("\n").splitlines()
    for row in rows:
        name, *cells = (cell.strip() for cell in row.split("|"))
        yield name, cells
