"""What the client's list of accounts sends (web-client.md, 2.9 of the reference)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cast import adm, ana, bo
from clients import Api
from factories import make_event, make_user
from openevent.kit.work import Shell

LIVE = {"name": "deleted-at", "op": "eq", "val": None}
DELETED = {"name": "deleted-at", "op": "ne", "val": None}


@pytest.fixture
def people(shell: Shell) -> dict[str, Any]:
    with shell.work() as work:
        found = {"ana": ana(work), "bo": bo(work), "adm": adm(work)}
        make_event(work, owner=found["ana"])
        make_user(work, email="spam@example.org", is_verified=False)
        make_user(work, email="gone@example.org.deleted", deleted_at=work.now)
        return found


def _listed(api: Api, people: dict[str, Any], *conditions: dict[str, Any], trashed: bool = False) -> list[str]:
    query = f"sort=email&page[size]=10&filter={json.dumps(conditions)}"
    answer = api.get(f"/v1/users?{query}{'&get_trashed=true' if trashed else ''}", as_=people["adm"])
    assert answer.status == 200, answer.body
    return [one["attributes"]["email"].partition("@")[0] for one in answer.json["data"]]


def test_admins_list_the_living_the_deleted_and_all(api: Api, people: dict[str, Any]) -> None:
    assert _listed(api, people, {"or": []}) == ["adm", "ana", "bo", "spam"]
    assert _listed(api, people, LIVE, trashed=True) == ["adm", "ana", "bo", "spam"]
    assert _listed(api, people, DELETED, trashed=True) == ["gone"]
    assert _listed(api, people, trashed=True) == ["adm", "ana", "bo", "gone", "spam"]
    assert _listed(api, people, DELETED) == []


def test_admins_search_by_address_and_marks(api: Api, people: dict[str, Any]) -> None:
    search = {"or": [{"name": name, "op": "ilike", "val": "%ana%"} for name in ("email", "first-name", "last-name")]}

    assert _listed(api, people, search) == ["ana"]
    assert _listed(api, people, {"name": "is-verified", "op": "eq", "val": False}) == ["spam"]
    assert _listed(api, people, {"name": "is-user-owner", "op": "eq", "val": True}) == ["ana"]


def test_an_admin_restores_what_the_list_shows(api: Api, people: dict[str, Any]) -> None:
    query = f"get_trashed=true&filter={json.dumps([DELETED])}"
    (row,) = api.get(f"/v1/users?{query}", as_=people["adm"]).json["data"]
    whole = {"data": {"type": "user", "id": row["id"], "attributes": row["attributes"] | {"deleted-at": None}}}
    whole["data"]["attributes"]["email"] = "gone@example.org"  # as it is shown once it is back

    assert api.patch(f"/v1/users/{row['id']}?get_trashed=true", json=whole, as_=people["bo"]).status in (403, 404)
    whole["data"]["attributes"].pop("email")
    assert api.patch(f"/v1/users/{row['id']}?get_trashed=true", json=whole, as_=people["adm"]).status == 200
    assert _listed(api, people) == ["adm", "ana", "bo", "gone", "spam"]


def test_events_that_somebody_sells_or_markets_are_listed(api: Api, people: dict[str, Any]) -> None:
    me = people["ana"]

    for name in ("marketer-events", "sales-admin-events"):
        assert api.get(f"/v1/users/{me.id}/{name}", as_=me).json["data"] == []
        assert api.get(f"/v1/users/{me.id}/{name}", as_=people["bo"]).status in (403, 404)
