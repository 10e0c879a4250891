"""Pages, switches and the log of mails, activities, sizes of pictures, and the plain addresses beside them."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest
from sqlalchemy import select

from cast import actor
from factories import PASSWORD
from openevent.people.actions import request_password_reset
from openevent.site.models import Mail

JSON = {"Content-Type": "application/json", "Accept": "*/*"}


def page(**attributes):
    return {"data": {"type": "page", "attributes": {"name": "Terms", "url": "terms", **attributes}}}


def test_admins_write_pages_and_everybody_reads_them(api, people):
    assert api.get("/v1/pages?page[size]=2").json["data"] == []
    description = '<h2 onclick="x()">Terms</h2><script>steal()</script>'
    made = api.post("/v1/pages", json=page(place="footer", description=description), as_=people["adm"])

    assert made.status == 201
    assert api.get("/v1/pages").json["data"][0]["attributes"] == {
        "name": "Terms",
        "title": None,
        "url": "terms",
        "description": "<h2>Terms</h2>",
        "place": "footer",
        "language": None,
        "index": 0,
    }
    assert api.post("/v1/pages", json=page(place="attic"), as_=people["adm"]).status == 422
    assert [api.post("/v1/pages", json=page(), as_=people[who]).status for who in ("nobody", "bo")] == [401, 403]
    assert api.delete("/v1/pages/1", as_=people["adm"]).status == 200


def test_a_mail_is_logged_without_its_secret_and_leaves(api, people, shell, services, run_jobs):
    with shell.work() as work:
        request_password_reset(work, "bo@example.org", by=actor(people["bo"]))
    run_jobs()

    [sent] = services.mailer.sent
    [logged] = api.get("/v1/mails?sort=-time", as_=people["adm"]).json["data"]
    assert "token=" in sent.text
    assert logged["attributes"] | {"message": ""} == {
        "recipient": "bo@example.org",
        "time": "2026-03-01T12:00:00+00:00",
        "action": "password_reset",
        "subject": sent.subject,
        "message": "",
    }
    assert "token=..." in logged["attributes"]["message"]
    activities = api.get("/v1/activities?page[size]=0", as_=people["adm"]).json["data"]
    assert {"actor": "system", "time": "2026-03-01T12:00:00+00:00", "action": f"mail.send mail:{logged['id']}"} in [
        one["attributes"] for one in activities
    ]


@pytest.mark.parametrize("path", ["/v1/mails", "/v1/mails/1", "/v1/activities", "/v1/message-settings"])
def test_logs_and_switches_are_for_admins(api, people, path):
    assert [api.get(path, as_=people[who]).status in {401, 403, 404} for who in ("nobody", "bo")] == [True, True]


def test_mails_of_a_kind_that_is_off_are_not_sent(api, people, patch, services, run_jobs):
    wanted = '[{"name":"action","op":"eq","val":"test_mail"}]'
    [switch] = api.get(f"/v1/message-settings?filter={wanted}", as_=people["adm"]).json["data"]
    texts = {"recipient", "email-subject", "email-message"}
    assert all(switch["attributes"][name] for name in texts)

    path, key = f"/v1/message-settings/{switch['id']}", switch["id"]
    refused = patch(path, "message-setting", {"enabled": False}, id_=key, as_="bo")
    off = patch(path, "message-setting", {"enabled": False, "action": "other"}, id_=key)
    answer = api.post("/v1/test-mail", json={"recipient": "ops@example.org"}, as_=people["adm"], headers=JSON)
    run_jobs()

    assert (refused.status, off.status, answer.status) == (403, 200, 200)
    assert off.json["data"]["attributes"] == switch["attributes"] | {"enabled": False}
    assert services.mailer.sent == []
    assert api.get("/v1/mails", as_=people["adm"]).json["meta"]["count"] == 0


@pytest.mark.parametrize(
    ("chosen", "sender"),
    [
        ({}, [""]),
        ({"email-from": "hello@example.org"}, ["hello@example.org"]),
        ({"email-from": "hello@example.org", "email-from-name": "PyConf"}, ["PyConf <hello@example.org>"]),
        ({"email-service": "disable"}, []),
    ],
)
def test_settings_say_who_sends_mail_and_whether_it_leaves(
    api, people, patch, services, run_jobs, chosen, sender, shell
):
    patch("/v1/settings", "setting", {"tagline": "x", **chosen})

    answer = api.post("/v1/test-mail", json={"recipient": "ops@example.org"}, as_=people["adm"], headers=JSON)
    run_jobs()

    assert answer.json == {"message": "Test mail sent, please verify delivery"}
    assert [one.sender for one in services.mailer.sent] == sender
    with shell.database.reading() as db:
        assert db.scalars(select(Mail.action)).all() == ["test_mail"]


def test_a_test_mail_needs_an_admin_and_a_recipient(api, people):
    def send(body, who):
        return api.post("/v1/test-mail", json=body, as_=people[who], headers=JSON).status

    good = {"recipient": "ops@example.org"}
    assert [send(good, "nobody"), send(good, "bo")] == [401, 403]
    assert [send(body, "adm") for body in ({"recipient": ""}, {"recipient": 7}, {"x": 1}, {"recipient": "ops"})] == [
        422,
        422,
        422,
        422,
    ]


def test_sizes_of_pictures_are_one_record_for_events_and_one_for_people(api, people, patch):
    event = api.get("/v1/event-image-sizes").json["data"]
    people_ = api.get("/v1/speaker-image-sizes/1").json["data"]

    assert (event["id"], event["attributes"]["full-width"], event["attributes"]["icon-quality"]) == ("1", 1300, 80)
    assert (people_["id"], people_["attributes"]["small-size-width-height"]) == ("2", 500)
    assert patch("/v1/event-image-sizes", "event-image-size", {"full-width": 900}).status == 200
    assert patch("/v1/event-image-sizes", "event-image-size", {"full-quality": 101}).status == 422
    assert patch("/v1/speaker-image-sizes", "speaker-image-size", {"type": "x"}, id_="2", as_="bo").status == 403


def test_translations_are_an_archive_for_admins(api, people):
    path = "/v1/admin/content/translations/all/"
    answer = api.get(path, as_=people["adm"])

    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/zip")
    assert "README.txt" in zipfile.ZipFile(io.BytesIO(answer.body)).namelist()
    assert [api.get(path, as_=people[who]).status for who in ("nobody", "bo")] == [401, 403]


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (f"adm@example.org:{PASSWORD}", 200),
        (f"bo@example.org:{PASSWORD}", 401),
        ("adm@example.org:wrong", 401),
        ("no colon", 401),
    ],
)
def test_the_environment_is_shown_to_admins_who_give_their_password(api, people, told, status):
    answer = api.get("/environment", headers={"Authorization": f"Basic {base64.b64encode(told.encode()).decode()}"})

    assert answer.status == status
    assert (answer.headers.get("WWW-Authenticate") is None) == (status == 200)
    assert b"only-for-tests" not in answer.body
    if status == 200:
        assert sorted(answer.json) == ["build", "database", "os", "packages", "python"]


@pytest.mark.parametrize("header", ["", "Basic", "Basic ÿ", "Bearer YTpi"])
def test_the_environment_understands_nothing_else(api, people, header):
    assert api.get("/environment", headers={"Authorization": header}).status == 401


def test_there_is_no_list_of_time_zones_and_states_need_an_account(api):
    assert api.get("/v1/timezones?page[size]=2").status == 404
    assert sorted(api.get("/info").json["build"]) == ["version"]
