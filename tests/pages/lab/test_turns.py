from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from cast import actor, adm, ana, bo
from factories import make_event, make_order, make_session, make_ticket, make_user
from openevent.lab.actions.leasing import ask
from openevent.lab.models import Bench, Booking, Device, Lease
from visitors import elements_of, text_of


@pytest.fixture
def people(shell):
    with shell.work() as work:
        return ana(work), bo(work)


def test_a_turn_is_taken_extended_and_handed_back(visitor, shell, bench, people):
    browser, at = visitor(people[0]), f"/lab/devices/{bench.id}"

    taken = browser.post(f"{at}/lease", at="/lab")
    bar = text_of(browser.get(f"{at}/bar"))
    browser.post(f"{at}/extend", at="/lab")
    longer = text_of(browser.get(f"{at}/bar"))
    browser.post(f"{at}/hand-back", at="/lab")

    assert taken.location == f"/lab?device={bench.id}"
    assert "20:00 left" in bar
    assert "40:00 left" in longer
    with shell.work() as work:
        assert work.db.query(Lease).one().end_reason == "handed-back"


def test_one_comes_back_to_the_page_of_the_lab_that_one_was_on(visitor, bench, people):
    browser, at = visitor(people[0]), f"/lab/devices/{bench.id}"
    values = {"csrf_token": browser.token("/lab")}

    def back(referrer):
        return browser.client.post(f"{at}/hand-back", data=values, headers={"Referer": referrer}).location

    assert back(f"http://localhost{at}/panels/power") == f"{at}/panels/power"
    for elsewhere in ("http://evil.example/lab", "http://localhost//evil.example", "http://localhost/account"):
        assert back(elsewhere) == f"/lab?device={bench.id}"


def test_signs_of_life_say_how_the_turn_stands(visitor, shell, clock, bench, people):
    with shell.work() as work:
        ask(work, bench.id, by=actor(people[0]))
    holder, other, at = visitor(people[0]), visitor(people[1]), f"/lab/devices/{bench.id}"
    clock.advance(seconds=60)

    beat = holder.post(f"{at}/beat", at="/lab").json
    other.post(f"{at}/lease", at="/lab")
    state = other.get(f"{at}/state").json

    assert (beat["lease"], beat["seconds"], beat["waiting"]) == ("held", 1140, 0)
    assert (state["lease"], state["said"]) == ("waiting", "You are next, in about 19 minutes.")
    assert visitor().get(f"{at}/state").status_code == 401
    assert "Others wait for this device." in text_of(_extended(holder, at))


def _extended(holder, at):
    holder.post(f"{at}/extend", at="/lab")
    return holder.get("/lab")


def test_the_page_of_a_device_shows_its_queue_and_organizers_end_turns(visitor, shell, bench, people):
    with shell.work() as work:
        lease = ask(work, bench.id, by=actor(people[0])).lease
        ask(work, bench.id, by=actor(people[1]))
        admin = adm(work)
    at = f"/lab/devices/{bench.id}"

    mine, theirs = visitor(people[1]).get(at), visitor(admin).get(at)
    refused = visitor(people[1]).post(f"/lab/desk/leases/{lease.id}/end", at="/lab")
    ended = visitor(admin).post(f"/lab/desk/leases/{lease.id}/end", at="/lab")

    assert "Ana O. until 12:20 UTC You waiting" in text_of(mine)
    assert "PV1 from -3.3 to 3.3 V" in text_of(mine)
    assert "the turn of Ana O." in text_of(theirs)
    assert refused.status_code == 404
    assert ended.location == at
    assert visitor(people[0]).get(f"{at}/queue").location == f"{at}#queue-title"


def test_a_device_that_does_not_answer_says_so(visitor, shell, people):
    with shell.work() as work:
        device = Device(name="Bench 2", is_on=True, is_open=True, created_at=work.now)
        work.db.add(device)
        work.db.flush()

    assert "Offline It does not answer at the moment." in text_of(visitor(people[0]).get(f"/lab?device={device.id}"))


def test_a_time_is_booked_shown_and_cancelled(visitor, shell, bench, people):
    browser, at = visitor(people[0]), f"/lab/devices/{bench.id}/bookings"
    wanted = {"on": "2026-03-02", "from": "09:30", "minutes": "30"}

    booked = browser.post(at, wanted)
    again = visitor(people[1]).post(at, wanted)
    week = browser.get(booked.location)
    with shell.work() as work:
        booking = work.db.query(Booking).one().id
    cancelled = browser.post(f"/lab/bookings/{booking}/cancel", at=at)

    assert booked.location == f"{at}?week=2026-03-02"
    assert "09:30\N{WORD JOINER}\N{EN DASH}\N{WORD JOINER}10:00 You Cancel" in text_of(week)
    assert again.status_code == 422
    assert "the next free one begins at 2026-03-02 10:00 UTC" in text_of(again)
    assert cancelled.location == at
    assert visitor(people[1]).post(f"/lab/bookings/{booking}/cancel", at="/lab").status_code == 404


def test_a_ticket_holder_books_in_the_workshop_before_it_begins(visitor, shell, bench, people):
    with shell.work() as work:
        event = make_event(work, owner=make_user(work, email="org@example.org"))
        begins = work.now + timedelta(days=1)
        session = make_session(work, event, starts_at=begins, ends_at=begins + timedelta(hours=1))
        make_order(work, make_ticket(work, event), buyer=people[0])
        work.db.add(Bench(device_id=bench.id, event_id=event.id, session_id=session.id, created_at=work.now))
        work.db.get_one(Device, bench.id).is_open = False
    holder, at = visitor(people[0]), f"/lab/devices/{bench.id}/bookings"
    fields = {one.get("name"): one.get("value") for tag, one in elements_of(holder.get(at)) if tag == "input"}

    booked = holder.post(at, {name: fields[name] for name in ("on", "from", "minutes")})

    there = begins.astimezone(ZoneInfo("Europe/Berlin"))  # where the workshop is
    assert (fields["on"], fields["from"]) == (f"{there:%Y-%m-%d}", f"{there:%H:%M}")
    assert booked.status_code == 303
    week = text_of(holder.get(booked.location))
    assert f"{there:%H:%M}\N{WORD JOINER}\N{EN DASH}" in week
    assert "From Berlin time, UTC+1" in week
    wanted = {name: fields[name] for name in ("on", "from", "minutes")}
    free = there + timedelta(minutes=int(fields["minutes"]))
    assert f"begins at {free:%Y-%m-%d %H:%M} Europe/Berlin" in text_of(holder.post(at, wanted))
    with shell.work() as work:
        assert work.db.query(Booking).one().begins_at == begins


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"on": "yesterday", "from": "09:30", "minutes": "30"},
        {"on": "2026-03-02", "from": "25:99", "minutes": "30"},
        {"on": "9999-12-31", "from": "23:59", "minutes": "999999999"},
        {"on": "2026-03-02", "from": "09:30", "minutes": "-5"},
    ],
)
def test_a_time_that_is_none_is_not_booked(visitor, bench, people, typed):
    assert visitor(people[0]).post(f"/lab/devices/{bench.id}/bookings", typed).status_code == 422


@pytest.mark.parametrize("week", ["2026-03-11", "9999-12-31", "0001-01-01", "nonsense", "2026-99-99"])
def test_every_week_can_be_looked_at(visitor, bench, people, week):
    assert visitor(people[0]).get(f"/lab/devices/{bench.id}/bookings?week={week}").status_code == 200
