"""Waiting for sold out tickets over the API: joining, being offered seats, taking and declining them, leaving."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cast import actor
from factories import make_event, make_order, make_ticket, make_user
from openevent.events.models import Event
from openevent.kit.worker import Worker
from openevent.main.catalogue import JOBS
from openevent.orders.actions import cancel, offering, prove_inventory
from openevent.orders.models import Order, WaitingListEntry
from openevent.tickets.models import DiscountCode, TicketStock, discount_codes_tickets

URL = "/v1/waiting-list-entries"


@pytest.fixture
def gone(shell, event):
    """Return a ticket type of four seats, all of them sold."""
    return sold_out(shell, event, 4)


def sold_out(shell, event, quantity, **values):
    with shell.work() as work:
        ticket = make_ticket(work, event, quantity=quantity, **values)
        for _ in range(quantity):
            make_order(work, ticket)
        return ticket


@pytest.fixture
def join(api, event):
    def joined(who, tickets, wanted, at=event, **attributes):
        links = [{"type": "ticket", "id": str(one.id)} for one in tickets]
        relationships = {"event": {"data": {"type": "event", "id": str(at.id)}}, "tickets": {"data": links}}
        said = {"wanted": wanted, **attributes}
        body = {"data": {"type": "waiting-list-entry", "attributes": said, "relationships": relationships}}
        return api.post(URL, json=body, as_=who)

    return joined


@pytest.fixture
def free_seats(shell):
    """Cancel so many orders of a ticket type."""

    def freed(ticket, number):
        for _ in range(number):
            with shell.work() as work:
                query = work.db.query(Order).filter_by(event_id=ticket.event_id, status="completed")
                cancel(work, query.order_by(Order.id).first(), by=actor(make_user(work, email="adm@example.org")))

    return freed


@pytest.fixture
def tidy(shell):
    """Run what the product does by itself, again and again."""
    return lambda: Worker(shell, JOBS).run_periodics()


@pytest.fixture(autouse=True)
def _agrees(shell, people):
    yield
    with shell.work() as work:
        assert prove_inventory(work.db) == []


def seen(api, answer, who):
    return api.get(f"{URL}/{answer.json['data']['id']}", as_=who).json["data"]["attributes"]


def stock(shell, ticket):
    with shell.work() as work:
        row = work.db.get_one(TicketStock, ticket.id)
        return row.quantity - row.held - row.sold, row.held, row.sold


def test_a_freed_seat_is_offered_to_the_first_and_never_on_sale(api, shell, people, gone, join, free_seats, order):
    first, second = join(people["bo"], [gone], 1), join(people["eve"], [gone], 1)
    assert (first.status, second.status) == (201, 201)
    assert (seen(api, first, people["bo"])["ahead"], seen(api, second, people["eve"])["ahead"]) == (0, 1)

    free_seats(gone, 1)

    offered = seen(api, first, people["bo"])
    until = (shell.clock.now() + timedelta(hours=24)).isoformat()
    assert (offered["state"], offered["offered"]) == ("offered", [{"ticket": str(gone.id), "quantity": 1}])
    assert offered["offer-expires-at"][:19] == until[:19]
    assert (seen(api, second, people["eve"])["state"], seen(api, second, people["eve"])["ahead"]) == ("waiting", 0)
    assert stock(shell, gone) == (0, 1, 3)
    refused = api.post("/v1/orders/create-order", json={"tickets": [{"id": gone.id, "quantity": 1}]}, as_=people["adm"])
    assert refused.json["errors"][0]["code"] == "ticket-sold-out"


def test_an_offer_that_is_taken_is_an_order_once(api, shell, people, gone, join, free_seats):
    entry = join(people["bo"], [gone], 2)
    address = f"{URL}/{entry.json['data']['id']}/accept"
    assert api.post(address, json={}, as_=people["bo"]).json["errors"][0]["code"] == "nothing-offered"
    free_seats(gone, 2)

    taken, again = (api.post(address, json={}, as_=people["bo"]) for _ in range(2))

    assert (taken.status, taken.json["state"], taken.json["taken"]) == (201, "taken", 2)
    assert again.json == taken.json
    assert stock(shell, gone) == (0, 2, 2)
    found = api.get(f"/v1/orders/{taken.json['order']['identifier']}?include=attendees", as_=people["bo"]).json
    assert (found["data"]["attributes"]["status"], len(found["included"])) == ("initializing", 2)
    related = api.get(f"{URL}/{entry.json['data']['id']}/order", as_=people["bo"])
    assert related.json["data"]["id"] == taken.json["order"]["id"]


def test_an_offer_takes_a_discount_code_like_any_order(api, shell, event, people, join, free_seats):
    dear, other = sold_out(shell, event, 2, price=1000), sold_out(shell, event, 2, price=1000)
    with shell.work() as work:
        terms = {"event_id": event.id, "tickets_number": 1, "used_for": "ticket", "type": "percent", "value": 20.0}
        for name, ticket in (("fifth", dear), ("other", other)):
            code = DiscountCode(code=name, code_folded=name, min_quantity=1, created_at=work.now, **terms)
            work.db.add(code)
            work.db.flush()
            work.db.execute(discount_codes_tickets.insert(), {"discount_code_id": code.id, "ticket_id": ticket.id})
        codes = dict(work.db.execute(select(DiscountCode.code, DiscountCode.id)).all())
    first, second = join(people["bo"], [dear], 1), join(people["eve"], [dear], 1)
    free_seats(dear, 2)

    def accept(entry, who, code):
        address = f"{URL}/{entry.json['data']['id']}/accept"
        return api.post(address, json={"discount-code": code}, as_=people[who])

    refused = [accept(first, "bo", code) for code in ("x", 4711, codes["other"])]
    taken = accept(first, "bo", str(codes["fifth"]))
    late = accept(second, "eve", codes["fifth"])

    assert [one.status for one in refused] == [422, 404, 422]
    assert {one.json["errors"][0]["source"]["pointer"] for one in [*refused, late]} == {"/discount-code"}
    order = api.get(f"/v1/orders/{taken.json['order']['identifier']}", as_=people["bo"]).json["data"]["attributes"]
    assert (taken.status, order["amount"], order["discount-code-id"]) == (201, 8.0, str(codes["fifth"]))
    assert seen(api, second, people["eve"])["state"] == "offered"  # a code that is used up costs nobody their turn
    assert stock(shell, dear) == (0, 2, 0)


def test_whoever_was_served_is_not_served_again_when_the_order_is_cancelled(api, shell, people, gone, join, free_seats):
    first, second = join(people["bo"], [gone], 1), join(people["eve"], [gone], 1)
    free_seats(gone, 1)
    taken = api.post(f"{URL}/{first.json['data']['id']}/accept", json={}, as_=people["bo"]).json["order"]
    body = {"data": {"type": "order", "id": taken["id"], "attributes": {"status": "cancelled"}}}

    assert api.patch(f"/v1/orders/{taken['identifier']}", json=body, as_=people["bo"]).status == 200

    assert seen(api, first, people["bo"])["state"] == "taken"
    assert seen(api, second, people["eve"])["state"] == "offered"
    assert join(people["bo"], [gone], 1).status == 201  # at the end of the line


def test_an_offer_that_is_declined_or_runs_out_goes_to_the_next(
    api, shell, clock, people, gone, join, free_seats, tidy
):
    entries = {name: join(people[name], [gone], 1) for name in ("bo", "eve", "dee")}
    free_seats(gone, 1)
    address = f"{URL}/{entries['bo'].json['data']['id']}/decline"
    assert api.post(address, json={}, as_=people["eve"]).status == 404
    assert api.post(address, json={}, as_=people["bo"]).json == {"state": "declined", "taken": 0}
    assert api.post(address, json={}, as_=people["bo"]).json["errors"][0]["code"] == "nothing-offered"
    assert seen(api, entries["eve"], people["eve"])["state"] == "offered"

    clock.advance(hours=24)
    late = api.post(f"{URL}/{entries['eve'].json['data']['id']}/accept", json={}, as_=people["eve"])
    tidy()

    assert late.json["errors"][0]["code"] == "nothing-offered"
    assert [seen(api, entries[name], people[name])["state"] for name in entries] == ["declined", "expired", "offered"]


def test_a_group_is_kept_seats_for_a_day_and_then_others_get_them(
    api, shell, clock, people, gone, join, free_seats, tidy
):
    group, single = join(people["bo"], [gone], 3), join(people["eve"], [gone], 1)
    free_seats(gone, 2)
    assert (seen(api, group, people["bo"])["state"], seen(api, single, people["eve"])["state"]) == (
        "waiting",
        "waiting",
    )
    assert seen(api, group, people["bo"])["offered"] == []
    assert stock(shell, gone) == (0, 2, 2)

    clock.advance(hours=24)
    tidy()

    assert seen(api, group, people["bo"])["state"] == "waiting"
    assert seen(api, single, people["eve"])["state"] == "offered"
    assert stock(shell, gone) == (1, 1, 2)  # the other one is of no use to anybody who waits
    free_seats(gone, 2)
    assert seen(api, group, people["bo"])["state"] == "offered"


def test_whoever_takes_fewer_may_wait_on_for_the_rest(api, people, gone, join, free_seats):
    entry = join(people["bo"], [gone], 3, **{"accepts-fewer": True})
    behind = join(people["eve"], [gone], 1)
    free_seats(gone, 1)
    address = f"{URL}/{entry.json['data']['id']}/accept"
    wrong = api.post(address, json={"keep-waiting": "yes"}, as_=people["bo"])
    assert wrong.json["errors"][0]["source"] == {"pointer": "/keep-waiting"}

    taken = api.post(address, json={"keep-waiting": True}, as_=people["bo"])
    free_seats(gone, 1)

    assert (taken.json["state"], taken.json["taken"]) == ("waiting", 1)
    assert seen(api, entry, people["bo"])["offered"] == [{"ticket": str(gone.id), "quantity": 1}]
    assert seen(api, behind, people["eve"])["state"] == "waiting"


def test_an_offer_of_fewer_grows_before_the_next_is_served(api, shell, clock, people, gone, join, free_seats):
    entry, behind = join(people["bo"], [gone], 2, **{"accepts-fewer": True}), join(people["eve"], [gone], 1)
    free_seats(gone, 1)
    until = seen(api, entry, people["bo"])["offer-expires-at"]
    clock.advance(hours=3)
    free_seats(gone, 2)

    offered = seen(api, entry, people["bo"])
    assert (offered["offered"], offered["offer-expires-at"]) == ([{"ticket": str(gone.id), "quantity": 2}], until)
    assert seen(api, behind, people["eve"])["state"] == "offered"
    assert stock(shell, gone) == (0, 3, 1)


def test_any_of_several_types_in_one_line(api, shell, event, people, gone, join, free_seats):
    other = sold_out(shell, event, 2)
    either, one = join(people["bo"], [gone, other], 2), join(people["eve"], [other], 1)

    with shell.work() as work:
        for order in work.db.query(Order).filter(Order.event_id == event.id).order_by(Order.id.desc()).limit(2):
            cancel(work, order, by=actor(people["adm"]))

    assert seen(api, either, people["bo"])["offered"] == [{"ticket": str(other.id), "quantity": 2}]
    assert seen(api, one, people["eve"])["state"] == "waiting"


def test_more_seats_are_for_those_who_wait_before_anybody_else(api, shell, people, gone, join):
    entry = join(people["bo"], [gone], 2)
    body = {"data": {"type": "ticket", "id": str(gone.id), "attributes": {"quantity": 10, "max-order": 5}}}

    assert api.patch(f"/v1/tickets/{gone.id}", json=body, as_=people["ana"]).status == 200

    assert seen(api, entry, people["bo"])["state"] == "offered"
    assert stock(shell, gone) == (4, 2, 4)


def bound(api, ticket, people, **bounds):
    attributes = {name.replace("_", "-"): value for name, value in bounds.items()}
    body = {"data": {"type": "ticket", "id": str(ticket.id), "attributes": attributes}}
    assert api.patch(f"/v1/tickets/{ticket.id}", json=body, as_=people["ana"]).status == 200


@pytest.mark.parametrize("bounds", [{"max_order": 1}, {"min_order": 3, "max_order": 4}])
def test_an_offer_that_stands_is_taken_as_it_is_when_orders_get_other_sizes(
    api, shell, people, gone, join, free_seats, bounds
):
    entry = join(people["bo"], [gone], 2)
    free_seats(gone, 2)

    bound(api, gone, people, **bounds)

    taken = api.post(f"{URL}/{entry.json['data']['id']}/accept", json={}, as_=people["bo"])
    assert (taken.status, taken.json["taken"]) == (201, 2)
    assert stock(shell, gone) == (0, 2, 2)


def test_nothing_is_kept_for_a_group_that_fits_into_no_order_any_more(api, people, gone, join, free_seats):
    group, single = join(people["bo"], [gone], 3), join(people["eve"], [gone], 1)
    bound(api, gone, people, max_order=2)

    free_seats(gone, 1)

    assert seen(api, group, people["bo"])["state"] == "waiting"
    assert seen(api, single, people["eve"])["state"] == "offered"


def test_joining_is_refused_with_a_reason(api, shell, event, people, gone, free, join):
    assert join(None, [gone], 1).status == 401
    assert join(people["new"], [gone], 1).json["errors"][0]["code"] == "unverified-waiter"
    assert join(people["bo"], [free], 1).json["errors"][0]["code"] == "not-sold-out"
    assert join(people["bo"], [], 1).json["errors"][0]["code"] == "invalid-wish"
    assert join(people["bo"], [gone], 11).json["errors"][0]["source"] == {"pointer": "/data/attributes/wanted"}
    assert join(people["bo"], [gone], 0).status == 422
    assert join(people["bo"], [gone], 2).status == 201
    twice = join(people["bo"], [gone, sold_out(shell, event, 1)], 1)
    assert (twice.status, twice.json["errors"][0]["code"]) == (409, "already-waiting")
    with shell.work() as work:
        work.db.get_one(type(event), event.id).state = "draft"
    assert join(people["ana"], [gone], 1).json["errors"][0]["code"] == "invalid-wish"


def test_a_full_list_takes_nobody(monkeypatch, people, gone, join):
    monkeypatch.setattr("openevent.orders.actions.waiting.MOST_ENTRIES", 1)
    assert join(people["bo"], [gone], 1).status == 201
    assert join(people["eve"], [gone], 1).json["errors"][0]["code"] == "waiting-list-full"


def test_nobody_joins_all_the_time(people, gone, join):
    answers = [join(people["bo"], [gone], 1).status for _ in range(21)]

    assert (answers[0], set(answers[1:20]), answers[20]) == (201, {409}, 429)


def test_asking_for_less_keeps_the_place(api, people, gone, join, free_seats):
    entry, behind = join(people["bo"], [gone], 3), join(people["eve"], [gone], 1)
    key = entry.json["data"]["id"]

    def change(**attributes):
        body = {"data": {"type": "waiting-list-entry", "id": key, "attributes": attributes}}
        return api.patch(f"{URL}/{key}", json=body, as_=people["bo"])

    assert change(wanted=4).json["errors"][0]["source"] == {"pointer": "/data/attributes/wanted"}
    assert change(wanted=2).json["data"]["attributes"]["wanted"] == 2
    free_seats(gone, 1)
    assert change(**{"accepts-fewer": True}).json["data"]["attributes"]["state"] == "offered"
    assert change(wanted=1).json["errors"][0]["code"] == "waiting-list-entry-settled"
    assert change(wanted=2).status == 200  # as it is
    assert seen(api, behind, people["eve"])["ahead"] == 0


def test_the_types_of_an_entry_stay(api, people, gone, free, join):
    key = join(people["bo"], [gone], 1).json["data"]["id"]

    def link(*tickets):
        links = [{"type": "ticket", "id": str(one.id)} for one in tickets]
        return api.patch(f"{URL}/{key}/relationships/tickets", json={"data": links}, as_=people["bo"])

    assert link(gone, free).status == 422
    assert link(gone).status in (200, 204)


def test_leaving_lets_the_next_one_in(api, people, gone, join, free_seats):
    waiting, offered, behind = (join(people[name], [gone], 1) for name in ("bo", "eve", "dee"))
    address = f"{URL}/{waiting.json['data']['id']}"
    assert api.delete(address, as_=people["eve"]).status in (403, 404)
    assert api.delete(address, as_=people["bo"]).status == 200
    assert api.delete(address, as_=people["bo"]).status == 200
    free_seats(gone, 1)
    assert api.delete(f"{URL}/{offered.json['data']['id']}", as_=people["eve"]).status == 200

    assert seen(api, waiting, people["bo"])["state"] == "left"
    assert seen(api, offered, people["eve"])["state"] == "declined"
    assert seen(api, behind, people["dee"])["state"] == "offered"


def test_people_see_their_own_entries_and_organizers_all(api, event, people, gone, join):
    keys = [join(people[name], [gone], 1).json["data"]["id"] for name in ("bo", "eve")]
    nested = f"/v1/events/{event.id}/waiting-list-entries"

    def ids(path, who):
        return [one["id"] for one in api.get(path, as_=who).json["data"]]

    assert (ids(nested, people["ana"]), ids(nested, people["bo"])) == (keys, keys[:1])
    assert ids(URL, people["eve"]) == keys[1:]
    assert ids(f"/v1/users/{people['bo'].id}/waiting-list-entries", people["bo"]) == keys[:1]
    assert api.get(URL).status == 401


def test_organizers_take_somebody_off_the_list_who_is_told(api, shell, people, gone, join, run_jobs):
    entry = join(people["bo"], [gone], 1)

    assert api.delete(f"{URL}/{entry.json['data']['id']}", as_=people["ana"]).status == 200
    run_jobs()

    assert seen(api, entry, people["bo"])["state"] == "closed"
    [mail] = shell.services.mailer.sent
    assert (mail.to, "taken you off the waiting list" in mail.text) == ("bo@example.org", True)


def test_what_is_offered_is_told_by_mail_in_ones_language(
    api, shell, clock, people, gone, join, free_seats, run_jobs, tidy
):
    with shell.work() as work:
        work.db.merge(people["bo"]).language_prefrence = "de"
    entry = join(people["bo"], [gone], 1)
    free_seats(gone, 1)
    run_jobs()
    [mail] = [one for one in shell.services.mailer.sent if one.to == "bo@example.org"]
    assert mail.subject.startswith("Es gibt Tickets für Sie")
    assert f"/waiting-list/{entry.json['data']['id']}" in mail.text
    assert "Montag, 2. März 2026, 13:00 (Europe/Berlin)" in mail.text

    clock.advance(hours=25)
    tidy()
    run_jobs()

    mails = [one.subject for one in shell.services.mailer.sent if one.to == "bo@example.org"]
    assert mails[1:] == [f"Ihr Angebot für {mail.subject.partition(': ')[2]} ist abgelaufen"]


def test_an_offer_that_is_answered_before_the_mail_leaves_is_not_told(
    api, shell, people, gone, join, free_seats, run_jobs
):
    entry = join(people["bo"], [gone], 1)
    free_seats(gone, 1)
    api.post(f"{URL}/{entry.json['data']['id']}/decline", json={}, as_=people["bo"])

    run_jobs()

    assert [one.subject for one in shell.services.mailer.sent if one.to == "bo@example.org"] == []


@pytest.mark.parametrize("how", ["hidden", "sale over", "deleted"])
def test_when_nothing_is_left_to_wait_for_people_are_told(api, shell, clock, people, gone, join, run_jobs, tidy, how):
    entry = join(people["bo"], [gone], 1)
    if how == "hidden":
        body = {"data": {"type": "ticket", "id": str(gone.id), "attributes": {"is-hidden": True}}}
        assert api.patch(f"/v1/tickets/{gone.id}", json=body, as_=people["ana"]).status == 200
    elif how == "sale over":
        clock.advance(days=61)
    else:
        with shell.work() as work:
            work.db.merge(gone).deleted_at = work.now
    tidy()
    run_jobs()

    with shell.work() as work:
        assert work.db.get_one(WaitingListEntry, int(entry.json["data"]["id"])).state == "closed"
    assert [one.to for one in shell.services.mailer.sent if "not sold any more" in one.text] == ["bo@example.org"]


def test_a_type_that_is_hidden_gives_back_what_was_offered_of_it(api, shell, event, people, gone, join, free_seats):
    other = sold_out(shell, event, 1)
    entry = join(people["bo"], [gone, other], 1)
    free_seats(gone, 1)
    body = {"data": {"type": "ticket", "id": str(gone.id), "attributes": {"is-hidden": True}}}

    assert api.patch(f"/v1/tickets/{gone.id}", json=body, as_=people["ana"]).status == 200

    assert seen(api, entry, people["bo"])["state"] == "waiting"
    assert stock(shell, gone) == (1, 0, 3)


def test_nothing_is_offered_while_the_event_is_a_draft_and_nothing_is_lost(
    api, shell, event, people, gone, join, free_seats, tidy
):
    entry = join(people["bo"], [gone], 1)
    with shell.work() as work:
        work.db.merge(event).state = "draft"
    free_seats(gone, 1)
    assert (seen(api, entry, people["bo"])["state"], stock(shell, gone)) == ("waiting", (0, 1, 3))

    with shell.work() as work:
        work.db.merge(event).state = "published"
    tidy()

    assert seen(api, entry, people["bo"])["state"] == "offered"


def test_drafts_that_keep_seats_keep_no_offer_of_another_event_from_running_out(
    api, shell, clock, event, people, gone, join, free_seats, tidy, monkeypatch
):
    monkeypatch.setattr(offering, "EVENTS_AT_ONCE", 1)
    with shell.work() as work:
        other = make_event(work, owner=people["ana"])
    tickets = {"draft": gone, "other": sold_out(shell, other, 1)}
    join(people["bo"], [gone], 1)
    elsewhere = join(people["bo"], [tickets["other"]], 1, at=other)
    free_seats(tickets["other"], 1)
    assert seen(api, elsewhere, people["bo"])["state"] == "offered"
    with shell.work() as work:
        work.db.get_one(Event, event.id).state = "draft"
    free_seats(gone, 1)

    clock.advance(hours=25)
    tidy()

    assert seen(api, elsewhere, people["bo"])["state"] == "expired"


def test_an_account_that_is_closed_waits_for_nothing(api, shell, people, gone, join, free_seats):
    first, second = join(people["eve"], [gone], 1), join(people["bo"], [gone], 1)
    free_seats(gone, 1)

    assert api.delete(f"/v1/users/{people['eve'].id}", as_=people["adm"]).status == 200

    assert seen(api, first, people["adm"])["state"] == "left"
    assert seen(api, second, people["bo"])["state"] == "offered"


def test_an_account_that_is_removed_leaves_nothing_behind(shell, people, gone, join, tidy):
    entry = join(people["eve"], [gone], 1)
    with shell.work() as work:
        work.db.get_one(WaitingListEntry, int(entry.json["data"]["id"])).user_id = None

    tidy()

    with shell.work() as work:
        assert work.db.get_one(WaitingListEntry, int(entry.json["data"]["id"])).state == "closed"


def test_strange_keys_are_not_found(api, people):
    for key in ("x", "9" * 30, "12345"):
        assert api.post(f"{URL}/{key}/accept", json={}, as_=people["bo"]).status == 404
