"""A type with one record: its path leads to it, with an id or without one, whatever the id."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from openevent.jsonapi.engine import Engine
from openevent.jsonapi.openapi import describe
from openevent.jsonapi.registry import Registry
from openevent.jsonapi.request import MEDIA_TYPE, Response
from openevent.kit.access import NO_ONE, PUBLIC, SIGNED_IN, Permission
from spec.toys import ANN, ANYBODY, LOGS, Ask, ToyBackend, error, read, translate

MASTHEAD = replace(LOGS, path="masthead", singleton=1, methods=frozenset({"read", "update"}))
CELLS = {"log": Permission("log", NO_ONE, PUBLIC, NO_ONE, SIGNED_IN, NO_ONE)}


@pytest.fixture
def masthead(scratch: ToyBackend) -> Ask:
    return Ask(Engine((MASTHEAD,), CELLS, (), scratch, translate))


def patch(ask: Ask, path: str, told: str, line: str) -> Response:
    body = msgspec.json.encode({"data": {"type": "log", "id": told, "attributes": {"line": line}}})
    return ask(path, ANN, method="PATCH", body=body, content_type=MEDIA_TYPE)


@pytest.mark.parametrize("path", ["", "/1", "/7", "/first", "/" + "9" * 30])
def test_any_id_and_none_lead_to_the_one_record(masthead: Ask, path: str) -> None:
    answer = masthead(f"/v1/masthead{path}", ANYBODY)

    assert answer.status == 200
    assert read(answer)["data"] == {
        "type": "log",
        "id": "1",
        "attributes": {"line": "started"},
        "links": {"self": "/v1/masthead/1"},
    }


@pytest.mark.parametrize(("path", "told"), [("", "1"), ("/1", "1"), ("/7", "7"), ("/7", "1")])
def test_it_is_changed_where_it_is_read(masthead: Ask, path: str, told: str) -> None:
    changed = patch(masthead, f"/v1/masthead{path}", told, "changed")

    assert (changed.status, read(changed)["data"]["attributes"]) == (200, {"line": "changed"})
    assert read(masthead("/v1/masthead"))["data"]["attributes"] == {"line": "changed"}


@pytest.mark.parametrize(("path", "told"), [("", "7"), ("/1", "7"), ("/first", "7")])
def test_a_document_with_another_id_than_the_path_is_refused(masthead: Ask, path: str, told: str) -> None:
    refused = patch(masthead, f"/v1/masthead{path}", told, "changed")

    assert (refused.status, error(refused)["source"]) == (400, {"pointer": "/data/id"})


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_it_is_neither_made_nor_removed(masthead: Ask, method: str) -> None:
    assert {masthead(f"/v1/masthead{path}", ANN, method=method).status for path in ("", "/1")} == {405}


def test_a_record_that_is_only_read_or_only_changed_has_one_method(scratch: ToyBackend) -> None:
    for method, allowed in {"read": "GET, HEAD", "update": "PATCH"}.items():
        ask = Ask(Engine((replace(MASTHEAD, methods=frozenset({method})),), CELLS, (), scratch, translate))
        refused = ask("/v1/masthead", ANN, method="PUT")
        assert (refused.status, refused.headers["Allow"]) == (405, allowed)


def test_a_singleton_offers_reading_and_changing_alone() -> None:
    with pytest.raises(ValueError, match="log: a singleton is read and updated, nothing else"):
        Registry((replace(MASTHEAD, methods=frozenset({"read", "list"})),), CELLS)


def test_the_api_description_has_both_paths() -> None:
    paths = describe(Registry((MASTHEAD,), CELLS), (), "Masthead", "1")["paths"]

    names = {path: {method: one["operationId"] for method, one in found.items()} for path, found in paths.items()}
    assert names == {
        "/v1/masthead": {"get": "read-the-log", "patch": "update-the-log"},
        "/v1/masthead/{id}": {"get": "read-log", "patch": "update-log"},
    }
