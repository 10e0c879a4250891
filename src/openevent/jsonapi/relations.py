"""Changing relationships at their own addresses: /v1/sessions/7/relationships/speakers (v1 reference 1.5).

A link belongs to somebody: the type whose table holds the foreign key, or that declares the link table. Whoever may
update that row may make and cut the link, and nobody else, from whichever side it is asked for. Every change runs
through the update verb of the row it belongs to. A change without effect answers 204.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from openevent.jsonapi.declare import BelongsTo, Change
from openevent.jsonapi.errors import ApiError, ManyErrors
from openevent.jsonapi.inputs import read_document, read_linkage, required_link
from openevent.jsonapi.links import Linked, declared_side, ids_of, settled, unknown
from openevent.jsonapi.permits import refuse_impossible
from openevent.jsonapi.registry import Relation, ResourceType
from openevent.jsonapi.request import Request, Response
from openevent.jsonapi.verbs import linked_ids
from openevent.jsonapi.writes import Writer, Writing, as_get, check_expected, message, once_more

MESSAGES = {
    "POST": "Relationship successfully created",
    "PATCH": "Relationship successfully updated",
    "DELETE": "Relationship successfully deleted",
}


class RelationshipWriter:
    """Changes relationships of every type.

    JSON:API wants 403 for a relationship that can't be changed at all; POST on a to-one is another spelling of PATCH.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._registry = writer.registry

    def change(self, relation: Relation, key: str, request: Request) -> Response:
        """Add to (POST), replace (PATCH) or remove from (DELETE) a relationship; DELETE empties a to-one."""
        entry = self._registry[relation.owner]
        owner = self._registry[relation.target] if relation.via == "there" else entry
        refuse_impossible(owner.cells.update, owner, request.caller)
        self._check_writable(relation, owner)
        told = self._told(relation, request)
        row_id = self._writer.row_id(entry, key, request.caller)
        apply = {"here": self._set, "link": self._link, "there": self._adopt}[relation.via]

        def attempt() -> bool:
            with self._writer.writing(owner, request) as writing:
                if "if-match" in request.headers:
                    check_expected(request, self._writer.reader.linkage(relation, key, as_get(request)))
                return apply(writing, relation, row_id, told)

        return message(MESSAGES[request.method]) if once_more(attempt) else Response(204, {}, b"")

    def _check_writable(self, relation: Relation, owner: ResourceType) -> None:
        if not is_changeable(relation, owner):
            raise ApiError(403, f"{relation.name} can't be changed here.", source={"source": ""})

    def _told(self, relation: Relation, request: Request) -> list[int]:
        """Return the ids that the document names; no document is needed to empty a to-one."""
        empties = request.method == "DELETE" and not relation.many
        if empties and not request.body:
            return []
        linked = read_linkage(relation, read_document(request)["data"], "/data")
        return [] if empties else ids_of(linked)

    def _set(self, writing: Writing, relation: Relation, key: int, told: Sequence[int]) -> bool:
        """Set the foreign key of the row itself."""
        row = self._writer.locked(writing, key, writing.entry.cells.update)
        self._check_known(writing, relation, told)
        if not told and not self._may_be_empty(writing.entry, relation):
            raise required_link(relation)
        wanted = told[0] if told else None
        if getattr(row, relation.column) == wanted:
            return False
        self._writer.apply(writing, Change(writing.entry.name, {}, {relation.key: wanted}, row=row))
        return True

    def _link(self, writing: Writing, relation: Relation, key: int, told: Sequence[int]) -> bool:
        """Add or remove rows of a link table."""
        entry, permits = writing.entry, writing.permits
        row = self._writer.locked(writing, key, entry.cells.update)
        if writing.request.method != "DELETE":
            self._check_known(writing, relation, told)
        target = self._registry[relation.target]
        present = permits.passing(target.cells.read, target, sorted(linked_ids(permits.db, relation, key)))
        wanted = _wanted(writing.request.method, present, told)
        if wanted == present:
            return False
        links: dict[str, Linked] = {relation.key: sorted(wanted)}
        links = settled(self._registry, entry, links, permits, key)
        self._writer.apply(writing, Change(entry.name, {}, links, row=row))
        return True

    def _adopt(self, writing: Writing, relation: Relation, key: int, told: Sequence[int]) -> bool:
        """Set the foreign keys of the rows on the other side, each through its own update."""
        child, permits = writing.entry, writing.permits
        if writing.request.method != "DELETE":
            self._check_known(writing, relation, told)
        column = child.table.c[relation.column]
        ids = permits.db.scalars(select(child.table.c["id"]).where(column == key)).all()
        present = permits.passing(child.cells.read, child, list(ids))
        wanted = _wanted(writing.request.method, present, told) if relation.many else set(told)
        own = declared_side(self._registry, relation)
        for one in sorted(wanted ^ present):
            row = self._writer.locked(writing, one, child.cells.update)
            if one not in wanted and not self._may_be_empty(child, own):
                raise ApiError(403, f"Every {child.name} needs its {own.name}.", source={"pointer": "/data"})
            links: dict[str, Linked] = {own.key: key if one in wanted else None}
            self._writer.apply(writing, Change(child.name, {}, links, row=row))
        return wanted != present

    def _may_be_empty(self, entry: ResourceType, relation: Relation) -> bool:
        return not relation.required and bool(entry.table.c[relation.column].nullable)

    def _check_known(self, writing: Writing, relation: Relation, told: Sequence[int]) -> None:
        errors = unknown(self._registry, relation, told, "/data", writing.permits)
        if errors:
            raise ManyErrors(errors)


def is_changeable(relation: Relation, owner: ResourceType) -> bool:
    """Tell whether a relationship can be changed at its own address; `owner` is the type that keeps it."""
    declared = relation.declared
    writable = declared.writable if relation.via == "there" and isinstance(declared, BelongsTo) else relation.writable
    return writable == "always" and owner.offers("update")


def _wanted(method: str, present: set[int], told: Sequence[int]) -> set[int]:
    if method == "PATCH":
        return set(told)
    return present | set(told) if method == "POST" else present - set(told)
