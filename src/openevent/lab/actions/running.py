"""Running scripts, as people do: start, stop, press. The rows are ours, the rest is the laboratory's service."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.exc import IntegrityError

from openevent.kit.access import Actor
from openevent.kit.errors import Invalid, NotFound
from openevent.kit.work import OpenWork, UnitOfWork
from openevent.lab.actions.leasing import locked_device, refuse_unusable
from openevent.lab.actions.recording import end_run, new_identifier
from openevent.lab.actions.refusals import LeaseMissing, ScriptRunning, refuse_if_off, refuse_visitors
from openevent.lab.models import Run
from openevent.lab.providers.service_client import PressRefused, ServiceAway, ServiceClient
from openevent.lab.queries import leases
from openevent.lab.queries.runs import owns_run, run_by_id

LONGEST_SOURCE = 100_000
_LONGEST_PARAMETERS = 16_384


class RunRefused(Invalid):
    """The script or its parameters can't be run: too long, or empty."""

    code = "run-refused"


class Started(NamedTuple):
    """A run that has been asked for: its id, and what stands in its address."""

    id: int
    identifier: str


def start(
    open_work: OpenWork,
    device_id: int,
    *,
    source: str,
    title: str = "",
    script_version_id: int | None = None,
    parameters: Mapping[str, Any] | None = None,
    by: Actor,
) -> Started:
    """Run a script on a device that one has the turn at; it begins at once, or as soon as the service is there.

    Raises LabSwitchedOff, Unauthenticated, NotFound, DeviceUnusable, LeaseMissing, RunRefused, and ScriptRunning while
    another script of this turn runs. Opens its own transaction: the service is told after it.
    """
    fault = _fault(source, parameters or {})
    if fault:
        raise RunRefused(fault)
    with open_work() as work:
        run = _asked(work, device_id, by)
        run.source, run.title, run.script_version_id = source, title[:200], script_version_id
        run.parameters = dict(parameters or {})
        _keep(work, run)
        made, client = Started(run.id, run.identifier), ServiceClient(work.services.lab)
    with suppress(ServiceAway):  # the service looks for what waits each second
        client.start(made.id)
    return made


def stop(open_work: OpenWork, run_id: int, *, by: Actor) -> None:
    """End a run of one's own, with everything that belongs to it; one that is over stays as it is.

    Raises NotFound, and ServiceAway when it runs and the service does not answer.
    """
    with open_work() as work:
        run = _own(work, run_id, by)
        was, client = run.status, ServiceClient(work.services.lab)
        if was == "waiting":
            end_run(work, run_id, "stopped")
    if was == "running":
        client.stop(run_id)


def press(open_work: OpenWork, run_id: int, widget: str, value: object = None, *, by: Actor) -> None:
    """Press a button of a run of one's own, or give another input a value.

    Raises NotFound, PressRefused (it does not run, or has no such widget) and ServiceAway.
    """
    with open_work() as work:
        run = _own(work, run_id, by)
        client = ServiceClient(work.services.lab)
        if run.status != "running":
            raise PressRefused("This run does not go on any more.")
    client.press(run_id, widget, value)


def _fault(source: str, parameters: Mapping[str, Any]) -> str | None:
    if not source.strip():
        return "There is nothing in this script."
    if len(source) > LONGEST_SOURCE:
        return f"A script has at most {LONGEST_SOURCE} characters."
    if "\x00" in source:
        return "A script is text."
    try:
        size = len(msgspec.json.encode(parameters))
    except (TypeError, ValueError, UnicodeEncodeError):
        return "Parameters are numbers, texts and lists of them."
    return f"Parameters have at most {_LONGEST_PARAMETERS} bytes." if size > _LONGEST_PARAMETERS else None


def _asked(work: UnitOfWork, device_id: int, by: Actor) -> Run:
    refuse_if_off(work.services)
    refuse_visitors(by)
    device = locked_device(work, device_id, by=by)
    refuse_unusable(device)
    lease = leases.open_lease(work.db, device_id, by.id)
    if lease is None or lease.status != "held" or lease.ends_at is None or lease.ends_at <= work.now:
        raise LeaseMissing(f"It is not your turn at {device.name}.")
    if leases.is_running(work.db, lease.id):
        raise ScriptRunning("Your script before this one still runs; stop it first.")
    return Run(
        identifier=new_identifier(), user_id=by.id, device_id=device_id, lease_id=lease.id, kind="script",
        status="waiting", created_at=work.now,
    )  # fmt: skip


def _keep(work: UnitOfWork, run: Run) -> None:
    work.db.add(run)
    try:
        work.db.flush()
    except IntegrityError as error:  # two at once: the database knows one script a turn
        raise ScriptRunning("Your script before this one still runs; stop it first.") from error


def _own(work: UnitOfWork, run_id: int, by: Actor) -> Run:
    run = run_by_id(work.db, run_id, by)
    if run is None or not owns_run(work.db, run, by):
        raise NotFound("There is no such run.")
    return run
