"""Mails to whoever asked for an archive of an event, or handed one in. Tables are fetched by who waits for them."""

from __future__ import annotations

from openevent.events.models import Event
from openevent.exchange.models import Task
from openevent.exchange.signals import TaskEnded
from openevent.kit.mail import render
from openevent.kit.work import UnitOfWork
from openevent.people.queries import live_user

_EXPORTED, _IMPORTED = "json", "import-"


def ended(work: UnitOfWork, signal: TaskEnded) -> None:
    """Tell what became of an event's archive, or of an import."""
    task = work.db.get(Task, signal.task_id)
    user = live_user(work.db, id=task.user_id) if task else None
    if task is None or user is None or not (task.kind == _EXPORTED or task.kind.startswith(_IMPORTED)):
        return
    name = _name(work, task)
    if task.state != "SUCCESS":
        values = {"name": name, "error": task.error or ""}
        template = "exchange/export-failed" if task.kind == _EXPORTED else "exchange/import-failed"
    else:
        values = {"name": name, "link": work.site.page(f"/events/{_identifier(work, task)}")}
        template = "exchange/exported" if task.kind == _EXPORTED else "exchange/imported"
    work.send(render(template, values, work.site).to(user.email))


def _name(work: UnitOfWork, task: Task) -> str:
    if task.result:
        return str(task.result["name"])
    event = work.db.get(Event, task.event_id) if task.event_id else None
    return event.name if event else ""


def _identifier(work: UnitOfWork, task: Task) -> str:
    if task.result:
        return str(task.result["identifier"])
    return work.db.get_one(Event, task.event_id).identifier
