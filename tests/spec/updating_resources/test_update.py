"""PATCH on a row: what changes, what stays, and who may."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from openevent.jsonapi.request import MEDIA_TYPE
from spec.counter import Client, change, ref, refs
from spec.shop import ADM, ANA, ANYBODY, BO, EVE, NOW, TOY_FRIENDS, TOY_TAGS, Label, Shelf, ShopBackend, Toy


def links_of(client: Client, key: int) -> list[int]:
    with client.backend.work() as work:
        return sorted(work.db.scalars(select(TOY_TAGS.c.tag_id).where(TOY_TAGS.c.toy_id == key)))


def test_what_was_sent_is_changed_and_nothing_else(client: Client) -> None:
    answer = client.patch("/v1/toys/2", change("2", name="Cart", price=3), as_=ANA)

    assert answer.status == 200
    assert (answer.data["attributes"]["name"], answer.data["attributes"]["price"]) == ("Cart", 3.0)
    row = client.row(Toy, 2)
    assert (row.name, row.pieces, row.shelf_id, row.last_modified_at) == ("Cart", 5, 1, NOW)


def test_the_answer_is_what_a_get_answers(client: Client) -> None:
    changed = client.patch("/v1/toys/2?include=shelf", change("2", name="Cart"), as_=ANA)

    assert changed.body == client.get("/v1/toys/2?include=shelf", as_=ANA).body


def test_null_empties_a_member(client: Client) -> None:
    client.patch("/v1/toys/1", change("1", secret=None), as_=ANA)

    assert client.row(Toy, 1).secret is None


def test_null_is_refused_where_a_value_is_required(client: Client) -> None:
    answer = client.patch("/v1/toys/1", change("1", name=None), as_=ANA)

    assert answer.errors == [("422", {"pointer": "/data/attributes/name"}, "Field may not be null.")]


def test_null_is_the_default_where_the_column_has_one_and_is_never_null(client: Client) -> None:
    client.patch("/v1/toys/1", change("1", pieces=7), as_=ANA)

    assert client.patch("/v1/toys/1", change("1", pieces=None), as_=ANA).data["attributes"]["pieces"] == 1


def test_a_change_that_changes_nothing_leaves_no_trace(client: Client, shop: ShopBackend) -> None:
    answer = client.patch("/v1/toys/1", change("1", name="Bear", relationships={"tags": refs("tag", 2, 1)}), as_=ANA)

    assert (answer.status, client.row(Toy, 1).last_modified_at, shop.trail) == (200, None, [])


def test_a_document_without_members_changes_nothing(client: Client, shop: ShopBackend) -> None:
    answer = client.patch("/v1/toys/1", {"data": {"type": "toy", "id": "1"}}, as_=ANA)

    assert (answer.status, shop.trail) == (200, [])


def test_a_change_leaves_a_trace_in_the_audit_trail(client: Client, shop: ShopBackend) -> None:
    client.patch("/v1/toys/1", change("1", name="Bruin"), as_=ANA)

    assert shop.trail == [("toy.update", "toy:1", ANA.id)]


def test_read_only_and_guarded_members_are_ignored(client: Client) -> None:
    answer = client.patch("/v1/toys/1", change("1", serial="X", mark="gold", double="no number at all"), as_=ANA)

    attributes = answer.data["attributes"]
    assert (answer.status, attributes["serial"], attributes["mark"]) == (200, None, "none")


def test_a_guarded_member_is_not_even_looked_at_from_those_who_may_not(client: Client) -> None:
    assert client.patch("/v1/toys/1", change("1", mark=7), as_=ANA).status == 200
    assert client.patch("/v1/toys/1", change("1", mark=7), as_=ADM).errors == [
        ("422", {"pointer": "/data/attributes/mark"}, "Not a valid string.")
    ]


def test_a_guarded_member_is_written_by_those_who_may(client: Client) -> None:
    client.patch("/v1/toys/1", change("1", mark="gold"), as_=ADM)

    assert client.row(Toy, 1).mark == "gold"


def test_a_row_is_addressed_by_its_second_key_and_named_by_its_id(client: Client) -> None:
    answer = client.patch("/v1/shelves/one", change("1", "shelf", name="Eins"), as_=ANA)

    assert (answer.status, client.row(Shelf, 1).name) == (200, "Eins")


def test_a_verb_of_ones_own_makes_the_change(client: Client) -> None:
    client.patch("/v1/labels/2", change("2", "label", text="for sale"), as_=EVE)

    assert client.row(Label, 2).text == "FOR SALE"


# Ids ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "detail"),
    [
        (None, "The id member is missing."),
        ("2", "The id is not that of the addressed resource."),
        (1, "The id is not that of the addressed resource."),
        (True, "The id is not that of the addressed resource."),
        ([], "The id is not that of the addressed resource."),
        ("one", "The id is not that of the addressed resource."),
    ],
)
def test_the_id_must_be_the_addressed_ones_as_text(client: Client, key: object, detail: str) -> None:
    answer = client.patch("/v1/toys/1", change(key, name="Bruin"), as_=ANA)

    assert (answer.status, answer.errors) == (400, [(400, {"pointer": "/data/id"}, detail)])


@pytest.mark.parametrize("key", [1, "1"])
def test_a_type_with_numbers_for_ids_takes_both(client: Client, key: object) -> None:
    assert client.patch("/v1/tags/1", change(key, "tag", name="rouge"), as_=EVE).status == 200


def test_another_number_is_another_id(client: Client) -> None:
    assert client.patch("/v1/tags/1", change(2, "tag", name="rouge"), as_=EVE).status == 400


def test_a_wrong_type_is_a_conflict(client: Client) -> None:
    assert client.patch("/v1/toys/1", change("1", "shelf"), as_=ANA).status == 409


# Links ----------------------------------------------------------------------------------------------------------------


def test_a_link_that_is_set_once_is_ignored_later(client: Client) -> None:
    answer = client.patch("/v1/toys/3", change("3", relationships={"shelf": ref("shelf", "3")}), as_=BO)

    assert (answer.status, client.row(Toy, 3).shelf_id) == (200, 2)


def test_a_link_is_set_and_emptied(client: Client) -> None:
    client.patch("/v1/toys/1", change("1", relationships={"maker": ref("maker", "2")}), as_=ANA)
    assert client.row(Toy, 1).maker_id == 2

    client.patch("/v1/toys/1", change("1", relationships={"maker": ref("maker", None)}), as_=ANA)
    assert client.row(Toy, 1).maker_id is None


def test_a_list_of_links_is_replaced(client: Client) -> None:
    client.patch("/v1/toys/1", change("1", relationships={"tags": refs("tag", 3, 2)}), as_=ANA)
    assert links_of(client, 1) == [2, 3]

    client.patch("/v1/toys/1", change("1", relationships={"tags": refs("tag")}), as_=ANA)
    assert links_of(client, 1) == []


def test_links_that_the_caller_cannot_see_stay(client: Client) -> None:
    client.patch("/v1/toys/1", change("1", relationships={"friends": refs("toy", "3")}), as_=ANA)

    with client.backend.work() as work:
        friends = select(TOY_FRIENDS.c.friend_id).where(TOY_FRIENDS.c.toy_id == 1)
        assert sorted(work.db.scalars(friends)) == [3, 5]  # 5 is deleted, not gone


def test_links_from_the_other_side_need_the_owners_right(client: Client) -> None:
    document = change(3, "tag", relationships={"toys": refs("toy", "3")})

    assert client.patch("/v1/tags/3", document, as_=ANA).status == 403
    assert client.patch("/v1/tags/3", document, as_=BO).status == 200
    assert links_of(client, 3) == [3]


def test_cutting_a_link_from_the_other_side_needs_it_too(client: Client) -> None:
    document = change(1, "tag", relationships={"toys": refs("toy")})

    assert client.patch("/v1/tags/1", document, as_=BO).status == 403
    assert client.patch("/v1/tags/1", document, as_=ANA).status == 200
    assert links_of(client, 1) == [2]


def test_a_row_is_not_moved_to_where_the_caller_may_not_change_it(client: Client) -> None:
    document = change("2", "label", relationships={"toy": ref("toy", "3")})

    assert client.patch("/v1/labels/2", document, as_=EVE).status == 403
    assert client.row(Label, 2).toy_id is None
    assert client.patch("/v1/labels/2", document, as_=BO).status == 200


# Who may --------------------------------------------------------------------------------------------------------------


def test_nobody_in_particular_has_to_sign_in_first(client: Client) -> None:
    assert client.patch("/v1/toys/1", change("1", name="X"), as_=ANYBODY).status == 401


def test_what_is_seen_but_not_ones_own_is_forbidden(client: Client) -> None:
    answer = client.patch("/v1/toys/1", change("1", name="X"), as_=EVE)

    assert answer.errors == [(403, {"source": ""}, "Only the keeper of the shelf may do this.")]


@pytest.mark.parametrize("key", ["4", "5", "99", "bear", "9" * 30, "-1"])
def test_what_is_not_seen_is_not_there(client: Client, key: str) -> None:
    answer = client.patch(f"/v1/toys/{key}", change("4", name="X"), as_=EVE)

    assert (answer.status, answer.json["errors"][0]["detail"]) == (404, f"Toy: {key} not found")


def test_a_kind_of_caller_who_never_may_is_told_so(client: Client) -> None:
    assert client.patch("/v1/makers/1", change("1", "maker", name="X"), as_=ANA).status == 403


def test_a_row_that_vanished_meanwhile_is_not_there(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client.engine.reader, "find", lambda *_, **__: 99)

    assert client.patch("/v1/toys/1", change("1", name="X"), as_=ANA).status == 404


# If-Match -------------------------------------------------------------------------------------------------------------


def test_a_change_goes_through_when_nobody_was_faster(client: Client) -> None:
    tag = client.get("/v1/toys/1", as_=ANA).headers["ETag"]

    answer = client.patch("/v1/toys/1", change("1", name="Bruin"), as_=ANA, headers={"If-Match": tag})

    assert answer.status == 200
    assert answer.headers["ETag"] == client.get("/v1/toys/1", as_=ANA).headers["ETag"] != tag


def test_a_change_of_an_old_state_is_refused(client: Client) -> None:
    tag = client.get("/v1/toys/1", as_=ANA).headers["ETag"]
    client.patch("/v1/toys/1", change("1", name="Bruin"), as_=ANA)

    answer = client.patch("/v1/toys/1", change("1", name="Petz"), as_=ANA, headers={"If-Match": tag})

    assert (answer.status, answer.errors) == (412, [(412, {"header": "If-Match"}, "It has been changed meanwhile.")])
    assert client.row(Toy, 1).name == "Bruin"


def test_the_tag_is_that_of_the_same_address_and_query(client: Client) -> None:
    url = "/v1/toys/1?fields[toy]=name&include=shelf"
    tag = client.get(url, as_=ANA).headers["ETag"]

    assert client.patch(url, change("1", name="Bruin"), as_=ANA, headers={"If-Match": tag}).status == 200
    assert client.patch("/v1/toys/1", change("1", name="Petz"), as_=ANA, headers={"If-Match": tag}).status == 412


def test_a_star_stands_for_whatever_is_there(client: Client) -> None:
    assert client.patch("/v1/toys/1", change("1", name="X"), as_=ANA, headers={"If-Match": "*"}).status == 200


def test_a_stranger_learns_nothing_from_tags(client: Client) -> None:
    assert client.patch("/v1/toys/1", change("1", name="X"), as_=EVE, headers={"If-Match": 'W/"0"'}).status == 403


# Restoring ------------------------------------------------------------------------------------------------------------


def test_a_deleted_row_is_restored_by_writing_null(client: Client, shop: ShopBackend) -> None:
    answer = client.patch("/v1/toys/5?get_trashed=true", change("5", deleted_at=None, name="Vixen"), as_=ANA)

    assert (answer.status, answer.data["attributes"]["deleted-at"]) == (200, None)
    assert (client.row(Toy, 5).name, client.row(Toy, 5).deleted_at) == ("Vixen", None)
    assert shop.trail == [("toy.restore", "toy:5", ANA.id), ("toy.update", "toy:5", ANA.id)]


def test_restoring_alone_is_a_change_of_its_own(client: Client, shop: ShopBackend) -> None:
    client.patch("/v1/toys/5?get_trashed=true", change("5", deleted_at=None), as_=ANA)

    assert shop.trail == [("toy.restore", "toy:5", ANA.id)]


def test_a_deleted_row_is_not_there_without_asking_for_it(client: Client) -> None:
    assert client.patch("/v1/toys/5", change("5", deleted_at=None), as_=ANA).status == 404


def test_a_deleted_row_is_restored_or_left_alone(client: Client) -> None:
    assert client.patch("/v1/toys/5?get_trashed=true", change("5", name="Vixen"), as_=ANA).status == 404


def test_a_stranger_restores_nothing(client: Client) -> None:
    assert client.patch("/v1/toys/5?get_trashed=true", change("5", deleted_at=None), as_=EVE).status == 404


def test_a_row_that_is_not_deleted_stays_so(client: Client, shop: ShopBackend) -> None:
    document = change("1", deleted_at=None)

    assert client.patch("/v1/toys/1", document, as_=ANA).status == 200
    assert client.patch("/v1/toys/1?get_trashed=true", document, as_=ANA).status == 200
    assert shop.trail == []


def test_a_date_of_deletion_is_not_written(client: Client) -> None:
    answer = client.patch("/v1/toys/1", change("1", deleted_at="2026-01-01T00:00:00Z"), as_=ANA)

    detail = "Only null is accepted, which restores the record."
    assert answer.errors == [("422", {"pointer": "/data/attributes/deleted-at"}, detail)]


def test_a_type_that_does_not_offer_it_cannot_be_restored(client: Client) -> None:
    with client.backend.work() as work:
        work.db.execute(update(Shelf).where(Shelf.id == 1).values(deleted_at=NOW))

    answer = client.patch("/v1/shelves/1?get_trashed=true", change("1", "shelf", deleted_at=None), as_=ANA)

    assert answer.status == 404


# Conflicts ------------------------------------------------------------------------------------------------------------


def test_a_double_is_a_conflict(client: Client) -> None:
    answer = client.patch("/v1/toys/2", change("2", name="Bear"), as_=ANA)

    assert (answer.status, answer.errors) == (
        409,
        [(409, {"pointer": "/data/attributes/name"}, "Toy already exists")],
    )
    assert client.row(Toy, 2).name == "Car"


def test_an_unknown_include_is_refused_before_anything_is_written(client: Client) -> None:
    assert client.patch("/v1/toys/2?include=nothing", change("2", name="Cart"), as_=ANA).status == 400
    assert client.row(Toy, 2).name == "Car"


def test_a_to_one_relation_leads_to_its_row(client: Client) -> None:
    answer = client.send(
        "PATCH",
        "/v1/toys/1/label",
        b'{"data": {"type": "label", "id": "1", "attributes": {"text": "teddy"}}}',
        ANA,
        {"content-type": MEDIA_TYPE},
    )

    assert (answer.status, client.row(Label, 1).text) == (200, "TEDDY")
