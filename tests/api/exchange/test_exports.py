from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from cast import adm, ana, bo, chi, eve
from clients import Api
from factories import (
    give_role,
    make_event,
    make_order,
    make_room,
    make_session,
    make_session_type,
    make_speaker,
    make_ticket,
    make_track,
)
from openevent.exchange.actions import prune
from openevent.exchange.formats import ical, pentabarf, xcal
from openevent.exchange.rules.bundle import PARTS
from openevent.kit.clock import FixedClock
from openevent.kit.work import Shell
from openevent.programme.models import speakers_sessions


@pytest.fixture
def stage(shell: Shell) -> dict[str, Any]:
    """Ana owns an event with an order, two public sessions and one that was rejected."""
    with shell.work() as work:
        found: dict[str, Any] = {maker.__name__: maker(work) for maker in (ana, bo, chi, eve, adm)}
        event = make_event(work, owner=found["ana"], name="Conf", latitude=52.5, longitude=13.4, description="<b>A</b>")
        give_role(work, event, found["chi"], "coorganizer")
        order = make_order(work, make_ticket(work, event, price=4250, name="=Standard"), buyer=found["bo"])
        track, room = make_track(work, event, name="Web"), make_room(work, event, name="Hall, 1")
        talk = make_session(
            work,
            event,
            title="One; two",
            short_abstract="<p>About\x0c <i>it</i></p>",
            track_id=track.id,
            microlocation_id=room.id,
            session_type_id=make_session_type(work, event, name="Talk").id,
        )
        confirmed = make_session(work, event, title="Later", state="confirmed", starts_at=event.ends_at)
        confirmed.ends_at = event.ends_at + timedelta(hours=1)
        make_session(work, event, title="Rejected", state="rejected")
        speaker = make_speaker(work, event, name="=Grace", short_biography="<b>bio</b>")
        make_speaker(work, event, name="Alone")
        work.db.execute(speakers_sessions.insert().values(session_id=talk.id, speaker_id=speaker.id))
        return {**found, "event": event, "order": order, "talk": talk, "later": confirmed}


def fetched(api: Api, run_jobs: Callable[[], int], path: str, who: Any, body: Any = None) -> Any:
    """Start an export, let it run, and open the link as a browser does: without a token."""
    answer = api.get(path, as_=who) if body is None else api.post(path, json=body, as_=who)
    assert answer.status == 200, answer.body
    url = answer.json["task_url"]
    assert api.get(url, as_=who).json == {"state": "WAITING", "result": {}}
    run_jobs()
    done = api.get(url, as_=who).json
    assert done["state"] == "SUCCESS", done
    link = urlsplit(done["result"]["download_url"])
    return api.get(f"{link.path}?{link.query}")


def lines(answer: Any) -> list[str]:
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return answer.body.decode().split("\r\n")


def test_orders_are_exported_as_a_sheet(api: Api, run_jobs: Callable[[], int], stage: dict[str, Any]) -> None:
    event, order = stage["event"], stage["order"]
    answer = fetched(api, run_jobs, f"/v1/events/{event.identifier}/export/orders/csv", stage["ana"])

    assert answer.headers["Content-Disposition"] == 'attachment; filename="orders.csv"'
    assert lines(answer) == [
        (
            "Order#,Order Date,Status,Payment Type,Payment Mode,Total Amount,Quantity,Discount Code,Access Code,"
            "First Name,Last Name,Email,Tax ID,Address,Company,Country,State,City,Zipcode"
        ),
        f"O1772366400-{order.id},2026-03-01 12:00:00+00:00,completed,,bank,42.5,1,,,Bo,Lindqvist,bo@example.org,,,,,,,",
        "",
    ]


def test_attendees_are_exported_and_formulas_are_text(
    api: Api, run_jobs: Callable[[], int], stage: dict[str, Any]
) -> None:
    found = lines(fetched(api, run_jobs, f"/v1/events/{stage['event'].id}/export/attendees/csv", stage["chi"]))

    assert found[0].startswith("Order#,Order Date,Status,Payment Type,Payment Mode,Ticket ID,Ticket Name,Ticket Price")
    assert found[0].endswith("virtual_event_checkin_times")
    assert ",'=Standard,42.5,paid," in found[1]


def test_sessions_and_speakers_are_exported_by_state(
    api: Api, run_jobs: Callable[[], int], stage: dict[str, Any]
) -> None:
    base = f"/v1/events/{stage['event'].id}/export"
    everything = lines(fetched(api, run_jobs, f"{base}/sessions/csv", stage["ana"], {"status": "all"}))
    confirmed = lines(fetched(api, run_jobs, f"{base}/sessions/csv", stage["ana"], {"status": "confirmed"}))
    accepted = lines(fetched(api, run_jobs, f"{base}/speakers/csv", stage["ana"], {"status": "accepted"}))
    alone = lines(fetched(api, run_jobs, f"{base}/speakers/csv", stage["ana"], {"status": "without_session"}))
    speakers = lines(fetched(api, run_jobs, f"{base}/speakers/csv", stage["ana"], {"status": "nonsense"}))

    assert everything[1].startswith(
        'One; two (accepted),"April 30, 2026 14:00 +0200","April 30, 2026 14:30 +0200",\'=Grace'
    )
    assert [line.partition(",")[0] for line in everything[1:-1]] == [
        "One; two (accepted)",
        "Later (confirmed)",
        "Rejected (rejected)",
    ]
    assert [line.partition(",")[0] for line in confirmed[1:-1]] == ["Later (confirmed)"]
    assert [line.partition(",")[0] for line in accepted[1:-1]] == ["'=Grace"]
    assert [line.partition(",")[0] for line in alone[1:-1]] == ["Alone"]
    assert len(speakers) == 4


@pytest.mark.parametrize("what", ["orders", "attendees", "sessions", "speakers"])
def test_lists_are_exported_as_pdf(api: Api, run_jobs: Callable[[], int], stage: dict[str, Any], what: str) -> None:
    answer = fetched(api, run_jobs, f"/v1/events/{stage['event'].id}/export/{what}/pdf", stage["ana"])

    assert (answer.headers["Content-Type"], answer.body[:5]) == ("application/pdf", b"%PDF-")


@pytest.mark.parametrize(
    ("what", "parse"), [("ical", ical.parse), ("xcal", xcal.parse), ("pentabarf", pentabarf.parse)]
)
def test_the_programme_is_exported_with_confirmed_sessions_and_read_again(
    api: Api, run_jobs: Callable[[], int], stage: dict[str, Any], what: str, parse: Any
) -> None:
    answer = fetched(api, run_jobs, f"/v1/events/{stage['event'].identifier}/export/{what}", stage["ana"])

    found = parse(answer.body)
    assert (found.name, found.timezone) == ("Conf", "Europe/Berlin")
    assert [(one.title, one.room, one.track) for one in found.talks] == [
        ("One; two", "Hall, 1", "Web"),
        ("Later", None, None),
    ]
    assert [one.name for one in found.talks[0].people] == ["=Grace"]
    assert found.talks[0].uid == f"{stage['talk'].id}-{stage['event'].identifier}"
    assert found.talks[0].starts_at == stage["talk"].starts_at


def test_the_whole_event_is_exported_without_what_is_private(
    api: Api, run_jobs: Callable[[], int], stage: dict[str, Any], shell: Shell
) -> None:
    with shell.work() as work:
        event = work.db.merge(stage["event"])
        event.logo_url = f"{shell.services.site.url}/static/media/0a1b/logo.png"
        event.original_image_url = "https://elsewhere.example/picture.png"
        shell.services.storage.put("media/0a1b/logo.png", b"PNG", content_type="image/png")

    answer = fetched(api, run_jobs, f"/v1/events/{event.id}/export/json", stage["ana"], {"image": True, "video": False})

    archive = zipfile.ZipFile(io.BytesIO(answer.body))
    logo = f"images/event-{event.id}-logo.png"
    assert set(archive.namelist()) == {"event", "meta", logo, *(part.name for part in PARTS)}
    told = json.loads(archive.read("event"))
    assert (told["name"], told["starts_at"]) == ("Conf", "2026-04-30T12:00:00+00:00")
    assert "bank_details" not in told
    assert "paypal_email" not in told
    sessions = json.loads(archive.read("sessions"))
    assert [len(one["speakers"]) for one in sessions] == [1, 0, 0]
    assert archive.read(logo) == b"PNG"


@pytest.mark.parametrize(("status", "names"), [("all", ["Past", "Conf"]), ("live", ["Conf"]), ("past", ["Past"])])
def test_sales_are_exported_for_admins(
    api: Api, run_jobs: Callable[[], int], stage: dict[str, Any], shell: Shell, status: str, names: list[str]
) -> None:
    with shell.work() as work:
        past = work.now - timedelta(days=9)
        make_event(work, name="Past", owner=stage["ana"], starts_at=past, ends_at=past, location_name=None, online=True)

    found = lines(fetched(api, run_jobs, "/v1/admin/export/sales/csv", stage["adm"], {"status": status}))

    assert [line.partition(",")[0] for line in found[1:-1]] == names
    if status != "past":
        assert found[-2].startswith("Conf,Ana Ortiz,ana@example.org,Venue,")
        assert found[-2].endswith(",1,42.5,0,0.0,0,0.0")
    assert api.post("/v1/admin/export/sales/csv", json={}, as_=stage["ana"]).status == 403


@pytest.mark.parametrize(
    ("method", "what"),
    [("GET", "orders/csv"), ("GET", "attendees/pdf"), ("GET", "ical"), ("POST", "json"), ("POST", "sessions/csv")],
)
def test_exports_are_for_those_who_run_the_event(api: Api, stage: dict[str, Any], method: str, what: str) -> None:
    path = f"/v1/events/{stage['event'].id}/export/{what}"

    found = [api.call(method, path, as_=stage.get(name)).status for name in ("nobody", "eve", "chi", "adm")]

    assert found == [401, 403, 200, 200]
    assert api.call(method, f"/v1/events/nope/export/{what}", as_=stage["adm"]).status == 404


def test_a_task_is_its_requesters_and_the_admins(
    api: Api, run_jobs: Callable[[], int], stage: dict[str, Any], clock: FixedClock, shell: Shell
) -> None:
    url = api.get(f"/v1/events/{stage['event'].id}/export/ical", as_=stage["ana"]).json["task_url"]
    run_jobs()

    assert [api.get(url, as_=stage.get(one)).status for one in ("nobody", "eve", "chi", "ana", "adm")] == [
        401,
        404,
        404,
        200,
        200,
    ]
    link = urlsplit(api.get(url, as_=stage["ana"]).json["result"]["download_url"])
    assert api.get(link.path).status == 404
    assert [api.get(link.path, as_=stage[one]).status for one in ("eve", "chi", "adm")] == [404, 200, 200]
    other = link.path.replace(f"/events/{stage['event'].id}/", "/events/999/")
    assert api.get(f"{other}?{link.query}").status == 404
    assert api.get(f"{link.path}x?{link.query}").status == 404
    clock.advance(hours=1, seconds=1)
    assert api.get(f"{link.path}?{link.query}").status == 404
    clock.advance(days=8)
    with shell.work() as work:
        assert prune(work) == 1
    assert api.get(link.path, as_=stage["adm"]).status == 404
    assert api.get(url, as_=stage["ana"]).status == 404


def test_an_export_of_what_is_gone_fails_and_says_so(
    api: Api, run_jobs: Callable[[], int], stage: dict[str, Any], shell: Shell, clock: FixedClock
) -> None:
    url = api.get(f"/v1/events/{stage['event'].id}/export/ical", as_=stage["ana"]).json["task_url"]
    with shell.work() as work:
        work.db.merge(stage["event"]).deleted_at = work.now
    clock.advance(hours=7)
    assert api.get(url, as_=stage["ana"]).json["state"] == "FAILURE"
    run_jobs()

    assert api.get(url, as_=stage["ana"]).json == {"state": "FAILURE", "result": "The event is gone."}


def test_an_event_is_a_calendar(api: Api, stage: dict[str, Any], shell: Shell) -> None:
    event = stage["event"]
    plain = api.get(f"/v1/events/{event.identifier}.ics", headers={"Accept": "*/*"})
    full = api.get(f"/v1/events/{event.identifier}.ics?include_sessions=true&download=true", headers={"Accept": "*/*"})

    assert (plain.status, plain.headers["Content-Type"]) == (200, "text/calendar")
    text = plain.body.decode()
    for line in (
        "X-WR-CALNAME:Conf",
        "SUMMARY:Conf",
        "DTSTART;TZID=Europe/Berlin:20260430T140000",
        f"UID:{event.identifier}",
        "GEO:52.5;13.4",
        "LOCATION:Kulturzentrum\\, Berlin",
    ):
        assert f"{line}\r\n" in text
    assert (text.count("BEGIN:VEVENT"), full.body.count(b"BEGIN:VEVENT")) == (1, 3)
    assert full.headers["Content-Disposition"] == f'attachment; filename="{event.identifier}.ics"'
    assert api.get(f"/v1/events/{event.identifier}.ics?my_schedule=true").status == 401
    mine = api.get(f"/v1/events/{event.identifier}.ics?my_schedule=true", as_=stage["bo"])
    assert mine.body.count(b"BEGIN:VEVENT") == 1
    with shell.work() as work:
        work.db.merge(event).state = "draft"
    assert api.get(f"/v1/events/{event.identifier}.ics").status == 404
    assert api.get(f"/v1/events/{event.identifier}.ics", as_=stage["ana"]).status == 200
