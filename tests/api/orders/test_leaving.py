"""Somebody is taken out of an order that goes on: the seat, the uses of codes and the amount go with them."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from factories import make_ticket
from openevent.events.models import Event
from openevent.tickets.models import DiscountCode, Tax, Ticket, TicketFee, discount_codes_tickets


@pytest.fixture
def seats(api):
    def found(made, *, as_):
        path = f"/v1/orders/{made['attributes']['identifier']}/attendees"
        return [one["id"] for one in api.get(path, as_=as_).json["data"]]

    return found


@pytest.fixture
def amount(api, people):
    def found(made):
        path = f"/v1/orders/{made['attributes']['identifier']}"
        return api.get(path, as_=people["ana"]).json["data"]["attributes"]["amount"]

    return found


@pytest.fixture
def ten(shell, event, paid):
    """A code of ten percent for three tickets."""
    with shell.work() as work:
        terms = {"code": "TEN", "code_folded": "ten", "type": "percent", "value": 10.0, "used_for": "ticket"}
        code = DiscountCode(event_id=event.id, tickets_number=3, max_quantity=None, created_at=work.now, **terms)
        work.db.add(code)
        work.db.flush()
        work.db.execute(discount_codes_tickets.insert().values(discount_code_id=code.id, ticket_id=paid.id))
        return code


def test_staff_take_somebody_out_and_seat_and_money_go(api, order, stock, seats, amount, people, paid):
    made = order(paid, 2, as_=people["bo"])
    first, second = (f"/v1/attendees/{one}" for one in seats(made, as_=people["bo"]))

    assert api.delete(first, as_=people["bo"]).status == 403
    assert api.delete(first, as_=people["dee"]).status == 200
    assert (stock(paid), amount(made)) == ((1, 0), 42.5)
    assert api.delete(second, as_=people["dee"]).status == 200  # nobody is left: the order is cancelled
    assert (stock(paid), api.get(second, as_=people["ana"]).status) == ((0, 0), 404)
    status = api.get(f"/v1/orders/{made['id']}", as_=people["ana"]).json["data"]["attributes"]["status"]
    assert status == "cancelled"


def test_money_goes_back_for_some_of_an_order_not_for_all_of_them_at_once(api, order, change, seats, people, paid):
    made = order(paid, 2, as_=people["bo"])
    change(made, as_=people["ana"], status="completed")
    rows = [{"type": "attendee", "id": str(one)} for one in seats(made, as_=people["bo"])]
    document = {"data": {"type": "refund", "relationships": {"attendees": {"data": rows}}}}

    refused = api.post(f"/v1/orders/{made['id']}/refund", json=document, as_=people["ana"])

    assert (refused.status, refused.json["errors"][0]["code"]) == (409, "last-attendee")


def test_the_part_of_a_holder_is_what_his_place_cost(
    api, shell, order, change, stock, seats, amount, people, event, paid, ten
):
    with shell.work() as work:
        work.db.add(Tax(event_id=event.id, name="VAT", rate=20.0, is_tax_included_in_price=False))
        work.db.get_one(Event, event.id).is_tax_enabled = True
        other = make_ticket(work, event, name="Other", price=4250, position=9)
    wanted = [{"id": paid.id, "quantity": 3}, {"id": other.id, "quantity": 1}]
    made = order(paid, as_=people["bo"], tickets=wanted, **{"discount-code": ten.id})
    assert made["attributes"]["amount"] == 188.7  # (3 * 38.25 + 42.50) * 1.2
    change(made, as_=people["ana"], status="completed")
    discounted, *_, full = seats(made, as_=people["bo"])

    assert api.delete(f"/v1/attendees/{discounted}", as_=people["ana"]).status == 200
    assert amount(made) == 142.8
    assert api.delete(f"/v1/attendees/{full}", as_=people["ana"]).status == 200

    assert (amount(made), stock(paid)) == (91.8, (0, 2))
    with shell.work() as work:
        assert work.db.get_one(DiscountCode, ten.id).used == 2


def test_money_goes_back_by_the_hand_of_organizers_alone(api, order, change, seats, people, paid):
    made = order(paid, 2, as_=people["bo"])
    change(made, as_=people["ana"], status="completed")
    path = f"/v1/attendees/{seats(made, as_=people['bo'])[0]}"

    refused = api.delete(path, as_=people["dee"])

    assert (refused.status, refused.json["errors"][0]["code"]) == (403, "refund-forbidden")
    assert api.delete(path, as_=people["ana"]).status == 200


def test_who_was_taken_out_does_not_come_back_with_an_order_that_does(
    api, clock, order, change, stock, seats, people, free
):
    made = order(free, 3, as_=people["bo"])
    gone, *_ = seats(made, as_=people["bo"])
    assert api.delete(f"/v1/attendees/{gone}", as_=people["ana"]).status == 200
    clock.advance(minutes=20)

    assert change(made, as_=people["bo"], status="completed").status == 200

    assert (stock(free), len(seats(made, as_=people["bo"]))) == ((0, 2), 2)


@pytest.mark.parametrize("mode", [None, "bank"])
def test_who_was_taken_out_has_nothing_more_to_say(api, shell, order, change, seats, people, event, free, mode):
    """By both ways of completing: a mode that is there makes it the slow one."""
    with shell.work() as work:
        work.db.get_one(Event, event.id).is_ticket_form_enabled = True
    made = order(free, 2, as_=people["bo"])
    nameless, kept = seats(made, as_=people["bo"])
    assert api.delete(f"/v1/attendees/{nameless}", as_=people["ana"]).status == 200
    named = {"type": "attendee", "id": kept, "attributes": {"firstname": "Bo", "email": "bo@example.org"}}
    assert api.patch(f"/v1/attendees/{kept}", json={"data": named}, as_=people["bo"]).status == 200
    if mode:
        assert change(made, as_=people["bo"], payment_mode=mode).status == 200

    answer = change(made, as_=people["bo"], status="completed")

    assert answer.status == 200, answer.json


def test_nobody_is_taken_out_of_an_order_that_is_gone(api, order, change, seats, people, free):
    made = order(free, 2, as_=people["bo"])
    first, _ = seats(made, as_=people["bo"])
    change(made, as_=people["bo"], status="cancelled")

    assert api.delete(f"/v1/attendees/{first}", as_=people["ana"]).status == 404


@pytest.fixture
def priced(shell, event, paid):
    """VAT on top, a fee that the buyers of one type bear, and a type whose fee the organizer bears."""
    with shell.work() as work:
        work.db.add(Tax(event_id=event.id, name="VAT", rate=19.0, is_tax_included_in_price=False))
        work.db.add(TicketFee(currency="EUR", country="global", service_fee=3.3, maximum_fee=5.0))
        work.db.get_one(Event, event.id).is_tax_enabled = True
        work.db.get_one(Ticket, paid.id).price = 3333
        return make_ticket(work, event, name="Absorbed", price=1777, position=9, is_fee_absorbed=True)


@pytest.fixture
def bill(api, people, amount):
    """What the invoice of an order says, line by line, and how much is missing between its sums and the amount."""

    def told(made):
        data = api.get(f"/v1/orders/invoices/{made['attributes']['identifier']}", as_=people["ana"]).body
        text = PdfReader(BytesIO(data)).pages[0].extract_text()
        cents = [int(one.replace(".", "")) for one in re.findall(r"(-?\d+\.\d\d) EUR", text)]
        *lines, total = cents
        count = sum(1 for name in ("Standard", "Absorbed") if name in text)
        ends, beside = lines[4 * count - 1 :: -4], lines[4 * count :]  # of a line: price, discount, fee, total
        return text, total - sum(ends) - sum(beside), total == round(amount(made) * 100)

    return told


def test_what_is_left_of_an_order_costs_what_its_lines_and_its_tax_come_to(
    api, order, change, seats, amount, bill, people, paid, priced, ten
):
    wanted = [{"id": paid.id, "quantity": 3}, {"id": priced.id, "quantity": 2}]
    made = order(paid, as_=people["bo"], tickets=wanted, **{"discount-code": ten.id})
    assert made["attributes"]["amount"] == 153.32  # (3 * 30.00 + 3.30 + 2 * 17.77) * 1.19
    change(made, as_=people["ana"], status="completed")
    first, second, _, absorbed, _ = seats(made, as_=people["bo"])
    left = {absorbed: 132.17, first: 95.16, second: 58.16}  # 17.77 has no fee, 30.00 has 1.10

    for one, rest in left.items():
        assert api.delete(f"/v1/attendees/{one}", as_=people["ana"]).status == 200
        assert (amount(made), bill(made)[1:]) == (rest, (0, True))


def test_an_amount_that_organizers_name_is_shared_and_its_bill_adds_up(
    api, order, change, seats, amount, bill, people, paid, priced
):
    wanted = [{"id": paid.id, "quantity": 2}, {"id": priced.id, "quantity": 1}]
    made = order(paid, as_=people["ana"], tickets=wanted, amount=50)
    change(made, as_=people["ana"], status="completed", payment_mode="bank")
    text, missing, is_total = bill(made)
    assert ("Adjustment" in text, missing, is_total) == (True, 0, True)

    assert api.delete(f"/v1/attendees/{seats(made, as_=people['ana'])[-1]}", as_=people["ana"]).status == 200

    assert (amount(made), bill(made)[1:]) == (39.74, (0, True))  # 50 * 68.86 / 86.63


@pytest.mark.parametrize("status", ["pending", "placed"])
def test_what_has_nothing_left_to_pay_is_completed(
    api, run_jobs, order, change, seats, stock, people, paid, free, status
):
    wanted = [{"id": paid.id, "quantity": 1}, {"id": free.id, "quantity": 1}]
    made = order(paid, as_=people["bo"], tickets=wanted)
    assert change(made, as_=people["bo"], status=status, payment_mode="bank").status == 200
    one = next(
        one
        for one in seats(made, as_=people["bo"])
        if api.get(f"/v1/attendees/{one}", as_=people["bo"]).json["data"]["attributes"]["ticket-id"] == str(paid.id)
    )

    assert api.delete(f"/v1/attendees/{one}", as_=people["ana"]).status == 200
    run_jobs()

    path = f"/v1/orders/{made['id']}"
    assert api.get(path, as_=people["bo"]).json["data"]["attributes"]["status"] == "completed"
    assert (stock(paid), stock(free)) == ((0, 0), (0, 1))


def test_an_amount_of_nothing_that_an_admin_names_completes_what_waits(api, run_jobs, order, change, people, paid):
    made = order(paid, as_=people["bo"])
    change(made, as_=people["bo"], status="placed", payment_mode="bank")

    assert change(made, as_=people["adm"], amount=0).status == 200
    run_jobs()

    told = api.get(f"/v1/orders/{made['id']}", as_=people["bo"]).json["data"]["attributes"]
    assert (told["status"], told["payment-mode"]) == ("completed", "free")
