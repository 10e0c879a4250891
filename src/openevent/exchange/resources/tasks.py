"""What became of a task, and its file."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from sqlalchemy import Table, select

from openevent.events.models import Event
from openevent.events.roles import EVENT_COORGANIZER
from openevent.exchange.models import Task
from openevent.exchange.queries.agendas import event_by_key
from openevent.exchange.resources.calls import caller, missing, opened
from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.ports import Backend
from openevent.kit.access import allows
from openevent.kit.work import UnitOfWork

_VALID = timedelta(hours=1)
_PATIENCE = timedelta(hours=6)


def _show(call: Call, backend: Backend) -> Reply:
    """Tell whoever started a task, and admins, how it stands; to everybody else there is none."""
    with opened(backend) as work:
        task = _task(work, call.params["task"])
        if task is None or not (caller(call).is_staff or task.user_id == caller(call).id):
            raise missing("Task: not found")
        return Reply(_state(work, task), headers={"Cache-Control": "no-store"})


def _state(work: UnitOfWork, task: Task) -> dict[str, object]:
    if task.state == "WAITING" and work.now > task.created_at + _PATIENCE:
        return {"state": "FAILURE", "result": "This took too long. Please try again."}
    if task.state == "FAILURE":
        return {"state": task.state, "result": task.error}
    if task.state == "WAITING":
        return {"state": task.state, "result": {}}
    if task.key is None:
        return {"state": task.state, "result": task.result}
    path = f"/v1/tasks/{task.identifier}/{_name(task)}"
    if task.event_id is not None:
        path = f"/v1/events/{task.event_id}/exports/{task.identifier}/{_name(task)}"
    signature = work.services.signer.sign(_subject(task), expires=work.now + _VALID)
    return {"state": task.state, "result": {"download_url": work.services.site.link(f"{path}?sig={signature}")}}


def _download(call: Call, backend: Backend) -> Reply:
    """Send the file of a task, by the link that its state shows, or to those who may see it."""
    with opened(backend) as work:
        task = _task(work, call.params["task"])
        if task is None or task.key is None or task.state != "SUCCESS" or _name(task) != call.params["file"]:
            raise missing("File: not found")
        if not _may_have(work, task, call):
            raise missing("File: not found")
        data = work.services.storage.get(task.key)
    if data is None:
        raise missing("File: not found")
    headers = {
        "Content-Disposition": f'attachment; filename="{_name(task)}"',
        "Cache-Control": "private, no-store",
        "Referrer-Policy": "no-referrer",
    }
    return Reply(data, headers=headers, content_type=task.content_type or "application/octet-stream")


def _may_have(work: UnitOfWork, task: Task, call: Call) -> bool:
    by, event = caller(call), call.params.get("event")
    found = None if event is None else event_by_key(work.db, event)
    if event is not None and (found is None or found.id != task.event_id):
        return False
    if work.services.signer.is_valid(_subject(task), call.query.get("sig", ""), now=work.now):
        return True
    if by.is_staff or (by.id is not None and task.user_id == by.id and task.event_id is None):
        return True
    return found is not None and allows(work.db, EVENT_COORGANIZER, by, cast(Table, Event.__table__), found.id)


def _task(work: UnitOfWork, identifier: str) -> Task | None:
    return work.db.scalar(select(Task).where(Task.identifier == identifier))


def _name(task: Task) -> str:
    return (task.key or "").rpartition("/")[2]


def _subject(task: Task) -> str:
    return f"export:{task.identifier}"


TASKS = (
    Endpoint("GET", "/v1/tasks/<task>", _show, summary="How a task stands: WAITING, SUCCESS or FAILURE"),
    Endpoint("GET", "/v1/tasks/<task>/<file>", _download, auth=False, summary="The file that a task has made"),
    Endpoint(
        "GET",
        "/v1/events/<event>/exports/<task>/<file>",
        _download,
        auth=False,
        summary="The file that an export of an event has made",
    ),
)
