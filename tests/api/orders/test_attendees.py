"""Who holds the tickets, and the tickets as PDF: recorded answers 122, 148, 151, 152 and 154 in shape and meaning."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from factories import make_event, make_ticket
from openevent.orders.models import Attendee, Order

JSON_API = "application/vnd.api+json"


@pytest.fixture
def seats(api, people):
    def found(order, who="bo"):
        return api.get(f"/v1/orders/{order['id']}/attendees", as_=people[who]).json["data"]

    return found


@pytest.fixture
def name(api):
    def named(seat, *, as_, **attributes):
        body = {"data": {"type": "attendee", "id": seat["id"], "attributes": attributes}}
        return api.patch(f"/v1/attendees/{seat['id']}", json=body, as_=as_)

    return named


def text(answer):
    return [page.extract_text() for page in PdfReader(io.BytesIO(answer.body)).pages]


def test_a_buyer_says_who_comes(people, order, seats, name, free):
    (seat,) = seats(order(free, as_=people["bo"]))

    answer = name(seat, as_=people["bo"], firstname="Eve", lastname="Moss", email="Eve@Example.org", city="Bonn")

    assert answer.status == 200
    found = answer.json["data"]["attributes"]
    assert [found[one] for one in ("firstname", "lastname", "email", "city")] == [
        "Eve",
        "Moss",
        "eve@example.org",
        "Bonn",
    ]
    assert found["ticket-id"] == str(free.id)
    assert len(found["identifier"]) == 6
    assert set(answer.json["data"]["relationships"]) == {"event", "order", "tag", "ticket", "user"}


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"firstname": "Bo\x07"}, "firstname"),
        ({"firstname": "B" * 300}, "firstname"),
        ({"email": "nobody"}, "email"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"age-group": "old"}, "age-group"),
    ],
)
def test_what_is_no_name_is_refused_at_its_place(people, order, seats, name, free, attributes, pointer):
    (seat,) = seats(order(free, as_=people["bo"]))

    answer = name(seat, as_=people["bo"], **attributes)

    assert answer.status == 422
    assert answer.json["errors"][0]["source"] == {"pointer": f"/data/attributes/{pointer}"}


def test_check_in_is_not_for_buyers(people, order, seats, name, free):
    (seat,) = seats(order(free, as_=people["bo"]))

    answer = name(seat, as_=people["bo"], **{"is-checked-in": True, "identifier": "ffffff", "pdf-url": "http://x.org"})

    assert answer.json["data"]["attributes"] == seat["attributes"]


def test_holders_are_known_to_those_concerned_only(api, people, order, seats, name, free):
    made = order(free, 2, as_=people["bo"])
    first, second = seats(made)
    name(first, as_=people["bo"], firstname="Eve", email="eve@example.org")

    def may(who, seat):
        return api.get(f"/v1/attendees/{seat['id']}", as_=people[who]).status

    assert [may(who, first) for who in ("bo", "ana", "dee", "adm", "eve", "new")] == [200, 200, 200, 200, 200, 404]
    assert may("eve", second) == 404
    assert api.get(f"/v1/attendees/{first['id']}").status == 401
    assert name(first, as_=people["eve"], firstname="X").status == 403


def test_lists_of_holders_are_for_those_who_run_the_event(api, people, event, order, free):
    order(free, 2, as_=people["bo"])

    def count(path, who):
        return api.get(path, as_=people[who]).json["meta"]["count"]

    assert [count(f"/v1/events/{event.identifier}/attendees", who) for who in ("ana", "dee", "adm", "bo")] == [
        2,
        2,
        2,
        2,
    ]
    assert count(f"/v1/tickets/{free.id}/attendees", "ana") == 2
    assert api.get(f"/v1/events/{event.id}/attendees", as_=people["eve"]).status == 403
    assert api.get("/v1/attendees", as_=people["adm"]).status == 405


def test_a_ticket_belongs_to_the_account_of_its_address(api, people, order, seats, name, free):
    (seat,) = seats(order(free, as_=people["bo"]))
    name(seat, as_=people["bo"], firstname="Bo", email="bo@example.org")

    assert api.get(f"/v1/attendees/{seat['id']}/user", as_=people["bo"]).json["data"]["id"] == str(people["bo"].id)
    assert api.get(f"/v1/users/{people['bo'].id}/attendees", as_=people["bo"]).json["meta"]["count"] == 1


def test_after_the_order_only_event_staff_correct_a_name(people, order, change, seats, name, free):
    made = order(free, as_=people["bo"])
    (seat,) = seats(made)
    change(made, as_=people["bo"], status="completed")

    assert name(seat, as_=people["bo"], firstname="X").status == 403
    assert name(seat, as_=people["dee"], firstname="Nora").status == 403
    assert name(seat, as_=people["ana"], firstname="Nora").status == 200


def test_every_ticket_needs_a_holder_when_the_event_asks_for_them(shell, people, order, change, seats, name):
    with shell.work() as work:
        ticket = make_ticket(work, make_event(work, is_ticket_form_enabled=True))
    made = order(ticket, 2, as_=people["bo"])
    first, second = seats(made)

    nameless = change(made, as_=people["bo"], status="completed")
    name(first, as_=people["bo"], firstname="Bo", email="bo@example.org")
    name(second, as_=people["bo"], lastname="Sukarno")
    without_address = change(made, as_=people["bo"], status="completed")
    name(second, as_=people["bo"], email="s@example.org")

    assert (nameless.status, nameless.json["errors"][0]["code"]) == (422, "invalid-holder")
    assert nameless.json["errors"][0]["source"] == {"pointer": "/data/relationships/attendees/data/0"}
    assert without_address.json["errors"][0]["source"] == {"pointer": "/data/relationships/attendees/data/1"}
    assert change(made, as_=people["bo"], status="completed").status == 200


def test_holders_get_their_tickets_and_the_buyer_the_order(
    api, people, order, change, seats, name, free, run_jobs, services
):
    made = order(free, 3, as_=people["bo"])
    first, second, third = seats(made)
    name(first, as_=people["bo"], firstname="Bo", lastname="Lindqvist", email="bo@example.org")
    name(second, as_=people["bo"], firstname="प्रिया", lastname="शर्मा", email="priya@example.org")
    name(third, as_=people["bo"], firstname="Ravi", email="priya@example.org")
    change(made, as_=people["bo"], status="completed")
    assert services.mailer.sent == []

    run_jobs()

    assert sorted(mail.to for mail in services.mailer.sent) == ["bo@example.org", "priya@example.org"]
    summary = next(mail for mail in services.mailer.sent if mail.to == "bo@example.org")
    assert "3 \N{MULTIPLICATION SIGN} Free" in summary.text
    assert summary.text.count(".pdf?sig=") == 3
    own = next(mail for mail in services.mailer.sent if mail.to == "priya@example.org")
    assert own.text.count(".pdf?sig=") == 2
    shown = api.get(f"/v1/attendees/{second['id']}", as_=people["bo"]).json["data"]["attributes"]
    assert shown["pdf-url"].endswith(f"/v1/orders/attendees/{second['id']}.pdf")


def test_a_ticket_is_a_page_with_the_names_of_event_and_holder(
    api, people, event, order, change, seats, name, free, run_jobs
):
    made = order(free, as_=people["bo"])
    (seat,) = seats(made)
    name(seat, as_=people["bo"], firstname="Łucja", lastname="Żółć")
    path = f"/v1/orders/attendees/{seat['id']}.pdf"
    assert api.get(path, as_=people["bo"]).status == 404
    change(made, as_=people["bo"], status="completed")
    run_jobs()

    answer = api.get(path, as_=people["bo"])

    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
    (page,) = text(answer)
    assert "Łucja Żółć" in page
    assert event.name in page
    assert seat["attributes"]["identifier"].upper() in page
    assert api.get(path, as_=people["bo"]).body == answer.body
    assert [api.get(path, as_=people[who]).status for who in ("ana", "dee", "adm", "eve")] == [200, 200, 200, 404]
    assert api.get(path).status == 401


def test_whoever_opens_a_ticket_before_it_is_mailed_still_gets_the_mail(
    api, people, order, change, seats, name, free, run_jobs, services
):
    made = order(free, as_=people["bo"])
    (seat,) = seats(made)
    name(seat, as_=people["bo"], firstname="Bo", lastname="Lindqvist", email="bo@example.org")
    change(made, as_=people["bo"], status="completed")

    early = api.get(f"/v1/orders/attendees/{seat['id']}.pdf", as_=people["bo"])
    run_jobs()

    assert "Bo Lindqvist" in text(early)[0]
    assert [mail.to for mail in services.mailer.sent] == ["bo@example.org"]


def test_all_tickets_of_an_order_are_one_pdf_and_a_holder_gets_their_own(
    api, people, order, change, seats, name, free, services
):
    made = order(free, 2, as_=people["bo"])
    first, _ = seats(made)
    name(first, as_=people["bo"], firstname="Eve", email="eve@example.org")
    path = f"/v1/orders/{made['attributes']['identifier']}/tickets-pdf"
    assert api.get(path, as_=people["bo"]).status == 404
    change(made, as_=people["bo"], status="completed")

    whole, again, part = (api.get(path, as_=people[who]) for who in ("bo", "ana", "eve"))

    assert len(text(whole)) == 2
    assert again.body == whole.body
    assert len(text(part)) == 1
    assert "Eve" in text(part)[0]
    assert api.get(path, as_=people["new"]).status == 404
    assert api.get("/v1/orders/nothing/tickets-pdf", as_=people["bo"]).status == 404


@pytest.mark.parametrize("file", ["x.pdf", "1", "1.png", "99999999999999999999.pdf", "4711.pdf"])
def test_no_other_name_is_a_ticket(api, people, file):
    assert api.get(f"/v1/orders/attendees/{file}", as_=people["adm"]).status == 404


def test_a_corrected_name_is_printed(api, people, order, change, seats, name, free, run_jobs):
    made = order(free, as_=people["bo"])
    (seat,) = seats(made)
    change(made, as_=people["bo"], status="completed")
    run_jobs()
    path = f"/v1/orders/attendees/{seat['id']}.pdf"
    assert "Bo Lindqvist" in text(api.get(path, as_=people["bo"]))[0]

    name(seat, as_=people["ana"], firstname="Nora")

    assert "Nora" in text(api.get(path, as_=people["bo"]))[0]


def test_a_corrected_address_gets_its_ticket_and_the_buyer_no_second_mail(
    people, order, change, seats, name, free, run_jobs, services
):
    made = order(free, 2, as_=people["bo"])
    first, _ = seats(made)
    change(made, as_=people["bo"], status="completed")
    run_jobs()
    services.mailer.sent.clear()

    name(first, as_=people["ana"], email="nora@example.org", city="Bonn")
    name(first, as_=people["ana"], city="Berlin")
    run_jobs()

    assert [mail.to for mail in services.mailer.sent] == ["nora@example.org"]


def test_a_cancelled_ticket_is_no_ticket(api, shell, people, order, change, seats, free, run_jobs):
    made = order(free, as_=people["bo"])
    (seat,) = seats(made)
    change(made, as_=people["bo"], status="completed")
    run_jobs()
    change(made, as_=people["bo"], status="cancelled")

    assert api.get(f"/v1/orders/attendees/{seat['id']}.pdf", as_=people["bo"]).status == 404
    assert api.get(f"/v1/orders/{made['id']}/tickets-pdf", as_=people["bo"]).status == 404
    with shell.work() as work:
        assert work.db.scalars(select(Attendee.deleted_at)).one() == work.now
        assert work.db.get_one(Order, int(made["id"])).status == "cancelled"
