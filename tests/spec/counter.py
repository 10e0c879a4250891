"""Fixtures of the writing half: the toy shop on a database of its own for every test, and a client for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from openevent.jsonapi.engine import Engine
from openevent.jsonapi.request import MEDIA_TYPE, Request
from openevent.kit.access import Actor
from openevent.kit.db import Database
from spec.shop import (
    ANA,
    ANYBODY,
    BO,
    CELLS,
    NOW,
    RESOURCES,
    TOY_FRIENDS,
    TOY_TAGS,
    Base,
    Label,
    Maker,
    Note,
    Shelf,
    ShopBackend,
    Tag,
    Toy,
)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def data(self) -> Any:
        return self.json["data"]

    @property
    def errors(self) -> list[tuple[Any, Any, str]]:
        """Status, source and detail of every error."""
        return [(error["status"], error["source"], error["detail"]) for error in self.json["errors"]]


class Client:
    """Talks to an engine as HTTP would, and looks into its database."""

    def __init__(self, engine: Engine, backend: ShopBackend) -> None:
        self.engine = engine
        self.backend = backend

    def send(
        self, method: str, path: str, body: bytes = b"", as_: Actor = ANYBODY, headers: Mapping[str, str] | None = None
    ) -> Answer:
        address, _, query = path.partition("?")
        given = {name.lower(): value for name, value in (headers or {}).items()}
        response = self.engine.handle(Request(method, address, query, given, body, as_))
        assert response is not None
        return Answer(response.status, response.headers, response.body)

    def get(self, path: str, as_: Actor = ANYBODY) -> Answer:
        return self.send("GET", path, b"", as_)

    def post(self, path: str, json: Any, as_: Actor = ANYBODY, headers: Mapping[str, str] | None = None) -> Answer:
        return self._with_body("POST", path, json, as_, headers)

    def patch(self, path: str, json: Any, as_: Actor = ANYBODY, headers: Mapping[str, str] | None = None) -> Answer:
        return self._with_body("PATCH", path, json, as_, headers)

    def delete(
        self, path: str, json: Any = None, as_: Actor = ANYBODY, headers: Mapping[str, str] | None = None
    ) -> Answer:
        if json is None:
            return self.send("DELETE", path, b"", as_, headers)
        return self._with_body("DELETE", path, json, as_, headers)

    def _with_body(self, method: str, path: str, json: Any, as_: Actor, headers: Mapping[str, str] | None) -> Answer:
        return self.send(method, path, msgspec.json.encode(json), as_, {"content-type": MEDIA_TYPE, **(headers or {})})

    def row(self, model: type[Any], key: int) -> Any:
        """Return a row as it is stored now."""
        with self.backend.work() as work:
            return work.db.get(model, key)

    def all_rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return everything that is stored."""
        with self.backend.work() as work:
            tables = Base.metadata.sorted_tables
            return {one.name: sorted(map(tuple, work.db.execute(select(one))), key=repr) for one in tables}


@pytest.fixture(scope="session")
def _shops() -> dict[str, tuple[ShopBackend, Engine]]:
    return {}


@pytest.fixture
def _shop(database: Database, _shops: dict[str, tuple[ShopBackend, Engine]]) -> tuple[ShopBackend, Engine]:
    """The shop's backend and engine as new: made once for each kind of database."""
    kind = database.dialect.name
    if kind not in _shops:
        backend = ShopBackend(database)
        _shops[kind] = backend, Engine(RESOURCES, CELLS, (), backend, lambda _error, _caller: None)
    backend, engine = _shops[kind]
    backend.database, backend.at = database, NOW
    backend.trail.clear()
    return backend, engine


@pytest.fixture
def shop(_shop: tuple[ShopBackend, Engine]) -> Iterator[ShopBackend]:
    """The toy shop with its first stock: Ana keeps shelf 1; Bo keeps shelf 2 and, closed, shelf 3."""
    backend, _ = _shop
    Base.metadata.create_all(backend.database.engine)
    stock(backend)
    yield backend
    Base.metadata.drop_all(backend.database.engine)


@pytest.fixture
def client(_shop: tuple[ShopBackend, Engine], shop: ShopBackend) -> Client:
    """A client of the shop."""
    _, engine = _shop
    return Client(engine, shop)


def stock(backend: ShopBackend) -> None:
    """Put three shelves, two makers, three tags, five toys, two labels and a note there; ids count from 1."""
    with backend.work() as work:
        for row in _rows():
            work.db.add(row)
            work.db.flush()
        work.db.execute(TOY_TAGS.insert(), [{"toy_id": 1, "tag_id": 1}, {"toy_id": 1, "tag_id": 2}])
        work.db.execute(TOY_FRIENDS.insert(), [{"toy_id": 1, "friend_id": 2}, {"toy_id": 1, "friend_id": 5}])


def _rows() -> list[Any]:
    return [
        Shelf(code="one", name="One", keeper_id=ANA.id),
        Shelf(code="two", name="Two", keeper_id=BO.id),
        Shelf(code="shut", name="Shut", keeper_id=BO.id, is_open=False),
        Maker(name="Carver", country="DE"),
        Maker(name="Smith"),
        Tag(name="red"),
        Tag(name="old"),
        Tag(name="big"),
        Toy(shelf_id=1, maker_id=1, name="Bear", created_at=NOW, secret="in the ear"),
        Toy(shelf_id=1, name="Car", created_at=NOW, pieces=5),
        Toy(shelf_id=2, name="Doll", created_at=NOW),
        Toy(shelf_id=3, name="Elf", created_at=NOW),
        Toy(shelf_id=1, name="Fox", created_at=NOW, deleted_at=NOW),
        Label(toy_id=1, text="BEAR"),
        Label(toy_id=None, text="SPARE"),
        Note(toy_id=1, author_id=ANA.id, body="mend the ear"),
    ]


def toy(*, shelf: object = "1", relationships: Mapping[str, Any] | None = None, **attributes: Any) -> dict[str, Any]:
    """Return the document of a new toy; underscores in names become dashes."""
    links = {**({"shelf": ref("shelf", shelf)} if shelf else {}), **(relationships or {})}
    members = {"name": "Gnu", **{name.replace("_", "-"): value for name, value in attributes.items()}}
    return {"data": {"type": "toy", "attributes": members, "relationships": links}}


def change(key: object, type_: str = "toy", *, relationships: Any = None, **attributes: Any) -> dict[str, Any]:
    """Return the document of a PATCH."""
    members = {name.replace("_", "-"): value for name, value in attributes.items()}
    return {"data": {"type": type_, "id": key, "attributes": members, "relationships": relationships or {}}}


def ref(type_: str, key: object) -> dict[str, Any]:
    """Return the relationship object of a to-one link."""
    return {"data": None if key is None else {"type": type_, "id": key}}


def refs(type_: str, *keys: object) -> dict[str, Any]:
    """Return the relationship object of a to-many link."""
    return {"data": [{"type": type_, "id": key} for key in keys]}
