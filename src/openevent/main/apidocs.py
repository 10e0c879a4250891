"""The API, described for machines (/v1/openapi.json) and for people (/v1/docs), from the declarations themselves."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, render_template, request
from msgspec import Struct

from openevent import __version__
from openevent.jsonapi.openapi import describe, render
from openevent.jsonapi.registry import Field, Registry, Relation, ResourceType
from openevent.kit.errors import NotFound
from openevent.main.catalogue import ENDPOINTS, PERMISSIONS, RESOURCES

blueprint = Blueprint("apidocs", __name__, template_folder="templates")

_VERBS = ("list", "read", "create", "update", "delete")
_LONGEST_SEARCH = 100


class Route(Struct, frozen=True):
    """One method of one address."""

    method: str
    path: str
    told: str
    who: str
    type: str  # empty for what is no JSON:API resource
    body: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()

    @property
    def area(self) -> str:
        """The first word of the address below /v1."""
        return self.path.removeprefix("/v1/").split("/", 1)[0]


@lru_cache(maxsize=1)
def registry() -> Registry:
    """Return what the declarations mean together."""
    return Registry(RESOURCES, PERMISSIONS)


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return describe(registry(), ENDPOINTS, "Open Event", __version__)


@lru_cache(maxsize=1)
def rendered() -> bytes:
    """Return the OpenAPI document as it is sent."""
    return render(document()).encode()


@lru_cache(maxsize=1)
def routes() -> tuple[Route, ...]:
    """Return every route of the document, by address."""
    return tuple(
        _route(path, method, operation)
        for path, operations in document()["paths"].items()
        for method, operation in operations.items()
    )


def _route(path: str, method: str, operation: dict[str, Any]) -> Route:
    type_ = next(iter(operation.get("tags", [])), "")
    signed_in = "signed in" if "security" in operation else "everyone"
    who = operation.get("description", signed_in).removeprefix("For ").rstrip(".")
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    answer = operation["responses"].get("2XX", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return Route(method.upper(), path, operation["summary"], who, type_, _members(body), _members(answer))


def _members(schema: dict[str, Any]) -> tuple[str, ...]:
    return tuple(schema.get("properties", {}))


def matching(search: str) -> tuple[list[ResourceType], list[Route]]:
    """Return the types and the plain routes whose names, members or addresses hold every word."""
    words = search.lower().split()
    types = [entry for entry in registry() if all(word in _text_of(entry) for word in words)]
    plain = [
        one for one in routes() if not one.type and all(word in f"{one.path} {one.told}".lower() for word in words)
    ]
    return sorted(types, key=lambda entry: entry.name), plain


@lru_cache(maxsize=512)
def _text_of(entry: ResourceType) -> str:
    addresses = (one.path for one in routes() if one.type == entry.name)
    return " ".join((entry.name, *entry.fields, *entry.relations, *addresses)).lower()


@blueprint.get("/v1/openapi.json")
def openapi() -> Response:
    """Send the OpenAPI document; it may be read from any origin, for it holds nothing that is anybody's."""
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}
    response = Response(rendered(), content_type="application/json", headers=headers)
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/v1/docs")
def index() -> str:
    """Show all types and plain routes, or those that a search finds."""
    search = " ".join(request.args.get("q", "").replace("\0", "").split())[:_LONGEST_SEARCH]
    types, plain = matching(search)
    areas: dict[str, list[Route]] = {}
    for one in plain:
        areas.setdefault(one.area, []).append(one)
    return render_template("apidocs/index.html", search=search, types=types, areas=areas, found=len(types) + len(plain))


@blueprint.get("/v1/docs/<name>")
def show(name: str) -> str:
    """Show one type: its members, its relationships, who may what, and its routes."""
    entry = registry().find(name)
    if entry is None:
        raise NotFound("There is no such type.")
    return render_template(
        "apidocs/type.html",
        entry=entry,
        fields=[(one, _told(one)) for one in entry.fields.values()],
        relations=[(one, entry.related(one, "{id}")) for one in entry.relations.values()],
        cells=[(verb, getattr(entry.cells, verb).name) for verb in _VERBS if entry.offers(verb)],
        routes=[one for one in routes() if one.type == entry.name],
        changed=_changed(entry.relations.values()),
    )


def _told(one: Field) -> list[str]:
    """Return what else there is to say of an attribute."""
    found = one.attribute
    facts = {
        "required": found.required,
        "read-only": found.read_only or (found.sql is not None and not found.writable),
        "write-only": found.write_only,
        "may be null": found.nullable and not found.required,
    }
    told = [fact for fact, holds in facts.items() if holds]
    told += [f"one of {', '.join(found.choices)}"] if found.choices else []
    told += [f"at least {found.min:g}"] if found.min is not None else []
    told += [f"at most {found.max:g}"] if found.max is not None else []
    told += [f"shown to {found.readable_by.name}"] if found.readable_by else []
    return [*told, f"taken from {found.writable_by.name}"] if found.writable_by else told


def _changed(relations: Iterable[Relation]) -> dict[str, str]:
    return {one.name: {"create": "once", "always": "yes", "never": ""}[one.writable] for one in relations}
