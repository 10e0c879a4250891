import re

import pytest

from cast import actor, adm, ana, bo, eve
from factories import make_event, make_order, make_ticket, make_user
from openevent.orders.actions import cancel, join_waiting_list
from openevent.orders.models import Order, WaitingListEntry
from openevent.tickets.models import AccessCode, DiscountCode, discount_codes_tickets

WAIT = "/e/tagung/waiting-list"


@pytest.fixture
def people(shell):
    with shell.work() as work:
        return {"ana": ana(work), "bo": bo(work), "eve": eve(work), "new": make_user(work, is_verified=False)}


@pytest.fixture
def event(shell, people):
    with shell.work() as work:
        return make_event(work, owner=people["ana"], identifier="tagung", name="Tagung", is_ticket_form_enabled=False)


@pytest.fixture
def tickets(shell, event):
    """Return two sold out types of two seats, and one that is not."""
    with shell.work() as work:
        made = [make_ticket(work, event, name=name, quantity=2) for name in ("Saal", "Empore")]
        for one in made:
            for _ in range(2):
                make_order(work, one)
        return [*made, make_ticket(work, event, name="Stream")]


@pytest.fixture
def waits(shell, event):
    def joined(who, tickets, wanted=1, **more):
        with shell.work() as work:
            ids = [one.id for one in tickets]
            return join_waiting_list(work, event.id, ids, wanted, by=actor(who), **more).id

    return joined


@pytest.fixture
def free_seats(shell, event):
    def freed(number):
        for _ in range(number):
            with shell.work() as work:
                query = work.db.query(Order).filter_by(event_id=event.id, status="completed")
                cancel(work, query.order_by(Order.id).first(), by=actor(adm(work)))

    return freed


def state(shell, entry_id):
    with shell.work() as work:
        return work.db.get_one(WaitingListEntry, entry_id).state


def test_a_sold_out_type_leads_to_its_waiting_list(visitor, people, tickets):
    saal, empore, _ = tickets
    for path in ("/e/tagung", "/e/tagung/tickets"):
        links = re.findall(r'/e/tagung/waiting-list\?ticket=(\d+)"', visitor().get(path).text)
        assert links == [str(saal.id), str(empore.id)]
    assert visitor().get(f"{WAIT}?ticket={saal.id}").location.startswith("/sign-in?next=%2Fe%2Ftagung%2Fwaiting-list")

    form = visitor(people["bo"]).get(f"{WAIT}?ticket={saal.id}&ticket=x").text
    assert re.findall(r'name="ticket" value="(\d+)"( checked)?', form) == [
        (str(saal.id), " checked"),
        (str(empore.id), ""),
    ]


def test_joining_with_the_form(visitor, shell, people, tickets):
    browser = visitor(people["bo"])
    keys = [str(one.id) for one in tickets[:2]]

    page = browser.post(WAIT, {"ticket": keys, "wanted": "2", "fewer": "1"})
    shown = browser.get(page.location).text

    assert "You are on the waiting list. We send you a mail" in shown
    assert "You are the first in line." in shown
    assert "fewer are welcome, too" in shown
    assert "Saal, Empore" in shown
    assert visitor().post(WAIT, at="/sign-in").location.startswith("/sign-in")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"wanted": "1"}, "Say which tickets you wait for."),
        ({"ticket": "0", "wanted": "many"}, "The event sells no such ticket."),
        ({"ticket": "saal", "wanted": "99"}, "A number of tickets from an order"),
        ({"ticket": "stream", "wanted": "1"}, "There are tickets left of"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(visitor, people, tickets, form, said):
    names = {one.name.lower(): str(one.id) for one in tickets}
    sent = {**form, "ticket": names.get(form.get("ticket"), form.get("ticket", []))}

    page = visitor(people["bo"]).post(WAIT, sent)

    assert (page.status_code, said in page.text) == (422, True)
    assert f'name="wanted" value="{form["wanted"]}"' in page.text


def test_an_unverified_account_is_told_why(visitor, people, tickets):
    page = visitor(people["new"]).post(WAIT, {"ticket": tickets[0].id, "wanted": "1"})

    assert (page.status_code, "Please confirm your e-mail address first" in page.text) == (422, True)


def test_where_nothing_is_sold_out_nobody_has_to_wait(visitor, shell, people, event):
    with shell.work() as work:
        make_ticket(work, event)

    assert "Nobody has to wait" in visitor(people["bo"]).get(WAIT).text
    assert visitor(people["bo"]).get("/e/nowhere/waiting-list").status_code == 404


def test_one_place_in_line_is_shown_and_kept_seats_with_it(visitor, people, tickets, waits, free_seats):
    first, second = waits(people["eve"], tickets[:1], 2), waits(people["bo"], tickets[:1])
    assert "1 group is ahead of you." in visitor(people["bo"]).get(f"/waiting-list/{second}").text

    free_seats(1)

    assert "1 of 2 tickets are kept for you" in visitor(people["eve"]).get(f"/waiting-list/{first}").text
    assert visitor(people["bo"]).get(f"/waiting-list/{first}").status_code == 404
    assert visitor().get(f"/waiting-list/{first}").location.startswith("/sign-in")


def test_an_offer_is_taken_and_paid_like_any_order(visitor, shell, people, tickets, waits, free_seats):
    entry = waits(people["bo"], tickets[:1])
    free_seats(1)
    browser = visitor(people["bo"])
    assert "It is your turn" in browser.get(f"/waiting-list/{entry}").text

    page = browser.post(f"/waiting-list/{entry}/take")

    assert re.fullmatch(r"/orders/[0-9a-f-]{36}", page.location)
    assert "Held for you until" in browser.get(page.location).text
    assert browser.post(f"/waiting-list/{entry}/take").location == page.location
    assert f'href="{page.location}"' in browser.get(f"/waiting-list/{entry}").text


def test_whoever_takes_fewer_can_go_on_waiting(visitor, shell, people, tickets, waits, free_seats):
    entry = waits(people["bo"], tickets[:1], 2, accepts_fewer=True)
    free_seats(1)
    browser = visitor(people["bo"])
    assert "Take it and wait for the rest" in browser.get(f"/waiting-list/{entry}").text

    browser.post(f"/waiting-list/{entry}/take", {"wait": "1"})

    assert state(shell, entry) == "waiting"
    assert "1 of them taken" in browser.get(f"/waiting-list/{entry}").text


def test_an_offer_is_taken_with_a_discount_code(visitor, shell, people, event, tickets, waits, free_seats):
    with shell.work() as work:
        dear = make_ticket(work, event, name="Loge", price=1000, quantity=1)
        make_order(work, dear)
        terms = {"event_id": event.id, "tickets_number": 5, "min_quantity": 1, "created_at": work.now}
        terms |= {"used_for": "ticket", "type": "percent", "value": 20.0}
        code = DiscountCode(code="FIFTH", code_folded="fifth", **terms)
        opens = {"event_id": event.id, "tickets_number": 5, "min_quantity": 1, "valid_from": work.now}
        key = AccessCode(code="KEY", code_folded="key", is_active=True, **opens)
        work.db.add_all((code, DiscountCode(code="NONE", code_folded="none", **terms), key))
        work.db.flush()
        work.db.execute(discount_codes_tickets.insert(), {"discount_code_id": code.id, "ticket_id": dear.id})
    entry = waits(people["bo"], [dear])
    free_seats(5)
    browser, address = visitor(people["bo"]), f"/waiting-list/{entry}"
    assert 'name="code"' in browser.get(address).text

    refused = [browser.post(f"{address}/take", {"code": typed}) for typed in ("wrong", "key", "none")]
    page = browser.post(f"{address}/take", {"code": " fifth "})

    assert [one.status_code for one in refused] == [422] * 3
    assert all('id="field-code-error"' in one.text for one in refused)
    assert "8.00" in browser.get(page.location).text


def test_an_offer_that_ran_out_or_cannot_be_taken_says_so(
    visitor, shell, clock, people, event, tickets, waits, free_seats
):
    entry, other = waits(people["bo"], tickets[:1]), waits(people["eve"], tickets[:1])
    free_seats(2)
    with shell.work() as work:
        work.db.merge(event).state = "draft"
    refused = visitor(people["eve"]).post(f"/waiting-list/{other}/take")
    clock.advance(hours=25)
    late = visitor(people["bo"]).post(f"/waiting-list/{entry}/take")

    assert (refused.status_code, "not found" in refused.text) == (422, True)
    assert (late.status_code, "has run out" in late.text) == (409, True)
    assert visitor(people["bo"]).post(f"/waiting-list/{other}/take").status_code == 404


def test_an_offer_is_over_at_its_time_whenever_somebody_looks(
    visitor, shell, clock, people, tickets, waits, free_seats
):
    entry = waits(people["bo"], tickets[:1])
    free_seats(1)
    browser = visitor(people["bo"])
    clock.advance(hours=23, minutes=59, seconds=59.5)

    assert 'data-countdown="1"' in browser.get(f"/waiting-list/{entry}").text
    clock.advance(seconds=1)
    late = browser.get(f"/waiting-list/{entry}").text

    assert state(shell, entry) == "offered"  # nobody has looked after it yet
    assert "has run out" in late
    assert "data-countdown" not in late


def test_leaving_and_declining(visitor, shell, people, tickets, waits, free_seats):
    first, second = waits(people["bo"], tickets[:1]), waits(people["eve"], tickets[:1])
    free_seats(1)

    page = visitor(people["bo"]).post(f"/waiting-list/{first}/leave")

    assert page.location == "/my-tickets"
    assert (state(shell, first), state(shell, second)) == ("declined", "offered")
    assert "wait any longer</h1>" in visitor(people["bo"]).get(f"/waiting-list/{first}").text


def test_being_content_with_fewer(visitor, shell, people, tickets, waits, free_seats):
    entry = waits(people["bo"], tickets[:1], 2)
    free_seats(1)
    browser = visitor(people["bo"])

    assert browser.post(f"/waiting-list/{entry}/fewer").location == f"/waiting-list/{entry}"
    assert state(shell, entry) == "offered"
    browser.post(f"/waiting-list/{entry}/leave")
    other = waits(people["bo"], tickets[1:2], 2)
    browser.post(f"/waiting-list/{other}/leave")
    assert browser.post(f"/waiting-list/{other}/fewer").status_code == 409


@pytest.mark.parametrize("ended", ["expired", "closed"])
def test_why_it_is_over_is_said(visitor, shell, people, tickets, waits, ended):
    entry = waits(people["bo"], tickets[:1])
    with shell.work() as work:
        work.db.get_one(WaitingListEntry, entry).state = ended

    page = visitor(people["bo"]).get(f"/waiting-list/{entry}").text

    assert {"expired": "Your offer has run out", "closed": "are not sold any more"}[ended] in page


@pytest.mark.parametrize("deed", ["take", "leave", "fewer"])
def test_whoever_is_not_signed_in_signs_in_first(visitor, deed):
    assert visitor().post(f"/waiting-list/1/{deed}", at="/sign-in").location == "/sign-in?next=%2Fwaiting-list%2F1"


def test_my_tickets_show_what_one_waits_for(visitor, people, tickets, waits, free_seats):
    browser = visitor(people["bo"])
    waits(people["eve"], tickets[1:2], 2)
    waits(people["bo"], tickets[:1])
    waits(people["bo"], tickets[1:2])
    free_seats(1)

    page = browser.get("/my-tickets").text

    assert re.findall(r'<h3><a href="/waiting-list/\d+">([^<]*)', page) == ["Tagung", "Tagung"]
    assert " Saal until" in page
    assert "1 group ahead of you" in page
    assert "No tickets yet" not in page
    assert "Waiting list" not in browser.get("/my-tickets?when=past").text


def test_organizers_see_who_waits_and_take_them_off(visitor, shell, people, tickets, waits, free_seats):
    browser = visitor(people["ana"])
    assert "Nobody waits" in browser.get("/events/tagung/waiting-list").text
    entry = waits(people["bo"], tickets[:1], 2)
    waits(people["eve"], tickets[:1], 1)
    free_seats(2)

    assert "Waiting list (2)" in browser.get("/events/tagung/orders").text
    page = browser.get("/events/tagung/waiting-list").text
    assert "2 groups wait for 3 tickets; 1 has an offer." in page
    assert page.index("bo@example.org") < page.index("eve@example.org")
    assert browser.post(f"/events/tagung/waiting-list/{entry}/remove").location == "/events/tagung/waiting-list"

    assert state(shell, entry) == "closed"
    assert "bo@example.org" not in browser.get("/events/tagung/waiting-list").text
    assert "bo@example.org" in browser.get("/events/tagung/waiting-list?show=all").text


def test_the_list_is_for_organizers(visitor, people, tickets, waits):
    entry = waits(people["bo"], tickets[:1])
    path = "/events/tagung/waiting-list"

    assert visitor().get(path).location.startswith("/sign-in")
    assert visitor().post(f"{path}/{entry}/remove", at="/sign-in").location.startswith("/sign-in")
    assert visitor(people["bo"]).get(path).status_code == 403
    assert visitor(people["bo"]).post(f"{path}/{entry}/remove").status_code == 403
    assert visitor(people["ana"]).post(f"{path}/999/remove").status_code == 404
