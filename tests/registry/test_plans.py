"""No list below a parent looks through a whole table: SQLite says of every statement how it goes about it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from openevent.main.database import METADATA
from registry.world import TYPES, World

_SCAN = re.compile(r"SCAN (\w+)")


def nested(world: World, type_: str) -> Iterator[str]:
    """Return the addresses of the lists below a row."""
    parent = world.entry(type_)
    key = str(world.family[parent.table.name])
    yield from (parent.related(one, key) for one in parent.relations.values() if one.many)


def scanned(world: World, sql: str) -> set[str]:
    """Return the tables that a statement looks through, whole."""
    with world.database.reading() as db:
        values = (None,) * sql.count("?")
        told = db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
    names = {found[1] for row in told if (found := _SCAN.match(row[3]))}
    return {name for name in names if re.sub(r"_\d+$|_above$", "", name) in METADATA.tables}


@pytest.mark.parametrize("registry_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("type_", TYPES)
def test_a_list_below_a_parent_looks_through_no_whole_table(world: World, type_: str) -> None:
    slow = {}

    for address in nested(world, type_):
        world.database.reads.clear()
        world.client.get(address, world.people["ana"])
        tables = {table for sql in list(world.database.reads) for table in scanned(world, sql)}
        if tables:
            slow[address] = tables

    assert slow == {}
