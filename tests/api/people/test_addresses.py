from __future__ import annotations

from typing import Any

import pytest

from cast import adm, ana, eve
from clients import Api
from factories import make_user
from openevent.kit.work import Shell
from openevent.people.models import UserEmail


@pytest.fixture
def people(shell: Shell) -> dict[str, Any]:
    with shell.work() as work:
        return {"ana": ana(work), "eve": eve(work), "adm": adm(work)}


def _document(user: Any, address: str = "Ana@Work.example", type_: str = "work") -> dict[str, Any]:
    return {
        "data": {
            "type": "user-email",
            "attributes": {"email-address": address, "type": type_},
            "relationships": {"user": {"data": {"type": "user", "id": str(user.id)}}},
        }
    }


def test_one_adds_reads_and_removes_an_address_of_ones_own(api: Api, people: dict[str, Any]) -> None:
    me = people["ana"]

    made = api.post("/v1/user-emails", json=_document(me), as_=me)

    assert made.status == 201
    data = made.json["data"]
    assert data["attributes"] == {
        "email-address": "ana@work.example",
        "type": "work",
        "user-id": me.id,
        "deleted-at": None,
    }
    assert data["relationships"]["user"]["links"] == {
        "self": f"/v1/user-emails/{data['id']}/relationships/user",
        "related": f"/v1/alternate-emails/{data['id']}/user",
    }
    assert api.get(f"/v1/alternate-emails/{data['id']}/user", as_=me).json["data"]["id"] == str(me.id)
    listed = api.get(f"/v1/users/{me.id}/alternate-emails", as_=me).json["data"]
    assert [one["id"] for one in listed] == [data["id"]]
    assert api.delete(f"/v1/user-emails/{data['id']}", as_=me).status == 200
    assert api.get(f"/v1/users/{me.id}/alternate-emails", as_=me).json["data"] == []
    assert api.post("/v1/user-emails", json=_document(me), as_=me).status == 201  # it is free again


def test_an_address_is_nobody_elses_business(api: Api, people: dict[str, Any]) -> None:
    me, eve_ = people["ana"], people["eve"]
    key = api.post("/v1/user-emails", json=_document(me), as_=me).json["data"]["id"]

    assert api.post("/v1/user-emails", json=_document(me, "x@example.org")).status == 401
    assert api.post("/v1/user-emails", json=_document(me, "x@example.org"), as_=eve_).status in (403, 404)
    for path in (f"/v1/user-emails/{key}", f"/v1/alternate-emails/{key}/user", f"/v1/users/{me.id}/alternate-emails"):
        assert api.get(path, as_=eve_).status in (403, 404), path
    assert api.delete(f"/v1/user-emails/{key}", as_=eve_).status in (403, 404)
    assert [one["id"] for one in api.get("/v1/admin/user-emails", as_=people["adm"]).json["data"]] == [key]
    assert api.get("/v1/user-emails", as_=people["adm"]).status == 405


def test_an_address_belongs_to_one_account_in_the_world(api: Api, shell: Shell, people: dict[str, Any]) -> None:
    me = people["ana"]
    with shell.work() as work:
        other = make_user(work)
        work.db.add(UserEmail(user_id=other.id, email_address="taken@example.org", type="home"))

    for address in ("eve@example.org", "Taken@example.org"):
        answer = api.post("/v1/user-emails", json=_document(me, address), as_=me)
        assert (answer.status, answer.json["errors"][0]["source"]) == (
            409,
            {"pointer": "/data/attributes/email-address"},
        )
    key = api.post("/v1/user-emails", json=_document(me), as_=me).json["data"]["id"]
    body = {"data": {"type": "user-email", "id": key, "attributes": {"email-address": "taken@example.org"}}}
    assert api.patch(f"/v1/user-emails/{key}", json=body, as_=me).status == 409
    body["data"]["attributes"] = {"type": "home"}  # type: ignore[index] -- JSON
    assert api.patch(f"/v1/user-emails/{key}", json=body, as_=me).json["data"]["attributes"]["type"] == "home"


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"type": "holiday"}, "/data/attributes/type"),
        ({"email-address": "nope"}, "/data/attributes/email-address"),
    ],
)
def test_what_is_no_address_is_refused_at_its_place(
    api: Api, people: dict[str, Any], attributes: dict[str, str], pointer: str
) -> None:
    document = _document(people["ana"])
    document["data"]["attributes"] |= attributes

    answer = api.post("/v1/user-emails", json=document, as_=people["ana"])

    assert (answer.status, answer.json["errors"][0]["source"]) == (422, {"pointer": pointer})
