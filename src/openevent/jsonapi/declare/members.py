"""Declarations of members: attributes, and relationships to other types."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import ColumnElement, Table

from openevent.jsonapi.ports import Cell

Kind = Literal["string", "integer", "float", "decimal", "boolean", "datetime", "email", "url", "json"]


class Attribute(Struct, frozen=True):
    """One member of `attributes`.

    `name` is the wire name (kebab-case); `column` the model's column when it is not the name with underscores.
    `kind` is taken from the column's type when it is not given. `sql` makes a computed member: it gets the row's
    columns (a mapping by column name) and returns an expression; it is read-only unless `writable` says that the
    type's own verbs take its value (a price that is kept in minor units, a quantity that is kept in another table).
    With `column=None` and no `sql` a write-only member that an action handles (such as `password`). `decimal` values
    reach actions as Decimal.
    `readable_by`: shown, filtered and sorted only where this cell's condition holds; elsewhere the member is absent.
    `writable_by`: ignored silently in input of callers for whom the condition does not hold (v1 reference 1.10).
    `clean` is applied to text before it is validated and stored (such as the HTML sanitizer).
    `schema` describes a `json` value where its own action reads it.
    """

    name: str
    kind: Kind | None = None
    column: str | None = None
    sql: Callable[[Any], ColumnElement[Any]] | None = None
    writable: bool = False
    required: bool = False
    nullable: bool = True
    read_only: bool = False
    write_only: bool = False
    choices: tuple[str, ...] = ()
    min: float | None = None
    max: float | None = None
    max_length: int | None = None
    readable_by: Cell | None = None
    writable_by: Cell | None = None
    clean: Callable[[str], str] | None = None
    schema: Mapping[str, Any] | None = None

    @property
    def key(self) -> str:
        """The Python name: the key in Change.values, and the column's name by default."""
        return self.name.replace("-", "_")


class Keyed(Struct, frozen=True):
    """One row of a nested list, by a column of its own: GET, PATCH, DELETE /v1/events/11/discount-codes/SPRING.

    `read` replaces the type's own `read` cell for this address: whoever knows a code may look it up. Changing and
    deleting ask the type's own cells. `ignore_case`: the column is compared without regard to letter case.
    `seen` is told (work, id, caller), in a unit of work, which row somebody who is signed in has read this way.
    `tried` is told (work, caller), in a unit of work, that somebody is about to: it may refuse whoever goes through
    all there could be.
    """

    column: str
    read: Cell | None = None
    ignore_case: bool = False
    seen: Callable[[Any, int, Any], None] | None = None
    tried: Callable[[Any, Any], None] | None = None


class BelongsTo(Struct, frozen=True):
    """A to-one relationship kept in a column of this type's own table.

    `inverse` names the relationship that this gives to the other type (`event` -> `tickets`), so a parent never lists
    its children; `inverse_many=False` makes the inverse a to-one (an event's tax).
    `writable`: "create" (set once), "always", or "never" (read-only, ignored in input).
    `related` overrides the last segment of the related link and route when the reference has another one. One that
    starts with a slash is a whole address, `/v1/alternate-emails/<id>/user`, which is served beside the usual one.
    `inverse_writable`: documents of the other type may carry the inverse, and its own verbs take care of it; "create":
    only that which makes the row. `inverse_by`: addresses below the inverse's list.
    `linkage` overrides the last segment of the relationship's own link (`relationships/<linkage>`), whose route is
    there beside the usual one; it has a twin for the inverse. `named_by`: who may name a row, if not its readers.
    `hidden`: it has its route, but is no member of documents; `inverse_hidden` says that of the inverse.
    """

    name: str
    type: str
    column: str | None = None
    inverse: str | None = None
    inverse_many: bool = True
    required: bool = False
    writable: Literal["create", "always", "never"] = "create"
    related: str | None = None
    inverse_related: str | None = None
    linkage: str | None = None
    inverse_linkage: str | None = None
    inverse_by: Sequence[Keyed] = ()
    readable_by: Cell | None = None
    inverse_readable_by: Cell | None = None
    hidden: bool = False
    inverse_hidden: bool = False
    inverse_writable: Literal["always", "create", "never"] = "never"
    named_by: Cell | None = None

    @property
    def key(self) -> str:
        """The Python name: the key in Change.links."""
        return self.name.replace("-", "_")

    @property
    def local_column(self) -> str:
        """The foreign key column of this type's table."""
        return self.column or f"{self.key}_id"


class ManyToMany(Struct, frozen=True):
    """A to-many relationship kept in a link table; `left` points at this type's row, `right` at the other's.

    `opens`: rows that are reached by way of it pass this cell instead of their own type's: a code shows hidden tickets
    to whoever may see the code.
    """

    name: str
    type: str
    link: Table
    left: str
    right: str
    inverse: str | None = None
    writable: Literal["always", "never"] = "always"
    inverse_writable: Literal["always", "never"] = "always"
    related: str | None = None
    inverse_related: str | None = None
    linkage: str | None = None
    inverse_linkage: str | None = None
    readable_by: Cell | None = None
    inverse_readable_by: Cell | None = None
    opens: Cell | None = None


class Through(Struct, frozen=True):
    """A read-only relationship found by a condition (an event's organizers, through the roles table).

    `on(parent, child)` gets both rows' columns and returns the joining condition. A row that is made by POST to the
    nested list (/v1/users/5/events) has to meet it when it is there, or it is refused. `by`: addresses below that
    list. `hidden`: as BelongsTo's inverse; a `linkage` that is given has its route all the same.
    """

    name: str
    type: str
    on: Callable[[Any, Any], ColumnElement[bool]]
    many: bool = True
    related: str | None = None
    linkage: str | None = None
    by: Sequence[Keyed] = ()
    readable_by: Cell | None = None
    hidden: bool = False


Relationship = BelongsTo | ManyToMany | Through
