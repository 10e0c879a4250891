"""The OpenAPI 3.1 document: every path, method, parameter and document, read off the declarations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from openevent.jsonapi.conditions import constant
from openevent.jsonapi.declare import Alias, Endpoint, Keyed
from openevent.jsonapi.permits import ANONYMOUS
from openevent.jsonapi.ports import Cell
from openevent.jsonapi.registry import Registry, Relation, ResourceType
from openevent.jsonapi.relations import is_changeable
from openevent.jsonapi.request import MEDIA_TYPE
from openevent.jsonapi.schemas import SHARED, Schema, linkage_name, ref, schemas_of

Operation = dict[str, Any]
_SEGMENT = re.compile(r"<(?:text:)?(\w+)>")
_BRACES = re.compile(r"\{\w+\}")
_SIGNED_IN = [{"JWT": list[str]()}]


def describe(registry: Registry, endpoints: Sequence[Endpoint], title: str, version: str) -> dict[str, Any]:
    """Return the whole document; the same declarations give the same document."""
    paths: dict[str, dict[str, Any]] = {}
    for entry in registry:
        for path, method, operation in _operations(registry, entry):
            paths.setdefault(path, {})[method] = operation
    for alias in [alias for entry in registry for alias in entry.resource.aliases]:
        paths.setdefault(_SEGMENT.sub(r"{\1}", alias.path), {}).update(_alias(paths, alias))
    for endpoint in endpoints:
        path = _SEGMENT.sub(r"{\1}", endpoint.path)
        paths.setdefault(path, {})[endpoint.method.lower()] = _endpoint(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "security": [*_SIGNED_IN, {}],
        "tags": [{"name": entry.name} for entry in registry],
        "paths": _with_names_of_their_own(dict(sorted(paths.items()))),
        "components": _components(registry),
    }


def render(document: dict[str, Any]) -> str:
    """Return the document as it is kept: indented, in one order, so that a change is a small difference."""
    return msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=1).decode() + "\n"


def _with_names_of_their_own(paths: dict[str, dict[str, Operation]]) -> dict[str, dict[str, Operation]]:
    """Tell operations apart that would be called alike: the list of a type, and the same words below another one."""
    taken: set[str] = set()
    for path in sorted(paths, key=len):
        for operation in paths[path].values():
            if operation["operationId"] in taken:
                operation["operationId"] += "-below"
            taken.add(operation["operationId"])
    return paths


def _components(registry: Registry) -> dict[str, Any]:
    schemas, parameters = dict(SHARED), dict(_PARAMETERS)
    for entry in registry:
        schemas.update(schemas_of(entry))
        parameters.update(_parameters_of(entry))
    header = {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`JWT <token>` or `Bearer <token>`, with the access token of a sign-in.",
    }
    return {"schemas": schemas, "securitySchemes": {"JWT": header}, "parameters": parameters, "responses": _RESPONSES}


def _operations(registry: Registry, entry: ResourceType) -> Iterable[tuple[str, str, Operation]]:
    item = entry.link("{id}")
    yield from _of_collection(entry)
    if entry.resource.address is None or "{id}" not in item:  # else it is what a relationship leads to
        yield from _of_item(entry, item, entry.name, [_key(entry)] if "{id}" in item else [])
    if entry.resource.singleton is not None:
        yield from _of_item(entry, entry.url, f"the-{entry.name}", [])
    for relation in entry.relations.values():
        path = entry.related(relation, "{id}")
        yield from _of_related(registry, entry, relation, path)
        for keyed in relation.by:
            yield from _of_keyed(registry[relation.target], relation, keyed, f"{path}/{{value}}", _key(entry))
        for name in dict.fromkeys((relation.linkage, relation.name)) if relation.linked else ():
            about = f"{entry.name}-{_slug(name)}-linkage"
            yield from _of_linkage(registry, entry, relation, f"{item}/relationships/{name}", about)


def _of_collection(entry: ResourceType) -> Iterable[tuple[str, str, Operation]]:
    plural = _slug(entry.resource.plural)
    if entry.offers("list") and entry.resource.collection:
        yield entry.url, "get", _listing(entry, f"list-{plural}", [])
    for named in entry.resource.lists:
        yield entry.list_path(named), "get", _listing(entry, f"list-{_slug(entry.list_path(named))}", [])
    for path in entry.creating_paths():
        name = f"create-{entry.name}" if path == entry.url else f"create-in-{_slug(path)}"
        yield path, "post", _creating(entry, name, [])


def _listing(entry: ResourceType, name: str, keys: Sequence[Schema]) -> Operation:
    wanted = [*keys, *_in_list(entry), *_in_document(entry)]
    return _operation(entry, name, entry.cells.list, f"{entry.name}-list", parameters=wanted)


def _creating(entry: ResourceType, name: str, keys: Sequence[Schema]) -> Operation:
    wanted, body = [*keys, *_in_document(entry)], ref(f"{entry.name}-create")
    return _operation(entry, name, entry.cells.create, f"{entry.name}-document", "201", body=body, parameters=wanted)


def _of_item(
    entry: ResourceType, path: str, about: str, keys: Sequence[Schema], read: Cell | None = None
) -> Iterable[tuple[str, str, Operation]]:
    document, cells = f"{entry.name}-document", entry.cells
    if entry.offers("read"):
        wanted = [*keys, *_in_document(entry), _TRASHED, _IF_NONE_MATCH]
        yield path, "get", _operation(entry, f"read-{about}", read or cells.read, document, parameters=wanted)
    if entry.offers("update"):
        body, wanted = ref(f"{entry.name}-update"), [*keys, *_in_document(entry), _TRASHED, _IF_MATCH]
        yield path, "patch", _operation(entry, f"update-{about}", cells.update, document, body=body, parameters=wanted)
    if entry.offers("delete"):
        wanted = [*keys, _PERMANENT, _IF_MATCH]
        yield path, "delete", _operation(entry, f"delete-{about}", cells.delete, "message", parameters=wanted)


def _of_keyed(
    target: ResourceType, relation: Relation, keyed: Keyed, path: str, key: Schema
) -> Iterable[tuple[str, str, Operation]]:
    """Describe the address of one row by a column of its own."""
    name = keyed.column.replace("_", " ")
    value = {**_parameter("value", f"The {name} of the {target.name}.", {"type": "string"}, "path"), "required": True}
    about = f"{relation.owner}-{relation.name}-by-{_slug(keyed.column)}"
    yield from _of_item(target, path, about, [key, value], keyed.read)


def _of_related(
    registry: Registry, entry: ResourceType, relation: Relation, path: str
) -> Iterable[tuple[str, str, Operation]]:
    target, about = registry[relation.target], f"{entry.name}-{relation.name}"
    if not relation.many:
        yield from ((path, *found) for found in _of_related_one(target, about, _key(entry)))
        return
    if target.offers("list"):
        yield path, "get", _listing(target, f"list-{about}", [_key(entry)])
    if target.offers("create"):
        yield path, "post", _creating(target, f"create-{about}", [_key(entry)])


def _of_related_one(target: ResourceType, about: str, key: Schema) -> Iterable[tuple[str, Operation]]:
    name, cells = target.name, target.cells
    wanted = [key, *_in_document(target)]
    if target.offers("read"):
        yield "get", _operation(target, f"read-{about}", cells.read, f"{name}-document", parameters=wanted)
    if target.offers("update"):
        body, known = ref(f"{name}-update"), [*wanted, _IF_MATCH]
        document = f"{name}-document"
        yield "patch", _operation(target, f"update-{about}", cells.update, document, body=body, parameters=known)
    if target.offers("delete"):
        yield "delete", _operation(target, f"delete-{about}", cells.delete, "message", parameters=[key, _IF_MATCH])


def _of_linkage(
    registry: Registry, entry: ResourceType, relation: Relation, path: str, about: str
) -> Iterable[tuple[str, str, Operation]]:
    key, schema = _key(entry), linkage_name(relation)
    yield path, "get", _operation(entry, f"read-{about}", entry.cells.read, schema, parameters=[key])
    owner = registry[relation.target] if relation.via == "there" else entry
    if not is_changeable(relation, owner):
        return
    verbs = (
        {"post": "add-to", "patch": "replace", "delete": "remove-from"}
        if relation.many
        else {"post": "put-into", "patch": "set", "delete": "empty"}
    )
    for method, verb in verbs.items():
        body = None if verb == "empty" else ref(schema)
        found = _operation(
            entry, f"{verb}-{about}", owner.cells.update, "message", body=body, parameters=[key, _IF_MATCH]
        )
        found["responses"]["204"] = {"description": "Nothing had to be changed."}
        yield path, method, found


def _operation(
    entry: ResourceType,
    name: str,
    cell: Cell,
    answer: str,
    status: str = "200",
    *,
    parameters: Sequence[Schema],
    body: Schema | None = None,
) -> Operation:
    content = {MEDIA_TYPE: {"schema": ref(answer)}}
    found: Operation = {
        "operationId": name,
        "tags": [entry.name],
        "summary": name.replace("-", " ").capitalize(),
        "description": f"For {cell.name}.",
        "parameters": list(parameters),
        "responses": {status: {"description": "Done.", "content": content}, **_REFUSALS},
    }
    if body is not None:
        found["requestBody"] = {"required": True, "content": {MEDIA_TYPE: {"schema": body}}}
    if constant(cell.condition(ANONYMOUS, entry.table.c)) is False:
        found["security"] = _SIGNED_IN
    return found


def _alias(paths: dict[str, dict[str, Any]], alias: Alias) -> dict[str, Operation]:
    """Return the operations of what an alias stands for, with the segments of its own path."""
    wanted = _SEGMENT.sub("{}", alias.to)
    [known] = [operations for path, operations in paths.items() if _BRACES.sub("{}", path) == wanted]
    keys = [_segment(name) for name in _SEGMENT.findall(alias.path)]
    slug = _slug(alias.path)
    found: dict[str, Operation] = {}
    for method in (one.lower() for one in alias.methods if one.lower() in known):  # the rest is always refused
        others = [one for one in known[method]["parameters"] if not _is_segment(one)]
        changed = {"operationId": f"{method}-{slug}", "parameters": [*keys, *others]}
        found[method] = {**known[method], **changed}
    return found


def _is_segment(parameter: Schema) -> bool:
    return parameter.get("in") == "path" or ("$ref" in parameter and parameter["$ref"].endswith("-id"))


def _segment(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _slug(path: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-")


def _endpoint(endpoint: Endpoint) -> Operation:
    slug = _slug(endpoint.path)
    names = _SEGMENT.findall(endpoint.path)
    found: Operation = {
        "operationId": f"{endpoint.method.lower()}-{slug}",
        "summary": endpoint.summary or slug.replace("-", " ").capitalize(),
        "parameters": [_segment(one) for one in names],
        "responses": {"2XX": {"description": "Done.", **_content(endpoint.answer, endpoint.gives)}, **_REFUSALS},
    }
    if endpoint.body:
        found["requestBody"] = _content(endpoint.body, endpoint.takes)
    if endpoint.auth:
        found["security"] = _SIGNED_IN
    return found


def _content(schema: Mapping[str, Any] | None, media_type: str) -> Schema:
    return {"content": {media_type: {"schema": dict(schema)}}} if schema else {}


def _parameters_of(entry: ResourceType) -> dict[str, Schema]:
    """Return the parameters that differ from type to type, by name."""
    shown = [one.name for one in entry.fields.values() if one.is_readable]
    related = [one.name for one in entry.relations.values()]
    second = entry.resource.second_key
    key = f"The id of the {entry.name}" + (f", or its {second}." if second else ".")
    include = f"Related records to answer with: {', '.join(related) or 'none'}; paths have dots."
    sort = f"Attributes to sort by, with a dash for descending: {', '.join(shown)}; dots lead to related records."
    return {
        f"{entry.name}-id": {**_parameter("id", key, {"type": "string"}, "path"), "required": True},
        f"{entry.name}-include": _words("include", include),
        f"{entry.name}-fields": _words(
            f"fields[{entry.name}]", "The members to answer with.", {"enum": ["id", *shown, *related]}
        ),
        f"{entry.name}-sort": _words("sort", sort),
    }


def _shared(name: str) -> Schema:
    return {"$ref": f"#/components/parameters/{name}"}


def _key(entry: ResourceType) -> Schema:
    return _shared(f"{entry.name}-id")


def _in_document(entry: ResourceType) -> list[Schema]:
    """Return the parameters that shape a document of this type."""
    return [_shared(f"{entry.name}-include"), _shared(f"{entry.name}-fields")]


def _in_list(entry: ResourceType) -> list[Schema]:
    """Return the parameters that only lists have."""
    return [_shared(name) for name in ("page-size", "page-number", "filter", f"{entry.name}-sort", "get-trashed")]


def _words(name: str, told: str, items: Schema | None = None) -> Schema:
    schema = {"type": "array", "items": {"type": "string", **(items or {})}}
    return {**_parameter(name, told, schema), "style": "form", "explode": False}


def _parameter(name: str, told: str, schema: Schema, place: str = "query") -> Schema:
    return {"name": name, "in": place, "description": told, "schema": schema}


_PARAMETERS: dict[str, Schema] = {
    "page-size": _parameter(
        "page[size]", "Rows on a page; 0 for as many as are allowed.", {"type": "integer", "minimum": 0}
    ),
    "page-number": _parameter("page[number]", "Which page, from 1.", {"type": "integer", "minimum": 1}),
    "filter": {
        "name": "filter",
        "in": "query",
        "description": 'Conditions, all of which hold: [{"name": "state", "op": "eq", "val": "published"}].',
        "content": {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}},
    },
    "get-trashed": _parameter(
        "get_trashed", "Deleted records too, for those who may change them.", {"enum": ["true", "false"]}
    ),
    "permanent": _parameter("permanent", "For good; admins only.", {"enum": ["true", "false"]}),
    "if-match": _parameter("If-Match", "Only if this is still its ETag.", {"type": "string"}, "header"),
    "if-none-match": _parameter("If-None-Match", "Only if this is its ETag no more.", {"type": "string"}, "header"),
}
_TRASHED, _PERMANENT, _IF_MATCH, _IF_NONE_MATCH = (
    _shared(name) for name in ("get-trashed", "permanent", "if-match", "if-none-match")
)
_RESPONSES: dict[str, Schema] = {
    "refused": {
        "description": "Refused: the errors say why, and where.",
        "content": {MEDIA_TYPE: {"schema": ref("errors")}},
    },
    "unauthenticated": {
        "description": "Nobody is signed in.",
        "content": {"application/json": {"schema": ref("unauthenticated")}},
    },
}
_REFUSALS: dict[str, Schema] = {
    "401": {"$ref": "#/components/responses/unauthenticated"},
    "4XX": {"$ref": "#/components/responses/refused"},
    "5XX": {"$ref": "#/components/responses/refused"},
}
