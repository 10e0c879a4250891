"""Calls through the broker to a simulated device: whose turn, which function, which limits, and what is written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from msgspec.structs import replace
from sqlalchemy import select, update

from cast import actor
from openevent.kit.clock import FixedClock
from openevent.kit.work import Shell
from openevent.lab.actions import calling, leasing, runs
from openevent.lab.actions.refusals import LabSwitchedOff, LeaseMissing
from openevent.lab.actions.settling import end_due
from openevent.lab.jobs import JOBS
from openevent.lab.models import Device, Lease, LogEntry, Run
from openevent.lab.providers.owner import DeviceBusy
from openevent.lab.rules.limits import CALLS

_days = count()


@pytest.fixture
def clock():
    """A day of its own for each test: the device's process is that of all of them, and knows which turns are over."""
    return FixedClock(datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=next(_days)))


def ask(api, device, who):
    return api.post(f"/v1/lab-devices/{device}/ask", as_=who).json


def call(api, device, who, text="", **sent):
    return api.post(f"/v1/lab-devices/{device}/call", json={"text": text, **sent}, as_=who)


def code_of(answer):
    return answer.status, answer.json["errors"][0]["code"]


def test_a_function_string_is_done_and_kept_as_a_run(api, people, make_simulated):
    device = make_simulated()
    ask(api, device, people["bo"])

    done = call(api, device, people["bo"], "set_pv1(2.5)")
    same = call(api, device, people["bo"], function="get_voltage", arguments={"channel": "CH3"})
    run = api.get(f"/v1/lab-runs/{same.json['run']}", as_=people["bo"]).json["data"]["attributes"]
    events = api.get(f"/v1/lab-runs/{same.json['run']}/events", as_=people["bo"]).json["data"]

    assert (done.status, same.status, same.json["unit"]) == (200, 200, "V")
    assert isinstance(same.json["value"], float)
    assert (run["kind"], run["title"], run["status"], run["exit-reason"]) == ("call", "get_voltage", "ended", "done")
    assert events[0]["attributes"]["payload"]["value"] == same.json["value"]


def test_only_who_has_the_turn_reaches_the_device(api, people, make_simulated, clock):
    device = make_simulated()
    before = call(api, device, people["bo"], "get_version()")
    key = ask(api, device, people["bo"])["key"]
    ask(api, device, people["eve"])

    stranger, visitor = call(api, device, people["eve"], "get_version()"), call(api, device, None, "get_version()")
    wrong_key = call(api, device, people["bo"], "get_version()", key="x" * 43)
    with_key = call(api, device, people["eve"], "get_version()", key=key)
    clock.advance(minutes=20)
    late = call(api, device, people["bo"], "get_version()")

    assert [code_of(one) for one in (before, stranger, wrong_key, late)] == [(409, "lease-missing")] * 4
    assert (visitor.status, with_key.status) == (401, 200)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"text": "__import__('os').system('ls')"}, "call-unreadable"),
        ({"text": "get_voltage('CH1'); get_voltage('CH2')"}, "call-unreadable"),
        ({"text": "rm()"}, "function-unknown"),
        ({"function": "get_voltage", "arguments": ["CH99"]}, "argument-wrong"),
        ({"function": "get_voltage", "arguments": {"channel": {"a": 1}}}, "argument-wrong"),
        ({"function": "set_pv1", "arguments": [1e9]}, "argument-out-of-range"),
        ({"function": ["x"]}, None),
        ({"what": 1}, None),
    ],
)
def test_what_is_no_call_is_refused(api, people, make_simulated, sent, code):
    device = make_simulated()
    ask(api, device, people["bo"])

    answer = api.post(f"/v1/lab-devices/{device}/call", json=sent, as_=people["bo"])

    assert answer.status == 422
    assert answer.json["errors"][0].get("code") == code


def test_limits_are_those_of_the_device_and_of_the_role(api, people, make_simulated):
    limits = {"pv1": [-3, 3], "roles": {"member": {"pv1": [0, 1], "forbidden": ["set_pcs"]}}}
    device = make_simulated(limits=limits)

    ask(api, device, people["bo"])
    answers = [call(api, device, people["bo"], text) for text in ("set_pv1(1)", "set_pv1(2)", "set_pcs(1)")]
    lease = ask(api, device, people["bo"])["lease"]
    api.delete(f"/v1/lab-leases/{lease}", as_=people["bo"])
    end_due(api.shell.work)
    ask(api, device, people["adm"])
    admins = [call(api, device, people["adm"], text).status for text in ("set_pv1(2)", "set_pv1(4)", "set_pcs(1)")]

    assert [one.status for one in answers] == [200, 422, 422]
    assert "0 to 1 V" in answers[1].json["errors"][0]["detail"]
    assert admins == [200, 422, 200]


def test_calls_are_counted(api, shell, people, make_simulated, services):
    device = make_simulated()
    lease = ask(api, device, people["bo"])["lease"]
    for _ in range(CALLS["member"]):
        services.limiter.hit(f"lab-call:{lease}", times=CALLS["member"], seconds=10)

    assert call(api, device, people["bo"], "get_version()").status == 429


def test_the_end_of_a_turn_makes_the_device_safe_for_the_next(api, shell, people, make_simulated):
    device = make_simulated()
    first = ask(api, device, people["bo"])["lease"]
    ask(api, device, people["eve"])
    call(api, device, people["bo"], "set_pv1(3)")

    api.delete(f"/v1/lab-leases/{first}", as_=people["bo"])
    end_due(shell.work)
    power = call(api, device, people["eve"], "get_power()")

    assert power.status == 200
    assert power.json["value"] == [0.0] * 4
    with shell.work() as work:
        assert work.db.scalars(select(Lease.status).order_by(Lease.id)).all() == ["ended", "held"]


def test_a_device_that_can_not_be_reset_is_given_to_nobody(api, shell, people, make_device, clock):
    device = make_device()
    first = ask(api, device, people["bo"])["lease"]
    ask(api, device, people["eve"])
    api.delete(f"/v1/lab-leases/{first}", as_=people["bo"])

    end_due(shell.work)
    clock.advance(seconds=60)
    end_due(shell.work)

    assert api.get(f"/v1/lab-devices/{device}/queue", as_=people["eve"]).json["state"] == "unsafe"


def test_a_device_without_a_process_is_offline_and_that_is_written(api, shell, people, make_device):
    device = make_device()
    ask(api, device, people["bo"])

    answer = call(api, device, people["bo"], "get_version()")

    assert code_of(answer) == (503, "device-offline")
    with shell.work() as work:
        entry = work.db.scalar(select(LogEntry).where(LogEntry.kind == "call.fail"))
        assert (entry.detail["function"], entry.detail["code"]) == ("get_version", "device-offline")


def test_the_kill_switch_is_faster_than_anybody(api, people, make_simulated):
    device = make_simulated()
    ask(api, device, people["bo"])
    call(api, device, people["bo"], "set_pv1(3)")

    api.post(f"/v1/lab-devices/{device}/kill", as_=people["adm"])

    assert code_of(call(api, device, people["bo"], "get_power()")) == (409, "lease-missing")


def test_a_live_panel_is_set_by_the_holder_and_seen_by_all(api, people, make_simulated):
    device = make_simulated()
    ask(api, device, people["bo"])
    sent = {"function": "get_voltage", "arguments": {"channel": "CH3"}, "rate": 10}

    refused = api.post(f"/v1/lab-devices/{device}/watch", json=sent, as_=people["eve"])
    drives = api.post(f"/v1/lab-devices/{device}/watch", json={"function": "set_pv1"}, as_=people["bo"])
    set_up = api.post(f"/v1/lab-devices/{device}/watch", json=sent, as_=people["bo"])
    seen = api.get(f"/v1/lab-devices/{device}/live", as_=people["eve"])
    ended = api.post(f"/v1/lab-devices/{device}/watch", json={}, as_=people["bo"])

    assert [one.status for one in (refused, drives, set_up, seen, ended)] == [409, 422, 200, 200, 200]
    assert api.get(f"/v1/lab-devices/{device}/live").status == 401


def test_a_running_script_has_the_device_for_itself(api, shell, people, make_simulated):
    device = make_simulated()
    lease = ask(api, device, people["bo"])["lease"]
    with shell.work() as work:
        run = Run(identifier="r", user_id=people["bo"].id, device_id=device, lease_id=int(lease), kind="script")
        run.status, run.created_at = "running", work.now
        work.db.add(run)
        work.db.flush()
        run_id = run.id
    bo = actor(people["bo"])

    refused = call(api, device, people["bo"], "get_version()")
    leave = calling.granted(shell.work, device, bo, run_id=run_id)
    value = calling.call_in_run(leave, "get_version", (), {})

    assert (code_of(refused), value.result) == ((409, "script-running"), "text")
    with pytest.raises(LeaseMissing):
        calling.granted(shell.work, device, actor(people["eve"]), run_id=run_id)
    with shell.work() as work:
        work.db.execute(update(Run).values(status="ended"))
    with pytest.raises(LeaseMissing):
        calling.granted(shell.work, device, bo, run_id=run_id)


def test_a_call_that_comes_after_the_turn_is_refused_by_the_device_itself(api, shell, people, make_simulated, clock):
    device = make_simulated()
    lease = ask(api, device, people["bo"])["lease"]
    late = calling.granted(shell.work, device, actor(people["bo"]))
    clock.advance(hours=-1)  # somebody sets it right
    api.delete(f"/v1/lab-leases/{lease}", as_=people["bo"])
    end_due(shell.work)

    with pytest.raises(DeviceBusy):
        late.client.call("set_pv1", {"volts": 3.0}, turn=late.turn)

    ask(api, device, people["eve"])
    assert call(api, device, people["eve"], "get_power()").json["value"] == [0.0] * 4


def test_a_script_is_asked_for_in_ones_own_turn_and_stopped_by_its_owner(api, people, make_simulated):
    device, bo, eve = make_simulated(), people["bo"], people["eve"]
    kept = {"data": {"type": "lab-script", "attributes": {"title": "a.py", "code": "print(1)"}}}
    script = int(api.post("/v1/lab-scripts", json=kept, as_=bo).json["data"]["id"])
    way = f"/v1/lab-devices/{device}/run"

    early = api.post(way, json={"script": script}, as_=bo)
    ask(api, device, bo)
    made = api.post(way, json={"script": script, "parameters": {"volts": 2}}, as_=bo)
    twice = api.post(way, json={"script": script}, as_=bo)
    refused = [
        api.post(way, json=sent, as_=bo).status for sent in ({"script": 99}, {"script": script, "version": 7}, {})
    ]
    run = api.get(f"/v1/lab-runs/{made.json['run']}", as_=bo).json["data"]["attributes"]
    pressed = [api.post(f"/v1/lab-runs/{made.json['run']}/press", json={"widget": "a"}, as_=one) for one in (eve, bo)]
    stopped = [api.post(f"/v1/lab-runs/{made.json['run']}/stop", as_=one).status for one in (eve, bo, bo)]

    assert (early.status, made.status, code_of(twice)) == (409, 201, (409, "script-running"))
    assert refused == [404, 404, 422]
    assert (run["status"], run["source"], run["parameters"]) == ("waiting", "print(1)", {"volts": 2})
    assert [one.status for one in pressed] == [404, 409]
    assert stopped == [404, 200, 200]
    assert api.post(way, json={"script": script}, as_=eve).status == 404


def test_the_newest_runs_are_kept_and_shared_ones_longest(api, people, make_simulated, shell, monkeypatch):
    monkeypatch.setattr(runs, "KEPT", 2)
    device = make_simulated()
    ask(api, device, people["bo"])
    made = [call(api, device, people["bo"], "get_version()").json["run"] for _ in range(4)]
    api.post(f"/v1/lab-runs/{made[0]}/share", as_=people["bo"])
    with shell.work() as work:
        dropped = [runs.drop_old_runs(work) for _ in range(2)]

    assert dropped == [2, 0]
    found = [api.get(f"/v1/lab-runs/{one}", as_=people["bo"]).status for one in made]
    assert found == [200, 404, 404, 200]
    assert "lab.drop-old-runs" in {one.name for one in JOBS}


def test_a_shared_run_is_read_with_its_key_alone(api, people, make_simulated):
    device = make_simulated()
    ask(api, device, people["bo"])
    run = call(api, device, people["bo"], "get_version()").json["run"]

    refused = api.post(f"/v1/lab-runs/{run}/share", as_=people["eve"])
    key = api.post(f"/v1/lab-runs/{run}/share", as_=people["bo"]).json["key"]
    shown = api.get(f"/v1/lab-shared-runs/{key}")
    exported = api.get(f"/v1/lab-runs/{run}/export", as_=people["bo"])
    api.post(f"/v1/lab-runs/{run}/unshare", as_=people["bo"])
    gone = api.get(f"/v1/lab-shared-runs/{key}")

    assert (refused.status, shown.status, shown.json["title"], gone.status) == (404, 200, "get_version", 404)
    assert exported.json == shown.json
    assert api.get(f"/v1/lab-runs/{run}/export", as_=people["eve"]).status == 404
    assert [api.delete(f"/v1/lab-runs/{run}", as_=people[name]).status for name in ("eve", "bo")] == [404, 200]


def test_all_functions_are_listed(api):
    functions = {one["name"]: one for one in api.get("/v1/lab-functions").json["functions"]}

    assert functions["set_pv1"]["drives"] is True
    assert [one["name"] for one in functions["set_pv1"]["arguments"] if one["required"]] == ["volts"]


def test_strangers_learn_nothing_of_a_closed_device(api, people, make_device):
    device = make_device(is_open=False)

    answers = [
        call(api, device, people["eve"], "get_version()"),
        call(api, 10**9, people["eve"], "get_version()"),
        api.get(f"/v1/lab-devices/{device}/live", as_=people["eve"]),
        api.post(f"/v1/lab-devices/{device}/watch", json={}, as_=people["eve"]),
        api.post(f"/v1/lab-devices/{device}/kill", as_=people["eve"]),
    ]

    assert [one.status for one in answers] == [404] * 5


def test_a_right_that_ends_in_a_turn_ends_it_at_the_next_call(api, shell, people, make_simulated):
    device = make_simulated()
    ask(api, device, people["bo"])
    key = ask(api, device, people["bo"])["key"]
    with shell.work() as work:
        work.db.get_one(Device, device).is_open = False

    assert call(api, device, people["bo"], "get_version()").status == 403
    assert code_of(call(api, device, people["bo"], "get_version()", key=key)) == (403, "device-not-yours")


def test_what_a_call_is_in_the_holders_turn_a_program_may_ask_for_too(shell, api, people, make_simulated):
    device = make_simulated()
    ask(api, device, people["bo"])

    value = calling.call(shell.work, device, actor(people["bo"]), None, "set_pv1", named={"volts": 1})

    assert value.result == "nothing" or value.number == 1.0
    with shell.work() as work:
        assert work.db.scalar(select(LogEntry.kind).order_by(LogEntry.id.desc()).limit(1)) == "call"


def test_switched_off_nothing_is_given(shell, people, make_device, services):
    device = make_device()
    off = Shell(shell.database, shell.clock, replace(services, lab=""))

    with pytest.raises(LabSwitchedOff), off.work() as work:
        leasing.ask(work, device, by=actor(people["bo"]))


def test_what_drives_an_output_is_nothing_to_look_at(api, people, make_simulated):
    device = make_simulated()
    ask(api, device, people["bo"])

    wanted = {"function": "set_pv1", "arguments": {"volts": 1}}
    refused = api.post(f"/v1/lab-devices/{device}/watch", json=wanted, as_=people["bo"])

    assert code_of(refused) == (422, "argument-wrong")
