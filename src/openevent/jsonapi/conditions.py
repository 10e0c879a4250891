"""Conditions in SQL: what a caller may see, what a filter asks for, how relationships join, what a list is sorted by.

A `row` is an alias' columns by name. Every table is aliased, so that a permission cell's own tables never merge with
the query's (SQLAlchemy would correlate them away).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from msgspec import Struct, field
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
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import AsBoolean
from sqlalchemy.types import TypeEngine

from openevent.jsonapi.filters import Compare, CompareFields, Condition, Either, Every, Negated, Related
from openevent.jsonapi.ports import STAFF, Cell
from openevent.jsonapi.query import SortKey
from openevent.jsonapi.registry import Field, Registry, Relation, ResourceType, kind_of
from openevent.jsonapi.statements import Glob, JsonList

PLACEHOLDER_ID = 0  # of what stands for deleted rows (Resource.placeholder)


class Row(Protocol):
    """Columns by name."""

    def __getitem__(self, name: str, /) -> Any: ...  # noqa: ANN401 -- a column of any type


def constant(condition: ColumnElement[bool]) -> bool | None:
    """Tell whether a condition is true() or false() for every row; None: it depends on the row."""
    plain: Any = condition.element if isinstance(condition, AsBoolean) else condition
    if isinstance(plain, True_):
        return True
    return False if isinstance(plain, False_) else None


def correlated(condition: ColumnElement[Any]) -> ColumnElement[Any]:
    """Let every subquery of a condition from outside see the rows of all queries around it.

    SQLAlchemy correlates a subquery with the query right around it only; two levels down, a cell's `row` would
    silently become a row of its own, and the condition true for everybody.
    """

    def see(query: Any) -> None:  # noqa: ANN401 -- a Select of anything
        query.correlate_except.non_generative(query)

    visitors.traverse(condition, {}, {"select": see})
    return condition


def asked(cell: Cell, kind: str, row: Row) -> ColumnElement[bool]:
    """Return the condition of a cell for callers of this kind, over a row's columns."""
    return correlated(cell.condition(kind, row))


def value_of(field: Field, row: Row) -> ColumnElement[Any]:
    """Return the value of an attribute as an expression over a row's columns."""
    return correlated(field.of(row))


def all_of(*parts: ColumnElement[bool]) -> ColumnElement[bool]:
    """Join conditions; what always holds is left out, so that it costs the database nothing."""
    return and_(true(), *(part for part in parts if constant(part) is not True))


def among(dialect: Dialect, value: ColumnElement[Any], slot: str, type_: TypeEngine[Any]) -> ColumnElement[bool]:
    """Return `value` being one of a list that is bound as a single parameter, so its length is no part of the text."""
    if dialect.name != "sqlite":
        return value == any_(bindparam(slot, type_=ARRAY(type_)))
    items = func.json_each(bindparam(slot, type_=JsonList(type_))).table_valued("value")
    return value.in_(select(items.c["value"]))


class Sight(Struct, frozen=True):
    """What one kind of caller may see, on one kind of database; `trashed` when deleted rows were asked for."""

    registry: Registry
    dialect: Dialect
    kind: str
    trashed: bool = False
    known: dict[Any, ColumnElement[Any]] = field(default_factory=dict[Any, ColumnElement[Any]])

    def ask(self, cell: Cell, row: Row) -> ColumnElement[bool]:
        """Return the condition of a cell; about rows that all statements share, it is worked out once."""
        if not self.registry.is_shared(row):
            return asked(cell, self.kind, row)
        key = (id(cell), self.kind, id(row))
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = asked(cell, self.kind, row)
        return found

    def value(self, member: Field, row: Row) -> ColumnElement[Any]:
        """Return the value of an attribute; about rows that all statements share, it is worked out once."""
        if not self.registry.is_shared(row):
            return value_of(member, row)
        key = (id(member), id(row))
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = value_of(member, row)
        return found

    def visible(self, entry: ResourceType, row: Row, cell: Cell | None = None) -> ColumnElement[bool]:
        """Return the condition under which a row is there for this caller; by the type's `read` cell if none is given.

        Deleted rows are there only when asked for, and only for staff and whoever may change the row.
        """
        allowed = self.ask(cell or entry.cells.read, row)
        return all_of(allowed, self.live(entry, row))

    def visible_in(self, relation: Relation, target: ResourceType, row: Row) -> ColumnElement[bool]:
        """Return the condition under which a row is there in a relationship.

        Among many it passes the type's `list` cell, as it would in the list itself: what is shown only to those who
        know its address must not be found by way of a parent. Of a type that these callers can't list at all, such as
        accounts, a relationship names the rows that they may read. A relationship that opens has a cell of its own.
        """
        if relation.opens is not None:
            return self.visible(target, row, relation.opens)
        is_listed = relation.many and constant(self.ask(target.cells.list, row)) is not False
        return self.visible(target, row, target.cells.list if is_listed else None)

    def live(self, entry: ResourceType, row: Row) -> ColumnElement[bool]:
        """Return the condition under which a row is not deleted, or may be seen although it is."""
        if not entry.resource.is_soft or (self.trashed and self.kind in STAFF):
            return true()
        live: ColumnElement[bool] = row["deleted_at"].is_(None)
        return or_(live, self.ask(entry.cells.update, row)) if self.trashed else live

    def stood_for(self, relation: Relation | None, target: ResourceType, row: Row) -> ColumnElement[bool] | None:
        """Return the condition under which a placeholder stands for a row; None where none does."""
        if relation is None or relation.via != "here" or target.resource.placeholder is None:
            return None
        live = self.live(target, row)
        return None if constant(live) is True else not_(live)

    def shows(self, member: Field | Relation, row: Row) -> ColumnElement[bool]:
        """Return the condition under which an attribute or a relationship of a row is shown."""
        cell = member.attribute.readable_by if isinstance(member, Field) else member.readable_by
        return true() if cell is None else self.ask(cell, row)

    def matches(self, row: Row, condition: Condition) -> ColumnElement[bool]:
        """Return a filter as SQL; what the caller may not see never matches, whatever its value is."""
        match condition:
            case Compare():
                return all_of(self.shows(condition.field, row), self._compare(row, condition))
            case CompareFields(left, op, right):
                compared = _ORDERINGS[op](value_of(left, row), value_of(right, row))
                return all_of(self.shows(left, row), self.shows(right, row), compared)
            case Related(relation, inner):
                return all_of(self.shows(relation, row), self._related(row, relation, inner))
            case Every(parts) | Either(parts):
                join = and_ if isinstance(condition, Every) else or_
                return join(*(self.matches(row, part) for part in parts))
            case Negated(part):
                return not_(self.matches(row, part))
            case _:  # Given: what a declaration asks
                return correlated(condition.where(row))

    def _related(self, row: Row, relation: Relation, inner: Condition | None) -> ColumnElement[bool]:
        target = self.registry[relation.target]
        child = target.table.alias()
        joined, joins = self._joins(relation, row, child)
        matches = true() if inner is None else self.matches(child.c, inner)
        wanted = all_of(joins, self.visible_in(relation, target, child.c), matches)
        return exists(select(ONE).select_from(child, *joined).where(wanted))

    def _joins(self, relation: Relation, row: Row, child: FromClause) -> tuple[list[FromClause], ColumnElement[bool]]:
        """Return what else to select from, and the condition under which `child` is in this relationship to `row`.

        Everything that a foreign condition speaks of stands in the same FROM: SQLAlchemy correlates a subquery with
        the query right around it, and with no other.
        """
        if relation.via == "here":
            return [], child.c["id"] == row[relation.column]
        if relation.via == "there":
            return [], child.c[relation.column] == row["id"]
        if relation.on is None:
            link = linked(relation)
            return [link], and_(link.c[relation.near] == row["id"], link.c[relation.far] == child.c["id"])
        again = self.registry[relation.owner].table.alias()
        return [again], and_(again.c["id"] == row["id"], correlated(relation.on(again.c, child.c)))

    def _compare(self, row: Row, condition: Compare) -> ColumnElement[bool]:
        value, op = value_of(condition.field, row), condition.op
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
        values = ((key, self._sorted(row, key.path, key)) for key in keys)
        # A value that is the same for every row sorts nothing, and PostgreSQL takes no constant here.
        found = [self._directed(value, key) for key, value in values if constant(value) is None]
        return found if keys and keys[-1].field is entry.id else [*found, row["id"].asc()]

    def _sorted(self, row: Row, path: tuple[Relation, ...], key: SortKey) -> ColumnElement[Any]:
        if not path:
            return _only_where(self.shows(key.field, row), value_of(key.field, row))
        relation, target = path[0], self.registry[path[0].target]
        child = target.table.alias()
        joined, joins = self._joins(relation, row, child)
        inner = select(self._sorted(child.c, path[1:], key)).select_from(child, *joined)
        first = inner.where(all_of(joins, self.visible(target, child.c))).order_by(child.c["id"]).limit(1)
        return _only_where(self.shows(relation, row), first.scalar_subquery())

    def _directed(self, value: ColumnElement[Any], key: SortKey) -> ColumnElement[Any]:
        directed = value.desc() if key.descending else value.asc()
        stored = key.field.column
        if self.dialect.name != "sqlite" or (not key.path and stored is not None and not stored.nullable):
            return directed
        return directed.nulls_first() if key.descending else directed.nulls_last()


def _only_where(condition: ColumnElement[bool], value: ColumnElement[Any]) -> ColumnElement[Any]:
    return value if constant(condition) else case((condition, value))


def linked(relation: Relation) -> FromClause:
    """Return the link table of a relationship, aliased."""
    assert relation.link is not None  # noqa: S101 -- only asked about relationships kept in one
    return relation.link.alias()


def below(
    relation: Relation, target: ResourceType, other: Row, parent: FromClause, is_parent: ColumnElement[bool]
) -> ColumnElement[bool]:
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
        child = target.table.alias()
        return other["id"].in_(parents(child.c["id"]).where(correlated(relation.on(parent.c, child.c))))
    link = linked(relation)
    near = parents(parent.c["id"]).scalar_subquery()
    return other["id"].in_(select(link.c[relation.far]).where(link.c[relation.near] == near))


def _bound_type(field: Field, value: ColumnElement[Any]) -> TypeEngine[Any]:
    if field.kind == "datetime":
        return value.type if kind_of(value.type) == "datetime" else DateTime(timezone=True)
    return _TYPES.get(field.kind, _TEXT)


ONE: ColumnElement[int] = literal_column("1")
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
