"""Turns at a device: who has it, who is next, and how a turn ends."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from cast import actor
from openevent.kit.access import NOBODY
from openevent.kit.errors import Unauthenticated
from openevent.lab.actions import leasing
from openevent.lab.actions.giving import give_next
from openevent.lab.actions.refusals import LabSwitchedOff, refuse_if_off
from openevent.lab.models import Device, Lease, LogEntry
from openevent.lab.queries.devices import device_by_id
from openevent.lab.rules.turns import SILENCE
from openevent.people.models import User


def ask(api, device, who):
    return api.post(f"/v1/lab-devices/{device}/ask", as_=who)


def queue(api, device, who):
    return api.get(f"/v1/lab-devices/{device}/queue", as_=who).json


def make_safe(shell, device):
    """What the laboratory does after a turn, without a device."""
    with shell.work() as work:
        found = device_by_id(work.db, device, lock=True)
        found.unsafe_since = None
        give_next(work, found)


def statuses(shell, device):
    with shell.work() as work:
        rows = work.db.execute(
            select(Lease.status, Lease.end_reason).where(Lease.device_id == device).order_by(Lease.id)
        )
        return [tuple(row) for row in rows]


def test_the_first_who_asks_has_the_device_and_others_wait(api, people, make_device):
    device = make_device()

    first, second = ask(api, device, people["bo"]), ask(api, device, people["eve"])
    place = queue(api, device, people["eve"])

    assert (first.status, first.json["status"], len(first.json["key"])) == (201, "held", 43)
    assert first.json["ends_at"] == "2026-03-01T12:20:00+00:00"
    assert (second.status, second.json["status"]) == (201, "waiting")
    assert place == {
        "state": "held",
        "is_yours": False,
        "lease": second.json["lease"],
        "free_at": "2026-03-01T12:20:00+00:00",
        "waiting": 1,
        "position": 1,
        "begins_about": "2026-03-01T12:20:00+00:00",
    }
    assert queue(api, device, people["bo"])["is_yours"] is True


def test_who_asks_again_has_the_same_turn_and_another_key(api, people, make_device):
    device = make_device()

    first, again = ask(api, device, people["bo"]).json, ask(api, device, people["bo"]).json
    renewed = api.post(f"/v1/lab-leases/{first['lease']}/key", as_=people["bo"]).json

    assert first["lease"] == again["lease"] == renewed["lease"]
    assert len({first["key"], again["key"], renewed["key"]}) == 3


def test_the_database_refuses_a_second_holder(shell, people, make_device, api):
    device = make_device()
    ask(api, device, people["bo"])
    row = {"device_id": device, "user_id": people["eve"].id, "status": "held", "minutes": 1, "key": "x"}

    with pytest.raises(IntegrityError), shell.work() as work:
        work.db.execute(insert(Lease).values(**row, asked_at=work.now))


def test_of_two_who_ask_at_once_one_has_the_device(shell, people, make_device):
    device, together = make_device(), threading.Barrier(2)
    found = []

    def try_it(who):
        together.wait(10)
        with shell.work() as work:
            found.append(leasing.ask(work, device, by=actor(who)).lease.status)

    threads = [threading.Thread(target=try_it, args=(people[name],)) for name in ("bo", "eve")]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)

    assert sorted(found) == ["held", "waiting"]


def test_the_next_has_the_device_when_it_was_handed_back_and_is_safe(api, shell, people, make_device):
    device = make_device()
    first = ask(api, device, people["bo"]).json["lease"]
    second = ask(api, device, people["eve"]).json["lease"]

    gone = api.delete(f"/v1/lab-leases/{first}", as_=people["bo"])
    unsafe = queue(api, device, people["eve"])["state"]
    make_safe(shell, device)

    assert (gone.status, unsafe) == (200, "unsafe")
    assert statuses(shell, device) == [("ended", "handed-back"), ("held", None)]
    assert queue(api, device, people["eve"])["lease"] == second


def test_a_turn_is_over_when_its_time_is(api, shell, people, make_device, clock):
    device = make_device()
    lease = ask(api, device, people["bo"]).json["lease"]

    clock.advance(minutes=19)
    kept = api.post(f"/v1/lab-leases/{lease}/beat", as_=people["bo"])
    clock.advance(minutes=1)
    ask(api, device, people["eve"])
    late = api.post(f"/v1/lab-leases/{lease}/beat", as_=people["bo"])

    assert (kept.status, late.status, late.json["errors"][0]["code"]) == (200, 409, "lease-missing")
    assert statuses(shell, device) == [("ended", "time"), ("waiting", None)]


def test_who_falls_silent_or_never_comes_loses_the_turn(api, shell, people, make_device, clock):
    device = make_device()
    ask(api, device, people["bo"])
    ask(api, device, people["eve"])

    clock.advance(seconds=SILENCE.seconds)
    ask(api, device, people["chi"])
    clock.advance(seconds=1)
    make_safe(shell, device)
    clock.advance(seconds=SILENCE.seconds)
    ask(api, device, people["chi"])

    assert statuses(shell, device) == [("ended", "silence"), ("ended", "no-show"), ("waiting", None)]


def test_a_turn_goes_on_twice_as_long_as_nobody_waits(api, people, make_device):
    device = make_device()
    lease = ask(api, device, people["bo"]).json["lease"]

    first, second, third = (api.post(f"/v1/lab-leases/{lease}/extend", as_=people["bo"]) for _ in range(3))

    assert [one.status for one in (first, second, third)] == [200, 200, 409]
    assert second.json["ends_at"] == "2026-03-01T13:00:00+00:00"


def test_a_turn_does_not_go_on_while_others_wait_or_after_it_is_over(api, people, make_device, clock):
    device = make_device()
    lease = ask(api, device, people["bo"]).json["lease"]
    ask(api, device, people["eve"])

    waited = api.post(f"/v1/lab-leases/{lease}/extend", as_=people["bo"])
    clock.advance(minutes=20)
    late = api.post(f"/v1/lab-leases/{lease}/extend", as_=people["bo"])

    assert [waited.json["errors"][0]["code"], late.json["errors"][0]["code"]] == ["lease-unextendable", "lease-missing"]


def test_turns_of_others_are_nobodys_business(api, people, make_device):
    device = make_device()
    lease = ask(api, device, people["bo"]).json["lease"]
    eve = people["eve"]

    answers = [
        api.get(f"/v1/lab-leases/{lease}", as_=eve),
        api.delete(f"/v1/lab-leases/{lease}", as_=eve),
        *(api.post(f"/v1/lab-leases/{lease}/{verb}", as_=eve) for verb in ("beat", "extend", "key")),
    ]

    assert [one.status for one in answers] == [404] * 5
    assert api.get("/v1/lab-leases", as_=eve).json["data"] == []
    assert api.delete(f"/v1/lab-leases/{lease}", as_=people["adm"]).status == 200


def test_nobody_has_or_waits_for_three_devices(api, people, make_device):
    devices = [make_device(name=f"Bench {number}") for number in range(3)]

    answers = [ask(api, device, people["bo"]) for device in devices]

    assert [one.status for one in answers] == [201, 201, 409]
    assert answers[2].json["errors"][0]["code"] == "lease-limit"


KILLED = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("values", [{"is_on": False}, {"is_in_repair": True}, {"killed_at": KILLED}])
def test_a_device_out_of_use_is_given_to_nobody(api, people, make_device, values):
    device = make_device(**values)

    answer = ask(api, device, people["bo"])

    assert (answer.status, answer.json["errors"][0]["code"]) == (409, "device-unusable")


def test_visitors_are_sent_to_sign_in_and_strangers_see_no_closed_device(api, people, make_device):
    device = make_device(is_open=False)

    assert ask(api, device, None).status == 401
    assert [ask(api, device, people["eve"]).status, ask(api, 10**30, people["eve"]).status] == [404, 404]
    assert api.get(f"/v1/lab-devices/{device}/queue", as_=people["eve"]).status == 404
    assert api.post("/v1/lab-devices/abc/ask", as_=people["eve"]).status == 404


def test_a_turn_can_be_asked_for_as_a_resource(api, people, make_device):
    device = make_device()
    link = {"device": {"data": {"type": "lab-device", "id": str(device)}}}
    document = {"data": {"type": "lab-lease", "attributes": {}, "relationships": link}}

    made = api.post("/v1/lab-leases", json=document, as_=people["bo"])
    listed = api.get(f"/v1/lab-devices/{device}/leases", as_=people["bo"]).json["data"]

    assert (made.status, made.json["data"]["attributes"]["status"]) == (201, "held")
    assert [one["id"] for one in listed] == [made.json["data"]["id"]]


def test_what_was_done_stands_in_a_log_that_nobody_changes(api, shell, people, make_device):
    device = make_device()
    lease = ask(api, device, people["bo"]).json["lease"]
    api.delete(f"/v1/lab-leases/{lease}", as_=people["bo"])

    entries = api.get("/v1/lab-log-entries?sort=id", as_=people["adm"]).json["data"]
    seen = [(one["attributes"]["kind"], one["attributes"]["user-id"]) for one in entries]

    assert seen == [(kind, people["bo"].id) for kind in ("lease.ask", "lease.begin", "lease.end")]
    assert api.get("/v1/lab-log-entries", as_=people["eve"]).json["data"] == []
    for change in (LogEntry.__table__.update().values(kind="x"), LogEntry.__table__.delete()):
        with pytest.raises(IntegrityError), shell.work() as work:
            work.db.execute(change)


def test_an_account_that_closes_leaves_its_turns(api, shell, people, make_device):
    device = make_device()
    ask(api, device, people["bo"])

    closed = api.delete(f"/v1/users/{people['bo'].id}", as_=people["bo"])

    assert closed.status == 200
    assert statuses(shell, device) == [("ended", "account")]
    with shell.work() as work:
        assert work.db.get_one(Device, device).unsafe_since is not None


def test_a_sign_of_life_is_written_down_when_it_is_news(api, shell, people, make_device, clock):
    device = make_device()
    lease = ask(api, device, people["bo"]).json["lease"]
    began = clock.now()

    clock.advance(seconds=9)
    api.post(f"/v1/lab-leases/{lease}/beat", as_=people["bo"])
    with shell.work() as work:
        early = work.db.get_one(Lease, int(lease)).beat_at
    clock.advance(seconds=1)
    api.post(f"/v1/lab-leases/{lease}/beat", as_=people["bo"])
    with shell.work() as work:
        late = work.db.get_one(Lease, int(lease)).beat_at

    assert (early, late) == (began, clock.now())


def test_a_turn_does_not_go_on_into_a_booked_time(api, people, make_device):
    device = make_device()
    attributes = {"begins-at": "2026-03-01T12:20:00+00:00", "ends-at": "2026-03-01T12:40:00+00:00"}
    link = {"device": {"data": {"type": "lab-device", "id": str(device)}}}
    sent = {"data": {"type": "lab-booking", "attributes": attributes, "relationships": link}}
    api.post("/v1/lab-bookings", json=sent, as_=people["eve"])

    lease = ask(api, device, people["bo"]).json["lease"]

    assert api.post(f"/v1/lab-leases/{lease}/extend", as_=people["bo"]).status == 409


def test_what_is_over_can_not_be_ended_or_opened_again(api, people, make_device):
    device = make_device()
    lease = ask(api, device, people["bo"]).json["lease"]

    answers = [api.delete(f"/v1/lab-leases/{lease}", as_=people["bo"]).status for _ in range(2)]

    assert answers == [200, 200]
    assert (
        api.get(f"/v1/lab-leases/{lease}", as_=people["bo"]).json["data"]["attributes"]["end-reason"] == "handed-back"
    )
    assert [api.post(f"/v1/lab-leases/{lease}/{verb}", as_=people["bo"]).status for verb in ("key", "beat")] == [
        409,
        409,
    ]


def test_who_leaves_the_queue_makes_nothing_unsafe(api, people, make_device):
    device = make_device()
    ask(api, device, people["bo"])
    waiting = ask(api, device, people["eve"]).json["lease"]

    api.delete(f"/v1/lab-leases/{waiting}", as_=people["eve"])

    assert api.get(f"/v1/lab-leases/{waiting}", as_=people["eve"]).json["data"]["attributes"]["end-reason"] == "left"
    assert queue(api, device, people["bo"])["state"] == "held"


def test_who_may_not_have_it_any_more_leaves_the_queue_when_it_would_be_their_turn(api, shell, people, make_device):
    device = make_device()
    for name in ("bo", "eve", "dee", "adm"):
        ask(api, device, people[name])
    with shell.work() as work:
        work.db.get_one(User, people["eve"].id).is_blocked = True
        work.db.get_one(Device, device).is_open = False
        leasing.hand_back(work, leasing.leases.open_lease(work.db, device, people["bo"].id).id, by=actor(people["bo"]))

    make_safe(shell, device)

    assert statuses(shell, device) == [("ended", "handed-back"), ("ended", "time"), ("ended", "time"), ("held", None)]


def test_the_kill_switch_leaves_the_queue_and_can_be_pressed_twice(api, shell, people, make_device):
    device, adm = make_device(), people["adm"]
    for name in ("bo", "eve"):
        ask(api, device, people[name])

    answers = [api.post(f"/v1/lab-devices/{device}/{verb}", as_=adm) for verb in ("kill", "kill", "revive", "revive")]

    assert [one.status for one in answers] == [200] * 4
    assert statuses(shell, device) == [("ended", "kill"), ("waiting", None)]
    with shell.work() as work:
        kinds = list(work.db.scalars(select(LogEntry.kind).where(LogEntry.kind.like("device.%"))))
    assert kinds == ["device.kill", "device.revive"]


def test_visitors_are_refused_and_everybody_where_the_laboratory_is_off(shell, people, make_device):
    device, services = make_device(), shell.services

    with shell.work() as work, pytest.raises(Unauthenticated):
        leasing.ask(work, device, by=NOBODY)
    with pytest.raises(LabSwitchedOff):
        refuse_if_off(replace(services, lab=""))
