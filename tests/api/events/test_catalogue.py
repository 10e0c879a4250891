from __future__ import annotations

from typing import Any

import pytest

from cast import adm, ana
from clients import Api
from openevent.events.actions import seed
from openevent.events.rules import catalogue
from openevent.kit.work import Shell


@pytest.fixture
def _seeded(shell: Shell) -> None:
    with shell.work() as work:
        seed(work)


@pytest.mark.usefixtures("_seeded")
def test_event_types_look_as_they_always_did(api: Api) -> None:
    answer = api.get("/v1/event-types?page[size]=2")

    first = answer.json["data"][0]
    assert (answer.status, answer.json["meta"]) == (200, {"count": 19})
    assert first == {
        "type": "event-type",
        "relationships": {
            "events": {
                "links": {"self": "/v1/event-types/1/relationships/events", "related": "/v1/event-types/1/events"}
            }
        },
        "attributes": {"name": "Camp, Treat & Retreat", "slug": "camp-treat-retreat", "deleted-at": None},
        "id": "1",
        "links": {"self": "/v1/event-types/1"},
    }
    assert answer.json["links"] == {
        "self": "/v1/event-types?page%5Bsize%5D=2",
        "first": "/v1/event-types?page%5Bsize%5D=2",
        "last": "/v1/event-types?page%5Bsize%5D=2&page%5Bnumber%5D=10",
        "next": "/v1/event-types?page%5Bsize%5D=2&page%5Bnumber%5D=2",
    }


@pytest.mark.usefixtures("_seeded")
def test_topics_have_parts_and_roles_have_titles(api: Api) -> None:
    topic = api.get("/v1/event-topics").json["data"][0]
    parts = api.get("/v1/event-topics/1/event-sub-topics").json["data"]
    roles = api.get("/v1/roles").json["data"]

    assert (topic["attributes"]["name"], topic["attributes"]["system-image-url"]) == ("Health & Wellness", None)
    assert [part["attributes"]["name"] for part in parts] == list(catalogue.EVENT_TOPICS["Health & Wellness"])
    assert [(one["attributes"]["name"], one["attributes"]["title-name"]) for one in roles] == list(catalogue.ROLES)
    assert api.get("/v1/event-sub-topics").status == 405


@pytest.mark.parametrize(
    ("type_", "attributes", "relationships"),
    [
        ("event-type", {"name": "Hack Day"}, {}),
        ("event-topic", {"name": "Hack Day", "system-image-url": "https://example.org/h.png"}, {}),
        ("event-sub-topic", {"name": "Hack Day"}, {"event-topic": {"data": {"type": "event-topic", "id": "1"}}}),
        ("role", {"name": "steward", "title-name": "Steward"}, {}),
    ],
)
@pytest.mark.usefixtures("_seeded")
def test_only_admins_maintain_them(
    api: Api, shell: Shell, type_: str, attributes: dict[str, Any], relationships: dict[str, Any]
) -> None:
    with shell.work() as work:
        organizer, admin = ana(work), adm(work)
    path = f"/v1/{type_}s"
    document: dict[str, Any] = {"data": {"type": type_, "attributes": attributes, "relationships": relationships}}

    assert api.post(path, json=document).status == 401
    assert api.post(path, json=document, as_=organizer).status == 403
    created = api.post(path, json=document, as_=admin)
    item = created.json["data"]["links"]["self"]
    change = {"data": {"type": type_, "id": created.json["data"]["id"], "attributes": {"name": "Other Day"}}}

    assert created.status == 201
    assert created.json["data"]["attributes"].get("slug", "hack-day") == "hack-day"
    assert api.patch(item, json=change, as_=organizer).status == 403
    changed = api.patch(item, json=change, as_=admin)
    assert (changed.status, changed.json["data"]["attributes"].get("slug", "other-day")) == (200, "other-day")
    assert api.delete(item, as_=organizer).status == 403
    assert api.delete(item, as_=admin).status == 200
    assert api.get(item).status == 404


@pytest.mark.usefixtures("_seeded")
def test_a_built_in_role_stays(api: Api, shell: Shell) -> None:
    with shell.work() as work:
        admin = adm(work)

    assert api.delete("/v1/roles/1", as_=admin).status == 403
    change = {"data": {"type": "role", "id": "1", "attributes": {"name": "emperor"}}}
    assert api.patch("/v1/roles/1", json=change, as_=admin).status == 403
