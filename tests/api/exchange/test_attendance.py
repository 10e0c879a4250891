"""Who follows a group, who was scanned, what people marked and rated, and which codes they used: in files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from cast import adm, ana, bo, chi, eve
from clients import Api
from factories import (
    give_role,
    join_group,
    make_attendee,
    make_event,
    make_group,
    make_order,
    make_session,
    make_ticket,
)
from openevent.door.models import Station, UserCheckIn
from openevent.events.models import UserFollowGroup
from openevent.kit.work import Shell
from openevent.programme.models import Feedback, UserFavouriteSession
from openevent.tickets.models import AccessCode, DiscountCode

FOLLOWERS = "/v1/group/{}/export/followers/csv"
SCANS = "/v1/export/user-check-in/csv"


@pytest.fixture
def stage(shell: Shell) -> dict[str, Any]:
    """Ana owns a group and an event whose registrar is Bo; Chi owns another event."""
    with shell.work() as work:
        found: dict[str, Any] = {maker.__name__: maker(work) for maker in (ana, bo, chi, eve, adm)}
        event = make_event(work, owner=found["ana"], name="Conf")
        give_role(work, event, found["bo"], "registrar")
        return {**found, "event": event, "other": make_event(work, owner=found["chi"], timezone="UTC")}


@pytest.fixture
def exported(api: Api, run_jobs: Callable[[], int]) -> Callable[..., list[str]]:
    """A function that starts an export, lets it run, opens its link without a token, and returns the lines."""

    def run(method: str, path: str, who: Any, body: Any = None) -> list[str]:
        answer = api.call(method, path, json=body, as_=who)
        assert answer.status == 200, answer.body
        run_jobs()
        done = api.get(answer.json["task_url"], as_=who).json
        assert done["state"] == "SUCCESS", done
        link = urlsplit(done["result"]["download_url"])
        file = api.get(f"{link.path}?{link.query}")
        assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
        return file.body.decode().split("\r\n")[:-1]

    return run


@pytest.fixture
def group(shell: Shell, stage: dict[str, Any]) -> Any:
    """Bo runs the group and follows it, Chi was asked to run it, Eve follows it."""
    with shell.work() as work:
        group = make_group(work, stage["ana"])
        join_group(work, group, stage["bo"])
        join_group(work, group, stage["chi"], accepted=False)
        work.db.merge(stage["eve"]).public_name = "=Eve"
        gone = stage["adm"]
        for name in ("eve", "bo", "chi"):
            work.db.add(UserFollowGroup(group_id=group.id, user_id=stage[name].id, created_at=work.now))
            work.db.flush()
        work.db.add(UserFollowGroup(group_id=make_group(work, gone).id, user_id=gone.id, created_at=work.now))
        return group


def test_followers_of_a_group_are_exported(
    exported: Callable[..., list[str]], shell: Shell, stage: dict[str, Any], group: Any
) -> None:
    with shell.work() as work:
        work.db.merge(stage["chi"]).deleted_at = work.now

    assert exported("POST", FOLLOWERS.format(group.id), stage["bo"]) == [
        "Public Name,Email,Group Join Date,Group Role",
        '\'=Eve,eve@example.org,"March 01, 2026 12:00 +0000",Follower',
        'Bo Lindqvist,bo@example.org,"March 01, 2026 12:00 +0000",Organizer',
    ]


def test_followers_are_for_those_who_run_the_group(api: Api, stage: dict[str, Any], group: Any) -> None:
    path = FOLLOWERS.format(group.id)

    found = {name: api.post(path, as_=stage.get(name)).status for name in ("no", "eve", "chi", "bo", "ana", "adm")}

    assert found == {"no": 401, "eve": 403, "chi": 403, "bo": 200, "ana": 200, "adm": 200}
    for key in ("999", "x", "9" * 30):
        assert api.post(FOLLOWERS.format(key), as_=stage["adm"]).status == 404


def test_followers_of_a_group_that_is_gone_are_not_exported(
    api: Api, run_jobs: Callable[[], int], shell: Shell, stage: dict[str, Any], group: Any
) -> None:
    url = api.post(FOLLOWERS.format(group.id), as_=stage["ana"]).json["task_url"]
    with shell.work() as work:
        work.db.merge(group).deleted_at = work.now
    run_jobs()

    assert api.get(url, as_=stage["ana"]).json == {"state": "FAILURE", "result": "The group is gone."}


def make_scan(work: Any, event: Any, holder: Any, kind: str, **values: Any) -> None:
    station = Station(event_id=event.id, station_name=kind, station_type=kind)
    work.db.add(station)
    work.db.flush()
    defaults: dict[str, Any] = {"day": "2026-03-01", "created_at": work.now}
    links = {"event_id": event.id, "station_id": station.id, "ticket_holder_id": holder.id}
    work.db.add(UserCheckIn(kind=kind, **links, **(defaults | values)))
    work.db.flush()


@pytest.fixture
def scans(shell: Shell, stage: dict[str, Any]) -> dict[str, Any]:
    """Three scans at the event, one at the other one."""
    with shell.work() as work:
        event = stage["event"]
        ticket = make_ticket(work, event)
        order = make_order(work, ticket)
        holder = make_attendee(work, ticket, order=order)
        session = make_session(work, event, title="Opening")
        named = {"track_name": "Web", "session_name": "Talk", "speaker_name": "=Grace", "session_id": session.id}
        make_scan(work, event, holder, "registration", day="2026-02-28")
        make_scan(work, event, holder, "check in", **named)
        make_scan(work, event, holder, "check out", **(named | {"track_name": "Art"}))
        alone = make_attendee(work, make_ticket(work, stage["other"]))
        make_scan(work, stage["other"], alone, "daily")
        return {"ticket": f"{order.identifier}-{holder.identifier}", "alone": alone.identifier, "session": session.id}


def test_scans_are_exported_from_the_events_that_one_checks_people_in_for(
    exported: Callable[..., list[str]], stage: dict[str, Any], scans: dict[str, Any]
) -> None:
    mine = exported("POST", SCANS, stage["bo"])

    time = '"March 01, 2026 13:00 +0100"'
    assert mine == [
        "Ticket Id,Date Time,Track Name,Session Name,Speaker Name,Type",
        f"{scans['ticket']},{time},,,,registration",
        f"{scans['ticket']},{time},Web,Talk,'=Grace,check in",
        f"{scans['ticket']},{time},Art,Talk,'=Grace,check out",
    ]
    everything = exported("POST", SCANS, stage["adm"], {})
    assert everything == [*mine, f'{scans["alone"]},"March 01, 2026 12:00 +0000",,,,daily']
    assert exported("POST", SCANS, stage["eve"], {}) == mine[:1]


@pytest.mark.parametrize(
    ("wanted", "kinds"),
    [
        ({"type": "check in & check out"}, ["check in", "check out"]),
        ({"type": "registration"}, ["registration"]),
        ({"date": "2026-02-28"}, ["registration"]),
        ({"track_type": "Art"}, ["check out"]),
        ({"session_id": "SESSION", "track_type": "Web"}, ["check in"]),
    ],
)
def test_scans_are_narrowed_down(
    exported: Callable[..., list[str]],
    stage: dict[str, Any],
    scans: dict[str, Any],
    wanted: dict[str, Any],
    kinds: list[str],
) -> None:
    body = {name: scans["session"] if value == "SESSION" else value for name, value in wanted.items()}

    found = exported("POST", SCANS, stage["ana"], body)

    assert [line.rpartition(",")[2] for line in found[1:]] == kinds


def test_scans_of_a_session_are_for_those_who_check_people_in(
    api: Api, stage: dict[str, Any], scans: dict[str, Any]
) -> None:
    body = {"session_id": scans["session"]}

    found = {name: api.post(SCANS, json=body, as_=stage.get(name)).status for name in ("no", "eve", "chi", "bo", "adm")}

    assert found == {"no": 401, "eve": 403, "chi": 403, "bo": 200, "adm": 200}
    assert api.post(SCANS, json={"session_id": 999}, as_=stage["adm"]).status == 404
    refused = api.post(SCANS, json={"date": "soon"}, as_=stage["bo"])
    assert (refused.status, refused.json["errors"][0]["source"]) == (422, {"pointer": "/date"})


def test_a_calendar_of_ones_own_has_what_one_has_marked(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    event = stage["event"]
    with shell.work() as work:
        marked, other, hidden = (make_session(work, event, title=title) for title in ("Marked", "Other", "Hidden"))
        hidden.state = "rejected"
        for session, name in ((marked, "eve"), (hidden, "eve"), (other, "bo")):
            links = {"event_id": event.id, "session_id": session.id, "user_id": stage[name].id}
            work.db.add(UserFavouriteSession(**links))

    text = api.get(f"/v1/events/{event.identifier}.ics?my_schedule=true", as_=stage["eve"]).body.decode()

    assert [line for line in text.split("\r\n") if line.startswith("SUMMARY:")] == ["SUMMARY:Conf", "SUMMARY:Marked"]


def test_sessions_are_exported_with_their_ratings(
    exported: Callable[..., list[str]], shell: Shell, stage: dict[str, Any]
) -> None:
    event = stage["event"]
    with shell.work() as work:
        rated, other = make_session(work, event), make_session(work, event)
        for session, name, rating in ((rated, "bo", 5), (rated, "chi", 4), (rated, "eve", 4), (other, "eve", 1)):
            gone = work.now if session is other else None
            links = {"event_id": event.id, "session_id": session.id, "user_id": stage[name].id}
            work.db.add(Feedback(rating=rating, deleted_at=gone, **links))
        work.db.add(Feedback(rating=1, event_id=event.id, rated_event_id=event.id, user_id=stage["adm"].id))

    found = exported("POST", f"/v1/events/{event.id}/export/sessions/csv", stage["ana"], {"status": "all"})

    assert [line.split(",")[-2:] for line in found[1:]] == [["4.33", "3"], ["0.0", "0"]]


def test_orders_are_exported_with_the_codes_that_they_used(
    exported: Callable[..., list[str]], shell: Shell, stage: dict[str, Any]
) -> None:
    event = stage["event"]
    with shell.work() as work:
        code = {"event_id": event.id, "valid_from": work.now}
        sale = DiscountCode(code="SAVE", code_folded="save", used_for="ticket", type="percent", value=5, **code)
        sale.created_at = work.now
        key = AccessCode(code="=KEY", code_folded="=key", **code)
        work.db.add_all((sale, key))
        work.db.flush()
        ticket = make_ticket(work, event)
        make_order(work, ticket, buyer=stage["bo"], discount_code_id=sale.id, access_code_id=key.id)
        make_order(work, ticket, buyer=stage["eve"]).user_id = None

    found = exported("GET", f"/v1/events/{event.id}/export/orders/csv", stage["ana"])

    assert [line.split(",")[7:12] for line in found[1:]] == [
        ["SAVE", "'=KEY", "Bo", "Lindqvist", "bo@example.org"],
        ["", "", "", "", ""],
    ]
