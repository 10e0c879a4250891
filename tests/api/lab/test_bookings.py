"""Keeping a time at a device: quotas, what is taken, and who comes when it is time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cast import actor
from factories import make_event, make_order, make_ticket
from openevent.kit.errors import NotFound
from openevent.lab.actions.booking import cancel_booking
from openevent.lab.actions.settling import end_due


def book(api, device, who, begins, ends):
    attributes = {"begins-at": f"2026-03-{begins}:00+00:00", "ends-at": f"2026-03-{ends}:00+00:00"}
    link = {"device": {"data": {"type": "lab-device", "id": str(device)}}}
    document = {"data": {"type": "lab-booking", "attributes": attributes, "relationships": link}}
    return api.post("/v1/lab-bookings", json=document, as_=who)


def ask(api, device, who):
    return api.post(f"/v1/lab-devices/{device}/ask", as_=who).json


def status_of(api, booking, who):
    return api.get(f"/v1/lab-bookings/{booking.json['data']['id']}", as_=who).json["data"]["attributes"]["status"]


def test_a_booked_time_is_kept_for_who_booked_it(api, people, make_device, clock):
    device = make_device()
    booking = book(api, device, people["bo"], "01T12:10", "01T12:40")

    short = ask(api, device, people["eve"])
    clock.advance(minutes=10)
    end_due(api.shell.work)
    waits = ask(api, device, people["chi"])
    held = ask(api, device, people["bo"])

    assert short["ends_at"] == "2026-03-01T12:10:00+00:00"
    assert (waits["status"], held["status"]) == ("waiting", "waiting")  # the device is not known to be safe yet
    assert status_of(api, booking, people["bo"]) == "booked"


def test_who_comes_in_the_booked_time_has_all_of_it(api, people, make_device, clock):
    device = make_device()
    booking = book(api, device, people["bo"], "01T12:10", "01T12:40")
    clock.advance(minutes=12)

    waits, held = ask(api, device, people["eve"]), ask(api, device, people["bo"])

    assert waits["status"] == "waiting"
    assert (held["status"], held["ends_at"]) == ("held", "2026-03-01T12:40:00+00:00")
    assert status_of(api, booking, people["bo"]) == "used"


def test_a_booking_for_which_nobody_comes_is_lost(api, people, make_device, clock):
    device = make_device()
    booking = book(api, device, people["bo"], "01T12:10", "01T12:40")
    clock.advance(minutes=14)
    waits = ask(api, device, people["eve"])["status"]
    clock.advance(minutes=1)

    end_due(api.shell.work)

    assert (waits, ask(api, device, people["eve"])["status"]) == ("waiting", "held")
    assert status_of(api, booking, people["bo"]) == "missed"


def test_nobody_books_what_is_taken_and_hears_what_is_free(api, people, make_device):
    device = make_device()
    book(api, device, people["bo"], "02T09:00", "02T09:30")

    refused = book(api, device, people["eve"], "02T09:15", "02T09:45")
    after = book(api, device, people["eve"], "02T09:30", "02T10:00")

    assert (refused.status, refused.json["errors"][0]["code"], after.status) == (409, "booking-taken", 201)
    assert "2026-03-02 09:30 UTC" in refused.json["errors"][0]["detail"]


def test_the_present_turn_is_taken_too(api, people, make_device):
    device = make_device()
    ask(api, device, people["eve"])

    assert book(api, device, people["bo"], "01T12:10", "01T12:40").status == 409


def test_bookings_have_quotas(api, people, make_device):
    device, bo = make_device(), people["bo"]

    answers = [book(api, device, bo, f"02T0{hour}:00", f"02T0{hour}:30") for hour in range(4)]
    longer = book(api, device, bo, "09T09:00", "09T10:00")
    cancelled = api.delete(f"/v1/lab-bookings/{answers[0].json['data']['id']}", as_=bo)
    again = book(api, device, bo, "02T08:00", "02T08:30")

    assert [one.status for one in answers] == [201, 201, 201, 422]
    assert answers[3].json["errors"][0]["source"] == {"pointer": "/data/attributes/begins-at"}
    assert (longer.status, cancelled.status, again.status) == (422, 200, 201)


def test_a_booking_is_cancelled_once_and_by_who_has_it(api, people, make_device):
    booking = book(api, make_device(), people["bo"], "02T09:00", "02T09:30").json["data"]["id"]

    answers = [api.delete(f"/v1/lab-bookings/{booking}", as_=people[name]).status for name in ("eve", "bo", "bo")]

    assert answers == [404, 200, 409]


@pytest.mark.parametrize("ends", ["02T09:00", "02T08:00", "02T09:01"])
def test_a_booking_has_some_length(api, people, make_device, ends):
    assert book(api, make_device(), people["bo"], "02T09:00", ends).status == 422


def test_a_device_is_booked_only_while_ones_ticket_opens_it(api, shell, people, make_device, put_bench, clock):
    device = make_device(is_open=False)
    unseen = book(api, device, people["bo"], "01T13:00", "01T13:30")
    with shell.work() as work:
        starts, ends = work.now, work.now + timedelta(hours=2)
        event = make_event(work, owner=people["ana"], starts_at=starts, ends_at=ends)
        make_order(work, make_ticket(work, event), buyer=people["bo"])
    put_bench(device_id=device, event_id=event.id)

    within = book(api, device, people["bo"], "01T13:00", "01T13:30")
    beyond = book(api, device, people["bo"], "01T13:45", "01T14:15")

    assert unseen.status == 404
    assert (within.status, beyond.status, beyond.json["errors"][0]["code"]) == (201, 403, "device-not-yours")
    with shell.work() as work, pytest.raises(NotFound):
        cancel_booking(work, int(within.json["data"]["id"]), by=actor(people["eve"]))


def test_a_turn_that_a_booking_would_cut_short_at_once_is_not_begun(api, shell, people, make_device):
    device = make_device()
    book(api, device, people["bo"], "01T12:01", "01T12:20")

    assert ask(api, device, people["eve"])["status"] == "waiting"


def test_a_turn_becomes_the_booked_one_of_its_holder(api, shell, people, make_device, clock):
    device = make_device()
    booking = book(api, device, people["bo"], "01T12:10", "01T12:40")
    first = ask(api, device, people["bo"])
    ask(api, device, people["eve"])

    clock.advance(minutes=9)
    api.post(f"/v1/lab-leases/{first['lease']}/beat", as_=people["bo"])
    clock.advance(minutes=1)
    end_due(shell.work)
    then = ask(api, device, people["bo"])
    clock.advance(minutes=30)
    end_due(shell.work)

    assert first["ends_at"] == "2026-03-01T12:10:00+00:00"
    assert (then["lease"], then["status"], then["ends_at"]) == (first["lease"], "held", "2026-03-01T12:40:00+00:00")
    assert status_of(api, booking, people["bo"]) == "used"
    lease = api.get(f"/v1/lab-leases/{first['lease']}", as_=people["bo"]).json["data"]["attributes"]
    assert (lease["status"], lease["end-reason"]) == ("ended", "time")
