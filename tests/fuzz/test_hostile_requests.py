"""Whatever is sent, whether it fits our own description of the API or not, is answered without a fault of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from openevent.jsonapi.request import MEDIA_TYPE, Request
from openevent.main.apidocs import document
from openevent.main.catalogue import ENDPOINTS
from registry.walk import Walk, open_walk

_CALLERS = ("super admin", "owner", "anonymous")
_OLD = 'W/"old"'  # so that what others ask for is not deleted
_SEGMENT = re.compile(r"\{\w+\}")
_VALUES = ("1", "id", "x.y", "-name,", "[]", '[{"name":"id","op":"eq","val":{}}]', "event", "true", "\x00", "9" * 30)
_BODIES: tuple[Any, ...] = (
    None,
    [],
    "x",
    7,
    {},
    {"data": None},
    {"data": []},
    {"data": {"type": 7, "id": {}, "attributes": [], "relationships": "x"}},
    {"data": {"type": "event", "attributes": {"name": "\x00"}, "relationships": {"event": {"data": {"id": -1}}}}},
    dict.fromkeys(("data", "email", "password", "token", "order", "tickets", "attendees", "amount", "ids")),
    {name: [{"id": "x", "quantity": -1}] for name in ("data", "tickets", "attendees", "order", "speakers", "ids")},
    dict.fromkeys(("email", "token", "id", "order", "ticket", "amount", "currency", "discount-code"), "9" * 30),
    {name: {"a": {"b": []}} for name in ("data", "email", "password", "token", "tickets", "message", "image")},
)
_RAW = (b"{", b"\xff\xfe", b"[" * 5000, b'{"data":' + b"[" * 900 + b"]" * 900 + b"}")
_SENT = tuple(msgspec.json.encode(body) for body in _BODIES) + _RAW
_KEYS = ("1", "0", "99999999999999999999", "x", "\ud800", "a b%00", "-1")


@pytest.fixture(scope="module")
def walk() -> Iterator[Walk]:
    """The product with rows of every type, on SQLite."""
    with TemporaryDirectory() as directory:
        found = open_walk(Path(directory))
        yield found
        found.product.close()


def _ask(walk: Walk, who: str, method: str, path: str, query: str = "", body: bytes = b"", **headers: str) -> str:
    """Return nothing, or what was asked when the answer is a fault of ours."""
    told = {"accept": MEDIA_TYPE, **{name.replace("_", "-"): value for name, value in headers.items()}}
    answer = walk.product.engine.handle(Request(method, path, query, told, body, walk.callers[who]))
    if answer is not None and answer.status == 500:
        return f"{method} {path} {query} {body[:300]!r} by {who}"
    return ""


@pytest.mark.parametrize("who", ["super admin", "owner", "anonymous"])
def test_no_plain_endpoint_fails_for_what_it_is_sent(walk: Walk, who: str) -> None:
    failed: list[str] = []

    for endpoint in ENDPOINTS:
        bodies = [*(msgspec.json.encode(body) for body in _BODIES), *_RAW]
        for number, body in enumerate([b""] if endpoint.method == "GET" else bodies):
            path = endpoint.path.replace("<text:", "<")
            while "<" in path:
                path = f"{path[: path.index('<')]}{_KEYS[number % 2]}{path[path.index('>') + 1 :]}"
            content_type = "application/json" if number % 2 else MEDIA_TYPE
            failed.append(_ask(walk, who, endpoint.method, path, "", body, content_type=content_type))
        for key in _KEYS:
            path = endpoint.path.replace("<text:", "<")
            while "<" in path:
                path = f"{path[: path.index('<')]}{key}{path[path.index('>') + 1 :]}"
            failed.append(_ask(walk, who, endpoint.method, path, "a=%00&page[size]=x", b"{}"))

    assert [one for one in failed if one] == []


def _described() -> list[tuple[str, str, dict[str, Any]]]:
    """Return every operation of the description: method, path, and what is said of it."""
    paths = document()["paths"]
    return [(method.upper(), path, one) for path, found in paths.items() for method, one in found.items()]


def test_nothing_that_is_asked_of_any_described_address_makes_us_fail(walk: Walk) -> None:
    failed: list[str] = []

    for number, (method, path, operation) in enumerate(_described()):
        for place in range(3):
            who = _CALLERS[(number + place) % len(_CALLERS)]
            body = _SENT[(number + place) % len(_SENT)] if "requestBody" in operation else b""
            query = _query(operation, number + place)
            told = {"content_type": MEDIA_TYPE, **({"if_match": _OLD} if method == "DELETE" else {})}
            failed.append(_ask(walk, who, method, _SEGMENT.sub(_KEYS[place], path), query, body, **told))

    assert [one for one in failed if one] == []


def _query(operation: dict[str, Any], number: int) -> str:
    """Return a query with all the parameters that an operation has, each with one of a few values."""
    known = document()["components"]["parameters"]
    told = [known[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in operation["parameters"]]
    names = [one["name"] for one in told if one["in"] == "query"]
    return urlencode({name: _VALUES[(number + place) % len(_VALUES)] for place, name in enumerate(names)})


@cache
def _writing() -> list[Any]:
    """Return an operation for every body that the description has: many addresses take the same one."""
    found = [one.ok() for one in schemathesis.openapi.from_dict(document()).get_all_operations()]
    by_body = {str(one.definition.raw["requestBody"]): one for one in found if "requestBody" in one.definition.raw}
    return sorted(by_body.values(), key=lambda one: (one.path, one.method))


def test_no_body_that_the_description_allows_makes_us_fail(walk: Walk) -> None:
    failed: list[str] = []

    for operation in _writing():
        for case in _cases(operation):
            path = _SEGMENT.sub("1", case.path)
            body = b"" if isinstance(case.body, schemathesis.core.NotSet) else msgspec.json.encode(_plain(case.body))
            media_type = case.media_type or MEDIA_TYPE
            failed.append(_ask(walk, "super admin", case.method, path, "", body, content_type=media_type))

    assert [one for one in failed if one] == []


def _cases(operation: Any) -> list[Any]:
    found: list[Any] = []

    @settings(
        max_examples=2,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def collect(case: Any) -> None:
        found.append(case)

    collect()
    return found


def _plain(value: Any) -> Any:
    """Return JSON that can be encoded: text without lone halves of characters."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_plain(name): _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
