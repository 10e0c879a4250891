"""Scanning tickets at stations, and the day's numbers."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from api.door.conftest import document, to
from factories import (
    make_attendee,
    make_event,
    make_order,
    make_session,
    make_session_type,
    make_speaker,
    make_ticket,
    make_track,
)
from openevent.door.models import UserCheckIn
from openevent.orders.models import Attendee
from openevent.programme.models import speakers_sessions

NOTHING = {
    "session_stats": [],
    "total_attendee": 1,
    "total_not_checked_in": 1,
    "total_registered": 0,
    "total_session_checked_in": 0,
    "total_session_checked_out": 0,
    "total_track_checked_in": 0,
    "total_track_checked_out": 0,
    "track_stats": [],
}


def refused(answer):
    [error] = answer.json["errors"]
    return answer.status, error["detail"], error["source"]


def test_a_registration_is_answered_as_v1_does(api, scan, station, people, holder):
    answer = scan(station("registration"))

    key = answer.json["data"]["id"]
    assert answer.status == 201
    assert answer.json["data"] == {
        "type": "user_check_in",
        "id": key,
        "attributes": {"success": True, "message": "Ticket register successful."},
        "links": {"self": f"/v1/user-check-in/{key}"},
    }
    attendee = api.get(f"/v1/attendees/{holder.id}", as_=people["ana"]).json["data"]["attributes"]
    assert (attendee["is-registered"], attendee["register-times"]) == (True, "2026-03-01T12:00:00+00:00")


def test_nobody_registers_twice_a_day_at_one_station(scan, station, clock, shell, holder):
    first = station("registration")

    assert [scan(first).status, scan(station("registration")).status] == [201, 201]
    assert refused(scan(first)) == (
        422,
        "Attendee already registered.",
        {"pointer": "/data/relationships/station"},
    )
    clock.advance(days=1)
    assert scan(first).status == 201
    with shell.work() as work:
        assert len(work.db.get_one(Attendee, holder.id).register_times.split(",")) == 3


def test_a_daily_station_lets_everybody_pass_once_a_session(scan, station, session, shell, event):
    gate = station("daily")
    with shell.work() as work:
        other = make_session(work, event)

    assert [scan(gate, session).status, scan(gate, other).status] == [201, 201]
    assert refused(scan(gate, session))[:2] == (422, "Already checked at this station today.")


def test_in_and_out_take_turns(scan, station, session):
    inside, outside = station("check in", at_room=True), station("check out", at_room=True)

    assert refused(scan(outside, session))[:2] == (422, "Not checked in yet.")
    assert scan(inside, session).json["data"]["attributes"]["message"] == "Checked in."
    assert refused(scan(inside, session))[:2] == (422, "Already checked in.")
    assert scan(outside, session).json["data"]["attributes"]["message"] == "Checked out."
    assert refused(scan(outside, session))[:2] == (422, "Already checked out.")
    assert scan(inside, session).status == 201


def test_all_but_registrations_need_a_session(scan, station):
    assert refused(scan(station("daily"))) == (
        422,
        "Please name the session.",
        {"pointer": "/data/relationships/session"},
    )


def test_the_session_is_in_the_stations_room(scan, station, shell, event):
    with shell.work() as work:
        elsewhere = make_session(work, event)

    assert refused(scan(station("check in", at_room=True), elsewhere))[:2] == (422, "This session is in another room.")


def test_a_registration_keeps_a_session_of_any_room(scan, station, shell, event):
    with shell.work() as work:
        elsewhere = make_session(work, event)

    assert scan(station("registration", at_room=True), elsewhere).status == 201


def test_ticket_and_session_are_of_the_stations_event(scan, station, shell, people):
    with shell.work() as work:
        other = make_event(work, owner=people["ana"])
        foreign = make_session(work, other)
        order = make_order(work, make_ticket(work, other))
        stranger = work.db.scalars(select(Attendee).where(Attendee.order_id == order.id)).one()
    gate = station("registration")

    assert refused(scan(gate, who=stranger))[1:] == (
        "This ticket is for another event.",
        {"pointer": "/data/relationships/ticket-holder"},
    )
    assert refused(scan(gate, foreign))[1:] == (
        "This session belongs to another event.",
        {"pointer": "/data/relationships/session"},
    )


def test_a_ticket_that_is_not_bought_opens_nothing(scan, station, shell, ticket):
    with shell.work() as work:
        order = make_order(work, ticket, status="initializing")
        waiting = work.db.scalars(select(Attendee).where(Attendee.order_id == order.id)).one()

    assert refused(scan(station("registration"), who=waiting))[:2] == (422, "This ticket has not been bought.")


@pytest.mark.parametrize(("who", "status"), [("dee", 403), ("eve", 404), ("bo", 404), ("adm", 201)])
def test_organizers_scan(scan, station, who, status):
    assert scan(station("registration"), as_=who).status == status


def test_scans_keep_the_names_of_that_day(scan, station, shell, event, room):
    with shell.work() as work:
        kind, track = make_session_type(work, event, name="Talk"), make_track(work, event, name="Web")
        session = make_session(
            work, event, microlocation_id=room.id, session_type_id=kind.id, track_id=track.id, title="HTTP"
        )
        for name in ("Chi", "Dag"):
            speaker = make_speaker(work, event, name=name)
            work.db.execute(speakers_sessions.insert().values(session_id=session.id, speaker_id=speaker.id))

    key = scan(station("check in", at_room=True), session).json["data"]["id"]

    with shell.work() as work:
        found = work.db.get_one(UserCheckIn, key)
        assert (found.track_name, found.session_name, found.speaker_name) == ("Web", "Talk", "Chi, Dag")


def test_a_scan_is_read_and_deleted_by_those_who_may(api, people, scan, station, event, room):
    gate = station("check in", at_room=True)
    key = scan(station("registration")).json["data"]["id"]
    path = f"/v1/user-check-in/{key}"

    assert [api.get(path, as_=people.get(who)).status for who in ("dee", "eve", None)] == [200, 404, 401]
    assert [api.delete(path, as_=people.get(who)).status for who in ("dee", "eve", None)] == [403, 404, 401]
    linked = api.get(f"{path}/relationships/attendee", as_=people["dee"]).json["data"]
    assert linked["type"] == "attendee"
    assert api.get(f"{path}/relationships/ticket", as_=people["dee"]).json["data"]["type"] == "ticket"
    assert api.get(f"{path}/ticket", as_=people["dee"]).json["data"]["type"] == "ticket"
    assert [one["id"] for one in api.get(f"/v1/events/{event.id}/user-check-in", as_=people["dee"]).json["data"]] == [
        key
    ]
    assert api.get(f"/v1/microlocations/{room.id}/user-check-in", as_=people["dee"]).json["data"] == []
    assert api.delete(path, as_=people["ana"]).status == 200
    assert gate


def test_the_days_numbers_are_those_of_v1(api, people, event, scan, station):
    path = f"/v1/user-check-in/stats/event/{event.id}"
    before = api.get(path, as_=people["dee"])

    scan(station("registration"))

    assert (before.status, before.json) == (200, NOTHING)
    after = {**NOTHING, "total_registered": 1, "total_not_checked_in": 0}
    assert api.get(path, as_=people["dee"]).json == after


def test_sessions_and_tracks_are_counted_when_asked_for(api, people, event, scan, station, shell, room, clock):
    with shell.work() as work:
        track = make_track(work, event, name="Web")
        session = make_session(work, event, title="HTTP", track_id=track.id, microlocation_id=room.id)
        starts = session.starts_at
        speaker = make_speaker(work, event, name="Chi")
        work.db.execute(speakers_sessions.insert().values(session_id=session.id, speaker_id=speaker.id))
    clock.advance(seconds=(starts - clock.now()).total_seconds())
    inside, outside = station("check in", at_room=True), station("check out", at_room=True)
    scan(inside, session)
    scan(outside, session)
    scan(inside, session)
    count = {"station": to("station", inside), "session": to("session", session)}
    body = {"data": {"type": "station-store-pax", "attributes": {"current-pax": 9}, "relationships": count}}
    assert api.post("/v1/station-store-paxs", json=body, as_=people["ana"]).status == 201

    query = f"session_ids={session.id},999&track_ids={track.id}"
    found = api.get(f"/v1/user-check-in/stats/event/{event.id}?{query}", as_=people["ana"]).json

    [one], [of_track] = found["session_stats"], found["track_stats"]
    manual = one.pop("manual_count")
    assert (manual["current_pax"], manual["station_id"]) == (9, inside)
    assert one == {
        "session_id": str(session.id),
        "session_name": "HTTP",
        "track_name": "Web",
        "speakers": ["Chi"],
        "check_in": 1,
        "check_out": 1,
    }
    assert of_track == {
        "track_id": str(track.id),
        "track_name": "Web",
        "current_session": "HTTP",
        "speakers": ["Chi"],
        "check_in": 1,
        "check_out": 1,
    }
    totals = [found[f"total_{kind}_checked_{way}"] for kind in ("session", "track") for way in ("in", "out")]
    assert totals == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("path", "who", "status"),
    [
        ("{event}", "eve", 403),
        ("{event}", None, 401),
        ("999", "ana", 404),
        ("x", "ana", 404),
        ("{event}?session_ids=a", "ana", 422),
        ("{event}?track_ids=" + ",".join(map(str, range(1, 203))), "ana", 422),
    ],
)
def test_numbers_are_for_the_crew_and_well_asked(api, people, event, path, who, status):
    found = api.get(f"/v1/user-check-in/stats/event/{path.format(event=event.id)}", as_=people.get(who))

    assert found.status == status


def test_registered_or_not_can_be_asked(api, people, event, holder, scan, station):
    path = f"/v1/states?event_id={event.id}&attendee_id={holder.id}"
    before = api.get(path, as_=people["bo"])

    scan(station("registration"))

    assert (before.status, before.json) == (200, {"is_registered": False, "register_times": None})
    assert api.get(path, as_=people["dee"]).json == {
        "is_registered": True,
        "register_times": "2026-03-01T12:00:00+00:00",
    }


@pytest.mark.parametrize(
    ("query", "who", "status"),
    [
        ("event_id={event}", "ana", 404),
        ("attendee_id={holder}", "ana", 404),
        ("event_id=x&attendee_id={holder}", "ana", 422),
        ("event_id=999&attendee_id={holder}", "ana", 422),
        ("event_id={event}&attendee_id=999", "ana", 404),
        ("event_id={event}&attendee_id={holder}", "eve", 404),
        ("event_id={event}&attendee_id={holder}", None, 401),
    ],
)
def test_badly_asked_states_are_refused(api, people, event, holder, query, who, status):
    answer = api.get(f"/v1/states?{query.format(event=event.id, holder=holder.id)}", as_=people.get(who))

    assert answer.status == status


def test_a_scanner_sends_what_the_qr_code_says(api, shell, people, event, ticket, holder, station):
    from openevent.orders.actions.issuing import with_codes  # noqa: PLC0415 -- only here
    from openevent.orders.models import Order  # noqa: PLC0415 -- only here
    from openevent.orders.queries import admissions  # noqa: PLC0415 -- only here

    with shell.work() as work:
        (told,) = with_codes(work, admissions(work.db, [holder.id]))
        foreign = make_order(work, make_ticket(work, make_event(work)), buyer=people["bo"])
        (other,) = with_codes(work, admissions(work.db, [work.db.scalar(select_holder(foreign))]))
        plain = f"{work.db.get_one(Order, holder.order_id).identifier}-{holder.identifier}"

    def scanned(gate, code, **links):
        named = {"station": to("station", gate), **links}
        return api.post("/v1/user-check-in", json=document("user_check_in", {"code": code}, **named), as_=people["ana"])

    gates = [station("registration"), station("registration")]
    first, second = (scanned(gate, code) for gate, code in zip(gates, (told.code, plain), strict=True))
    assert (first.status, second.status) == (201, 201), (first.json, second.json)
    assert "code" not in first.json["data"]["attributes"]
    again = scanned(gates[0], told.code, ticket_holder=to("attendee", holder))
    assert again.json["errors"][0]["detail"] == "Attendee already registered."
    tampered = told.code[:-1] + ("0" if told.code[-1] != "0" else "1")
    for code, refusal in (
        (tampered, "ticket-code-forged"),
        (other.code, "ticket-code-foreign"),
        (f"{plain[:-6]}ffffff", "ticket-code-revoked"),
        ("hello", "ticket-code-unreadable"),
        (None, "invalid"),
    ):
        answer = scanned(gates[0], code)
        assert (answer.status, answer.json["errors"][0]["code"]) == (422, refusal), code
        if code:
            assert answer.json["errors"][0]["source"] == {"pointer": "/data/attributes/code"}
    with shell.work() as work:
        somebody = make_attendee(work, ticket)
    assert scanned(gates[0], told.code, ticket_holder=to("attendee", somebody)).status == 422


def select_holder(order):
    return select(Attendee.id).where(Attendee.order_id == order.id)
