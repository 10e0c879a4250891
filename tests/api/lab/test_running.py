"""Scripts run by the laboratory's service: on a simulated device, in a turn, until something ends them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from typing import Any

import pytest
from sqlalchemy import event, insert, select, update

from openevent.kit.access import Actor
from openevent.kit.errors import NotFound
from openevent.lab.actions import leasing, running
from openevent.lab.actions.at_once import run_at_once
from openevent.lab.actions.examples import EXAMPLES
from openevent.lab.actions.refusals import LeaseMissing, ScriptRunning
from openevent.lab.models import Device, Lease, LogEntry, Run, RunEvent, Script
from openevent.lab.processes import service as service_module
from openevent.lab.processes.service import Service, ServiceRunning, begun
from openevent.lab.providers.cage.selftest import Report
from openevent.lab.providers.places import service_socket
from openevent.lab.providers.service_client import PressRefused, ServiceAway, ServiceClient
from openevent.people.models import User

ON = Report("B", "tried elsewhere", ())
PATIENCE = 20.0


@pytest.fixture
def start_service(shell) -> Iterator[Callable[..., Service]]:
    """A function that starts the service, which is stopped at the end."""
    made: list[tuple[Service, threading.Thread]] = []

    def start(report: Report | None = ON) -> Service:
        service = Service(shell, report=report, with_owners=False)
        thread = threading.Thread(target=service.serve)
        thread.start()
        made.append((service, thread))
        client = ServiceClient(shell.services.lab)
        until(lambda: answers(client))
        return service

    yield start
    for service, thread in made:
        service.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def answers(client: ServiceClient) -> bool:
    try:
        return bool(client.tiers())
    except ServiceAway:
        return False


def until(is_so: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while not (found := is_so()):
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.02)
    return found


@pytest.fixture
def turn(shell, make_simulated, people) -> int:
    """A device that Bo has the turn at."""
    device = make_simulated()
    with shell.work() as work:
        leasing.ask(work, device, by=acting(people["bo"]))
    return device


def acting(user: User) -> Actor:
    return Actor(id=user.id, email=user.email, kind="user", is_verified=True)


def read(shell, run_id):
    with shell.work() as work:
        run = work.db.get(Run, run_id)
        events = work.db.scalars(select(RunEvent).where(RunEvent.run_id == run_id).order_by(RunEvent.number)).all()
        kept = {
            name: getattr(run, name) for name in ("status", "exit_reason", "error", "calls", "began_at", "ended_at")
        }
        return {**kept, "events": [(one.kind, one.payload) for one in events]}


def ended(shell, run_id):
    return until(lambda: found if (found := read(shell, run_id))["status"] == "ended" else None)


def shown(shell, run_id, kind="widget"):
    return [payload for one, payload in read(shell, run_id)["events"] if one == kind]


def test_a_script_measures_and_is_recorded(shell, start_service, turn, people):
    start_service()
    by = acting(people["bo"])
    source = "print(round(get_voltage('CH1')), parameters)\nset_pv1(99)"
    begun = time.monotonic()
    made = running.start(shell.work, turn, source=source, title="A", parameters={"n": 1}, by=by)
    found = ended(shell, made.id)

    assert time.monotonic() - begun < PATIENCE
    assert (found["exit_reason"], found["calls"], len(made.identifier)) == ("failed", 2, 24)
    assert found["error"].startswith("The laboratory refused: ")
    assert (found["began_at"] is not None, found["ended_at"] is not None) == (True, True)
    assert [kind for kind, _ in found["events"]] == ["call", "text", "call", "error"]
    assert (found["events"][0][1]["name"], found["events"][3][1]["line"]) == ("get_voltage", 2)
    with shell.work() as work:
        [entry] = work.db.scalars(select(LogEntry).where(LogEntry.kind == "run.end"))
        assert entry.detail == {"reason": "failed", "calls": {"get_voltage": 1}, "refused": 1}


def test_buttons_are_pressed_and_stop_ends_the_run(shell, start_service, turn, people):
    start_service()
    by, eve = acting(people["bo"]), acting(people["eve"])
    source = "button('Go', lambda: label('pressed', 'said'))\nbutton('V', \"get_voltage('CH1')\", name='v')"
    made = running.start(shell.work, turn, source=source, by=by)
    until(lambda: len(shown(shell, made.id)) == 3)
    with pytest.raises(PressRefused):
        running.press(shell.work, made.id, "nothing", by=by)
    with pytest.raises(ScriptRunning):
        running.start(shell.work, turn, source="1", by=by)
    for not_theirs in (running.stop, lambda *words, **by: running.press(*words, "button", **by)):
        with pytest.raises(Exception, match="no such run"):
            not_theirs(shell.work, made.id, by=eve)
    for unsendable in (10**30, "\ud800", {"deep": 2**64}):
        with pytest.raises(PressRefused):
            running.press(shell.work, made.id, "button", unsendable, by=by)
    running.press(shell.work, made.id, "button", by=by)
    running.press(shell.work, made.id, "v", by=by)
    until(lambda: any(one["name"] == "said" for one in shown(shell, made.id)))
    until(lambda: shown(shell, made.id, "call"))
    running.stop(shell.work, made.id, by=by)

    assert ended(shell, made.id)["exit_reason"] == "stopped"
    with pytest.raises(PressRefused):
        running.press(shell.work, made.id, "button", by=by)
    running.stop(shell.work, made.id, by=by)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_shipped_example_runs_and_its_buttons_work(shell, start_service, turn, people, name):
    start_service()
    by = acting(people["bo"])
    source = (resources.files("openevent.lab") / "examples" / f"{name}.txt").read_text("utf-8")
    made = running.start(shell.work, turn, source=source, title=name, by=by)
    until(lambda: read(shell, made.id)["status"] == "ended" or shown(shell, made.id))
    pause = threading.Event()
    for _ in range(100):  # until nothing more is shown: it waits for presses, or is over
        before = len(read(shell, made.id)["events"])
        pause.wait(0.25)
        if len(read(shell, made.id)["events"]) == before:
            break
    buttons = [one["name"] for one in shown(shell, made.id) if one["kind"] == "button"]
    calls = len(shown(shell, made.id, "call"))
    for button in buttons:
        running.press(shell.work, made.id, button, by=by)
    until(lambda: len(shown(shell, made.id, "call")) >= calls + len(buttons))
    running.stop(shell.work, made.id, by=by)

    found = ended(shell, made.id)
    assert [payload for kind, payload in found["events"] if kind == "error" or "error" in payload] == []
    assert shown(shell, made.id)


@pytest.mark.parametrize("how", ["hand-back", "time", "kill"])
def test_the_end_of_a_turn_ends_its_script(shell, start_service, make_device, people, clock, how):
    start_service()
    turn, by = make_device(), acting(people["bo"])  # no process owns it: one that others share would keep the time
    with shell.work() as work:
        leasing.ask(work, turn, by=by)
    made = running.start(shell.work, turn, source="print(1)\nwhile True: pass", by=by)
    until(lambda: shown(shell, made.id, "text"))
    with shell.work() as work:
        if how == "hand-back":
            leasing.hand_back(work, leasing.leases.open_lease(work.db, turn, by.id).id, by=by)
        elif how == "kill":
            work.db.execute(update(Device).values(killed_at=work.now))
    if how == "time":
        clock.advance(hours=3)

    assert ended(shell, made.id)["exit_reason"] == ("device" if how == "kill" else "lease")


def test_nonsense_on_its_socket_does_not_hurt_the_service(shell, start_service, turn, people):
    start_service()
    for garbage in (b"", b"\xff\xff\xff\xff", b"\0\0\0\5\xc1\xc1\xc1\xc1\xc1", b"\0\0\0\1\x01", b"\0\0\0\1\x80"):
        with socket.socket(socket.AF_UNIX) as channel:
            channel.settimeout(PATIENCE)
            channel.connect(service_socket(shell.services.lab))
            channel.sendall(garbage)
            channel.shutdown(socket.SHUT_WR)
            assert b"do this" not in channel.recv(1 << 16)

    made = running.start(shell.work, turn, source="print(1)", by=acting(people["bo"]))
    assert ended(shell, made.id)["exit_reason"] == "done"


def test_who_has_no_turn_runs_nothing(shell, start_service, turn, people):
    with pytest.raises(LeaseMissing):
        running.start(shell.work, turn, source="print(1)", by=acting(people["eve"]))
    for source in ("", "x" * 100_001, "a\x00b"):
        with pytest.raises(running.RunRefused):
            running.start(shell.work, turn, source=source, by=acting(people["bo"]))
    for parameters in ({"a": "x" * 20_000}, {"a": object()}):
        with pytest.raises(running.RunRefused):
            running.start(shell.work, turn, source="1", parameters=parameters, by=acting(people["bo"]))


def test_without_the_service_a_run_waits_and_can_be_taken_back(shell, start_service, turn, people):
    by = acting(people["bo"])
    first = running.start(shell.work, turn, source="print(1)", by=by)
    assert read(shell, first.id)["status"] == "waiting"
    running.stop(shell.work, first.id, by=by)
    assert read(shell, first.id)["exit_reason"] == "stopped"

    second = running.start(shell.work, turn, source="print(2)", by=by)
    start_service()
    assert ended(shell, second.id)["exit_reason"] == "done"
    with pytest.raises(ServiceRunning):
        Service(shell, report=ON, with_owners=False)


def test_a_second_service_waits_for_the_end_of_the_first_or_refuses(shell, start_service, caplog):
    start_service()
    stopping = threading.Event()
    threading.Timer(0.2, stopping.set).start()

    with pytest.raises(ServiceRunning):
        begun(shell, stopping, may_wait=False)
    assert begun(shell, stopping, may_wait=True) is None
    assert caplog.text.count("has a service already. This server begins its own when that ends.") == 1


def test_a_run_of_a_service_that_died_is_lost(shell, start_service, turn, people):
    made = running.start(shell.work, turn, source="print(1)", by=acting(people["bo"]))
    with shell.work() as work:
        work.db.execute(update(Run).values(status="running", began_at=work.now))
    with pytest.raises(ServiceAway):
        running.stop(shell.work, made.id, by=acting(people["bo"]))
    start_service()

    assert ended(shell, made.id)["exit_reason"] == "lost"


def test_a_stopping_service_ends_its_runs(shell, start_service, turn, people):
    service = start_service()
    made = running.start(shell.work, turn, source="print(1)\nlab.sleep(99)", by=acting(people["bo"]))
    until(lambda: shown(shell, made.id, "text"))
    service.stop()

    assert ended(shell, made.id)["exit_reason"] == "lost"


def test_the_cages_are_tried_before_the_first_script(shell, start_service, turn, people, monkeypatch):
    tried = threading.Event()
    monkeypatch.setattr(service_module, "chosen", lambda: tried.set() or ON)
    made = running.start(shell.work, turn, source="print(1)", by=acting(people["bo"]))
    assert not tried.is_set()
    start_service(None)

    assert ended(shell, made.id)["exit_reason"] == "done"
    assert tried.is_set()
    assert ServiceClient(shell.services.lab).tiers()["tier"] == "B"


def test_where_the_test_itself_breaks_scripts_are_off(shell, start_service, monkeypatch):
    monkeypatch.setattr(service_module, "chosen", lambda: 1 / 0)
    start_service(None)
    client = ServiceClient(shell.services.lab)

    assert until(lambda: found if "tried." in (found := client.tiers()["reason"]) and "could" in found else None)
    assert client.tiers()["tier"] is None


def test_scripts_are_off_where_no_cage_holds(shell, start_service, turn, people):
    start_service(Report(None, "Scripts are off: no cage holds on this machine.", ()))
    made = running.start(shell.work, turn, source="print(1)", by=acting(people["bo"]))

    found = ended(shell, made.id)
    assert (found["exit_reason"], found["error"]) == ("failed", "Scripts are off: no cage holds on this machine.")
    assert ServiceClient(shell.services.lab).tiers()["tier"] is None
    with pytest.raises(PressRefused):
        ServiceClient(shell.services.lab).press(made.id, "button")
    assert ServiceClient(shell.services.lab).stop(made.id) is False


def test_of_two_who_start_at_once_one_is_refused(shell, turn, people):
    by = acting(people["bo"])

    def start_another(session: Any, *_: Any) -> None:
        lease = session.scalar(select(Lease.id))
        told = {"identifier": "other", "user_id": by.id, "device_id": turn, "lease_id": lease, "kind": "script"}
        session.execute(insert(Run).values(**told, created_at=shell.clock.now()))

    @contextmanager
    def meanwhile() -> Iterator[Any]:
        with shell.work() as work:
            event.listen(work.db, "before_flush", start_another, once=True)
            yield work

    with pytest.raises(ScriptRunning):
        running.start(meanwhile, turn, source="print(1)", by=by)


def test_a_script_without_a_version_or_with_an_odd_number_is_not_there(api, shell, turn, people):
    with shell.work() as work:
        script = Script(user_id=people["bo"].id, title="a", created_at=work.now, changed_at=work.now)
        work.db.add(script)
        work.db.flush()
        script_id = script.id

    with pytest.raises(NotFound):
        run_at_once(shell.work, turn, script_id, by=acting(people["bo"]))
    at = f"/v1/lab-devices/{turn}/run"
    odd = [{"script": 10**30}, {"script": -1}, {"script": script_id, "version": 10**30}]
    assert [api.post(at, json=one, as_=people["bo"]).status for one in odd] == [422, 422, 404]


def test_a_run_that_goes_on_is_not_thrown_away(api, shell, turn, people):
    made = running.start(shell.work, turn, source="print(1)", by=acting(people["bo"]))

    waiting = api.delete(f"/v1/lab-runs/{made.id}", as_=people["bo"])
    running.stop(shell.work, made.id, by=acting(people["bo"]))
    stranger = api.delete(f"/v1/lab-runs/{made.id}", as_=people["eve"])
    gone = api.delete(f"/v1/lab-runs/{made.id}", as_=people["bo"])

    assert (waiting.status, waiting.json["errors"][0]["code"]) == (409, "run-unended")
    assert (stranger.status in {403, 404}, gone.status) == (True, 200)
