import pytest

from cast import actor, adm, ana, bo
from factories import make_event
from openevent.lab.actions.leasing import ask
from openevent.lab.models import Bench, Device
from visitors import text_of


@pytest.fixture
def people(shell, bench):
    """An admin, the organizer of the workshop that the bench stands in, and somebody else."""
    with shell.work() as work:
        admin, organizer, other = adm(work), ana(work), bo(work)
        event = make_event(work, owner=organizer)
        work.db.add(Bench(device_id=bench.id, event_id=event.id, created_at=work.now))
        return admin, organizer, other


def device_of(shell, bench):
    with shell.work() as work:
        return work.db.get_one(Device, bench.id)


def test_devices_are_shown_to_those_who_look_after_them(visitor, people):
    pages = [visitor(one).get("/lab/desk") for one in people]

    assert [page.status_code for page in pages] == [200, 200, 403]
    assert "Switch off" in text_of(pages[0])
    assert "Switch off" not in text_of(pages[1])
    assert "Stop now" in text_of(pages[1])
    assert "does not answer; nothing can be run" in text_of(pages[0])
    assert visitor().get("/lab/desk").location == "/sign-in?next=%2Flab%2Fdesk"
    assert ">Devices</a>" not in visitor(people[2]).get("/lab").text


def test_admins_switch_repair_and_note(visitor, shell, bench, people):
    browser, at = visitor(people[0]), f"/lab/desk/devices/{bench.id}"

    browser.post(f"{at}/switch", {"on": ""}, at="/lab/desk")
    browser.post(f"{at}/repair", {"repair": "1"}, at="/lab/desk")
    browser.post(f"{at}/notes", {"notes": " CH2 reads too much.\x00 "}, at="/lab/desk")

    found = device_of(shell, bench)
    assert (found.is_on, found.is_in_repair, found.notes) == (False, True, "CH2 reads too much.")
    assert "In repair" in text_of(browser.get("/lab/desk"))


def test_organizers_stop_a_device_and_release_it(visitor, shell, bench, people):
    with shell.work() as work:
        ask(work, bench.id, by=actor(people[2]))
    browser, at = visitor(people[1]), f"/lab/desk/devices/{bench.id}"

    browser.post(f"{at}/kill", {"kill": "1"}, at="/lab/desk")
    stopped = text_of(visitor(people[2]).get("/lab"))
    browser.post(f"{at}/kill", {"kill": ""}, at="/lab/desk")

    assert "Stopped It was stopped for safety." in stopped
    assert device_of(shell, bench).killed_at is None


@pytest.mark.parametrize("deed", ["switch", "repair", "notes", "kill"])
def test_nobody_else_does_any_of_this(visitor, shell, bench, people, deed):
    before = device_of(shell, bench)

    refused = visitor(people[2]).post(f"/lab/desk/devices/{bench.id}/{deed}", {deed: "1"}, at="/lab")
    missing = visitor(people[0]).post(f"/lab/desk/devices/999/{deed}", {deed: "1"}, at="/lab")

    after = device_of(shell, bench)
    assert (refused.status_code, missing.status_code) == (403, 404)
    assert (after.is_on, after.is_in_repair, after.killed_at) == (before.is_on, before.is_in_repair, before.killed_at)


def test_the_log_has_ones_own_lines_and_those_of_ones_devices(visitor, shell, bench, people):
    with shell.work() as work:
        ask(work, bench.id, by=actor(people[2]))

    mine, organizers = visitor(people[2]).get("/lab/log"), visitor(people[1]).get("/lab/log?kind=lease.ask")
    nothing = visitor(people[1]).get("/lab/log?kind=lease.ask&page=9")

    assert "lease.begin" in text_of(mine)
    assert "lease.ask Bo L. Bench 1" in " ".join(text_of(organizers).split())
    assert "Nothing yet" in text_of(nothing)
    for odd in ("device=999", "kind=%00", "kind=x", "page=-1", "device=x"):
        assert visitor(people[2]).get(f"/lab/log?{odd}").status_code == 200


def test_a_bench_leads_to_its_workshop(visitor, people):
    assert "Bench of" in text_of(visitor(people[1]).get("/lab"))
