"""Whatever is sent: never a 5xx, and nothing is stored when the answer is a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openevent.jsonapi.engine import Engine
from openevent.jsonapi.request import MEDIA_TYPE
from openevent.kit.db import Database
from spec.counter import Client, stock
from spec.shop import ADM, ANA, BO, CELLS, EVE, RESOURCES, Base, ShopBackend

TYPED = {"content-type": MEDIA_TYPE}
many = settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def client(database: Database) -> Iterator[Client]:
    """The shop, shared by the examples of one test: what an example stores is found by looking."""
    Base.metadata.create_all(database.engine)
    backend = ShopBackend(database)
    stock(backend)
    yield Client(Engine(RESOURCES, CELLS, (), backend, lambda _error, _caller: None), backend)
    Base.metadata.drop_all(database.engine)


words = st.sampled_from(["", "Bear", "1", "nope", "2026-01-01", "wood", "\x00", "a" * 300, "https://example.org", "☃"])
values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
toy_names = [attribute.name for one in RESOURCES if one.type == "toy" for attribute in one.attributes]
attributes = st.dictionaries(st.sampled_from(toy_names) | words, values, max_size=5)
identifiers = st.fixed_dictionaries(
    {}, optional={"type": st.sampled_from(["tag", "shelf", "toy", "maker"]), "id": values | st.sampled_from(["1", "2"])}
)
linkage = st.fixed_dictionaries({}, optional={"data": identifiers | st.lists(identifiers, max_size=3) | values})
relationships = st.dictionaries(st.sampled_from(["shelf", "maker", "tags", "friends", "label", "x"]), linkage | values)
good_shelf = st.just({"shelf": {"data": {"type": "shelf", "id": "1"}}})
resources = st.fixed_dictionaries(
    {"type": st.just("toy")},
    optional={
        "id": values | st.just("1"),
        "attributes": attributes | attributes.map(lambda one: {"name": "Gnu", **one}) | values,
        "relationships": relationships | good_shelf | values,
    },
)
documents = st.fixed_dictionaries({"data": resources}) | st.fixed_dictionaries({"data": values}) | values
callers = st.sampled_from([ANA, BO, EVE, ADM])


def check(client: Client, method: str, path: str, document: object, as_: Any) -> None:
    before = client.all_rows()

    answer = client.send(method, path, encoded(document), as_, TYPED)

    assert answer.status < 500, answer.body
    if answer.status >= 400:
        assert client.all_rows() == before
        assert all(error["detail"] and isinstance(error["source"], dict) for error in answer.json["errors"])


def encoded(document: object) -> bytes:
    return document if isinstance(document, bytes) else msgspec.json.encode(_as_json(document))


def _as_json(value: Any) -> Any:
    """Numbers beyond 64 bit as the bare digits that any client can send."""
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return msgspec.Raw(str(value).encode())
    if isinstance(value, dict):
        return {name: _as_json(member) for name, member in value.items()}
    return [_as_json(one) for one in value] if isinstance(value, list) else value


@many
@given(documents, callers)
def test_no_document_breaks_a_create(client: Client, document: object, as_: Any) -> None:
    check(client, "POST", "/v1/toys", document, as_)


@many
@given(documents, callers, st.sampled_from(["/v1/toys/1", "/v1/toys/5?get_trashed=true", "/v1/toys/1?include=tags"]))
def test_no_document_breaks_an_update(client: Client, document: object, as_: Any, path: str) -> None:
    check(client, "PATCH", path, document, as_)


@many
@given(
    linkage | values,
    callers,
    st.sampled_from(["POST", "PATCH", "DELETE"]),
    st.sampled_from(["toys/1/relationships/tags", "toys/1/relationships/maker", "makers/1/relationships/toys"]),
)
def test_no_document_breaks_a_relationship(client: Client, document: object, as_: Any, method: str, path: str) -> None:
    check(client, method, f"/v1/{path}", document, as_)


@many
@given(st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")), callers)
def test_no_bytes_break_a_create(client: Client, document: bytes, as_: Any) -> None:
    check(client, "POST", "/v1/toys", document, as_)
