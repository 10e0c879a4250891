"""Who may what: an actor, a cell of the permission table (one SQL condition), and the table's rows.

A `Who` is a name and one condition over a row. The same condition narrows lists and includes, answers for one stored
row, and, fed with the values of a row that is about to be made, says who may create it. List and read can't disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Protocol

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Table,
    and_,
    bindparam,
    exists,
    false,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import False_, Null, True_
from sqlalchemy.types import TypeEngine

from openevent.kit.errors import Forbidden, Unauthenticated

ANONYMOUS = "anonymous"
USER = "user"
STAFF = "staff"
SUPER = "super"
KINDS = (ANONYMOUS, USER, STAFF, SUPER)

BY_ID: ColumnElement[int] = bindparam("by_id", type_=Integer())
BY_EMAIL: ColumnElement[str] = bindparam("by_email", type_=String())


class Actor(Struct, frozen=True):
    """Who acts: nobody in particular, an account, or the program itself (a job or a command)."""

    id: int | None = None
    email: str | None = None
    kind: str = ANONYMOUS
    is_verified: bool = False
    name: str = ""
    origin: str | None = None  # client address, for the audit trail
    is_fresh: bool = True  # signed in with the password, not by a refresh token
    token: str | None = None  # the jti of the token that was shown, if it was one

    @property
    def is_staff(self) -> bool:
        """Whether this is an admin or super admin of the installation, or the program itself."""
        return self.kind in (STAFF, SUPER)

    @property
    def params(self) -> Mapping[str, object]:
        """Return the values that permission conditions bind; an address opens nothing until it is verified."""
        return {"by_id": self.id, "by_email": self.email if self.is_verified else None}


NOBODY = Actor()
SYSTEM = Actor(kind=SUPER, name="system")


class Row(Protocol):
    """Columns by name: a table's columns, or values of a row that does not exist yet."""

    def __getitem__(self, name: str, /) -> Any:  # noqa: ANN401 -- a column of any type
        """Return one column or raise KeyError."""
        ...


Build = Callable[[str, Row], ColumnElement[bool]]


class Who(Struct, frozen=True):
    """A cell of the permission table: its name for people, and its condition for the database."""

    name: str
    build: Build

    def condition(self, kind: str, row: Row) -> ColumnElement[bool]:
        """Return the SQL condition under which an actor of this kind may; constants are true() and false()."""
        return self.build(kind, row)

    def __or__(self, other: Who) -> Who:
        """Either of the two."""
        return Who(
            f"{self.name} or {other.name}", lambda kind, row: _either(self.build(kind, row), other.build(kind, row))
        )

    def __and__(self, other: Who) -> Who:
        """Both of the two."""
        return Who(
            f"{self.name} and {other.name}", lambda kind, row: _both(self.build(kind, row), other.build(kind, row))
        )

    def __str__(self) -> str:
        return self.name


# Constants are folded here, so that whoever asks sees that nobody (or everybody) passes without asking the database.
def _either(one: ColumnElement[bool], other: ColumnElement[bool]) -> ColumnElement[bool]:
    if isinstance(one, False_) or isinstance(other, True_):
        return other
    return one if isinstance(other, False_) or isinstance(one, True_) else or_(one, other)


def _both(one: ColumnElement[bool], other: ColumnElement[bool]) -> ColumnElement[bool]:
    if isinstance(one, True_) or isinstance(other, False_):
        return other
    return one if isinstance(other, True_) or isinstance(one, False_) else and_(one, other)


def _always(_kind: str, _row: Row) -> ColumnElement[bool]:
    return true()


def _never(_kind: str, _row: Row) -> ColumnElement[bool]:
    return false()


def _signed_in(kind: str, _row: Row) -> ColumnElement[bool]:
    return false() if kind == ANONYMOUS else true()


def _staff(kind: str, _row: Row) -> ColumnElement[bool]:
    return true() if kind in (STAFF, SUPER) else false()


def _super(kind: str, _row: Row) -> ColumnElement[bool]:
    return true() if kind == SUPER else false()


PUBLIC = Who("everyone", _always)
NO_ONE = Who("no one", _never)
SIGNED_IN = Who("signed in", _signed_in)
ADMIN = Who("admin", _staff)
SUPER_ADMIN = Who("super admin", _super)


def column_is_actor(column: str, name: str) -> Who:
    """Return the cell of whoever's id stands in this column (staff included), such as the buyer of an order."""

    def build(kind: str, row: Row) -> ColumnElement[bool]:
        if kind == ANONYMOUS:
            return false()
        return true() if kind in (STAFF, SUPER) else cell(row, column) == BY_ID

    return Who(name, build)


def of_parent(parent: Table, column: str, who: Who) -> Who:
    """Return the same cell, asked about the row that a column points at: all that is known of a row-to-be."""

    def build(kind: str, row: Row) -> ColumnElement[bool]:
        above = parent.alias(f"{parent.name}_above")
        inner = who.build(kind, above.c)
        if isinstance(inner, False_ | True_):
            return inner
        if is_blank(row, column):
            return false()  # no row has this id; a database may look through all of them before it says so
        return exists(select(above.c.id).where(above.c.id == cell(row, column), inner))

    return Who(who.name, build)


def cell(row: Row, column: str) -> ColumnElement[Any]:
    """Return a column of a row; null for one that a row-to-be does not have."""
    try:
        return row[column]
    except KeyError:
        return null()


def is_blank(row: Row, column: str) -> bool:
    """Tell whether nothing at all is known of a column.

    That is so when a list came out empty, and its cell is asked about a row that has only a parent: a cell which
    depends on the row's own state says yes then, or visitors would be refused where nothing is shown yet.
    """
    return isinstance(cell(row, column), Null)


class Permission(Struct, frozen=True):
    """One line of the table: who may list, read, create, update and delete a resource type."""

    type: str
    list: Who
    read: Who
    create: Who
    update: Who
    delete: Who


def table(*rows: Permission) -> dict[str, Permission]:
    """Make a lookup by type; a type that stands twice is a mistake."""
    found: dict[str, Permission] = {}
    for row in rows:
        if row.type in found:
            raise ValueError(f"two permission rows for {row.type}")
        found[row.type] = row
    return found


def literal_row(values: Mapping[str, tuple[object, TypeEngine[Any]]]) -> Row:
    """Return values of a row-to-be as bound columns, so that a `create` cell can be asked about them."""
    return {name: bindparam(f"row_{name}", value, type_=type_) for name, (value, type_) in values.items()}


def allows(db: Session, who: Who, actor: Actor, table: Table, key: int) -> bool:
    """Ask a cell about one stored row, by its id."""
    return db.execute(_question(who, actor.kind, table), {**actor.params, "row_key": key}).first() is not None


@lru_cache(maxsize=2048)
def _question(who: Who, kind: str, table: Table) -> Select[bool]:
    """Return what a cell asks about one row: built once, for making the aliases of wide tables takes milliseconds."""
    row = table.alias()  # so that it never merges with the same table inside the cell's condition
    asked = and_(row.c.id == bindparam("row_key"), who.condition(kind, row.c))
    return select(true()).select_from(row).where(asked)


def require(db: Session, who: Who, actor: Actor, table: Table, key: int) -> None:
    """Raise Unauthenticated or Forbidden unless the cell allows this row."""
    if allows(db, who, actor, table, key):
        return
    if actor.kind == ANONYMOUS:
        raise Unauthenticated("Please sign in first.")
    raise Forbidden(f"Only {who.name} may do this.")
