from dataclasses import replace
from datetime import timedelta

import pytest
from werkzeug.test import Client

from cast import actor, ana, bo
from factories import make_event, make_order, make_session, make_ticket
from openevent.lab.actions.leasing import ask
from openevent.lab.actions.scripts import create_script, keep_example
from openevent.lab.models import Bench, Device
from openevent.main.late import LatePages
from openevent.programme.models import Session
from visitors import elements_of, harmful, text_of

HOUR = timedelta(hours=1)


@pytest.fixture
def people(shell):
    with shell.work() as work:
        keep_example(work, "multimeter.py", "print(get_voltage('CH1'))\n")
        return ana(work), bo(work)


def test_visitors_sign_in_first(visitor, bench):
    for path in ("/lab", "/lab/runs", "/lab/functions", "/lab/log", f"/lab/devices/{bench.id}"):
        assert visitor().get(path).location == f"/sign-in?next={path.replace('/', '%2F')}"


def test_home_shows_devices_scripts_and_examples(visitor, shell, bench, people):
    with shell.work() as work:
        create_script(work, title="mine.py", code="print(1)\n", by=actor(people[0]))
        create_script(work, title="for all.py", code="", visibility="public", by=actor(people[1]))

    page = visitor(people[0]).get("/lab")

    text = text_of(page)
    assert "Bench 1 Free Nobody has it. A turn lasts 20 minutes." in text
    for said in ("mine.py", "multimeter.py", "for all.py Bo L.", "New Python script", "Oscilloscope"):
        assert said in text
    assert [tag for tag, _ in elements_of(page)].count("h1") == 1
    assert harmful(page) == []


def test_nobody_without_a_ticket_sees_a_device_of_a_workshop(visitor, shell, bench, people):
    with shell.work() as work:
        work.db.merge(bench).is_open = False

    assert "No bench is here for you" in text_of(visitor(people[0]).get("/lab"))
    assert visitor(people[0]).get(f"/lab/devices/{bench.id}").status_code == 404


def test_a_device_that_one_may_use_comes_before_one_of_a_workshop_that_is_over(visitor, shell, bench, people):
    with shell.work() as work:
        event = make_event(work, owner=people[1])
        session = make_session(work, event, starts_at=work.now - HOUR, ends_at=work.now)
        make_order(work, make_ticket(work, event), buyer=people[0])
        closed = Device(name="A Bench", is_on=True, is_open=False, created_at=work.now)
        work.db.add(closed)
        work.db.flush()
        stand = Bench(device_id=closed.id, event_id=event.id, session_id=session.id, created_at=work.now)
        work.db.add(stand)

    before = elements_of(visitor(people[0]).get("/lab"))
    with shell.work() as work:
        work.db.get_one(Session, session.id).ends_at = work.now + HOUR
        work.db.get_one(Device, bench.id).is_on = False
    after = elements_of(visitor(people[0]).get("/lab"))

    chosen = [
        next(one["href"] for tag, one in found if tag == "a" and one.get("aria-current") == "true")
        for found in (before, after)
    ]
    assert chosen == [f"/lab?device={bench.id}", f"/lab?device={closed.id}"]


def test_the_box_takes_a_turn_and_shows_the_result(visitor, bench, people):
    browser = visitor(people[0])

    answer = browser.post(f"/lab/devices/{bench.id}/calls", {"function": "set_pv1(1.5)"}, at="/lab")

    text = text_of(answer)
    assert answer.status_code == 200
    assert "set_pv1(1.5) 1.5 V Details" in text
    assert "Your turn" in text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("__import__('os').system('ls')", "Type one function"),
        ("launch()", "There is no function of this name."),
        ("set_pv1(4)", "This device allows volts from -3.3 to 3.3 V."),
    ],
)
def test_what_the_box_refuses_stays_in_it(visitor, bench, people, typed, said):
    answer = visitor(people[0]).post(f"/lab/devices/{bench.id}/calls", {"function": typed}, at="/lab")

    assert answer.status_code == 422
    assert said in text_of(answer)


def test_whoever_comes_second_waits(visitor, shell, bench, people):
    with shell.work() as work:
        ask(work, bench.id, by=actor(people[0]))
    second = visitor(people[1])

    answer = second.post(f"/lab/devices/{bench.id}/calls", {"function": "get_voltage('CH1')"}, at="/lab")

    assert "You are in its queue" in text_of(answer)
    assert "You wait You are next" in text_of(second.get("/lab"))


def test_scripts_of_pages_call_too(visitor, bench, people):
    signed_in = visitor(people[0])
    token = signed_in.token("/lab")
    headers = {"Accept": "application/json", "X-CSRFToken": token}
    address = f"/lab/devices/{bench.id}/calls"

    called = signed_in.client.post(address, json={"name": "capture1", "arguments": {"samples": 5}}, headers=headers)
    refused = signed_in.client.post(address, json={"function": "launch()"}, headers=headers)
    unread = signed_in.client.post(address, data="[]", headers=headers)
    forged = signed_in.client.post(address, json={"function": "get_power()"}, headers={"Accept": "application/json"})

    assert called.json["value"]["columns"] == ["t", "CH1"]
    assert called.json["text"] == "5 points of CH1"
    assert (refused.status_code, refused.json["code"]) == (422, "function-unknown")
    assert (unread.status_code, forged.status_code) == (400, 400)
    assert signed_in.get(called.json["run"]).status_code == 200


def test_functions_are_listed_and_found(visitor, people):
    browser = visitor(people[0])

    everything, few = browser.get("/lab/functions"), browser.get("/lab/functions?q=SINE+output")

    assert "get_voltage (channel='VOL')" in text_of(everything).replace("( ", "(")
    assert "set_sine" in few.text
    assert "get_capacitance" not in few.text


def test_a_lab_that_is_switched_off_is_not_there(visitor, shell, settings):
    off = Client(LatePages(replace(settings, lab=False), shell))

    assert off.get("/lab").status_code == 404
    assert off.post("/validateLogin").status_code == 404
