"""What holds for the links of every declared type: a list below a parent doesn't look through everybody's rows."""

from __future__ import annotations

import pytest
from sqlalchemy import Table, UniqueConstraint

from openevent.jsonapi.declare import BelongsTo, ManyToMany
from openevent.main.catalogue import RESOURCES


def heads(table: Table) -> set[str]:
    """Return the columns that an index of the whole table, or of all its live rows, begins with."""
    keys = [table.primary_key, *(one for one in table.constraints if isinstance(one, UniqueConstraint))]
    live = [one for one in table.indexes if str(one.info.get("where")) in ("None", "deleted_at IS NULL")]
    return {next(iter(one.columns)).name for one in (*keys, *live)}


@pytest.mark.parametrize(
    "resource", [one for one in RESOURCES if isinstance(one.table, Table)], ids=lambda one: one.type
)
def test_every_link_that_a_list_follows_heads_an_index(resource):
    ways = [
        (resource.table, one.local_column)
        for one in resource.relationships
        if isinstance(one, BelongsTo) and one.inverse and one.inverse_many
    ]
    for one in resource.relationships:
        if isinstance(one, ManyToMany):
            ways += [(one.link, one.left), *([(one.link, one.right)] if one.inverse else [])]

    assert [(table.name, column) for table, column in ways if column not in heads(table)] == []
