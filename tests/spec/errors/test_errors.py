"""JSON:API, section Errors; and whatever is thrown at us (v1 reference, section 3)."""

from __future__ import annotations

import logging

import pytest

from openevent.jsonapi.engine import Engine
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.limits import Limits
from openevent.jsonapi.request import MEDIA_TYPE, Request
from spec.toys import (
    ADA,
    ANN,
    BEN,
    EVE,
    PERMISSIONS,
    RESOURCES,
    Ask,
    ToyBackend,
    error,
    filtered,
    read,
    translate,
    whole,
    world,
)


def test_an_error_is_a_document(ask: Ask) -> None:
    answer = ask("/v1/articles?sort=nofield")

    assert (answer.status, answer.headers["Content-Type"]) == (400, MEDIA_TYPE)
    assert read(answer) == {
        "errors": [
            {
                "status": 400,
                "source": {"parameter": "sort"},
                "title": "Invalid sort querystring parameter.",
                "detail": "article has no attribute nofield to sort by",
            }
        ],
        "jsonapi": {"version": "1.0"},
    }


def test_an_unknown_address_of_the_api_is_not_found(ask: Ask) -> None:
    assert error(ask("/v1/nothing"))["status"] == 404
    assert error(ask("/v1/"))["status"] == 404
    assert error(ask("/v1/articles/"))["status"] == 404
    assert error(ask("/v1/articles/1/author/x"))["status"] == 404


def test_an_address_outside_of_the_api_is_somebody_elses(engine: Engine) -> None:
    for path in ("/", "", "/v1", "/v2/articles", "/v1articles", "v1/articles"):
        assert engine.handle(Request("GET", path)) is None


@pytest.mark.parametrize(
    ("method", "url", "allow"),
    [
        ("DELETE", "/v1/articles", "GET, HEAD, POST"),
        ("PUT", "/v1/articles/1", "DELETE, GET, HEAD, PATCH"),
        ("POST", "/v1/articles/1/author", "DELETE, GET, HEAD, PATCH"),
        ("PATCH", "/v1/articles/1/tags", "GET, HEAD, POST"),
        ("PUT", "/v1/articles/1/relationships/author", "DELETE, GET, HEAD, PATCH, POST"),
        ("PATCH", "/v1/articles/latest", "GET, HEAD"),
        ("GET", "/v1/articles/import", "POST"),
        ("POST", "/v1/logs", "GET, HEAD"),
        ("BREW", "/v1/logs/1", "GET, HEAD"),
    ],
)
def test_a_method_that_is_not_offered_names_those_that_are(ask: Ask, method: str, url: str, allow: str) -> None:
    answer = ask(url, ADA, method=method)

    assert (answer.status, answer.headers["Allow"]) == (405, allow)


def test_a_failure_of_ours_tells_nothing_and_is_logged(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        found = error(ask("/v1/broken"))

    assert (found["status"], found["detail"]) == (500, "Something went wrong on our side.")
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [ZeroDivisionError]


def test_what_main_can_translate_is_answered_as_it_says(ask: Ask) -> None:
    assert error(ask("/v1/refusing"))["detail"] == "No such page."
    assert read(ask("/v1/refusing?sign-in")) == {"error": "A fresh sign-in is needed."}


@pytest.mark.parametrize(
    "query",
    [
        "%",
        "%zz",
        "%00",
        "a=%00",
        "%ff=1",
        "filter[title]=%ff",
        "sort=%c3%28",
        "&&&==",
        "=",
        "a" * 20_000,
        "&".join(["a=1"] * 300),
    ],
)
def test_hostile_query_strings_are_read_or_refused(ask: Ask, query: str) -> None:
    answer = ask(f"/v1/articles?{query}")

    assert answer.status in {200, 400}
    if query in {"%zz", "&&&=="}:
        assert answer.status == 200
    if "%ff" in query or "%00" in query or len(query) > 16_384:
        assert error(answer)["status"] == 400


def test_a_long_query_string_is_read_though_not_kept(ask: Ask) -> None:
    assert ask(f"/v1/articles?x={'y' * 3000}").status == 200


def test_a_body_beyond_the_limit_is_refused(backend: ToyBackend) -> None:
    ask = world(backend, RESOURCES, Limits(max_body=10))

    assert error(ask("/v1/articles", ANN, method="POST", body=b"x" * 11))["status"] == 413


def test_endpoints_get_their_segments_and_parameters(ask: Ask) -> None:
    assert read(ask("/v1/articles/harbour/echo/ho.txt?a=1&b=", ANN)) == {
        "params": {"slug": "harbour", "word": "ho"},
        "query": {"a": "1", "b": ""},
        "by": 1,
    }


def test_an_endpoint_may_stand_outside_of_the_base(ask: Ask) -> None:
    assert read(ask("/status"))["params"] == {}


def test_an_endpoint_may_answer_bytes(ask: Ask) -> None:
    answer = ask("/v1/articles/1/picture")

    assert (answer.body, answer.headers) == (b"\x89PNG", {"Content-Type": "image/png", "X-Width": "7"})


def test_an_endpoint_may_want_somebody(ask: Ask) -> None:
    answer = ask("/v1/articles/import", method="POST")

    assert (answer.status, answer.headers["Content-Type"]) == (401, "application/json")
    assert ask("/v1/articles/import", ANN, method="POST").status == 200


@pytest.mark.parametrize("query", ["%ff=1", "a=%00", "x" * 20_000, "&".join(["a=1"] * 300)])
def test_endpoints_never_see_a_query_that_can_not_be_read(ask: Ask, query: str) -> None:
    assert ask(f"/v1/articles/latest?{query}").status == 400


def test_endpoints_never_see_a_segment_that_is_no_text(ask: Ask) -> None:
    assert ask("/v1/articles/a\x00b/picture").status == 404
    assert ask("/v1/articles/\ud800/picture").status == 404


def test_an_engine_has_limits_of_its_own_accord(backend: ToyBackend) -> None:
    assert Engine(RESOURCES, PERMISSIONS, (), backend, translate).limits == Limits()


def test_plans_and_queries_are_kept_within_bounds(backend: ToyBackend) -> None:
    ask = world(backend, RESOURCES, Limits(plan_cache=4))

    for index in range(20):
        assert ask(f"/v1/articles?page[size]={index}&fields[article]={'title,' * index}slug").status == 200

    reader = ask.engine.reader
    assert reader._read.cache_info().currsize == 4  # noqa: SLF001 -- the bound is the point
    assert reader._planner.plan.cache_info().currsize <= 4  # noqa: SLF001 -- same


def test_an_error_may_have_a_code() -> None:
    assert ApiError(409, "Sold out.", code="ticket-sold-out").as_object() == {
        "status": 409,
        "source": {},
        "title": "Conflict",
        "detail": "Sold out.",
        "code": "ticket-sold-out",
    }


def test_a_to_one_relationship_offers_what_its_row_offers(tell: Ask) -> None:
    body = b'{"data":{"type":"person","id":"1","attributes":{"name":"Anna"}}}'

    assert tell("/v1/articles/1/author", BEN, method="PATCH", body=body, content_type=MEDIA_TYPE).status == 403
    answer = tell("/v1/articles/harbour/author", ANN, method="PATCH", body=body, content_type=MEDIA_TYPE)
    assert (answer.status, read(answer)["data"]["attributes"]["name"]) == (200, "Anna")
    assert tell("/v1/articles/1/first-comment", BEN, method="DELETE").status == 200
    assert read(tell("/v1/articles/1/first-comment", BEN))["data"]["id"] == "3"
    assert tell("/v1/articles/4/first-comment", BEN, method="DELETE").status == 404
    assert tell("/v1/articles/draft-5/author", EVE, method="DELETE").status == 404


def test_includes_are_worked_out_once_for_all_filters(backend: ToyBackend) -> None:
    """A new filter must not cost the statements of every inclusion again: that would be cheap to ask and dear to us."""
    ask = Ask(whole(backend))

    for op in ("eq", "ne", "lt", "gt"):
        assert ask(f"/v1/articles?include=author,comments.author&{filtered({'name': 'title', 'op': op, 'val': 'x'})}")

    planner = ask.engine.reader._planner  # noqa: SLF001 -- what it remembers is the point
    assert (planner.plan.cache_info().misses, planner._framed.cache_info().misses) == (4, 1)  # noqa: SLF001 -- same
