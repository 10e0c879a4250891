"""Types whose rows have an address of another kind: one below each row of another type, or one for good."""

from __future__ import annotations

import pytest
from sqlalchemy import literal, select

from openevent.jsonapi.declare import Attribute, Extension, Resource, Through
from openevent.jsonapi.engine import Engine
from openevent.jsonapi.extensions import extend
from openevent.jsonapi.openapi import describe
from openevent.jsonapi.registry import Registry
from openevent.kit.access import ADMIN, NO_ONE, PUBLIC, STAFF, Actor, Permission
from spec.counter import Client
from spec.shop import ANA, ANYBODY, BO, CELLS, RESOURCES, Shelf, ShopBackend

READ = frozenset({"read"})
NAME = 'a "b" é'


class Corner:
    """A row that is no table's: its key is a text that JSON and addresses have to quote."""

    __table__ = select(literal(NAME).label("id"), literal(7).label("size")).subquery("corner")


class House:
    """The only one."""

    __table__ = select(literal(1).label("id")).subquery("house")


SIZE = Attribute("size", kind="integer", sql=lambda row: row["id"] * 2)
ADDED = (
    Resource("shelf-size", Shelf, (SIZE,), address="/shelves/<key>/size", methods=READ, collection=False),
    Resource("house", House, (SIZE,), address="/the/house", methods=READ, collection=False),
    Resource(
        "corner",
        Corner,
        (Attribute("size"), Attribute("name", column="id")),
        path="the/corners",
        address="/the/corners",
        methods=frozenset({"list"}),
    ),
)
SHELVES = Extension(
    "shelf", relationships=(Through("size", "shelf-size", lambda one, other: one["id"] == other["id"], many=False),)
)
DECLARED = extend((*RESOURCES, *ADDED), (SHELVES,))
ADDED_CELLS = {
    **CELLS,
    "shelf-size": Permission("shelf-size", NO_ONE, CELLS["shelf"].update, NO_ONE, NO_ONE, NO_ONE),
    "house": Permission("house", NO_ONE, ADMIN, NO_ONE, NO_ONE, NO_ONE),
    "corner": Permission("corner", PUBLIC, PUBLIC, NO_ONE, NO_ONE, NO_ONE),
}
ADM = Actor(id=9, kind=STAFF)


@pytest.fixture
def extended(shop: ShopBackend) -> Client:
    return Client(Engine(DECLARED, ADDED_CELLS, (), shop, lambda _error, _caller: None), shop)


def test_a_row_below_another_one_links_to_where_it_is(extended: Client) -> None:
    found = extended.get("/v1/shelves/1/size", ANA)

    assert found.json["links"] == {"self": "/v1/shelves/1/size"}
    assert found.data == {
        "type": "shelf-size",
        "id": "1",
        "attributes": {"size": 2},
        "links": {"self": "/v1/shelves/1/size"},
    }
    assert [one["id"] for one in extended.get("/v1/shelves/1?include=size", ANA).json["included"]] == ["1"]


def test_what_everything_has_one_of_is_shown_or_refused(extended: Client) -> None:
    statuses = [extended.get("/v1/shelves/1/size", who).status for who in (ANYBODY, BO, ANA)]

    assert statuses == [401, 403, 200]
    assert extended.get("/v1/shelves/77/size", ANA).status == 404
    assert extended.get("/v1/shelf-sizes/1", ANA).status == 404
    assert extended.get("/v1/shelf-sizes", ANA).status == 404


def test_the_only_row_is_at_its_address(extended: Client) -> None:
    found = extended.get("/v1/the/house", ADM).data

    assert (found["id"], found["attributes"], found["links"]["self"]) == ("1", {"size": 2}, "/v1/the/house")
    assert [extended.get("/v1/the/house", who).status for who in (ANYBODY, ANA)] == [401, 403]
    assert extended.get("/v1/houses/1", ADM).status == 404


def test_keys_may_be_text_and_rows_no_table(extended: Client) -> None:
    [found] = extended.get(
        "/v1/the/corners?sort=-name,size&filter=[{%22name%22:%22size%22,%22op%22:%22eq%22,%22val%22:7}]"
    ).data

    assert (found["id"], found["attributes"]) == (NAME, {"size": 7, "name": NAME})
    assert found["links"] == {"self": "/v1/the/corners"}
    assert extended.get("/v1/the/corners/1").status == 404


def test_the_description_names_the_addresses_that_there_are() -> None:
    paths = describe(Registry(DECLARED, ADDED_CELLS), (), "Shop", "1")["paths"]

    assert [one for one in paths if one.startswith(("/v1/the", "/v1/house", "/v1/corner", "/v1/shelf-"))] == [
        "/v1/the/corners",
        "/v1/the/house",
    ]
    assert list(paths["/v1/shelves/{id}/size"]) == ["get"]
    named = [one.get("$ref", "") for one in paths["/v1/the/house"]["get"]["parameters"]]
    assert not any(one.endswith("-id") for one in named)
