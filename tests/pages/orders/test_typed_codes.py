"""Discount and access codes on the page where tickets are chosen."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from cast import ana, bo
from factories import PASSWORD, make_event, make_ticket
from openevent.orders.models import Order, OrderLine
from openevent.tickets.models import AccessCode, DiscountCode, access_codes_tickets, discount_codes_tickets
from visitors import harmful, text_of


@pytest.fixture
def sale(shell):
    """A buyer, the page of an event with a paid and a hidden ticket, and these: SAVE takes 20 % off, OPEN opens."""
    with shell.work() as work:
        event = make_event(work, owner=ana(work), can_pay_by_bank=True)
        paid = make_ticket(work, event, name="Paid", price=2500)
        hidden = make_ticket(work, event, name="Backstage", price=5000, is_hidden=True)
        terms = {"event_id": event.id, "is_active": True}
        save = DiscountCode(
            **terms, code="SAVE", code_folded="save", used_for="ticket", type="percent", value=20, created_at=work.now
        )
        begun = work.now - timedelta(days=1)
        opens = AccessCode(**terms, code="OPEN", code_folded="open", valid_from=begun, min_quantity=1, max_quantity=2)
        work.db.add_all([save, opens])
        work.db.flush()
        work.db.execute(discount_codes_tickets.insert().values(discount_code_id=save.id, ticket_id=paid.id))
        work.db.execute(access_codes_tickets.insert().values(access_code_id=opens.id, ticket_id=hidden.id))
        return bo(work), f"/e/{event.identifier}/tickets", paid, hidden, save


def change(shell, save, **values):
    with shell.work() as work:
        row = work.db.get_one(DiscountCode, save.id)
        for name, value in values.items():
            setattr(row, name, value)


def ordered(shell):
    with shell.database.reading() as db:
        rows = select(Order.amount, OrderLine.ticket_id, OrderLine.quantity, OrderLine.discount).join(
            OrderLine, OrderLine.order_id == Order.id
        )
        return [tuple(row) for row in db.execute(rows.order_by(Order.id))]


def test_an_access_code_shows_its_hidden_ticket_and_sells_it(visitor, shell, sale):
    buyer, page, _, hidden, _ = sale
    browser = visitor(buyer)

    before = browser.get(page)
    shown = browser.post(page, {"code": " open ", "apply": "1"})
    too_many = browser.post(page, {"code": "open", "applied": "open", f"quantity-{hidden.id}": "3"})
    made = browser.post(page, {"code": "open", "applied": "open", f"quantity-{hidden.id}": "2"})

    assert "Backstage" not in before.text
    assert shown.status_code == 200
    assert "Backstage With your code" in text_of(shown)
    assert f'name="quantity-{hidden.id}" value="0" min="0" max="2"' in shown.text
    assert "The access code is for 2 tickets at most." in text_of(too_many)
    assert too_many.status_code == 422
    assert made.location.startswith("/orders/")
    assert ordered(shell) == [(10000, hidden.id, 2, 0)]


def test_a_ticket_for_everybody_is_sold_beside_an_access_code_that_is_not_needed(visitor, shell, sale):
    buyer, page, paid, *_ = sale

    visitor(buyer).post(page, {"code": "OPEN", "applied": "OPEN", f"quantity-{paid.id}": "1"})

    assert ordered(shell) == [(2500, paid.id, 1, 0)]


def test_a_discount_is_shown_first_then_charged_and_stands_on_the_bill(visitor, shell, sale):
    buyer, page, paid, *_ = sale
    browser = visitor(buyer)
    fields = {"code": "save", f"quantity-{paid.id}": "2"}

    shown = browser.post(page, fields)
    made = browser.post(page, {**fields, "applied": "save"})
    bill = text_of(browser.get(made.location))

    assert shown.status_code == 200
    assert "20 % off" in text_of(shown)
    assert "Lowers the price of Paid." in text_of(shown)
    assert f'name="quantity-{paid.id}" value="2"' in shown.text
    assert 'name="applied" value="save"' in shown.text
    assert ordered(shell) == [(4000, paid.id, 2, 1000)]
    assert "Discount SAVE \u2212€10.00" in bill
    assert "€40.00" in bill


def test_a_code_goes_along_to_the_sign_in_and_back(visitor, sale):
    buyer, page, paid, *_ = sale
    stranger = visitor()

    answer = stranger.post(page, {"code": "SAVE", "applied": "SAVE", f"quantity-{paid.id}": "2"})
    back = parse_qs(urlsplit(answer.location).query)["next"][0]
    signed_in = stranger.post(
        "/sign-in", {"email": buyer.email, "password": PASSWORD, "next": back}, at=answer.location
    )
    kept = stranger.get(signed_in.location)

    assert f'name="quantity-{paid.id}" value="2"' in kept.text
    assert 'name="applied" value="SAVE"' in kept.text
    assert "€20.00" in text_of(kept)


@pytest.mark.parametrize(
    ("terms", "code", "message"),
    [
        ({}, "nope", "There is no such code."),
        ({}, "SA\0VE<b>\"'", "There is no such code."),
        ({"is_active": False}, "SAVE", "Inactive Discount Code"),
        ({"tickets_number": 4, "used": 4}, "SAVE", "Discount Usage Exceeded"),
        ({"min_quantity": 2}, "SAVE", "The discount code is for 2 tickets or more."),
    ],
)
def test_a_code_that_does_not_hold_is_said_beside_its_field(visitor, shell, sale, terms, code, message):
    buyer, page, paid, _, save = sale
    change(shell, save, **terms)

    answer = visitor(buyer).post(page, {"code": code, f"quantity-{paid.id}": "1"})

    assert answer.status_code == 422
    assert f'<p class="error" id="field-code-error">{message}</p>' in answer.text
    assert f'name="quantity-{paid.id}" value="1"' in answer.text
    assert "<b>" not in answer.text
    assert harmful(answer) == []
    assert ordered(shell) == []


@pytest.mark.parametrize("terms", [{"tickets_number": 4, "used": 4}, {"tickets_number": 5, "used": 4}])
def test_a_code_that_ran_out_is_said_and_its_buyer_goes_on_without_it_or_not(visitor, shell, sale, terms):
    buyer, page, paid, _, save = sale
    browser = visitor(buyer)
    fields = {"code": "SAVE", f"quantity-{paid.id}": "2"}
    browser.post(page, {**fields, "apply": "1"})
    change(shell, save, **terms)

    told = browser.post(page, {**fields, "applied": "SAVE"})
    nothing_yet = ordered(shell)
    agreed = browser.post(page, {**fields, "applied": "", "without": "SAVE"})

    assert told.status_code == 422
    assert "Discount Usage Exceeded" in told.text
    assert 'name="without" value="SAVE"' in told.text
    assert "20 % off" not in told.text
    assert nothing_yet == []
    assert agreed.status_code == 303
    assert ordered(shell) == [(5000, paid.id, 2, 0)]


def test_whoever_empties_the_field_sees_the_full_price_first(visitor, shell, sale):
    buyer, page, paid, *_ = sale

    answer = visitor(buyer).post(page, {"code": "", "applied": "SAVE", f"quantity-{paid.id}": "1"})

    assert answer.status_code == 200
    assert "% off" not in answer.text
    assert ordered(shell) == []


def test_a_link_with_a_code_opens_the_page_with_it(visitor, sale):
    _, page, *_ = sale

    answer = visitor().get(f"{page}?code=SAVE")

    assert 'name="applied" value="SAVE"' in answer.text
    assert "€20.00" in text_of(answer)


def test_organizers_hear_that_a_discount_is_not_for_them(visitor, shell, sale):
    _, page, *_ = sale
    with shell.work() as work:
        organizer = ana(work)

    answer = visitor(organizer).get(f"{page}?code=SAVE")

    assert "discount codes are for everybody else" in answer.text
    assert "% off" not in answer.text


def test_nobody_goes_through_all_codes(visitor, shell, sale):
    _, page, paid, *_ = sale
    stranger = visitor()

    answers = [stranger.get(f"{page}?code=guess{number}") for number in range(20)]
    refused = stranger.post(page, {"code": "SAVE", "apply": "1"})
    later = stranger.post(page, {"code": "SAVE", "applied": "SAVE", f"quantity-{paid.id}": "1"})

    assert {answer.status_code for answer in answers} == {200}
    assert refused.status_code == 429
    assert "Too many attempts" in refused.text
    assert "% off" not in refused.text
    assert later.status_code == 429
    assert 'name="without"' not in later.text
    assert ordered(shell) == []


def test_who_is_signed_in_has_tries_of_their_own(visitor, shell, sale):
    _, page, *_ = sale
    with shell.work() as work:
        buyer = bo(work)
    stranger = visitor()

    for _ in range(20):
        stranger.get(f"{page}?code=guess")

    assert "% off" not in stranger.get(f"{page}?code=SAVE").text
    assert "% off" in visitor(buyer).get(f"{page}?code=SAVE").text


def test_an_event_without_codes_asks_for_none(visitor, shell):
    with shell.work() as work:
        event = make_event(work)
        make_ticket(work, event)

    assert 'name="code"' not in visitor().get(f"/e/{event.identifier}/tickets").text
