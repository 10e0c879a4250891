from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from cast import adm, ana, bo, dee, eve
from clients import Api
from factories import give_role, make_event, make_role
from openevent.events.models import SocialLink, UsersEventsRole
from openevent.kit.work import Shell


@pytest.fixture
def stage(shell: Shell) -> dict[str, Any]:
    """Ana owns an event, Bo co-organizes it, Dee is its registrar."""
    with shell.work() as work:
        found: dict[str, Any] = {maker.__name__: maker(work) for maker in (ana, bo, dee, eve, adm)}
        event = make_event(work, owner=found["ana"])
        owned = work.db.scalars(select(UsersEventsRole)).one()
        return {
            **found,
            "event": event,
            "owned": owned,
            "helping": give_role(work, event, found["bo"], "coorganizer"),
            "at_the_door": give_role(work, event, found["dee"], "registrar"),
            "owner": make_role(work, "owner"),
            "moderator": make_role(work, "moderator"),
            "organizer": make_role(work, "organizer"),
        }


def _into(held: UsersEventsRole, role: Any) -> dict[str, Any]:
    to = {"role": {"data": {"type": "role", "id": str(role.id)}}}
    return {"data": {"type": "users-events-roles", "id": str(held.id), "relationships": to}}


def test_the_crew_is_listed_for_those_who_run_the_event(api: Api, stage: dict[str, Any]) -> None:
    path = f"/v1/events/{stage['event'].id}/users-events-roles"

    found = {name: api.get(path, as_=stage.get(name)).status for name in ("nobody", "eve", "bo", "ana", "adm")}

    assert found["bo"] == found["ana"] == found["adm"] == 200
    assert {found["nobody"], found["eve"]} <= {401, 403, 404}
    roles = api.get(f"{path}?include=role", as_=stage["bo"]).json
    assert [one["attributes"]["name"] for one in roles["included"]] == ["owner", "coorganizer", "registrar"]
    assert api.get("/v1/users-events-roles", as_=stage["adm"]).status == 405


@pytest.mark.parametrize("role", ["owner", "organizer"])
@pytest.mark.parametrize("way", ["resource", "relationship"])
def test_a_co_organizer_makes_nobody_more_than_himself(api: Api, stage: dict[str, Any], role: str, way: str) -> None:
    held, path = stage["helping"], f"/v1/users-events-roles/{stage['helping'].id}"
    if way == "resource":
        answer = api.patch(path, json=_into(held, stage[role]), as_=stage["bo"])
    else:
        linkage = {"data": {"type": "role", "id": str(stage[role].id)}}
        answer = api.patch(f"{path}/relationships/role", json=linkage, as_=stage["bo"])

    assert answer.status == 403
    assert api.get(f"{path}/role", as_=stage["bo"]).json["data"]["attributes"]["name"] == "coorganizer"


def test_user_and_event_of_a_role_are_fixed(api: Api, stage: dict[str, Any]) -> None:
    path = f"/v1/users-events-roles/{stage['helping'].id}/relationships"

    user = api.patch(f"{path}/user", json={"data": {"type": "user", "id": str(stage["ana"].id)}}, as_=stage["ana"])
    event = api.patch(f"{path}/event", json={"data": {"type": "event", "id": "1"}}, as_=stage["ana"])

    assert (user.status, event.status) == (403, 403)


def test_roles_are_changed_and_taken_by_those_who_may(api: Api, stage: dict[str, Any]) -> None:
    held, owned = stage["at_the_door"], stage["owned"]
    path = f"/v1/users-events-roles/{held.id}"

    assert api.patch(path, json=_into(held, stage["moderator"]), as_=stage["eve"]).status in (403, 404)
    assert api.patch(path, json=_into(held, stage["moderator"]), as_=stage["bo"]).status == 200
    assert api.delete(path, as_=stage["eve"]).status in (403, 404)
    assert api.delete(path, as_=stage["dee"]).status == 200  # she leaves
    assert api.delete(f"/v1/users-events-roles/{owned.id}", as_=stage["ana"]).status == 403
    assert (
        api.patch(f"/v1/users-events-roles/{owned.id}", json=_into(owned, stage["organizer"]), as_=stage["ana"]).status
        == 403
    )


def test_an_admin_gives_a_role(api: Api, stage: dict[str, Any]) -> None:
    relationships = {
        "event": {"data": {"type": "event", "id": str(stage["event"].id)}},
        "user": {"data": {"type": "user", "id": str(stage["eve"].id)}},
        "role": {"data": {"type": "role", "id": str(stage["organizer"].id)}},
    }
    document = {"data": {"type": "users-events-roles", "relationships": relationships}}

    assert api.post("/v1/users-events-roles", json=document, as_=stage["eve"]).status == 403
    assert api.post("/v1/users-events-roles", json=document, as_=stage["adm"]).status == 201
    path = f"/v1/events/{stage['event'].id}/organizers"
    assert [one["id"] for one in api.get(path, as_=stage["adm"]).json["data"]] == [str(stage["eve"].id)]


@pytest.mark.parametrize(
    ("path", "type_", "attributes"),
    [
        (
            "sponsors",
            "sponsor",
            {"name": "ACME", "level": 1, "type": "Gold", "url": "http://example.com", "description": "d"},
        ),
        ("social-links", "social-link", {"name": "website", "link": "https://example.org"}),
    ],
)
def test_sponsors_and_links_are_the_co_organizers(
    api: Api, shell: Shell, stage: dict[str, Any], path: str, type_: str, attributes: dict[str, Any]
) -> None:
    with shell.work() as work:
        work.db.merge(stage["event"]).is_sponsors_enabled = True
    event = {"event": {"data": {"type": "event", "id": str(stage["event"].id)}}}
    document = {"data": {"type": type_, "attributes": attributes, "relationships": event}}

    statuses = {
        name: api.post(f"/v1/{path}", json=document, as_=stage.get(name)).status
        for name in ("nobody", "eve", "dee", "bo")
    }
    listed = api.get(f"/v1/events/{stage['event'].identifier}/{path}").json["data"]

    assert statuses == {"nobody": 401, "eve": 403, "dee": 403, "bo": 201}
    assert [one["attributes"]["name"] for one in listed] == [attributes["name"]]
    assert api.delete(listed[0]["links"]["self"], as_=stage["eve"]).status == 403
    assert api.delete(listed[0]["links"]["self"], as_=stage["bo"]).status == 200


def test_parts_of_a_draft_are_hidden_with_it(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        work.db.merge(stage["event"]).state = "draft"
        link = SocialLink(event_id=stage["event"].id, name="website", link="https://example.org")
        work.db.add(link)
        work.db.flush()

    assert api.get(f"/v1/social-links/{link.id}").status == 404
    assert api.get(f"/v1/social-links/{link.id}", as_=stage["dee"]).status == 200
    assert api.get(f"/v1/events/{stage['event'].id}/social-links").status == 404
