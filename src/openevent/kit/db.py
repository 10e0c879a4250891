"""The database: column types that mean the same on SQLite and PostgreSQL, the declarative base, and connections."""

import itertools
import math
import re
import sqlite3
import time
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import Any, Protocol, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ColumnElement,
    DateTime,
    Dialect,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    TextClause,
    create_engine,
    event,
    literal_column,
    text,
)
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.engine import make_url
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from openevent.kit.vault import Vault, give_key

_CONNECT_SECONDS = 5
_WHERE = "where"  # in the info of an index: the condition of the rows that it is over


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant: timestamptz on PostgreSQL; fixed-width ISO 8601 text on SQLite, which sorts as time.

    SQLite rows therefore hold what the wire wants: 2026-03-01T12:00:00.000000+00:00.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the stored form."""
        return dialect.type_descriptor(String(32) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401 -- per dialect
        """Turn an aware datetime into the stored form."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = value.astimezone(UTC)
        return value.isoformat(timespec="microseconds") if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401 -- per dialect
        """Turn the stored form into an aware datetime."""
        if value is None:
            return None
        return datetime.fromisoformat(value) if dialect.name == "sqlite" else value.astimezone(UTC)


NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite makes a column an automatic row id only when it is called INTEGER, so big keys are big on PostgreSQL alone.
BigKey = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 -- read by SQLAlchemy, never changed
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
        float: Float(),
    }


class Keyed:
    """Every table has an integer key."""

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, sort_order=-100)


class SoftDeleted:
    """Rows that are hidden, not removed, when they are deleted."""

    deleted_at: Mapped[datetime | None] = mapped_column(sort_order=900)


def live_unique(name: str, *columns: str) -> Index:
    """Return a unique index over the rows that are not deleted (a plain one would never fire: NULL is not NULL)."""
    return partial_index(name, *columns, where=text("deleted_at IS NULL"))


def partial_index(name: str, *columns: str, where: TextClause, unique: bool = True) -> Index:
    """Return an index over the rows that a condition holds for; DDL knows the condition after `settle_indexes`.

    Told to the index at once, it would load PostgreSQL's dialect at every start, on SQLite too.
    """
    return Index(name, *columns, unique=unique, info={_WHERE: where})


def settle_indexes(metadata: MetaData) -> MetaData:
    """Tell all partial indexes their condition, for whoever writes or compares DDL; returns what it was given."""
    for index in chain.from_iterable(table.indexes for table in metadata.tables.values()):
        if _WHERE in index.info:
            index.dialect_kwargs.update(dict.fromkeys(("sqlite_where", "postgresql_where"), index.info[_WHERE]))
    return metadata


def check(name: str, condition: str) -> CheckConstraint:
    """Return a named CHECK constraint."""
    return CheckConstraint(condition, name=name)


class JsonObjects(FunctionElement[Any]):
    """A JSON list of objects from the rows of a subquery: JsonObjects("id", column, "name", column, ...)."""

    name = "json_objects"
    type = JSON()
    inherit_cache = True

    def __init__(self, *pairs: str | ColumnElement[Any]) -> None:
        texts: list[ColumnElement[Any]] = [literal_column(f"'{one}'") if isinstance(one, str) else one for one in pairs]
        super().__init__(*texts)


@compiles(JsonObjects)
def _json_objects(element: JsonObjects, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- the compiler's
    return f"coalesce(json_agg(json_build_object({compiler.process(element.clauses, **options)})), '[]'::json)"


@compiles(JsonObjects, "sqlite")
def _json_objects_sqlite(element: JsonObjects, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- the compiler's
    return f"json_group_array(json_object({compiler.process(element.clauses, **options)}))"


def upsert(db: Session, table: type[Any]) -> sqlite_dialect.Insert:
    """Return an INSERT that knows ON CONFLICT; both dialects spell it alike."""
    if db.get_bind().dialect.name == "sqlite":
        return sqlite_dialect.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 -- only where there is such a database

    return cast(sqlite_dialect.Insert, postgresql.insert(table))


class Database:
    """One database: a SQLAlchemy engine for writes, and a few raw driver connections for compiled reads."""

    def __init__(
        self, url: str, *, pool_size: int = 5, statement_timeout_ms: int = 15_000, vault: Vault | None = None
    ) -> None:
        """Prepare for `sqlite:///path` or `postgresql://...`; nothing is opened until the first use.

        Without a vault nothing that stands encrypted can be read or written.
        """
        self.url = make_url(url)
        if self.url.drivername == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._statement_timeout_ms = statement_timeout_ms
        self.engine = self._engine(pool_size)
        if vault is not None:
            give_key(self.engine.dialect, vault)
        self._free: deque[Any] = deque()  # raw connections for compiled reads; as many as were ever used at once

    @property
    def dialect(self) -> Dialect:
        """The dialect that compiled statements are made for."""
        return self.engine.dialect

    def _engine(self, pool_size: int) -> Engine:
        if self.is_sqlite:
            engine = create_engine(self.url, connect_args={"timeout": 30}, pool_size=pool_size, max_overflow=10)
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin)
            return engine
        options = f"-c statement_timeout={self._statement_timeout_ms} -c lock_timeout=10000 -c timezone=UTC"
        given = {"options": options, **self._patience()}
        return create_engine(self.url, pool_size=pool_size, max_overflow=10, pool_pre_ping=True, connect_args=given)

    def _patience(self) -> dict[str, Any]:
        """Return how long a PostgreSQL server may take to answer the door, unless its address says so."""
        return {} if "connect_timeout" in self.url.query else {"connect_timeout": _CONNECT_SECONDS}

    @contextmanager
    def session(self) -> Generator[Session]:
        """Open a session in one transaction: committed at the end, rolled back on any exception."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Generator[Session]:
        """Open a session that only reads: it takes no write lock and sees one snapshot."""
        engine = self.engine.execution_options(read_only=True, **self._read_only_options())
        with Session(engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    def _read_only_options(self) -> dict[str, Any]:
        return {} if self.is_sqlite else {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}

    def fetch(self, sql: str, params: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run one compiled read on a connection of its own (autocommit) and return all its rows.

        The SQL and the parameters are in the driver's own style: `?` and a sequence for SQLite, `%(name)s` and a
        mapping for PostgreSQL. Connections that the server has closed meanwhile are put aside, the read is repeated
        on a new one, once.
        """
        try:
            connection = self._free.pop()  # the one used last: its statements are prepared, its pages at hand
        except IndexError:
            return self._fetched(self._open_read(), sql, params)
        try:
            return self._fetched(connection, sql, params)
        except Exception:
            if self.is_sqlite or not connection.closed:  # anything but a connection that the server has closed
                raise
            return self._fetched(self._open_read(), sql, params)

    def mark(self) -> tuple[int, Any]:
        """Return a value that differs from an earlier one whenever anything was committed in between, by anybody.

        PostgreSQL: the text of the present snapshot, which names every transaction that is not visible yet. SQLite:
        PRAGMA data_version, which counts what other connections commit; it means something on one connection only,
        so the connection's number is part of the mark. (Connections for reading never commit.)
        """
        if not self.is_sqlite:
            return 0, self._snapshot() or self.fetch(_SNAPSHOT, {})[0][0]
        try:
            connection = self._free.pop()
        except IndexError:
            connection = self._open_read()
        try:
            return connection.number, connection.execute("PRAGMA data_version").fetchone()[0]
        finally:
            self._free.append(connection)

    def _snapshot(self) -> str | None:
        """Ask straight through libpq, which takes two thirds of what a cursor does; None from a broken connection."""
        try:
            connection = self._free.pop()
        except IndexError:
            connection = self._open_read()
        try:
            found: bytes | None = connection.pgconn.exec_(_SNAPSHOT.encode()).get_value(0, 0)
        finally:
            self._put_back(connection)
        return None if found is None else found.decode()

    def _put_back(self, connection: Any) -> None:  # noqa: ANN401 -- sqlite3 or psycopg
        if self.is_sqlite or not connection.closed:
            self._free.append(connection)

    def _fetched(
        self,
        connection: Any,  # noqa: ANN401 -- sqlite3 or psycopg, the same three calls
        sql: str,
        params: Mapping[str, Any] | Sequence[Any],
    ) -> list[tuple[Any, ...]]:
        try:
            if not self.is_sqlite:
                return _asked(connection, sql, cast("Mapping[str, Any]", params))
            connection.ends = time.monotonic() + self._statement_timeout_ms / 1000
            return cast("list[tuple[Any, ...]]", connection.execute(sql, params).fetchall())
        finally:
            self._put_back(connection)

    def _open_read(self) -> Any:  # noqa: ANN401 -- sqlite3 or psycopg
        if self.is_sqlite:
            path = self.url.database or ":memory:"
            connection = sqlite3.connect(
                path,
                timeout=30,
                isolation_level=None,
                check_same_thread=False,
                uri=path.startswith("file:"),
                factory=_NumberedConnection,
            )
            _prepare_sqlite(connection, None)
            connection.execute("PRAGMA query_only=ON")
            return connection
        import psycopg  # noqa: PLC0415 -- an installation on SQLite starts sooner without it

        plain = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        options = f"-c statement_timeout={self._statement_timeout_ms} -c timezone=UTC"
        raw = psycopg.RawCursor  # the others look through a long statement anew at each execution, for a millisecond
        return psycopg.connect(plain, autocommit=True, options=options, cursor_factory=raw, **self._patience())

    def close(self) -> None:
        """Close every connection that nobody uses."""
        while self._free:
            self._free.pop().close()
        self.engine.dispose()


_SNAPSHOT = "SELECT pg_current_snapshot()::text"


def _asked(connection: Any, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:  # noqa: ANN401 -- psycopg's
    said, names = numbered(sql)
    return connection.execute(said, [params[name] for name in names]).fetchall()


_NAMED = re.compile(r"%\(([^)]+)\)s|%%")


@lru_cache(maxsize=512)
def numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """Return a statement with its parameters as PostgreSQL itself writes them, and their names in that order.

    >>> numbered("SELECT %(a)s, %(b)s, %(a)s LIKE 'x%%'")
    ("SELECT $1, $2, $1 LIKE 'x%'", ('a', 'b'))
    """
    places: dict[str, int] = {}

    def place(found: re.Match[str]) -> str:
        return f"${places.setdefault(found[1], len(places) + 1)}" if found[1] else "%"

    return _NAMED.sub(place, sql), tuple(places)


_STEPS = 50_000  # of SQLite's machine, some milliseconds, between two looks at the clock


class _NumberedConnection(sqlite3.Connection):
    """A connection that can be told from every other one of this process, and gives up at the moment in `ends`."""

    _numbers = itertools.count()

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 -- as sqlite3.connect passes them
        super().__init__(*given, **named)
        self.number = next(self._numbers)
        self.ends = math.inf
        self.set_progress_handler(self._is_late, _STEPS)

    def _is_late(self) -> bool:
        return time.monotonic() > self.ends


def _prepare_sqlite(connection: Any, _record: Any) -> None:  # noqa: ANN401 -- SQLAlchemy's event signature
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # a committed order survives a power cut, as on PostgreSQL
        "foreign_keys=ON",
        "busy_timeout=30000",
        "cache_size=-8000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Any) -> None:  # noqa: ANN401 -- SQLAlchemy's event signature
    # A transaction that starts as a reader and wants to write later may fail at once with SQLITE_BUSY;
    # one that says so from the start waits its turn.
    reads = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


class Reads(Protocol):
    """Runs compiled reads: a Database, or what stands in front of one."""

    @property
    def dialect(self) -> Dialect: ...

    def fetch(self, sql: str, params: Mapping[str, Any] | Sequence[Any], /) -> list[tuple[Any, ...]]:
        """Run SQL in the driver's own parameter style and return all rows."""
        ...
