from datetime import timedelta

import pytest
from msgspec.structs import replace

from cast import ana, bo
from factories import make_event, make_order, make_ticket
from openevent.kit.work import Shell
from openevent.main.wiring import REACTIONS
from openevent.orders.models import Order
from openevent.payments.models import Refund
from visitors import text_of


@pytest.fixture
def shell(database, clock, services):
    return Shell(database, clock, replace(services, play_money=True), REACTIONS)


@pytest.fixture
def cart(shell):
    """A buyer, an organizer, and an order of two tickets that is being filled in."""
    with shell.work() as work:
        ticket = make_ticket(work, make_event(work, owner=ana(work), is_ticket_form_enabled=False), price=4250)
        values = {"status": "initializing", "payment_mode": None, "completed_at": None}
        due = work.now + timedelta(minutes=10)
        order = make_order(work, ticket, buyer=bo(work), quantity=2, expires_at=due, **values)
        return bo(work), ana(work), order


def test_a_buyer_goes_to_pay_and_comes_back_to_the_tickets(visitor, shell, cart, run_jobs):
    buyer, _, order = cart
    someone, path = visitor(buyer), f"/orders/{order.identifier}"
    sent = someone.post(path, {"payment": "play"})
    assert sent.location == f"{path}?go=1"
    assert f"url={path}/pay" in someone.get(sent.location).text
    assert "Pay now" in someone.get(path).text

    bank = someone.get(f"{path}/pay")

    assert "/payments/play/" in bank.location
    waiting = someone.get(f"{path}?paid=1")
    assert ("Waiting for your payment" in waiting.text, 'http-equiv="refresh"' in waiting.text) == (True, True)
    there = bank.location[bank.location.index("/payments/") :]
    back = someone.post(there, {"choice": "pay"})
    assert back.location.endswith(f"{path}?paid=1")
    assert "You are in" in someone.get(f"{path}?paid=1").text
    assert someone.get(f"{path}/pay").location == path  # nothing is left to pay


def test_an_organizer_takes_one_ticket_out_and_then_gives_all_back(visitor, shell, cart, run_jobs):
    buyer, organizer, order = cart
    someone, path = visitor(buyer), f"/orders/{order.identifier}"
    someone.post(path, {"payment": "play"})
    bank = someone.get(f"{path}/pay").location
    there = bank[bank.index("/payments/") :]
    someone.post(there, {"choice": "pay"})
    run_jobs()
    host = visitor(organizer)
    link = next(
        part.split('"')[0] for part in host.get(path).text.split('href="') if "/cancel" in part and "tickets" in part
    )
    assert someone.get(link).status_code == 404

    left = host.post(link, {"note": "ill"})

    assert "42.50" in text_of(host.get(left.location))
    assert host.get(link).status_code == 404
    asked = host.get(f"{path}/cancel")
    assert "go back to the buyer" in asked.text
    host.post(f"{path}/cancel")
    run_jobs()
    with shell.work() as work:
        assert work.db.get_one(Order, order.id).status == "cancelled"
        assert [(row.amount, row.status) for row in work.db.query(Refund)] == [(4250, "settled"), (4250, "settled")]
