"""Rows written many at a time arrive as they were, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from openevent.kit.jobs import AuditEntry
from openevent.kit.prepared import ManyRows, run_all

_ENTRIES: Any = AuditEntry.__table__
_COLUMNS = ("at", "actor_id", "actor_kind", "action", "subject", "details")
_AT = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
_HOSTILE = ['a"b', "a\\b", "{a,b}", "NULL", "null", "", " ", "a\nb", "Зоя 張 👩‍🚀", "'; --", "%s", "\\", '\\"', "a,b"]


@pytest.mark.parametrize("number", [1, len(_HOSTILE), 70])
def test_texts_arrive_as_they_were(shell, number):
    texts = [(_HOSTILE * 5)[place] for place in range(number)]
    rows = [(_AT, None if place % 2 else place, "user", "a", text, {"text": text}) for place, text in enumerate(texts)]

    with shell.work() as work:
        connection = work.db.connection()
        run_all(connection, ManyRows(_ENTRIES, _COLUMNS, connection.dialect), rows)
        found = work.db.execute(select(*(_ENTRIES.c[name] for name in _COLUMNS)).order_by(_ENTRIES.c.id)).all()

    assert [tuple(row) for row in found] == rows
