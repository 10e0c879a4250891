from __future__ import annotations

from typing import Any

import pytest

from cast import adm, ana, bo, chi, eve
from clients import Api
from factories import give_role, make_event, make_order, make_ticket
from openevent.kit.work import Shell

REPORTS = ("by-events", "by-location", "by-organizers", "by-marketer")


def sold(**by_state: tuple[float, int]) -> dict[str, Any]:
    found = {state: by_state.get(state, (0, 0)) for state in ("placed", "completed", "pending")}
    return {state: {"sales_total": total, "ticket_count": count} for state, (total, count) in found.items()}


@pytest.fixture
def stage(shell: Shell) -> dict[str, Any]:
    """Two events of Ana's at one place, one of them in yen, one of Chi's online; Bo is a marketer."""
    with shell.work() as work:
        found: dict[str, Any] = {maker.__name__: maker(work) for maker in (ana, bo, chi, eve, adm)}
        euro = make_event(work, owner=found["ana"], name="Euro", location_name="Berlin")
        yen = make_event(work, owner=found["ana"], name="Yen", location_name="Berlin", payment_currency="JPY")
        online = make_event(work, owner=found["chi"], name="Online", location_name=None, online=True)
        give_role(work, online, found["ana"], "organizer")
        give_role(work, euro, found["ana"], "organizer")  # twice on one event
        ticket, dear = make_ticket(work, euro, price=1010), make_ticket(work, yen, price=3000)
        make_order(work, ticket, quantity=2, marketer_id=found["bo"].id)
        make_order(work, ticket, quantity=1, status="placed")
        make_order(work, ticket, quantity=1, status="pending")
        make_order(work, ticket, quantity=5, status="expired")
        make_order(work, dear, quantity=1)
        make_order(work, make_ticket(work, online), quantity=4)
        return {**found, "euro": euro, "yen": yen, "online": online}


def rows(api: Api, stage: dict[str, Any], report: str, query: str = "") -> list[Any]:
    answer = api.get(f"/v1/admin/sales/{report}{query}", as_=stage["adm"])
    assert answer.status == 200, answer.body
    assert answer.json["meta"]["count"] == len(answer.json["data"])
    assert {one["type"] for one in answer.json["data"]} == {f"admin-sales-{report}"}
    assert {one["links"]["self"] for one in answer.json["data"]} == {f"/v1/admin/sales/{report}"}
    return answer.json["data"]


def test_sales_of_each_event(api: Api, stage: dict[str, Any]) -> None:
    found = rows(api, stage, "by-events", "?filter=[]&page[number]=1&page[size]=10&sort=-completed-order-sales")

    shown = [one["attributes"] for one in found]
    assert [one["name"] for one in shown] == ["Yen", "Euro", "Online"]
    euro = shown[1]
    assert {name: value for name, value in euro.items() if not name.endswith("-at")} == {
        "identifier": stage["euro"].identifier,
        "name": "Euro",
        "payment-currency": "EUR",
        "payment-country": None,
        "completed-order-sales": 20.2,
        "placed-order-sales": 10.1,
        "pending-order-sales": 10.1,
        "completed-order-tickets": 2,
        "placed-order-tickets": 1,
        "pending-order-tickets": 1,
        "type": "Venue",
        "owner": "Ana Ortiz",
        "owner-id": stage["ana"].id,
    }
    assert [one["type"] for one in shown] == ["Venue", "Venue", "Online"]
    assert found[1]["id"] == str(stage["euro"].id)


def test_where_an_event_is_has_a_word(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        make_event(work, name="Both", online=True)
        make_event(work, name="Nowhere", location_name="")

    found = {one["attributes"]["name"]: one["attributes"]["type"] for one in rows(api, stage, "by-events")}

    assert (found["Both"], found["Nowhere"]) == ("Hybrid", "To be announced")


def test_an_owner_without_a_name_is_called_by_the_address(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        event = make_event(work)

    [found] = [one for one in rows(api, stage, "by-events") if one["id"] == str(event.id)]
    assert found["attributes"]["owner"].endswith("@example.org")


def test_sales_of_each_place_count_every_order_once(api: Api, stage: dict[str, Any]) -> None:
    found = rows(api, stage, "by-location", "?sort=-location-name")

    assert [(one["id"], one["attributes"]) for one in found] == [
        (
            "Berlin",
            {
                "location-name": "Berlin",
                "sales": sold(completed=(3020.2, 3), placed=(10.1, 1), pending=(10.1, 1)),
            },
        )
    ]


def test_a_place_may_have_any_name(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    name = 'The "Barn" \\ Zürich\n'
    with shell.work() as work:
        make_event(work, location_name=name)

    assert name in [one["id"] for one in rows(api, stage, "by-location")]


def test_sales_of_each_organizer_are_those_of_the_events_led(api: Api, stage: dict[str, Any]) -> None:
    found = {one["id"]: one["attributes"] for one in rows(api, stage, "by-organizers", "?sort=id")}

    assert set(found) == {str(stage["ana"].id), str(stage["chi"].id)}
    chief = found[str(stage["ana"].id)]
    assert (chief["first-name"], chief["last-name"], chief["email"]) == ("Ana", "Ortiz", "ana@example.org")
    assert (chief["starts-at"], chief["ends-at"]) == ("2026-04-30T12:00:00+00:00", "2026-05-02T21:00:00+00:00")
    assert chief["sales"] == sold(completed=(3020.2, 7), placed=(10.1, 1), pending=(10.1, 1))
    assert found[str(stage["chi"].id)]["sales"] == sold(completed=(0, 4))


def test_sales_of_each_marketer_are_those_of_the_orders_that_name_him(
    api: Api, shell: Shell, stage: dict[str, Any]
) -> None:
    with shell.work() as work:
        work.db.merge(stage["eve"]).is_marketer = True

    found = {one["id"]: one["attributes"] for one in rows(api, stage, "by-marketer")}

    assert found == {
        str(stage["bo"].id): {
            "fullname": "Bo Lindqvist",
            "email": "bo@example.org",
            "sales": sold(completed=(20.2, 2)),
        },
        str(stage["eve"].id): {"fullname": "Eve Moss", "email": "eve@example.org", "sales": sold()},
    }


@pytest.mark.parametrize("report", REPORTS)
def test_sales_are_for_admins_and_only_read(api: Api, stage: dict[str, Any], report: str) -> None:
    path = f"/v1/admin/sales/{report}"

    assert [api.get(path, as_=stage.get(name)).status for name in ("nobody", "ana", "adm")] == [401, 403, 200]
    assert api.post(path, json={}, as_=stage["adm"]).status == 405
    assert api.get(f"{path}/1", as_=stage["adm"]).status == 404


@pytest.mark.parametrize("report", REPORTS)
def test_sales_can_be_paged_and_sorted(api: Api, stage: dict[str, Any], report: str) -> None:
    path = f"/v1/admin/sales/{report}?page[size]=1&sort=-id"

    answer = api.get(path, as_=stage["adm"])

    assert (answer.status, len(answer.json["data"])) == (200, 1)
    assert api.get(f"/v1/admin/sales/{report}?sort=nonsense", as_=stage["adm"]).status == 400
