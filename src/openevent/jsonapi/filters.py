"""The filter language: JSON from the query string becomes a tree of conditions and the values they bind.

The tree is the filter's shape: it holds no values, so that equal questions about different values share one compiled
statement. Values are checked against the kind of the attribute here; the database never sees what does not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement

from openevent.jsonapi.errors import ApiError, bad_parameter
from openevent.jsonapi.limits import Limits
from openevent.jsonapi.operands import TEXTS, group, operand
from openevent.jsonapi.registry import Field, Registry, Relation, ResourceType

ORDERINGS = frozenset({"eq", "ne", "lt", "le", "gt", "ge"})
PATTERNS = frozenset({"like", "notlike", "ilike", "notilike", "contains", "startswith", "endswith", "match"})
MEMBERSHIPS = frozenset({"in", "notin"})
_SPELLINGS = {"in_": "in", "notin_": "notin", "not_in": "notin", "is_": "eq", "is": "eq", "isnot": "ne", "is_not": "ne"}
_WITHIN = ("has", "any")


class Compare(Struct, frozen=True):
    """An attribute against values; `slots` are the names under which the values are bound."""

    field: Field
    op: str  # of ORDERINGS, PATTERNS, MEMBERSHIPS, or "between", "null", "notnull"
    slots: tuple[str, ...] = ()


class CompareFields(Struct, frozen=True):
    """Two attributes of one row against each other."""

    left: Field
    op: str  # of ORDERINGS
    right: Field


class Related(Struct, frozen=True):
    """Some row of a relationship exists, and fits."""

    relation: Relation
    condition: Condition | None


class Every(Struct, frozen=True):
    """All of the parts."""

    parts: tuple[Condition, ...]


class Either(Struct, frozen=True):
    """At least one of the parts."""

    parts: tuple[Condition, ...]


class Negated(Struct, frozen=True):
    """Not this."""

    part: Condition


class Given(Struct, frozen=True):
    """What a declaration asks of a row, not the request: the condition of a named list."""

    where: Callable[[Any], ColumnElement[bool]]


Condition = Compare | CompareFields | Related | Every | Either | Negated | Given


def _refuse(detail: str) -> ApiError:
    return bad_parameter("filters", detail)


class FilterReader:
    """Reads the filters of one request; `values` are what its conditions bind."""

    def __init__(self, registry: Registry, limits: Limits) -> None:
        self._registry = registry
        self._limits = limits
        self._nodes = 0
        self.values: dict[str, Any] = {}

    def read(self, entry: ResourceType, text: str) -> Condition | None:
        """Read `filter=[...]`, whose conditions all have to hold; raises ApiError 400."""
        try:
            decoded = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            raise _refuse("The filter is not valid JSON.") from None
        if not isinstance(decoded, list):
            raise _refuse("The filter must be a list of conditions.")
        return self._joined(entry, decoded, Every)

    def simple(self, entry: ResourceType, name: str, text: str) -> Condition:
        """Read `filter[name]=value`; raises ApiError 400."""
        self._count()
        return self._named(entry, name, "eq", text)

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > self._limits.max_filter_nodes:
            raise _refuse(f"The filter has more than {self._limits.max_filter_nodes} conditions.")

    def _joined(self, entry: ResourceType, found: Any, kind: type[Every | Either]) -> Condition | None:  # noqa: ANN401 -- decoded JSON
        if not isinstance(found, list):
            raise _refuse("and, or: a list of conditions is needed.")
        items = cast("list[Any]", found)
        parts = tuple(part for item in items if (part := self._condition(entry, item)) is not None)
        if not parts:  # `{"or": []}` is sent by clients that have nothing to ask, and means just that
            return None
        return parts[0] if len(parts) == 1 else kind(parts)

    def _condition(self, entry: ResourceType, found: Any) -> Condition | None:  # noqa: ANN401 -- decoded JSON
        self._count()
        if not isinstance(found, dict):
            raise _refuse("A condition must be an object.")
        condition = cast("dict[str, Any]", found)
        match [word for word in ("and", "or", "not", "name") if word in condition]:
            case ["and"]:
                return self._joined(entry, condition["and"], Every)
            case ["or"]:
                return self._joined(entry, condition["or"], Either)
            case ["not"]:
                part = self._condition(entry, condition["not"])
                return None if part is None else Negated(part)
            case ["name"]:
                return self._leaf(entry, condition)
            case _:
                raise _refuse("A condition has exactly one of name, and, or, not.")

    def _leaf(self, entry: ResourceType, condition: dict[str, Any]) -> Condition:
        name, op = condition["name"], condition.get("op")
        if not isinstance(name, str) or not isinstance(op, str):
            raise _refuse("A condition needs a name and an op.")
        if "field" in condition:
            return self._fields(entry, name, op, condition["field"])
        if "val" not in condition:
            raise _refuse(f"{name}: a condition needs val or field.")
        return self._named(entry, name, op, condition["val"])

    def _named(self, entry: ResourceType, name: str, op: str, value: Any) -> Condition:  # noqa: ANN401 -- decoded JSON
        op = _SPELLINGS.get(op, op)
        field = entry.readable(name)
        if field is not None:
            return self._compare(field, op, value)
        relation = entry.relation(name)
        if relation is not None:
            return self._related(relation, op, value)
        first, mark, rest = name.partition("__")
        relation = entry.relation(first) if mark else None
        if relation is None:
            raise _refuse(f"{entry.name} has no attribute {name}")
        self._count()  # every step of a__b__c is a condition of its own
        inner = "eq" if op in _WITHIN else op
        return Related(relation, self._named(self._registry[relation.target], rest, inner, value))

    def _compare(self, field: Field, op: str, value: Any) -> Condition:  # noqa: ANN401 -- decoded JSON
        if value is None and op in ("eq", "ne"):
            return Compare(field, "null" if op == "eq" else "notnull")
        if field.kind == "json":
            raise _refuse(f"{field.name}: a nested value can only be compared with null.")
        if op in ORDERINGS:
            return Compare(field, op, (self._bind(operand(field, value, self._limits)),))
        if op in PATTERNS:
            return self._pattern(field, op, value)
        if op in MEMBERSHIPS:
            return self._membership(field, op, value)
        if op == "between":
            low, high = self._list(field, value, exactly=2)
            return Compare(field, op, (self._bind(low), self._bind(high)))
        raise _refuse(f"{field.name} has no operator {op}")

    def _pattern(self, field: Field, op: str, value: Any) -> Condition:  # noqa: ANN401 -- decoded JSON
        if field.kind not in TEXTS:
            raise _refuse(f"{field.name}: {op} is for text.")
        text = operand(field, value, self._limits)
        if op == "match":  # the words, in this order, whatever their case and whatever stands between
            return Compare(field, "ilike", (self._bind(f"%{'%'.join(text.split())}%"),))
        return Compare(field, op, (self._bind(text),))

    def _membership(self, field: Field, op: str, value: Any) -> Condition:  # noqa: ANN401 -- decoded JSON
        return Compare(field, op, (self._bind(self._list(field, value)),))

    def _list(self, field: Field, value: Any, exactly: int | None = None) -> list[Any]:  # noqa: ANN401 -- decoded JSON
        if not isinstance(value, list):
            raise _refuse(f"{field.name}: a list of values is needed.")
        values = cast("list[Any]", value)
        if len(values) > self._limits.max_filter_list or (exactly is not None and len(values) != exactly):
            raise _refuse(f"{field.name}: a list of {exactly or f'at most {self._limits.max_filter_list}'} is needed.")
        return [operand(field, one, self._limits) for one in values]

    def _related(self, relation: Relation, op: str, value: Any) -> Condition:  # noqa: ANN401 -- decoded JSON
        target = self._registry[relation.target]
        if op in _WITHIN:
            return Related(relation, self._condition(target, value))
        if op in ("eq", "in"):
            return self._key(relation, target, op, value)
        if op in ("ne", "notin"):
            return Negated(self._key(relation, target, "eq" if op == "ne" else "in", value))
        raise _refuse(f"{relation.name} has no operator {op}")

    def _key(self, relation: Relation, target: ResourceType, op: str, value: Any) -> Condition:  # noqa: ANN401 -- decoded JSON
        """Compare a relationship with null or with ids: the web client asks for speakers whose sessions are null."""
        if value is None and op == "eq":
            return Negated(Related(relation, None))
        return Related(relation, self._compare(target.id, op, value))

    def _fields(self, entry: ResourceType, name: str, op: str, other: Any) -> Condition:  # noqa: ANN401 -- decoded JSON
        left = entry.readable(name)
        right = entry.readable(other) if isinstance(other, str) else None
        if left is None or right is None:
            raise _refuse(f"{entry.name} has no attribute {name if left is None else other}")
        op = _SPELLINGS.get(op, op)
        if op not in ORDERINGS or group(left.kind) != group(right.kind) or left.kind == "json":
            raise _refuse(f"{name} and {other} cannot be compared by {op}")
        return CompareFields(left, op, right)

    def _bind(self, value: Any) -> str:  # noqa: ANN401 -- any checked value
        slot = f"f{len(self.values)}"
        self.values[slot] = value
        return slot


def every(parts: Sequence[Condition]) -> Condition | None:
    """Join what the query string said in several places."""
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Every(tuple(parts))
