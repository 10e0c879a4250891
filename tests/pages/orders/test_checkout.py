import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from cast import ana, bo, eve
from factories import make_event, make_order, make_ticket, make_user
from openevent.orders.models import Attendee, Order, OrderLine
from openevent.tickets.models import TicketStock
from visitors import harmful, text_of


@pytest.fixture
def held(shell):
    """A buyer, an organizer and an order of two free tickets whose holders have no names yet."""
    return make_held(shell)


def make_held(shell, *, price=0, quantity=2, **event):
    with shell.work() as work:
        ticket = make_ticket(work, make_event(work, owner=ana(work), **event), price=price)
        order = make_order(
            work,
            ticket,
            buyer=bo(work),
            quantity=quantity,
            status="initializing",
            payment_mode=None,
            completed_at=None,
            expires_at=work.now + timedelta(minutes=10),
        )
        for holder in work.db.scalars(select(Attendee).where(Attendee.order_id == order.id)):
            holder.firstname = holder.lastname = holder.email = None
        return bo(work), ana(work), order


def holders_of(shell, order):
    with shell.database.reading() as db:
        return list(db.scalars(select(Attendee).where(Attendee.order_id == order.id).order_by(Attendee.id)))


def status_of(shell, order):
    with shell.database.reading() as db:
        return db.get(Order, order.id).status


def stock(shell):
    with shell.database.reading() as db:
        return [(row.held, row.sold) for row in db.scalars(select(TicketStock).order_by(TicketStock.ticket_id))]


def filled(shell, order, **instead):
    """Return a form with a name and an address for every holder."""
    values = {}
    for number, holder in enumerate(holders_of(shell, order)):
        values |= {
            f"firstname-{holder.id}": f"Zoë {number}",
            f"lastname-{holder.id}": "O'Neil",
            f"email-{holder.id}": f"zoe{number}@example.org",
        }
    return values | instead


def test_the_first_ticket_is_the_buyers_own(visitor, shell, held):
    buyer, _, order = held
    first, second = holders_of(shell, order)

    answer = visitor(buyer).get(f"/orders/{order.identifier}")

    assert f'name="firstname-{first.id}" type="text" value="Bo"' in answer.text
    assert f'name="email-{first.id}" type="email" value="bo@example.org"' in answer.text
    assert f'name="email-{second.id}" type="email" value=""' in answer.text


def test_a_free_order_is_completed_in_one_step(visitor, shell, held):
    buyer, _, order = held
    page = f"/orders/{order.identifier}"
    browser = visitor(buyer)

    answer = browser.post(page, filled(shell, order))

    assert (answer.status_code, answer.location) == (303, page)
    assert status_of(shell, order) == "completed"
    assert stock(shell) == [(0, 2)]
    assert "You are in" in browser.get(page).text
    assert [holder.email for holder in holders_of(shell, order)] == ["zoe0@example.org", "zoe1@example.org"]


def test_a_form_that_is_sent_twice_shows_what_came_of_it(visitor, shell, held):
    buyer, _, order = held
    page = f"/orders/{order.identifier}"
    browser = visitor(buyer)
    form = filled(shell, order) | {"csrf_token": browser.token(page)}

    answers = [browser.client.post(page, data=form) for _ in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, page)] * 2
    assert (status_of(shell, order), stock(shell)) == ("completed", [(0, 2)])


def test_a_paid_order_is_placed_and_the_organizer_notes_the_payment(visitor, shell):
    details = "IBAN DE00 1234\nThank you"
    buyer, organizer, order = make_held(shell, price=2500, can_pay_by_bank=True, bank_details=details)
    page = f"/orders/{order.identifier}"
    browser = visitor(buyer)

    answer = browser.post(page, filled(shell, order, payment="bank"))

    assert answer.status_code == 303
    assert status_of(shell, order) == "placed"
    assert "IBAN DE00 1234 Thank you" in text_of(browser.get(page))
    noted = visitor(organizer).post(f"{page}/complete", at=page)
    assert noted.status_code == 303
    assert status_of(shell, order) == "completed"


def test_the_bill_says_all_that_makes_up_its_total(visitor, shell):
    buyer, _, order = make_held(shell, price=1000, can_pay_by_bank=True)
    with shell.work() as work:
        work.db.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one().fee = 66
        found = work.db.get_one(Order, order.id)
        found.tax, found.tax_name, found.tax_rate, found.amount = 393, "VAT", 19.0, 2459
    page = visitor(buyer).get(f"/orders/{order.identifier}")
    assert "€20.00 Fee €0.66 VAT 19% €3.93 Total €24.59" in text_of(page)

    with shell.work() as work:
        work.db.get_one(Order, order.id).amount = 2000
    page = visitor(buyer).get(f"/orders/{order.identifier}")
    assert "€20.00 Fee €0.66 VAT 19% €3.93 Adjustment -€4.59 Total €20.00" in text_of(page)


@pytest.mark.parametrize("payment", ["", "paypal", "free", "<b>"])
def test_a_paid_order_needs_a_way_to_pay_that_the_event_accepts(visitor, shell, payment):
    buyer, _, order = make_held(shell, price=2500, can_pay_by_bank=True, can_pay_onsite=True)

    answer = visitor(buyer).post(f"/orders/{order.identifier}", filled(shell, order, payment=payment))

    assert answer.status_code == 422
    assert "Please choose how to pay." in answer.text
    assert status_of(shell, order) == "initializing"


def test_what_is_wrong_stands_beside_the_field_and_nothing_is_stored(visitor, shell, held):
    buyer, _, order = held
    first, second = holders_of(shell, order)
    wrong = {f"email-{first.id}": "nobody", f"firstname-{second.id}": " ", f"lastname-{second.id}": ""}

    answer = visitor(buyer).post(f"/orders/{order.identifier}", filled(shell, order, **wrong))

    assert answer.status_code == 422
    assert f'id="field-email-{first.id}-error">Not a valid email address.</p>' in answer.text
    assert f'id="field-firstname-{second.id}-error">Whose ticket is this?' in answer.text
    assert [holder.email for holder in holders_of(shell, order)] == [None, None]
    assert status_of(shell, order) == "initializing"


def test_names_are_shown_as_text_never_as_markup(visitor, shell, held):
    buyer, organizer, order = held
    first, _ = holders_of(shell, order)
    hostile = {f"firstname-{first.id}": '<img src=x onerror="alert(1)">'}
    browser = visitor(buyer)

    answer = browser.post(f"/orders/{order.identifier}", filled(shell, order, **hostile))
    shown = browser.get(f"/orders/{order.identifier}")
    ledger = visitor(organizer).get(f"/orders/{order.identifier}")

    assert answer.status_code == 303
    assert "&lt;img src=x" in shown.text
    assert harmful(shown) == harmful(ledger) == []


def test_control_characters_are_refused(visitor, shell, held):
    buyer, _, order = held
    first, _ = holders_of(shell, order)

    answer = visitor(buyer).post(
        f"/orders/{order.identifier}", filled(shell, order, **{f"firstname-{first.id}": "Bo\x00\x1b"})
    )

    assert answer.status_code == 422
    assert status_of(shell, order) == "initializing"


def test_an_order_is_nobody_elses_business(visitor, shell, held):
    _, _, order = held
    page = f"/orders/{order.identifier}"
    with shell.work() as work:
        stranger = eve(work)
    browser = visitor(stranger)
    token = browser.token("/account")

    assert browser.get(page).status_code == 404
    assert browser.get(f"{page}/cancel").status_code == 404
    for path in (page, f"{page}/cancel", f"{page}/complete"):
        assert browser.client.post(path, data={"csrf_token": token}).status_code == 404
    assert status_of(shell, order) == "initializing"


def test_whoever_is_not_signed_in_is_sent_to_sign_in(visitor, held):
    _, _, order = held

    page, back = f"/orders/{order.identifier}", f"/sign-in?next=%2Forders%2F{order.identifier}"
    stranger = visitor()

    answer = stranger.get(page)
    # The sign-in ended while the page was open: a button's own address is no page to come back to.
    button, cancel = (stranger.post(f"{page}/{deed}", at="/sign-in") for deed in ("complete", "cancel"))

    assert [answer.status_code, button.status_code] == [303, 303]
    assert [answer.location, button.location, cancel.location] == [back, back, f"{back}%2Fcancel"]


def test_buyers_cannot_say_that_they_have_paid(visitor, shell):
    buyer, _, order = make_held(shell, price=2500, can_pay_by_bank=True)
    page = f"/orders/{order.identifier}"
    browser = visitor(buyer)
    browser.post(page, filled(shell, order, payment="bank"))

    answer = browser.post(f"{page}/complete", at="/account")

    assert answer.status_code == 403
    assert status_of(shell, order) == "placed"


def test_forms_without_their_token_are_refused(visitor, shell, held):
    buyer, _, order = held
    browser = visitor(buyer)

    for path in ("", "/cancel", "/complete"):
        assert browser.client.post(f"/orders/{order.identifier}{path}", data={}).status_code == 400
    assert status_of(shell, order) == "initializing"


def test_cancelling_gives_the_seats_back(visitor, shell, held):
    buyer, _, order = held
    page = f"/orders/{order.identifier}"
    browser = visitor(buyer)

    asked = browser.get(f"{page}/cancel")
    answer = browser.post(f"{page}/cancel")

    assert "Cancel this order?" in asked.text
    assert (answer.status_code, answer.location) == (303, page)
    assert status_of(shell, order) == "cancelled"
    assert stock(shell) == [(0, 0)]
    assert "Cancelled" in browser.get(page).text


def test_an_order_whose_time_is_up_says_so(visitor, shell, clock, held):
    buyer, _, order = held
    browser = visitor(buyer)
    clock.advance(minutes=11)

    answer = browser.get(f"/orders/{order.identifier}")

    assert answer.status_code == 200
    assert "Time ran out" in answer.text
    assert "csrf_token" not in answer.text.split("<main", 1)[1]


def test_the_page_says_how_long_the_seats_are_held(visitor, shell, held):
    buyer, _, order = held

    answer = visitor(buyer).get(f"/orders/{order.identifier}")

    assert 'data-countdown="600"' in answer.text


def test_when_the_page_has_counted_down_the_time_has_run_out(visitor, clock, held):
    buyer, _, order = held
    browser = visitor(buyer)
    clock.advance(minutes=9, seconds=59.7)

    soon = browser.get(f"/orders/{order.identifier}").text
    assert 'data-countdown="1"' in soon

    clock.advance(seconds=1)  # it looks again then
    assert "Time ran out" in browser.get(f"/orders/{order.identifier}").text


def test_a_holder_sees_the_order_with_his_own_ticket_only(visitor, shell):
    with shell.work() as work:
        ticket = make_ticket(work, make_event(work))
        order = make_order(work, ticket, buyer=bo(work), quantity=2)
        guest = make_user(work, email="guest@example.org")
        mine, other = work.db.scalars(select(Attendee).where(Attendee.order_id == order.id).order_by(Attendee.id))
        mine.email, mine.firstname = "guest@example.org", "Guest"
        other.firstname = "Somebodyelse"

    answer = visitor(guest).get(f"/orders/{order.identifier}")

    assert answer.status_code == 200
    assert "Guest" in text_of(answer)
    assert "Somebodyelse" not in text_of(answer)


ADDRESS = {
    "billing-company": "Ünal & Söhne",
    "billing-address": "Am Hafen 3",
    "billing-zipcode": "20457",
    "billing-city": "Hamburg",
    "billing-country": "Germany",
}


def billed(shell, order):
    with shell.database.reading() as db:
        found = db.get(Order, order.id)
        return found.status, found.is_billing_enabled, found.company, found.city


def test_how_to_pay_is_told_before_the_order_is_placed(visitor, shell):
    buyer, _, order = make_held(shell, price=4900, can_pay_by_bank=True, bank_details="IBAN DE02 1203 0000")

    page = visitor(buyer).get(f"/orders/{order.identifier}")

    assert "IBAN DE02 1203 0000" in text_of(page)


def test_an_event_that_needs_billing_addresses_asks_for_one(visitor, shell):
    terms = {"can_pay_by_invoice": True, "is_billing_info_mandatory": True}
    buyer, _, order = make_held(shell, price=4900, **terms)
    guest = visitor(buyer)

    refused = guest.post(f"/orders/{order.identifier}", filled(shell, order, payment="invoice"))
    placed = guest.post(f"/orders/{order.identifier}", filled(shell, order, payment="invoice", **ADDRESS))

    assert (refused.status_code, text_of(refused).count("Please fill this in.")) == (422, 5)
    optional = re.findall(r'for="field-billing-(\w+)">[^<]* <span class="optional">', refused.text)
    assert optional == ["tax_business_info", "state"]
    assert placed.status_code == 303
    assert billed(shell, order) == ("placed", True, "Ünal & Söhne", "Hamburg")


def test_a_billing_address_that_nobody_asked_for_is_not_kept(visitor, shell):
    buyer, _, order = make_held(shell, price=4900, can_pay_by_bank=True)

    visitor(buyer).post(f"/orders/{order.identifier}", filled(shell, order, payment="bank", **ADDRESS))

    assert billed(shell, order) == ("placed", False, None, None)


def test_a_billing_address_that_is_wished_for_is_kept(visitor, shell):
    buyer, _, order = make_held(shell, price=4900, can_pay_by_bank=True)

    visitor(buyer).post(f"/orders/{order.identifier}", filled(shell, order, payment="bank", billing="1", **ADDRESS))

    assert billed(shell, order) == ("placed", True, "Ünal & Söhne", "Hamburg")


def test_a_billing_address_has_bounds(visitor, shell):
    buyer, _, order = make_held(shell, price=4900, can_pay_by_bank=True)
    endless = {**ADDRESS, "billing-city": "x" * 101}

    answer = visitor(buyer).post(
        f"/orders/{order.identifier}", filled(shell, order, payment="bank", billing="1", **endless)
    )

    assert (answer.status_code, "At most 100 characters" in text_of(answer)) == (422, True)
    assert billed(shell, order)[0] == "initializing"
