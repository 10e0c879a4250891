"""The toy magazine on both databases, filled once: tests of reading change nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from magazine import fill
from openevent.jsonapi.engine import Engine
from openevent.kit.db import Database
from servers import Postgres
from toys import ENDPOINTS, PERMISSIONS, RESOURCES, Ask, Toy, ToyBackend, translate


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def toy_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty database with the toy tables; tests that write ask for a copy of their own."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('toys') / 'toys.db'}"
        return
    postgres: Postgres = request.getfixturevalue("_postgres")
    name = f"toys_{os.getpid()}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
    base, _, _ = postgres.url.rpartition("/")
    socket = postgres.url.partition("?")[2]
    yield f"{base}/{name}" if not socket else _with_database(postgres.url, name)
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _with_database(url: str, name: str) -> str:
    from sqlalchemy.engine import make_url  # noqa: PLC0415 -- only for servers behind a socket

    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def toy_database(toy_url: str) -> Iterator[Database]:
    """The magazine, as fill() leaves it."""
    found = Database(toy_url)
    Toy.metadata.create_all(found.engine)
    with found.session() as session:
        fill(session)
    yield found
    found.close()


@pytest.fixture
def backend(toy_database: Database) -> ToyBackend:
    """The magazine's backend; `statements` are what reads have run."""
    return ToyBackend(toy_database)


@pytest.fixture
def engine(backend: ToyBackend) -> Engine:
    """The engine over the whole toy world."""
    return Engine(RESOURCES, PERMISSIONS, ENDPOINTS, backend, translate)


@pytest.fixture
def ask(engine: Engine) -> Ask:
    """Asks the engine as somebody."""
    return Ask(engine)


@pytest.fixture
def sql_of(backend: ToyBackend) -> Any:
    """The statements that reads have run so far."""
    return backend.statements
