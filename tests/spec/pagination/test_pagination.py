"""JSON:API, section Pagination, as the v1 reference pages (2.1, 2.2)."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from openevent.jsonapi.limits import Limits
from spec.toys import ADA, ANN, RESOURCES, Ask, ToyBackend, error, ids, read, world


def test_a_page_has_links_to_the_others(ask: Ask) -> None:
    found = read(ask("/v1/articles?page[size]=1&page[number]=2&sort=id"))

    assert found["meta"] == {"count": 4}
    assert found["links"] == {
        "self": "/v1/articles?page%5Bsize%5D=1&page%5Bnumber%5D=2&sort=id",
        "first": "/v1/articles?page%5Bsize%5D=1&sort=id",
        "last": "/v1/articles?page%5Bsize%5D=1&sort=id&page%5Bnumber%5D=4",
        "prev": "/v1/articles?page%5Bsize%5D=1&sort=id&page%5Bnumber%5D=1",
        "next": "/v1/articles?page%5Bsize%5D=1&sort=id&page%5Bnumber%5D=3",
    }


def test_the_first_page_has_none_before_it_and_the_last_none_after(ask: Ask) -> None:
    assert "prev" not in read(ask("/v1/articles?page[size]=3"))["links"]
    assert "next" not in read(ask("/v1/articles?page[size]=3&page[number]=2"))["links"]


def test_a_single_page_links_only_to_itself(ask: Ask) -> None:
    assert list(read(ask("/v1/articles?page[size]=4"))["links"]) == ["self"]


def test_following_next_visits_every_row_once(ask: Ask) -> None:
    url, seen = "/v1/articles?page[size]=2&sort=-words&filter[state]=published&ignored=1", []
    while url:
        answer = ask(url, ANN)
        seen += ids(answer)
        url = unquote(read(answer)["links"].get("next", ""))

    assert seen == ["2", "1", "3", "4"]


def test_links_keep_what_the_engine_reads_and_drop_the_rest(ask: Ask) -> None:
    found = read(ask("/v1/articles?include=author&cache=true&fields[article]=title&get_trashed=true", ANN))["links"]

    assert found == {"self": "/v1/articles?include=author&fields%5Barticle%5D=title&get_trashed=true"}


def test_a_page_after_the_last_is_empty_and_still_counted(ask: Ask, sql_of: list[str]) -> None:
    found = read(ask("/v1/articles?page[size]=3&page[number]=8"))

    assert (found["data"], found["meta"], len(sql_of)) == ([], {"count": 4}, 2)
    assert unquote(found["links"]["prev"]) == "/v1/articles?page[size]=3&page[number]=2"


def test_size_zero_is_everything_and_needs_no_counting(ask: Ask, sql_of: list[str]) -> None:
    answer = ask("/v1/articles?page[size]=0&sort=id", ADA)

    assert (ids(answer), read(answer)["meta"]) == (["1", "2", "3", "4", "5"], {"count": 5})
    assert list(read(answer)["links"]) == ["self"]
    assert "count(*) AS count_2" not in sql_of[0]


def test_everything_is_bounded_and_its_next_link_is_right(backend: ToyBackend) -> None:
    ask = world(backend, RESOURCES, Limits(max_page_size=3))

    first = ask("/v1/articles?page[size]=0&sort=id")
    second = ask(unquote(read(first)["links"]["next"]))

    assert (ids(first), ids(second)) == (["1", "2", "3"], ["4"])
    assert read(first)["meta"] == read(second)["meta"] == {"count": 4}
    assert ids(ask("/v1/articles?page[size]=0&page[number]=3&sort=id")) == []


def test_a_size_above_the_maximum_gives_the_maximum(backend: ToyBackend) -> None:
    ask = world(backend, RESOURCES, Limits(max_page_size=2))

    answer = ask("/v1/articles?page[size]=1000&sort=id")

    assert ids(answer) == ["1", "2"]
    assert ids(ask(unquote(read(answer)["links"]["next"]))) == ["3", "4"]


def test_the_default_size_is_bounded_as_well(backend: ToyBackend) -> None:
    assert len(ids(world(backend, RESOURCES, Limits(default_page_size=2))("/v1/articles"))) == 2


@pytest.mark.parametrize(
    "page",
    [
        "page[size]=ten",
        "page[size]=-1",
        "page[size]=1.5",
        "page[size]=",
        "page[size]=99999999999999999999999",
        "page[number]=0",
        "page[number]=-2",
        "page[number]=9999999999999",
        "page[number]=x",
        "page[offset]=3",
        "page[]=3",
        "page=3",
    ],
)
def test_other_pages_are_refused(ask: Ask, page: str) -> None:
    found = error(ask(f"/v1/articles?{page}"))

    assert (found["status"], found["source"]) == (400, {"parameter": "page"})


def test_the_largest_page_number_is_harmless(ask: Ask) -> None:
    assert ids(ask(f"/v1/articles?page[number]={2**31 - 1}&page[size]=500")) == []


def test_a_parameter_that_only_looks_like_a_page_is_ignored(ask: Ask) -> None:
    assert ask("/v1/articles?pages=3&paging[x]=1").status == 200
