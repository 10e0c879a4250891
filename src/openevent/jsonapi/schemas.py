"""JSON schemas (2020-12) of the documents of every type: what the API answers, and what it takes."""

from __future__ import annotations

from typing import Any

from openevent.jsonapi.inputs import Form
from openevent.jsonapi.registry import Field, Relation, ResourceType
from openevent.jsonapi.values import JSON_DEPTH, Shape, plain

Schema = dict[str, Any]

_PLAIN: dict[str, Schema] = {
    "string": {"type": "string"},
    "integer": {"type": "integer", "format": "int64"},
    "float": {"type": "number", "format": "double"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "datetime": {"type": "string", "format": "date-time"},
    "email": {"type": "string", "format": "email"},
    "url": {"type": "string", "format": "uri"},
    "json": {"description": f"Any JSON, nested at most {JSON_DEPTH} deep."},
}


def ref(name: str) -> Schema:
    """Return a reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


_VERSION: Schema = {"type": "object", "properties": {"version": {"const": "1.0"}}, "required": ["version"]}
_LINKS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
_ERRORS: Schema = {
    "type": "object",
    "description": "What was refused, and where.",
    "properties": {
        "errors": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "status": {"type": ["integer", "string"], "description": "Text for values that do not fit."},
                    "title": {"type": "string"},
                    "detail": {"type": "string"},
                    "code": {"type": "string"},
                    "source": {"type": "object"},
                },
                "required": ["status", "title", "detail", "source"],
            },
        },
        "jsonapi": ref("jsonapi"),
    },
    "required": ["errors", "jsonapi"],
}
_UNAUTHENTICATED: Schema = {
    "type": "object",
    "description": "Sign in first.",
    "properties": {"error": {"type": "string"}},
    "required": ["error"],
}
_MESSAGE: Schema = {
    "type": "object",
    "properties": {
        "meta": {"type": "object", "properties": {"message": {"type": "string"}}, "required": ["message"]},
        "jsonapi": ref("jsonapi"),
    },
    "required": ["meta", "jsonapi"],
}
_LINKED: Schema = {
    "type": "object",
    "description": "A relationship; its data is there when it was included.",
    "properties": {"links": ref("links"), "data": {}},
    "required": ["links"],
}
SHARED: dict[str, Schema] = {
    "jsonapi": _VERSION,
    "links": _LINKS,
    "errors": _ERRORS,
    "unauthenticated": _UNAUTHENTICATED,
    "message": _MESSAGE,
    "linked": _LINKED,
}


def schemas_of(entry: ResourceType) -> dict[str, Schema]:
    """Return all schemas of one type, by name."""
    name, form = entry.name, Form.of(entry)
    found = {
        f"{name}-identifier": _identifier(entry),
        f"{name}-link": _linkage_document(name, many=False),
        f"{name}-links": _linkage_document(name, many=True),
        name: _resource(entry, form),
        f"{name}-document": _document(ref(name)),
        f"{name}-list": _document({"type": "array", "items": ref(name)}, counted=True),
    }
    if entry.offers("create"):
        found[f"{name}-create"] = _input(entry, form, creating=True)
    if entry.offers("update"):
        found[f"{name}-update"] = _input(entry, form, creating=False)
    return found


def linkage(target: str, *, many: bool) -> Schema:
    """Return the schema of a relationship's data."""
    one = ref(f"{target}-identifier")
    return {"type": "array", "items": one} if many else {"anyOf": [one, {"type": "null"}]}


def linkage_name(relation: Relation) -> str:
    """Return the name of the schema of a document at /relationships/<name>."""
    return f"{relation.target}-links" if relation.many else f"{relation.target}-link"


def _linkage_document(target: str, *, many: bool) -> Schema:
    members = {"data": linkage(target, many=many), "links": ref("links"), "jsonapi": ref("jsonapi")}
    return {"type": "object", "properties": members, "required": ["data"]}


def value(shape: Shape) -> Schema:
    """Return the schema of one value that may be sent."""
    found: Schema = dict(_PLAIN[shape.kind])
    if shape.container is not None:
        found = {"type": "array" if shape.container is list else "object"}
    if shape.minimum is not None:
        found["minimum"] = plain(shape.minimum)
    if shape.maximum is not None:
        found["maximum"] = plain(shape.maximum)
    if shape.max_length is not None:
        found["maxLength"] = shape.max_length
    if shape.choices:
        found["enum"] = list(shape.choices)
    return nullable(found) if shape.nullable else found


def nullable(schema: Schema) -> Schema:
    """Return a schema that takes null as well."""
    if "type" not in schema:
        return schema
    found = {**schema, "type": [schema["type"], "null"]}
    return {**found, "enum": [*schema["enum"], None]} if "enum" in schema else found


def _id(entry: ResourceType) -> Schema:
    if entry.resource.integer_id:
        return {"type": "integer", "format": "int64"}
    return {"type": "string", "pattern": "^[0-9]+$"}


def _identifier(entry: ResourceType) -> Schema:
    # Linkage says ids as text; those that are numbers elsewhere may be sent as such.
    kinds = ["string", "integer"] if entry.resource.integer_id else "string"
    members = {"type": {"const": entry.name}, "id": {"type": kinds, "pattern": "^[0-9]+$"}}
    return {"type": "object", "properties": members, "required": ["type", "id"]}


def _resource(entry: ResourceType, form: Form) -> Schema:
    writable = {member.field.name for member in form.members}
    shown = [one for one in entry.fields.values() if one.is_readable]
    attributes = {one.name: _shown(one, is_writable=one.name in writable) for one in shown}
    relationships = {one.name: ref("linked") for one in entry.relations.values() if not one.hidden}
    members: Schema = {
        "type": {"const": entry.name},
        "id": _id(entry),
        "attributes": {"type": "object", "properties": attributes},
        "relationships": {"type": "object", "properties": relationships},
        "links": ref("links"),
    }
    return {"type": "object", "properties": members, "required": ["type", "id", "attributes", "links"]}


def _shown(one: Field, *, is_writable: bool) -> Schema:
    """Return the schema of a value in answers: its bounds are for those who write."""
    found = dict(_PLAIN[one.kind])
    if one.column is None or one.column.nullable:
        found = nullable(found)
    if not is_writable:
        found["readOnly"] = True
    cell = one.attribute.readable_by
    return {**found, "description": f"Shown to: {cell.name}."} if cell else found


def _document(data: Schema, *, counted: bool = False) -> Schema:
    members: Schema = {
        "data": data,
        "included": {"type": "array", "items": {"type": "object"}},
        "links": ref("links"),
        "jsonapi": ref("jsonapi"),
    }
    if counted:
        count = {"count": {"type": "integer", "minimum": 0}}
        members["meta"] = {"type": "object", "properties": count, "required": ["count"]}
    return {"type": "object", "properties": members, "required": ["data", "jsonapi"]}


def _input(entry: ResourceType, form: Form, *, creating: bool) -> Schema:
    attributes = {member.field.name: _taken(member.field, value(member.shape)) for member in form.members}
    if form.may_restore and not creating:
        attributes["deleted-at"] = {"type": "null", "description": "With get_trashed=true: restores the record."}
    links = [one for one in form.links if creating or one.writable == "always"]
    parts: Schema = {
        "attributes": _object(
            attributes, [one.field.name for one in form.members if one.field.attribute.required], creating
        ),
        "relationships": _object(
            {one.name: _link(one) for one in links}, [one.name for one in links if one.required], creating
        ),
    }
    data: Schema = {"type": {"const": entry.name}, **({} if creating else {"id": _id(entry)}), **parts}
    needed = [name for name, part in parts.items() if part.get("required")]
    return {
        "type": "object",
        "properties": {
            "data": {
                "type": "object",
                "properties": data,
                "required": [*(("type",) if creating else ("type", "id")), *needed],
            }
        },
        "required": ["data"],
    }


def _object(members: Schema, required: list[str], creating: bool) -> Schema:  # noqa: FBT001 -- two of a kind
    found: Schema = {"type": "object", "properties": members}
    return {**found, "required": required} if creating and required else found


def _taken(one: Field, schema: Schema) -> Schema:
    schema = {**schema, **one.attribute.schema} if one.attribute.schema else schema
    found = {**schema, "writeOnly": True} if one.attribute.write_only else schema
    cell = one.attribute.writable_by
    return {**found, "description": f"Taken from: {cell.name}."} if cell else found


def _link(relation: Relation) -> Schema:
    data = ref(f"{relation.target}-identifier") if relation.required else linkage(relation.target, many=relation.many)
    return {"type": "object", "properties": {"data": data}, "required": ["data"]}
