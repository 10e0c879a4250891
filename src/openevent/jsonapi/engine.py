"""The engine's face: one request in, one response out. Here routes are made, and exceptions become documents."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from urllib.parse import parse_qsl, quote

import msgspec
from msgspec.structs import replace

from openevent.jsonapi.declare import Alias, Call, Endpoint, Keyed, NamedList, Reply, Resource
from openevent.jsonapi.errors import ApiError, ManyErrors, error_document
from openevent.jsonapi.limits import Limits
from openevent.jsonapi.memory import Memory
from openevent.jsonapi.negotiate import check_accept
from openevent.jsonapi.operands import is_text
from openevent.jsonapi.ports import ANONYMOUS, Backend, Cells, Translate
from openevent.jsonapi.reads import Reader
from openevent.jsonapi.registry import Parent, Registry, Relation, ResourceType
from openevent.jsonapi.relations import RelationshipWriter
from openevent.jsonapi.request import MEDIA_TYPE, Request, Response
from openevent.jsonapi.routes import Match, Router
from openevent.jsonapi.writes import Writer

__all__ = ["Engine", "Limits"]

_log = logging.getLogger(__name__)
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_JSON = "application/json"
ONLY = "1"  # the id of a row that its type has one of

Handler = Callable[[Request, Mapping[str, str]], Response]


class Engine:
    """Serves every declared type and endpoint. It knows no framework: main mounts it, tests call it."""

    def __init__(  # noqa: PLR0917 -- built once, in main, from exactly these parts
        self,
        resources: Sequence[Resource],
        cells: Mapping[str, Cells],
        endpoints: Sequence[Endpoint],
        backend: Backend,
        translate: Translate,
        limits: Limits | None = None,
        *,
        base: str = "/v1",
    ) -> None:
        """Resolve all declarations; raises ValueError for one that can't work."""
        self.limits = limits or Limits()
        self.registry = Registry(resources, cells, base=base)
        self.reader = Reader(self.registry, backend, self.limits)
        self.writer = Writer(self.registry, self.reader, backend)
        self._links = RelationshipWriter(self.writer)
        self._backend = backend
        self._translate = translate
        self._memory = Memory(backend, self.limits.remembered_tags)
        self._router: Router[Handler] = Router()
        for entry in self.registry:
            self._route_type(entry)
        for endpoint in endpoints:
            self._route_endpoint(endpoint)
        for entry in self.registry:
            for alias in entry.resource.aliases:
                self._route_alias(alias)

    def handle(self, request: Request) -> Response | None:
        """Answer a request; None when neither a route nor the API's own part of the address space has it."""
        try:
            response = self._remembered(request)
        except Exception as error:  # noqa: BLE001 -- the one place where whatever was raised becomes an answer
            response = self._failed(error, request)
        return _without_body(response) if response is not None and request.method == "HEAD" else response

    def serves(self, method: str, path: str) -> bool:
        """Tell whether there is a route, whatever it would answer."""
        match = self._router.find(path)
        return match is not None and match.target(method) is not None

    def _remembered(self, request: Request) -> Response | None:
        if request.method == "GET" and "if-none-match" in request.headers and "if-match" not in request.headers:
            return self._memory.answer(request, lambda: self._routed(request))
        return self._routed(request)

    def _routed(self, request: Request) -> Response | None:
        match = self._router.find(request.path)
        if match is not None:
            return self._run(match, request)
        if request.path.startswith(f"{self.registry.base}/"):
            raise ApiError(404, "There is nothing at this address.", source={"source": ""})
        return None

    def _run(self, match: Match[Handler], request: Request) -> Response:
        found = match.target(request.method)
        if found is None:
            raise ApiError(405, "The method is not allowed here.", headers={"Allow": ", ".join(match.methods)})
        handler, params = found
        return handler(request, params)

    def _check_length(self, request: Request, most: int) -> None:
        if len(request.body) > most:
            raise ApiError(413, f"The body is longer than {most} bytes.")

    def _failed(self, error: Exception, request: Request) -> Response:
        if isinstance(error, ManyErrors):
            return _refused(error.errors)
        known = error if isinstance(error, ApiError) else self._translate(error, request.caller)
        if known is None:
            _log.exception("%s %s failed", request.method, request.path, exc_info=error)
            known = ApiError(500, "Something went wrong on our side.")
        return _unauthenticated(known) if known.status == 401 else _refused([known])  # noqa: PLR2004 -- v1 reference 3.4

    def _route_type(self, entry: ResourceType) -> None:
        self._route_collection(entry)
        if entry.resource.address is None or "<key>" not in entry.item:
            self._route_item(entry)
        if entry.resource.singleton is not None:
            self._route_singleton(entry, str(entry.resource.singleton))
        for relation in entry.relations.values():
            self._route_relation(entry, relation)

    def _route_collection(self, entry: ResourceType) -> None:
        if entry.resource.address is None:
            self._router.reserve(entry.url)
        if entry.offers("list") and entry.resource.collection:
            self._add("GET", entry.url, lambda request, _: self.reader.collection(entry, request))
        for named in entry.resource.lists:
            self._add("GET", entry.list_path(named), partial(self._named, entry, named))
        for path in entry.creating_paths():
            self._add("POST", path, lambda request, _: self.writer.create(entry, request))

    def _route_item(self, entry: ResourceType) -> None:
        reader, writer, item = self.reader, self.writer, entry.item
        self._router.reserve(item)
        if entry.offers("read"):
            self._add("GET", item, lambda request, params: reader.item(entry, params.get("key", ONLY), request))
        if entry.offers("update"):
            self._add("PATCH", item, lambda request, params: writer.update(entry, params["key"], request))
        if entry.offers("delete"):
            self._add("DELETE", item, lambda request, params: writer.delete(entry, params["key"], request))

    def _route_singleton(self, entry: ResourceType, key: str) -> None:
        """Let the path without an id lead to the one record."""
        if entry.offers("read"):
            self._add("GET", entry.url, lambda request, _: self.reader.item(entry, key, request))
        if entry.offers("update"):
            self._add("PATCH", entry.url, lambda request, _: self.writer.update(entry, key, request))

    def _route_relation(self, entry: ResourceType, relation: Relation) -> None:
        for path in {entry.related(relation, "<key>"), _usual_path(entry, relation)}:
            self._route_related(path, relation)
            for keyed in relation.by:
                self._route_keyed(f"{path}/<value>", relation, keyed)
        if relation.linked:
            self._route_linkage(entry, relation)

    def _route_related(self, path: str, relation: Relation) -> None:
        target = self.registry[relation.target]
        self._router.reserve(path)
        if target.offers("list" if relation.many else "read"):
            self._add("GET", path, partial(self._related, relation))
        if relation.many and target.offers("create"):
            self._add("POST", path, partial(self._create_below, relation))
        if not relation.many and target.offers("update"):
            self._add("PATCH", path, partial(self._update_related, relation))
        if not relation.many and target.offers("delete"):
            self._add("DELETE", path, partial(self._delete_related, relation))

    def _route_keyed(self, path: str, relation: Relation, keyed: Keyed) -> None:
        target = self.registry[relation.target]
        self._router.reserve(path)
        if target.offers("read"):
            self._add("GET", path, partial(self._read_keyed, relation, keyed))
        if target.offers("update"):
            self._add("PATCH", path, partial(self._update_keyed, relation, keyed))
        if target.offers("delete"):
            self._add("DELETE", path, partial(self._delete_keyed, relation, keyed))

    def _route_linkage(self, entry: ResourceType, relation: Relation) -> None:
        for name in dict.fromkeys((relation.linkage, relation.name)):
            path = f"{entry.item}/relationships/{name}"
            self._add("GET", path, lambda request, params: self.reader.linkage(relation, params["key"], request))
            for method in ("POST", "PATCH", "DELETE"):  # where nothing can be changed, the answer is 403
                self._add(method, path, lambda request, params: self._links.change(relation, params["key"], request))

    def _route_alias(self, alias: Alias) -> None:
        match = self._router.resolve(alias.to)
        for method in alias.methods:
            found = match.target(method) if match else None
            if found is None:
                raise ValueError(f"{alias.path}: there is no {method} {alias.to}")
            self._router.add(method, alias.path, partial(_redirected, found[0], found[1], alias.filters))

    def _named(self, entry: ResourceType, named: NamedList, request: Request, _: Mapping[str, str]) -> Response:
        return self.reader.collection(entry, request, named)

    def _related(self, relation: Relation, request: Request, params: Mapping[str, str]) -> Response:
        return self.reader.related(relation, params["key"], request)

    def _create_below(self, relation: Relation, request: Request, params: Mapping[str, str]) -> Response:
        return self.writer.create(self.registry[relation.target], request, Parent(relation, params["key"]))

    def _read_keyed(self, relation: Relation, keyed: Keyed, request: Request, params: Mapping[str, str]) -> Response:
        return self.reader.keyed(relation, params["key"], params["value"], keyed, request)

    def _update_keyed(self, relation: Relation, keyed: Keyed, request: Request, params: Mapping[str, str]) -> Response:
        key = self._key_of_keyed(relation, keyed, request, params)
        return self.writer.update(self.registry[relation.target], key, request)

    def _delete_keyed(self, relation: Relation, keyed: Keyed, request: Request, params: Mapping[str, str]) -> Response:
        key = self._key_of_keyed(relation, keyed, request, params)
        return self.writer.delete(self.registry[relation.target], key, request)

    def _key_of_keyed(self, relation: Relation, keyed: Keyed, request: Request, params: Mapping[str, str]) -> str:
        cell = self.registry[relation.target].cells.read
        return str(self.reader.keyed_id(relation, params["key"], params["value"], keyed, request.caller, cell))

    def _update_related(self, relation: Relation, request: Request, params: Mapping[str, str]) -> Response:
        key = self.reader.related_key(relation, params["key"], request.caller)
        return self.writer.update(self.registry[relation.target], str(key), request)

    def _delete_related(self, relation: Relation, request: Request, params: Mapping[str, str]) -> Response:
        key = self.reader.related_key(relation, params["key"], request.caller)
        return self.writer.delete(self.registry[relation.target], str(key), request)

    def _add(self, method: str, path: str, handler: Handler) -> None:
        """Route a JSON:API resource: its answers are of our media type, so the client must take it."""

        def negotiated(request: Request, params: Mapping[str, str]) -> Response:
            self._check_length(request, self.limits.max_body)
            check_accept(request.headers)
            return handler(request, params)

        self._router.add(method, path, negotiated)

    def _route_endpoint(self, endpoint: Endpoint) -> None:
        if endpoint.method not in _METHODS:
            raise ValueError(f"{endpoint.path}: no method {endpoint.method}")
        self._router.add(endpoint.method, endpoint.path, partial(self._call, endpoint))

    def _call(self, endpoint: Endpoint, request: Request, params: Mapping[str, str]) -> Response:
        self._check_length(request, self.limits.max_upload if endpoint.takes_files else self.limits.max_body)
        if endpoint.auth and request.caller.kind == ANONYMOUS:
            raise ApiError(401, "Please sign in first.")
        if not all(is_text(value) for value in params.values()):
            raise ApiError(404, "There is nothing at this address.", source={"source": ""})
        query = _plain_query(request.query, self.limits)
        call = Call(request.method, request.path, params, query, request.headers, request.body, request.caller)
        return _replied(endpoint.handler(call, self._backend))


def _redirected(
    handler: Handler,
    segments: Mapping[str, str],
    filters: Mapping[str, str],
    request: Request,
    params: Mapping[str, str],
) -> Response:
    """Answer at an alias what its route answers; `segments` are the route's own, each as a `<name>` of the alias's."""
    narrowed = [f"filter[{name}]={quote(params[segment], safe='')}" for name, segment in filters.items()]
    query = "&".join(part for part in (request.query, *narrowed) if part)
    return handler(replace(request, query=query), {key: params[name[1:-1]] for key, name in segments.items()})


def _usual_path(entry: ResourceType, relation: Relation) -> str:
    segment = relation.name if relation.segment.startswith("/") else relation.segment
    return f"{entry.item}/{segment}"


def _plain_query(raw: str, limits: Limits) -> dict[str, str]:
    try:
        pairs = parse_qsl(raw[: limits.max_query + 1], keep_blank_values=True, errors="strict", max_num_fields=200)
    except ValueError:
        pairs = None
    if pairs is None or len(raw) > limits.max_query or not all(is_text(name + value) for name, value in pairs):
        raise ApiError(400, "The query string cannot be read.", source={"parameter": ""})
    return dict(pairs)


def _replied(reply: Reply) -> Response:
    body = reply.body if isinstance(reply.body, bytes) else msgspec.json.encode(reply.body)
    return Response(reply.status, {"Content-Type": reply.content_type, **reply.headers}, body, reply.cookies)


def _unauthenticated(error: ApiError) -> Response:
    """Return a 401 in the shape of the sign-in layer: no JSON:API document (v1 reference 3.4)."""
    body = msgspec.json.encode({"error": error.detail})
    return Response(401, {"Content-Type": _JSON, **error.headers}, body)


def _refused(errors: Sequence[ApiError]) -> Response:
    headers = {"Content-Type": MEDIA_TYPE, **errors[0].headers}
    return Response(errors[0].status, headers, error_document(errors))


def _without_body(response: Response) -> Response:
    length = str(len(response.body))
    return Response(response.status, {**response.headers, "Content-Length": length}, b"")
