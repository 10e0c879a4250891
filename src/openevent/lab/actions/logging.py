"""Writing the log of the laboratory: lines that nobody changes any more."""

from __future__ import annotations

from typing import Any

from openevent.kit.access import Actor
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
    entry = LogEntry(
        at=work.now,
        kind=kind,
        device_id=device_id,
        user_id=user_id,
        lease_id=lease_id,
        run_id=run_id,
        detail=detail,
    )
    work.db.add(entry)
