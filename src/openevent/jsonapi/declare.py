"""Declarations: what a resource type looks like on the wire and where its rows are. The engine does the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, Table

from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.ports import Cell

JSON_TYPE = "application/json"
NOTHING: Mapping[str, Any] = MappingProxyType({})  # the schema of a body that is not there
Kind = Literal["string", "integer", "float", "decimal", "boolean", "datetime", "email", "url", "json"]


@dataclass(frozen=True, slots=True)
class Attribute:
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


@dataclass(frozen=True, slots=True)
class Keyed:
    """One row of a nested list, by a column of its own: GET, PATCH, DELETE /v1/events/11/discount-codes/SPRING.

    `read` replaces the type's own `read` cell for this address: whoever knows a code may look it up. Changing and
    deleting ask the type's own cells. `ignore_case`: the column is compared without regard to letter case.
    `seen` is told (work, id, caller), in a unit of work, which row somebody who is signed in has read this way.
    """

    column: str
    read: Cell | None = None
    ignore_case: bool = False
    seen: Callable[[Any, int, Any], None] | None = None


@dataclass(frozen=True, slots=True)
class BelongsTo:
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


@dataclass(frozen=True, slots=True)
class ManyToMany:
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


@dataclass(frozen=True, slots=True)
class Through:
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


@dataclass(frozen=True, slots=True)
class Change:
    """What a write asks for, typed and checked: only members that were sent (or have a default on create).

    `values`: attribute key -> value (aware UTC datetimes, Decimals, str, int, ...).
    `links`: relationship key -> id, None, or a list of ids; every id names an existing row that the caller may read.
    `row` is the model instance that is changed or deleted, None on create.
    """

    type: str
    values: dict[str, Any]
    links: dict[str, int | list[int] | None]
    row: Any = None
    permanent: bool = False
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    heard: Any = None


class AskElsewhere(Exception):
    """Raised by a verb that needs another server's answer first: no transaction waits for one.

    What the verb did so far is rolled back, `ask` is called while nothing is open, and the verb runs once more, from
    the start, with what came back in `change.heard`.
    """

    def __init__(self, ask: Callable[[], Any]) -> None:
        super().__init__("another server is to be asked first")
        self.ask = ask


@dataclass(frozen=True, slots=True)
class NamedList:
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


@dataclass(frozen=True, slots=True)
class Alias:
    """Another address of JSON:API routes: POST /v1/station is POST /v1/stations.

    Both may hold `<name>` segments, those of `to` all of them from `path`. `filters` narrow a list by what else stands
    in the path: wire names of attributes or to-one relationships, each with the name of its segment
    (/v1/events/<event>/badge-forms/<badge> with {"badge-id": "badge"}).
    """

    methods: tuple[str, ...]
    path: str
    to: str
    filters: Mapping[str, str] = field(default_factory=dict[str, str])


# An action as the engine calls it: inside the request's unit of work, for a caller who passed the permission cell.
# Create and update return the model instance; delete returns nothing.
Verb = Callable[[Any, Change, Any], Any]  # (work, change, by) -> instance


@dataclass(frozen=True, slots=True)
class Resource:
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


@dataclass(frozen=True, slots=True)
class Extension:
    """What an upper domain adds to a type of a lower one, which has never heard of it: a user's events.

    `after` gets every row that a type's own create and update have written, to keep links they know nothing of.
    """

    type: str
    attributes: Sequence[Attribute] = ()
    relationships: Sequence[Relationship] = ()
    lists: Sequence[NamedList] = ()
    aliases: Sequence[Alias] = ()
    after: Callable[[Any, Change, Any, Any], None] | None = None  # (work, change, row, by)


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a plain endpoint: who, where, and what was sent."""

    method: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    by: Any

    def json(self) -> dict[str, Any]:
        """Return the body as an object; raises ApiError 400 when it is not one."""
        return read_object(self.body)


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint answers. `body`: bytes as they are, anything else is encoded as JSON.

    `cookies` are values of Set-Cookie headers, of which an answer may have several.
    """

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    content_type: str = "application/json"
    cookies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A plain-JSON route beside the resources: /v1/orders/<id>/tickets-pdf, /v1/auth/login.

    `path` may hold `<name>` segments; `<text:name>` takes whatever is no number, so that /v1/tickets/<text:order> may
    stand beside the details of tickets. `auth=True`: anonymous callers get 401 before the handler runs.
    The handler opens its own unit of work (it is given the engine's backend), or just reads.
    `body` and `answer` are JSON schemas of what is sent and of what comes back, for the description of the API;
    NOTHING where nothing is (jsonapi/shapes.py has words for them). `takes` and `gives` are their media types.
    `takes_files`: the body may be as long as uploads may be (Limits.max_upload).
    """

    method: str
    path: str
    handler: Callable[[Call, Any], Reply]  # (call, backend)
    auth: bool = True
    summary: str = ""
    takes_files: bool = False
    body: Mapping[str, Any] | None = None
    answer: Mapping[str, Any] | None = None
    takes: str = JSON_TYPE
    gives: str = JSON_TYPE


def read_object(body: bytes) -> dict[str, Any]:
    """Return a JSON object; raises ApiError 400 for anything else."""
    try:
        found = msgspec.json.decode(body or b"{}")
    except (ValueError, RecursionError) as error:  # bad JSON, bad UTF-8, brackets without end
        raise ApiError(400, f"Failed to decode JSON object: {error}", source={"pointer": ""}) from None
    if not isinstance(found, dict):
        raise ApiError(400, "The body must be a JSON object.", source={"pointer": ""})
    return found  # pyright: ignore[reportUnknownVariableType] -- decoded JSON


__all__ = [
    "JSON_TYPE",
    "NOTHING",
    "Alias",
    "AskElsewhere",
    "Attribute",
    "BelongsTo",
    "Call",
    "Change",
    "Endpoint",
    "Extension",
    "Keyed",
    "Kind",
    "ManyToMany",
    "NamedList",
    "Relationship",
    "Reply",
    "Resource",
    "Through",
    "Verb",
    "read_object",
]
