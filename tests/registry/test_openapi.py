"""The API's description is kept in the docs: a change of the API is seen as a change of that file."""

from __future__ import annotations

import inspect
from pathlib import Path

from openapi_spec_validator import OpenAPIV31SpecValidator

from openevent import __version__
from openevent.jsonapi.openapi import describe, render
from openevent.jsonapi.registry import Registry
from openevent.main.catalogue import ENDPOINTS, PERMISSIONS, RESOURCES

KEPT = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"


def described() -> dict[str, object]:
    return describe(Registry(RESOURCES, PERMISSIONS), ENDPOINTS, "Open Event", __version__)


def test_the_description_is_valid() -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(described()).iter_errors()] == []


def test_the_kept_description_is_that_of_the_program() -> None:
    assert KEPT.read_text() == render(described()), "the API has changed: run `make docs` and look at the difference"


def test_every_operation_of_the_description_has_a_name_of_its_own() -> None:
    paths = described()["paths"]
    assert isinstance(paths, dict)
    names = [operation["operationId"] for operations in paths.values() for operation in operations.values()]

    assert [name for name in set(names) if names.count(name) > 1] == []


def test_every_plain_endpoint_tells_what_it_takes_and_gives() -> None:
    writing = [one for one in ENDPOINTS if one.method != "GET"]

    assert [f"{one.method} {one.path}" for one in ENDPOINTS if one.answer is None] == []
    assert [f"{one.method} {one.path}" for one in writing if one.body is None and one.method != "DELETE"] == []
    bare = [one.path for one in ENDPOINTS for schema in (one.body, one.answer) if schema == {"type": "object"}]
    assert bare == []


def test_no_endpoint_reads_a_body_that_it_does_not_tell_of() -> None:
    reading = [one for one in ENDPOINTS if "call.json()" in inspect.getsource(one.handler) and one.method == "POST"]

    assert [one.path for one in reading if not one.body] == []
