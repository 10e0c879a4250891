"""The table of formats, and the jobs that make and read them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from openevent.events.models import Event
from openevent.exchange import actions
from openevent.exchange.formats import bundle, ical, pentabarf, xcal
from openevent.exchange.models import Task
from openevent.exchange.queries import attendance, sheets
from openevent.exchange.queries.agendas import agenda
from openevent.exchange.queries.fields import attendee_fields
from openevent.exchange.queries.programme import sessions, speakers
from openevent.exchange.queries.sheets import Sheet
from openevent.exchange.rules.agenda import Agenda, FileUnreadable
from openevent.exchange.rules.bundle import read_bundle
from openevent.exchange.rules.sheets import safe, sheet
from openevent.exchange.signals import ExportRequested, ImportRequested
from openevent.kit.access import USER, Actor
from openevent.kit.errors import DomainError
from openevent.kit.work import UnitOfWork
from openevent.people.models import User

_log = logging.getLogger(__name__)
_CSV, _PDF = "text/csv; charset=utf-8", "application/pdf"
Made = tuple[bytes, str, str]  # the file, its name, its content type


class Wanted(Struct, frozen=True):
    """What an export is made of."""

    work: UnitOfWork
    event: Event | None
    options: Mapping[str, Any]

    @property
    def of(self) -> Event:
        """The event; raises LookupError when it is gone."""
        if self.event is None:
            raise LookupError("The event is gone.")
        return self.event

    @property
    def status(self) -> str:
        """What the rows are narrowed down to."""
        return str(self.options.get("status", "all"))

    @property
    def agenda(self) -> Agenda:
        """The event's public programme."""
        return agenda(self.work.db, self.of, self.work.services.site)


def _followers(wanted: Wanted) -> Sheet:
    group = attendance.live_group(wanted.work.db, wanted.options["group"])
    if group is None:
        raise LookupError("The group is gone.")
    return attendance.followers(wanted.work.db, group)


Rows = Callable[[Wanted], Sheet]
_SHEETS: Mapping[str, Rows] = {
    "orders": lambda one: sheets.orders(one.work.db, one.of),
    "attendees": lambda one: sheets.attendees(one.work.db, one.of, attendee_fields(one.work.db, one.of.id)),
    "sessions": lambda one: sessions(one.work.db, one.of, one.status),
    "speakers": lambda one: speakers(one.work.db, one.of, one.status),
    "sales": lambda one: sheets.sales(one.work.db, one.work.now, one.status),
    "followers": _followers,
    "user-check-in": lambda one: attendance.scans(one.work.db, one.options),
}


def _csv(name: str) -> Callable[[Wanted], Made]:
    def make(wanted: Wanted) -> Made:
        found = _SHEETS[name](wanted)
        return sheet(found.head, found.rows), f"{name}.csv", _CSV

    return make


def _pdf(name: str) -> Callable[[Wanted], Made]:
    def make(wanted: Wanted) -> Made:
        found = _SHEETS[name](wanted)
        rows = [[safe(value).removeprefix("'") for value in row] for row in found.rows]
        values = {"title": found.title, "head": list(found.head), "rows": rows}
        return wanted.work.services.pdf.render("exchange/list.typ", values), f"{name}.pdf", _PDF

    return make


def _json(wanted: Wanted) -> Made:
    data = bundle.render(wanted.work.db, wanted.work.services, wanted.of, wanted.options)
    return data, f"event{wanted.of.id}.zip", bundle.CONTENT_TYPE


EXPORTS: Mapping[str, Callable[[Wanted], Made]] = {
    "orders-csv": _csv("orders"),
    "orders-pdf": _pdf("orders"),
    "attendees-csv": _csv("attendees"),
    "attendees-pdf": _pdf("attendees"),
    "sessions-csv": _csv("sessions"),
    "sessions-pdf": _pdf("sessions"),
    "speakers-csv": _csv("speakers"),
    "speakers-pdf": _pdf("speakers"),
    "sales-csv": _csv("sales"),
    "followers-csv": _csv("followers"),
    "user-check-in-csv": _csv("user-check-in"),
    "json": _json,
    "ical": lambda one: (ical.render(one.agenda), "event.ics", ical.CONTENT_TYPE),
    "xcal": lambda one: (xcal.render(one.agenda), "event.xcal", xcal.CONTENT_TYPE),
    "pentabarf": lambda one: (pentabarf.render(one.agenda), "event.xml", pentabarf.CONTENT_TYPE),
}
_Import = Callable[[UnitOfWork, Task, bytes, Actor], Event]


def _by(parse: Callable[[bytes], Agenda]) -> _Import:
    return lambda work, _task, data, by: actions.import_agenda(work, parse(data), by=by)


IMPORTS: Mapping[str, _Import] = {
    "json": lambda work, task, data, by: actions.import_bundle(work, read_bundle(data), by=by, name=task.identifier),
    "ical": _by(ical.parse),
    "xcal": _by(xcal.parse),
    "pentabarf": _by(pentabarf.parse),
}


def make(work: UnitOfWork, signal: ExportRequested) -> None:
    """Make the file that somebody waits for, or say why there is none."""
    task = work.db.get(Task, signal.task_id)
    if task is None or task.state != "WAITING":
        return
    event = work.db.get(Event, task.event_id) if task.event_id else None
    wanted = Wanted(work, event if event and event.deleted_at is None else None, task.options)
    try:
        with work.db.begin_nested():
            actions.keep_file(work, task, *EXPORTS[task.kind](wanted))
    except Exception as error:  # noqa: BLE001 -- whoever waits is told; what is a mistake of ours is logged
        actions.fail(work, task, _reason(error))


def take_in(work: UnitOfWork, signal: ImportRequested) -> None:
    """Read the file that somebody has handed in: all of it becomes an event, or nothing does."""
    task = work.db.get(Task, signal.task_id)
    if task is None or task.state != "WAITING":
        return
    try:
        with work.db.begin_nested():
            data = work.services.storage.get(task.key or "") or b""
            event = IMPORTS[task.kind.removeprefix("import-")](work, task, data, _owner(work, task))
            work.db.flush()
    except Exception as error:  # noqa: BLE001 -- whoever waits is told; what is a mistake of ours is logged
        work.undo()  # the rows are gone with the savepoint, the files with this
        actions.fail(work, task, _reason(error))
    else:
        found = {"id": event.id, "identifier": event.identifier, "name": event.name, "event_name": event.name}
        actions.finish_import(work, task, found)


def _owner(work: UnitOfWork, task: Task) -> Actor:
    user = work.db.get_one(User, task.user_id)
    return Actor(user.id, user.email, USER, is_verified=user.is_verified, name=user.first_name or "")


def _reason(error: Exception) -> str:
    if isinstance(error, FileUnreadable | LookupError):
        return str(error)
    if isinstance(error, DomainError):
        return f"{error.pointer.rpartition('/')[2]}: {error.detail}" if error.pointer else error.detail
    _log.exception("an export or import failed", exc_info=error)
    return "Something went wrong on our side."
