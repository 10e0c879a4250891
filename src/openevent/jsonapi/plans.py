"""Plans: everything about a request but its values, worked out and compiled once for every shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal, cast

from msgspec import Struct
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Dialect,
    FromClause,
    Label,
    Select,
    bindparam,
    case,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    true,
)

from openevent.jsonapi.codecs import Codec
from openevent.jsonapi.conditions import ONE, Sight, all_of, among, asked, below, constant, correlated, linked
from openevent.jsonapi.declare import Keyed
from openevent.jsonapi.limits import Limits
from openevent.jsonapi.permits import row_to_be
from openevent.jsonapi.ports import Cell
from openevent.jsonapi.query import Include, Narrowing, Selection
from openevent.jsonapi.registry import Registry, Relation, ResourceType
from openevent.jsonapi.statements import Statement

Address = Literal["id", "second"]
View = Literal["list", "item", "linkage", "own"]
PLAIN, ANYTHING = Selection(), Narrowing()
_KEY = BigInteger()


class Shape(Struct, frozen=True):
    """A request without its values; what has the same shape runs the same statements.

    `view`: "list" of a type or below a parent; "item" by its key or below a parent; "linkage" of a relationship;
    "own", one row by its id for a caller who has just written it.
    """

    view: View
    entry: ResourceType
    kind: str
    above: Relation | None = None  # the relationship of the parent in the path
    address: Address = "id"  # of the item, or of the parent
    selection: Selection = PLAIN
    narrowing: Narrowing = ANYTHING
    counted: bool = True  # whether the page statement counts as well


class Step(Struct, frozen=True):
    """One included relationship: where its parents come from and where its rows go."""

    relation: Relation
    source: int  # the step whose rows are the parents; -1: the rows in `data`
    slot: int  # in the linkages of the parents' codec
    owner: Codec
    codec: Codec
    statement: Statement


@dataclass(frozen=True)
class Plan:
    """What to run for a shape, and how to encode what comes back."""

    codec: Codec
    rows: Statement
    is_refused: bool  # this kind of caller never gets anything here
    steps: tuple[Step, ...] = ()
    count: Statement | None = None
    parent: Statement | None = None  # one row when the parent is there; its value: whether an empty list may be seen

    @cached_property
    def lasts(self) -> bool:
        """Whether the answer depends on the rows alone, and not on the moment; what is counted is what `rows` finds."""
        statements = (self.rows, self.parent, *(step.statement for step in self.steps))
        return not any(one.asks_clock for one in statements if one is not None)


class Planner:
    """Makes plans and keeps the latest, bounded: endless shapes must not grow memory."""

    def __init__(self, registry: Registry, dialect: Dialect, limits: Limits) -> None:
        self._registry = registry
        self._dialect = dialect
        self._limits = limits
        self._known: dict[Any, ColumnElement[Any]] = {}  # conditions of cells, and values, over the types' shared rows
        self.plan = lru_cache(maxsize=limits.plan_cache)(self._plan)
        self.finding = lru_cache(maxsize=limits.plan_cache)(self._finding)
        self.keying = lru_cache(maxsize=limits.plan_cache)(self._keying)
        self._framed = lru_cache(maxsize=limits.plan_cache)(self._frame)

    def _sight(self, kind: str, *, trashed: bool) -> Sight:
        return Sight(self._registry, self._dialect, kind, trashed, self._known)

    def _plan(self, shape: Shape) -> Plan:
        codec, steps = self._framed(shape.entry, shape.kind, shape.selection)
        builder = _Rows(shape, self._sight(shape.kind, trashed=shape.selection.trashed), self._registry)
        return Plan(
            codec=codec,
            rows=Statement(builder.select(codec, self._limits), self._dialect),
            is_refused=builder.is_refused,
            steps=steps,
            count=Statement(builder.counting(), self._dialect) if shape.view == "list" else None,
            parent=Statement(builder.asking(), self._dialect) if shape.above else None,
        )

    def _frame(self, entry: ResourceType, kind: str, selection: Selection) -> tuple[Codec, tuple[Step, ...]]:
        """Work out what does not depend on which rows are asked for: an endless choice of filters is cheaper so."""
        sight = self._sight(kind, trashed=selection.trashed)
        codecs = self._codecs(entry, selection, sight)
        return codecs[entry], tuple(self._steps(selection.include, codecs[entry], codecs, sight))

    def _codecs(self, entry: ResourceType, selection: Selection, sight: Sight) -> dict[ResourceType, Codec]:
        slots: dict[ResourceType, dict[Relation, None]] = {entry: {}}
        _collect(self._registry, entry, selection.include, sight, slots)
        fieldsets = dict(selection.fields)
        return {known: Codec(known, sight, fieldsets.get(known), tuple(found)) for known, found in slots.items()}

    def _steps(
        self, include: Sequence[Include], owner: Codec, codecs: Mapping[ResourceType, Codec], sight: Sight
    ) -> list[Step]:
        found: list[Step] = []

        def walk(nodes: Sequence[Include], owner: Codec, source: int) -> None:
            for node in nodes:
                if node.relation not in owner.slots:  # not for this kind of caller
                    continue
                codec = codecs[self._registry[node.relation.target]]
                query = _included(node.relation, owner.entry, codec, sight).limit(self._limits.max_included + 1)
                slot = owner.slots.index(node.relation)
                found.append(Step(node.relation, source, slot, owner, codec, Statement(query, self._dialect)))
                walk(node.then, codec, len(found) - 1)

        walk(include, owner, -1)
        return found

    def _finding(self, entry: ResourceType, cell: Cell, kind: str, address: Address, trashed: bool) -> Statement:  # noqa: FBT001 -- a key of the cache
        sight, row = self._sight(kind, trashed=trashed), entry.row
        wanted = all_of(addressed(entry, row, address), sight.visible(entry, row.c, cell))
        return Statement(select(row.c["id"]).where(wanted), self._dialect)

    def _keying(self, relation: Relation, keyed: Keyed, cell: Cell, kind: str, address: Address) -> Statement:
        """Make the statement that finds one row of a nested list by a column of its own."""
        sight = self._sight(kind, trashed=False)
        owner, target = self._registry[relation.owner], self._registry[relation.target]
        parent, row = owner.table.alias(), target.row
        is_parent = all_of(addressed(owner, parent, address), sight.visible(owner, parent.c))
        column: ColumnElement[Any] = row.c[keyed.column]
        told: ColumnElement[Any] = bindparam("value", type_=column.type)
        same = func.lower(column) == func.lower(told) if keyed.ignore_case else column == told
        wanted = all_of(below(relation, target, row.c, parent, is_parent), same, sight.visible(target, row.c, cell))
        return Statement(select(row.c["id"]).where(wanted).order_by(row.c["id"]).limit(1), self._dialect)


def addressed(entry: ResourceType, row: FromClause, address: Address) -> ColumnElement[bool]:
    """Return the condition under which a row is the one that the path names."""
    if address == "id":
        key: ColumnElement[int] = bindparam("key", type_=_KEY)
        locate = entry.resource.locate
        return locate(row.c, key) if locate else row.c["id"] == key
    column = row.c[entry.resource.second_key or "id"]
    return column == bindparam("key", type_=column.type)


def _collect(
    registry: Registry,
    entry: ResourceType,
    include: Sequence[Include],
    sight: Sight,
    slots: dict[ResourceType, dict[Relation, None]],
) -> None:
    """Gather which relationships of every type are included anywhere: rows of a type all look the same."""
    for node in include:
        if constant(sight.shows(node.relation, entry.row.c)) is False:
            continue
        slots[entry][node.relation] = None
        target = registry[node.relation.target]
        slots.setdefault(target, {})
        _collect(registry, target, node.then, sight, slots)


def _included(relation: Relation, owner: ResourceType, codec: Codec, sight: Sight) -> Select[Any]:
    """Select the rows that a relationship includes, for the ids of all parents at once.

    Ids of the rows themselves where the parents hold them, else of the parents; each row ends with that id.
    """
    child = codec.entry.row
    columns, visible = codec.columns(child.c), sight.visible_in(relation, codec.entry, child.c)
    gone = sight.stood_for(relation, codec.entry, child.c)
    if gone is not None:
        columns, visible = _standing(columns, codec, gone), or_(visible, gone)
    if relation.via == "here":
        of = child.c["id"]
        query = select(*columns, of.label("held"))
    elif relation.via == "there":
        of = child.c[relation.column]
        query = select(*columns, of.label("parent"))
    elif relation.via == "link":
        link = linked(relation)
        of = link.c[relation.near]
        query = select(*columns, of.label("parent")).where(link.c[relation.far] == child.c["id"])
    else:
        assert relation.on is not None  # noqa: S101 -- what else is there
        parent = owner.table.alias()
        of = parent.c["id"]
        query = select(*columns, of.label("parent")).where(correlated(relation.on(parent.c, child.c)))
    return query.where(all_of(visible, among(sight.dialect, of, "ids", _KEY))).order_by(child.c["id"])


def _standing(columns: Sequence[ColumnElement[Any]], codec: Codec, gone: ColumnElement[bool]) -> list[Any]:
    """Return the columns of a row, or of the placeholder that stands for it once it is gone."""
    given = codec.placeholder(codec.entry.resource.placeholder or {})
    return [
        case((not_(gone), column.element), else_=null() if value is None else literal(value)).label(column.name)
        for column, value in zip(cast("Sequence[Label[Any]]", columns), given, strict=True)
    ]


class _Rows:
    """Builds the statements about the rows in `data`."""

    def __init__(self, shape: Shape, sight: Sight, registry: Registry) -> None:
        self._shape = shape
        self._sight = sight
        self._row = shape.entry.row
        self._above = registry[shape.above.owner] if shape.above else None
        self._parent = self._parent_row()
        cells = shape.entry.cells
        self._cell = cells.list if shape.view == "list" else cells.read
        self._gone = sight.stood_for(shape.above, shape.entry, self._row.c)
        filtered = shape.narrowing.condition
        matches = true() if filtered is None else sight.matches(self._row.c, filtered)
        self._wanted = all_of(self._placed(), self._visible(), matches)

    def _parent_row(self) -> FromClause:
        if self._above is None:
            return self._row
        return self._above.table.alias() if self._above is self._shape.entry else self._above.row

    @property
    def is_refused(self) -> bool:
        """Whether no row whatever can be seen."""
        return constant(self._visible()) is False

    def select(self, codec: Codec, limits: Limits) -> Select[Any]:
        """Select the rows; a counted page ends each with the total."""
        if self._shape.view == "linkage":
            ids = select(self._key(codec)).where(self._wanted).order_by(self._row.c["id"])
            return ids.limit(limits.max_included + 1)
        columns = self._columns(codec)
        if self._shape.view != "list":
            return select(*columns).where(self._wanted).order_by(self._row.c["id"]).limit(1)
        if self._shape.counted:
            columns.append(self.counting().correlate(None).scalar_subquery().label("total"))
        order = self._sight.order(self._shape.entry, self._row.c, self._shape.narrowing.sort)
        page = select(*columns).where(self._wanted).order_by(*order)
        return page.limit(bindparam("limit", type_=_KEY)).offset(bindparam("offset", type_=_KEY))

    def _columns(self, codec: Codec) -> list[ColumnElement[Any]]:
        columns: list[ColumnElement[Any]] = codec.columns(self._row.c)
        return columns if self._gone is None else _standing(columns, codec, self._gone)

    def _key(self, codec: Codec) -> ColumnElement[Any]:
        return self._row.c["id"] if self._gone is None else self._columns(codec)[0]

    def counting(self) -> Select[Any]:
        """Count the rows."""
        return select(func.count()).select_from(self._row).where(self._wanted)

    def asking(self) -> Select[Any]:
        """Ask, for a list that came out empty, whether its parent is there and whether the caller may see the list.

        That holds for whoever sees something there without the filter, or passes the `list` cell for a row which has
        nothing but this parent; so a stranger gets a refusal, and an organizer without orders an empty list. A list
        that is shown to some alone is refused to others who may read its parent.
        """
        relation, is_list = self._shape.above, self._shape.view == "list"
        allowed: ColumnElement[bool] = true()
        if relation is not None and relation.via == "there" and is_list:
            blank = {**row_to_be(self._shape.entry.table, {}), relation.column: self._parent.c["id"]}
            seen = exists(select(ONE).select_from(self._row).where(self._placed(), self._visible()))
            allowed = or_(asked(self._cell, self._shape.kind, blank), seen)
        if relation is not None and is_list:
            allowed = all_of(self._sight.shows(relation, self._parent.c), allowed)
        is_there = self._is_there() if is_list else self._is_parent()
        return select(allowed.label("allowed")).select_from(self._parent).where(is_there)

    def _visible(self) -> ColumnElement[bool]:
        return self._allowed() if self._gone is None else or_(self._allowed(), self._gone)

    def _allowed(self) -> ColumnElement[bool]:
        if self._shape.view == "own":
            return true()
        if self._shape.view == "linkage" and self._shape.above is not None:
            return self._sight.visible_in(self._shape.above, self._shape.entry, self._row.c)
        return self._sight.visible(self._shape.entry, self._row.c, self._cell)

    def _placed(self) -> ColumnElement[bool]:
        relation = self._shape.above
        if relation is not None:
            return below(relation, self._shape.entry, self._row.c, self._parent, self._is_parent())
        if self._shape.view == "list":
            return true()
        return addressed(self._shape.entry, self._row, self._shape.address)

    def _is_there(self) -> ColumnElement[bool]:
        entry = self._above
        assert entry is not None  # noqa: S101 -- only asked below a parent
        return all_of(addressed(entry, self._parent, self._shape.address), self._sight.visible(entry, self._parent.c))

    def _is_parent(self) -> ColumnElement[bool]:
        relation = self._shape.above
        assert relation is not None  # noqa: S101 -- only asked below a parent
        return all_of(self._is_there(), self._sight.shows(relation, self._parent.c))
