"""Whoever has deleted their account is a placeholder from then on: the id 0, and a name that says so."""

from __future__ import annotations

from factories import make_event, make_order, make_ticket, make_user
from openevent.tickets.models import DiscountCode


def test_a_placeholder_stands_for_buyers_who_are_gone(api, shell, people):
    with shell.work() as work:
        gone = [make_user(work, email=f"gone{number}@example.org") for number in (1, 2)]
        event = make_event(work, owner=people["ana"])
        ticket = make_ticket(work, event, name="Free")
        orders = [make_order(work, ticket, buyer=buyer) for buyer in (*gone, people["bo"])]
        for account in gone:
            account.deleted_at = work.now
    path = f"/v1/orders/{orders[0].identifier}"

    listed = api.get(f"/v1/events/{event.id}/orders?include=user&sort=id", as_=people["adm"]).json
    one = api.get(f"{path}/user", as_=people["ana"]).json["data"]
    linked = api.get(f"{path}/relationships/user", as_=people["ana"]).json["data"]
    trashed = api.get(f"{path}/user?get_trashed=true", as_=people["adm"]).json["data"]

    buyers = [order["relationships"]["user"]["data"]["id"] for order in listed["data"]]
    assert buyers == ["0", "0", str(people["bo"].id)]
    assert sorted(user["id"] for user in listed["included"]) == ["0", str(people["bo"].id)]
    told = {name: value for name, value in one["attributes"].items() if value is not None}
    assert (one["id"], told) == (
        "0",
        {"public-name": "deleted user", "email": "deleted@eventyay.com", "is-profile-public": False},
    )
    assert linked == {"type": "user", "id": "0"}
    assert trashed["id"] == str(gone[0].id)


def test_a_placeholder_that_is_sent_back_changes_nothing(api, shell, people):
    with shell.work() as work:
        gone = make_user(work, email="gone@example.org")
        event = make_event(work, owner=people["ana"])
        code = DiscountCode(
            event_id=event.id,
            created_at=work.now,
            valid_from=work.now,
            code="TEN",
            code_folded="ten",
            used_for="ticket",
            type="percent",
            value=10,
        )
        code.marketer_id, gone.deleted_at = gone.id, work.now
        work.db.add(code)
        work.db.flush()
        key, path = code.id, f"/v1/discount-codes/{code.id}"

    def send(marketer):
        attributes, links = {"used-for": "ticket", "is-active": False}, {"marketer": {"data": marketer}}
        body = {"data": {"type": "discount-code", "id": str(key), "attributes": attributes, "relationships": links}}
        return api.patch(path, json=body, as_=people["ana"])

    read = api.get(f"{path}?include=marketer", as_=people["ana"]).json["data"]["relationships"]["marketer"]["data"]
    kept, refused = send(read), send({"type": "user", "id": str(gone.id)})

    assert (read["id"], kept.status, kept.json["data"]["attributes"]["is-active"]) == ("0", 200, False)
    assert refused.status == 404
    with shell.work() as work:
        assert work.db.get_one(DiscountCode, key).marketer_id == gone.id
