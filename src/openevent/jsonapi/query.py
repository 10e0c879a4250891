"""The query string: includes, fieldsets, sorting, paging and filters, checked against the declarations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from msgspec import Struct, field

from openevent.jsonapi.declare import NamedList
from openevent.jsonapi.errors import ApiError, bad_parameter
from openevent.jsonapi.filters import Condition, FilterReader, Given, every
from openevent.jsonapi.limits import Limits
from openevent.jsonapi.operands import is_text, whole
from openevent.jsonapi.registry import Field, Registry, Relation, ResourceType, fold

MANAGED = ("page", "sort", "include", "fields", "filter", "get_trashed")
_LAST_PAGE = 2**31


class Include(Struct, frozen=True):
    """One relationship to include, and what to include from there."""

    relation: Relation
    then: tuple[Include, ...]


class SortKey(Struct, frozen=True):
    """One attribute to sort by, possibly across to-one relationships."""

    path: tuple[Relation, ...]
    field: Field
    descending: bool


class Selection(Struct, frozen=True):
    """What every document can be asked for: the part of the shape that rows of one or many have in common."""

    include: tuple[Include, ...] = ()
    fields: tuple[tuple[ResourceType, frozenset[str]], ...] = ()  # folded names
    trashed: bool = False


class Narrowing(Struct, frozen=True):
    """What only lists can be asked for."""

    condition: Condition | None = None
    sort: tuple[SortKey, ...] = ()


class Page(Struct, frozen=True):
    """Which rows of a list; `size` is within bounds, `asked` what the client wrote."""

    size: int
    number: int = 1
    asked: int | None = None

    @property
    def offset(self) -> int:
        """How many rows to skip."""
        return (self.number - 1) * self.size

    @property
    def is_everything(self) -> bool:
        """Whether the client asked for all rows."""
        return self.asked == 0


class Query(Struct, frozen=True, eq=False):
    """One query string, read.

    `here` is the query part of a link to the same page, `elsewhere` of links to others, without the page's number;
    both repeat what the engine reads and drop the rest. `plans` remembers what has been worked out for it.
    """

    selection: Selection
    narrowing: Narrowing
    page: Page
    values: dict[str, Any]
    here: str = ""
    elsewhere: str = ""
    plans: dict[Any, Any] = field(default_factory=dict[Any, Any])

    def to_page(self, number: int) -> str:
        """Return the query part of a link to another page."""
        return f"{self.elsewhere}{'&' if self.elsewhere else '?'}page%5Bnumber%5D={number}"


def read_query(
    registry: Registry, limits: Limits, entry: ResourceType, raw: str, named: NamedList | None = None
) -> Query:
    """Read a raw query string about rows of `entry`, or of one of its named lists; raises ApiError 400."""
    pairs = _pairs(raw, limits)
    filters = FilterReader(registry, limits)
    managed = [pair for pair in pairs if pair[0].partition("[")[0] in MANAGED]
    default_sort = named.sort if named else entry.resource.default_sort
    return Query(
        Selection(
            include=_includes(registry, limits, entry, _texts(pairs, "include")),
            fields=_fieldsets(registry, pairs),
            trashed=("get_trashed", "true") in pairs,
        ),
        Narrowing(
            condition=_condition(filters, entry, pairs, named),
            sort=read_sort(registry, limits, entry, ",".join(_texts(pairs, "sort")) or default_sort),
        ),
        page=_page(limits, pairs),
        values=filters.values,
        here=_link(managed),
        elsewhere=_link([pair for pair in managed if pair[0] != "page[number]"]),
    )


def _link(pairs: Sequence[tuple[str, str]]) -> str:
    return f"?{urlencode(pairs)}" if pairs else ""


def _pairs(raw: str, limits: Limits) -> list[tuple[str, str]]:
    if len(raw) > limits.max_query:
        raise ApiError(400, f"The query string is longer than {limits.max_query} characters.", source={"parameter": ""})
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, errors="strict", max_num_fields=200)
    except ValueError:  # also UnicodeDecodeError
        raise ApiError(400, "The query string cannot be decoded.", source={"parameter": ""}) from None
    for name, value in pairs:
        if not is_text(name + value):
            raise bad_parameter(name if is_text(name) else "", "Control characters are not allowed.")
    return pairs


def _texts(pairs: Iterable[tuple[str, str]], name: str) -> list[str]:
    return [value for known, value in pairs if known == name and value]


def _names(texts: Iterable[str]) -> list[str]:
    return [name for text in texts for part in text.split(",") if (name := part.strip())]


# Includes -------------------------------------------------------------------------------------------------------------


def _includes(registry: Registry, limits: Limits, entry: ResourceType, texts: list[str]) -> tuple[Include, ...]:
    paths = dict.fromkeys(_names(texts))
    if len(paths) > limits.max_include_paths:
        raise bad_parameter("include", f"More than {limits.max_include_paths} paths.")
    tree: dict[Relation, Any] = {}
    for path in paths:
        _add_path(registry, limits, entry, path, tree)
    return _frozen(tree)


def _add_path(registry: Registry, limits: Limits, entry: ResourceType, path: str, tree: dict[Relation, Any]) -> None:
    names = path.split(".")
    if len(names) > limits.max_include_depth:
        raise bad_parameter("include", f"{path} is deeper than {limits.max_include_depth}.")
    for name in names:
        relation = entry.relation(name)
        if relation is None:
            raise bad_parameter("include", f"{entry.name} has no relationship {name}")
        entry, tree = registry[relation.target], tree.setdefault(relation, {})


def _frozen(tree: dict[Relation, Any]) -> tuple[Include, ...]:
    return tuple(Include(relation, _frozen(below)) for relation, below in tree.items())


# Fieldsets ------------------------------------------------------------------------------------------------------------


def _fieldsets(registry: Registry, pairs: Iterable[tuple[str, str]]) -> tuple[tuple[ResourceType, frozenset[str]], ...]:
    found: dict[ResourceType, frozenset[str]] = {}
    for name, value in pairs:
        if name.startswith("fields[") and name.endswith("]"):
            entry = registry.find(name[len("fields[") : -1])
            if entry is None:
                raise bad_parameter("fields", f"There is no type {name[len('fields[') : -1]}")
            found[entry] = found.get(entry, frozenset()) | _fieldset(entry, value)
    return tuple(found.items())


def _fieldset(entry: ResourceType, text: str) -> frozenset[str]:
    for name in _names([text]):
        if entry.readable(name) is None and entry.relation(name) is None:
            raise bad_parameter("fields", f"{entry.name} has no field {name}")
    return frozenset(fold(name) for name in _names([text]))


# Sorting --------------------------------------------------------------------------------------------------------------


def read_sort(registry: Registry, limits: Limits, entry: ResourceType, text: str) -> tuple[SortKey, ...]:
    """Read a sort expression such as `-event.starts-at,name`; raises ApiError 400."""
    names = _names([text])
    if len(names) > limits.max_sort_keys:
        raise bad_parameter("sort", f"More than {limits.max_sort_keys} attributes.")
    return tuple(_sort_key(registry, limits, entry, name) for name in names)


def _sort_key(registry: Registry, limits: Limits, entry: ResourceType, text: str) -> SortKey:
    *steps, last = text.removeprefix("-").split(".")
    if len(steps) > limits.max_include_depth:
        raise bad_parameter("sort", f"{text} is deeper than {limits.max_include_depth}.")
    path: list[Relation] = []
    for step in steps:
        relation = entry.relation(step)
        if relation is None or relation.many:
            raise bad_parameter("sort", f"{entry.name} has no to-one relationship {step}")
        path.append(relation)
        entry = registry[relation.target]
    found = entry.readable(last)
    if found is None or found.kind == "json":
        raise bad_parameter("sort", f"{entry.name} has no attribute {last} to sort by")
    return SortKey(tuple(path), found, text.startswith("-"))


# Paging and filters ---------------------------------------------------------------------------------------------------


def _page(limits: Limits, pairs: Sequence[tuple[str, str]]) -> Page:
    size, number = limits.default_page_size, 1
    for name, value in pairs:
        if name == "page[size]":
            size = _number(name, value, lowest=0)
        elif name == "page[number]":
            number = _number(name, value, lowest=1)
        elif name == "page" or name.startswith("page["):
            raise bad_parameter("page", f"{name} is no page parameter; there are page[size] and page[number]")
    return Page(min(size or limits.max_page_size, limits.max_page_size), number, size)


def _number(name: str, text: str, lowest: int) -> int:
    found = whole(text)
    if found is None or not lowest <= found < _LAST_PAGE:
        raise bad_parameter("page", f"{name} must be a whole number from {lowest}")
    return found


def _condition(
    filters: FilterReader, entry: ResourceType, pairs: Sequence[tuple[str, str]], named: NamedList | None
) -> Condition | None:
    parts: list[Condition | None] = [Given(named.where)] if named else []
    for name, value in pairs:
        if name == "filter" and value:
            parts.append(filters.read(entry, value))
        elif name.startswith("filter[") and name.endswith("]"):
            parts.append(filters.simple(entry, name[len("filter[") : -1], value))
    return every([part for part in parts if part is not None])
