"""Other addresses of a type, relationships that are routes alone, and names with underscores."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from openevent.jsonapi.declare import Alias, Through
from openevent.jsonapi.engine import Engine
from openevent.jsonapi.openapi import describe
from openevent.jsonapi.request import MEDIA_TYPE
from spec.toys import (
    ADA,
    ANN,
    ARTICLES,
    CATEGORIES,
    COMMENTS,
    PERMISSIONS,
    RESOURCES,
    Ask,
    ToyBackend,
    ids,
    read,
    translate,
)

ALIASES = (
    Alias(("GET", "POST"), "/v1/article", "/v1/articles"),
    Alias(("POST",), "/v1/comment", "/v1/comments"),
    Alias(
        ("GET",), "/v1/people/<person>/articles/<category>", "/v1/people/<person>/articles", {"category": "category"}
    ),
    Alias(("GET", "POST"), "/v1/article/<article>/writers", "/v1/articles/<article>/relationships/writer"),
    Alias(("GET",), "/v1/articles-of/<person>/titled/<title>", "/v1/people/<person>/articles", {"title": "title"}),
)


def _wrote(article: Any, person: Any) -> Any:
    return article["author_id"] == person["id"]


HIDDEN = Through("talkers", type="person", on=_wrote, hidden=True)
LINKED = Through("writers", type="person", on=_wrote, hidden=True, linkage="writer")


def resources(*aliases: Alias) -> list[Any]:
    changed = {
        "comment": replace(
            COMMENTS,
            aliases=aliases,
            relationships=(replace(COMMENTS.relationships[0], inverse_hidden=True), *COMMENTS.relationships[1:]),
        ),
        "article": replace(ARTICLES, relationships=(*ARTICLES.relationships, HIDDEN, LINKED)),
        "category": CATEGORIES,
    }
    return [changed.get(one.type, one) for one in RESOURCES]


@pytest.fixture
def asking(backend: ToyBackend) -> Ask:
    return Ask(Engine(resources(*ALIASES), PERMISSIONS, (), backend, translate))


@pytest.fixture
def telling(scratch: ToyBackend) -> Ask:
    return Ask(Engine(resources(*ALIASES), PERMISSIONS, (), scratch, translate))


def test_an_alias_answers_what_its_route_answers(asking: Ask) -> None:
    known = read(asking("/v1/articles?sort=-id"))

    found = read(asking("/v1/article?sort=-id"))

    assert found["data"] == known["data"] != []
    assert found["links"]["self"] == "/v1/article?sort=-id"
    assert asking("/v1/article", method="PATCH").status == 405


def test_an_alias_of_creating_creates(telling: Ask) -> None:
    links = {"article": {"data": {"type": "article", "id": "1"}}}
    body = {"data": {"type": "comment", "attributes": {"text": "Well."}, "relationships": links}}

    answer = telling("/v1/comment", ANN, method="POST", body=msgspec.json.encode(body), content_type=MEDIA_TYPE)

    assert (answer.status, answer.headers["Location"]) == (201, read(answer)["data"]["links"]["self"])
    assert read(answer)["data"]["links"]["self"].startswith("/v1/comments/")


def test_an_alias_narrows_by_what_its_path_says(asking: Ask) -> None:
    everything = read(asking("/v1/people/1/articles?include=category&page[size]=0", ADA))["data"]
    of_one = [one["id"] for one in everything if (one["relationships"]["category"]["data"] or {}).get("id") == "2"]

    assert ids(asking("/v1/people/1/articles/2", ADA)) == of_one
    assert len(of_one) < len(everything)


def test_an_alias_takes_its_segments_as_values_whatever_stands_in_them(asking: Ask) -> None:
    title = read(asking("/v1/people/1/articles", ADA))["data"][0]["attributes"]["title"]

    assert len(ids(asking(f"/v1/articles-of/1/titled/{title}", ADA))) == 1
    assert ids(asking("/v1/articles-of/1/titled/x&filter[words]=1", ADA)) == []


@pytest.mark.parametrize(
    "alias", [Alias(("GET",), "/v1/x", "/v1/nothing-here"), Alias(("PUT",), "/v1/x", "/v1/comments")]
)
def test_an_alias_of_nothing_is_a_mistake(backend: ToyBackend, alias: Alias) -> None:
    with pytest.raises(ValueError, match="there is no"):
        Engine(resources(alias), PERMISSIONS, (), backend, translate)


def test_aliases_are_described(asking: Ask) -> None:
    paths = describe(asking.engine.registry, (), "Toys", "1")["paths"]

    narrowed = paths["/v1/people/{person}/articles/{category}"]["get"]
    assert [one["name"] for one in narrowed["parameters"] if one.get("in") == "path"] == ["person", "category"]
    assert narrowed["responses"] == paths["/v1/people/{id}/articles"]["get"]["responses"]
    assert sorted(paths["/v1/article"]) == ["get", "post"]
    assert "/v1/articles/{id}/relationships/comments" not in paths
    assert "/v1/articles/{id}/comments" in paths


def test_a_hidden_relationship_has_a_route_and_is_no_member(asking: Ask) -> None:
    shown = read(asking("/v1/articles/1"))["data"]["relationships"]

    assert not {"comments", "talkers"} & set(shown)
    assert ids(asking("/v1/articles/1/comments"))
    assert ids(asking("/v1/articles/1/talkers", ADA))
    assert asking("/v1/articles/1/relationships/comments").status == 404


def test_a_hidden_relationship_has_a_route_of_its_own_where_its_linkage_is_named(asking: Ask) -> None:
    found = read(asking("/v1/articles/1/relationships/writer", ADA))

    assert [one["type"] for one in found["data"]] == ["person"]
    assert "writers" not in read(asking("/v1/articles/1"))["data"]["relationships"]


def test_what_is_always_refused_is_served_and_not_described(asking: Ask) -> None:
    refused = asking("/v1/article/1/writers", ADA, method="POST", body=b'{"data":[]}', content_type=MEDIA_TYPE)

    assert (asking("/v1/article/1/writers", ADA).status, refused.status) == (200, 403)
    assert sorted(describe(asking.engine.registry, (), "Toys", "1")["paths"]["/v1/article/{article}/writers"]) == [
        "get"
    ]


def test_a_hidden_relationship_is_a_member_where_it_is_included(asking: Ask) -> None:
    found = read(asking("/v1/articles/1?include=comments"))

    assert [one["id"] for one in found["included"]] == [
        one["id"] for one in found["data"]["relationships"]["comments"]["data"]
    ]


def test_members_may_be_written_with_underscores(telling: Ask) -> None:
    body = {"data": {"type": "article", "id": "1", "attributes": {"is_featured": True, "draft-note": "a"}}}
    body["data"]["attributes"]["draft_note"] = "b"

    answer = telling("/v1/articles/1", ADA, method="PATCH", body=msgspec.json.encode(body), content_type=MEDIA_TYPE)

    assert answer.status == 200, answer.body
    attributes = read(answer)["data"]["attributes"]
    assert (attributes["is-featured"], attributes["draft-note"]) == (True, "a")


def test_relationships_may_be_written_with_underscores(telling: Ask) -> None:
    sent = {"first_comment": {"data": None}, "category": {"data": None}}
    body = {"data": {"type": "article", "id": "1", "attributes": {}, "relationships": sent}}

    answer = telling(
        "/v1/articles/1?include=category", ADA, method="PATCH", body=msgspec.json.encode(body), content_type=MEDIA_TYPE
    )

    assert answer.status == 200, answer.body
    assert read(answer)["data"]["relationships"]["category"]["data"] is None
