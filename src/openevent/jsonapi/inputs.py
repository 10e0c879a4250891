"""From a request document to values and links: what was sent, typed and checked, with a pointer in every error.

Decisions where the v1 reference leaves room:
- a body that can't be understood (no JSON, no object, no `data`) is 400; a wrong type is 409; a wrong value is 422;
- ids made by clients are ignored as whatever else is read-only (v1 reference 1.10), and so is `lid`;
- members are known by their names with dashes alone; whatever else was sent is ignored silently, and so is what is
  read-only for everybody or for this caller (reference 1.10);
- all errors of one document are told together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from msgspec import Struct, field
from sqlalchemy import Column

from openevent.jsonapi.declare import read_object
from openevent.jsonapi.errors import ApiError, ManyErrors, invalid
from openevent.jsonapi.negotiate import check_content_type
from openevent.jsonapi.registry import Field, Relation, ResourceType, fold
from openevent.jsonapi.request import Request
from openevent.jsonapi.values import Refused, Shape, convert, shape_of

MAX_LINKS = 1_000  # ids in one to-many linkage
_TOP_KEY = 2**63
_DELETED_AT = "deleted_at"


class Member(Struct, frozen=True):
    """One attribute that may be written."""

    field: Field
    shape: Shape

    @property
    def pointer(self) -> str:
        """Where it stands in a document."""
        return f"/data/attributes/{self.field.name}"

    def default(self) -> tuple[Any] | tuple[()]:
        """Return the column's default, if it is a plain value."""
        return column_default(self.field.column)


class Form(Struct, frozen=True):
    """What may be written to a type."""

    entry: ResourceType
    members: tuple[Member, ...]
    links: tuple[Relation, ...]
    may_restore: bool

    @classmethod
    def of(cls, entry: ResourceType) -> Form:
        """Read it off the declaration."""
        writable = [one for one in entry.fields.values() if is_writable(one)]
        restoring = [one for one in writable if one.column is not None and one.column.key == _DELETED_AT]
        return cls(
            entry=entry,
            members=tuple(Member(one, _shape(entry, one)) for one in writable if one not in restoring),
            links=tuple(one for one in entry.relations.values() if one.writable != "never"),
            may_restore=bool(restoring),
        )


class Draft(Struct):
    """A document on its way to a Change: what is known so far, and what is wrong with it."""

    values: dict[str, Any] = field(default_factory=dict[str, Any])
    links: dict[str, int | list[int] | None] = field(default_factory=dict[str, "int | list[int] | None"])
    errors: list[ApiError] = field(default_factory=list[ApiError])
    restores: bool = False

    def check(self) -> None:
        """Raise what has been found wrong."""
        if self.errors:
            raise ManyErrors(self.errors)


def is_writable(one: Field) -> bool:
    """Tell whether anybody may send this attribute."""
    return not one.attribute.read_only and (one.attribute.sql is None or one.attribute.writable)


def _shape(entry: ResourceType, one: Field) -> Shape:
    return shape_of(one.attribute, one.kind, one.column, entry.resource.model)


def column_default(column: Column[Any] | None) -> tuple[Any] | tuple[()]:
    """Return a column's default, if it has one that is a plain value."""
    default: Any = None if column is None else column.default
    return (default.arg,) if default is not None and default.is_scalar else ()


def read_document(request: Request) -> dict[str, Any]:
    """Return the whole document of a write."""
    check_content_type(request.headers)
    found = read_object(request.body)
    if "data" not in found:
        raise ApiError(400, "The document has no data member.", source={"pointer": ""})
    return found


def read_data(request: Request, entry: ResourceType) -> dict[str, Any]:
    """Return the resource object of a write, of the right type."""
    data = read_document(request)["data"]
    if not isinstance(data, dict):
        raise ApiError(400, "The data member must be a resource object.", source={"pointer": "/data"})
    found = cast("dict[str, Any]", data)
    error = wrong_type(found, entry.name, "/data")
    if error is not None:
        raise error
    return found


def wrong_type(identifier: Mapping[str, Any], expected: str, pointer: str) -> ApiError | None:
    """Return the 409 for a type that is missing or another one (reference 3.1: status as text)."""
    told = identifier.get("type")
    if isinstance(told, str) and fold(told) == fold(expected):  # a few types stand with underscores on the wire (1.2)
        return None
    detail = f'Invalid type. Expected "{expected}".'
    return ApiError(409, detail, source={"pointer": f"{pointer}/type"}, title="Incorrect type", text_status=True)


def check_id(data: Mapping[str, Any], keys: Sequence[int], *, integer_id: bool) -> None:
    """Raise 400 unless data.id is an id of the addressed row, as text (v1 reference 1.6)."""
    told = data.get("id")
    if told is None:
        raise ApiError(400, "The id member is missing.", source={"pointer": "/data/id"})
    if told not in [str(key) for key in keys] and not (integer_id and type(told) is int and told in keys):
        raise ApiError(400, "The id is not that of the addressed resource.", source={"pointer": "/data/id"})


def section(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return data.attributes or data.relationships by folded names; raises 400 for anything but an object.

    Clients of v1 write underscores for dashes as they like; of two spellings the one with dashes counts.
    """
    found = data.get(name, {})
    if not isinstance(found, dict):
        raise ApiError(400, f"The {name} member must be an object.", source={"pointer": f"/data/{name}"})
    sent = cast("dict[str, Any]", found)
    folded = {fold(member): value for member, value in sent.items()}
    return {**folded, **{member: value for member, value in sent.items() if member in folded}}


def take_values(draft: Draft, members: Iterable[Member], sent: Mapping[str, Any], *, creating: bool) -> None:
    """Convert the attributes that were sent; on create, ask for required ones and fill in defaults."""
    for member in members:
        name = fold(member.field.name)
        if name in sent and not (sent[name] is None and _says_nothing(member)):
            _take(draft, member, sent[name])
        elif name in sent:
            draft.values[member.field.key] = cast(tuple[Any], member.default())[0]
        elif creating and member.field.attribute.required:
            draft.errors.append(invalid(member.pointer, "Missing data for required field."))
        elif creating and (default := member.default()):
            draft.values[member.field.key] = default[0]


def _says_nothing(member: Member) -> bool:
    """Tell whether null means the column's default: clients send null for what nobody has filled in."""
    attribute = member.field.attribute
    return not member.shape.nullable and attribute.nullable and not attribute.required and bool(member.default())


def _take(draft: Draft, member: Member, value: Any) -> None:  # noqa: ANN401 -- decoded JSON
    try:
        draft.values[member.field.key] = convert(member.shape, value, member.field.attribute.clean)
    except Refused as refused:
        draft.errors.append(invalid(member.pointer, str(refused)))


def take_restore(draft: Draft, form: Form, sent: Mapping[str, Any]) -> None:
    """Note a `deleted-at` of null, which restores the row; deleting by writing a date is not offered."""
    if not form.may_restore or "deleted-at" not in sent:
        return
    if sent["deleted-at"] is None:
        draft.restores = True
    else:
        draft.errors.append(invalid("/data/attributes/deleted-at", "Only null is accepted, which restores the record."))


def take_links(draft: Draft, relations: Sequence[Relation], sent: Mapping[str, Any], *, creating: bool) -> None:
    """Read the linkage of the relationships that were sent; on create, ask for required ones."""
    for relation in relations:
        if fold(relation.name) in sent:
            if creating or relation.writable == "always":
                _take_link(draft, relation, sent[fold(relation.name)])
        elif creating and relation.required and relation.key not in draft.links:
            draft.errors.append(required_link(relation))


def _take_link(draft: Draft, relation: Relation, value: Any) -> None:  # noqa: ANN401 -- decoded JSON
    pointer = f"/data/relationships/{relation.name}"
    if isinstance(value, dict) and "data" not in value and ("links" in value or "meta" in value):
        return  # sent back as it was read: it names nobody, so it changes nothing (JSON:API, relationship objects)
    if not isinstance(value, dict) or "data" not in value:
        draft.errors.append(invalid(pointer, "A relationship is an object with a data member."))
        return
    try:
        found = read_linkage(relation, cast("dict[str, Any]", value)["data"], f"{pointer}/data")
    except ManyErrors as wrong:
        draft.errors.extend(wrong.errors)
        return
    if found is None and relation.required:
        draft.errors.append(required_link(relation))
    elif draft.links.get(relation.key, found) != found:  # the path has named another one
        draft.errors.append(ApiError(409, "The path names another one.", source={"pointer": f"{pointer}/data"}))
    else:
        draft.links[relation.key] = found


def required_link(relation: Relation) -> ApiError:
    """Return the error of a relationship that has to be there (golden answer of the reference)."""
    detail = f"A valid relationship with {relation.target} resource is required"
    return ApiError(422, detail, source={"pointer": f"/data/relationships/{relation.name}"})


def read_linkage(relation: Relation, data: Any, pointer: str) -> int | list[int] | None:  # noqa: ANN401 -- decoded JSON
    """Return the id, None, or the list of different ids that linkage names; raises ManyErrors."""
    if relation.many:
        return read_many(relation, data, pointer)
    if data is None:
        return None
    found = _identifier(relation, data, pointer)
    if isinstance(found, ApiError):
        raise ManyErrors([found])
    return found


def read_many(relation: Relation, data: Any, pointer: str) -> list[int]:  # noqa: ANN401 -- decoded JSON
    """Return the different ids of a list of resource identifiers, in order; raises ManyErrors."""
    if not isinstance(data, list):
        raise ManyErrors([invalid(pointer, "The linkage of this relationship is a list.")])
    items = cast("list[Any]", data)
    if len(items) > MAX_LINKS:
        raise ManyErrors([invalid(pointer, f"At most {MAX_LINKS} at once.")])
    found = [_identifier(relation, item, f"{pointer}/{index}") for index, item in enumerate(items)]
    errors = [one for one in found if isinstance(one, ApiError)]
    if errors:
        raise ManyErrors(errors)
    return list(dict.fromkeys(cast("list[int]", found)))


def _identifier(relation: Relation, item: Any, pointer: str) -> int | ApiError:  # noqa: ANN401 -- decoded JSON
    if not isinstance(item, dict):
        return invalid(pointer, "A resource identifier is an object with type and id.")
    identifier = cast("dict[str, Any]", item)
    error = wrong_type(identifier, relation.target, pointer)
    if error is not None:
        return error
    if identifier.get("id") is None:
        return invalid(f"{pointer}/id", "Missing data for required field.")
    found = key_of(identifier["id"])
    return not_found(relation, identifier["id"], pointer) if found is None else found


def key_of(told: Any) -> int | None:  # noqa: ANN401 -- decoded JSON
    """Return an id as a number: the wire has text, and numbers for a few types; None for what is no id.

    >>> key_of("7"), key_of(7), key_of("x"), key_of("-1"), key_of(True), key_of("9" * 30)
    (7, 7, None, None, None, None)
    """
    if isinstance(told, str) and told.isascii() and told.isdigit() and len(told) < 20:  # noqa: PLR2004 -- digits of 2**63
        told = int(told)
    return told if type(told) is int and 0 <= told < _TOP_KEY else None


def not_found(relation: Relation, told: object, pointer: str) -> ApiError:
    """Return the error of linkage that names nothing, or nothing that this caller may know of."""
    title = relation.target.replace("-", " ").title().replace(" ", "")
    detail = f"{title}: {str(told)[:40]} not found"
    return ApiError(404, detail, source={"pointer": pointer}, title="Object not found")
