from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from cast import adm, ana, eve
from clients import Api
from factories import make_user
from openevent.events.models import Event
from openevent.kit.work import Shell
from openevent.programme.models import Microlocation, Session, Speaker, Track, speakers_sessions

ICS = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//x//y//EN\r
X-WR-CALNAME:Imported\r
BEGIN:VEVENT\r
UID:1\r
SUMMARY:First\r
DTSTART:20990501T090000Z\r
DTEND:20990501T100000Z\r
LOCATION:Hall\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:2\r
SUMMARY:Second\r
DTSTART:20990501T100000Z\r
DTEND:20990501T110000Z\r
LOCATION:Hall\r
END:VEVENT\r
END:VCALENDAR\r
"""
BOMB = """<?xml version="1.0"?><!DOCTYPE schedule [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
<!ENTITY file SYSTEM "file:///etc/passwd">]><schedule><conference><title>&file;&b;</title></conference></schedule>"""
NO_PICTURE = b"\x89PNG\r\n\x1a\n and nothing more"
TICKET = {
    "name": "Day",
    "type": "free",
    "currency": "EUR",
    "sales_starts_at": "2099-01-01T09:00:00+00:00",
    "sales_ends_at": "2099-02-01T09:00:00+00:00",
    "quantity": 10,
}
EVENT = {"name": "Zip", "starts_at": "2099-05-01T09:00:00+00:00", "ends_at": "2099-05-02T09:00:00+00:00"}


def zipped(**files: Any) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in files.items():
            archive.writestr(name, value if isinstance(value, str | bytes) else json.dumps(value))
    return found.getvalue()


@pytest.fixture
def people(shell: Shell) -> dict[str, Any]:
    with shell.work() as work:
        return {maker.__name__: maker(work) for maker in (ana, eve, adm)}


def hand_in(api: Api, source: str, data: bytes, who: Any, field: str = "file") -> Any:
    head = f'--xx\r\nContent-Disposition: form-data; name="{field}"; filename="f.bin"\r\n\r\n'.encode()
    headers = {"Content-Type": "multipart/form-data; boundary=xx"}
    body = head + data + b"\r\n--xx--\r\n"
    return api.call("POST", f"/v1/events/import/{source}", body=body, as_=who, headers=headers)


def outcome(api: Api, run_jobs: Callable[[], int], source: str, data: bytes, who: Any) -> Any:
    answer = hand_in(api, source, data, who)
    assert answer.status == 200, answer.body
    run_jobs()
    return api.get(answer.json["task_url"], as_=who).json


def test_a_calendar_becomes_a_draft_event(
    api: Api, run_jobs: Callable[[], int], shell: Shell, people: dict[str, Any]
) -> None:
    found = outcome(api, run_jobs, "ical", ICS, people["ana"])

    assert found["state"] == "SUCCESS"
    with shell.work() as work:
        event = work.db.get_one(Event, found["result"]["id"])
        assert (event.name, event.state) == ("Imported", "draft")
        assert found["result"]["identifier"] == event.identifier
        assert list(work.db.scalars(select(Session.title).order_by(Session.starts_at))) == ["First", "Second"]
        assert list(work.db.scalars(select(Microlocation.name))) == ["Hall"]
    jobs = api.get("/v1/import-jobs?filter=[]&page[number]=1&page[size]=10", as_=people["ana"]).json
    assert [one["attributes"] for one in jobs["data"]] == [
        {
            "task": jobs["data"][0]["attributes"]["task"],
            "starts-at": "2026-03-01T12:00:00+00:00",
            "result": str(event.id),
            "result-status": "SUCCESS",
        }
    ]
    assert api.get("/v1/import-jobs", as_=people["eve"]).json["data"] == []
    assert api.get(f"/v1/import-jobs/{jobs['data'][0]['id']}", as_=people["eve"]).status == 404
    assert shell.services.storage.keys("imports/") == []


def test_an_archive_becomes_an_event_with_new_ids(
    api: Api, run_jobs: Callable[[], int], shell: Shell, people: dict[str, Any]
) -> None:
    data = zipped(
        event=EVENT,
        tracks=[{"id": 70, "name": "Web", "color": "#224466"}],
        speakers=[{"id": 5, "name": "Grace", "long_biography": "<b>b</b><script>x</script>"}],
        sessions=[{"id": 9, "title": "Talk", "track_id": 70, "speakers": [5, 5, 6], "state": "accepted"}],
        social_links=[{"name": "website", "link": "https://example.org"}],
    )
    found = outcome(api, run_jobs, "json", data, people["ana"])

    assert found["state"] == "SUCCESS", found
    with shell.work() as work:
        session = work.db.scalars(select(Session)).one()
        assert session.track_id == work.db.scalars(select(Track)).one().id
        assert work.db.scalars(select(Speaker)).one().long_biography == "<b>b</b>"
        assert work.db.scalar(select(func.count()).select_from(speakers_sessions)) == 1
        assert work.db.get_one(Event, session.event_id).state == "draft"


@pytest.mark.parametrize(
    ("source", "data", "told"),
    [
        ("json", b"no zip", "this is no zip file"),
        ("json", zipped(tracks=[]), "event: an object was expected"),
        ("json", zipped(event="{"), "event: "),
        ("json", zipped(event={**EVENT, "starts_at": "soon"}), "event.starts_at: 'soon' is no date"),
        ("json", zipped(event={"name": "x"}), "event.starts_at is missing"),
        ("json", zipped(event=EVENT, tracks={}), "tracks: a list of objects was expected"),
        ("json", zipped(event=EVENT, tracks=[{"name": 7}]), "tracks[0].name: '7' does not fit"),
        ("json", zipped(event=EVENT, tracks=[{"name": "a\0"}]), "tracks[0].name is too long"),
        ("json", zipped(event=EVENT, tracks=[{"name": "a", "color": "#111111", "position": 2**70}]), "too large a"),
        ("json", zipped(event=EVENT, sessions=[{"title": "a", "speakers": 1}]), "sessions[0].speakers"),
        ("json", zipped(event={**EVENT, "ends_at": "2098-05-01T09:00:00+00:00"}), "ends"),
        ("json", zipped(event=b" " * (17 << 20)), "event: the archive holds too much"),
        ("json", zipped(event=EVENT, tracks="[" * 100_000), "tracks: "),
        ("json", zipped(event=EVENT, meta={"media": 7}), "meta.media: an object of paths"),
        ("json", zipped(event=EVENT, meta={"media": {"a": "../../etc/passwd"}}), "does not hold this file"),
        ("json", zipped(event={**EVENT, "logo_url": "a"}, meta={"media": {"a": "i"}}, i=NO_PICTURE), "no picture"),
        ("json", zipped(event=EVENT, sponsors=[{"name": "x", "url": "javascript:alert(1)"}]), "no address of the web"),
        ("json", zipped(event=EVENT, tickets=[{**TICKET, "price": -1}]), "tickets[0] is there twice, or holds"),
        ("json", zipped(event=EVENT, tickets=[{**TICKET, "quantity": "many"}]), "tickets[0].quantity"),
        ("json", zipped(event=EVENT, tickets=[TICKET, TICKET]), "tickets[1] is there twice"),
        ("json", zipped(event=EVENT, form_options=[{"value": "a", "custom_form_id": 7}]), "names no row of forms"),
        ("json", zipped(**{f"f{n}": "" for n in range(2001)}), "an archive may hold"),
        ("ical", b"\xff\x00", "this is no calendar"),
        ("ical", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "no entries"),
        ("xcal", b"<icalendar/>", "no entries"),
        ("xcal", b"<", "this is no XML"),
        ("pentabarf", BOMB.encode(), "a document type"),
        ("pentabarf", b"<schedule/>", "this is no schedule"),
        ("pentabarf", b"<schedule><conference/></schedule>", "title is missing"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_and_nothing_stays(
    api: Api,
    run_jobs: Callable[[], int],
    shell: Shell,
    people: dict[str, Any],
    source: str,
    data: bytes,
    told: str,
) -> None:
    found = outcome(api, run_jobs, source, data, people["ana"])

    assert found["state"] == "FAILURE"
    assert told in found["result"]
    with shell.work() as work:
        assert work.db.scalar(select(func.count()).select_from(Event)) == 0
    [job] = api.get("/v1/import-jobs", as_=people["ana"]).json["data"]
    assert job["attributes"]["result-status"] == "FAILURE"


def test_an_account_that_is_not_verified_imports_nothing(
    api: Api, run_jobs: Callable[[], int], shell: Shell, people: dict[str, Any]
) -> None:
    with shell.work() as work:
        new = make_user(work, is_verified=False)

    assert outcome(api, run_jobs, "ical", ICS, new)["state"] == "FAILURE"


def test_only_a_form_with_a_file_is_taken(api: Api, people: dict[str, Any]) -> None:
    assert hand_in(api, "json", b"x", None).status == 401
    assert hand_in(api, "nonsense", b"x", people["ana"]).status == 404
    assert hand_in(api, "json", b"x", people["ana"], field="other").status == 404
    assert api.post("/v1/events/import/json", json={}, as_=people["ana"]).status == 404


def test_an_import_job_may_be_noted_by_hand(api: Api, people: dict[str, Any]) -> None:
    document = {"data": {"type": "import-job", "attributes": {"task": "abc"}}}
    made = api.post("/v1/import-jobs", json=document, as_=people["ana"])

    assert (made.status, made.json["data"]["attributes"]["task"]) == (201, "abc")
    assert api.delete(f"/v1/import-jobs/{made.json['data']['id']}", as_=people["eve"]).status in (403, 404)
    assert api.delete(f"/v1/import-jobs/{made.json['data']['id']}", as_=people["ana"]).status == 200
