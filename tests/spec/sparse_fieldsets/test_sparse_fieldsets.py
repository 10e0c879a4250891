"""JSON:API, section Sparse Fieldsets."""

from __future__ import annotations

import pytest

from spec.toys import ADA, ANN, Ask, error, read


def test_only_the_named_fields_come(ask: Ask) -> None:
    assert read(ask("/v1/articles/1?fields[article]=title,slug"))["data"] == {
        "type": "article",
        "id": "1",
        "attributes": {"slug": "harbour", "title": "Harbour at dawn"},
        "links": {"self": "/v1/articles/1"},
    }


def test_relationships_are_fields_too(ask: Ask) -> None:
    found = read(ask("/v1/articles/1?fields[article]=author"))["data"]

    assert (found["attributes"], list(found["relationships"])) == ({}, ["author"])


@pytest.mark.parametrize(
    "fields", ["published-at,is-featured", "published_at,is_featured", " published-at , is_featured "]
)
def test_names_may_have_dashes_or_underscores(ask: Ask, fields: str) -> None:
    found = read(ask(f"/v1/articles/1?fields[article]={fields}"))["data"]["attributes"]

    assert list(found) == ["is-featured", "published-at"]


def test_the_id_is_always_there_and_may_be_named(ask: Ask) -> None:
    found = read(ask("/v1/articles/1?fields[article]=id"))["data"]

    assert (found["id"], found["attributes"]) == ("1", {})


def test_an_empty_fieldset_means_no_fields(ask: Ask) -> None:
    assert read(ask("/v1/articles/1?fields[article]="))["data"]["attributes"] == {}


def test_a_fieldset_holds_for_included_rows(ask: Ask) -> None:
    found = read(ask("/v1/articles/1?include=author&fields[person]=name"))

    assert found["included"][0]["attributes"] == {"name": "Ann"}
    assert "relationships" not in found["included"][0]


def test_fieldsets_of_one_type_add_up(ask: Ask) -> None:
    found = read(ask("/v1/articles/1?fields[article]=title&fields[article]=words"))["data"]["attributes"]

    assert found == {"title": "Harbour at dawn", "words": 900}


def test_a_fieldset_shows_nothing_that_is_hidden(ask: Ask) -> None:
    url = "/v1/people/2?fields[person]=salary,email,name"

    assert read(ask(url, ANN))["data"]["attributes"] == {"name": "Ben"}
    assert read(ask(url, ADA))["data"]["attributes"] == {"name": "Ben", "email": "ben@example.org", "salary": 20}


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("fields[article]=nothing", "article has no field nothing"),
        ("fields[person]=password", "person has no field password"),
        ("fields[nothing]=name", "There is no type nothing"),
        ("fields[]=name", "There is no type "),
    ],
)
def test_unknown_fields_are_refused(ask: Ask, query: str, detail: str) -> None:
    found = error(ask(f"/v1/articles/1?{query}"))

    assert (found["status"], found["source"], found["detail"]) == (400, {"parameter": "fields"}, detail)
