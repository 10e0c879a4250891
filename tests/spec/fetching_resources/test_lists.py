"""JSON:API, section Fetching Resources: collections, and who sees what in them."""

from __future__ import annotations

import pytest

from spec.toys import ADA, ANN, ANYBODY, BEN, EVE, Actor, Ask, error, ids, read


@pytest.mark.parametrize(
    ("by", "seen"),
    [
        (ANYBODY, ["1", "2", "3", "4"]),
        (EVE, ["1", "2", "3", "4"]),
        (ANN, ["1", "2", "3", "4", "5"]),
        (ADA, ["1", "2", "3", "4", "5"]),
    ],
)
def test_a_list_holds_what_its_cell_lets_through(ask: Ask, by: Actor, seen: list[str]) -> None:
    assert sorted(ids(ask("/v1/articles", by))) == seen


def test_a_list_of_nothing_is_an_empty_list(ask: Ask) -> None:
    found = read(ask("/v1/articles?filter[title]=none"))

    assert (found["data"], found["meta"]) == ([], {"count": 0})


def test_a_list_that_nobody_of_this_kind_may_see_asks_strangers_to_sign_in(ask: Ask) -> None:
    answer = ask("/v1/people")

    assert (answer.status, answer.headers["Content-Type"]) == (401, "application/json")
    assert read(answer) == {"error": "Please sign in first."}


def test_a_list_that_nobody_of_this_kind_may_see_is_refused_to_others(ask: Ask) -> None:
    found = error(ask("/v1/people", ANN))

    assert (found["status"], found["title"]) == (403, "Access Forbidden")


def test_cells_that_are_joined_from_constants_are_constants(ask: Ask) -> None:
    assert ask("/v1/logs", ANN).status == 403
    assert ask("/v1/logs").status == 401
    assert ids(ask("/v1/logs", ADA)) == ["1"]


def test_a_type_without_a_collection_has_no_list_of_its_own(ask: Ask) -> None:
    answer = ask("/v1/comments")

    assert (answer.status, answer.headers["Allow"]) == (405, "POST")


# Lists with addresses of their own


def test_a_named_list_holds_what_meets_its_condition(ask: Ask) -> None:
    answer = ask("/v1/articles/announced", ANN)

    assert (ids(answer), read(answer)["links"]) == (["5"], {"self": "/v1/articles/announced"})


def test_a_named_list_may_have_an_address_elsewhere(ask: Ask) -> None:
    answer = ask("/v1/newsroom/programme", ANN)

    assert (ids(answer), read(answer)["links"]) == (["5"], {"self": "/v1/newsroom/programme"})
    assert ask("/v1/articles/programme", ANN).status == 404


def test_a_named_list_is_narrowed_like_any_other(ask: Ask) -> None:
    assert ids(ask("/v1/articles/announced", EVE)) == []
    assert ids(ask("/v1/articles/announced?filter[words]=11", ANN)) == []
    assert read(ask("/v1/articles/announced?include=author&page[size]=1", ANN))["included"][0]["id"] == "1"


# Below a parent


def test_a_nested_list_holds_the_rows_of_its_parent(ask: Ask) -> None:
    assert ids(ask("/v1/articles/1/comments", ANN)) == ["1", "2", "3"]
    assert ids(ask("/v1/categories/1/children")) == ["2"]


def test_a_parent_may_be_named_by_its_second_key(ask: Ask) -> None:
    answer = ask("/v1/articles/harbour/comments", ANN)

    assert ids(answer) == ["1", "2", "3"]
    assert read(answer)["links"] == {"self": "/v1/articles/harbour/comments"}


def test_a_link_table_makes_lists_from_both_sides(ask: Ask) -> None:
    assert ids(ask("/v1/articles/1/tags")) == [2, 1]
    assert ids(ask("/v1/tags/2/articles?sort=id")) == ["1", "2"]


def test_a_condition_makes_a_list(ask: Ask) -> None:
    assert ids(ask("/v1/articles/1/commenters?sort=id", ADA)) == ["1", "2", "9"]


def test_the_last_segment_may_have_a_name_of_its_own(ask: Ask) -> None:
    assert read(ask("/v1/articles/1/article-category"))["data"]["id"] == "2"
    assert ask("/v1/articles/1/category").status == 404


def test_a_relationship_may_have_an_address_elsewhere_beside_the_usual_one(ask: Ask) -> None:
    cover = read(ask("/v1/covers/1"))["data"]["relationships"]["article"]["links"]

    assert cover == {"self": "/v1/covers/1/relationships/article", "related": "/v1/pictures/1/article"}
    assert read(ask(cover["self"]))["links"] == cover
    found = [read(ask(path))["data"]["id"] for path in (cover["related"], "/v1/covers/1/article")]
    assert found == [found[0], found[0]]


@pytest.mark.parametrize("parent", ["7", "99999999999999999999", "nowhere", "6", "gone", "5", "draft-5"])
def test_a_parent_that_is_not_there_for_the_caller_is_not_found(ask: Ask, parent: str) -> None:
    found = error(ask(f"/v1/articles/{parent}/comments", EVE))

    assert found == {
        "status": 404,
        "source": {"parameter": "id"},
        "title": "Object not found",
        "detail": f"Article: {parent} not found",
    }


def test_the_draft_of_somebody_else_looks_like_nothing_even_to_a_filter(ask: Ask) -> None:
    assert ask("/v1/articles/5/tags", ANN).status == 200
    assert ask("/v1/articles/5/tags?filter[name]=100%25", EVE).status == 404


def test_an_empty_list_below_a_parent_is_refused_to_those_who_could_never_see_any(ask: Ask) -> None:
    assert ids(ask("/v1/people/2/receipts", BEN)) == []
    assert ask("/v1/people/2/receipts", EVE).status == 403
    assert ask("/v1/people/2/receipts").status == 401


def test_a_list_that_is_empty_because_of_a_filter_stays_a_list(ask: Ask) -> None:
    assert ids(ask("/v1/people/1/receipts?filter[total]=1", ANN)) == []
    assert ask("/v1/people/1/receipts?filter[total]=40", EVE).status == 403


def test_a_list_beyond_the_last_page_stays_a_list(ask: Ask) -> None:
    answer = ask("/v1/articles/1/comments?page[number]=9", ANN)

    assert (ids(answer), read(answer)["meta"]) == ([], {"count": 3})


def test_a_nested_list_that_nobody_of_this_kind_may_see_is_refused(ask: Ask) -> None:
    assert ask("/v1/articles/1/commenters", ANN).status == 403
    assert ask("/v1/articles/1/commenters").status == 401


def test_a_list_that_is_shown_to_some_alone_is_refused_to_others(ask: Ask) -> None:
    assert ids(ask("/v1/people/1/diaries", ANN)) == ["1"]
    assert ids(ask("/v1/people/2/diaries", ADA)) == ["2"]
    assert ask("/v1/people/2/diaries", ANN).status == 403


# Soft deletion (v1 reference 27, closed where it was open)


def test_deleted_rows_are_in_no_list(ask: Ask) -> None:
    assert "6" not in ids(ask("/v1/articles", ANN))
    assert "4" not in ids(ask("/v1/articles/1/comments", ADA))


def test_staff_may_ask_for_deleted_rows(ask: Ask) -> None:
    assert "6" in ids(ask("/v1/articles?get_trashed=true", ADA))
    assert ids(ask("/v1/articles/gone/tags?get_trashed=true", ADA)) == []


def test_whoever_may_change_a_row_may_ask_for_it_when_it_is_deleted(ask: Ask) -> None:
    assert "6" in ids(ask("/v1/articles?get_trashed=true", ANN))
    assert "6" not in ids(ask("/v1/articles?get_trashed=true", BEN))
    assert "6" not in ids(ask("/v1/articles?get_trashed=true"))
    assert "6" not in ids(ask("/v1/articles?get_trashed=yes", ANN))


# How many statements it takes


@pytest.mark.parametrize("include", ["", "&include=author,tags,comments.author,cover,commenters"])
def test_one_row_and_three_take_the_same_number_of_statements(ask: Ask, sql_of: list[str], include: str) -> None:
    ask(f"/v1/articles?page[size]=1&sort=id{include}", ANN)
    one = len(sql_of)
    ask(f"/v1/articles?page[size]=3&sort=id{include}", ANN)

    assert len(sql_of) - one == one


def test_a_page_is_one_statement(ask: Ask, sql_of: list[str]) -> None:
    ask("/v1/articles/harbour/comments?sort=-author.name", ANN)

    assert len(sql_of) == 1
