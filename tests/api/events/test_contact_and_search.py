from __future__ import annotations

from typing import Any

import pytest

from cast import ana, bo, eve
from clients import Api
from conftest import TestServices
from factories import give_role, make_event, make_user
from openevent.kit.work import Shell


def test_organizers_are_asked_by_mail_and_the_asker_has_a_copy(
    api: Api, shell: Shell, services: TestServices, run_jobs: Any
) -> None:
    with shell.work() as work:
        event = make_event(work, owner=ana(work), name="PyConf")
        give_role(work, event, bo(work), "coorganizer")
        give_role(work, event, make_user(work, email="door@example.org"), "registrar")
        asker = eve(work)
    text = "Is there tea?\n<b>Please</b><script>steal()</script>"

    answer = api.post(f"/v1/events/{event.identifier}/contact-organizer", json={"email": text}, as_=asker)
    run_jobs()

    assert (answer.status, answer.json["success"]) == (200, True)
    assert [(mail.to, mail.reply_to) for mail in services.mailer.sent] == [
        ("ana@example.org", "eve@example.org"),
        ("bo@example.org", "eve@example.org"),
        ("eve@example.org", None),
    ]
    asked, copy = services.mailer.sent[0], services.mailer.sent[-1]
    assert (asked.subject, copy.subject) == ("A question about PyConf", "Your question about PyConf")
    assert "Is there tea?\nPlease" in asked.text
    assert "steal" not in asked.html + copy.html


def test_a_stranger_s_address_gets_no_copy(api: Api, shell: Shell, services: TestServices, run_jobs: Any) -> None:
    with shell.work() as work:
        event = make_event(work, owner=ana(work))
        asker = eve(work)
        asker.is_verified = False

    assert api.post(f"/v1/events/{event.id}/contact-organizer", json={"email": "Hello"}, as_=asker).status == 200
    run_jobs()

    assert [mail.to for mail in services.mailer.sent] == ["ana@example.org"]


def test_asking_has_limits(api: Api, shell: Shell) -> None:
    with shell.work() as work:
        event, draft = make_event(work), make_event(work, state="draft")
        asker = eve(work)
    path = f"/v1/events/{event.id}/contact-organizer"

    assert [api.post(path, json={"email": "Hello"}, as_=asker).status for _ in range(4)] == [200, 200, 200, 429]
    assert api.post(path, json={"email": "Hello"}).status == 401
    assert {api.post(path, json=body, as_=asker).status for body in ({}, {"email": 7}, {"email": " <b></b> "})} == {422}
    assert api.post(path, json={"email": "x" * 5001}, as_=asker).status == 422
    assert api.post(f"/v1/events/{draft.id}/contact-organizer", json={"email": "Hello"}, as_=asker).status == 404


def test_an_event_that_is_gone_is_not_asked(api: Api, shell: Shell, services: TestServices, run_jobs: Any) -> None:
    with shell.work() as work:
        event, asker = make_event(work), eve(work)
    api.post(f"/v1/events/{event.id}/contact-organizer", json={"email": "Hello"}, as_=asker)
    with shell.work() as work:
        work.db.merge(event).deleted_at = work.now

    run_jobs()

    assert services.mailer.sent == []


@pytest.fixture
def texts(shell: Shell) -> dict[str, int]:
    with shell.work() as work:
        common = {"location_name": "Old Town Hall, Berlin", "owner_name": "Olga Organizer"}
        made = {
            "python": make_event(work, name="Python & Friends", description="<p>All <b>snakes</b></p>", **common),
            "past": make_event(work, name="Python 1", starts_at=work.now.replace(2020), ends_at=work.now.replace(2021)),
            "bread": make_event(work, name="Bread", owner_description="We bake 100% rye"),
        }
        for hidden in ({"state": "draft"}, {"privacy": "private"}, {"deleted_at": work.now}):
            make_event(work, name="Python hidden", **hidden)
        return {name: event.id for name, event in made.items()}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("name=python", ["python", "past"]),
        ("name=friends+PYTHON", ["python"]),
        ("name=python&location-name=hall", ["python"]),
        ("name=python&location_name=nowhere", []),
        ("description=snake", ["python"]),
        ("owner-name=olga", ["python"]),
        ("owner-description=100%25", ["bread"]),
        ("owner-description=1%25e", []),
        ("owner_description=rye&page[number]=2", []),
        ("", []),
        ("name=", []),
        ("title=python", []),
    ],
)
def test_public_events_are_found_by_their_texts(api: Api, texts: dict[str, int], query: str, found: list[str]) -> None:
    answer = api.get(f"/v1/search/events?{query}")

    assert (answer.status, [one["id"] for one in answer.json]) == (200, [str(texts[name]) for name in found])


def test_what_was_found_is_marked(api: Api, texts: dict[str, int]) -> None:
    (found,) = api.get("/v1/search/events?name=python+friends").json

    assert found["meta"]["highlight"] == {"name": ["<em>Python</em> &amp; <em>Friends</em>"]}
    assert (found["name"], found["location_name"]) == ("Python & Friends", "Old Town Hall, Berlin")


@pytest.mark.parametrize("page", ["0", "x", "-1", "1000", "9" * 5000])
def test_a_page_has_a_number(api: Api, page: str) -> None:
    assert api.get(f"/v1/search/events?name=x&page[number]={page}").status == 400
