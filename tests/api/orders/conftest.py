from __future__ import annotations

import pytest

from cast import adm, ana, bo, dee, eve
from factories import give_role, make_event, make_ticket, make_user
from openevent.orders.actions import prove_inventory
from openevent.tickets.models import TicketStock


@pytest.fixture
def people(shell):
    with shell.work() as work:
        return {
            "ana": ana(work),
            "bo": bo(work),
            "dee": dee(work),
            "eve": eve(work),
            "adm": adm(work),
            "new": make_user(work, email="new@example.org", is_verified=False),
        }


@pytest.fixture
def event(shell, people):
    with shell.work() as work:
        event = make_event(
            work,
            owner=people["ana"],
            is_ticket_form_enabled=False,
            can_pay_by_bank=True,
            can_pay_onsite=True,
            bank_details="IBAN DE00",
        )
        give_role(work, event, people["dee"], "registrar")
        return event


@pytest.fixture
def free(shell, event):
    with shell.work() as work:
        return make_ticket(work, event, name="Free", quantity=20, position=1)


@pytest.fixture
def paid(shell, event):
    with shell.work() as work:
        return make_ticket(work, event, name="Standard", price=4250, quantity=20, position=3)


@pytest.fixture
def donation(shell, event):
    with shell.work() as work:
        return make_ticket(work, event, name="Donation", type="donation", min_price=100, max_price=10000, position=2)


@pytest.fixture
def order(api):
    """Order tickets over the API: order(ticket, number, as_=bo) -> the resource object."""

    def made(ticket, number=1, *, as_, **more):
        body = {"tickets": [{"id": ticket.id, "quantity": number}], **more}
        answer = api.post("/v1/orders/create-order", json=body, as_=as_, headers={"Content-Type": "application/json"})
        assert answer.status == 200, answer.json
        return answer.json["data"]

    return made


@pytest.fixture
def change(api):
    """Change an order over the API: change(order, as_=bo, status="completed") -> the answer."""

    def changed(order, *, as_, **attributes):
        named = {name.replace("_", "-"): value for name, value in attributes.items()}
        body = {"data": {"type": "order", "id": order["id"], "attributes": named}}
        return api.patch(f"/v1/orders/{order['attributes']['identifier']}", json=body, as_=as_)

    return changed


@pytest.fixture
def stock(shell):
    """Return (held, sold) of a ticket type, and prove that all counters agree with what they count."""

    def counted(ticket):
        with shell.work() as work:
            assert prove_inventory(work.db) == []
            found = work.db.get_one(TicketStock, ticket.id)
            return found.held, found.sold

    return counted
