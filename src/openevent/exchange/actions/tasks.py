"""What becomes of a task: asked for, done or failed, forgotten."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from openevent.exchange.models import ImportJob, Task
from openevent.exchange.signals import ExportRequested, ImportRequested, TaskEnded
from openevent.kit.access import Actor
from openevent.kit.work import UnitOfWork

_TIMES, _SECONDS = 60, 3_600  # tasks that one account may start
KEPT = timedelta(days=7)
_LONGEST = 1_000


def start_export(
    work: UnitOfWork, kind: str, *, event_id: int | None = None, options: Mapping[str, Any] | None = None, by: Actor
) -> Task:
    """Let a job make a file; raises TooManyRequests for whoever asks without end."""
    task = _start(work, kind, event_id, dict(options or {}), by)
    work.audit("export.start", f"task:{task.id}", by=by, kind=kind, event=event_id)
    work.announce(ExportRequested(task.id))
    return task


def start_import(work: UnitOfWork, kind: str, data: bytes, *, by: Actor) -> Task:
    """Keep a file that was handed in, and let a job read it."""
    task = _start(work, kind, None, {}, by)
    key = task.key = f"imports/{task.identifier}"
    work.services.storage.put(key, data, content_type="application/octet-stream")
    work.db.add(ImportJob(user_id=task.user_id, task=task.identifier, starts_at=work.now))
    work.audit("import.start", f"task:{task.id}", by=by, kind=kind)
    work.announce(ImportRequested(task.id))
    return task


def _start(work: UnitOfWork, kind: str, event_id: int | None, options: dict[str, Any], by: Actor) -> Task:
    work.services.limiter.hit(f"task:{by.id}", times=_TIMES, seconds=_SECONDS)
    task = Task(
        identifier=str(uuid.uuid4()),
        kind=kind,
        user_id=by.id,
        event_id=event_id,
        options=options,
        state="WAITING",
        created_at=work.now,
    )
    work.db.add(task)
    work.db.flush()
    return task


def keep_file(work: UnitOfWork, task: Task, data: bytes, name: str, content_type: str) -> None:
    """Put what was made where whoever asked for it finds it."""
    key = task.key = f"exports/{task.identifier}/{name}"
    task.content_type = content_type
    work.services.storage.put(key, data, content_type=content_type)
    _settle(work, task, "SUCCESS")


def finish_import(work: UnitOfWork, task: Task, result: Mapping[str, Any]) -> None:
    """Say what an import has made, and let go of the file."""
    _forget_file(work, task)
    task.result = dict(result)
    _settle(work, task, "SUCCESS")
    _note(work, task, str(result["id"]), "SUCCESS")


def fail(work: UnitOfWork, task: Task, error: str) -> None:
    """Say why there is nothing."""
    _forget_file(work, task)
    told = task.error = "".join(letter if letter.isprintable() else " " for letter in error[:_LONGEST])
    _settle(work, task, "FAILURE")
    _note(work, task, told, "FAILURE")


def prune(work: UnitOfWork) -> int:
    """Forget tasks of long ago, and their files; return how many."""
    old = list(work.db.scalars(select(Task).where(Task.created_at < work.now - KEPT).limit(500)))
    for task in old:
        _forget_file(work, task)
        work.db.delete(task)
    return len(old)


def _settle(work: UnitOfWork, task: Task, state: str) -> None:
    task.state, task.finished_at = state, work.now
    work.db.flush()
    work.announce(TaskEnded(task.id))


def _note(work: UnitOfWork, task: Task, result: str, status: str) -> None:
    noted = update(ImportJob).where(ImportJob.task == task.identifier)
    work.db.execute(noted.values(result=result, result_status=status))


def _forget_file(work: UnitOfWork, task: Task) -> None:
    if task.key is not None:
        work.services.storage.delete(task.key)
        task.key = None
