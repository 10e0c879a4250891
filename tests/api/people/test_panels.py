from __future__ import annotations

from typing import Any

import pytest

from cast import adm, eve
from clients import Api
from openevent.kit.work import Shell
from openevent.people.actions import seed


@pytest.fixture
def people(shell: Shell) -> dict[str, Any]:
    with shell.work() as work:
        seed(work)
        seed(work)  # once more does no harm
        return {"eve": eve(work), "adm": adm(work)}


def test_an_installation_starts_with_panels_roles_and_permissions(api: Api, people: dict[str, Any]) -> None:
    panels = api.get("/v1/panel-permissions?include=custom-system-roles", as_=people["adm"]).json
    permissions = api.get("/v1/user-permissions").json["data"]

    assert [one["attributes"]["panel-name"] for one in panels["data"]] == [
        *("sales", "admin", "events", "sessions", "users", "permissions", "messages", "reports", "settings", "content")
    ]
    assert sorted(one["attributes"]["name"] for one in panels["included"]) == ["Marketer", "Sales Admin"]
    assert {one["attributes"]["name"]: one["attributes"]["unverified-user"] for one in permissions} == {
        "create_event": False,
        "publish_event": False,
    }


def test_panels_and_roles_are_joined_from_both_sides_by_admins(api: Api, people: dict[str, Any]) -> None:
    panel = api.get("/v1/panel-permissions", as_=people["adm"]).json["data"][-1]["id"]
    linked = {"panel-permissions": {"data": [{"type": "panel-permission", "id": panel}]}}
    document = {"data": {"type": "custom-system-role", "attributes": {"name": "Editor"}, "relationships": linked}}

    assert api.post("/v1/custom-system-roles", json=document, as_=people["eve"]).status == 403
    role = api.post("/v1/custom-system-roles", json=document, as_=people["adm"]).json["data"]["id"]

    below = f"/v1/panel-permissions/{panel}/custom-system-roles"
    assert [one["id"] for one in api.get(below, as_=people["adm"]).json["data"]] == [role]
    assert api.get(f"/v1/custom-system-roles/{role}", as_=people["eve"]).status == 200
    assert api.get(below, as_=people["eve"]).status in (403, 404)
    link = {"data": [{"type": "panel-permission", "id": panel}]}
    path = f"/v1/custom-system-roles/{role}/relationships/panel-permissions"
    assert api.call("DELETE", path, json=link, as_=people["eve"]).status in (403, 404)
    assert api.call("DELETE", path, json=link, as_=people["adm"]).status == 200
    assert api.get(below, as_=people["adm"]).json["data"] == []
    more = {"data": {"type": "custom-system-role", "attributes": {"name": "Reviewer"}}}
    assert api.post(below, json=more, as_=people["adm"]).status == 201
    assert api.get(below, as_=people["adm"]).json["data"][0]["attributes"]["name"] == "Reviewer"


def test_a_name_is_given_once(api: Api, people: dict[str, Any]) -> None:
    for type_, name in (("custom-system-role", "Marketer"), ("user-permission", "create_event")):
        document = {"data": {"type": type_, "attributes": {"name": name}}}
        assert api.post(f"/v1/{type_}s", json=document, as_=people["adm"]).status == 409
