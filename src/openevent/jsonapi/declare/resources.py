"""Declarations of resource types: which members they have, where their rows and their addresses are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field
from sqlalchemy import ColumnElement, Table

from openevent.jsonapi.declare.changes import Change, Verb
from openevent.jsonapi.declare.members import Attribute, Relationship
from openevent.jsonapi.ports import Cell


class NamedList(Struct, frozen=True):
    """A list of a type that has an address of its own, /v1/events/upcoming: rows that also meet a condition.

    `where` gets the row's columns (a mapping by column name); it may bind `now`. `sort` is a wire sort expression for
    requests that don't say one. Everything else is as in the collection: permissions, filters, pages, inclusions;
    POST makes a row as it does there. `path` is the address when it is not below the collection, such as
    /v1/admin/user-emails, where nothing is made.
    """

    name: str
    where: Callable[[Any], ColumnElement[bool]]
    sort: str = "id"
    path: str | None = None


class Alias(Struct, frozen=True):
    """Another address of JSON:API routes: POST /v1/station is POST /v1/stations.

    Both may hold `<name>` segments, those of `to` all of them from `path`. `filters` narrow a list by what else stands
    in the path: wire names of attributes or to-one relationships, each with the name of its segment
    (/v1/events/<event>/badge-forms/<badge> with {"badge-id": "badge"}).
    """

    methods: tuple[str, ...]
    path: str
    to: str
    filters: Mapping[str, str] = field(default_factory=dict[str, str])


class Resource(Struct, frozen=True):
    """One resource type. Verbs that are not given are the engine's own (insert, assign, mark as deleted).

    `path` is the collection's path segment when it is not the plural of the type. `second_key` is a column by which
    a row may be addressed as well (`/events/<identifier>`); `link_key` the column that stands in its links.
    `locate` says, given a row's columns and the number in a path, which row that names when it is not just the id; it
    may bind what the caller's conditions bind, and names one row at most for any caller.
    `unscoped`: kinds of callers that never pass this cell get no top-level list, only nested ones.
    `collection=False`: no top-level list (GET on /v1/<path> is 405), only nested lists.
    `methods` restricts what the type offers: of "list", "read", "create", "update", "delete".
    `create` cells are asked about the row-to-be: every column that values or links would set reaches the condition.
    `integer_id`: ids are JSON numbers on the wire (reference 1.7). `aliases` are further addresses of the type.
    `default_sort` is a wire sort expression; ties are always broken by id.
    `verbs` are create, update, delete and restore. `reader` says, from a new row and its maker, as whom the answer to
    a create is read: who signs up gets the new account's own view, though nobody is signed in yet.
    `singleton`: there is one record, the one with this id. /v1/<path> reads and changes it, and so does
    /v1/<path>/<id>, whatever id is asked for; it offers "read" and "update" alone.
    `address` is where a row is found when that is not /v1/<path>/<id>: `/events/<key>/order-statistics`, below a row
    of another type that has the same id (and a relationship of that name), for rows that everything has one of; or
    one fixed place for the only row, whose id is 1 (`/admin/statistics/events`). For types that are only read `model`
    needs no more than a name and a `__table__`, which may be a subquery.
    `swift` does a frequent, plain change on a way of its own, before any unit of work is open: given the backend, the
    row's id, the values and the caller it says whether it has done all of that, the cell's question among it; of
    whatever is not plain it does nothing, and the usual way is taken.
    `placeholder`: attributes, by wire name, of what stands with the id 0 where a deleted row is linked to by its key.
    """

    type: str
    model: type[Any]
    attributes: Sequence[Attribute]
    relationships: Sequence[Relationship] = ()
    path: str | None = None
    second_key: str | None = None
    link_key: str = "id"
    locate: Callable[[Any, ColumnElement[int]], ColumnElement[bool]] | None = None
    collection: bool = True
    unscoped: Cell | None = None
    methods: frozenset[str] = frozenset({"list", "read", "create", "update", "delete"})
    verbs: Mapping[str, Verb] = field(default_factory=dict[str, Verb])
    integer_id: bool = False
    default_sort: str = "id"
    lists: Sequence[NamedList] = ()
    reader: Callable[[Any, Any], Any] | None = None
    singleton: int | None = None
    aliases: Sequence[Alias] = ()
    address: str | None = None
    placeholder: Mapping[str, Any] | None = None
    swift: Callable[[Any, int, Mapping[str, Any], Any], bool] | None = None

    @property
    def plural(self) -> str:
        """The path segment of the collection."""
        return self.path or f"{self.type}s"

    @property
    def table(self) -> Table:
        """The table that the rows live in."""
        return self.model.__table__

    @property
    def is_soft(self) -> bool:
        """Whether deleting hides the row."""
        return "deleted_at" in self.table.c


class Extension(Struct, frozen=True):
    """What an upper domain adds to a type of a lower one, which has never heard of it: a user's events.

    `after` gets every row that a type's own create and update have written, to keep links they know nothing of.
    """

    type: str
    attributes: Sequence[Attribute] = ()
    relationships: Sequence[Relationship] = ()
    lists: Sequence[NamedList] = ()
    aliases: Sequence[Alias] = ()
    after: Callable[[Any, Change, Any, Any], None] | None = None  # (work, change, row, by)
