"""Looking up rows by their key: what the fibers of one thread ask for at the same time takes one statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Dialect, Select, bindparam

from openevent.kit.db import Reads
from openevent.kit.fibers import Fiber, current, together
from openevent.kit.prepared import Prepared, PreparedRead, among, listed

Row = tuple[Any, ...]


class Lookup:
    """Finds rows by an integer key, which is their first column."""

    def __init__(self, make: Callable[[], Select[*tuple[Any, ...]]]) -> None:
        """Declare it; `make` returns the SELECT of all rows that may be found, and is called at the first use."""
        self._make = make
        self._one = PreparedRead(self._with_one)
        self._many: dict[str, Prepared] = {}

    def row(self, reads: Reads, key: int) -> Row | None:
        """Return one row, None when there is none; in a fiber, together with the others that look one up.

        Raises what the database raises; whoever had others ask for him, Unavailable.
        """
        fiber = current()
        return self._alone(reads, key) if fiber is None else self._together(reads, fiber, key)

    def _alone(self, reads: Reads, key: int) -> Row | None:
        return next(iter(self._one.rows(reads, key=key)), None)

    def _together(self, reads: Reads, fiber: Fiber, key: int) -> Row | None:
        return together(fiber, (self, id(reads)), key, lambda keys: self._rows(reads, keys))

    def _rows(self, reads: Reads, keys: Sequence[int]) -> list[Row | None]:
        prepared = self._many.get(reads.dialect.name)
        if prepared is None:
            prepared = self._many[reads.dialect.name] = Prepared(self._with_many(reads.dialect), reads.dialect)
        bound = prepared.bind({"ids": listed(sorted(set(keys)), reads.dialect)})
        found = {row[0]: row for row in prepared.read(reads.fetch(prepared.sql, bound))}
        return [found.get(key) for key in keys]

    def _with_one(self) -> Select[*tuple[Any, ...]]:
        found = self._make()
        return found.where(found.selected_columns[0] == bindparam("key"))

    def _with_many(self, dialect: Dialect) -> Select[*tuple[Any, ...]]:
        found = self._make()
        return found.where(among(found.selected_columns[0], "ids", dialect))
