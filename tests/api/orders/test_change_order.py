"""Recorded answers 121 to 145 of the reference: reading and changing orders, safely."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from factories import make_ticket
from openevent.events.models import Event
from openevent.kit.jobs import AuditEntry
from openevent.orders.models import Attendee, Order
from openevent.tickets.models import DiscountCode, Tax, Ticket, discount_codes_tickets


def status(answer):
    return answer.json["data"]["attributes"]["status"]


def code(answer):
    return answer.json["errors"][0]["code"]


def test_a_buyer_completes_a_free_order(people, order, change, free, stock):
    made = order(free, 2, as_=people["bo"])

    answer = change(made, as_=people["bo"], status="completed", payment_mode="free", amount=0)

    assert answer.status == 200
    assert status(answer) == "completed"
    assert answer.json["data"]["attributes"]["completed-at"] == "2026-03-01T12:00:00+00:00"
    assert answer.json["data"]["attributes"]["payment-mode"] == "free"
    assert stock(free) == (0, 2)


def test_what_clients_send_along_changes_nothing_about_completing(api, people, order, free, stock):
    first, second = order(free, as_=people["bo"]), order(free, as_=people["bo"])
    keep = ("amount", "company", "city", "payment-mode", "is-billing-enabled", "paid-via")

    def sent(made, headers=None, **more):
        attributes = {name: made["attributes"].get(name) for name in keep} | {"status": "completed", **more}
        links = {"user": {"data": {"type": "user", "id": str(people["bo"].id)}}}
        data = {"type": "order", "id": made["id"], "attributes": attributes, "relationships": links}
        return api.patch(f"/v1/orders/{made['id']}", json={"data": data}, as_=people["bo"], headers=headers or {})

    assert sent({**first, "id": "4711"}).status == 404
    assert [sent(first, company=7).status, sent(first, {"If-Match": '"old"'}).status] == [422, 412]
    shown = api.get(f"/v1/orders/{second['id']}", as_=people["bo"]).headers["ETag"]
    answers = [sent(first), sent(first, **{"payment-mode": "free"}), sent(second, {"If-Match": shown})]

    assert [(one.status, status(one)) for one in answers] == [(200, "completed")] * 3
    assert stock(free) == (0, 2)


def test_an_order_may_be_addressed_by_its_id(api, people, order, free):
    made = order(free, as_=people["bo"])

    by_id = api.get(f"/v1/orders/{made['id']}", as_=people["bo"])

    assert by_id.json["data"]["links"]["self"] == f"/v1/orders/{made['attributes']['identifier']}"


def test_a_buyer_never_completes_what_is_not_paid(people, order, change, paid, stock):
    made = order(paid, as_=people["bo"])

    for mode in ("free", "bank", "onsite", None):
        answer = change(made, as_=people["bo"], status="completed", payment_mode=mode)
        assert (answer.status, code(answer)) == (403, "payment-missing")
    assert change(made, as_=people["bo"], amount=0).status == 403
    assert stock(paid) == (1, 0)


def test_a_buyer_places_an_order_in_a_way_the_event_accepts(people, order, change, paid, stock):
    made = order(paid, as_=people["bo"])

    refused = change(made, as_=people["bo"], status="placed", payment_mode="cheque")
    placed = change(made, as_=people["bo"], status="placed", payment_mode="bank")

    assert (refused.status, code(refused)) == (422, "invalid-payment")
    assert (placed.status, status(placed)) == (200, "placed")
    assert stock(paid) == (0, 1)


def test_an_organizer_completes_what_was_placed(people, order, change, paid):
    made = order(paid, as_=people["bo"])
    change(made, as_=people["bo"], status="placed", payment_mode="onsite")

    by_buyer = change(made, as_=people["bo"], status="completed")
    by_organizer = change(made, as_=people["ana"], status="completed")

    assert (by_buyer.status, code(by_buyer)) == (403, "order-move-forbidden")
    assert (by_organizer.status, status(by_organizer)) == (200, "completed")


def test_an_organizer_changes_the_status_and_nothing_else(people, order, change, paid):
    made = order(paid, as_=people["bo"])

    answer = change(made, as_=people["ana"], city="Berlin")

    assert (answer.status, answer.json["errors"][0]["source"]) == (403, {"pointer": "/data/attributes/city"})


def test_members_that_are_sent_as_they_are_count_as_not_sent(people, order, change, free):
    made = order(free, as_=people["bo"])
    everything = {name.replace("-", "_"): value for name, value in made["attributes"].items()}

    answer = change(made, as_=people["ana"], **{**everything, "status": "cancelled"})

    assert (answer.status, status(answer)) == (200, "cancelled")


def test_a_buyer_says_where_the_bill_goes_while_the_order_is_open(people, order, change, paid):
    made = order(paid, as_=people["bo"])
    billing = {"company": "ACME", "address": "Str 1", "city": "Berlin", "zipcode": "10115", "country": "Germany"}

    incomplete = change(made, as_=people["bo"], is_billing_enabled=True, status="placed", payment_mode="bank")
    complete = change(made, as_=people["bo"], is_billing_enabled=True, status="placed", payment_mode="bank", **billing)
    late = change(made, as_=people["bo"], city="Bonn")

    assert (incomplete.status, incomplete.json["errors"][0]["source"]) == (422, {"pointer": "/data/attributes/company"})
    assert complete.json["data"]["attributes"].items() >= billing.items()
    assert (late.status, code(late)) == (403, "order-field-forbidden")


@pytest.mark.parametrize("who", ["bo", "ana", "adm"])
def test_whoever_cancels_gives_the_seats_back(people, order, change, free, stock, who):
    made = order(free, 2, as_=people["bo"])
    change(made, as_=people["bo"], status="completed")

    answer = change(made, as_=people[who], status="cancelled", cancel_note="sorry", city="ignored")

    assert (answer.status, status(answer)) == (200, "cancelled")
    assert answer.json["data"]["attributes"]["cancel-note"] == "sorry"
    assert answer.json["data"]["attributes"]["city"] is None
    assert stock(free) == (0, 0)


def test_what_is_paid_is_cancelled_by_those_who_can_give_the_money_back(people, order, change, paid, stock):
    made = order(paid, as_=people["bo"])
    change(made, as_=people["bo"], status="placed", payment_mode="bank")
    change(made, as_=people["ana"], status="completed")

    assert code(change(made, as_=people["bo"], status="cancelled")) == "refund-needed"
    assert change(made, as_=people["ana"], status="cancelled").status == 200
    assert stock(paid) == (0, 0)


def test_a_cancelled_order_stays_cancelled(people, order, change, free):
    made = order(free, as_=people["bo"])
    change(made, as_=people["bo"], status="cancelled")

    for who in ("bo", "ana", "adm"):
        answer = change(made, as_=people[who], status="completed")
        assert (answer.status, code(answer)) == (409, "illegal-order-state")


def test_the_same_status_again_does_nothing(api, people, order, change, free, run_jobs, services):
    made = order(free, as_=people["bo"])
    change(made, as_=people["bo"], status="completed")
    run_jobs()
    before = len(services.mailer.sent)

    assert change(made, as_=people["bo"], status="completed").status == 200
    run_jobs()

    assert len(services.mailer.sent) == before


def test_an_order_whose_time_is_up_can_be_completed_while_seats_are_left(
    api, shell, clock, event, people, order, change, stock
):
    with shell.work() as work:
        ticket = make_ticket(work, event, quantity=1, max_order=1)
    made = order(ticket, as_=people["bo"])
    clock.advance(minutes=16)
    expire(shell)
    assert (stock(ticket), status(api.get(f"/v1/orders/{made['id']}", as_=people["bo"]))) == ((0, 0), "expired")

    answer = change(made, as_=people["bo"], status="completed")

    assert (answer.status, status(answer)) == (200, "completed")
    assert stock(ticket) == (0, 1)


def test_an_order_whose_time_is_up_keeps_no_old_price_and_no_old_code(shell, clock, people, order, change, event, paid):
    with shell.work() as work:
        terms = {"code": "HALF", "code_folded": "half", "type": "percent", "value": 50.0, "used_for": "ticket"}
        code = DiscountCode(event_id=event.id, max_quantity=None, created_at=work.now, **terms)
        work.db.add(code)
        work.db.flush()
        work.db.execute(discount_codes_tickets.insert().values(discount_code_id=code.id, ticket_id=paid.id))
    made = order(paid, as_=people["bo"], **{"discount-code": code.id})
    change(made, as_=people["bo"], status="pending", payment_mode="bank")
    clock.advance(minutes=31)
    with shell.work() as work:
        work.db.get_one(DiscountCode, code.id).is_active = False

    coupon = change(made, as_=people["bo"], status="placed")
    with shell.work() as work:
        work.db.get_one(DiscountCode, code.id).is_active = True
        work.db.get_one(Ticket, paid.id).price = 9900
    dear = change(made, as_=people["bo"], status="placed")
    agreed = change(made, as_=people["ana"], status="placed")

    assert [one.json["errors"][0]["code"] for one in (coupon, dear)] == ["code-inactive", "order-dearer-now"]
    assert (agreed.status, agreed.json["data"]["attributes"]["amount"]) == (200, 21.25), agreed.json


def test_an_order_whose_time_is_up_is_lost_when_somebody_else_has_the_seat(
    shell, clock, event, people, order, change, stock
):
    with shell.work() as work:
        ticket = make_ticket(work, event, quantity=1, max_order=1)
    made = order(ticket, as_=people["bo"])
    clock.advance(minutes=16)
    expire(shell)
    order(ticket, as_=people["eve"])

    answer = change(made, as_=people["bo"], status="completed")

    assert (answer.status, code(answer)) == (409, "ticket-sold-out")
    assert stock(ticket) == (1, 0)


def expire(shell):
    from openevent.orders.jobs import JOBS  # noqa: PLC0415 -- this helper's own business

    with shell.work() as work:
        JOBS[0].action(work)


def test_strangers_see_nothing(api, people, order, free):
    made = order(free, as_=people["bo"])
    path = f"/v1/orders/{made['attributes']['identifier']}"

    assert api.get(path).status == 401
    assert api.get(path, as_=people["eve"]).status == 404
    assert api.patch(path, json={"data": {"type": "order", "id": made["id"]}}, as_=people["eve"]).status == 404
    assert api.get("/v1/orders/999999", as_=people["bo"]).json["errors"][0]["detail"] == "Order: 999999 not found"


def test_lists_show_what_the_caller_may_see(api, people, order, event, free):
    mine, theirs = order(free, as_=people["bo"]), order(free, as_=people["eve"])

    def listed(path, who):
        return sorted(one["id"] for one in api.get(path, as_=people[who]).json["data"])

    both = sorted([mine["id"], theirs["id"]])
    assert listed("/v1/orders", "bo") == [mine["id"]]
    assert listed("/v1/orders", "ana") == listed("/v1/orders", "adm") == both
    assert listed(f"/v1/events/{event.identifier}/orders", "ana") == both
    assert listed(f"/v1/users/{people['bo'].id}/orders", "bo") == [mine["id"]]
    assert listed(f"/v1/tickets/{free.id}/orders", "ana") == both
    assert api.get(f"/v1/events/{event.id}/orders", as_=people["new"]).status == 403
    assert api.get("/v1/orders").status == 401


def test_an_order_comes_with_what_it_is_about(api, people, order, free):
    made = order(free, 2, as_=people["bo"])

    path = f"/v1/orders/{made['attributes']['identifier']}?include=attendees,tickets,event,attendees.ticket,user"
    found = api.get(path, as_=people["bo"]).json

    kinds = sorted(one["type"] for one in found["included"])
    assert kinds == ["attendee", "attendee", "event", "ticket", "user"]
    assert found["data"]["relationships"]["tickets"]["data"] == [{"type": "ticket", "id": str(free.id)}]


def test_a_ticket_holder_sees_the_order_but_not_the_bill(api, shell, people, order, change, free):
    made = order(free, 2, as_=people["bo"])
    change(made, as_=people["bo"], company="ACME", city="Berlin")
    with shell.work() as work:
        first = work.db.scalars(select(Attendee).order_by(Attendee.id)).first()
        first.email = "eve@example.org"

    path = f"/v1/orders/{made['attributes']['identifier']}"
    found = api.get(f"{path}?include=attendees", as_=people["eve"])

    assert found.status == 200
    assert {"company", "city", "transaction-id", "order-notes"}.isdisjoint(found.json["data"]["attributes"])
    assert "user" not in found.json["data"]["relationships"]
    assert [one["id"] for one in found.json["included"]] == [str(first.id)]
    assert api.get(f"{path}/attendees", as_=people["eve"]).json["meta"]["count"] == 1
    body = {"data": {"type": "order", "id": made["id"], "attributes": {"status": "cancelled"}}}
    assert api.patch(path, json=body, as_=people["eve"]).status == 403


def test_an_address_opens_nothing_before_it_is_verified(api, shell, people, order, free):
    made = order(free, as_=people["bo"])
    with shell.work() as work:
        work.db.scalars(select(Attendee)).one().email = "new@example.org"

    assert api.get(f"/v1/orders/{made['id']}", as_=people["new"]).status == 404


def test_admins_alone_delete_orders(api, shell, people, order, free, stock, run_jobs, services):
    made = order(free, as_=people["bo"])
    path = f"/v1/orders/{made['attributes']['identifier']}"

    assert [api.delete(path, as_=people[who]).status for who in ("bo", "ana")] == [403, 403]
    assert api.delete(f"{path}?cancel-note=duplicate", as_=people["adm"]).status == 200

    assert api.get(path, as_=people["bo"]).status == 404
    assert stock(free) == (0, 0)
    run_jobs()
    (mail,) = services.mailer.sent
    assert (mail.to, "duplicate" in mail.text) == ("bo@example.org", True)
    with shell.work() as work:
        trail = work.db.scalars(select(AuditEntry).where(AuditEntry.action == "order.delete")).one()
        assert trail.details == {"identifier": made["attributes"]["identifier"], "note": "duplicate"}


@pytest.mark.parametrize("is_left_before", [False, True])
def test_a_deleted_order_frees_its_seats_and_buyer_and_holders_read_the_note(
    api, people, order, change, paid, stock, run_jobs, services, is_left_before
):
    made = order(paid, 2, as_=people["bo"])
    path = f"/v1/orders/{made['attributes']['identifier']}"
    (_, other) = api.get(f"{path}/attendees", as_=people["bo"]).json["data"]
    attributes = {"email": "cora@example.org", "firstname": "Cora"}
    named = {"data": {"type": "attendee", "id": other["id"], "attributes": attributes}}
    assert api.patch(f"/v1/attendees/{other['id']}", json=named, as_=people["bo"]).status == 200
    change(made, as_=people["ana"], status="completed")
    run_jobs()
    services.mailer.sent.clear()

    if is_left_before:
        assert change(made, as_=people["adm"], cancel_note="double booking").status == 200
        assert api.delete(path, as_=people["adm"]).status == 200
    else:
        assert api.delete(f"{path}?cancel-note=double%20booking", as_=people["adm"]).status == 200

    assert stock(paid) == (0, 0)
    run_jobs()
    told = {mail.to: "double booking" in mail.text for mail in services.mailer.sent}
    assert told == {"bo@example.org": True, "cora@example.org": True}


def test_time_is_up_at_the_next_touch_even_before_the_job_comes_by(api, clock, people, order, change, free, stock):
    made = order(free, as_=people["bo"])
    path = f"/v1/orders/{made['attributes']['identifier']}"
    clock.advance(minutes=15)

    assert api.get(path, as_=people["bo"]).json["data"]["attributes"]["status"] == "expired"
    assert api.post(f"{path}/verify").json == {"payment_status": "expired"}
    assert stock(free) == (1, 0)  # nobody has touched it yet
    refused = change(made, as_=people["bo"], status="cancelled")
    assert (refused.status, code(refused)) == (409, "illegal-order-state")
    late = change(made, as_=people["bo"], city="Ulm")
    assert (late.status, code(late)) == (403, "order-field-forbidden")


def test_who_goes_to_pay_has_time_for_it(clock, people, order, change, paid, stock):
    made = order(paid, as_=people["bo"])
    clock.advance(minutes=14)
    assert change(made, as_=people["bo"], status="pending", payment_mode="onsite").status == 200
    clock.advance(minutes=29)

    answer = change(made, as_=people["bo"], status="placed", payment_mode="bank")

    assert (answer.status, stock(paid)) == (200, (0, 1))


def test_admins_correct_an_amount_before_it_is_paid(shell, people, order, change, event, paid):
    with shell.work() as work:
        work.db.add(Tax(event_id=event.id, name="VAT", rate=20.0, is_tax_included_in_price=False))
        work.db.get_one(Event, event.id).is_tax_enabled = True
    made = order(paid, as_=people["bo"])

    answer = change(made, as_=people["adm"], amount=24)
    change(made, as_=people["adm"], status="completed")

    assert answer.json["data"]["attributes"]["amount"] == 24.0
    with shell.work() as work:
        assert work.db.get_one(Order, int(made["id"])).tax == 400  # what its invoice says
    assert change(made, as_=people["adm"], amount=10).status == 403


def test_a_note_goes_with_a_cancellation(people, order, change, free):
    made = order(free, as_=people["bo"])

    answer = change(made, as_=people["bo"], cancel_note="hello")

    assert (answer.status, answer.json["errors"][0]["source"]) == (403, {"pointer": "/data/attributes/cancel-note"})
    kept = change(made, as_=people["adm"], cancel_note="hello")  # admins know no limits
    assert kept.json["data"]["attributes"]["cancel-note"] == "hello"


def test_pending_is_for_orders_that_cost_something(people, order, change, free, paid):
    gratis, dear = order(free, as_=people["bo"]), order(paid, as_=people["bo"])

    assert code(change(gratis, as_=people["bo"], status="pending")) == "invalid-payment"
    assert code(change(dear, as_=people["bo"], status="pending", payment_mode="free")) == "invalid-payment"
    assert status(change(dear, as_=people["bo"], status="pending", payment_mode="bank")) == "pending"
    assert code(change(gratis, as_=people["bo"], status="placed", payment_mode="bank")) == "invalid-payment"


def test_a_buyer_may_give_up_and_the_seats_are_free(people, order, change, free, stock):
    made = order(free, as_=people["bo"])

    assert status(change(made, as_=people["bo"], status="expired")) == "expired"
    assert stock(free) == (0, 0)
