"""Asking the permission table: about a kind of caller, a stored row, or a row that is about to be made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Select, Table, bindparam, case, null, select

from openevent.jsonapi.conditions import Row, asked, constant, correlated
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.ports import ANONYMOUS, Caller, Cell, Work
from openevent.jsonapi.registry import Relation, ResourceType

_KEPT = 2_048  # questions; building one costs more than asking it


def refuse_impossible(cell: Cell, entry: ResourceType, caller: Caller) -> None:
    """Raise 401 or 403 when no row whatever could let this kind of caller pass."""
    if _is_impossible(cell, entry, caller.kind):
        raise refusal(cell, caller)


@lru_cache(maxsize=_KEPT)
def _is_impossible(cell: Cell, entry: ResourceType, kind: str) -> bool:
    return constant(cell.condition(kind, entry.table.c)) is False


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
        conditions = [asked(cell, self.caller.kind, row) for cell in cells]
        constants = [constant(condition) for condition in conditions]
        if None not in constants:
            return [answer is True for answer in constants]
        found = self.db.execute(select(*map(_as_number, conditions)), self._params).one()
        return [answer == 1 for answer in found]

    def for_stored(self, cells: Sequence[Cell], entry: ResourceType, key: int) -> list[bool]:
        """Ask cells about one stored row; none lets anybody pass for a row that is not there."""
        answers, question = _about_stored(tuple(cells), entry, self.caller.kind)
        if question is None:  # nothing to ask the database
            return list(answers)
        found = self.db.execute(question, {**self._params, "row_key": key}).first()
        return [answer == 1 for answer in found] if found else [False] * len(cells)

    def require(self, cell: Cell, entry: ResourceType, key: int) -> None:
        """Raise 401 or 403 unless the cell lets the caller pass for this row."""
        if self.for_stored([cell], entry, key) != [True]:
            raise refusal(cell, self.caller)

    def passing(self, cell: Cell, entry: ResourceType, ids: Sequence[int]) -> set[int]:
        """Return those of the ids whose live rows let the caller pass."""
        if not ids:
            return set()
        statement = _about_many(cell, entry, self.caller.kind)
        return cast("set[int]", set(self.db.scalars(statement, {**self._params, "row_keys": list(ids)})))

    def joins(self, relation: Relation, owner: ResourceType, above: int, target: ResourceType, key: int) -> bool:
        """Tell whether a condition puts one row into a relationship of another."""
        assert relation.on is not None  # noqa: S101 -- only asked about relationships by condition
        parent, child = owner.table.alias(), target.table.alias()
        both = parent.join(child, correlated(relation.on(parent.c, child.c)))  # which may look at one of them alone
        found = select(child.c["id"]).select_from(both).where(parent.c["id"] == above, child.c["id"] == key)
        return self.db.scalar(found, self._params) is not None


# A row has a name of its own in each question, so that it never merges with the same table inside a cell's condition.


@lru_cache(maxsize=_KEPT)
def _about_stored(
    cells: tuple[Cell, ...], entry: ResourceType, kind: str
) -> tuple[tuple[bool, ...], Select[Any] | None]:
    """Return the answers that hold for every row, or else what to ask about the row with :row_key."""
    row = entry.table.alias()
    conditions = [asked(cell, kind, row.c) for cell in cells]
    constants = [constant(condition) for condition in conditions]
    if None not in constants:
        return tuple(answer is True for answer in constants), None
    question = cast("Select[Any]", select(*map(_as_number, conditions)).select_from(row))
    return (), question.where(row.c["id"] == bindparam("row_key", type_=row.c["id"].type))


@lru_cache(maxsize=_KEPT)
def _about_many(cell: Cell, entry: ResourceType, kind: str) -> Select[Any]:
    """Return what finds those of :row_keys that are live and pass."""
    row = entry.table.alias()
    found = select(row.c["id"]).where(row.c["id"].in_(bindparam("row_keys", expanding=True)), asked(cell, kind, row.c))
    return found.where(row.c["deleted_at"].is_(None)) if entry.resource.is_soft else found


def _as_number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)
