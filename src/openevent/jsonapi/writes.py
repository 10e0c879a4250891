"""Creating, updating and deleting: one document in, one unit of work, one document out.

The order of questions is the same everywhere: could this kind of caller ever pass (401, 403), can the document be
understood (400, 409, 415), does the row exist for this caller (404), may the caller (403), has somebody else been
faster (412), do the values fit (422). Then the verb runs; the database's own refusals become answers as well.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from itertools import compress
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.exc import DBAPIError

from openevent.jsonapi import constraints, negotiate, verbs
from openevent.jsonapi.conditions import PLACEHOLDER_ID
from openevent.jsonapi.declare import AskElsewhere, Change
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.inputs import (
    Draft,
    Form,
    Member,
    check_id,
    column_default,
    key_of,
    read_data,
    section,
    take_links,
    take_restore,
    take_values,
)
from openevent.jsonapi.links import Linked, check_stands_in, link_errors, other_side, settled
from openevent.jsonapi.negotiate import check_content_type
from openevent.jsonapi.permits import Permits, refusal, refuse_impossible, row_to_be
from openevent.jsonapi.ports import STAFF, Backend, Caller, Cell, Work
from openevent.jsonapi.reads import Reader, missing
from openevent.jsonapi.registry import Parent, Registry, Relation, ResourceType, fold
from openevent.jsonapi.request import MEDIA_TYPE, Request, Response

DELETED = "Object successfully deleted"
T = TypeVar("T")


class Writing(Struct, frozen=True):
    """One write under way."""

    work: Work
    entry: ResourceType
    request: Request
    permits: Permits


class Writer:
    """Writes rows of every type."""

    def __init__(self, registry: Registry, reader: Reader, backend: Backend) -> None:
        self.registry = registry
        self.reader = reader
        self.backend = backend
        self._forms: dict[str, Form] = {}

    def _form(self, entry: ResourceType) -> Form:
        """Return what may be written to a type; read off when it is first written, so that no start waits for it."""
        found = self._forms.get(entry.name)
        if found is None:
            found = self._forms[entry.name] = Form.of(entry)
        return found

    def create(self, entry: ResourceType, request: Request, parent: Parent | None = None) -> Response:
        """Make a row; below a parent (POST /v1/events/11/tickets) the path names one of its relationships."""
        refuse_impossible(entry.cells.create, entry, request.caller)
        self._check_query(entry, request)
        data = read_data(request, entry)
        above = self._above(parent, request.caller) if parent else 0
        given = self._given(parent.relation, above) if parent else {}
        row = self._asking(lambda heard: self._made(entry, request, data, (parent, above, given), heard))
        if entry.resource.reader:
            request = replace(request, caller=entry.resource.reader(row, request.caller))
        location = entry.link(quote(str(getattr(row, entry.resource.link_key)), safe=""))
        return self.reader.document(entry, row.id, request, 201, {"Location": location})

    def _made(
        self,
        entry: ResourceType,
        request: Request,
        data: dict[str, Any],
        place: tuple[Parent | None, int, Mapping[str, Linked]],
        heard: object,
    ) -> Any:  # noqa: ANN401 -- a model instance
        parent, above, given = place
        with self.writing(entry, request) as writing:
            change = replace(self._new(writing, data, Draft(links=dict(given))), heard=heard)
            row = self.run(writing, "create", change)
            if parent and parent.relation.via == "condition":
                check_stands_in(self.registry, parent.relation, above, row.id, writing.permits)
        return row

    def _asking(self, attempt: Callable[[object], Any]) -> Any:  # noqa: ANN401 -- what the attempt returns
        """Make an attempt; when it needs another server's answer, get that with nothing open and make it again."""
        try:
            return attempt(None)
        except AskElsewhere as asked:
            with self.backend.waiting():
                heard = asked.ask()
        return attempt(heard)

    def update(self, entry: ResourceType, key: str, request: Request) -> Response:
        """Change a row; `deleted-at` of null with get_trashed=true restores it."""
        refuse_impossible(entry.cells.update, entry, request.caller)
        self._check_query(entry, request)
        data = read_data(request, entry)
        restores = self._begun(entry, data).restores
        trashed = restores and _wants(request, "get_trashed")
        found = self.row_id(entry, key, request.caller, trashed=trashed)
        if entry.resource.swift and not restores and self._is_done(entry, found, data, request):
            return self.reader.document(entry, found, request)
        ids = (found, *_asked(entry, key))

        def attempt(heard: object) -> int:
            return once_more(lambda: self._updated(entry, request, data, ids, heard, trashed=trashed))

        return self.backend.aside(lambda: self.reader.document(entry, self._asking(attempt), request))

    def _updated(
        self,
        entry: ResourceType,
        request: Request,
        data: dict[str, Any],
        ids: Sequence[int],
        heard: object,
        *,
        trashed: bool,
    ) -> int:
        """Make one attempt; what it makes of the document is its own, since a second one may meet other rows."""
        found, draft = ids[0], self._begun(entry, data)
        with self.writing(entry, request) as writing:
            row = self.locked(writing, found, entry.cells.update, trashed=trashed)
            self._check_expected(entry, found, request)
            check_id(data, ids, integer_id=entry.resource.integer_id)
            change = replace(self._changed(writing, data, draft, row), heard=heard)
            if trashed and row.deleted_at is not None:
                self.run(writing, "restore", replace(change, values={}, links={}))
            self.apply(writing, change)
            return row.id

    def _begun(self, entry: ResourceType, data: Mapping[str, Any]) -> Draft:
        draft = Draft()
        take_restore(draft, self._form(entry), section(data, "attributes"))
        return draft

    def _is_done(self, entry: ResourceType, found: int, data: Mapping[str, Any], request: Request) -> bool:
        """Let the type's own swift way try; what is about links, guarded members or versions is never plain."""
        form, draft = self._form(entry), Draft()
        attributes, links = data.get("attributes"), data.get("relationships", {})
        is_whole = isinstance(attributes, dict) and isinstance(links, dict) and data.get("id") == str(found)
        if entry.resource.swift is None or not is_whole or "if-match" in request.headers:
            return False
        sent = section(data, "attributes")
        take_values(draft, _free(form.members), sent, creating=False)
        take_links(draft, form.links, section(data, "relationships"), creating=False)
        if draft.errors or draft.links or any(fold(one.field.name) in sent for one in _guarded(form.members)):
            return False
        return entry.resource.swift(self.backend, found, draft.values, request.caller)

    def delete(self, entry: ResourceType, key: str, request: Request) -> Response:
        """Hide or remove a row; `permanent=true` is for staff."""
        if request.body:
            check_content_type(request.headers)
        refuse_impossible(entry.cells.delete, entry, request.caller)
        permanent = _wants(request, "permanent")
        if permanent and request.caller.kind not in STAFF:
            raise ApiError(403, "Only admins may delete for good.", source={"parameter": "permanent"})
        trashed = permanent and _wants(request, "get_trashed")
        found = self.row_id(entry, key, request.caller, trashed=trashed)

        def attempt() -> None:
            with self.writing(entry, request, deleting=True) as writing:
                row = self.locked(writing, found, entry.cells.delete, trashed=trashed, is_leaving=True)
                self._check_expected(entry, found, request)
                change = Change(entry.name, {}, {}, row=row, permanent=permanent, query=_query(request))
                self.run(writing, "delete", change)

        once_more(attempt)
        return message(DELETED)

    @contextmanager
    def writing(self, entry: ResourceType, request: Request, *, deleting: bool = False) -> Generator[Writing]:
        """Open one unit of work in which the database's refusals become answers."""
        try:
            with self.backend.work() as work:
                yield Writing(work, entry, request, Permits(work, request.caller))
                work.db.flush()
        except DBAPIError as error:
            known = constraints.answer(error, entry.resource, deleting=deleting)
            if known is None:
                raise
            raise known from error

    def _check_query(self, entry: ResourceType, request: Request) -> None:
        self.reader.query(entry, request)  # before anything is written: it shapes the answer

    def row_id(self, entry: ResourceType, key: str, caller: Caller, *, trashed: bool = False) -> int:
        """Return the id of the row that a path names; raises 404 for one that this caller can't see."""
        found = self.reader.find(entry, key, caller, entry.cells.read, trashed=trashed)
        if found is None:
            raise missing(entry, key)
        return found

    def locked(self, writing: Writing, key: int, cell: Cell, *, trashed: bool = False, is_leaving: bool = False) -> Any:  # noqa: ANN401 -- a model instance
        """Return the row, locked until the end of the work, for a caller who may change it as it is now.

        Others may go on to make rows that refer to one that stays: they may hold what this work is about to wait for.
        """
        entry, lock = writing.entry, {"key_share": not is_leaving}
        row: Any = writing.work.db.get(entry.resource.model, key, with_for_update=lock)
        if row is None or (entry.resource.is_soft and row.deleted_at is not None and not trashed):
            raise missing(entry, str(key))  # somebody has been faster
        writing.permits.require(cell, entry, key)
        return row

    def _check_expected(self, entry: ResourceType, key: int, request: Request) -> None:
        if "if-match" in request.headers:
            check_expected(request, self.reader.document(entry, key, as_get(request)))

    def apply(self, writing: Writing, change: Change) -> None:
        """Run the update verb; a row that has been moved must still be the caller's to change."""
        if change.values or change.links:
            self.run(writing, "update", change)
        entry = writing.entry
        if any(relation.via == "here" and relation.key in change.links for relation in entry.relations.values()):
            writing.permits.require(entry.cells.update, entry, change.row.id)

    def run(self, writing: Writing, name: str, change: Change) -> Any:  # noqa: ANN401 -- a model instance
        """Run the type's own verb, or else the engine's, and send what it has done to the database."""
        work, entry, caller = writing.work, writing.entry, writing.request.caller
        own = entry.resource.verbs.get(name)
        found = own(work, change, caller) if own else verbs.ENGINE[name](work, entry, change, caller)
        work.db.flush()
        return found

    def _above(self, parent: Parent, caller: Caller) -> int:
        return self.row_id(self.registry[parent.relation.owner], parent.key, caller)

    def _given(self, relation: Relation, above: int) -> dict[str, Linked]:
        """Return the link that the path of a nested list stands for; a condition is asked about the finished row."""
        if relation.via == "condition":
            return {}
        back = other_side(self.registry, relation)
        if back is None or back.writable == "never":
            raise ApiError(403, f"Nothing can be added to {relation.name} here.", source={"source": ""})
        return {back.key: [above] if back.many else above}

    def _new(self, writing: Writing, data: Mapping[str, Any], draft: Draft) -> Change:
        entry, permits = writing.entry, writing.permits
        members = self._form(entry).members
        attributes = section(data, "attributes")
        take_values(draft, _free(members), attributes, creating=True)
        self._take_links(writing, draft, data, None)
        guarded = _guarded(members)
        answers = permits.for_new(_guards(guarded), row_to_be(entry.table, _row(entry, draft)))
        take_values(draft, compress(guarded, answers), attributes, creating=True)
        draft.check()
        if permits.for_new([entry.cells.create], row_to_be(entry.table, _row(entry, draft))) != [True]:
            raise refusal(entry.cells.create, permits.caller)
        return Change(entry.name, draft.values, draft.links, query=_query(writing.request))

    def _changed(self, writing: Writing, data: Mapping[str, Any], draft: Draft, row: Any) -> Change:  # noqa: ANN401 -- a model instance
        entry, permits = writing.entry, writing.permits
        members = self._form(entry).members
        attributes = section(data, "attributes")
        take_values(draft, _free(members), attributes, creating=False)
        self._take_links(writing, draft, data, row.id)
        guarded = [one for one in _guarded(members) if fold(one.field.name) in attributes]
        answers = permits.for_stored(_guards(guarded), entry, row.id)
        take_values(draft, compress(guarded, answers), attributes, creating=False)
        draft.check()
        return Change(entry.name, draft.values, draft.links, row=row, query=_query(writing.request))

    def _take_links(self, writing: Writing, draft: Draft, data: Mapping[str, Any], key: int | None) -> None:
        entry, permits = writing.entry, writing.permits
        take_links(draft, self._form(entry).links, section(data, "relationships"), creating=key is None)
        if key is not None:
            self._leave_placeholders(entry, draft)
        errors = link_errors(self.registry, entry, draft.links, permits)
        draft.errors.extend(errors)
        if not errors:
            draft.links = settled(self.registry, entry, draft.links, permits, key)

    def _leave_placeholders(self, entry: ResourceType, draft: Draft) -> None:
        """Take a placeholder that is sent back as saying nothing: it was read where a row was that is gone."""
        for relation in entry.relations.values():
            is_one = relation.via == "here" and self.registry[relation.target].resource.placeholder is not None
            if is_one and draft.links.get(relation.key) == PLACEHOLDER_ID:
                del draft.links[relation.key]


def once_more(attempt: Callable[[], T]) -> T:
    """Make an attempt in a unit of work of its own, and a second one if the first met somebody who waited for it.

    A row is locked by its key first, and what it belongs to later; others come from there. PostgreSQL lets one go on.
    """
    try:
        return attempt()
    except constraints.Ended:
        return attempt()


def _asked(entry: ResourceType, key: str) -> list[int]:
    """Return the id that the path names where that is not the record's own: a singleton goes by any."""
    told = key_of(key) if entry.resource.singleton is not None else None
    return [] if told is None else [told]


def _free(members: Sequence[Member]) -> list[Member]:
    return [one for one in members if one.field.attribute.writable_by is None]


def _guarded(members: Sequence[Member]) -> list[Member]:
    return [one for one in members if one.field.attribute.writable_by is not None]


def _guards(members: Sequence[Member]) -> list[Cell]:
    cells = [one.field.attribute.writable_by for one in members]
    return [cell for cell in cells if cell is not None]


def _row(entry: ResourceType, draft: Draft) -> dict[str, Any]:
    """Return the columns of the row-to-be as far as they are known: defaults, values, links."""
    defaults = {column.key: default[0] for column in entry.table.c if (default := column_default(column))}
    return {**defaults, **verbs.column_values(entry, Change(entry.name, draft.values, draft.links))}


def as_get(request: Request) -> Request:
    """Return the unconditional GET of the same URL."""
    kept = {name: value for name, value in request.headers.items() if not name.startswith("if-")}
    return replace(request, method="GET", headers=kept, body=b"")


def check_expected(request: Request, current: Response) -> None:
    """Raise 412 when If-Match names another representation than the current one."""
    negotiate.check_expected(request.headers, current.headers.get("ETag", ""))


def message(text: str) -> Response:
    """Return a document that says only this."""
    body = msgspec.json.encode({"meta": {"message": text}, "jsonapi": {"version": "1.0"}})
    return Response(200, {"Content-Type": MEDIA_TYPE}, body)


def _query(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.query, keep_blank_values=True))


def _wants(request: Request, name: str) -> bool:
    return _query(request).get(name) == "true"
