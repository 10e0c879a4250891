"""What the database refuses is an answer like any other: 409, 422 or 503, never a 500."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Column, Index, Integer, MetaData, String, Table, func, insert, text
from sqlalchemy.exc import DBAPIError, OperationalError

from openevent.jsonapi import constraints
from openevent.jsonapi.declare import Attribute, BelongsTo, Resource
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.request import Request
from openevent.jsonapi.writes import Writer
from spec.counter import Client
from spec.shop import ADM, Label, Note, Shelf, ShopBackend, Tag

SHELF = Resource(
    type="shelf",
    model=Shelf,
    attributes=(Attribute("shelf-code", column="code"), Attribute("length", sql=lambda row: row)),
)
LABEL = Resource(
    type="price-label",
    model=Label,
    attributes=(Attribute("text"),),
    relationships=(BelongsTo("toy", type="toy"),),
)


def refused(shop: ShopBackend, statement: Any, resource: Resource, *, deleting: bool = False) -> ApiError:
    with pytest.raises(DBAPIError) as caught, shop.work() as work:
        work.db.execute(statement)
    found = constraints.answer(caught.value, resource, deleting=deleting)
    assert found is not None
    return found


def told(error: ApiError) -> tuple[int, dict[str, Any], str]:
    return error.status, error.source, error.detail


def test_a_double_names_the_member_of_the_column(shop: ShopBackend) -> None:
    error = refused(shop, insert(Shelf).values(code="one", name="x", keeper_id=1, is_open=True), SHELF)

    assert told(error) == (409, {"pointer": "/data/attributes/shelf-code"}, "Shelf already exists")


def test_a_double_of_a_key_names_nothing_that_can_be_sent(shop: ShopBackend) -> None:
    error = refused(shop, insert(Label).values(id=1, text="x"), LABEL)

    assert told(error) == (409, {"pointer": "/data"}, "Price Label already exists")


def test_a_double_in_another_table_names_no_member(shop: ShopBackend) -> None:
    error = refused(shop, insert(Tag).values(name="red"), LABEL)

    assert told(error) == (409, {"pointer": "/data"}, "Price Label already exists")


def test_a_double_of_a_link_names_the_relationship(shop: ShopBackend) -> None:
    with shop.work() as work:
        work.db.execute(text("CREATE UNIQUE INDEX one_label ON shop_labels (toy_id)"))
    try:
        error = refused(shop, insert(Label).values(toy_id=1, text="x"), LABEL)
    finally:
        with shop.work() as work:
            work.db.execute(text("DROP INDEX one_label"))

    assert told(error) == (409, {"pointer": "/data/relationships/toy"}, "Price Label already exists")


def test_a_double_in_an_index_over_an_expression_names_its_column(shop: ShopBackend) -> None:
    table = Table("shop_words", MetaData(), Column("id", Integer, primary_key=True), Column("word", String))
    index = Index("one_word", func.lower(table.c.word), unique=True)
    table.drop(shop.database.engine, checkfirst=True)
    table.create(shop.database.engine)

    class Word:
        __table__ = table

    assert index.table is table
    resource = Resource(type="word", model=Word, attributes=(Attribute("word"),))
    with shop.work() as work:
        work.db.execute(insert(table).values(word="Bear"))
    error = refused(shop, insert(table).values(word="BEAR"), resource)
    table.drop(shop.database.engine)

    assert told(error) == (409, {"pointer": "/data/attributes/word"}, "Word already exists")


def test_a_missing_value_is_asked_for(shop: ShopBackend) -> None:
    error = refused(shop, text("INSERT INTO shop_labels (toy_id) VALUES (1)"), LABEL)

    assert told(error) == (422, {"pointer": "/data/attributes/text"}, "Missing data for required field.")


def test_a_missing_value_that_nobody_can_send_is_asked_for_in_general(shop: ShopBackend) -> None:
    error = refused(shop, text("INSERT INTO shop_notes (toy_id, body) VALUES (1, 'x')"), LABEL)

    assert told(error) == (422, {"pointer": "/data"}, "Missing data for required field.")


def test_a_link_to_nothing_is_refused(shop: ShopBackend) -> None:
    error = refused(shop, insert(Note).values(toy_id=99, author_id=1, body="x"), LABEL)

    assert told(error) == (422, {"pointer": "/data/relationships"}, "It refers to something that does not exist.")


def test_what_is_referred_to_cannot_go(shop: ShopBackend) -> None:
    error = refused(shop, text("DELETE FROM shop_makers"), LABEL, deleting=True)

    assert told(error) == (409, {"pointer": "/data"}, "It is still in use: other records refer to it.")


def test_values_that_contradict_each_other_are_refused(shop: ShopBackend) -> None:
    error = refused(shop, text("UPDATE shop_toys SET weight = -1"), LABEL)

    detail = "These values do not fit together (ck_shop_toys_weight)."
    assert told(error) == (422, {"pointer": "/data"}, detail)


@dataclass
class Diag:
    table_name: str = "shop_labels"
    column_name: str | None = None
    message_detail: str | None = None
    constraint_name: str | None = None


class PgError(Exception):
    """What a driver of PostgreSQL raises, as far as it is looked at."""

    def __init__(self, sqlstate: str | None, diag: Diag | None = None) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate
        self.diag = diag or Diag()


@pytest.mark.parametrize(
    ("state", "status", "detail"),
    [
        ("22003", 422, "A value is out of range."),
        ("40P01", 503, "The database is busy. Please try again."),
        ("55P03", 503, "The database is busy. Please try again."),
        ("57014", 503, "The database is busy. Please try again."),
    ],
)
def test_other_refusals_of_postgresql_are_known_by_their_code(state: str, status: int, detail: str) -> None:
    error = constraints.answer(DBAPIError("", None, PgError(state)), LABEL)

    assert error is not None
    assert (error.status, error.detail) == (status, detail)


def test_a_busy_database_says_when_to_come_back() -> None:
    locked = sqlite3.OperationalError("database is locked")
    locked.sqlite_errorname = "SQLITE_BUSY"

    error = constraints.answer(OperationalError("", None, locked), LABEL)

    assert error is not None
    assert (error.status, error.headers) == (503, {"Retry-After": "1"})


@pytest.mark.parametrize("orig", [PgError("42P01"), PgError(None), sqlite3.OperationalError("no such table: toys")])
def test_a_mistake_of_ours_is_no_answer(orig: Exception) -> None:
    assert constraints.answer(DBAPIError("", None, orig), LABEL) is None


def test_a_mistake_of_ours_stays_a_500(client: Client, shop: ShopBackend) -> None:
    def slip(work: Any, _change: Any, _by: Any) -> None:
        work.db.execute(text("SELECT nonsense"))

    entry = client.engine.registry["tag"]
    broken = replace(entry, resource=replace(entry.resource, verbs={"delete": slip}))
    writer = Writer(client.engine.registry, client.engine.reader, shop)

    with pytest.raises(DBAPIError):
        writer.delete(broken, "1", Request("DELETE", "/v1/tags/1", caller=ADM))
