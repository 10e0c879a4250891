"""ETags and conditional reads (v1 reference 1.15; RFC 9110, section 13)."""

from __future__ import annotations

import hashlib

import pytest

from openevent.jsonapi.engine import Engine
from spec.toys import ANN, Ask, ToyBackend, whole


@pytest.fixture
def engine(backend: ToyBackend) -> Engine:
    """An engine that remembers nothing yet."""
    return whole(backend)


READS = [
    "/v1/articles",
    "/v1/articles/1",
    "/v1/articles/1/tags",
    "/v1/articles/1/author",
    "/v1/articles/1/relationships/tags",
]


@pytest.mark.parametrize("url", READS)
def test_every_read_has_a_weak_tag_of_its_body(ask: Ask, url: str) -> None:
    answer = ask(url)

    assert answer.headers["ETag"] == f'W/"{hashlib.sha1(answer.body, usedforsecurity=False).hexdigest()}"'


@pytest.mark.parametrize("url", READS)
@pytest.mark.parametrize("form", ["{tag}", '"other", {tag}', "*", ' "x" ,{strong}'])
def test_a_known_tag_is_answered_with_304_and_nothing_else(ask: Ask, url: str, form: str) -> None:
    tag = ask(url).headers["ETag"]

    answer = ask(url, if_none_match=form.format(tag=tag, strong=tag[2:]))

    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers == {"ETag": tag, "Vary": "Accept, Authorization"}


@pytest.mark.parametrize("given", ['"other"', "", "W/", "x", '"'])
def test_an_unknown_tag_is_answered_in_full(ask: Ask, given: str) -> None:
    assert ask("/v1/tags", if_none_match=given).status == 200


def test_head_may_be_conditional(ask: Ask) -> None:
    tag = ask("/v1/tags").headers["ETag"]

    assert ask("/v1/tags", method="HEAD", if_none_match=tag).status == 304


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("url", READS)
def test_who_expects_another_answer_gets_none(ask: Ask, url: str, method: str) -> None:
    tag = ask(url).headers["ETag"]

    assert [ask(url, method=method, if_match=given).status for given in (tag, "*", '"other"')] == [200, 200, 412]


def test_what_is_expected_comes_before_what_is_known(ask: Ask) -> None:
    tag = ask("/v1/tags").headers["ETag"]

    answers = [ask("/v1/tags", if_none_match=tag, if_match=given).status for given in (tag, '"other"')]

    assert answers == [304, 412]


def test_refusals_have_no_tag(ask: Ask) -> None:
    assert "ETag" not in ask("/v1/articles/99", if_none_match="*").headers


def test_the_tag_depends_on_who_asks(ask: Ask) -> None:
    assert ask("/v1/articles/1").headers["ETag"] != ask("/v1/articles/1", ANN).headers["ETag"]
