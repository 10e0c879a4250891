"""One world for the tests over all declarations, on both databases; each test makes for itself what it changes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from openevent.kit.clock import FixedClock
from openevent.kit.config import Settings
from openevent.main.app import build, build_shell
from openevent.main.database import migrate
from registry.world import CountingDatabase, World, fill
from servers import Postgres, hurry, sqlite_copy
from spec.counter import Client


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def registry_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a database that these tests share: each makes what it changes."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("_template")
        yield f"sqlite:///{sqlite_copy(template, tmp_path_factory.mktemp('registry'))}"
        return
    server: Postgres = request.getfixturevalue("_postgres")
    name = f"openevent_registry_{os.getpid()}"
    with psycopg.connect(server.server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    yield make_url(server.server).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(server.server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def world(registry_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The world; tests that write make rows of their own in it."""
    database = hurry(CountingDatabase(registry_url))
    migrate(database)
    data = tmp_path_factory.mktemp("data")
    settings = Settings(data=str(data), database_url=registry_url, storage_url="memory://", mail_url="memory://")
    product = build(settings, build_shell(settings, database=database, clock=FixedClock()))
    found = World(product, database, Client(product.engine, product.shell), {})  # type: ignore[arg-type] -- any opener of work
    fill(found)
    yield found
    database.close()
