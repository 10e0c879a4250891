"""DELETE on a row: hidden or gone, and who may."""

from __future__ import annotations

import pytest

from openevent.jsonapi.request import MEDIA_TYPE
from spec.counter import Client
from spec.shop import ADM, ANA, BO, EVE, NOW, Maker, Note, Shelf, ShopBackend, Tag, Toy

DELETED = {"meta": {"message": "Object successfully deleted"}, "jsonapi": {"version": "1.0"}}


def test_a_row_with_a_deletion_date_is_hidden(client: Client, shop: ShopBackend) -> None:
    answer = client.delete("/v1/toys/1", as_=ANA)

    assert (answer.status, answer.json) == (200, DELETED)
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    assert client.row(Toy, 1).deleted_at == NOW
    assert client.get("/v1/toys/1", as_=ANA).status == 404
    assert shop.trail == [("toy.delete", "toy:1", ANA.id)]


def test_a_hidden_row_cannot_be_deleted_again(client: Client) -> None:
    client.delete("/v1/toys/1", as_=ANA)

    assert client.delete("/v1/toys/1", as_=ANA).status == 404


def test_other_rows_are_gone_for_good(client: Client, shop: ShopBackend) -> None:
    answer = client.delete("/v1/notes/1", as_=ANA)

    assert (answer.status, client.row(Note, 1)) == (200, None)
    assert shop.trail == [("note.delete", "note:1", ANA.id)]


def test_a_row_is_addressed_by_its_second_key_as_well(client: Client) -> None:
    client.delete("/v1/shelves/one", as_=ANA)

    assert client.row(Shelf, 1).deleted_at == NOW


def test_an_admin_may_delete_for_good(client: Client) -> None:
    assert client.delete("/v1/toys/1?permanent=true", as_=ADM).status == 200
    assert client.row(Toy, 1) is None
    assert client.row(Note, 1) is None  # and what hung on it


def test_an_admin_may_delete_for_good_what_is_hidden_already(client: Client) -> None:
    assert client.delete("/v1/toys/5?permanent=true", as_=ADM).status == 404
    assert client.delete("/v1/toys/5?permanent=true&get_trashed=true", as_=ADM).status == 200
    assert client.row(Toy, 5) is None


def test_nobody_else_may_delete_for_good(client: Client) -> None:
    answer = client.delete("/v1/toys/1?permanent=true", as_=ANA)

    assert answer.errors == [(403, {"parameter": "permanent"}, "Only admins may delete for good.")]
    assert client.row(Toy, 1).deleted_at is None


@pytest.mark.parametrize(
    ("path", "as_", "status"),
    [("/v1/toys/1", EVE, 403), ("/v1/toys/4", EVE, 404), ("/v1/toys/99", ANA, 404), ("/v1/tags/1", BO, 403)],
)
def test_a_stranger_deletes_nothing(client: Client, path: str, as_: object, status: int) -> None:
    before = client.all_rows()

    assert (client.delete(path, as_=as_).status, client.all_rows()) == (status, before)


def test_nobody_in_particular_has_to_sign_in_first(client: Client) -> None:
    assert client.delete("/v1/toys/1").status == 401


def test_what_is_still_in_use_stays(client: Client) -> None:
    answer = client.delete("/v1/makers/1", as_=ADM)

    detail = "It is still in use: other records refer to it."
    assert (answer.status, answer.errors) == (409, [(409, {"pointer": "/data"}, detail)])
    assert client.row(Maker, 1) is not None


def test_a_delete_of_an_old_state_is_refused(client: Client) -> None:
    tag = client.get("/v1/tags/1", as_=ADM).headers["ETag"]

    assert client.delete("/v1/tags/1", as_=ADM, headers={"If-Match": 'W/"0"'}).status == 412
    assert client.delete("/v1/tags/1", as_=ADM, headers={"If-Match": tag}).status == 200
    assert client.row(Tag, 1) is None


def test_a_body_of_another_type_is_refused(client: Client) -> None:
    answer = client.send("DELETE", "/v1/toys/1", b"{}", ANA, {"content-type": "application/json"})

    assert (answer.status, client.row(Toy, 1).deleted_at) == (415, None)


def test_a_body_of_the_right_type_is_not_read(client: Client) -> None:
    assert client.send("DELETE", "/v1/toys/1", b"{", ANA, {"content-type": MEDIA_TYPE}).status == 200
