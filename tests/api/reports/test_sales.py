from __future__ import annotations

from typing import Any

import pytest

from cast import adm, ana, bo, chi, eve
from clients import Api
from factories import give_role, make_event, make_order, make_ticket
from openevent.kit.work import Shell
from openevent.payments.models import EventInvoice
from openevent.tickets.models import DiscountCode, TicketFee

REPORTS = ("by-events", "by-location", "by-organizers", "by-marketer", "discounted", "fees", "invoices")


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
def test_sales_can_be_paged_and_sorted(api: Api, shell: Shell, stage: dict[str, Any], report: str) -> None:
    with shell.work() as work:
        moments = dict.fromkeys(("created_at", "issued_at", "due_at"), work.now)
        for name in ("one", "two"):
            make_code(work, stage["euro"], name)
            invoice = {"event_id": stage["euro"].id, "currency": "EUR", "amount": 1, "identifier": name}
            work.db.add(EventInvoice(**invoice, **moments))
    path = f"/v1/admin/sales/{report}?page[size]=1&sort=-id"

    answer = api.get(path, as_=stage["adm"])

    assert (answer.status, len(answer.json["data"])) == (200, 1)
    assert api.get(f"/v1/admin/sales/{report}?sort=nonsense", as_=stage["adm"]).status == 400


def make_code(work: Any, event: Any, code: str, **values: Any) -> DiscountCode:
    row = DiscountCode(
        event_id=event.id,
        code=code,
        code_folded=code.casefold(),
        used_for="ticket",
        type="percent",
        value=10,
        created_at=work.now,
        **values,
    )
    work.db.add(row)
    work.db.flush()
    return row


def test_sales_with_each_code_count_every_order_once(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        used = make_code(work, stage["euro"], "used", marketer_id=stage["bo"].id)
        unused = make_code(work, stage["euro"], "unused")
        gone = make_code(work, stage["yen"], "gone", deleted_at=work.now)
        make_code(work, stage["yen"], "never", deleted_at=work.now)
        ticket = make_ticket(work, stage["euro"], price=1000)
        make_order(work, ticket, quantity=2, amount=1800, discount_code_id=used.id)
        make_order(work, ticket, quantity=1, amount=900, status="placed", discount_code_id=used.id)
        make_order(work, ticket, quantity=1, amount=900, status="expired", discount_code_id=used.id)
        make_order(work, make_ticket(work, stage["yen"], price=500), amount=450, discount_code_id=gone.id)

    found = {one["id"]: one["attributes"] for one in rows(api, stage, "discounted")}

    euro = {"event-name": "Euro", "payment-currency": "EUR"}
    assert found == {
        str(used.id): {
            **euro,
            "code": "used",
            "email": "bo@example.org",
            "sales": sold(completed=(18, 2), placed=(9, 1)),
        },
        str(unused.id): {**euro, "code": "unused", "email": None, "sales": sold()},
        str(gone.id): {
            "event-name": "Yen",
            "payment-currency": "JPY",
            "code": "gone",
            "email": None,
            "sales": sold(completed=(450, 1)),
        },
    }


def test_fees_are_those_of_the_country_or_of_everywhere_and_capped(
    api: Api, shell: Shell, stage: dict[str, Any]
) -> None:
    with shell.work() as work:
        here = make_event(work, owner=stage["ana"], name="Here", payment_country="DE")
        make_order(work, make_ticket(work, here, price=10000), quantity=3)
        make_order(work, make_ticket(work, here, price=10000), status="placed")
        work.db.add(TicketFee(currency="EUR", country="global", service_fee=2.5, maximum_fee=None))
        work.db.add(TicketFee(currency="EUR", country="DE", service_fee=5.0, maximum_fee=10.0))
        work.db.add(TicketFee(currency="EUR", country="FR", service_fee=50.0, maximum_fee=10.0))
        work.db.add(TicketFee(currency="JPY", country="global", service_fee=0.15, maximum_fee=100.0))

    found = {one["attributes"]["name"]: one["attributes"] for one in rows(api, stage, "fees")}

    assert found["Here"] == {
        "name": "Here",
        "payment-currency": "EUR",
        "fee-percentage": 5,
        "maximum-fee": 10,
        "revenue": 290,
        "ticket-count": 3,
        "event-date": "2026-04-30T12:00:00+00:00",
    }
    shown = {name: [one["fee-percentage"], one["maximum-fee"], one["revenue"]] for name, one in found.items()}
    assert shown["Euro"] == [2.5, None, 19.69]  # of 20.20, 2.5 percent are 0.51
    assert shown["Yen"] == [0.15, 100, 2995]  # there is no half a yen
    assert shown["Online"] == [2.5, None, 0]


def test_an_event_without_a_fee_keeps_everything(api: Api, stage: dict[str, Any]) -> None:
    found = {one["attributes"]["name"]: one["attributes"] for one in rows(api, stage, "fees")}

    shown = [found["Euro"][name] for name in ("fee-percentage", "maximum-fee", "revenue")]
    assert shown == [0, None, 20.2]


def test_invoices_say_what_about_and_to_whom(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        moments = dict.fromkeys(("created_at", "issued_at", "due_at"), work.now)
        for number, (event, amount, user) in enumerate((("euro", 1234, stage["ana"].id), ("yen", 1234, None))):
            values = {"event_id": stage[event].id, "user_id": user, "currency": stage[event].payment_currency}
            work.db.add(EventInvoice(identifier=f"2026-{number}", amount=amount, **values, **moments))
        gone = {"event_id": stage["euro"].id, "currency": "EUR", "deleted_at": work.now}
        work.db.add(EventInvoice(identifier="2026-9", amount=5, **gone, **moments))

    found = [one["attributes"] for one in rows(api, stage, "invoices", "?sort=identifier")]

    assert found[0] == {
        "identifier": "2026-0",
        "status": "due",
        "amount": 12.34,
        "created-at": "2026-03-01T12:00:00+00:00",
        "completed-at": None,
        "event-name": "Euro",
        "sent-to": "ana@example.org",
    }
    assert [[one["amount"], one["event-name"], one["sent-to"]] for one in found[1:]] == [[1234, "Yen", None]]
