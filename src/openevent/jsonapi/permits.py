"""Asking the permission table: about a kind of caller, a stored row, or a row that is about to be made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, FromClause, Table, bindparam, case, literal, null, select

from openevent.jsonapi.conditions import Row, asked, constant, correlated
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.ports import ANONYMOUS, Caller, Cell, Work
from openevent.jsonapi.registry import Relation, ResourceType


def refuse_impossible(cell: Cell, entry: ResourceType, caller: Caller) -> None:
    """Raise 401 or 403 when no row whatever could let this kind of caller pass."""
    if constant(cell.condition(caller.kind, entry.table.c)) is False:
        raise refusal(cell, caller)


def refusal(cell: Cell, caller: Caller) -> ApiError:
    """Return the answer for someone who does not pass: sign in first, or not you."""
    if caller.kind == ANONYMOUS:
        return ApiError(401, "Please sign in first.")
    return ApiError(403, f"Only {cell.name} may do this.", source={"source": ""})


def row_to_be(table: Table, values: Mapping[str, object]) -> dict[str, ColumnElement[Any]]:
    """Return every column of a row that does not exist yet: what is known as bound values, the rest as null."""
    return {column.key: _literal(column, values.get(column.key)) for column in table.c}


def _literal(column: Column[Any], value: object) -> ColumnElement[Any]:
    return null() if value is None else bindparam(f"row_{column.key}", value, type_=column.type)


class Permits:
    """What one caller may do, asked inside one unit of work."""

    def __init__(self, work: Work, caller: Caller) -> None:
        self.db = work.db
        self.caller = caller
        self._params: dict[str, object] = {**caller.params, "now": work.now}

    def for_new(self, cells: Sequence[Cell], row: Row) -> list[bool]:
        """Ask cells about a row-to-be."""
        return self._ask([asked(cell, self.caller.kind, row) for cell in cells])

    def for_stored(self, cells: Sequence[Cell], entry: ResourceType, key: int) -> list[bool]:
        """Ask cells about one stored row; none lets anybody pass for a row that is not there."""
        row = entry.table.alias()  # so that it never merges with the same table inside a cell's condition
        return self._ask([asked(cell, self.caller.kind, row.c) for cell in cells], row, key)

    def require(self, cell: Cell, entry: ResourceType, key: int) -> None:
        """Raise 401 or 403 unless the cell lets the caller pass for this row."""
        if self.for_stored([cell], entry, key) != [True]:
            raise refusal(cell, self.caller)

    def passing(self, cell: Cell, entry: ResourceType, ids: Sequence[int]) -> set[int]:
        """Return those of the ids whose live rows let the caller pass."""
        if not ids:
            return set()
        row = entry.table.alias()
        statement = select(row.c["id"]).where(row.c["id"].in_(ids), asked(cell, self.caller.kind, row.c))
        if entry.resource.is_soft:
            statement = statement.where(row.c["deleted_at"].is_(None))
        return cast("set[int]", set(self.db.scalars(statement, self._params)))

    def joins(self, relation: Relation, owner: ResourceType, above: int, target: ResourceType, key: int) -> bool:
        """Tell whether a condition puts one row into a relationship of another."""
        assert relation.on is not None  # noqa: S101 -- only asked about relationships by condition
        parent, child = owner.table.alias(), target.table.alias()
        found = select(child.c["id"]).select_from(parent, child)
        found = found.where(parent.c["id"] == above, child.c["id"] == key, correlated(relation.on(parent.c, child.c)))
        return self.db.scalar(found, self._params) is not None

    def _ask(
        self, conditions: Sequence[ColumnElement[bool]], row: FromClause | None = None, key: int = 0
    ) -> list[bool]:
        constants = [constant(condition) for condition in conditions]
        if None not in constants:  # nothing to ask the database
            return [answer is True for answer in constants]
        statement = select(*(case((condition, 1), else_=0) for condition in conditions))
        if row is not None:
            statement = statement.select_from(row).where(row.c["id"] == literal(key))
        found = self.db.execute(statement, self._params).first()
        return [answer == 1 for answer in found] if found else [False] * len(conditions)
