"""Reading: lists, single rows and relationships become documents, with one statement each and one per inclusion."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from msgspec.structs import replace

from openevent.jsonapi import documents
from openevent.jsonapi.declare import Keyed, NamedList
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.inclusion import gather
from openevent.jsonapi.limits import Limits
from openevent.jsonapi.operands import is_text, whole
from openevent.jsonapi.permits import refusal, refuse_impossible
from openevent.jsonapi.plans import ANYTHING, PLAIN, Address, Plan, Planner, Shape, View
from openevent.jsonapi.ports import ANONYMOUS, Backend, Caller, Cell
from openevent.jsonapi.query import Page, Query, read_query, read_sort
from openevent.jsonapi.registry import Registry, Relation, ResourceType, kind_of
from openevent.jsonapi.request import Request, Response

_LONG = 2_048  # a query string that is longer is read anew each time, so that the cache stays small
_REMEMBERED = 4  # plans that one query string remembers
_Rows = list[tuple[Any, ...]]


def missing(entry: ResourceType, key: str) -> ApiError:
    """Return the 404 of a row that is not there, or not for this caller."""
    return ApiError(404, f"{entry.title}: {key} not found", source={"parameter": "id"}, title="Object not found")


def located(entry: ResourceType, key: str) -> tuple[Address, int | str] | None:
    """Return what a path segment says: an id when it is a number, else a second key; None for what can't be either.

    There is only one singleton, so whatever is asked for is that.
    """
    if entry.resource.singleton is not None:
        return "id", entry.resource.singleton
    if key.isascii() and key.isdigit():
        number = whole(key)
        return None if number is None else ("id", number)
    return ("second", key) if entry.resource.second_key is not None and is_text(key) else None


class Reader:
    """Reads rows of every type for callers of every kind."""

    def __init__(self, registry: Registry, backend: Backend, limits: Limits) -> None:
        """Prepare; raises ValueError for a type whose default sort can't be."""
        self.registry = registry
        self._backend = backend
        self._limits = limits
        self._planner = Planner(registry, backend.dialect, limits)
        self._read = lru_cache(maxsize=limits.plan_cache)(self._read_anew)
        for entry in registry:
            _check_default_sort(registry, limits, entry)

    # What the engine routes here: GET on the four shapes of URLs

    def collection(self, entry: ResourceType, request: Request, named: NamedList | None = None) -> Response:
        """Answer /v1/<path>, or /v1/<path>/<name> of a named list: all that this caller may list."""
        if entry.resource.unscoped is not None:
            refuse_impossible(entry.resource.unscoped, entry, request.caller)
        return self._list(entry, request, None, "", named)

    def item(self, entry: ResourceType, key: str, request: Request) -> Response:
        """Answer /v1/<path>/<id>."""
        query = self.query(entry, request)
        address, value = self._located(entry, key)
        plan = self._plan("item", entry, request.caller, query, address=address)
        values = self._bound(request.caller, {"key": value})
        if plan.is_refused and (request.caller.kind == ANONYMOUS or entry.resource.address is not None):
            raise refusal(entry.cells.read, request.caller)
        rows = plan.rows.rows(self._backend.fetch, values)
        if not rows:
            raise missing(entry, key)
        return self._single(plan, rows, values, request)

    def keyed(self, relation: Relation, key: str, value: str, keyed: Keyed, request: Request) -> Response:
        """Answer /v1/<path>/<id>/<relation>/<value>: one row of a nested list, by a column of its own."""
        target = self.registry[relation.target]
        cell = keyed.read or target.cells.read
        if keyed.tried is not None:
            with self._backend.work() as work:
                keyed.tried(work, request.caller)
        found = self.keyed_id(relation, key, value, keyed, request.caller, cell)
        if keyed.seen is not None and request.caller.kind != ANONYMOUS:
            with self._backend.work() as work:
                keyed.seen(work, found, request.caller)
        return replace(self.document(target, found, request), lasts=False)  # which row it is may depend on the moment

    def keyed_id(  # noqa: PLR0917 -- a path, and who asks by which cell
        self, relation: Relation, key: str, value: str, keyed: Keyed, caller: Caller, cell: Cell
    ) -> int:
        """Return the id of a row by a column of its own below a parent; raises 401 or 404."""
        owner, target = self.registry[relation.owner], self.registry[relation.target]
        if caller.kind == ANONYMOUS:
            refuse_impossible(cell, target, caller)
        address, above = self._located(owner, key)
        statement = self._planner.keying(relation, keyed, cell, caller.kind, address)
        told = _as_stored(target, keyed.column, value)
        bound = self._bound(caller, {"key": above, "value": told})
        rows = [] if told is None else statement.rows(self._backend.fetch, bound)
        if not rows:
            raise missing(target, value)
        return rows[0][0]

    def related(self, relation: Relation, key: str, request: Request) -> Response:
        """Answer /v1/<path>/<id>/<relation>: a list, or one row or null."""
        target = self.registry[relation.target]
        if relation.many:
            return self._list(target, request, relation, key)
        query = self.query(target, request)
        plan, values, rows = self._below("item", relation, key, request.caller, query)
        if rows:
            return self._single(plan, rows, values, request)
        return documents.answer(request, documents.nothing(_nothing(query), quote(request.path)), lasts=plan.lasts)

    def linkage(self, relation: Relation, key: str, request: Request) -> Response:
        """Answer /v1/<path>/<id>/relationships/<relation>: who is linked, without saying more about them."""
        owner = self.registry[relation.owner]
        self.query(self.registry[relation.target], request)
        plan, _values, rows = self._below("linkage", relation, key, request.caller, _nothing_asked())
        if len(rows) > self._limits.max_included:
            raise ApiError(400, f"More than {self._limits.max_included} are linked; read the list, page by page.")
        found = [plan.codec.identifier(row[0]) for row in rows]
        data = b"[%b]" % b",".join(found) if relation.many else found[0] if found else b"null"
        links = {
            "self": f"{owner.link(quote(key, safe=''))}/relationships/{relation.linkage}",
            "related": owner.related(relation, quote(key, safe="")),
        }
        return documents.answer(request, documents.linkage(data, links), lasts=plan.lasts)

    # What writing needs

    def document(
        self,
        entry: ResourceType,
        key: int,
        request: Request,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Return the document that a GET would give, for a row that the caller has just written."""
        query = self.query(entry, request)
        plan = self._plan("own", entry, request.caller, query)
        values = self._bound(request.caller, {"key": key})
        rows = plan.rows.rows(self._backend.fetch_one, values)
        if not rows:
            raise missing(entry, str(key))
        return self._single(plan, rows, values, request, status=status, headers=headers)

    def find(self, entry: ResourceType, key: str, caller: Caller, cell: Cell, *, trashed: bool = False) -> int | None:
        """Return the id of the row that a path segment names, if the caller passes the cell."""
        place = located(entry, key)
        if place is None:
            return None
        statement = self._planner.finding(entry, cell, caller.kind, place[0], trashed)
        rows = statement.rows(self._backend.fetch_one, self._bound(caller, {"key": place[1]}))
        return rows[0][0] if rows else None

    def related_key(self, relation: Relation, key: str, caller: Caller) -> int:
        """Return the id of the row in a to-one relationship; raises 404 when there is none to be seen."""
        _plan, _values, rows = self._below("linkage", relation, key, caller, _nothing_asked())
        if not rows:
            raise missing(self.registry[relation.target], relation.name)
        return rows[0][0]

    def query(self, entry: ResourceType, request: Request, named: NamedList | None = None) -> Query:
        """Read a request's query string; raises ApiError 400."""
        read = self._read if len(request.query) <= _LONG else self._read_anew
        return read(entry, request.query, named)

    # How it is done

    def _list(
        self,
        entry: ResourceType,
        request: Request,
        relation: Relation | None,
        key: str,
        named: NamedList | None = None,
    ) -> Response:
        query = self.query(entry, request, named)
        if relation is None:
            plan, values = self._plan("list", entry, request.caller, query), self._bound(request.caller, _paged(query))
            if plan.is_refused:
                raise refusal(entry.cells.list, request.caller)
            rows = plan.rows.rows(self._backend.fetch, values)
        else:
            plan, values, rows = self._below("list", relation, key, request.caller, query)
        count = self._count(plan, rows, query, values)
        data, included = self._encoded(plan, rows, values)
        links = documents.page_links(request.path, query, count)
        return documents.answer(request, documents.many(data, included, links, count), lasts=plan.lasts)

    def _below(
        self, view: View, relation: Relation, key: str, caller: Caller, query: Query
    ) -> tuple[Plan, dict[str, Any], _Rows]:
        """Read what stands in a relationship; raises 404 unless its parent is there for this caller."""
        owner, target = self.registry[relation.owner], self.registry[relation.target]
        address, value = self._located(owner, key)
        plan = self._plan(view, target, caller, query, above=relation, address=address)
        values = self._bound(caller, {**_paged(query), "key": value})
        cell = target.cells.list if view == "list" else target.cells.read
        if plan.is_refused and (view == "list" or caller.kind == ANONYMOUS):
            raise refusal(cell, caller)
        rows = plan.rows.rows(self._backend.fetch, values)
        if not rows:
            assert plan.parent is not None  # noqa: S101 -- every plan below a parent has it
            found = plan.parent.rows(self._backend.fetch, values)
            if not found:
                raise missing(owner, key)
            if not found[0][0] or (view == "item" and target.resource.address is not None):
                raise refusal(cell, caller)  # what everything has one of is either shown or refused, never missing
        return plan, values, rows

    def _located(self, entry: ResourceType, key: str) -> tuple[Address, int | str]:
        place = located(entry, key)
        if place is None:
            raise missing(entry, key)
        return place

    def _plan(
        self,
        view: View,
        entry: ResourceType,
        caller: Caller,
        query: Query,
        *,
        above: Relation | None = None,
        address: Address = "id",
    ) -> Plan:
        """Return the plan; a query string that comes again remembers it, so that its shape need not be compared."""
        key = (view, entry, caller.kind, above, address)
        plan = query.plans.get(key)
        if plan is None:
            narrowing = query.narrowing if view == "list" else ANYTHING
            counted = not query.page.is_everything
            shape = Shape(view, entry, caller.kind, above, address, query.selection, narrowing, counted)
            plan = self._planner.plan(shape)
            if len(query.plans) >= _REMEMBERED:
                query.plans.clear()
            query.plans[key] = plan
        return plan

    def _bound(self, caller: Caller, values: Mapping[str, Any]) -> dict[str, Any]:
        return {**caller.params, "now": self._backend.now(), **values}

    def _count(self, plan: Plan, rows: _Rows, query: Query, values: Mapping[str, Any]) -> int:
        """Return the total: at the end of each row, or known from a page that is not full, or asked for."""
        page = query.page
        if rows and not page.is_everything:
            return rows[0][-1]
        if len(rows) < page.size and (rows or page.number == 1):
            return page.offset + len(rows)
        assert plan.count is not None  # noqa: S101 -- every plan of a list has it
        return plan.count.rows(self._backend.fetch, values)[0][0]

    def _single(
        self,
        plan: Plan,
        rows: _Rows,
        values: Mapping[str, Any],
        request: Request,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        data, included = self._encoded(plan, rows, values)
        body = documents.one(data[0], included, plan.codec.links(rows[0]))
        return documents.answer(request, body, status, headers, lasts=plan.lasts)

    def _encoded(self, plan: Plan, rows: _Rows, values: Mapping[str, Any]) -> tuple[list[bytes], list[bytes] | None]:
        if not plan.steps:
            return [plan.codec.encode(row) for row in rows], None
        return gather(plan, rows, self._backend.fetch, values, self._limits)

    def _read_anew(self, entry: ResourceType, raw: str, named: NamedList | None) -> Query:
        return read_query(self.registry, self._limits, entry, raw, named)


def _as_stored(entry: ResourceType, column: str, value: str) -> int | str | None:
    """Return a path segment as a column holds it; None for what it can't hold."""
    if kind_of(entry.table.c[column].type) == "integer":
        return whole(value)
    return value if is_text(value) else None


def _paged(query: Query) -> dict[str, Any]:
    return {**query.values, "limit": query.page.size, "offset": query.page.offset}


def _nothing_asked() -> Query:
    return Query(PLAIN, ANYTHING, Page(0), {})


def _nothing(query: Query) -> list[bytes] | None:
    return [] if query.selection.include else None


def _check_default_sort(registry: Registry, limits: Limits, entry: ResourceType) -> None:
    try:
        for sort in (entry.resource.default_sort, *(named.sort for named in entry.resource.lists)):
            read_sort(registry, limits, entry, sort)
    except ApiError as error:
        raise ValueError(f"{entry.name}: {error.detail}") from None
