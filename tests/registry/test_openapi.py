"""The API's description is kept in the docs: a change of the API is seen as a change of that file."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import openapi_spec_validator

from openevent import __version__
from openevent.jsonapi.openapi import describe, render
from openevent.jsonapi.registry import Registry
from openevent.main.catalogue import ENDPOINTS, PERMISSIONS, RESOURCES

KEPT = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"


# What OpenAPI 3.1 itself says of documents; tests/spec puts smaller ones before the whole of that library.
SCHEMA = Path(openapi_spec_validator.__file__).parent / "resources" / "schemas" / "v3.1" / "schema.json"


@cache
def described() -> dict[str, Any]:
    return describe(Registry(RESOURCES, PERMISSIONS), ENDPOINTS, "Open Event", __version__)


def found_in(whole: object, name: str) -> Iterator[Any]:
    """Return what stands under a name, wherever in the document that is."""
    for key, value in whole.items() if isinstance(whole, dict) else enumerate(whole) if isinstance(whole, list) else ():
        if key == name:
            yield value
        yield from found_in(value, name)


def at(whole: Any, reference: str) -> object:
    for name in reference.removeprefix("#/").split("/"):
        whole = whole.get(name.replace("~1", "/").replace("~0", "~"), {})
    return whole


def test_the_description_is_valid() -> None:
    whole = json.loads(json.dumps(described()))
    schemas = [*found_in(whole["paths"], "schema"), *whole["components"]["schemas"].values()]

    assert [
        error.message for error in jsonschema_rs.validator_for(json.loads(SCHEMA.read_text())).iter_errors(whole)
    ] == []
    assert len(schemas) > 1_000
    for schema in schemas:
        jsonschema_rs.meta.validate(schema)


def test_what_the_description_refers_to_is_there() -> None:
    whole = described()
    references = {one for one in found_in(whole, "$ref") if isinstance(one, str)}

    assert len(references) > 100
    assert [one for one in references if not one.startswith("#/") or not at(whole, one)] == []


def test_the_parts_of_a_path_that_are_open_are_parameters_of_its_operations() -> None:
    whole = described()
    for path, operations in whole["paths"].items():
        for method, operation in operations.items():
            told = [at(whole, one["$ref"]) if "$ref" in one else one for one in operation.get("parameters", ())]
            named = [one["name"] for one in told if one["in"] == "path"]
            assert sorted(named) == sorted(re.findall(r"{(\w+)}", path)), f"{method} {path}"
            assert all(one["required"] for one in told if one["in"] == "path")


def test_the_kept_description_is_that_of_the_program() -> None:
    assert KEPT.read_text() == render(described()), "the API has changed: run `make docs` and look at the difference"


def test_every_operation_of_the_description_has_a_name_of_its_own() -> None:
    paths = described()["paths"]
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
