"""Documents that can't be taken: every answer points at the place, and nothing is stored."""

from __future__ import annotations

from typing import Any

import pytest

from openevent.jsonapi.request import MEDIA_TYPE
from spec.counter import Client, ref, refs, toy
from spec.shop import ANA, EVE

REQUIRED = "Missing data for required field."
MALFORMED = [
    (b"", "", "The document has no data member."),
    (b"[]", "", "The body must be a JSON object."),
    (b"7", "", "The body must be a JSON object."),
    (b"{}", "", "The document has no data member."),
    (b'{"data": null}', "/data", "The data member must be a resource object."),
    (b'{"data": []}', "/data", "The data member must be a resource object."),
    (b'{"data": {"type": "toy", "attributes": []}}', "/data/attributes", "The attributes member must be an object."),
    (
        b'{"data": {"type": "toy", "relationships": "x"}}',
        "/data/relationships",
        "The relationships member must be an object.",
    ),
]
UNREADABLE = [
    b"{bad",
    b'{"data": NaN}',
    b'{"data": 1e999}',
    b'{"data": "\\ud800"}',
    b'{"data": "\xff"}',
    b'{"data": ' + b"[" * 100_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b"1" * 5_000,
    b'{"data": {}} trailing',
]
BAD_LINKS = [
    ("shelf", None, "", "422", "A relationship is an object with a data member."),
    ("shelf", {}, "", "422", "A relationship is an object with a data member."),
    ("shelf", ref("shelf", None), "", 422, "A valid relationship with shelf resource is required"),
    ("shelf", {"data": "1"}, "/data", "422", "A resource identifier is an object with type and id."),
    ("shelf", {"data": {"type": "shelf"}}, "/data/id", "422", REQUIRED),
    ("shelf", ref("maker", "1"), "/data/type", "409", 'Invalid type. Expected "shelf".'),
    ("shelf", {"data": {"id": "1"}}, "/data/type", "409", 'Invalid type. Expected "shelf".'),
    ("shelf", ref("shelf", "99"), "/data", 404, "Shelf: 99 not found"),
    ("shelf", ref("shelf", "one"), "/data", 404, "Shelf: one not found"),
    ("shelf", ref("shelf", "9" * 30), "/data", 404, "Shelf: 999999999999999999999999999999 not found"),
    ("shelf", ref("shelf", True), "/data", 404, "Shelf: True not found"),
    ("shelf", ref("shelf", ["1"]), "/data", 404, "Shelf: ['1'] not found"),
    ("tags", {"data": None}, "/data", "422", "The linkage of this relationship is a list."),
    ("tags", {"data": {"type": "tag", "id": 1}}, "/data", "422", "The linkage of this relationship is a list."),
    ("tags", {"data": [7]}, "/data/0", "422", "A resource identifier is an object with type and id."),
    ("tags", refs("tag", 1, 99), "/data/1", 404, "Tag: 99 not found"),
    ("tags", refs("tag", *range(1001)), "/data", "422", "At most 1000 at once."),
]


@pytest.fixture(autouse=True)
def _nothing_is_stored(client: Client) -> Any:
    before = client.all_rows()
    yield
    assert client.all_rows() == before


@pytest.mark.parametrize(("body", "pointer", "detail"), MALFORMED)
def test_a_document_without_the_right_frame_is_malformed(
    client: Client, body: bytes, pointer: str, detail: str
) -> None:
    answer = client.send("POST", "/v1/toys", body, ANA, {"content-type": MEDIA_TYPE})

    assert (answer.status, answer.errors) == (400, [(400, {"pointer": pointer}, detail)])


@pytest.mark.parametrize("body", UNREADABLE, ids=range(len(UNREADABLE)))
def test_bytes_that_are_no_json_are_malformed(client: Client, body: bytes) -> None:
    answer = client.send("POST", "/v1/toys", body, ANA, {"content-type": MEDIA_TYPE})

    [(status, source, detail)] = answer.errors
    assert (answer.status, status, source) == (400, 400, {"pointer": ""})
    assert detail.startswith("Failed to decode JSON object: ")


@pytest.mark.parametrize("data", [{"type": "shelf"}, {"type": ["toy"]}, {"type": None}, {}])
def test_a_missing_or_other_type_is_a_conflict(client: Client, data: dict[str, Any]) -> None:
    answer = client.post("/v1/toys", {"data": data}, as_=ANA)

    assert answer.status == 409
    assert answer.json["errors"] == [
        {
            "status": "409",
            "source": {"pointer": "/data/type"},
            "title": "Incorrect type",
            "detail": 'Invalid type. Expected "toy".',
        }
    ]


def test_a_value_that_does_not_fit_is_answered_as_the_reference_answers(client: Client) -> None:
    answer = client.post("/v1/toys", toy(contact="nope"), as_=ANA)

    assert answer.status == 422
    assert answer.json == {
        "errors": [
            {
                "status": "422",
                "source": {"pointer": "/data/attributes/contact"},
                "title": "Validation error",
                "detail": "Not a valid email address.",
            }
        ],
        "jsonapi": {"version": "1.0"},
    }


def test_everything_that_is_wrong_with_a_document_is_told_at_once(client: Client) -> None:
    document = toy(shelf="99", name=None, pieces=0, is_new="yes", homepage="x", relationships={"tags": ref("tag", 1)})

    answer = client.post("/v1/toys", document, as_=ANA)

    assert [(status, source["pointer"]) for status, source, _ in answer.errors] == [
        ("422", "/data/attributes/name"),
        ("422", "/data/attributes/pieces"),
        ("422", "/data/attributes/is-new"),
        ("422", "/data/attributes/homepage"),
        ("422", "/data/relationships/tags/data"),
        (404, "/data/relationships/shelf/data"),
    ]


def test_required_members_are_asked_for(client: Client) -> None:
    answer = client.post("/v1/toys", {"data": {"type": "toy"}}, as_=ANA)

    assert answer.errors == [
        ("422", {"pointer": "/data/attributes/name"}, REQUIRED),
        (422, {"pointer": "/data/relationships/shelf"}, "A valid relationship with shelf resource is required"),
    ]


@pytest.mark.parametrize(("name", "value", "place", "status", "detail"), BAD_LINKS)
def test_linkage_that_names_nothing_is_refused(
    client: Client, name: str, value: Any, place: str, status: int | str, detail: str
) -> None:
    answer = client.post("/v1/toys", toy(relationships={name: value}), as_=ANA)

    pointer = {"pointer": f"/data/relationships/{name}{place}"}
    assert (answer.status, answer.errors[0]) == (int(status), (status, pointer, detail))


def test_a_double_is_a_conflict_at_the_member_it_is_about(client: Client) -> None:
    answer = client.post("/v1/toys", toy(name="Bear"), as_=ANA)

    pointer = {"pointer": "/data/attributes/name"}
    assert (answer.status, answer.errors) == (409, [(409, pointer, "Toy already exists")])


def test_values_that_contradict_each_other_are_refused_by_the_database(client: Client) -> None:
    answer = client.post("/v1/toys", toy(weight=-1), as_=ANA)

    detail = "These values do not fit together (ck_shop_toys_weight)."
    assert (answer.status, answer.errors) == (422, [(422, {"pointer": "/data"}, detail)])


def test_a_query_that_cannot_be_answered_is_refused_before_anything_is_written(client: Client) -> None:
    answer = client.post("/v1/toys?include=owner", toy(), as_=ANA)

    assert (answer.status, answer.errors[0][1]) == (400, {"parameter": "include"})


def test_an_unknown_parameter_is_ignored_by_nobody_who_may_not(client: Client) -> None:
    assert client.post("/v1/toys?permanent=true", toy(shelf="2"), as_=EVE).status == 403
