"""JSON:API, section Fetching Relationships."""

from __future__ import annotations

import pytest

from openevent.jsonapi.limits import Limits
from spec.toys import ADA, ANN, BEN, EVE, RESOURCES, Ask, ToyBackend, error, read, world


def test_a_to_many_relationship_names_its_rows(ask: Ask) -> None:
    assert read(ask("/v1/articles/1/relationships/tags")) == {
        "links": {"self": "/v1/articles/1/relationships/tags", "related": "/v1/articles/1/tags"},
        "data": [{"type": "tag", "id": "1"}, {"type": "tag", "id": "2"}],
        "jsonapi": {"version": "1.0"},
    }


def test_a_to_one_relationship_names_its_row(ask: Ask) -> None:
    assert read(ask("/v1/articles/harbour/relationships/category")) == {
        "links": {
            "self": "/v1/articles/harbour/relationships/category",
            "related": "/v1/articles/harbour/article-category",
        },
        "data": {"type": "category", "id": "2"},
        "jsonapi": {"version": "1.0"},
    }


def test_an_empty_relationship_is_null_or_an_empty_list(ask: Ask) -> None:
    assert read(ask("/v1/articles/3/relationships/category"))["data"] is None
    assert read(ask("/v1/articles/3/relationships/tags"))["data"] == []


def test_rows_that_the_caller_may_not_see_are_not_named(ask: Ask) -> None:
    def named(by: object) -> list[str]:
        return [one["id"] for one in read(ask("/v1/articles/1/relationships/comments", by))["data"]]

    assert named(BEN) == ["1", "3"]
    assert named(ANN) == ["1", "2", "3"]
    assert read(ask("/v1/covers/2/relationships/article", EVE))["data"] is None


@pytest.mark.parametrize("path", ["7/relationships/tags", "draft-5/relationships/tags", "x\x00/relationships/tags"])
def test_a_parent_that_is_not_there_for_the_caller_is_not_found(ask: Ask, path: str) -> None:
    assert ask(f"/v1/articles/{path}", EVE).status == 404


def test_a_relationship_that_is_hidden_in_this_row_is_not_found(ask: Ask) -> None:
    assert ask("/v1/articles/1/relationships/editor", BEN).status == 404
    assert read(ask("/v1/articles/1/relationships/editor", ANN))["data"]["id"] == "2"


def test_rows_that_no_stranger_may_ever_see_ask_for_sign_in(ask: Ask) -> None:
    assert ask("/v1/people/1/relationships/receipts").status == 401
    assert read(ask("/v1/people/1/relationships/receipts", ANN))["data"] == [{"type": "receipt", "id": "1"}]


def test_an_unknown_relationship_is_not_found(ask: Ask) -> None:
    assert error(ask("/v1/articles/1/relationships/nothing"))["status"] == 404
    assert ask("/v1/articles/1/relationships").status == 404


def test_a_relationship_by_condition_can_only_be_read(ask: Ask) -> None:
    answer = ask("/v1/articles/1/relationships/commenters", ADA, method="PATCH")

    assert error(answer)["status"] == 403
    assert ask("/v1/articles/1/relationships/commenters", method="PATCH").status == 401


def test_query_parameters_are_checked_here_too(ask: Ask) -> None:
    assert error(ask("/v1/articles/1/relationships/tags?sort=nothing"))["source"] == {"parameter": "sort"}


def test_more_than_the_limit_is_refused(backend: ToyBackend) -> None:
    ask = world(backend, RESOURCES, Limits(max_included=1))

    assert ask("/v1/articles/1/relationships/tags").status == 400
    assert ask("/v1/articles/2/relationships/tags").status == 200
