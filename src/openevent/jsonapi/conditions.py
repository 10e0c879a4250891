"""Conditions in SQL: what a caller may see, what a filter asks for, how relationships join, what a list is sorted by.

A `row` is an alias' columns by name. Every table is aliased, so that a permission cell's own tables never merge with
the query's (SQLAlchemy would correlate them away).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    Dialect,
    False_,
    Float,
    FromClause,
    Select,
    String,
    True_,
    and_,
    any_,
    bindparam,
    case,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.sql.elements import AsBoolean
from sqlalchemy.types import TypeEngine

from openevent.jsonapi.filters import Compare, CompareFields, Condition, Either, Every, Negated, Related
from openevent.jsonapi.ports import STAFF, Cell
from openevent.jsonapi.query import SortKey
from openevent.jsonapi.registry import Field, Registry, Relation, ResourceType, kind_of
from openevent.jsonapi.statements import Glob, JsonList


class Row(Protocol):
    """Columns by name."""

    def __getitem__(self, name: str, /) -> Any: ...  # noqa: ANN401 -- a column of any type


def constant(condition: ColumnElement[bool]) -> bool | None:
    """Tell whether a condition is true() or false() for every row; None: it depends on the row."""
    plain: Any = condition.element if isinstance(condition, AsBoolean) else condition
    if isinstance(plain, True_):
        return True
    return False if isinstance(plain, False_) else None


def all_of(*parts: ColumnElement[bool]) -> ColumnElement[bool]:
    """Join conditions; what always holds is left out, so that it costs the database nothing."""
    return and_(true(), *(part for part in parts if constant(part) is not True))


def among(dialect: Dialect, value: ColumnElement[Any], slot: str, type_: TypeEngine[Any]) -> ColumnElement[bool]:
    """Return `value` being one of a list that is bound as a single parameter, so its length is no part of the text."""
    if dialect.name != "sqlite":
        return value == any_(bindparam(slot, type_=ARRAY(type_)))
    items = func.json_each(bindparam(slot, type_=JsonList(type_))).table_valued("value")
    return value.in_(select(items.c["value"]))


@dataclass(frozen=True, slots=True)
class Sight:
    """What one kind of caller may see, on one kind of database; `trashed` when deleted rows were asked for."""

    registry: Registry
    dialect: Dialect
    kind: str
    trashed: bool = False

    def visible(self, entry: ResourceType, row: Row, cell: Cell | None = None) -> ColumnElement[bool]:
        """Return the condition under which a row is there for this caller; by the type's `read` cell if none is given.

        Deleted rows are there only when asked for, and only for staff and whoever may change the row.
        """
        allowed = (cell or entry.cells.read).condition(self.kind, row)
        return all_of(allowed, self.live(entry, row))

    def live(self, entry: ResourceType, row: Row) -> ColumnElement[bool]:
        """Return the condition under which a row is not deleted, or may be seen although it is."""
        if not entry.resource.is_soft or (self.trashed and self.kind in STAFF):
            return true()
        live: ColumnElement[bool] = row["deleted_at"].is_(None)
        return or_(live, entry.cells.update.condition(self.kind, row)) if self.trashed else live

    def shows(self, member: Field | Relation, row: Row) -> ColumnElement[bool]:
        """Return the condition under which an attribute or a relationship of a row is shown."""
        cell = member.attribute.readable_by if isinstance(member, Field) else member.readable_by
        return true() if cell is None else cell.condition(self.kind, row)

    def matches(self, row: Row, condition: Condition) -> ColumnElement[bool]:
        """Return a filter as SQL; what the caller may not see never matches, whatever its value is."""
        match condition:
            case Compare():
                return all_of(self.shows(condition.field, row), self._compare(row, condition))
            case CompareFields(left, op, right):
                compared = _ORDERINGS[op](left.of(row), right.of(row))
                return all_of(self.shows(left, row), self.shows(right, row), compared)
            case Related(relation, inner):
                return all_of(self.shows(relation, row), self._related(row, relation, inner))
            case Every(parts):
                return and_(*(self.matches(row, part) for part in parts))
            case Either(parts):
                return or_(*(self.matches(row, part) for part in parts))
            case Negated(part):
                return not_(self.matches(row, part))

    def _related(self, row: Row, relation: Relation, inner: Condition | None) -> ColumnElement[bool]:
        target = self.registry[relation.target]
        child = target.table.alias()
        parts = [joins(relation, row, child.c), self.visible(target, child.c)]
        if inner is not None:
            parts.append(self.matches(child.c, inner))
        return exists(select(literal(1)).select_from(child).where(all_of(*parts)))

    def _compare(self, row: Row, condition: Compare) -> ColumnElement[bool]:
        value, op = condition.field.of(row), condition.op
        if op in ("null", "notnull"):
            return value.is_(None) if op == "null" else value.is_not(None)
        type_ = _bound_type(condition.field, value)
        if op in ("in", "notin"):
            found = among(self.dialect, value, condition.slots[0], type_)
            return found if op == "in" else not_(found)
        if op in _ORDERINGS:
            return _ORDERINGS[op](value, bindparam(condition.slots[0], type_=type_))
        if op == "between":
            low, high = (bindparam(slot, type_=type_) for slot in condition.slots)
            return value.between(low, high)
        patterns = _SQLITE_PATTERNS if self.dialect.name == "sqlite" else _PATTERNS
        return patterns[op](value, condition.slots[0])

    def order(self, entry: ResourceType, row: Row, keys: tuple[SortKey, ...]) -> list[ColumnElement[Any]]:
        """Return what to sort by: nulls last (first when descending) on both databases, ties broken by the id."""
        found = [self._directed(self._sorted(row, key.path, key), key) for key in keys]
        return found if keys and keys[-1].field is entry.id else [*found, row["id"].asc()]

    def _sorted(self, row: Row, path: tuple[Relation, ...], key: SortKey) -> ColumnElement[Any]:
        if not path:
            shown, value = self.shows(key.field, row), key.field.of(row)
            return value if constant(shown) else case((shown, value))
        relation, target = path[0], self.registry[path[0].target]
        child = target.table.alias()
        inner = self._sorted(child.c, path[1:], key)
        wanted = all_of(joins(relation, row, child.c), self.visible(target, child.c), self.shows(relation, row))
        return select(inner).select_from(child).where(wanted).order_by(child.c["id"]).limit(1).scalar_subquery()

    def _directed(self, value: ColumnElement[Any], key: SortKey) -> ColumnElement[Any]:
        directed = value.desc() if key.descending else value.asc()
        stored = key.field.column
        if self.dialect.name != "sqlite" or (not key.path and stored is not None and not stored.nullable):
            return directed
        return directed.nulls_first() if key.descending else directed.nulls_last()


def joins(relation: Relation, row: Row, other: Row) -> ColumnElement[bool]:
    """Return the condition under which `other` stands in this relationship to `row`."""
    if relation.via == "here":
        return other["id"] == row[relation.column]
    if relation.via == "there":
        return other[relation.column] == row["id"]
    if relation.on is not None:
        return relation.on(row, other)
    link = linked(relation)
    wanted = (link.c[relation.near] == row["id"], link.c[relation.far] == other["id"])
    return exists(select(literal(1)).select_from(link).where(*wanted))


def linked(relation: Relation) -> FromClause:
    """Return the link table of a relationship, aliased."""
    assert relation.link is not None  # noqa: S101 -- only asked about relationships kept in one
    return relation.link.alias()


def below(relation: Relation, other: Row, parent: FromClause, is_parent: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition under which `other` is in this relationship to the one parent that `is_parent` finds.

    The parent is looked up once, and the rows through their index.
    """

    def parents(wanted: ColumnElement[Any]) -> Select[Any]:
        return select(wanted).select_from(parent).where(is_parent)

    if relation.via == "here":
        return other["id"] == parents(parent.c[relation.column]).scalar_subquery()
    if relation.via == "there":
        return other[relation.column] == parents(parent.c["id"]).scalar_subquery()
    if relation.on is not None:
        return exists(parents(literal(1)).where(relation.on(parent.c, other)))
    link = linked(relation)
    near = parents(parent.c["id"]).scalar_subquery()
    return other["id"].in_(select(link.c[relation.far]).where(link.c[relation.near] == near))


def _bound_type(field: Field, value: ColumnElement[Any]) -> TypeEngine[Any]:
    if field.kind == "datetime":
        return value.type if kind_of(value.type) == "datetime" else DateTime(timezone=True)
    return _TYPES.get(field.kind, _TEXT)


_TEXT = String()
# Wide on purpose: a number that no column holds is compared, not refused by the driver.
_TYPES: dict[str, TypeEngine[Any]] = {
    "integer": BigInteger(),
    "float": Float(),
    "decimal": Float(),
    "boolean": Boolean(),
}
_ORDERINGS: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "eq": lambda value, other: value == other,
    "ne": lambda value, other: value != other,
    "lt": lambda value, other: value < other,
    "le": lambda value, other: value <= other,
    "gt": lambda value, other: value > other,
    "ge": lambda value, other: value >= other,
}


def _text(slot: str) -> ColumnElement[str]:
    return bindparam(slot, type_=_TEXT)


def _glob(slot: str) -> ColumnElement[str]:
    return bindparam(slot, type_=Glob())


# A pattern of the client's is a pattern (% and _, no escape character); contains and its kin take text as it is.
_PATTERNS: dict[str, Callable[[Any, str], ColumnElement[bool]]] = {
    "like": lambda value, slot: value.like(_text(slot), escape=""),
    "notlike": lambda value, slot: value.not_like(_text(slot), escape=""),
    "ilike": lambda value, slot: value.ilike(_text(slot), escape=""),
    "notilike": lambda value, slot: value.not_ilike(_text(slot), escape=""),
    "contains": lambda value, slot: func.strpos(value, _text(slot)) > 0,
    "startswith": lambda value, slot: func.starts_with(value, _text(slot)),
    "endswith": lambda value, slot: func.right(value, func.length(_text(slot))) == _text(slot),
}
# SQLite's LIKE knows no case, so `like` is GLOB there. Its ILIKE folds ASCII letters only.
_SQLITE_PATTERNS: dict[str, Callable[[Any, str], ColumnElement[bool]]] = {
    "like": lambda value, slot: value.op("GLOB", is_comparison=True)(_glob(slot)),
    "notlike": lambda value, slot: value.op("NOT GLOB", is_comparison=True)(_glob(slot)),
    "ilike": lambda value, slot: value.like(_text(slot)),
    "notilike": lambda value, slot: value.not_like(_text(slot)),
    "contains": lambda value, slot: func.instr(value, _text(slot)) > 0,
    "startswith": lambda value, slot: func.substr(value, 1, func.length(_text(slot))) == _text(slot),
    "endswith": lambda value, slot: or_(
        _text(slot) == "", func.substr(value, -func.length(_text(slot))) == _text(slot)
    ),
}
