import pytest

from cast import actor, ana, bo
from lab.owners import until
from openevent.lab.actions.leasing import ask
from openevent.lab.pages.instruments import PANELS
from visitors import harmful, text_of

# What they ask the database is asked by other tests, of both kinds.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def people(shell, bench):
    with shell.work() as work:
        one, other = ana(work), bo(work)
        ask(work, bench.id, by=actor(one))
        return one, other


@pytest.mark.parametrize("name", sorted(PANELS))
def test_a_panel_is_for_who_has_the_device_and_for_who_watches(visitor, bench, people, name):
    path = f"/lab/devices/{bench.id}/panels/{name}"

    mine, theirs = visitor(people[0]).get(path), visitor(people[1]).get(path)

    assert "<fieldset disabled" not in mine.text
    assert "<fieldset disabled" in theirs.text
    assert "You are watching" in text_of(theirs)
    assert harmful(mine) == harmful(theirs) == []


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("multimeter", {"measure": "get_voltage:CH1"}, "get_voltage(channel='CH1')"),
        ("oscilloscope", {"channels": "2", "samples": "50", "timegap": "10"}, "50 points of CH1, CH2"),
        ("power", {"call": "set_pv1", "volts": "1.5"}, "1.5 V"),
        ("waves", {"call": "set_wave", "channel": "SI1", "frequency": "1000", "shape": "sine"}, "kHz"),
        ("logic", {"call": "get_states"}, "get_states()"),
    ],
)
def test_without_scripts_a_panel_answers_below_itself(visitor, bench, people, name, typed, said):
    answer = visitor(people[0]).post(f"/lab/devices/{bench.id}/panels/{name}", typed)

    assert answer.status_code == 200
    assert said in text_of(answer)


@pytest.mark.parametrize(
    ("name", "typed", "status"),
    [
        ("power", {"call": "set_pv1", "volts": "4"}, 422),
        ("power", {"call": "set_pv1", "volts": "much"}, 422),
        ("power", {"call": "i2c_write"}, 404),
        ("multimeter", {"measure": "reset"}, 404),
        ("oscilloscope", {"samples": "nan"}, 422),
        ("oscilloscope", {"samples": "1e999"}, 422),
    ],
)
def test_a_panel_refuses_what_is_not_its_business(visitor, bench, people, name, typed, status):
    assert visitor(people[0]).post(f"/lab/devices/{bench.id}/panels/{name}", typed).status_code == status


def test_there_is_no_panel_of_another_name(visitor, bench, people):
    assert visitor(people[0]).get(f"/lab/devices/{bench.id}/panels/oven").status_code == 404
    assert visitor(people[0]).get("/lab/devices/999/panels/power").status_code == 404


def test_what_one_person_measures_live_is_seen_by_others(visitor, bench, people):
    holder, watcher, at = visitor(people[0]), visitor(people[1]), f"/lab/devices/{bench.id}"
    headers = {"Accept": "application/json", "X-CSRFToken": holder.token("/lab")}

    started = holder.client.post(f"{at}/watch", json={"function": "get_voltage", "rate": 99}, headers=headers)
    frame = _seen(watcher, at)
    none_newer = watcher.get(f"{at}/latest?after={frame['number'] + 10_000}")
    refused = holder.client.post(f"{at}/watch", json={"function": "set_pv1"}, headers=headers)
    others = {"Accept": "application/json", "X-CSRFToken": watcher.token("/lab")}
    not_theirs = watcher.client.post(f"{at}/watch", json={}, headers=others)
    stopped = holder.client.post(f"{at}/watch", json={}, headers=headers)

    assert (started.json, stopped.json) == ({"status": "watching"}, {"status": "idle"})
    assert (frame["spec"]["function"], frame["result"], frame["unit"]) == ("get_voltage", "number", "V")
    assert none_newer.status_code == 204
    assert (refused.status_code, not_theirs.status_code) == (422, 409)
    assert visitor().get(f"{at}/latest").status_code == 401


def _seen(watcher, at):
    return until(lambda: answer.json if (answer := watcher.get(f"{at}/latest")).status_code == 200 else None)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"name": "\\ud800"}', 400),
        ('{"name": "set_pv1", "arguments": {"volts": NaN}}', 400),
        ("[" * 5_000, 400),
        ('{"name": "set\\u0000pv1"}', 422),
        ('{"name": "set_pv1", "arguments": {"volts": 1%s}}' % ("0" * 400), 422),
        ('{"name": "set_pv1", "arguments": [1]}', 400),
    ],
)
def test_what_no_call_can_be_is_refused_and_leaves_the_log_readable(visitor, bench, people, body, status):
    browser = visitor(people[0])
    headers = {"Accept": "application/json", "X-CSRFToken": browser.token("/lab"), "Content-Type": "application/json"}

    answer = browser.client.post(f"/lab/devices/{bench.id}/calls", data=body, headers=headers)

    assert answer.status_code == status
    assert browser.get("/lab/log").status_code == 200


def test_a_form_that_is_too_old_is_told_so(visitor, bench, people):
    answer = visitor(people[0]).client.post(f"/lab/devices/{bench.id}/lease")

    assert answer.status_code == 400
    assert "may be too old" in text_of(answer)
