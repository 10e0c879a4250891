"""Writing at other addresses than a collection and its rows."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from openevent.jsonapi.declare import BelongsTo, Keyed, NamedList, Through
from openevent.jsonapi.engine import Engine
from spec.counter import Client, change, toy
from spec.shop import ANA, CELLS, EVE, RESOURCES, SHELVES, TOYS, ShopBackend, Toy

_SHELF, *_REST = TOYS.relationships
_NESTED = replace(
    TOYS,
    lists=(
        NamedList("new", where=lambda row: row["is_new"].is_(True)),
        NamedList("fresh", where=lambda row: row["is_new"].is_(True), path="/v1/fresh-toys"),
    ),
    relationships=(
        BelongsTo(
            "shelf",
            type="shelf",
            inverse="toys",
            required=True,
            inverse_by=(Keyed("name"),),
        ),
        *_REST,
    ),
)
_KEPT = replace(
    SHELVES,
    relationships=(
        Through("big-toys", type="toy", on=lambda one, toy: (one["id"] == toy["shelf_id"]) & (toy["pieces"] > 100)),
    ),
)
_WORLD = (_KEPT, *(one for one in RESOURCES if one not in (SHELVES, TOYS)), _NESTED)


@pytest.fixture
def far(shop: ShopBackend) -> Client:
    return Client(Engine(_WORLD, CELLS, (), shop, lambda _error, _caller: None), shop)


def test_a_row_is_changed_and_deleted_by_a_column_below_its_parent(far: Client) -> None:
    name = far.row(Toy, 1).name
    path = f"/v1/shelves/1/toys/{name}"

    assert far.patch(path, change("1", pieces=7), as_=EVE).status == 403
    assert far.patch(path, change("1", pieces=7), as_=ANA).data["attributes"]["pieces"] == 7
    assert far.patch(path, change("2", pieces=7), as_=ANA).status == 400
    assert far.delete(path, as_=ANA).status == 200
    assert far.get(path, as_=ANA).status == 404


def test_a_row_is_made_at_a_named_list_as_in_the_collection(far: Client) -> None:
    made = far.post("/v1/toys/new", toy(name="Kite"), as_=ANA)

    assert (made.status, made.headers["Location"]) == (201, f"/v1/toys/{made.data['id']}")
    assert far.post("/v1/fresh-toys", toy(name="Kit"), as_=ANA).status == 405


def test_a_row_that_meets_the_condition_is_made_below_it(far: Client) -> None:
    made = far.post("/v1/shelves/1/big-toys", toy(name="Castle", pieces=101), as_=ANA)
    refused = far.post("/v1/shelves/1/big-toys", toy(name="Cup", pieces=1), as_=ANA)
    elsewhere = far.post("/v1/shelves/2/big-toys", toy(name="Tower", pieces=102), as_=ANA)

    assert made.status == 201
    assert refused.errors == elsewhere.errors == [(403, {"source": ""}, "It would not be one of these big-toys.")]
    assert [one for one in far.all_rows()["shop_toys"] if "Cup" in one or "Tower" in one] == []
