"""Devices and benches: set up by admins, checked, and taken from whoever has them when they go."""

from __future__ import annotations

import pytest

from factories import make_event, make_session, make_ticket


def create(api, who, **attributes):
    told = {"data": {"type": "lab-device", "attributes": {"name": "Bench 1", **attributes}}}
    return api.post("/v1/lab-devices", json=told, as_=who)


def change(api, who, key, **attributes):
    told = {"data": {"type": "lab-device", "id": str(key), "attributes": attributes}}
    return api.patch(f"/v1/lab-devices/{key}", json=told, as_=who)


def test_admins_set_up_devices_and_nobody_else(api, people):
    made = create(api, people["adm"], kind="tcp", address="10.0.0.7:2000", limits={"pv1": [-3.3, 3.3]}, minutes=30)
    refused = create(api, people["ana"])

    seen = made.json["data"]["attributes"]
    assert (made.status, refused.status, create(api, None).status) == (201, 403, 401)
    assert (seen["kind"], seen["address"], seen["state"], seen["minutes"]) == ("tcp", "10.0.0.7:2000", "off", 30)


@pytest.mark.parametrize(
    ("attributes", "place"),
    [
        ({"kind": "radio"}, "kind"),
        ({"kind": "tcp", "address": "nowhere"}, "address"),
        ({"kind": "tcp", "address": "host:99999"}, "address"),
        ({"kind": "serial", "address": "/etc/passwd"}, "address"),
        ({"minutes": 0}, "minutes"),
        ({"wiring": {"wires": "all"}}, "wiring"),
        ({"wiring": {"nothing": 1}}, "wiring"),
        ({"limits": {"pv1": [3, -3]}}, "limits"),
        ({"limits": {"everything": True}}, "limits"),
        ({"limits": []}, "limits"),
    ],
)
def test_what_can_not_be_so_is_refused_where_it_stands(api, people, attributes, place):
    answer = create(api, people["adm"], **attributes)

    assert (answer.status, answer.json["errors"][0]["source"]["pointer"]) == (422, f"/data/attributes/{place}")


@pytest.mark.parametrize("attributes", [{"is-on": False}, {"is-in-repair": True}])
def test_a_device_that_goes_out_of_use_is_taken_from_who_has_it(api, people, make_device, attributes):
    device = make_device()
    lease = api.post(f"/v1/lab-devices/{device}/ask", as_=people["bo"]).json["lease"]

    changed = change(api, people["adm"], device, **attributes)

    seen = api.get(f"/v1/lab-leases/{lease}", as_=people["bo"]).json["data"]["attributes"]
    assert (changed.status, seen["status"], seen["end-reason"]) == (200, "ended", "device")


def test_a_deleted_device_is_gone_with_its_queue(api, people, make_device):
    device = make_device()
    leases = [api.post(f"/v1/lab-devices/{device}/ask", as_=people[name]).json["lease"] for name in ("bo", "eve")]

    gone = api.delete(f"/v1/lab-devices/{device}", as_=people["adm"])

    reasons = [api.get(f"/v1/lab-leases/{one}", as_=people["adm"]).json["data"]["attributes"] for one in leases]
    assert (gone.status, [one["end-reason"] for one in reasons]) == (200, ["device", "device"])
    assert api.get(f"/v1/lab-devices/{device}", as_=people["adm"]).status == 404
    assert api.post(f"/v1/lab-devices/{device}/ask", as_=people["bo"]).status == 404


def test_a_bench_is_made_of_one_event(api, shell, people, make_device):
    with shell.work() as work:
        event, other = make_event(work, owner=people["ana"]), make_event(work)
        session, foreign = make_session(work, event), make_ticket(work, other)
    device = make_device(is_open=False)

    def bench(who, **links):
        told = {name: {"data": {"type": kind, "id": str(key)}} for name, (kind, key) in links.items()}
        sent = {"data": {"type": "lab-bench", "attributes": {}, "relationships": told}}
        return api.post("/v1/lab-benches", json=sent, as_=who)

    ours = {"event": ("event", event.id), "device": ("lab-device", device)}
    made = bench(people["adm"], **ours, session=("session", session.id))
    refused = bench(people["adm"], **ours, ticket=("ticket", foreign.id))
    not_theirs = bench(people["ana"], **ours)
    read = api.get(f"/v1/lab-devices/{device}/benches", as_=people["ana"])

    assert (made.status, refused.status, not_theirs.status) == (201, 422, 403)
    assert refused.json["errors"][0]["source"] == {"pointer": "/data/relationships/ticket"}
    assert [one["id"] for one in read.json["data"]] == [made.json["data"]["id"]]
    assert api.delete(f"/v1/lab-benches/{made.json['data']['id']}", as_=people["adm"]).status == 200
    assert api.get(f"/v1/lab-devices/{device}", as_=people["ana"]).status == 404


def test_a_bench_is_no_member_of_its_events_documents(api, people, shell):
    with shell.work() as work:
        event = make_event(work, owner=people["ana"]).id

    told = api.get(f"/v1/events/{event}", as_=people["ana"]).json["data"]["relationships"]

    assert [name for name in told if "lab" in name] == []
