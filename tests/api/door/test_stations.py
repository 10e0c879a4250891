"""Stations and counts."""

from __future__ import annotations

import pytest

from api.door.conftest import document, to
from factories import make_event, make_room, make_session


def test_a_station_is_set_up_as_v1_does(api, people, event, room):
    links = {"event": to("event", event), "microlocation": to("microlocation", room)}
    body = document("station", {"station-name": "Gate A", "station-type": "registration"}, **links)

    answer = api.post("/v1/station", json=body, as_=people["ana"])

    key = answer.json["data"]["id"]
    assert (answer.status, type(key)) == (201, int)
    assert answer.headers["Location"] == f"/v1/stations/{key}"
    assert answer.json["data"]["attributes"] == {
        "station-name": "Gate A",
        "station-type": "registration",
        "microlocation-id": room.id,
        "room": "Saal 1",
    }
    assert set(answer.json["data"]["relationships"]) == {"event", "microlocation"}


def test_a_station_without_a_room_can_be_read(api, people, station):
    answer = api.get(f"/v1/stations/{station('registration')}", as_=people["dee"])

    attributes = answer.json["data"]["attributes"]
    assert (answer.status, attributes["room"], attributes["microlocation-id"]) == (200, None, None)


@pytest.mark.parametrize("kind", ["check in", "check out"])
def test_checking_in_and_out_needs_a_room(api, people, event, kind):
    body = document("station", {"station-name": "Gate", "station-type": kind}, event=to("event", event))

    answer = api.post("/v1/station", json=body, as_=people["ana"])

    assert (answer.status, answer.json["errors"][0]["source"]) == (
        422,
        {"pointer": "/data/relationships/microlocation"},
    )


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"station-name": " ", "station-type": "daily"}, "/data/attributes/station-name"),
        ({"station-name": "A", "station-type": "gate"}, "/data/attributes/station-type"),
    ],
)
def test_bad_stations_are_refused_at_their_place(api, people, event, attributes, pointer):
    answer = api.post("/v1/station", json=document("station", attributes, event=to("event", event)), as_=people["ana"])

    assert (answer.status, answer.json["errors"][0]["source"]) == (422, {"pointer": pointer})


def test_a_room_of_another_event_is_refused(api, shell, people, station):
    with shell.work() as work:
        foreign = make_room(work, make_event(work, owner=people["ana"]))
    key = station("daily", at_room=True)
    body = {
        "data": {"type": "station", "id": str(key), "relationships": {"microlocation": to("microlocation", foreign)}}
    }

    answer = api.patch(f"/v1/stations/{key}", json=body, as_=people["ana"])

    assert (answer.status, answer.json["errors"][0]["source"]) == (
        422,
        {"pointer": "/data/relationships/microlocation"},
    )


def test_a_station_can_be_renamed(api, people, station):
    key = station("daily")
    body = {"data": {"type": "station", "id": str(key), "attributes": {"station-name": "West"}}}

    answer = api.patch(f"/v1/stations/{key}", json=body, as_=people["ana"])

    assert (answer.status, answer.json["data"]["attributes"]["station-name"]) == (200, "West")


@pytest.mark.parametrize(("who", "reads", "changes"), [("dee", 200, 403), ("eve", 404, 404), (None, 401, 401)])
def test_stations_are_for_the_crew(api, people, event, station, who, reads, changes):
    key, by = station("registration"), people.get(who)
    body = {"data": {"type": "station", "id": str(key), "attributes": {"station-name": "Mine"}}}

    assert api.get(f"/v1/stations/{key}", as_=by).status == reads
    assert api.patch(f"/v1/stations/{key}", json=body, as_=by).status == changes
    assert api.delete(f"/v1/stations/{key}", as_=by).status == changes
    new = document("station", {"station-name": "A", "station-type": "daily"}, event=to("event", event))
    assert api.post("/v1/station", json=new, as_=by).status == (401 if who is None else 403)


def test_stations_are_listed_below_event_and_room(api, people, event, room, station):
    keys = {station("registration"), station("check in", at_room=True)}

    of_event = api.get(f"/v1/events/{event.identifier}/stations", as_=people["dee"]).json["data"]
    of_room = api.get(f"/v1/microlocations/{room.id}/stations", as_=people["dee"]).json["data"]

    assert {one["id"] for one in of_event} == keys
    assert [one["attributes"]["station-type"] for one in of_room] == ["check in"]
    linked = api.get(f"/v1/events/{event.id}/relationships/stations", as_=people["ana"])
    assert {int(one["id"]) for one in linked.json["data"]} == keys  # linkage is text, whatever the type shows


def test_people_are_counted_by_hand(api, people, station, session):
    key = station("check in", at_room=True)
    links = {"station": to("station", key), "session": to("session", session)}
    body = document("station-store-pax", {"current_pax": "10"}, **links)

    made = api.post("/v1/station-store-paxs", json=body, as_=people["dee"])
    count = made.json["data"]["id"]
    change = {"data": {"type": "station-store-pax", "id": str(count), "attributes": {"current-pax": 12}}}
    changed = api.patch(f"/v1/station-store-paxs/{count}", json=change, as_=people["dee"])

    assert (made.status, made.json["data"]["attributes"]["current-pax"]) == (201, 10)
    assert (changed.status, changed.json["data"]["attributes"]["current-pax"]) == (200, 12)
    for path in (
        f"/v1/stations/{key}/sessions/{session.id}/station-store-paxs",
        f"/v1/stations/{key}/station-store-paxs",
        f"/v1/sessions/{session.id}/station-store-paxs",
    ):
        assert [one["id"] for one in api.get(path, as_=people["dee"]).json["data"]] == [count]
    other = f"/v1/stations/{key}/sessions/{session.id + 1}/station-store-paxs"
    assert api.get(other, as_=people["dee"]).json["data"] == []


@pytest.mark.parametrize("who", ["eve", None])
def test_strangers_count_nobody(api, people, station, session, who):
    links = {"station": to("station", station("registration")), "session": to("session", session)}

    answer = api.post("/v1/station-store-paxs", json=document("station-store-pax", **links), as_=people.get(who))

    assert answer.status == (404 if who else 401)


def test_station_and_session_of_a_count_are_of_one_event(api, shell, people, station):
    with shell.work() as work:
        foreign = make_session(work, make_event(work, owner=people["ana"]))
    links = {"station": to("station", station("registration")), "session": to("session", foreign)}

    answer = api.post("/v1/station-store-paxs", json=document("station-store-pax", **links), as_=people["ana"])

    assert (answer.status, answer.json["errors"][0]["source"]) == (422, {"pointer": "/data/relationships/session"})
