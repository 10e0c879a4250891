"""JSON:API, section Inclusion of Related Resources."""

from __future__ import annotations

from typing import Any

import pytest

from openevent.jsonapi.limits import Limits
from spec.toys import ADA, ANN, BEN, EVE, RESOURCES, Actor, Ask, ToyBackend, error, read, world


def _included(document: Any) -> list[str]:
    return [f"{one['type']} {one['id']}" for one in document["included"]]


def _linked(document: Any, name: str) -> dict[str, Any]:
    return {one["id"]: one["relationships"][name].get("data", "absent") for one in document["data"]}


def test_a_to_one_relationship_is_included_with_its_linkage(ask: Ask) -> None:
    found = read(ask("/v1/articles/1?include=author"))

    assert found["data"]["relationships"]["author"] == {
        "links": {"self": "/v1/articles/1/relationships/author", "related": "/v1/articles/1/author"},
        "data": {"type": "person", "id": "1"},
    }
    assert found["included"][0] == {**read(ask("/v1/people/1"))["data"]}


def test_only_included_relationships_have_linkage(ask: Ask) -> None:
    found = read(ask("/v1/articles/1?include=author"))["data"]["relationships"]

    assert [name for name, one in found.items() if "data" in one] == ["author"]


def test_a_to_many_relationship_is_included_for_every_row(ask: Ask) -> None:
    found = read(ask("/v1/articles?include=tags&sort=id"))

    assert _linked(found, "tags") == {
        "1": [{"type": "tag", "id": "1"}, {"type": "tag", "id": "2"}],
        "2": [{"type": "tag", "id": "2"}],
        "3": [],
        "4": [],
    }
    assert _included(found) == ["tag 1", "tag 2"]


def test_a_to_one_kept_by_the_other_side_is_included(ask: Ask) -> None:
    found = read(ask("/v1/articles?include=cover&sort=id"))

    assert _linked(found, "cover") == {"1": {"type": "cover", "id": "1"}, "2": None, "3": None, "4": None}


def test_relationships_by_condition_are_included(ask: Ask) -> None:
    found = read(ask("/v1/articles?include=commenters,first-comment&sort=id&page[size]=2", ADA))

    assert [one["id"] for one in _linked(found, "commenters")["1"]] == ["1", "2", "9"]
    assert _linked(found, "first-comment") == {"1": {"type": "comment", "id": "1"}, "2": {"type": "comment", "id": "5"}}


def test_every_resource_is_included_once(ask: Ask) -> None:
    found = read(ask("/v1/articles?include=author,comments.author,author.articles&sort=id", ANN))

    names = _included(found)
    assert len(names) == len(set(names))
    assert not any(name.startswith("article ") for name in names)


def test_rows_of_the_type_in_data_may_be_included_as_well(ask: Ask) -> None:
    found = read(ask("/v1/articles/1?include=author.articles"))

    assert _included(found) == ["article 3", "person 1"]


def test_linkage_is_full_wherever_a_resource_came_from(ask: Ask) -> None:
    """A child is both in data and included: its own inclusion holds in both places."""
    found = read(ask("/v1/categories?include=parent.children,children"))

    assert _linked(found, "parent") == {"1": None, "2": {"type": "category", "id": "1"}}
    assert _linked(found, "children") == {"1": [{"type": "category", "id": "2"}], "2": []}


def test_paths_go_deeper_and_are_merged(ask: Ask, sql_of: list[str]) -> None:
    found = read(ask("/v1/articles/1?include=comments.author,comments.article,comments", ANN))

    assert sorted(_included(found)) == ["comment 1", "comment 2", "comment 3", "person 1", "person 2", "person 9"]
    assert len(sql_of) == 4


def test_names_may_be_written_with_underscores(ask: Ask) -> None:
    assert _included(read(ask("/v1/articles/1?include=first_comment"))) == ["comment 1"]


def test_nothing_to_include_is_an_empty_list_and_no_statement(ask: Ask, sql_of: list[str]) -> None:
    assert read(ask("/v1/articles/3?include=category.parent"))["included"] == []
    assert len(sql_of) == 1
    assert "included" not in read(ask("/v1/articles/3?include="))


@pytest.mark.parametrize(
    ("by", "seen"), [(EVE, ["comment 1", "comment 3"]), (ANN, ["comment 1", "comment 2", "comment 3"])]
)
def test_included_rows_are_those_that_the_caller_may_read(ask: Ask, by: Actor, seen: list[str]) -> None:
    assert _included(read(ask("/v1/articles/1?include=comments", by))) == seen


def test_among_many_a_row_has_to_pass_the_list_cell(ask: Ask) -> None:
    """Whoever knows its address may read the unlisted tag; nobody finds it by way of an article."""

    def named(url: str, by: Actor) -> list[int]:
        return [int(one["id"]) for one in read(ask(url, by))["data"]]

    assert ask("/v1/tags/4", EVE).status == 200
    assert _included(read(ask("/v1/articles/2?include=tags", EVE))) == ["tag 2"]
    assert named("/v1/articles/2/relationships/tags", EVE) == named("/v1/articles/2/tags", EVE) == [2]
    assert _included(read(ask("/v1/articles/2?include=tags", ADA))) == ["tag 2", "tag 4"]
    assert named("/v1/articles/2/relationships/tags", ADA) == [2, 4]


def test_of_a_type_that_can_not_be_listed_the_readable_rows_are_included(ask: Ask) -> None:
    assert ask("/v1/people", EVE).status == 403
    found = read(ask("/v1/articles?include=commenters&page[size]=1&sort=id", EVE))
    assert [one["id"] for one in _linked(found, "commenters")["1"]] == ["1", "2", "9"]


def test_a_to_one_that_the_caller_may_not_read_is_null(ask: Ask) -> None:
    assert read(ask("/v1/covers/2?include=article", EVE))["data"]["relationships"]["article"]["data"] is None
    assert _included(read(ask("/v1/covers/2?include=article", ANN))) == ["article 5"]


def test_a_relationship_is_included_only_where_it_may_be_seen(ask: Ask) -> None:
    found = read(ask("/v1/articles?include=editor&sort=id", BEN))

    assert [one["id"] for one in found["data"] if "editor" in one["relationships"]] == ["2", "4"]
    assert _included(found) == ["person 1"]


def test_a_hidden_relationship_gives_nothing_away_through_a_fieldset(ask: Ask) -> None:
    found = read(ask("/v1/articles?include=editor&fields[article]=title&sort=id", BEN))

    assert _included(found) == ["person 1"]
    assert "relationships" not in found["data"][0]


def test_a_relationship_that_this_kind_may_never_see_is_left_out(ask: Ask) -> None:
    found = read(ask("/v1/people/1?include=diaries.person,articles"))

    assert "diaries" not in found["data"]["relationships"]
    assert {name.split()[0] for name in _included(found)} == {"article"}


def test_deleted_rows_are_not_included(ask: Ask) -> None:
    assert "comment 4" not in _included(read(ask("/v1/articles/1?include=comments", ADA)))
    assert "comment 4" in _included(read(ask("/v1/articles/1?include=comments&get_trashed=true", ADA)))


@pytest.mark.parametrize(
    ("include", "detail"),
    [
        ("nothing", "article has no relationship nothing"),
        ("author.nothing", "person has no relationship nothing"),
        ("title", "article has no relationship title"),
        ("author.", "person has no relationship "),
        ("author.articles.author.articles.author", "author.articles.author.articles.author is deeper than 4."),
    ],
)
def test_what_can_not_be_included_is_refused(ask: Ask, include: str, detail: str) -> None:
    found = error(ask(f"/v1/articles?include={include}"))

    assert (found["status"], found["source"], found["detail"]) == (400, {"parameter": "include"}, detail)


def test_too_many_paths_are_refused(backend: ToyBackend) -> None:
    ask = world(backend, RESOURCES, Limits(max_include_paths=2))

    assert ask("/v1/articles?include=author,tags,author").status == 200
    assert ask("/v1/articles?include=author,tags,cover").status == 400


def test_too_many_rows_are_refused_in_words(backend: ToyBackend) -> None:
    ask = world(backend, RESOURCES, Limits(max_included=3))

    assert ask("/v1/articles?include=tags").status == 200
    found = error(ask("/v1/articles?include=tags,author"))
    assert (found["source"], found["detail"]) == ({"parameter": "include"}, "More than 3 resources would be included.")
