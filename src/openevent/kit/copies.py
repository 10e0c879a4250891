"""Copying what belongs to one row over to another row: whole tables at once, with the new keys of what was copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from msgspec import Struct, field
from sqlalchemy import Column, Table, func, insert, select
from sqlalchemy.orm import Session

Keys = Mapping[int, int]  # the key of each copied row -> the key of its copy
_AT_ONCE = 500


class Owner(Struct, frozen=True):
    """Whose rows are copied, to whom: such as the rows of one event to another."""

    column: str
    old: int
    new: int


class Rewrite(Struct, frozen=True):
    """What is not as in the original.

    `links` says for columns that point at copied rows where the copies are; a row whose needed one was not copied is
    left out. `values` are the same for all copies; `fresh` columns get what their default says.
    `made` columns get what the function makes of the old value.
    """

    links: Mapping[str, Keys] = field(default_factory=dict[str, Keys])
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    fresh: Sequence[str] = ()
    made: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict[str, Callable[[Any], Any]])
    keys: Iterator[int] | None = None  # growing ones, where the database is not to choose them


def copy_rows(db: Session, model: type[Any], owner: Owner, rewrite: Rewrite | None = None) -> dict[int, int]:
    """Copy the owner's rows of a table, but for deleted ones; return the new keys by the old ones.

    As many statements for many rows as for one. Nobody else writes rows of the new owner meanwhile: it is new.
    """
    table, how = cast(Table, model.__table__), rewrite or Rewrite()
    kept = [column for column in table.c if column.key != "id" and column.key not in how.fresh]
    found = select(table.c.id, *kept).where(table.c[owner.column] == owner.old).order_by(table.c.id)
    if "deleted_at" in table.c:
        found = found.where(table.c.deleted_at.is_(None))
    rows = {row["id"]: _copied(kept, row, owner, how) for row in db.execute(found).mappings()}
    ready = {key: values for key, values in rows.items() if values is not None}
    return dict(zip(ready, _inserted(db, table, owner, list(ready.values())), strict=True))


def copy_links(db: Session, link: Table, *sides: tuple[str, Keys]) -> None:
    """Copy the rows of a link table whose both sides were copied; `sides` are its columns with the new keys."""
    first, keys = sides[0]
    some = list(keys)
    for start in range(0, len(some), _AT_ONCE):
        found = select(link).where(link.c[first].in_(some[start : start + _AT_ONCE]))
        rows = [
            {**row, **{name: to[row[name]] for name, to in sides}}
            for row in db.execute(found).mappings()
            if all(row[name] in to for name, to in sides)
        ]
        if rows:
            db.execute(insert(link), rows)


def _copied(kept: Sequence[Column[Any]], row: Mapping[Any, Any], owner: Owner, how: Rewrite) -> dict[str, Any] | None:
    found = {column.key: row[column.key] for column in kept} | {owner.column: owner.new} | dict(how.values)
    if how.keys is not None:
        found["id"] = next(how.keys)
    for name, make in how.made.items():
        found[name] = make(found[name])
    for column in kept:
        if column.key in how.links and found[column.key] is not None:
            found[column.key] = how.links[column.key].get(found[column.key])
            if found[column.key] is None and not column.nullable:
                return None
    return found


def _inserted(db: Session, table: Table, owner: Owner, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """Insert rows and return their keys in the same order: keys are given upwards, and the new owner is ours alone."""
    if not rows:
        return ()
    own = table.c[owner.column] == owner.new
    last = db.scalar(select(func.max(table.c.id)).where(own)) or 0
    db.execute(insert(table), rows)
    return db.scalars(select(table.c.id).where(own, table.c.id > last).order_by(table.c.id)).all()
