from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from cast import actor, bo
from factories import PASSWORD, make_event, make_ticket, make_user
from openevent.events.models import Event
from openevent.orders.actions import cancel, reserve
from openevent.orders.models import Order, OrderLine
from openevent.orders.rules.amounts import OrderRequest, Wanted
from openevent.tickets.models import Tax, Ticket, TicketFee, TicketStock
from visitors import elements_of, harmful, text_of


@pytest.fixture
def sale(shell):
    """A buyer, and an event with a free, a paid and a donation ticket."""
    with shell.work() as work:
        event = make_event(work, can_pay_by_bank=True)
        free = make_ticket(work, event, name="Free", quantity=5, max_order=4)
        paid = make_ticket(work, event, name="Paid", price=2500)
        gift = make_ticket(work, event, name="Gift", type="donation", price=None, min_price=1000, max_price=5000)
        return bo(work), f"/e/{event.identifier}/tickets", free, paid, gift


def orders(shell):
    with shell.database.reading() as db:
        lines = select(OrderLine.ticket_id, OrderLine.quantity, OrderLine.price).order_by(OrderLine.ticket_id)
        return db.scalar(select(func.count()).select_from(Order)), [tuple(row) for row in db.execute(lines)]


def held(shell):
    with shell.database.reading() as db:
        return db.scalar(select(func.sum(TicketStock.held + TicketStock.sold)))


def test_a_choice_becomes_an_order_that_waits_for_names(visitor, shell, sale):
    buyer, page, free, paid, gift = sale

    answer = visitor(buyer).post(
        page,
        {
            f"quantity-{free.id}": "2",
            f"quantity-{paid.id}": "1",
            f"quantity-{gift.id}": "1",
            f"amount-{gift.id}": "12,50",
        },
    )

    assert answer.status_code == 303
    assert answer.location.startswith("/orders/")
    assert orders(shell) == (1, [(free.id, 2, 0), (paid.id, 1, 2500), (gift.id, 1, 1250)])


def test_the_page_says_what_comes_on_top_of_its_prices(visitor, shell, sale):
    buyer, page, _, paid, _ = sale
    assert "Prices are without" not in text_of(visitor(buyer).get(page))

    with shell.work() as work:
        work.db.get_one(Event, paid.event_id).is_tax_enabled = True
        tax = Tax(event_id=paid.event_id, name="VAT", rate=19.0, is_tax_included_in_price=False)
        work.db.add_all([tax, TicketFee(currency="EUR", country="global", service_fee=2.5, maximum_fee=5.0)])
    assert "Prices are without VAT 19% and a fee: you see the whole amount" in text_of(visitor(buyer).get(page))

    with shell.work() as work:
        work.db.get_one(Tax, tax.id).is_tax_included_in_price = True
        for one in work.db.scalars(select(Ticket)):
            one.is_fee_absorbed = True
    assert "Prices are without" not in text_of(visitor(buyer).get(page))


def test_whoever_is_not_signed_in_does_that_first_and_finds_the_choice_kept(visitor, shell, sale):
    buyer, page, free, _paid, gift = sale
    stranger = visitor()

    answer = stranger.post(page, {f"quantity-{free.id}": "2", f"quantity-{gift.id}": "1", f"amount-{gift.id}": "20"})
    back = parse_qs(urlsplit(answer.location).query)["next"][0]
    signed_in = stranger.post(
        "/sign-in", {"email": buyer.email, "password": PASSWORD, "next": back}, at=answer.location
    )
    kept = stranger.get(signed_in.location)

    assert answer.status_code == 303
    assert signed_in.location == back
    assert f'name="quantity-{free.id}" value="2"' in kept.text
    assert f'name="quantity-{gift.id}" value="1"' in kept.text
    assert f'name="amount-{gift.id}" value="20"' in kept.text
    assert orders(shell) == (0, [])


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"free": "-1"}, "Please enter a whole number of tickets, 0 or more."),
        ({"free": "1.5"}, "Please enter a whole number of tickets, 0 or more."),
        ({"free": "٣"}, "Please enter a whole number of tickets, 0 or more."),
        ({"free": "9" * 40}, "Please enter a whole number of tickets, 0 or more."),
        ({"free": "<b>2</b>"}, "Please enter a whole number of tickets, 0 or more."),
        ({"free": "5"}, 'At most 4 of "Free" fit into an order.'),
        ({"free": "0"}, "Please choose at least one ticket."),
        ({}, "Please choose at least one ticket."),
        ({"gift": "1", "amount": "5"}, 'Price for "Gift" is out of bounds.'),
        ({"gift": "1", "amount": "-20"}, "Please enter an amount such as 25 or 12.50."),
        ({"gift": "1", "amount": "1e3"}, "Please enter an amount such as 25 or 12.50."),
        ({"gift": "1", "amount": "NaN"}, "Please enter an amount such as 25 or 12.50."),
        ({"unknown": "1"}, "One of the tickets is not offered here. Please choose again."),
    ],
)
def test_what_cannot_be_ordered_gets_a_message_and_nothing_is_stored(visitor, shell, sale, typed, message):
    buyer, page, free, _paid, gift = sale
    names = {
        "free": f"quantity-{free.id}",
        "gift": f"quantity-{gift.id}",
        "amount": f"amount-{gift.id}",
        "unknown": "quantity-999999",
    }

    answer = visitor(buyer).post(page, {names[name]: value for name, value in typed.items()})

    assert answer.status_code == 422
    assert message in text_of(answer)
    assert harmful(answer) == []
    assert (orders(shell), held(shell)) == ((0, []), 0)


def test_who_has_begun_many_orders_is_led_to_them(visitor, shell, sale):
    buyer, page, _free, paid, _gift = sale
    with shell.work() as work:
        reserve(work, [(OrderRequest((Wanted(paid.id, 1),)), actor(buyer))] * 20)

    answer = visitor(buyer).post(page, {f"quantity-{paid.id}": "3"})

    assert answer.status_code == 422
    how = "Finish or cancel one of them, or wait until their time runs out. My tickets"
    assert f"You have 20 unfinished orders of this event. {how}" in " ".join(text_of(answer).split())
    assert 'their time runs out. <a href="/my-tickets">My tickets</a>' in answer.text
    assert f'name="quantity-{paid.id}" value="3"' in answer.text
    assert harmful(answer) == []
    assert orders(shell)[0] == 20


def test_tickets_of_another_event_are_not_offered_here(visitor, shell, sale):
    buyer, page, *_ = sale
    with shell.work() as work:
        other = make_ticket(work, make_event(work))

    answer = visitor(buyer).post(page, {f"quantity-{other.id}": "1"})

    assert answer.status_code == 422
    assert orders(shell) == (0, [])


def test_hidden_tickets_are_neither_shown_nor_sold(visitor, shell, sale):
    buyer, page, free, *_ = sale
    with shell.work() as work:
        work.db.merge(free)
        hidden = work.db.get(type(free), free.id)
        hidden.is_hidden = True

    shown = visitor().get(page)
    answer = visitor(buyer).post(page, {f"quantity-{free.id}": "1"})

    assert f"quantity-{free.id}" not in shown.text
    assert answer.status_code == 422
    assert orders(shell) == (0, [])


def test_the_last_seat_goes_to_whoever_comes_first(visitor, shell):
    with shell.work() as work:
        first, second = bo(work), make_user(work)
        event = make_event(work)
        ticket = make_ticket(work, event, quantity=1, max_order=1)
    page, field = f"/e/{event.identifier}/tickets", f"quantity-{ticket.id}"
    late = visitor(second)
    token = late.token(page)

    taken = visitor(first).post(page, {field: "1"})
    refused = late.client.post(page, data={"csrf_token": token, field: "1"})

    assert taken.status_code == 303
    assert refused.status_code == 422
    assert "already sold out" in text_of(refused)
    assert orders(shell)[0] == 1


def fields_of(page):
    """Return what a browser sends of the form that a page shows, nothing filled in."""
    inputs = [dict(found) for name, found in elements_of(page) if name == "input"]
    return {one["name"]: one.get("value") or "" for one in inputs}


def test_the_same_form_sent_twice_is_one_order_and_another_choice_a_new_one(visitor, shell, sale):
    buyer, page, _free, paid, _gift = sale
    browser = visitor(buyer)
    form = {**fields_of(browser.get(page)), f"quantity-{paid.id}": "2"}

    first, again = (browser.client.post(page, data=form) for _ in range(2))
    changed = browser.client.post(page, data={**form, f"quantity-{paid.id}": "1"})
    anew = browser.client.post(page, data={**form, **fields_of(browser.get(page)), f"quantity-{paid.id}": "2"})

    answers = [first, again, changed, anew]
    assert [one.status_code for one in answers] == [303] * 4
    assert again.location == first.location
    assert len({one.location for one in answers}) == 3
    assert (orders(shell)[0], held(shell)) == (3, 5)


def test_two_at_once_of_the_same_form_are_one_order_also_of_the_last_seats(visitor, shell, sale):
    buyer, page, free, *_ = sale
    browser = visitor(buyer)
    form = {**fields_of(browser.get(page)), f"quantity-{free.id}": "4"}  # of five

    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(lambda _: browser.client.post(page, data=form), range(3)))

    assert [one.status_code for one in answers] == [303] * 3
    assert len({one.location for one in answers}) == 1
    assert (orders(shell)[0], held(shell)) == (1, 4)


def test_a_form_whose_order_is_over_asks_once_more(visitor, shell, sale):
    buyer, page, free, *_ = sale
    browser = visitor(buyer)
    form = {**fields_of(browser.get(page)), f"quantity-{free.id}": "2"}
    first = browser.client.post(page, data=form)
    with shell.work() as work:
        cancel(work, work.db.scalars(select(Order)).one(), by=actor(buyer))

    told = browser.client.post(page, data=form)
    again = browser.client.post(page, data={**form, "once": fields_of(told)["once"]})

    assert (told.status_code, "you have sent it before" in text_of(told)) == (422, True)
    assert f'name="quantity-{free.id}" value="2"' in told.text
    assert again.status_code == 303
    assert again.location != first.location
    assert held(shell) == 2


@pytest.mark.parametrize("key", ["", "x", "\0", "0" * 5000])
def test_a_form_with_no_key_of_ours_orders_as_one_without(visitor, shell, sale, key):
    buyer, page, free, *_ = sale

    answers = [visitor(buyer).post(page, {f"quantity-{free.id}": "1", "once": key}) for _ in range(2)]

    assert [one.status_code for one in answers] == [303, 303]
    assert orders(shell)[0] == 2


def test_a_form_without_its_token_is_refused(visitor, shell, sale):
    buyer, page, free, *_ = sale

    answer = visitor(buyer).client.post(page, data={f"quantity-{free.id}": "1"})

    assert answer.status_code == 400
    assert "We could not read that request" in answer.text
    assert orders(shell) == (0, [])


def test_an_unverified_buyer_of_a_free_ticket_is_told_why_not(visitor, shell, sale):
    _buyer, page, free, *_ = sale
    with shell.work() as work:
        fresh = make_user(work, email="fresh@example.org", is_verified=False)

    answer = visitor(fresh).post(page, {f"quantity-{free.id}": "1"})

    assert answer.status_code == 422
    assert "confirm" in text_of(answer).lower()
    assert orders(shell) == (0, [])


def test_a_single_ticket_type_is_chosen_already(visitor, shell):
    with shell.work() as work:
        event = make_event(work)
        ticket = make_ticket(work, event, min_order=2)

    answer = visitor().get(f"/e/{event.identifier}/tickets")

    assert f'name="quantity-{ticket.id}" value="2"' in answer.text
