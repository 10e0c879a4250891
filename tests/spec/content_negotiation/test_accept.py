"""JSON:API, section Content Negotiation (v1 reference 1.3)."""

from __future__ import annotations

import pytest

from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.negotiate import check_content_type, is_expected
from openevent.jsonapi.request import MEDIA_TYPE
from spec.toys import ANN, Ask, error


@pytest.mark.parametrize(
    "accept",
    [
        "",
        MEDIA_TYPE,
        "*/*",
        "application/*",
        "text/html, application/vnd.api+json",
        "text/html,*/*;q=0.1",
        "application/vnd.api+json;q=0.5",
        'application/vnd.api+json; profile="https://example.org/a,b;c"',
        'application/vnd.api+json; charset=utf-8, application/vnd.api+json; profile="x"',
        "APPLICATION/VND.API+JSON",
        "application/vnd.api+json;q=0.001",
    ],
)
def test_what_covers_our_media_type_is_answered(ask: Ask, accept: str) -> None:
    answer = ask("/v1/tags", accept=accept)

    assert (answer.status, answer.headers["Content-Type"]) == (200, MEDIA_TYPE)


@pytest.mark.parametrize(
    "accept",
    [
        "application/json",
        "text/html",
        "text/*",
        "application/vnd.api+json; charset=utf-8",
        'application/vnd.api+json; ext="https://example.org/ext"',
        "application/vnd.api+json;q=0",
        "*/*;q=0.000",
        ";",
        ",",
        '"',
        'text/html; a="application/vnd.api+json',
        " ",
    ],
)
def test_anything_else_is_not_acceptable(ask: Ask, accept: str) -> None:
    found = error(ask("/v1/tags", accept=accept))

    assert (found["status"], found["source"]) == (406, {"header": "Accept"})


def test_answers_depend_on_these_headers(ask: Ask) -> None:
    assert ask("/v1/tags").headers["Vary"] == "Accept, Authorization"


def test_plain_endpoints_take_any_accept(ask: Ask) -> None:
    assert ask("/v1/articles/latest", accept="text/html").headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("given", [MEDIA_TYPE, f"{MEDIA_TYPE}; profile=x", "Application/Vnd.Api+Json"])
def test_our_content_type_is_taken(given: str) -> None:
    check_content_type({"content-type": given})


@pytest.mark.parametrize(
    "given", ["", "application/json", f"{MEDIA_TYPE}; charset=utf-8", f'{MEDIA_TYPE};ext="x"', ";"]
)
def test_other_content_types_are_refused(given: str) -> None:
    with pytest.raises(ApiError) as caught:
        check_content_type({"content-type": given})

    assert caught.value.status == 415


def test_a_body_without_a_content_type_is_refused(ask: Ask) -> None:
    assert ask("/v1/articles", ANN, method="POST", body=b"{}").status == 415


def test_if_match_expects_one_of_its_tags() -> None:
    assert is_expected({}, 'W/"a"')
    assert is_expected({"if-match": '"b", W/"a"'}, 'W/"a"')
    assert is_expected({"if-match": "*"}, 'W/"a"')
    assert not is_expected({"if-match": '"b"'}, 'W/"a"')
