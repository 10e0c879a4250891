"""Writing the log of the laboratory: lines that nobody changes any more."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Dialect, Table

from openevent.kit.access import Actor
from openevent.kit.prepared import ManyRows, run_all
from openevent.kit.work import UnitOfWork
from openevent.lab.models import LogEntry


def log(
    work: UnitOfWork,
    kind: str,
    *,
    by: Actor | int | None,
    device_id: int | None = None,
    lease_id: int | None = None,
    run_id: int | None = None,
    **detail: Any,  # noqa: ANN401 -- JSON values
) -> None:
    """Add a line: who (an actor, or an account's id) did what; never put a secret into details."""
    user_id = by.id if isinstance(by, Actor) else by
    connection = work.db.connection()
    row = (work.now, kind, device_id, user_id, lease_id, run_id, detail)
    run_all(connection, _lines(connection.dialect), [row])


@lru_cache(maxsize=16)
def _lines(dialect: Dialect) -> ManyRows:
    columns = ("at", "kind", "device_id", "user_id", "lease_id", "run_id", "detail")
    return ManyRows(cast(Table, LogEntry.__table__), columns, dialect)
