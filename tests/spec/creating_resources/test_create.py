"""POST on a collection: what a document becomes, and who may send it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from spec.counter import Client, ref, refs, toy
from spec.shop import ADM, ANA, BO, EVE, NOW, TOY_TAGS, Note, Shelf, ShopBackend, Tag, Toy

FULL = {
    "material": "wood",
    "price": 12.5,
    "weight": 0.25,
    "pieces": 3,
    "is-new": True,
    "made-at": "2026-01-01T10:30:00+01:00",
    "homepage": "https://example.org/gnu",
    "contact": " gnu@example.org ",
    "story": " <script>Once upon a time ",
    "details": {"eyes": ["glass", None]},
    "parts": [1, 2.5, "x"],
    "secret": "squeaks",
}


def test_a_document_becomes_a_row_and_the_row_a_document(client: Client) -> None:
    answer = client.post("/v1/toys", toy(**FULL), as_=ANA)

    assert answer.status == 201
    assert answer.headers["Location"] == "/v1/toys/6"
    assert answer.data["id"] == "6"
    assert answer.json["links"] == {"self": "/v1/toys/6"}
    attributes = answer.data["attributes"]
    assert {name: attributes[name] for name in FULL} == {
        **FULL,
        "made-at": "2026-01-01T09:30:00+00:00",
        "contact": "gnu@example.org",
        "story": "Once upon a time",
    }


def test_the_answer_is_what_a_get_answers(client: Client) -> None:
    created = client.post("/v1/toys?include=shelf&fields[toy]=name,shelf", toy(), as_=ANA)

    read = client.get("/v1/toys/6?include=shelf&fields[toy]=name,shelf", as_=ANA)
    assert (created.body, created.headers["ETag"]) == (read.body, read.headers["ETag"])


def test_values_reach_the_row_as_python_has_them(client: Client) -> None:
    client.post("/v1/toys", toy(**FULL), as_=ANA)

    row = client.row(Toy, 6)
    assert (row.price, row.made_at) == (Decimal("12.50"), datetime(2026, 1, 1, 9, 30, tzinfo=UTC))
    assert (row.shelf_id, row.created_at, row.last_modified_at) == (1, NOW, NOW)


def test_what_was_not_sent_gets_the_default_of_its_column(client: Client) -> None:
    attributes = client.post("/v1/toys", toy(), as_=ANA).data["attributes"]

    assert (attributes["pieces"], attributes["is-new"], attributes["mark"]) == (1, False, "none")


def test_null_is_the_default_where_the_column_has_one_and_is_never_null(client: Client) -> None:
    """Clients send null for whatever nobody has filled in."""
    answer = client.post("/v1/toys", toy(pieces=None, mark=None), as_=ANA)

    assert (answer.data["attributes"]["pieces"], answer.data["attributes"]["mark"]) == (1, "none")


def test_a_write_only_member_is_stored_and_never_shown(client: Client) -> None:
    answer = client.post("/v1/toys", toy(code="1234"), as_=ANA)

    assert "code" not in answer.data["attributes"]
    assert client.row(Toy, 6).code_hash == "1234"


def test_links_are_made_with_the_row(client: Client) -> None:
    links = {"maker": ref("maker", "2"), "tags": refs("tag", 3, 1, 3), "friends": refs("toy", "1")}

    answer = client.post("/v1/toys?include=tags,friends,maker", toy(relationships=links), as_=ANA)

    relationships = answer.data["relationships"]
    assert relationships["maker"]["data"] == {"type": "maker", "id": "2"}
    assert relationships["tags"]["data"] == [{"type": "tag", "id": "1"}, {"type": "tag", "id": "3"}]
    assert relationships["friends"]["data"] == [{"type": "toy", "id": "1"}]


def test_ids_in_linkage_may_be_numbers_too(client: Client) -> None:
    assert client.post("/v1/toys", toy(shelf=1), as_=ANA).status == 201


def test_unknown_and_read_only_members_are_ignored(client: Client) -> None:
    ignored = {"serial": "X1", "double": 99, "created-at": "1999-01-01T00:00:00Z", "colour": "blue"}
    links = {"shelf-mates": refs("toy", "1"), "label": ref("label", "2"), "notes": {"nonsense": 1}, "owner": 7}

    answer = client.post("/v1/toys", toy(relationships=links, **ignored), as_=ANA)

    attributes = answer.data["attributes"]
    assert answer.status == 201
    assert (attributes["serial"], attributes["double"], attributes["created-at"]) == (None, 2, NOW.isoformat())


def test_names_have_dashes_or_underscores(client: Client) -> None:
    document = toy()
    document["data"]["attributes"]["is_new"] = True

    assert client.post("/v1/toys", document, as_=ANA).data["attributes"]["is-new"] is True


def test_a_deletion_date_is_not_written(client: Client) -> None:
    answer = client.post("/v1/toys", toy(deleted_at=None), as_=ANA)

    assert (answer.status, answer.data["attributes"]["deleted-at"]) == (201, None)


def test_a_member_for_admins_is_ignored_from_others(client: Client) -> None:
    assert client.post("/v1/toys", toy(mark="gold"), as_=ANA).data["attributes"]["mark"] == "none"
    assert client.post("/v1/toys", toy(mark="gold", name="Yak"), as_=ADM).data["attributes"]["mark"] == "gold"


def test_a_local_id_is_ignored(client: Client) -> None:
    document = toy()
    document["data"]["lid"] = "a"

    assert client.post("/v1/toys", document, as_=ANA).status == 201


def test_an_id_of_the_clients_is_ignored_as_all_that_cannot_be_written(client: Client) -> None:
    document = toy()
    document["data"]["id"] = "77"

    answer = client.post("/v1/toys", document, as_=ANA)

    assert (answer.status, answer.data["id"]) == (201, "6")


def test_an_own_verb_makes_the_row(client: Client) -> None:
    document = {"data": {"type": "note", "attributes": {"body": "hm"}, "relationships": {"toy": ref("toy", "3")}}}

    answer = client.post("/v1/notes", document, as_=EVE)

    assert (answer.status, answer.headers["Location"]) == (201, "/v1/notes/2")
    assert client.row(Note, 2).author_id == EVE.id


def test_making_a_row_leaves_a_trace_in_the_audit_trail(client: Client, shop: ShopBackend) -> None:
    client.post("/v1/toys", toy(), as_=ANA)

    assert shop.trail == [("toy.create", "toy:6", ANA.id)]


def test_a_second_key_stands_beside_the_id(client: Client) -> None:
    client.post("/v1/shelves", {"data": {"type": "shelf", "attributes": {"code": "new", "name": "New"}}}, as_=EVE)

    assert client.get("/v1/shelves/new", as_=EVE).data["id"] == "4"


# Who may --------------------------------------------------------------------------------------------------------------


def test_nobody_in_particular_has_to_sign_in_first(client: Client) -> None:
    answer = client.post("/v1/toys", toy())

    assert (answer.status, answer.json) == (401, {"error": "Please sign in first."})
    assert answer.headers["Content-Type"] == "application/json"


def test_a_kind_of_caller_who_never_may_is_told_so_before_anything_is_read(client: Client) -> None:
    answer = client.send("POST", "/v1/makers", b"{nonsense", ANA)

    assert (answer.status, answer.errors) == (403, [(403, {"source": ""}, "Only admin may do this.")])


def test_the_table_is_asked_about_the_row_to_be(client: Client) -> None:
    assert client.post("/v1/toys", toy(shelf="1"), as_=ANA).status == 201
    refused = client.post("/v1/toys", toy(shelf="2"), as_=ANA)
    assert (refused.status, refused.errors) == (
        403,
        [(403, {"source": ""}, "Only the keeper of the shelf may do this.")],
    )


def test_a_guarded_member_cannot_open_the_door_it_guards(client: Client) -> None:
    document = {"data": {"type": "shelf", "attributes": {"code": "e", "name": "E", "keeper-id": BO.id}}}

    client.post("/v1/shelves", document, as_=EVE)

    assert client.row(Shelf, 4).keeper_id == EVE.id


def test_a_target_that_the_caller_cannot_see_is_not_there(client: Client) -> None:
    answer = client.post("/v1/toys", toy(shelf="3"), as_=ANA)

    pointer = {"pointer": "/data/relationships/shelf/data"}
    assert (answer.status, answer.errors) == (404, [(404, pointer, "Shelf: 3 not found")])


def test_links_from_the_other_side_need_the_owners_right(client: Client) -> None:
    document = {"data": {"type": "tag", "attributes": {"name": "new"}, "relationships": {"toys": refs("toy", "1")}}}

    refused = client.post("/v1/tags", document, as_=EVE)
    allowed = client.post("/v1/tags", document, as_=ANA)

    assert (refused.status, allowed.status) == (403, 201)
    with client.backend.work() as work:
        assert sorted(work.db.execute(select(TOY_TAGS))) == [(1, 1), (1, 2), (1, allowed.data["id"])]


# Below a parent -------------------------------------------------------------------------------------------------------


def bare(**attributes: Any) -> dict[str, Any]:
    return toy(shelf=None, **attributes)


@pytest.mark.parametrize("parent", ["1", "one"])
def test_the_path_of_a_nested_list_names_the_parent(client: Client, parent: str) -> None:
    answer = client.post(f"/v1/shelves/{parent}/toys", bare(), as_=ANA)

    assert (answer.status, client.row(Toy, 6).shelf_id) == (201, 1)


def test_the_document_may_name_the_same_parent_but_no_other(client: Client) -> None:
    assert client.post("/v1/shelves/1/toys", toy(shelf="1"), as_=ANA).status == 201
    other = client.post("/v1/shelves/1/toys", toy(shelf="2", name="Yak"), as_=ANA)
    pointer = {"pointer": "/data/relationships/shelf/data"}
    assert (other.status, other.errors) == (409, [(409, pointer, "The path names another one.")])


def test_a_parent_that_cannot_be_seen_is_not_there(client: Client) -> None:
    answer = client.post("/v1/shelves/3/toys", bare(), as_=ANA)

    assert (answer.status, answer.json["errors"][0]["detail"]) == (404, "Shelf: 3 not found")


def test_the_right_to_create_is_asked_below_a_parent_as_well(client: Client) -> None:
    assert client.post("/v1/shelves/2/toys", bare(), as_=ANA).status == 403


def test_a_row_can_be_made_below_a_list_that_is_kept_in_a_table(client: Client) -> None:
    answer = client.post("/v1/toys/2/tags", {"data": {"type": "tag", "attributes": {"name": "new"}}}, as_=ANA)

    assert answer.status == 201
    assert [one["attributes"]["name"] for one in client.get("/v1/toys/2/tags").data] == ["new"]


def test_that_too_needs_the_right_to_change_the_owner_of_the_link(client: Client) -> None:
    answer = client.post("/v1/toys/3/tags", {"data": {"type": "tag", "attributes": {"name": "new"}}}, as_=ANA)

    assert answer.status == 403
    with client.backend.work() as work:
        assert work.db.scalar(select(Tag.id).where(Tag.name == "new")) is None


def test_nothing_can_be_added_to_a_list_that_only_one_side_knows(client: Client) -> None:
    answer = client.post("/v1/toys/1/friends", toy(), as_=ANA)

    assert answer.errors == [(403, {"source": ""}, "Nothing can be added to friends here.")]
