"""JSON:API, section Sorting."""

from __future__ import annotations

import pytest

from openevent.jsonapi.limits import Limits
from spec.toys import ADA, ANN, BEN, EVE, RESOURCES, Ask, ToyBackend, error, ids, world


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("id", ["1", "2", "3", "4"]),
        ("-id", ["4", "3", "2", "1"]),
        ("words", ["4", "3", "1", "2"]),
        ("-words", ["2", "1", "3", "4"]),
        ("author.name,-words", ["1", "3", "2", "4"]),
        ("-author.name,words", ["4", "2", "3", "1"]),
        ("is-featured", ["2", "1", "3", "4"]),
        ("-is_featured", ["3", "4", "1", "2"]),
        ("published-at", ["1", "3", "2", "4"]),
        ("-published-at", ["4", "2", "3", "1"]),
        ("price,id", ["2", "4", "3", "1"]),
        ("category.parent.name,-id", ["1", "4", "3", "2"]),
        ("cover.image,-id", ["1", "4", "3", "2"]),
        ("first-comment.text", ["2", "1", "3", "4"]),
        ("comment-count,id", ["3", "4", "2", "1"]),
        ("", ["4", "2", "3", "1"]),
    ],
)
def test_a_list_is_sorted(ask: Ask, sort: str, order: list[str]) -> None:
    assert ids(ask(f"/v1/articles?sort={sort}")) == order


def test_nulls_come_last_and_when_descending_first_on_both_databases(ask: Ask) -> None:
    assert ids(ask("/v1/articles?sort=rating")) == ["4", "3", "1", "2"]
    assert ids(ask("/v1/articles?sort=-rating")) == ["2", "1", "3", "4"]


def test_several_sort_parameters_add_up(ask: Ask) -> None:
    assert ids(ask("/v1/articles?sort=author.name&sort=-words")) == ["1", "3", "2", "4"]


def test_a_hidden_attribute_sorts_nothing(ask: Ask) -> None:
    """Only Ben's own notes count for Ben; sorting by the others would give them away."""
    assert ids(ask("/v1/articles?sort=draft-note,id", BEN)) == ["2", "1", "3", "4"]
    assert ids(ask("/v1/articles?sort=draft-note,id", EVE)) == ["1", "2", "3", "4"]
    assert ids(ask("/v1/articles?sort=draft-note,id", ADA)) == ["2", "1", "3", "4", "5"]


def test_a_hidden_relationship_sorts_nothing(ask: Ask) -> None:
    assert ids(ask("/v1/articles?sort=-editor.name,id", EVE)) == ["1", "2", "3", "4"]
    assert ids(ask("/v1/articles?sort=editor.name,id", ANN)) == ["1", "2", "3", "4", "5"]


def test_rows_that_the_caller_may_not_read_sort_nothing(ask: Ask) -> None:
    """A cover of a draft: who can't read the draft learns nothing from its title."""
    assert ids(ask("/v1/covers?sort=-article.title", ANN)) == ["2", "1"]
    assert ids(ask("/v1/covers?sort=article.title", EVE)) == ["1", "2"]
    assert ids(ask("/v1/covers?sort=-article.title", EVE)) == ["2", "1"]


@pytest.mark.parametrize(
    "sort",
    [
        "nothing",
        "author",
        "author.nothing",
        "tags.name",
        "title.name",
        "extras",
        "-",
        ".",
        "author.",
        "password",
        "author.password",
    ],
)
def test_what_can_not_be_sorted_by_is_refused(ask: Ask, sort: str) -> None:
    found = error(ask(f"/v1/articles?sort={sort}"))

    assert (found["status"], found["source"]) == (400, {"parameter": "sort"})
    assert found["title"] == "Invalid sort querystring parameter."


def test_sorting_is_bounded(backend: ToyBackend) -> None:
    ask = world(backend, RESOURCES, Limits(max_sort_keys=2, max_include_depth=1))

    assert ask("/v1/articles?sort=id,words").status == 200
    assert ask("/v1/articles?sort=id,words,title").status == 400
    assert ask("/v1/articles?sort=category.parent.name").status == 400
