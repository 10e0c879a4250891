import re

import pytest

from cast import ana, bo, dee, eve
from factories import give_role, make_event, make_order, make_ticket
from visitors import text_of


@pytest.fixture
def fair(shell):
    """An event with a completed order, a placed one and a stranger's at another event."""
    with shell.work() as work:
        event = make_event(work, owner=ana(work), name="Fair", can_pay_by_bank=True)
        ticket = make_ticket(work, event, name="Pass", price=2500, quantity=10)
        make_order(work, ticket, buyer=bo(work), quantity=2)
        placed = make_order(work, ticket, buyer=dee(work), status="placed", completed_at=None)
        make_order(work, make_ticket(work, make_event(work)), buyer=eve(work))
        return event, placed


def buyers(response):
    return re.findall(r'<td role="cell">([^<]*) <span class="soft">', response.text)


def test_the_ledger_has_the_events_orders_and_how_its_tickets_sell(visitor, shell, fair):
    event, _ = fair
    with shell.work() as work:
        organizer = ana(work)

    answer = visitor(organizer).get(f"/events/{event.identifier}/orders")

    assert answer.status_code == 200
    assert buyers(answer) == ["Dee Okafor", "Bo Lindqvist"]
    assert "3 sold, 7 of 10 available" in text_of(answer)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=placed", ["Dee Okafor"]),
        ("status=nonsense", ["Dee Okafor", "Bo Lindqvist"]),
        ("q=bo@example", ["Bo Lindqvist"]),
        ("q=okafor", ["Dee Okafor"]),
        ("q=%25", []),
        ("q=%00&page=-3", ["Dee Okafor", "Bo Lindqvist"]),
    ],
)
def test_orders_are_found_by_buyer_and_status(visitor, shell, fair, query, expected):
    event, _ = fair
    with shell.work() as work:
        organizer = ana(work)

    assert buyers(visitor(organizer).get(f"/events/{event.identifier}/orders?{query}")) == expected


def test_an_order_is_completed_from_the_ledger(visitor, shell, fair):
    event, placed = fair
    with shell.work() as work:
        organizer = ana(work)
    browser, page = visitor(organizer), f"/events/{event.identifier}/orders"

    answer = browser.post(f"/orders/{placed.identifier}/complete", {"next": "orders"}, at=page)

    assert (answer.status_code, answer.location) == (303, page)
    assert "Awaiting payment</span>" not in browser.get(page).text


def test_orders_payments_and_waiting_list_lead_to_each_other(visitor, shell, fair):
    event, _ = fair
    with shell.work() as work:
        organizer = ana(work)
    browser = visitor(organizer)
    pages = [f"/events/{event.identifier}/{name}" for name in ("orders", "payments", "waiting-list")]

    for page in pages:
        found = browser.get(page).text
        assert [other for other in pages if f'href="{other}"' not in found] == []
        assert found.count(f'<a href="{page}" aria-current="page">') == 1


def test_the_ledger_is_for_organizers_only(visitor, shell, fair):
    event, _ = fair
    page = f"/events/{event.identifier}/orders"
    with shell.work() as work:
        stranger, registrar = eve(work), dee(work)
        give_role(work, event, registrar, "registrar")
        draft = make_event(work, state="draft")

    assert visitor().get(page).location == f"/sign-in?next=%2Fevents%2F{event.identifier}%2Forders"
    assert visitor(stranger).get(page).status_code == 403
    assert visitor(registrar).get(page).status_code == 403
    assert visitor(stranger).get(f"/events/{draft.identifier}/orders").status_code == 404
    assert visitor(stranger).get("/events/nothing/orders").status_code == 404


def test_my_events_are_those_that_i_organize(visitor, shell, fair):
    with shell.work() as work:
        organizer, stranger = ana(work), bo(work)

    with shell.work() as work:
        make_event(work, owner=organizer, name=" ", state="draft")

    mine = visitor(organizer).get("/events").text
    assert (">Fair</a>" in mine, ">Untitled event</a>" in mine) == (True, True)
    assert "You organize nothing yet" in visitor(stranger).get("/events").text
    assert visitor().get("/events").location == "/sign-in?next=%2Fevents"


def test_many_events_of_mine_come_in_pages(visitor, shell):
    with shell.work() as work:
        organizer = ana(work)
        for _ in range(26):
            make_event(work, owner=organizer)
    mine = visitor(organizer)

    first, second, beyond = (mine.get(f"/events?page={page}").text for page in (1, 2, 3))

    assert [page.count('class="ticket stub') for page in (first, second, beyond)] == [25, 1, 0]
    assert [f'href="/events?page={page}"' in text for page, text in ((2, first), (1, second))] == [True, True]
    assert "No more events" in beyond
