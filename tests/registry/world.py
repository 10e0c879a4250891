"""The product with rows of every declared type, and what the tests over all of them ask it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Select, Table, select

from factories import make_event, make_user
from openevent.jsonapi.ports import Cell
from openevent.jsonapi.registry import ResourceType
from openevent.kit.access import NOBODY, SUPER, USER, Actor
from openevent.kit.db import Database
from openevent.kit.vault import Vault
from openevent.main.app import Product
from openevent.main.catalogue import RESOURCES
from registry.rows import RowMaker
from spec.counter import Client

# What has an address of its own kind is a view of rows that other types show, and is tested for itself.
TYPES = [one.type for one in RESOURCES if one.address is None and isinstance(one.table, Table)]


class CountingDatabase(Database):
    """A database that remembers the reads it was asked for."""

    def __init__(self, url: str) -> None:
        super().__init__(url, vault=Vault("only-for-tests"))
        self.reads: list[str] = []

    def fetch(self, sql: str, params: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
        self.reads.append(sql)
        return super().fetch(sql, params)


@dataclass
class World:
    """The product with three rows of every type in a published event of Ana's, and one in a draft of Bo's."""

    product: Product
    database: CountingDatabase
    client: Client
    people: dict[str, Actor]
    family: dict[str, int] = field(default_factory=dict)

    def entry(self, type_: str) -> ResourceType:
        return self.product.engine.registry[type_]

    def make(self, type_: str, **values: Any) -> int:
        """Make one more row in the published event; of a singleton there is none but the first."""
        if (only := self.entry(type_).resource.singleton) is not None:
            return only
        with self.product.shell.work() as work:
            maker = RowMaker(work.db, self.product.engine.registry, work.now, self.family)
            return maker.make(self.entry(type_), **values)

    def ids(self, type_: str) -> list[int]:
        with self.product.shell.work() as work:
            table = self.entry(type_).table
            return list(work.db.scalars(select(table.c.id).order_by(table.c.id)))

    def passing(self, type_: str, cell: Cell, who: str) -> set[str]:
        """Return the ids of the live rows that the permission table lets somebody pass for, asked directly."""
        actor = self.people[who]
        wanted = _passing(self.entry(type_).table, cell, actor.kind)
        with self.product.shell.work() as work:
            return {str(key) for key in work.db.scalars(wanted, {**actor.params, "now": work.now})}

    def lists(self, type_: str) -> list[str]:
        """Return the addresses of lists of this type: its own, or else those below every other row."""
        entry = self.entry(type_)
        if not entry.offers("list"):
            return []
        if entry.resource.collection:
            return [entry.url]
        found = []
        for parent in self.product.engine.registry:
            for relation in parent.relations.values():
                if relation.target == type_ and relation.many and relation.via == "there":
                    found += [parent.related(relation, str(key)) for key in self.ids(parent.name)]
        return found

    def is_listed(self, type_: str) -> bool:
        """Tell whether there is any list of this type; of what an event has one of, there is none."""
        return bool(self.lists(type_))

    def a_list(self, type_: str) -> str:
        """Return the address of a list of this type that has rows; of a singleton, where a list would be."""
        if self.entry(type_).resource.singleton is not None:
            return self.entry(type_).url
        return next(one for one in self.lists(type_) if self.client.get(one, self.people["adm"]).json["data"])

    def an_item(self, type_: str) -> str:
        """Return the address of a row."""
        return f"{self.entry(type_).url}/{self.family[self.entry(type_).table.name]}"


@cache
def _passing(table: Table, cell: Cell, kind: str) -> Select[tuple[int]]:
    row = table.alias()
    wanted = select(row.c.id).where(cell.condition(kind, row.c))
    return wanted.where(row.c.deleted_at.is_(None)) if "deleted_at" in table.c else wanted


def fill(world: World) -> None:
    registry = world.product.engine.registry
    with world.product.shell.work() as work:
        ana, bo, eve = (make_user(work, email=f"{name}@example.org") for name in ("ana", "bo", "eve"))
        adm = make_user(work, email="adm@example.org", is_admin=True, is_super_admin=True)
        published = {"events": make_event(work, owner=ana, can_pay_onsite=True).id, "users": ana.id}
        draft = {"events": make_event(work, owner=bo, state="draft").id, "users": bo.id}
        world.people = {
            "nobody": NOBODY,
            "ana": Actor(ana.id, ana.email, USER, is_verified=True),
            "eve": Actor(eve.id, eve.email, USER, is_verified=True),
            "adm": Actor(adm.id, adm.email, SUPER, is_verified=True),
        }
        maker, other = (RowMaker(work.db, registry, work.now, known) for known in (published, draft))
        for entry in (registry[name] for name in TYPES):
            if entry.resource.singleton is not None:
                maker.known[entry.table.name] = maker.make(entry, id=entry.resource.singleton)
                continue
            for _ in range(3):
                key = maker.make(entry)
                maker.known.setdefault(entry.table.name, key)
            other.make(entry)
        world.family = maker.known
