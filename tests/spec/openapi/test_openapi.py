"""The OpenAPI document says what the engine does: the same routes, documents that fit, inputs that are taken."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from openapi_spec_validator import OpenAPIV31SpecValidator

from openevent.jsonapi.openapi import describe, render
from openevent.jsonapi.registry import Registry
from spec.counter import Client, change, ref, refs, toy
from spec.shop import ANA, CELLS, RESOURCES
from spec.toys import ENDPOINTS, PERMISSIONS
from spec.toys import RESOURCES as MAGAZINE


@pytest.fixture(scope="module")
def shop_api() -> dict[str, Any]:
    return describe(Registry(RESOURCES, CELLS), (), "Toy shop", "1.2")


@pytest.fixture(scope="module")
def magazine_api() -> dict[str, Any]:
    return describe(Registry(MAGAZINE, PERMISSIONS), ENDPOINTS, "Magazine", "1.2")


def problems(api: dict[str, Any], schema: str, document: Any) -> list[str]:
    whole = {"$ref": f"#/components/schemas/{schema}", "components": api["components"]}
    return [f"{list(error.path)}: {error.message}" for error in Draft202012Validator(whole).iter_errors(document)]


def input_problems(api: dict[str, Any], schema: str, document: Any) -> list[list[Any]]:
    whole = {"$ref": f"#/components/schemas/{schema}", "components": api["components"]}
    return [list(error.path) for error in Draft202012Validator(whole).iter_errors(document)]


def test_the_document_is_valid(shop_api: dict[str, Any], magazine_api: dict[str, Any]) -> None:
    for api in (shop_api, magazine_api):
        assert [error.message for error in OpenAPIV31SpecValidator(api).iter_errors()] == []


def test_the_document_says_what_it_is_about(shop_api: dict[str, Any]) -> None:
    assert shop_api["info"] == {"title": "Toy shop", "version": "1.2"}


def test_the_same_declarations_give_the_same_document(shop_api: dict[str, Any]) -> None:
    again = describe(Registry(RESOURCES, CELLS), (), "Toy shop", "1.2")

    assert msgspec.json.encode(again) == msgspec.json.encode(shop_api)


def test_it_is_kept_in_one_order(shop_api: dict[str, Any]) -> None:
    text = render(shop_api)

    assert text.startswith('{\n "components": {')
    assert text.endswith("}\n")
    assert msgspec.json.decode(text) == shop_api


def test_every_operation_has_a_name_of_its_own(shop_api: dict[str, Any], magazine_api: dict[str, Any]) -> None:
    for api in (shop_api, magazine_api):
        names = [operation["operationId"] for path in api["paths"].values() for operation in path.values()]
        assert sorted(set(names)) == sorted(names)


def test_the_paths_offer_what_the_engine_offers(shop_api: dict[str, Any], client: Client) -> None:
    offered = {}
    for path in shop_api["paths"]:
        answer = client.send("BREW", path.replace("{id}", "1"))
        offered[path] = sorted(set(answer.headers["Allow"].lower().split(", ")) - {"head"})

    never = {path for path, found in shop_api["paths"].items() if "/relationships/" in path and set(found) == {"get"}}
    assert never == {  # the rest is always refused
        f"/v1/{path}"
        for path in (
            "shelves/{id}/relationships/toys",
            "toys/{id}/relationships/shelf",
            "toys/{id}/relationships/shelf-mates",
        )
    }
    assert {path: offered[path] for path in offered.keys() - never} == {
        path: sorted(operations) for path, operations in shop_api["paths"].items() if path not in never
    }


def test_whoever_needs_an_account_is_told(shop_api: dict[str, Any]) -> None:
    signed_in = [{"JWT": []}]

    assert shop_api["paths"]["/v1/toys"]["post"]["security"] == signed_in
    assert "security" not in shop_api["paths"]["/v1/toys"]["get"]
    assert shop_api["security"] == [{"JWT": []}, {}]


def test_endpoints_are_there_with_their_parameters(magazine_api: dict[str, Any]) -> None:
    echo = magazine_api["paths"]["/v1/articles/{slug}/echo/{word}.txt"]["get"]
    bring = magazine_api["paths"]["/v1/articles/import"]["post"]

    assert [parameter["name"] for parameter in echo["parameters"]] == ["slug", "word"]
    assert ("security" in echo, "requestBody" in echo) == (False, False)
    assert (bring["security"], "requestBody" in bring) == ([{"JWT": []}], True)


def test_a_type_that_is_only_read_has_no_inputs(magazine_api: dict[str, Any]) -> None:
    names = [name for name in magazine_api["components"]["schemas"] if re.fullmatch("log(-.*)?", name)]

    assert names == ["log-identifier", "log-link", "log-links", "log", "log-document", "log-list"]


def test_a_type_shows_no_more_than_it_offers() -> None:
    [tags] = [one for one in RESOURCES if one.type == "tag"]
    api = describe(Registry([replace(tags, methods=frozenset({"create"}))], CELLS), (), "Tags", "1")

    assert {path: list(operations) for path, operations in api["paths"].items()} == {"/v1/tags": ["post"]}


def test_bounds_formats_and_choices_are_told(shop_api: dict[str, Any]) -> None:
    document = shop_api["components"]["schemas"]["toy-create"]
    attributes = document["properties"]["data"]["properties"]["attributes"]

    assert attributes["required"] == ["name"]
    assert {name: attributes["properties"][name] for name in ("name", "material", "pieces", "contact", "mark")} == {
        "name": {"type": "string", "maxLength": 40},
        "material": {"type": ["string", "null"], "maxLength": 20, "enum": ["wood", "tin", None]},
        "pieces": {"type": "integer", "format": "int64", "minimum": 1, "maximum": 1000},
        "contact": {"type": ["string", "null"], "format": "email", "maxLength": 254},
        "mark": {"type": "string", "maxLength": 20_000, "description": "Taken from: admin."},
    }
    assert attributes["properties"]["code"]["writeOnly"] is True
    assert attributes["properties"]["details"]["type"] == ["object", "null"]
    assert attributes["properties"]["parts"]["type"] == ["array", "null"]
    assert {"serial", "double", "created-at", "deleted-at"} & set(attributes["properties"]) == set()


def test_what_is_only_read_says_so(shop_api: dict[str, Any]) -> None:
    attributes = shop_api["components"]["schemas"]["toy"]["properties"]["attributes"]["properties"]

    assert attributes["serial"]["readOnly"] is True
    assert attributes["secret"]["description"] == "Shown to: the keeper of the shelf."
    assert ("readOnly" in attributes["name"], "code" in attributes) == (False, False)


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/v1/toys/1?include=shelf,tags,maker", "toy-document"),
        ("/v1/toys?include=tags", "toy-list"),
        ("/v1/tags", "tag-list"),
        ("/v1/toys/1/label", "label-document"),
        ("/v1/toys/1/relationships/tags", "tag-links"),
        ("/v1/toys/1/relationships/label", "label-link"),
        ("/v1/toys/99", "errors"),
    ],
)
def test_answers_fit_their_schemas(client: Client, shop_api: dict[str, Any], path: str, schema: str) -> None:
    assert problems(shop_api, schema, client.get(path, as_=ANA).json) == []


def test_a_refusal_of_nobody_fits_its_schema(client: Client, shop_api: dict[str, Any]) -> None:
    assert problems(shop_api, "unauthenticated", client.post("/v1/toys", toy()).json) == []


def test_inputs_that_fit_are_taken(client: Client, shop_api: dict[str, Any]) -> None:
    new = toy(price=1.5, details={}, relationships={"maker": ref("maker", None), "tags": refs("tag", 1)})
    other = change("1", name="Bruin", relationships={"maker": ref("maker", "2")})

    assert input_problems(shop_api, "toy-create", new) == []
    assert input_problems(shop_api, "toy-update", other) == []
    assert (client.post("/v1/toys", new, as_=ANA).status, client.patch("/v1/toys/1", other, as_=ANA).status) == (
        201,
        200,
    )


@pytest.mark.parametrize(
    "document",
    [
        toy(name=None),
        toy(pieces=0),
        toy(is_new="yes"),
        toy(name="x" * 41),
        toy(material="stone"),
        toy(shelf=None),
        toy(relationships={"tags": {"data": None}}),
        {"data": {"type": "tag"}},
        {},
    ],
    ids=range(9),
)
def test_inputs_that_do_not_fit_are_refused(client: Client, shop_api: dict[str, Any], document: Any) -> None:
    assert input_problems(shop_api, "toy-create", document) != []
    assert client.post("/v1/toys", document, as_=ANA).status in {400, 409, 422}
