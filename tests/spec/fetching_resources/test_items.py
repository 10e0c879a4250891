"""JSON:API, section Fetching Resources: single rows, by id, by second key and by relationship."""

from __future__ import annotations

import pytest

from openevent.jsonapi.errors import ApiError
from spec.toys import ADA, ANN, ANYBODY, BEN, EVE, Actor, Ask, error, read


def test_a_row_is_found_by_its_id_and_by_its_second_key(ask: Ask) -> None:
    by_id, by_slug = ask("/v1/articles/1"), ask("/v1/articles/harbour")

    assert by_id.body == by_slug.body


@pytest.mark.parametrize(
    "key",
    [
        "7",
        "0",
        "-1",
        "nowhere",
        "99999999999999999999",
        "9" * 5000,
        "٣",
        "1 ",
        "1.0",
        "%zz",
        "a\x00b",
        "\ud800",
        "1;DROP",
    ],
)
def test_a_key_that_names_nothing_is_not_found(ask: Ask, key: str) -> None:
    answer = ask(f"/v1/articles/{key}", ADA)

    assert error(answer)["detail"] == f"Article: {key} not found".encode("utf-8", "replace").decode()


def test_a_type_without_a_second_key_knows_only_numbers(ask: Ask) -> None:
    assert ask("/v1/people/Ann").status == 404
    assert ask("/v1/people/1\x00").status == 404


@pytest.mark.parametrize(("by", "status"), [(ANYBODY, 404), (EVE, 404), (BEN, 404), (ANN, 200), (ADA, 200)])
def test_a_draft_exists_only_for_its_author_and_staff(ask: Ask, by: Actor, status: int) -> None:
    assert ask("/v1/articles/draft-5", by).status == status


def test_a_row_that_no_stranger_may_ever_see_asks_for_sign_in(ask: Ask) -> None:
    assert ask("/v1/diaries/1").status == 401
    assert ask("/v1/diaries/1", BEN).status == 404
    assert ask("/v1/diaries/1", ANN).status == 200


def test_a_deleted_row_is_not_found(ask: Ask) -> None:
    assert ask("/v1/articles/gone", ADA).status == 404
    assert ask("/v1/articles/gone?get_trashed=true", ANN).status == 200
    assert ask("/v1/articles/gone?get_trashed=true", BEN).status == 404
    assert read(ask("/v1/articles/6?get_trashed=true", ADA))["data"]["attributes"]["deleted-at"] == (
        "2026-02-22T12:00:00+00:00"
    )


def test_head_is_get_without_the_body(ask: Ask) -> None:
    got, head = ask("/v1/articles/1"), ask("/v1/articles/1", method="HEAD")

    assert (head.status, head.body) == (200, b"")
    assert head.headers == {**got.headers, "Content-Length": str(len(got.body))}


def test_a_to_one_relationship_has_the_row_itself(ask: Ask) -> None:
    found = read(ask("/v1/articles/harbour/author"))

    assert (found["data"]["type"], found["data"]["id"]) == ("person", "1")
    assert found["links"] == {"self": "/v1/people/1"}


def test_a_to_one_relationship_may_be_kept_by_the_other_side(ask: Ask) -> None:
    assert read(ask("/v1/articles/1/cover"))["data"]["id"] == "1"


def test_a_to_one_relationship_may_be_a_condition(ask: Ask) -> None:
    assert read(ask("/v1/articles/1/first-comment"))["data"]["id"] == "1"


def test_an_empty_to_one_relationship_is_null(ask: Ask) -> None:
    assert read(ask("/v1/articles/3/cover?include=article")) == {
        "data": None,
        "links": {"self": "/v1/articles/3/cover"},
        "included": [],
        "jsonapi": {"version": "1.0"},
    }
    assert "included" not in read(ask("/v1/articles/3/cover"))


def test_a_to_one_relationship_hides_a_row_that_the_caller_may_not_see(ask: Ask) -> None:
    assert read(ask("/v1/covers/2/article"))["data"] is None
    assert read(ask("/v1/covers/2/article", ANN))["data"]["id"] == "5"


def test_a_to_one_relationship_of_a_parent_that_is_not_there_is_not_found(ask: Ask) -> None:
    assert ask("/v1/articles/5/author", EVE).status == 404
    assert ask("/v1/articles/nowhere/author").status == 404


def test_a_to_one_relationship_that_the_caller_may_not_see_is_not_found(ask: Ask) -> None:
    assert read(ask("/v1/articles/1/editor", ANN))["data"]["id"] == "2"
    assert ask("/v1/articles/1/editor", BEN).status == 404


def test_what_a_caller_has_just_written_is_answered_although_it_may_not_be_read(ask: Ask) -> None:
    reader, diary = ask.engine.reader, ask.engine.registry["diary"]

    assert (
        read(reader.document(diary, 2, ask.request("/v1/diaries", EVE), 201, {"Location": "/here"}))["data"]["id"]
        == "2"
    )


def test_finding_a_row_asks_the_cell_it_is_given(ask: Ask) -> None:
    article = ask.engine.registry["article"]
    find = ask.engine.reader.find

    assert find(article, "harbour", ANN, article.cells.update) == 1
    assert find(article, "1", BEN, article.cells.update) is None
    assert find(article, "1", BEN, article.cells.read) == 1
    assert find(article, "gone", ANN, article.cells.update) is None
    assert find(article, "gone", ANN, article.cells.update, trashed=True) == 6
    assert find(article, "9" * 30, ANN, article.cells.update) is None
    assert find(article, "x\x00", ANN, article.cells.update) is None


def test_a_row_that_is_gone_meanwhile_is_not_found(ask: Ask) -> None:
    reader, article = ask.engine.reader, ask.engine.registry["article"]

    with pytest.raises(ApiError, match="Article: 77 not found"):
        reader.document(article, 77, ask.request("/v1/articles", ANN))


def test_one_query_string_serves_many_addresses(ask: Ask) -> None:
    """The plans that it remembers are few; forgetting them changes nothing."""
    urls = ["/v1/people/1", "/v1/articles/1/author", "/v1/articles/harbour/author", "/v1/comments/1/author"]
    first = [ask(f"{url}?fields[person]=name", by).body for url in urls for by in (ANYBODY, ANN, ADA)]

    assert first == [ask(f"{url}?fields[person]=name", by).body for url in urls for by in (ANYBODY, ANN, ADA)]
