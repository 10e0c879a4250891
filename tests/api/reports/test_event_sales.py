from __future__ import annotations

from cast import ana, bo
from clients import Api
from factories import make_event, make_order, make_ticket
from openevent.kit.work import Shell


def test_the_team_sees_what_an_event_has_sold_and_others_do_not(api: Api, shell: Shell) -> None:
    with shell.work() as work:
        owner, stranger, event = ana(work), bo(work), make_event(work, owner=ana(work))
        ticket = make_ticket(work, event, price=4250)
        make_order(work, ticket, quantity=2, amount=8499)
        make_order(work, ticket, quantity=1, status="placed")

    mine = api.get(f"/v1/events/{event.id}", as_=owner).json["data"]["attributes"]
    theirs = api.get(f"/v1/events/{event.id}", as_=stranger).json["data"]["attributes"]

    assert {name: mine[name] for name in mine if name.endswith(("-order-sales", "-order-tickets"))} == {
        "completed-order-sales": 84.99,
        "completed-order-tickets": 2,
        "pending-order-sales": 0.0,
        "pending-order-tickets": 0,
        "placed-order-sales": 42.5,
        "placed-order-tickets": 1,
    }
    assert set(mine) - set(theirs) >= {"completed-order-sales", "placed-order-tickets"}
