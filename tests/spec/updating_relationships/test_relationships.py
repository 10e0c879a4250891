"""PATCH, POST and DELETE at /relationships/<name>, from both sides of every kind of link."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Table, select

from openevent.jsonapi.request import MEDIA_TYPE
from spec.counter import Client, ref, refs
from spec.shop import ADM, ANA, BO, EVE, TOY_FRIENDS, TOY_TAGS, Label, Note, ShopBackend, Toy


def said(text: str) -> dict[str, Any]:
    return {"meta": {"message": f"Relationship successfully {text}"}, "jsonapi": {"version": "1.0"}}


def pairs(client: Client, link: Table) -> list[tuple[int, int]]:
    with client.backend.work() as work:
        return sorted((left, right) for left, right in work.db.execute(select(link)))


def audited(shop: ShopBackend) -> list[str]:
    return [f"{action} {subject}" for action, subject, _ in shop.trail]


# To one, kept here ----------------------------------------------------------------------------------------------------


def test_a_to_one_link_is_set(client: Client, shop: ShopBackend) -> None:
    answer = client.patch("/v1/toys/1/relationships/maker", ref("maker", "2"), as_=ANA)

    assert (answer.status, answer.json) == (200, said("updated"))
    assert client.row(Toy, 1).maker_id == 2
    assert audited(shop) == ["toy.update toy:1"]


def test_setting_it_to_what_it_is_answers_nothing(client: Client, shop: ShopBackend) -> None:
    answer = client.patch("/v1/toys/1/relationships/maker", ref("maker", "1"), as_=ANA)

    assert (answer.status, answer.body, audited(shop)) == (204, b"", [])


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "bare DELETE"])
def test_a_to_one_link_is_emptied(client: Client, method: str) -> None:
    path = "/v1/toys/1/relationships/maker"
    answers = {
        "PATCH": lambda: client.patch(path, ref("maker", None), as_=ANA),
        "DELETE": lambda: client.delete(path, ref("maker", "1"), as_=ANA),
        "bare DELETE": lambda: client.delete(path, as_=ANA),
    }

    assert answers[method]().status == 200
    assert client.row(Toy, 1).maker_id is None


def test_posting_to_a_to_one_link_sets_it(client: Client) -> None:
    answer = client.post("/v1/toys/1/relationships/maker", ref("maker", "2"), as_=ANA)

    assert (answer.status, client.row(Toy, 1).maker_id) == (200, 2)


def test_a_link_that_is_set_once_stays(client: Client) -> None:
    answer = client.patch("/v1/toys/1/relationships/shelf", ref("shelf", "2"), as_=ADM)

    assert answer.errors == [(403, {"source": ""}, "shelf can't be changed here.")]


def test_a_required_link_is_not_emptied(client: Client) -> None:
    answer = client.delete("/v1/notes/1/relationships/toy", as_=ANA)

    pointer = {"pointer": "/data/relationships/toy"}
    assert answer.errors == [(422, pointer, "A valid relationship with toy resource is required")]


def test_a_link_runs_through_the_types_own_verb(client: Client) -> None:
    client.patch("/v1/labels/2/relationships/toy", ref("toy", "3"), as_=BO)

    assert (client.row(Label, 2).toy_id, client.row(Label, 2).text) == (3, "SPARE")


def test_a_row_is_not_moved_to_where_the_caller_may_not_change_it(client: Client) -> None:
    answer = client.patch("/v1/labels/2/relationships/toy", ref("toy", "3"), as_=EVE)

    assert answer.errors == [(403, {"source": ""}, "Only the keeper of the toy may do this.")]
    assert client.row(Label, 2).toy_id is None


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({}, 400, ""),
        ({"data": "2"}, 422, "/data"),
        (ref("tag", "2"), 409, "/data/type"),
        (ref("maker", "99"), 404, "/data"),
        (refs("maker", "2"), 422, "/data"),
    ],
)
def test_a_to_one_document_that_does_not_fit_is_refused(
    client: Client, body: dict[str, Any], status: int, pointer: str
) -> None:
    answer = client.patch("/v1/toys/1/relationships/maker", body, as_=ANA)

    assert (answer.status, answer.errors[0][1]) == (status, {"pointer": pointer})


# To many, kept in a table ---------------------------------------------------------------------------------------------


def test_links_are_added_once(client: Client, shop: ShopBackend) -> None:
    path, body = "/v1/toys/1/relationships/tags", refs("tag", 2, 3)

    first, second = client.post(path, body, as_=ANA), client.post(path, body, as_=ANA)

    assert (first.status, first.json, second.status) == (200, said("created"), 204)
    assert pairs(client, TOY_TAGS) == [(1, 1), (1, 2), (1, 3)]
    assert audited(shop) == ["toy.update toy:1"]


def test_links_are_removed_once(client: Client) -> None:
    path, body = "/v1/toys/1/relationships/tags", refs("tag", 2, 3, 99)

    first, second = client.delete(path, body, as_=ANA), client.delete(path, body, as_=ANA)

    assert (first.status, first.json, second.status) == (200, said("deleted"), 204)
    assert pairs(client, TOY_TAGS) == [(1, 1)]


def test_links_are_replaced(client: Client) -> None:
    answer = client.patch("/v1/toys/1/relationships/tags", refs("tag", 3), as_=ANA)

    assert (answer.status, answer.json) == (200, said("updated"))
    assert pairs(client, TOY_TAGS) == [(1, 3)]


def test_links_that_the_caller_cannot_see_stay(client: Client) -> None:
    client.patch("/v1/toys/1/relationships/friends", refs("toy"), as_=ANA)

    assert pairs(client, TOY_FRIENDS) == [(1, 5)]


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"data": None}, 422, "/data"),
        (ref("tag", 3), 422, "/data"),
        (refs("toy", 3), 409, "/data/0/type"),
        (refs("tag", 3, 99), 404, "/data/1"),
    ],
)
def test_a_to_many_document_that_does_not_fit_is_refused(
    client: Client, body: dict[str, Any], status: int, pointer: str
) -> None:
    answer = client.post("/v1/toys/1/relationships/tags", body, as_=ANA)

    assert (answer.status, answer.errors[0][1]) == (status, {"pointer": pointer})
    assert pairs(client, TOY_TAGS) == [(1, 1), (1, 2)]


def test_a_link_table_is_changed_from_the_other_side_by_the_owner_alone(client: Client) -> None:
    path, body = "/v1/tags/3/relationships/toys", refs("toy", "1")

    assert client.post(path, body, as_=BO).status == 403
    assert client.post(path, body, as_=ANA).status == 200
    assert pairs(client, TOY_TAGS) == [(1, 1), (1, 2), (1, 3)]


def test_a_link_is_cut_from_the_other_side_by_the_owner_alone(client: Client) -> None:
    path = "/v1/tags/1/relationships/toys"

    assert client.delete(path, refs("toy", "1"), as_=BO).status == 403
    assert client.patch(path, refs("toy"), as_=BO).status == 403
    assert client.delete(path, refs("toy", "1"), as_=ANA).status == 200
    assert pairs(client, TOY_TAGS) == [(1, 2)]


# Kept on the other side -----------------------------------------------------------------------------------------------


def test_children_are_added_by_whoever_may_change_them(client: Client, shop: ShopBackend) -> None:
    path = "/v1/makers/2/relationships/toys"

    assert client.post(path, refs("toy", "2", "3"), as_=ANA).status == 403
    assert client.row(Toy, 2).maker_id is None  # all or nothing
    assert client.post(path, refs("toy", "2"), as_=ANA).status == 200
    assert client.post(path, refs("toy", "2"), as_=ANA).status == 204
    assert client.row(Toy, 2).maker_id == 2
    assert audited(shop) == ["toy.update toy:2"]


def test_children_are_removed(client: Client) -> None:
    assert client.delete("/v1/makers/1/relationships/toys", refs("toy", "1", "2"), as_=ANA).status == 200
    assert client.row(Toy, 1).maker_id is None


def test_children_are_replaced(client: Client) -> None:
    client.patch("/v1/makers/1/relationships/toys", refs("toy", "2"), as_=ANA)

    assert [client.row(Toy, key).maker_id for key in (1, 2)] == [None, 1]


def test_children_that_need_their_parent_stay(client: Client) -> None:
    answer = client.patch("/v1/toys/1/relationships/notes", refs("note"), as_=ANA)

    assert answer.errors == [(403, {"pointer": "/data"}, "Every note needs its toy.")]
    assert client.row(Note, 1).toy_id == 1


def test_children_that_need_a_parent_may_get_another(client: Client) -> None:
    assert client.post("/v1/toys/2/relationships/notes", refs("note", "1"), as_=ANA).status == 200
    assert client.row(Note, 1).toy_id == 2


def test_children_that_are_set_once_stay(client: Client) -> None:
    answer = client.post("/v1/shelves/1/relationships/toys", refs("toy", "3"), as_=ADM)

    assert answer.errors == [(403, {"source": ""}, "toys can't be changed here.")]


def test_an_only_child_is_exchanged(client: Client) -> None:
    answer = client.patch("/v1/toys/1/relationships/label", ref("label", "2"), as_=ANA)

    assert answer.status == 200
    assert [client.row(Label, key).toy_id for key in (1, 2)] == [None, 1]


def test_an_only_child_is_let_go(client: Client) -> None:
    assert client.delete("/v1/toys/1/relationships/label", as_=ANA).status == 200
    assert client.delete("/v1/toys/1/relationships/label", as_=ANA).status == 204
    assert client.row(Label, 1).toy_id is None


def test_children_that_are_not_seen_are_not_there(client: Client) -> None:
    answer = client.post("/v1/makers/1/relationships/toys", refs("toy", "4"), as_=ANA)

    assert answer.errors == [(404, {"pointer": "/data/0"}, "Toy: 4 not found")]


# Who may, and when ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/toys/1/relationships/maker", ref("maker", "2")),
        ("/v1/toys/1/relationships/tags", refs("tag", 3)),
        ("/v1/makers/1/relationships/toys", refs("toy", "2")),
    ],
)
def test_a_stranger_changes_nothing(client: Client, path: str, body: dict[str, Any]) -> None:
    before = client.all_rows()

    assert client.patch(path, body).status == 401
    assert client.patch(path, body, as_=EVE).status == 403
    assert client.all_rows() == before


@pytest.mark.parametrize("path", ["/v1/toys/4/relationships/tags", "/v1/toys/5/relationships/tags"])
def test_a_row_that_is_not_seen_is_not_there(client: Client, path: str) -> None:
    assert client.post(path, refs("tag", 1), as_=ANA).status == 404


def test_a_relationship_that_is_computed_is_not_changed(client: Client) -> None:
    answer = client.patch("/v1/toys/1/relationships/shelf-mates", refs("toy"), as_=ADM)

    assert answer.errors == [(403, {"source": ""}, "shelf-mates can't be changed here.")]


def test_a_change_of_an_old_state_is_refused(client: Client) -> None:
    path = "/v1/toys/1/relationships/tags"
    tag = client.get(path, as_=ANA).headers["ETag"]

    assert client.post(path, refs("tag", 3), as_=ANA, headers={"If-Match": tag}).status == 200
    assert client.post(path, refs("tag", 3), as_=ANA, headers={"If-Match": tag}).status == 412


def test_another_media_type_is_refused(client: Client) -> None:
    body = b'{"data": []}'
    for content_type in ("application/json", f"{MEDIA_TYPE}; charset=utf-8", ""):
        answer = client.send("PATCH", "/v1/toys/1/relationships/tags", body, ANA, {"content-type": content_type})
        assert (answer.status, answer.json["errors"][0]["source"]) == (415, {"header": "Content-Type"})
