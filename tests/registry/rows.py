"""Rows for any declared type, made from its columns and declarations alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint, insert
from sqlalchemy.orm import Session

from openevent.jsonapi.registry import Field, Registry, ResourceType, kind_of
from registry.samples import COMPANIONS, SAMPLES, VALUES

_number = count(11)  # smaller ones are left for values that tests send


class RowMaker:
    """Makes rows of one family: whatever a row points at is made once and then shared (one event, one owner)."""

    def __init__(self, db: Session, registry: Registry, now: Any, known: Mapping[str, int] | None = None) -> None:
        self.db = db
        self._types = {entry.table.name: entry for entry in registry if entry.resource.address is None}
        self._now = now
        self.known = dict(known or {})  # table -> the row that others of the family point at

    def make(self, entry: ResourceType, **values: Any) -> int:
        """Insert one row and return its id."""
        return self._insert(entry.table, values)

    def _insert(self, table: Table, given: Mapping[str, Any]) -> int:
        number = next(_number)
        values = {**self._needed(table, number), **VALUES.get(table.name, {}), **given}
        [key] = self.db.execute(insert(table).values(**values).returning(table.c.id)).one()
        if table.name in COMPANIONS:
            name, link, others = COMPANIONS[table.name]
            companion = table.metadata.tables[name]
            self.db.execute(insert(companion).values(**{**self._needed(companion, key), link: key, **others}))
        return key

    def _needed(self, table: Table, number: int) -> dict[str, Any]:
        return {
            column.key: self._value(column, number)
            for column in table.c
            if not column.primary_key and (column.foreign_keys or not column.nullable) and column.default is None
            if not any(one.column.table is table for one in column.foreign_keys)  # nothing stands above the first row
        }

    def _value(self, column: Column[Any], number: int) -> Any:
        if column.foreign_keys:
            return self._parent(next(iter(column.foreign_keys)).column.table, is_own=_sets_apart(column))
        entry = self._types.get(column.table.name)
        shown = [] if entry is None else [one for one in entry.fields.values() if one.column is column]
        if entry is None or not shown:
            return plain(column, number, self._now)
        return SAMPLES.get((entry.name, shown[0].name), sample(shown[0], number, self._now))

    def _parent(self, table: Table, *, is_own: bool) -> int:
        if is_own:
            return self._insert(table, {})
        if table.name not in self.known:
            self.known[table.name] = self._insert(table, {})
        return self.known[table.name]


def _sets_apart(column: Column[Any]) -> bool:
    """Tell whether rows differ by this column: the first of several links that are unique together."""
    unique = [one for one in column.table.constraints if isinstance(one, UniqueConstraint)]
    indexes = [index for index in column.table.indexes if index.unique]
    fixed = VALUES.get(column.table.name, {})
    for one in sorted((*unique, *indexes), key=lambda one: str(one.name)):  # both are kept in sets
        first = next(iter(one.columns))
        if first.key not in fixed and all(part.foreign_keys for part in one.columns):
            return first is column
    return False


def plain(column: Column[Any], number: int, now: Any) -> Any:
    """Return a value that fits a column which is no attribute."""
    found = _of_kind(kind_of(column.type) or "string", column.key, number, now)
    return found[: getattr(column.type, "length", None)] if isinstance(found, str) else found


def sample(one: Field, number: int, now: Any) -> Any:
    """Return a value that fits an attribute."""
    if one.attribute.choices:
        return one.attribute.choices[number % len(one.attribute.choices)]
    found = _of_kind(one.kind, one.key, number, now)
    if isinstance(found, str) and one.kind == "string":
        return found[: getattr(one.column.type if one.column is not None else None, "length", None) or 200]
    if isinstance(found, int | float) and one.attribute.max is not None:
        return min(found, one.attribute.max)
    return found


def _of_kind(kind: str, name: str, number: int, now: Any) -> Any:
    digest = hashlib.sha256(f"{name}{number}".encode()).hexdigest()
    return {
        "string": f"{digest[:8]} {name}",
        "integer": number,
        "float": number + 0.5,
        "decimal": number + 0.25,
        "boolean": number % 2 == 0,
        "datetime": now + timedelta(days=1 if "ends" in name else 0, minutes=number),
        "email": f"{digest[:12]}@example.org",
        "url": f"https://example.org/{digest[:12]}",
        "json": {"n": number},
    }[kind]
