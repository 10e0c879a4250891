"""Statements compiled once: SQL text, parameters in the driver's own order, and driver rows as Python values."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, TypeVar, cast

import msgspec
from sqlalchemy import (
    ARRAY,
    JSON,
    BindParameter,
    ClauseElement,
    ColumnElement,
    Connection,
    Dialect,
    Float,
    Select,
    String,
    Table,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeEngine

from openevent.kit.db import Reads
from openevent.kit.fibers import breathe

T = TypeVar("T")
Convert = Callable[[Any], Any]
_ROWS_AT_ONCE = (64, 16, 4, 1)


class Prepared:
    """A Core statement, compiled once for one database; what it runs on is the caller's business.

    Use it where a statement runs on every request and building it each time would cost more than running it.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]] | UpdateBase, dialect: Dialect) -> None:
        # Constants and lists of constants are bound here, once; what has a name of its own is bound by each execution.
        named = {bind.key: None for bind in iterate(statement) if isinstance(bind, BindParameter) and bind.required}
        compiled = statement.compile(dialect=dialect)
        state = compiled.construct_expanded_state(named)
        self.sql = state.statement
        self._order = state.positiontup
        self._constants: Mapping[str, Any] = state.parameters
        writers = {name: writer_of(bind.type, dialect) for name, bind in compiled.binds.items()}
        self._writers = {
            name: write for name, write in writers.items() if write is not None and name in self._constants
        }
        columns = statement.selected_columns if isinstance(statement, Select) else ()
        readers = enumerate(reader_of(column.type, dialect) for column in columns)
        self._readers = tuple((place, read) for place, read in readers if read is not None)

    def bind(self, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- a tuple or a mapping, as the driver likes it
        """Return the parameters of one execution in the driver's own style; names it does not know are left out."""
        found = {name: values.get(name, constant) for name, constant in self._constants.items()}
        for name, write in self._writers.items():
            found[name] = write(found[name])
        return found if self._order is None else tuple(found[name] for name in self._order)

    def read(self, rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
        """Return driver rows with every value as Python has it."""
        found: list[tuple[Any, ...]] = []
        for row in rows:
            values = list(row)
            for place, read in self._readers:  # few columns need one
                values[place] = read(values[place])
            found.append(tuple(values))
        return found


def writer_of(type_: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """Return what turns a Python value into the driver's, None when there is nothing to do."""
    return cast("Convert | None", type_.dialect_impl(dialect).bind_processor(dialect))


def reader_of(type_: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """Return what turns a driver's value into Python's, None when there is nothing to do."""
    if isinstance(type_, Float) and not type_.asdecimal:
        return None  # drivers give floats as floats; the dialect would want to see the driver's own type first
    return cast("Convert | None", type_.dialect_impl(dialect).result_processor(dialect, None))


class PreparedRead:
    """A SELECT made and compiled at its first use, once for each kind of database: for modules that declare it."""

    def __init__(self, make: Callable[[], ClauseElement]) -> None:
        self._make = make
        self._prepared: dict[str, Prepared] = {}

    def rows(self, reads: Reads, **values: object) -> list[tuple[Any, ...]]:
        """Run it outside of any transaction and return Python values."""
        prepared = self._prepared.get(reads.dialect.name)
        if prepared is None:
            statement = cast("Select[Any]", self._make())
            prepared = self._prepared[reads.dialect.name] = Prepared(statement, reads.dialect)
        return prepared.read(reads.fetch(prepared.sql, prepared.bind(values)))


def among(column: ColumnElement[Any], name: str, dialect: Dialect) -> ColumnElement[bool]:
    """Return the condition that a column is one of a bound list of any length, so that the text never changes.

    Bind `listed(values, dialect)` to the name.
    """
    if dialect.name == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(column.type)))
    values = func.json_each(bindparam(name, type_=String())).table_valued("value")
    return column.in_(select(values.c.value))


def listed(values: Iterable[int | str], dialect: Dialect) -> Any:  # noqa: ANN401 -- a list or JSON
    """Return a list as `among` wants it bound."""
    found = list(values)
    return found if dialect.name == "postgresql" else msgspec.json.encode(found).decode()


def _text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


_ELEMENTS: Mapping[type, Convert] = {
    type(None): lambda _none: "NULL",
    bool: lambda value: "t" if value else "f",
    int: str,
    str: _text,
    datetime: lambda value: f'"{value.isoformat()}"',
}


def array(values: Sequence[Any]) -> Any:  # noqa: ANN401 -- a text, or what the driver has to turn into one
    """Return a list as PostgreSQL writes arrays (manual, section 8.15.6), if it is of plain values.

    psycopg finds out about the values anew each time, which took a sixth of the time of writing sixty orders.

    >>> array([1, None, True]), array(["a", "b,c"])
    ('{1,NULL,t}', '{"a","b,c"}')
    """
    written: list[str] = []
    for value in values:
        write = _ELEMENTS.get(value.__class__)
        if write is None:
            return values
        written.append(write(value))
    return f"{{{','.join(written)}}}"


class ManyRows:
    """Inserts many rows into a table, with texts that never change.

    PostgreSQL unnests one array a column in one round trip. SQLite gets some rows a statement: with one row each it
    would let go of the interpreter as often, and other threads would take it. Columns that are not named get their
    plain default, which is written into the text. The columns in `returning` are what each statement answers with.
    """

    def __init__(
        self, table: Table, columns: Sequence[str], dialect: Dialect, *, returning: Sequence[str] = ()
    ) -> None:
        self._is_array = dialect.name == "postgresql"
        types = [table.c[name].type for name in columns]
        writer = _array_writer if self._is_array else writer_of
        self._writers = tuple(writer(type_, dialect) for type_ in types)
        defaults = _defaults(table, columns, dialect)
        names = ", ".join(dialect.identifier_preparer.quote(name) for name in (*columns, *defaults))
        self._insert = f"INSERT INTO {table.name} ({names})"
        self._row = f"({', '.join((*('?' for _ in columns), *defaults.values()))})"
        arrays = ", ".join(f"%s::{type_.dialect_impl(dialect).compile(dialect)}[]" for type_ in types)
        self._arrays = f"SELECT {', '.join(('given.*', *defaults.values()))} FROM unnest({arrays}) AS given"  # noqa: S608 -- our own names
        self._answer = f" RETURNING {', '.join(returning)}" if returning else ""

    def statements(self, rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Return what is to be executed, one after the other, for rows with values in the order of the columns."""
        columns = zip(*rows, strict=True)
        written = [
            list(column) if write is None else _written(column, write)
            for column, write in zip(columns, self._writers, strict=True)
        ]
        if self._is_array:
            yield f"{self._insert} {self._arrays}{self._answer}", tuple(map(array, written))
            return
        ready = list(zip(*written, strict=True))
        for some in _chunks(ready):
            values = ", ".join([self._row] * len(some))
            yield f"{self._insert} VALUES {values}{self._answer}", tuple(chain.from_iterable(some))


def run_all(connection: Connection, insert: ManyRows, rows: Sequence[Sequence[Any]]) -> list[Any]:
    """Insert rows in the transaction of a connection; return what the statements answer with."""
    found: list[Any] = []
    for sql, values in insert.statements(rows):
        breathe()
        answer = connection.exec_driver_sql(sql, values)
        found += answer if answer.returns_rows else ()
    return found


def _chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut rows into pieces of few different sizes, so that there are few different statements.

    >>> [len(piece) for piece in _chunks(range(150))]
    [64, 64, 16, 4, 1, 1]
    """
    begin = 0
    for size in _ROWS_AT_ONCE:
        while len(rows) - begin >= size:
            yield rows[begin : begin + size]
            begin += size


def _array_writer(type_: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """Return what turns a value into an element of an array; JSON is a text there, not an object of the driver's."""
    return json.dumps if isinstance(type_, JSON) else writer_of(type_, dialect)


def _written(values: Sequence[Any], write: Convert) -> list[Any]:
    """Return a column as the driver wants it; what rows in a row share, such as the moment, is turned once."""
    found: list[Any] = []
    before = written = None
    for value in values:
        if value is not before:
            before, written = value, None if value is None else write(value)
        found.append(written)
    return found


def _defaults(table: Table, given: Sequence[str], dialect: Dialect) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in table.c:
        default = cast(Any, column.default)
        if column.name in given or default is None or not default.is_scalar:
            continue
        write = column.type.dialect_impl(dialect).literal_processor(dialect)
        found[column.name] = write(default.arg) if write else str(default.arg)
    return found
