"""Paying for orders by a provider (play money, which stands where Stripe stands), and money that goes back."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from factories import make_ticket
from openevent.events.models import Event
from openevent.kit.work import Shell
from openevent.main.wiring import REACTIONS
from openevent.orders.actions import expire_due
from openevent.orders.models import Order
from openevent.payments.actions import prove_ledger, reconcile
from openevent.payments.actions.playing import play
from openevent.payments.models import Payment, Refund
from openevent.tickets.models import TicketStock

KEY = {"Idempotency-Key": "pay-1"}


@pytest.fixture
def shell(database, clock, services):
    return Shell(database, clock, replace(services, play_money=True), REACTIONS)


@pytest.fixture
def buy(order, change, people):
    """Order tickets to be paid with play money: buy(ticket, number) -> the resource object."""

    def bought(ticket, number=1, *, as_="bo"):
        made = order(ticket, number, as_=people[as_])
        assert change(made, as_=people[as_], payment_mode="play").status == 200
        return made

    return bought


@pytest.fixture
def charge(api, people):
    def charged(made, *, as_="bo", headers=None, **attributes):
        body = {"data": {"type": "charge", "attributes": attributes}}
        path = f"/v1/orders/{made['attributes']['identifier']}/charge"
        return api.post(path, json=body, as_=people[as_], headers=headers)

    return charged


@pytest.fixture
def refund(api, people):
    def refunded(made, *attendees, as_="ana", headers=None, **attributes):
        people_ = {"data": [{"type": "attendee", "id": one} for one in attendees]}
        links = {"relationships": {"attendees": people_}} if attendees else {}
        body = {"data": {"type": "refund", "attributes": attributes, **links}}
        path = f"/v1/orders/{made['attributes']['identifier']}/refund"
        return api.post(path, json=body, as_=people[as_], headers=headers)

    return refunded


@pytest.fixture
def seen(api, people):
    """How an order stands: (status, amount)."""

    def told(made):
        path = f"/v1/orders/{made['attributes']['identifier']}"
        found = api.get(path, as_=people["ana"]).json["data"]["attributes"]
        return found["status"], found["amount"]

    return told


@pytest.fixture
def money(shell, run_jobs):
    """What came in and what went back, in minor units, once all jobs are done; and the ledger sums to zero."""

    def counted():
        run_jobs()
        with shell.work() as work:
            assert prove_ledger(work.db) == []
            came = sum(one.amount for one in work.db.query(Payment) if one.status == "settled")
            return came, sum(one.amount for one in work.db.query(Refund) if one.status == "settled")

    return counted


@pytest.fixture
def pay_later(shell):
    """Go to the play bank and choose there: pay_later(made, "pay")."""

    def paid(made, choice="pay"):
        with shell.work() as work:
            found = work.db.query(Payment).filter_by(subject=f"order:{made['id']}").one()
        play(shell, found.provider_reference, choice)

    return paid


def test_an_order_is_paid_and_completed(api, buy, charge, seen, money, stock, people, paid):
    made = buy(paid, 2)
    path = f"/v1/orders/{made['attributes']['identifier']}"
    told = api.get(path, as_=people["bo"]).json["data"]["attributes"]
    assert told["payment-url"].endswith(f"/orders/{made['attributes']['identifier']}/pay")

    answer = charge(made, token="pay")

    assert (answer.status, answer.json["data"]["attributes"]["status"]) == (201, True), answer.json
    told = api.get(path, as_=people["bo"]).json["data"]["attributes"]
    assert [told[name] for name in ("status", "paid-via", "payment-url")] == ["completed", "play", None]
    assert (stock(paid), money()) == ((0, 2), (8500, 0))
    assert charge(made, token="pay").status == 409


@pytest.fixture
def entered(api, shell, people, event, paid):
    """An order of a nameless holder, made by POST /v1/orders: pending, and to be paid by play money."""
    event_link = {"event": {"data": {"type": "event", "id": str(event.id)}}}
    ticket_link = {"ticket": {"data": {"type": "ticket", "id": str(paid.id)}}}
    holder = {"type": "attendee", "attributes": {"email": "q@example.org"}, "relationships": event_link | ticket_link}
    one = api.post("/v1/attendees", json={"data": holder}, as_=people["bo"]).json["data"]
    links = event_link | {"attendees": {"data": [{"type": "attendee", "id": one["id"]}]}}
    body = {"type": "order", "attributes": {"payment-mode": "play"}, "relationships": links}
    return api.post("/v1/orders", json={"data": body}, as_=people["bo"]).json["data"], one


def _insist(shell, event, **switches):
    with shell.work() as work:
        for name, value in switches.items():
            setattr(work.db.get_one(Event, event.id), name, value)


def test_nobody_pays_for_holders_whose_names_are_missing(api, shell, charge, seen, people, event, entered):
    made, holder = entered
    _insist(shell, event, is_ticket_form_enabled=True)

    refused = charge(made, token="pay")
    named = {"data": {"type": "attendee", "id": holder["id"], "attributes": {"firstname": "Q", "lastname": "Cumber"}}}
    assert api.patch(f"/v1/attendees/{holder['id']}", json=named, as_=people["bo"]).status == 200

    assert (refused.status, refused.json["errors"][0]["code"]) == (422, "invalid-holder")
    assert (charge(made, token="pay").status, seen(made)) == (201, ("completed", 42.5))


def test_nobody_pays_before_the_invoice_can_be_written(api, shell, charge, change, seen, people, event, entered):
    made, _ = entered
    _insist(shell, event, is_billing_info_mandatory=True)
    billing = {"company": "ACME", "address": "Str 1", "city": "Berlin", "zipcode": "10115", "country": "Germany"}

    refused = charge(made, token="pay")
    assert change(made, as_=people["bo"], **billing, is_billing_enabled=True).status == 200
    assert change(made, as_=people["bo"], company=None).status == 200  # taken away again
    again = charge(made, token="pay")
    assert change(made, as_=people["bo"], **billing).status == 200

    assert [(one.status, one.json["errors"][0]["code"]) for one in (refused, again)] == [
        (422, "billing-incomplete")
    ] * 2
    assert (charge(made, token="pay").status, seen(made)) == (201, ("completed", 42.5))


def test_without_a_token_the_answer_says_where_to_pay(api, buy, charge, seen, pay_later, paid):
    made = buy(paid)

    answer = charge(made)

    assert "/payments/play/" in answer.json["data"]["attributes"]["message"]
    assert seen(made)[0] == "pending"
    pay_later(made, "later")
    assert api.post(f"/v1/orders/{made['attributes']['identifier']}/verify").json == {"payment_status": "pending"}


def test_verifying_asks_the_provider(api, clock, buy, charge, pay_later, paid):
    made = buy(paid)
    charge(made)
    pay_later(made, "later")
    clock.advance(minutes=2)

    assert api.post(f"/v1/orders/{made['attributes']['identifier']}/verify").json == {"payment_status": "completed"}


def test_a_declined_payment_leaves_the_order_and_another_may_be_tried(buy, charge, seen, money, paid):
    made = buy(paid)

    declined = charge(made, token="decline")

    assert (declined.status, seen(made)[0]) == (422, "pending")
    assert charge(made, token="pay").status == 201
    assert (seen(made)[0], money()) == ("completed", (4250, 0))


def test_a_charge_that_is_sent_twice_is_made_once(buy, charge, money, paid):
    made = buy(paid)

    first, again = (charge(made, token="pay", headers=KEY) for _ in range(2))

    assert (first.status, again.status, again.body) == (201, 201, first.body)
    assert money() == (4250, 0)


@pytest.mark.parametrize("rival", [False, True])
def test_a_late_payment_completes_the_order_or_goes_back(
    shell, clock, order, buy, charge, pay_later, seen, money, services, people, event, rival
):
    with shell.work() as work:
        one = make_ticket(work, event, price=4250, quantity=1)
    made = buy(one)
    charge(made)
    clock.advance(minutes=31)
    with shell.work() as work:
        expire_due(work)
    if rival:
        order(one, as_=people["eve"])

    pay_later(made)

    expected = ((4250, 4250), "expired") if rival else ((4250, 0), "completed")
    assert (money(), seen(made)[0]) == expected
    told = [mail.to for mail in services.mailer.sent if "can't complete the order" in mail.text]
    assert told == (["bo@example.org"] if rival else [])


@pytest.mark.parametrize("what", ["ticket", "event"])
def test_a_late_payment_for_what_was_removed_goes_back(
    api, shell, clock, buy, charge, pay_later, money, stock, people, event, paid, what
):
    made = buy(paid)
    charge(made)
    clock.advance(minutes=31)
    with shell.work() as work:
        expire_due(work)
    path = f"/v1/tickets/{paid.id}" if what == "ticket" else f"/v1/events/{event.identifier}"
    assert api.delete(path, as_=people["ana"]).status == 200

    pay_later(made)

    assert (money(), stock(paid)) == ((4250, 4250), (0, 0))
    with shell.work() as work:
        assert work.db.get_one(Order, int(made["id"])).status == "expired"


def test_who_pays_online_what_was_promised_hears_that_the_money_is_there(
    buy, charge, change, pay_later, money, services, people, paid
):
    made = buy(paid)
    charge(made)
    assert change(made, as_=people["bo"], status="placed", payment_mode="bank").status == 200
    money()
    pay_later(made)

    money()

    told = [mail.to for mail in services.mailer.sent if mail.subject.endswith("has arrived")]
    assert told == ["bo@example.org"]


def test_what_costs_something_is_charged_once_a_way_to_pay_is_chosen(shell, order, charge, people, paid):
    made = order(paid, as_=people["bo"])
    with shell.work() as work:
        work.db.get_one(Order, int(made["id"])).payment_mode = "free"

    answer = charge(made)

    assert (answer.status, answer.json["errors"][0]["detail"]) == (409, "Choose how to pay first.")


def test_money_for_a_cancelled_order_goes_back(buy, change, charge, pay_later, seen, money, people, shell, clock, paid):
    made = buy(paid)
    charge(made)
    pay_later(made, "later")
    clock.advance(minutes=2)  # the buyer's bank has paid; nobody has told us
    change(made, as_=people["bo"], status="cancelled")
    money()
    with shell.work() as work:
        reconcile(work)

    assert (money(), seen(made)[0]) == ((4250, 4250), "cancelled")


def test_cancelling_a_paid_order_gives_the_money_back(buy, change, charge, seen, money, stock, people, paid):
    made = buy(paid, 2)
    charge(made, token="pay")

    assert change(made, as_=people["ana"], status="cancelled", cancel_note="no hall").status == 200

    assert (seen(made)[0], stock(paid), money()) == ("cancelled", (0, 0), (8500, 8500))


def test_deleting_a_paid_order_gives_the_money_back(api, buy, charge, money, stock, people, paid):
    made = buy(paid)
    charge(made, token="pay")

    assert api.delete(f"/v1/orders/{made['id']}?cancel-note=double", as_=people["adm"]).status == 200

    assert (stock(paid), money()) == ((0, 0), (4250, 4250))


def test_organizers_refund_an_order_or_the_part_of_some(api, buy, charge, refund, seen, money, stock, people, paid):
    made = buy(paid, 3)
    charge(made, token="pay")
    path = f"/v1/orders/{made['attributes']['identifier']}/attendees"
    one, *_ = (row["id"] for row in api.get(path, as_=people["bo"]).json["data"])

    part = refund(made, one, note="ill", headers={"Idempotency-Key": "r-1"})
    again = refund(made, one, note="ill", headers={"Idempotency-Key": "r-1"})

    assert (part.status, again.body) == (201, part.body), part.json
    told = part.json["data"]
    assert (told["type"], told["attributes"]["amount"], told["attributes"]["order-amount"]) == ("refund", 42.5, 85.0)
    assert (seen(made), stock(paid), money()) == (("completed", 85.0), (0, 2), (12750, 4250))

    whole = refund(made, note="no hall")

    assert whole.json["data"]["attributes"]["order-status"] == "cancelled"
    assert (stock(paid), money()) == ((0, 0), (12750, 12750))
    nothing = refund(made)
    assert (nothing.status, nothing.json["errors"][0]["code"]) == (409, "nothing-to-refund")


def test_refunds_are_for_organizers_and_make_sense(api, buy, charge, refund, paid, people):
    made = buy(paid, 2)
    charge(made, token="pay")

    assert [refund(made, as_=who).status for who in ("bo", "eve", "dee")] == [403, 404, 404]
    assert refund(made, "999").status == 404
    assert refund(made, note=7).status == 422
    path = f"/v1/orders/{made['attributes']['identifier']}/refund"
    some = {"data": [{"type": "attendee", "id": "1"}]}
    for links in (
        {"attendees": {"data": "x"}},
        {"attendees": {"data": []}},
        {"attendees": None},
        {"attendee": some},
        [],
    ):
        wrong = {"data": {"type": "refund", "relationships": links}}
        assert api.post(path, json=wrong, as_=people["ana"]).status == 422  # and not a refund of everything


def test_who_leaves_while_the_order_is_being_paid_is_not_paid_for(
    api, buy, charge, pay_later, seen, money, stock, people, paid
):
    made = buy(paid, 2)
    charge(made)
    path = f"/v1/orders/{made['attributes']['identifier']}/attendees"
    one, _ = (row["id"] for row in api.get(path, as_=people["bo"]).json["data"])
    assert api.delete(f"/v1/attendees/{one}", as_=people["ana"]).status == 200

    pay_later(made)

    assert (money(), seen(made), stock(paid)) == ((8500, 4250), ("completed", 42.5), (0, 1))


def test_what_was_paid_twice_goes_back_once(shell, buy, charge, change, pay_later, seen, money, people, paid):
    made = buy(paid)
    charge(made)
    assert change(made, as_=people["ana"], status="completed").status == 200  # paid at the door meanwhile
    with shell.work() as work:
        assert work.db.query(Payment).one().status == "abandoned"  # and nobody waits for the bank any more

    pay_later(made)

    assert (money(), seen(made)[0]) == ((4250, 4250), "completed")
    with shell.work() as work:
        assert work.db.get_one(TicketStock, paid.id).sold == 1


def test_money_for_an_order_that_was_deleted_never_pays_for_another(
    api, shell, buy, charge, seen, money, stock, people, paid
):
    gone = buy(paid)
    charge(gone)
    with shell.work() as work:
        reference = work.db.query(Payment).one().provider_reference
    assert api.delete(f"/v1/orders/{gone['attributes']['identifier']}", as_=people["adm"]).status == 200
    other = buy(paid, as_="eve")

    play(shell, reference, "pay")

    assert money() == (4250, 4250)
    assert (seen(other)[0], stock(paid), int(other["id"]) > int(gone["id"])) == ("initializing", (1, 0), True)
