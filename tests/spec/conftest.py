"""The toy magazine on both databases: filled once for tests that only read, anew for each test that writes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

from openevent.jsonapi.engine import Engine
from openevent.kit.db import Database
from servers import Postgres
from spec import counter
from spec.magazine import fill
from spec.toys import Ask, Toy, ToyBackend, whole

client, shop, _shop, _shops = counter.client, counter.shop, counter._shop, counter._shops  # noqa: SLF001 -- the fixtures of the writing half


def _fresh_postgres(server: Postgres, name: str) -> Iterator[URL]:
    """Make a database of the tests' own on the server, and remove it afterwards."""
    url = make_url(server.url)
    control = create_engine(url, isolation_level="AUTOCOMMIT")
    with control.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield url.set(database=name)
    with control.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    control.dispose()


@pytest.fixture(scope="session")
def _toy_postgres(_postgres: Postgres) -> Iterator[URL]:
    yield from _fresh_postgres(_postgres, f"toys_{os.getpid()}")


@pytest.fixture(scope="session")
def _scratch_postgres(_postgres: Postgres) -> Iterator[URL]:
    yield from _fresh_postgres(_postgres, f"scratch_{os.getpid()}")


def _filled(url: URL | str) -> Database:
    found = Database(url if isinstance(url, str) else url.render_as_string(hide_password=False))
    Toy.metadata.drop_all(found.engine)
    Toy.metadata.create_all(found.engine)
    with found.session() as session:
        fill(session)
    return found


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def toy_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The magazine, as fill() leaves it. Nobody changes it."""
    if request.param == "sqlite":
        found = _filled(f"sqlite:///{tmp_path_factory.mktemp('toys') / 'toys.db'}")
    else:
        found = _filled(request.getfixturevalue("_toy_postgres"))
    yield found
    found.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def scratch_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A magazine of the test's own, to write into."""
    if request.param == "sqlite":
        found = _filled(f"sqlite:///{tmp_path / 'scratch.db'}")
    else:
        found = _filled(request.getfixturevalue("_scratch_postgres"))
    yield found
    found.close()


@pytest.fixture(scope="session")
def _kept(toy_database: Database) -> tuple[ToyBackend, Engine]:
    backend = ToyBackend(toy_database)
    return backend, whole(backend)


@pytest.fixture
def backend(_kept: tuple[ToyBackend, Engine]) -> ToyBackend:
    """The magazine's backend; `statements` are what reads have run."""
    found, _ = _kept
    found.statements.clear()
    found.trail.clear()
    return found


@pytest.fixture
def sql_of(backend: ToyBackend) -> list[str]:
    """The statements that reads have run so far."""
    return backend.statements


@pytest.fixture
def engine(_kept: tuple[ToyBackend, Engine], backend: ToyBackend) -> Engine:
    """The engine over the whole toy world: made once for each kind of database. Where it matters what an engine
    remembers, tests make one of their own: `whole(backend)`."""
    _, found = _kept
    return found


@pytest.fixture
def ask(engine: Engine) -> Ask:
    """Asks the engine as somebody; for tests that only read."""
    return Ask(engine)


@pytest.fixture
def scratch(scratch_database: Database) -> ToyBackend:
    """A backend to write into; `trail` is what was audited."""
    return ToyBackend(scratch_database)


@pytest.fixture
def tell(scratch: ToyBackend) -> Ask:
    """Asks an engine that may be written into."""
    return Ask(whole(scratch))
