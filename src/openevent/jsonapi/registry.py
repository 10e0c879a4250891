"""What the declarations mean together: types, their fields, and relationships seen from both sides.

The registry is built once, at start-up, and refuses a declaration that can't work. The rest of the engine reads only
the objects of this module: a `ResourceType` has `fields` and `relations`, found by wire names with dashes or
underscores alike. All of them are compared by identity, so they can stand in keys of caches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, cast

from msgspec import Struct, field
from msgspec.structs import replace
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Float,
    FromClause,
    Integer,
    Numeric,
    String,
    Table,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.types import TypeDecorator, TypeEngine

from openevent.jsonapi.checks import check_resource
from openevent.jsonapi.declare import (
    Attribute,
    BelongsTo,
    Keyed,
    Kind,
    ManyToMany,
    NamedList,
    Relationship,
    Resource,
    Through,
)
from openevent.jsonapi.ports import Cell, Cells

# The first that fits: Boolean is no Integer here, and Float is a Numeric.
_KINDS: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (Boolean, "boolean"),
    (Integer, "integer"),
    (Float, "float"),
    (Numeric, "decimal"),
    (DateTime, "datetime"),
    (JSON, "json"),
    (String, "string"),
)


def fold(name: str) -> str:
    """Return the form under which a name is looked up: dashes and underscores mean the same."""
    return name.replace("_", "-")


class Field(Struct, frozen=True, eq=False):
    """One attribute: its declaration, its kind, and where its value is.

    `column` is None for computed members (`attribute.sql`) and for write-only ones that an action handles.
    """

    attribute: Attribute
    kind: Kind
    column: Column[Any] | None

    @property
    def name(self) -> str:
        """The wire name."""
        return self.attribute.name

    @property
    def key(self) -> str:
        """The key in Change.values."""
        return self.attribute.key

    @property
    def is_readable(self) -> bool:
        """Whether anybody at all may see it."""
        return not self.attribute.write_only

    def of(self, row: Any) -> ColumnElement[Any]:  # noqa: ANN401 -- columns by name
        """Return the value as an expression over a row's columns."""
        if self.attribute.sql is not None:
            return self.attribute.sql(row)
        assert self.column is not None  # noqa: S101 -- only readable fields are asked, and they were checked
        return row[self.column.key]


class Relation(Struct, frozen=True, eq=False):
    """One relationship as seen from one type, declared there or given to it by the other side.

    `via` says where it is kept:
    - "here": `column` of this type's table holds the other's id (to-one);
    - "there": `column` of the other type's table holds this one's id;
    - "link": rows of `link` join `near` (this id) and `far` (the other's id);
    - "condition": `on(this row, other row)`, read-only.
    `hidden` ones have a route but are no members of documents; `linked` says whether there is /relationships/<linkage>.
    `segment` is the last part of the related link and route, `linkage` that of the relationship's own (it is served
    under its name as well); `by` are the addresses below the nested list; `writable` says when the relationship may be
    set from this side ("never" for what the other side declares, but for link tables).
    """

    name: str
    owner: str
    target: str
    many: bool
    via: Literal["here", "there", "link", "condition"]
    segment: str
    linkage: str
    declared: Relationship
    writable: Literal["create", "always", "never"] = "never"
    required: bool = False
    readable_by: Cell | None = None
    column: str = ""
    link: Table | None = None
    near: str = ""
    far: str = ""
    on: Callable[[Any, Any], ColumnElement[bool]] | None = None
    hidden: bool = False
    linked: bool = True
    by: Sequence[Keyed] = ()
    opens: Cell | None = None
    named_by: Cell | None = None

    @property
    def key(self) -> str:
        """The key in Change.links."""
        return self.name.replace("-", "_")


class ResourceType(Struct, frozen=True, eq=False):
    """One type as the engine sees it: `fields` and `relations` are in the order of declaration, by folded names."""

    resource: Resource
    cells: Cells
    url: str  # of the collection, such as /v1/session-types
    item: str  # of a row, with <key> where its key stands, such as /v1/session-types/<key>
    row: FromClause  # the table under the one other name by which most statements know it; making names is slow
    id: Field
    fields: Mapping[str, Field]
    relations: dict[str, Relation] = field(default_factory=dict[str, Relation])

    @property
    def name(self) -> str:
        """The type's wire name."""
        return self.resource.type

    @property
    def table(self) -> Table:
        """The table that the rows live in."""
        return self.resource.table

    @property
    def title(self) -> str:
        """What error messages call one of it: SessionType."""
        return self.resource.model.__name__

    def field(self, name: str) -> Field | None:
        """Return an attribute by its wire name, written with dashes or underscores."""
        return self.fields.get(fold(name))

    def readable(self, name: str) -> Field | None:
        """Return an attribute that somebody may see, or the id."""
        found = self.id if name == "id" else self.field(name)
        return found if found is not None and found.is_readable else None

    def relation(self, name: str) -> Relation | None:
        """Return a relationship by its wire name, written with dashes or underscores."""
        return self.relations.get(fold(name))

    def link(self, key: str) -> str:
        """Return the address of a row, by its key as it stands in addresses."""
        return self.item.replace("<key>", key)

    def offers(self, method: str) -> bool:
        """Tell whether the type has this method."""
        return method in self.resource.methods

    def related(self, relation: Relation, key: str) -> str:
        """Return the address of what stands in a relationship of one row; `key` is put in as it is."""
        if relation.segment.startswith("/"):
            return relation.segment.replace("<id>", key)
        return f"{self.link(key)}/{relation.segment}"

    def creating_paths(self) -> list[str]:
        """Return where POST makes a row: at the collection, and at the lists below it.

        A type with an address of its own has no collection: an endpoint, or a nested list, takes what is sent.
        """
        if self.resource.address is not None:
            return []
        below = [self.list_path(named) for named in self.resource.lists if named.path is None]
        return [self.url, *below] if self.offers("create") else []

    def list_path(self, named: NamedList) -> str:
        """Return the address of a named list."""
        return named.path or f"{self.url}/{named.name}"


class Parent(Struct, frozen=True):
    """The row above a nested collection: POST /v1/events/11/tickets has the relation `tickets` of event 11."""

    relation: Relation
    key: str  # as it stands in the path: an id, or a second key


class Registry:
    """All types of one API. `registry["event"]` is a ResourceType; iteration goes in the order of declaration."""

    def __init__(self, resources: Sequence[Resource], cells: Mapping[str, Cells], *, base: str = "/v1") -> None:
        """Resolve the declarations; raises ValueError for the first that can't work."""
        self.base = base
        self._types: dict[str, ResourceType] = {}
        for resource in resources:
            self._add(resource, cells)
        for entry in self._types.values():
            for declared in entry.resource.relationships:
                self._relate(entry, declared)
        for entry in self._types.values():
            _check_names(entry)
            for relation in entry.relations.values():
                _check_columns(relation, self._types[relation.target])
        self._rows = frozenset(entry.row for entry in self._types.values())

    def __getitem__(self, name: str) -> ResourceType:
        return self._types[name]

    def __iter__(self) -> Iterator[ResourceType]:
        return iter(self._types.values())

    def __len__(self) -> int:
        return len(self._types)

    def is_shared(self, columns: object) -> bool:
        """Tell whether these are the columns of some type's `row`, and will be for good."""
        if not isinstance(columns, ReadOnlyColumnCollection):
            return False
        of: Any = next(iter(cast("Iterable[Any]", columns))).table
        return of in self._rows and of.c is columns

    def find(self, name: str) -> ResourceType | None:
        """Return a type by its wire name, written with dashes or underscores."""
        return self._types.get(name) or self._types.get(fold(name))

    def _add(self, resource: Resource, cells: Mapping[str, Cells]) -> None:
        if resource.type in self._types:
            raise ValueError(f"{resource.type}: declared twice")
        if any(other.resource.plural == resource.plural for other in self._types.values()):
            raise ValueError(f"{resource.type}: a second type at {self.base}/{resource.plural}")
        if resource.type not in cells:
            raise ValueError(f"{resource.type}: no permission row")
        check_resource(resource)
        fields = _by_folded_name(resource, [_field(resource, attribute) for attribute in resource.attributes])
        url = f"{self.base}/{resource.plural}"
        item = f"{url}/<key>" if resource.address is None else f"{self.base}{resource.address}"
        kind = "string" if kind_of(resource.table.c["id"].type) == "string" else "integer"
        key = _of_column(Attribute("id"), kind, resource.table.c["id"])
        row = resource.table.alias()
        self._types[resource.type] = ResourceType(resource, cells[resource.type], url, item, row, key, fields)

    def _relate(self, entry: ResourceType, declared: Relationship) -> None:
        target = self._types.get(declared.type)
        if target is None:
            raise ValueError(f"{entry.name}.{declared.name}: no type {declared.type}")
        _check_relationship(entry, declared, target)
        _attach(entry, _forward(entry, declared))
        if not isinstance(declared, Through) and declared.inverse:
            _attach(target, _inverse(entry, declared, declared.inverse))


def _field(resource: Resource, attribute: Attribute) -> Field:
    where = f"{resource.type}.{attribute.name}"
    column = resource.table.c.get(attribute.column or attribute.key)
    if attribute.sql is not None:
        if attribute.kind is None or attribute.column is not None or attribute.write_only:
            raise ValueError(f"{where}: a computed member has a kind, no column, and is read")
        return Field(attribute, attribute.kind, None)
    if column is None and (attribute.column is not None or not attribute.write_only):
        raise ValueError(f"{where}: no column {attribute.column or attribute.key} in {resource.table.name}")
    kind = attribute.kind or (kind_of(column.type) if column is not None else "string")
    if kind is None:
        raise ValueError(f"{where}: no kind for columns of type {column.type!r}" if column is not None else where)
    return Field(attribute, kind, None) if column is None else _of_column(attribute, kind, column)


def _of_column(attribute: Attribute, kind: Kind, column: object) -> Field:
    """Return the field of a table's column; one that only a subquery has is a computed member."""
    if isinstance(column, Column):
        return Field(attribute, kind, cast("Column[Any]", column))
    name = attribute.column or attribute.key

    def sql(row: Any) -> ColumnElement[Any]:  # noqa: ANN401 -- columns by name
        return row[name]

    return Field(replace(attribute, column=None, sql=sql, read_only=True), kind, None)


def kind_of(type_: TypeEngine[Any]) -> Kind | None:
    """Return the kind of values of a column type, None for one that has none."""
    plain = type_.impl_instance if isinstance(type_, TypeDecorator) else type_
    return next((kind for known, kind in _KINDS if isinstance(plain, known)), None)


def _by_folded_name(resource: Resource, fields: Sequence[Field]) -> dict[str, Field]:
    found: dict[str, Field] = {}
    for one in fields:
        if fold(one.name) in found or fold(one.name) == "id":
            raise ValueError(f"{resource.type}.{one.name}: the name is taken")
        found[fold(one.name)] = one
    return found


def _check_relationship(entry: ResourceType, declared: Relationship, target: ResourceType) -> None:
    where = f"{entry.name}.{declared.name}"
    if isinstance(declared, BelongsTo):
        column = entry.table.c.get(declared.local_column)
        if column is None:
            raise ValueError(f"{where}: no column {declared.local_column} in {entry.table.name}")
        if column.foreign_keys and not any(key.references(target.table) for key in column.foreign_keys):
            raise ValueError(f"{where}: {declared.local_column} does not point at {target.table.name}")
    if isinstance(declared, ManyToMany):
        for name in (declared.left, declared.right):
            if name not in declared.link.c:
                raise ValueError(f"{where}: no column {name} in {declared.link.name}")


def _forward(entry: ResourceType, declared: Relationship) -> Relation:
    common: dict[str, Any] = {
        "name": declared.name,
        "owner": entry.name,
        "target": declared.type,
        "segment": declared.related or declared.name,
        "linkage": declared.linkage or declared.name,
        "declared": declared,
        "readable_by": declared.readable_by,
    }
    if isinstance(declared, BelongsTo):
        own = {"writable": declared.writable, "required": declared.required, "column": declared.local_column}
        return Relation(many=False, via="here", hidden=declared.hidden, named_by=declared.named_by, **own, **common)
    if isinstance(declared, ManyToMany):
        link = {"link": declared.link, "near": declared.left, "far": declared.right}
        return Relation(many=True, via="link", writable=declared.writable, opens=declared.opens, **link, **common)
    found: dict[str, Any] = {"on": declared.on, "hidden": declared.hidden, "by": declared.by}
    linked = not declared.hidden or declared.linkage is not None
    return Relation(many=declared.many, via="condition", linked=linked, **found, **common)


def _inverse(entry: ResourceType, declared: BelongsTo | ManyToMany, name: str) -> Relation:
    common: dict[str, Any] = {
        "name": name,
        "owner": declared.type,
        "target": entry.name,
        "segment": declared.inverse_related or name,
        "linkage": declared.inverse_linkage or name,
        "declared": declared,
        "readable_by": declared.inverse_readable_by,
    }
    if isinstance(declared, BelongsTo):
        kept: dict[str, Any] = {
            "column": declared.local_column,
            "hidden": declared.inverse_hidden,
            "linked": not declared.inverse_hidden or declared.inverse_linkage is not None,
            "writable": declared.inverse_writable,
            "by": declared.inverse_by,
        }
        return Relation(many=declared.inverse_many, via="there", **kept, **common)
    link = {"link": declared.link, "near": declared.right, "far": declared.left}
    writable = declared.inverse_writable if declared.writable == "always" else "never"
    return Relation(many=True, via="link", writable=writable, **link, **common)


def _attach(entry: ResourceType, relation: Relation) -> None:
    name = fold(relation.name)
    if name in entry.relations:
        raise ValueError(f"{entry.name}.{relation.name}: two relationships of this name")
    entry.relations[name] = relation


def _check_names(entry: ResourceType) -> None:
    for name, relation in entry.relations.items():
        if name in entry.fields or name in ("id", "type"):
            raise ValueError(f"{entry.name}.{relation.name}: the name is taken")
    segments = [relation.segment for relation in entry.relations.values()]
    for segment in segments:
        if segments.count(segment) > 1 or segment == "relationships":
            raise ValueError(f"{entry.name}: the path {entry.url}/<id>/{segment} is taken")


def _check_columns(relation: Relation, target: ResourceType) -> None:
    for one in relation.by:
        if one.column not in target.table.c or not relation.many:
            raise ValueError(f"{relation.owner}.{relation.name}: no list by {one.column} of {target.name}")
