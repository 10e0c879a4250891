"""What the endpoints of exchange have in common: who calls, which event is meant, and the task that is answered."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import cast

from sqlalchemy import Table

from openevent.events.models import Event
from openevent.events.roles import EVENT_COORGANIZER
from openevent.exchange.models import Task
from openevent.exchange.queries.agendas import event_by_key
from openevent.jsonapi.declare import Call, Reply
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.ports import Backend
from openevent.kit.access import Actor, require
from openevent.kit.work import UnitOfWork


@contextmanager
def opened(backend: Backend) -> Generator[UnitOfWork]:
    """Open a unit of work."""
    with backend.work() as work:
        yield cast(UnitOfWork, work)


def caller(call: Call) -> Actor:
    """Return who calls."""
    return cast(Actor, call.by)


def organized_event(work: UnitOfWork, call: Call) -> Event:
    """Return the event of the path for those who run it; raises 404, 403."""
    key = call.params["event"]
    event = event_by_key(work.db, key)
    if event is None:
        raise missing(f"Event: {key} not found")
    require(work.db, EVENT_COORGANIZER, caller(call), cast(Table, Event.__table__), event.id)
    return event


def missing(detail: str) -> ApiError:
    """Return the answer for what is not there."""
    return ApiError(404, detail, source={"parameter": "id"}, title="Object not found")


def started(task: Task) -> Reply:
    """Return the address at which to ask for a task."""
    return Reply({"task_url": f"/v1/tasks/{task.identifier}"})
