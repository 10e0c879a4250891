"""From row tuples straight to bytes: one codec a type, fieldset and set of included relationships.

A row is (id, link key, attributes, whether guarded members are shown, foreign keys of included relationships, then
what the statement adds). The texts that are the same for every row are made once; a row's own key is put into them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import Struct
from sqlalchemy import BigInteger, ColumnElement, Dialect, Float, Text, cast, func, text

from openevent.jsonapi.conditions import PLACEHOLDER_ID, Row, Sight, constant
from openevent.jsonapi.registry import Field, Relation, ResourceType, fold

Values = tuple[Any, ...]
Linkage = dict[int, bytes]  # by the id of the row: b',"data":...'
_KEY = b"\x00"  # stands for the row's key in templates; no JSON text holds it
_encode = msgspec.json.Encoder().encode
_Convert = Callable[[Any], Any]


class _Member(Struct, frozen=True):
    """One relationship's object in the document, in two parts around the linkage."""

    start: bytes
    slot: int | None  # which linkage belongs here
    flag: int | None  # where the row says whether it is shown


class Codec:
    """Encodes rows of one type. `columns` are what its statements select first, `slots` the included relationships."""

    def __init__(
        self, entry: ResourceType, sight: Sight, fieldset: frozenset[str] | None, slots: Sequence[Relation] = ()
    ) -> None:
        """Work out the row's layout; members that this kind of caller never sees are left out."""
        self.entry = entry
        self._sight = sight
        self.slots = tuple(slots)
        self._fields = [one for one in entry.fields.values() if one.is_readable and self._is_wanted(one, fieldset)]
        members = [one for one in entry.relations.values() if not one.hidden or one in self.slots]
        relations = [one for one in members if self._is_wanted(one, fieldset)]
        self._key_at = 0 if entry.resource.link_key == "id" else 1
        self._first = self._key_at + 1
        self._last = self._first + len(self._fields)
        shown = dict.fromkeys((*self._fields, *relations, *self.slots))
        self._guarded = [one for one in shown if self._shown(one) is None]
        flags = {one: self._last + index for index, one in enumerate(self._guarded)}
        self.flags: Mapping[Relation | Field, int] = flags
        self._hidden = [(flags[one], index) for index, one in enumerate(self._fields) if one in flags]
        self._stored = [one for one in self.slots if one.via == "here"]
        base = self._last + len(self._guarded)
        self.key_at = {one: base + index for index, one in enumerate(self._stored)}
        self.width = base + len(self._stored)
        self._conversions = self._converting(sight.dialect)
        self._struct = _struct(self._fields)
        self._members = [self._member(one, flags.get(one)) for one in relations]
        self._links = _template({"self": entry.link("\x00")})
        self._start, self._middle, self._end = self._frame()
        self._id: Callable[[Any], bytes] = _text_inside if entry.id.kind == "string" else _digits
        self._linked_start = b'{"type":%b,"id":' % _encode(entry.name)
        self._is_plain = not any(one.slot is not None or one.flag is not None for one in self._members)
        self._tail = self._joined([one.start + b"}" for one in self._members])

    def _is_wanted(self, member: Field | Relation, fieldset: frozenset[str] | None) -> bool:
        return (fieldset is None or fold(member.name) in fieldset) and self._shown(member) is not False

    def _shown(self, member: Field | Relation) -> bool | None:
        return constant(self._sight.shows(member, self.entry.row.c))

    def columns(self, row: Row) -> list[ColumnElement[Any]]:
        """Return the expressions of one row, to be selected in this order."""
        key = [] if self._key_at == 0 else [row[self.entry.resource.link_key]]
        values = [_selected(one, self._sight.value(one, row), self._sight.dialect) for one in self._fields]
        shown = [self._sight.shows(one, row) for one in self._guarded]
        found = [row["id"], *key, *values, *shown, *(row[one.column] for one in self._stored)]
        return [expression.label(f"c{index}") for index, expression in enumerate(found)]

    def placeholder(self, given: Mapping[str, Any]) -> list[Any]:
        """Return what columns() selects, for the row that stands for deleted ones (Resource.placeholder)."""
        key = [] if self._key_at == 0 else [PLACEHOLDER_ID]
        values = [given.get(one.name) for one in self._fields]
        shown = [one.name in given for one in self._guarded]
        return [PLACEHOLDER_ID, *key, *values, *shown, *(None for _ in self._stored)]

    def identifier(self, key: int) -> bytes:
        """Return a resource identifier object. Its id is text whatever the resource's own is, as in v1's linkage."""
        return b'%b"%b"}' % (self._linked_start, self._id(key))

    def encode(self, row: Values, linkages: Sequence[Linkage] = ()) -> bytes:
        """Return a resource object; `linkages` are in the order of `slots`."""
        values: Any = row[self._first : self._last]
        if self._conversions or self._hidden:
            values = self._converted(row, list(values))
        key = row[self._key_at]
        tail = self._tail if self._is_plain else self._linked(row, linkages)
        return b"".join(
            (
                self._start,
                self._id(row[0]),
                self._middle,
                _encode(self._struct(*values)),
                tail.replace(_KEY, _in_address(key)),
            )
        )

    def _converted(self, row: Values, values: list[Any]) -> list[Any]:
        for index, convert in self._conversions:
            if values[index] is not None:
                values[index] = convert(values[index])
        for flag, index in self._hidden:
            if not row[flag]:
                values[index] = msgspec.UNSET
        return values

    def _linked(self, row: Values, linkages: Sequence[Linkage]) -> bytes:
        members: list[bytes] = []
        for member in self._members:
            if member.flag is not None and not row[member.flag]:
                continue
            data = b"" if member.slot is None else linkages[member.slot].get(row[0], b"")
            members.append(member.start + data + b"}")
        return self._joined(members)

    def _joined(self, members: Sequence[bytes]) -> bytes:
        return (b',"relationships":{' + b",".join(members) + b"}" if members else b"") + self._end

    def _member(self, relation: Relation, flag: int | None) -> _Member:
        row = self.entry.link("\x00")
        links = {
            "self": f"{row}/relationships/{relation.linkage}",
            "related": self.entry.related(relation, "\x00"),
        }
        start = b'%b:{"links":%b' % (_encode(relation.name), _template(links))
        return _Member(start, self.slots.index(relation) if relation in self.slots else None, flag)

    def _frame(self) -> tuple[bytes, bytes, bytes]:
        mark = b"" if self.entry.resource.integer_id else b'"'
        start = b'{"type":%b,"id":%b' % (_encode(self.entry.name), mark)
        end = b',"links":%b}' % self._links
        return start, mark + b',"attributes":', end

    def _converting(self, dialect: Dialect) -> list[tuple[int, _Convert]]:
        kinds: Mapping[str, _Convert] = _SQLITE_CONVERSIONS if dialect.name == "sqlite" else _CONVERSIONS
        return [(index, kinds[one.kind]) for index, one in enumerate(self._fields) if one.kind in kinds]

    def links(self, row: Values) -> bytes:
        """Return the links object of a row, which is its document's as well."""
        return self._links.replace(_KEY, _in_address(row[self._key_at]))


def _in_address(key: Any) -> bytes:  # noqa: ANN401 -- a number, or a text
    return b"%d" % key if type(key) is int else quote(str(key), safe="").encode()


def _digits(key: int) -> bytes:
    return str(key).encode()


def _text_inside(key: str) -> bytes:
    return _encode(key)[1:-1]  # between quotation marks that are there already


def _template(links: Mapping[str, str]) -> bytes:
    return _encode(links).replace(b"\\u0000", _KEY)


def _struct(fields: Sequence[Field]) -> Callable[..., Any]:
    names = [(f"f{index}", Any) for index in range(len(fields))]
    rename = {f"f{index}": one.name for index, one in enumerate(fields)}
    return msgspec.defstruct("Attributes", names, rename=rename)


def _selected(field: Field, value: ColumnElement[Any], dialect: Dialect) -> ColumnElement[Any]:
    """Return what to select for a field, so that little is left to do in Python."""
    if field.kind == "datetime" and dialect.name == "sqlite":
        return func.replace(
            value, text("'.000000'"), text("''")
        )  # the stored text is the wire's, but for microseconds of zero
    if field.kind == "json" and dialect.name != "sqlite":
        return cast(value, Text)
    if field.kind == "decimal" or (field.kind == "float" and field.column is None):
        return cast(value, Float)
    return cast(value, BigInteger) if field.kind == "integer" and field.column is None else value


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def _raw(value: str) -> msgspec.Raw:
    return msgspec.Raw(value.encode())


_CONVERSIONS: dict[str, _Convert] = {"datetime": _moment, "json": _raw}
_SQLITE_CONVERSIONS: dict[str, _Convert] = {"boolean": bool, "json": _raw}
