"""Who may use a device: holders of the workshop's tickets during its session, organizers, admins."""

from __future__ import annotations

from datetime import timedelta

import pytest

from factories import give_role, make_event, make_order, make_session, make_ticket
from openevent.events.models import Event
from openevent.lab.actions.giving import give_next
from openevent.lab.queries.devices import device_by_id
from openevent.people.models import User


@pytest.fixture
def workshop(shell, people, clock):
    """A workshop in an hour, of an event of Ana's, with a ticket type that Bo has bought."""
    with shell.work() as work:
        event = make_event(work, owner=people["ana"], starts_at=work.now, ends_at=work.now + timedelta(days=1))
        begins = work.now + timedelta(hours=1)
        session = make_session(work, event, starts_at=begins, ends_at=begins + timedelta(hours=1))
        ticket, other = make_ticket(work, event), make_ticket(work, event)
        make_order(work, ticket, buyer=people["bo"])
        make_order(work, other, buyer=people["eve"])
        return {"event_id": event.id, "session_id": session.id, "ticket_id": ticket.id}


def ask(api, device, who):
    return api.post(f"/v1/lab-devices/{device}/ask", as_=who)


def test_a_ticket_opens_the_device_during_the_session_alone(api, people, make_device, put_bench, workshop, clock):
    device = make_device(is_open=False)
    put_bench(device_id=device, **workshop)

    early = ask(api, device, people["bo"])
    clock.advance(minutes=110)
    there = ask(api, device, people["bo"])
    clock.advance(minutes=10)
    late = ask(api, device, people["bo"])

    assert (early.status, early.json["errors"][0]["code"]) == (403, "device-not-yours")
    assert "2026-03-01 13:00 UTC" in early.json["errors"][0]["detail"]
    assert (there.status, there.json["ends_at"]) == (201, "2026-03-01T14:00:00+00:00")  # when the session ends
    assert late.status == 403


def test_tickets_of_another_type_open_nothing(api, people, make_device, put_bench, workshop, clock):
    device = make_device(is_open=False)
    put_bench(device_id=device, **workshop)
    clock.advance(minutes=70)

    assert ask(api, device, people["eve"]).status == 404


def test_a_bench_without_session_and_ticket_is_for_all_holders_during_the_event(
    api, people, make_device, put_bench, workshop, clock
):
    device = make_device(is_open=False)
    put_bench(device_id=device, event_id=workshop["event_id"])

    assert [ask(api, device, people[name]).json.get("status") for name in ("bo", "eve")] == ["held", "waiting"]
    clock.advance(days=1)
    assert ask(api, device, people["eve"]).status == 403


def test_organizers_of_the_workshop_use_and_stop_its_device_at_any_hour(
    api, shell, people, make_device, put_bench, workshop
):
    device = make_device(is_open=False)
    put_bench(device_id=device, **workshop)

    held = ask(api, device, people["ana"])
    stopped = api.post(f"/v1/lab-devices/{device}/kill", as_=people["ana"])
    refused = ask(api, device, people["ana"])
    state = api.get(f"/v1/lab-devices/{device}", as_=people["ana"]).json["data"]["attributes"]
    again = api.post(f"/v1/lab-devices/{device}/revive", as_=people["ana"])

    assert (held.json["status"], stopped.status, refused.status, again.status) == ("held", 200, 409, 200)
    assert (state["state"], "address" in state, "wiring" in state, "notes" in state) == ("killed", False, False, False)
    assert (
        api.get(f"/v1/lab-leases/{held.json['lease']}", as_=people["ana"]).json["data"]["attributes"]["end-reason"]
        == "kill"
    )


def test_who_only_helps_or_holds_a_ticket_stops_nothing(api, shell, people, make_device, put_bench, workshop):
    device = make_device(is_open=False)
    put_bench(device_id=device, **workshop)
    with shell.work() as work:
        event = work.db.get_one(Event, workshop["event_id"])
        give_role(work, event, people["dee"], "registrar")

    assert [api.post(f"/v1/lab-devices/{device}/kill", as_=people[name]).status for name in ("bo", "dee")] == [403, 404]
    assert api.post(f"/v1/lab-devices/{device}/revive", as_=people["bo"]).status == 403


def test_a_teacher_sees_the_turns_of_the_class_and_ends_them(api, people, make_device, put_bench, workshop, clock):
    device = make_device(is_open=False)
    put_bench(device_id=device, **workshop)
    clock.advance(minutes=70)
    lease = ask(api, device, people["bo"]).json["lease"]

    listed = api.get(f"/v1/lab-devices/{device}/leases", as_=people["ana"]).json["data"]
    ended = api.delete(f"/v1/lab-leases/{lease}", as_=people["ana"])
    after = api.get(f"/v1/lab-leases/{lease}", as_=people["bo"]).json["data"]["attributes"]

    assert [one["id"] for one in listed] == [lease]
    assert (ended.status, after["status"], after["end-reason"]) == (200, "ended", "admin")


def test_who_has_lost_the_right_leaves_the_queue(api, shell, people, make_device, put_bench, workshop, clock):
    device = make_device(is_open=False)
    put_bench(device_id=device, event_id=workshop["event_id"])
    first, second = (ask(api, device, people[name]).json["lease"] for name in ("bo", "eve"))
    with shell.work() as work:
        work.db.get_one(User, people["eve"].id).is_blocked = True
    api.delete(f"/v1/lab-leases/{first}", as_=people["bo"])
    with shell.work() as work:
        found = device_by_id(work.db, device, lock=True)
        found.unsafe_since = None
        given = give_next(work, found)

    assert given is None
    seen = api.get(f"/v1/lab-leases/{second}", as_=people["adm"]).json["data"]["attributes"]
    assert (seen["status"], seen["end-reason"]) == ("ended", "time")
