"""Addresses beside the usual ones: by a column below a parent, linkage of another name, words beside ids."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from openapi_spec_validator import OpenAPIV31SpecValidator
from sqlalchemy import and_

from openevent.jsonapi.declare import (
    Alias,
    BelongsTo,
    Endpoint,
    Extension,
    Keyed,
    Reply,
    Through,
)
from openevent.jsonapi.engine import Engine
from openevent.jsonapi.extensions import extend
from openevent.jsonapi.openapi import describe
from openevent.kit.access import ADMIN, NO_ONE, Permission, Who, cell
from spec.toys import (
    ADA,
    ANN,
    BEN,
    COMMENTS,
    PERMISSIONS,
    RESOURCES,
    Ask,
    ToyBackend,
    error,
    read,
    translate,
)

UNHIDDEN = Who("whoever knows it", lambda _kind, row: and_(cell(row, "is_hidden").is_(False)))
SPEECHES = replace(
    COMMENTS,
    relationships=(
        BelongsTo(
            "article",
            type="article",
            inverse="comments",
            required=True,
            inverse_linkage="speeches",
            inverse_by=(Keyed("text", read=UNHIDDEN, ignore_case=True),),
        ),
        BelongsTo("author", type="person", inverse="comments"),
    ),
)
WORLD = extend(
    (*(one for one in RESOURCES if one is not COMMENTS), SPEECHES),
    (
        Extension(
            "article",
            relationships=(
                Through(
                    "replies",
                    type="comment",
                    on=lambda one, reply: one["id"] == reply["article_id"],
                    linkage="answers",
                    by=(Keyed("id"),),
                ),
            ),
            aliases=(Alias(("GET",), "/v1/stories/<key>", "/v1/articles/<key>"),),
        ),
    ),
)
TEXT_ENDPOINTS = (
    Endpoint("GET", "/v1/comments/<text:word>", lambda call, _backend: Reply(dict(call.params)), auth=False),
)


@pytest.fixture
def look(backend: ToyBackend) -> Ask:
    return Ask(Engine(WORLD, PERMISSIONS, TEXT_ENDPOINTS, backend, translate))


def test_a_row_has_an_address_by_a_column_below_its_parent(look: Ask, sql_of: list[str]) -> None:
    found = look("/v1/articles/harbour/comments/lovely?include=author")

    assert read(found)["data"]["id"] == "1"
    assert read(found)["links"] == {"self": "/v1/comments/1"}
    assert [one["id"] for one in read(found)["included"]] == ["2"]
    assert len(sql_of) == 3
    assert look("/v1/articles/1/comments/LOVELY").status == 200
    assert look("/v1/articles/2/comments/lovely").status == 404


def test_that_address_may_be_open_to_others_than_the_row(look: Ask) -> None:
    assert look("/v1/articles/5/comments/secret plan", BEN).status == 404  # no such article
    assert look("/v1/articles/1/comments/rude", ADA).status == 404  # by its own cell, which knows no admins
    assert look("/v1/articles/1/replies/2", ADA).status == 200  # by the type's
    assert error(look("/v1/articles/1/comments/old"))["detail"] == "Comment: old not found"


def test_nothing_is_found_by_what_a_column_cannot_hold(look: Ask) -> None:
    assert look("/v1/articles/1/comments/\ud800").status == 404
    assert look("/v1/articles/1/replies/x").status == 404


def test_whoever_can_never_pass_is_asked_to_sign_in(backend: ToyBackend) -> None:
    cells = {**PERMISSIONS, "comment": Permission("comment", ADMIN, ADMIN, NO_ONE, NO_ONE, NO_ONE)}
    look = Ask(Engine(WORLD, cells, (), backend, translate))

    assert look("/v1/articles/1/replies/1").status == 401
    assert look("/v1/articles/1/replies/1", ANN).status == 404
    assert look("/v1/articles/1/replies/1", ADA).status == 200
    assert look("/v1/articles/1/comments/lovely").status == 200


def test_the_linkage_may_have_another_name_in_its_address(look: Ask) -> None:
    linked = read(look("/v1/articles/1"))["data"]["relationships"]["comments"]["links"]

    assert linked == {"self": "/v1/articles/1/relationships/speeches", "related": "/v1/articles/1/comments"}
    for name in ("speeches", "comments"):
        assert read(look(f"/v1/articles/1/relationships/{name}"))["links"] == linked
    assert read(look("/v1/articles/1/relationships/answers"))["links"]["related"] == "/v1/articles/1/replies"


def test_an_extension_may_give_a_type_another_address(look: Ask) -> None:
    assert look("/v1/stories/harbour").body == look("/v1/articles/harbour").body


def test_an_endpoint_for_words_stands_beside_ids(look: Ask) -> None:
    assert read(look("/v1/comments/today")) == {"word": "today"}
    assert read(look("/v1/comments/1"))["data"]["type"] == "comment"


def test_the_description_names_all_of_them(look: Ask) -> None:
    api: dict[str, Any] = describe(look.engine.registry, TEXT_ENDPOINTS, "Magazine", "1.2")

    assert [problem.message for problem in OpenAPIV31SpecValidator(api).iter_errors()] == []
    for path in (
        "/v1/articles/announced",
        "/v1/articles/{id}/comments/{value}",
        "/v1/articles/{id}/relationships/speeches",
        "/v1/comments/{word}",
    ):
        assert "get" in api["paths"][path]
    names = [one["operationId"] for path in api["paths"].values() for one in path.values() if isinstance(one, dict)]
    assert sorted(set(names)) == sorted(names)


def test_a_type_that_is_only_listed_has_no_rows_at_such_an_address(backend: ToyBackend) -> None:
    only = tuple(replace(one, methods=frozenset({"list"})) if one is SPEECHES else one for one in WORLD)
    engine = Engine(only, PERMISSIONS, (), backend, translate)
    api: dict[str, Any] = describe(engine.registry, (), "Magazine", "1.2")

    answer = Ask(engine)("/v1/articles/1/comments/lovely")
    assert (answer.status, answer.headers["Allow"]) == (405, "")
    assert "/v1/articles/{id}/comments/{value}" not in api["paths"]
    assert (engine.serves("GET", "/v1/articles/1/comments"), engine.serves("GET", "/v1/nothing")) == (True, False)
    assert not engine.serves("PATCH", "/v1/comments/1")
