"""The types of the laboratory: devices, benches, turns, bookings, scripts, runs, and the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, case, exists, literal, select

from openevent.jsonapi.declare import Attribute, BelongsTo, Change, Resource
from openevent.kit.access import ADMIN, Actor
from openevent.kit.work import UnitOfWork
from openevent.lab.actions import booking, devices, leasing, runs, scripts
from openevent.lab.models import (
    Bench,
    Booking,
    Device,
    Lease,
    LogEntry,
    Run,
    RunEvent,
    Script,
    ScriptVersion,
)
from openevent.lab.rules.devices import KINDS
from openevent.lab.rules.scripts import LONGEST_CODE, LONGEST_TITLE, VISIBILITIES

Columns = Mapping[str, ColumnElement[Any]]
_LEASES, _VERSIONS = cast(Table, Lease.__table__), cast(Table, ScriptVersion.__table__)


def _columns(change: Change) -> dict[str, Any]:
    """Join what a write says about attributes and to-one relationships: columns of the row."""
    return {**change.values, **{f"{key}_id": to for key, to in change.links.items()}}


# --- devices and benches ---------------------------------------------------------------------------------------------


def _state(device: Columns) -> ColumnElement[Any]:
    held = _LEASES.alias("state_lease")
    is_held = exists(select(held.c.id).where(held.c.device_id == device["id"], held.c.status == "held"))
    return case(
        (device["killed_at"].is_not(None), literal("killed")),
        (device["is_in_repair"].is_(True), literal("in-repair")),
        (device["is_on"].is_(False), literal("off")),
        (is_held, literal("held")),
        (device["unsafe_since"].is_not(None), literal("unsafe")),
        else_=literal("free"),
    )


def _save_device(work: UnitOfWork, change: Change, by: Actor) -> Device:
    return devices.save_device(work, change.row, _columns(change), by=by)


def _delete_device(work: UnitOfWork, change: Change, by: Actor) -> None:
    devices.delete_device(work, change.row, by=by)


DEVICES = Resource(
    type="lab-device",
    model=Device,
    attributes=(
        Attribute("name", required=True, nullable=False, max_length=120),
        Attribute("place", max_length=200),
        Attribute("kind", nullable=False, choices=KINDS),
        Attribute("address", nullable=False, max_length=200, readable_by=ADMIN),
        Attribute("wiring", nullable=False, readable_by=ADMIN),
        Attribute("limits", nullable=False),
        Attribute("minutes", nullable=False, min=1, max=480),
        Attribute("is-on", nullable=False),
        Attribute("is-in-repair", nullable=False),
        Attribute("is-open", nullable=False),
        Attribute("notes", readable_by=ADMIN),
        Attribute("state", kind="string", sql=_state),
        Attribute("killed-at", read_only=True),
        Attribute("created-at", read_only=True),
    ),
    verbs={"create": _save_device, "update": _save_device, "delete": _delete_device},
)


def _save_bench(work: UnitOfWork, change: Change, by: Actor) -> Bench:
    return devices.save_bench(work, change.row, _columns(change), by=by)


def _delete_bench(work: UnitOfWork, change: Change, by: Actor) -> None:
    devices.delete_bench(work, change.row, by=by)


BENCHES = Resource(
    type="lab-bench",
    path="lab-benches",
    model=Bench,
    attributes=(Attribute("created-at", read_only=True),),
    relationships=(
        BelongsTo("event", type="event", inverse="lab-benches", inverse_hidden=True, required=True),
        BelongsTo("device", type="lab-device", inverse="benches", required=True),
        BelongsTo("session", type="session", writable="always"),
        BelongsTo("ticket", type="ticket", writable="always"),
    ),
    verbs={"create": _save_bench, "update": _save_bench, "delete": _delete_bench},
)

# --- turns and bookings ----------------------------------------------------------------------------------------------


def _ask(work: UnitOfWork, change: Change, by: Actor) -> Lease:
    return leasing.ask(work, cast(int, change.links["device"]), by=by).lease


def _hand_back(work: UnitOfWork, change: Change, by: Actor) -> None:
    leasing.hand_back(work, change.row.id, by=by)


LEASES = Resource(
    type="lab-lease",
    model=Lease,
    methods=frozenset({"list", "read", "create", "delete"}),
    attributes=(
        Attribute("status", read_only=True),
        Attribute("minutes", read_only=True),
        Attribute("asked-at", read_only=True),
        Attribute("begins-at", read_only=True),
        Attribute("ends-at", read_only=True),
        Attribute("extended", read_only=True),
        Attribute("end-reason", read_only=True),
    ),
    relationships=(
        BelongsTo("device", type="lab-device", inverse="leases", required=True),
        BelongsTo("user", type="user", writable="never"),
    ),
    verbs={"create": _ask, "delete": _hand_back},
)


def _book(work: UnitOfWork, change: Change, by: Actor) -> Booking:
    begins, ends = (cast(datetime, change.values[name]).astimezone(UTC) for name in ("begins_at", "ends_at"))
    return booking.book(work, cast(int, change.links["device"]), begins, ends, by=by)


def _cancel(work: UnitOfWork, change: Change, by: Actor) -> None:
    booking.cancel_booking(work, change.row.id, by=by)


BOOKINGS = Resource(
    type="lab-booking",
    model=Booking,
    methods=frozenset({"list", "read", "create", "delete"}),
    attributes=(
        Attribute("begins-at", required=True, nullable=False),
        Attribute("ends-at", required=True, nullable=False),
        Attribute("status", read_only=True),
        Attribute("created-at", read_only=True),
    ),
    relationships=(
        BelongsTo("device", type="lab-device", inverse="bookings", required=True),
        BelongsTo("user", type="user", writable="never"),
    ),
    verbs={"create": _book, "delete": _cancel},
)

# --- scripts ---------------------------------------------------------------------------------------------------------


def _newest(column: str, script: Columns) -> ColumnElement[Any]:
    versions = _VERSIONS.alias(f"newest_{column}")
    found = select(versions.c[column]).where(versions.c.script_id == script["id"])
    return found.order_by(versions.c.number.desc()).limit(1).scalar_subquery()


def _code(script: Columns) -> ColumnElement[Any]:
    return _newest("code", script)


def _version(script: Columns) -> ColumnElement[Any]:
    return _newest("number", script)


def _create_script(work: UnitOfWork, change: Change, by: Actor) -> Script:
    values = {key: value for key, value in change.values.items() if value is not None}
    return scripts.create_script(work, **values, event_id=cast("int | None", change.links.get("event")), by=by)


def _update_script(work: UnitOfWork, change: Change, by: Actor) -> Script:
    return scripts.update_script(work, change.row, _columns(change), by=by)


def _delete_script(work: UnitOfWork, change: Change, by: Actor) -> None:
    scripts.delete_script(work, change.row, by=by)


SCRIPTS = Resource(
    type="lab-script",
    model=Script,
    attributes=(
        Attribute("title", required=True, nullable=False, max_length=LONGEST_TITLE),
        Attribute("visibility", nullable=False, choices=VISIBILITIES),
        Attribute("code", kind="string", sql=_code, writable=True, nullable=False, max_length=LONGEST_CODE),
        Attribute("version", kind="integer", sql=_version),
        Attribute("is-example", read_only=True),
        Attribute("created-at", read_only=True),
        Attribute("changed-at", read_only=True),
    ),
    relationships=(
        BelongsTo("event", type="event", writable="always"),
        BelongsTo("user", type="user", writable="never"),
        BelongsTo("forked-from", type="lab-script", writable="never"),
    ),
    verbs={"create": _create_script, "update": _update_script, "delete": _delete_script},
)


def _add_version(work: UnitOfWork, change: Change, by: Actor) -> ScriptVersion:
    script = scripts.own_script(work, cast(int, change.links["script"]), by=by)
    return scripts.add_version(work, script, change.values["code"], by=by)


VERSIONS = Resource(
    type="lab-script-version",
    model=ScriptVersion,
    methods=frozenset({"list", "read", "create"}),
    attributes=(
        Attribute("number", read_only=True),
        Attribute("code", required=True, nullable=False, max_length=LONGEST_CODE),
        Attribute("created-at", read_only=True),
    ),
    relationships=(BelongsTo("script", type="lab-script", inverse="versions", required=True),),
    verbs={"create": _add_version},
)

# --- runs and the log ------------------------------------------------------------------------------------------------


def _is_shared(run: Columns) -> ColumnElement[Any]:
    return run["share_key"].is_not(None)


def _delete_run(work: UnitOfWork, change: Change, by: Actor) -> None:
    runs.delete_run(work, change.row, by=by)


RUNS = Resource(
    type="lab-run",
    model=Run,
    methods=frozenset({"list", "read", "delete"}),
    attributes=(
        Attribute("identifier"),
        Attribute("kind"),
        Attribute("title"),
        Attribute("source"),
        Attribute("parameters"),
        Attribute("status"),
        Attribute("exit-reason"),
        Attribute("error"),
        Attribute("calls"),
        Attribute("is-shared", kind="boolean", sql=_is_shared),
        Attribute("created-at"),
        Attribute("began-at"),
        Attribute("ended-at"),
    ),
    relationships=(
        BelongsTo("device", type="lab-device", inverse="runs", writable="never"),
        BelongsTo("user", type="user", writable="never"),
        BelongsTo("lease", type="lab-lease", inverse="runs", writable="never"),
        BelongsTo("script-version", type="lab-script-version", inverse="runs", writable="never"),
    ),
    verbs={"delete": _delete_run},
)

EVENTS = Resource(
    type="lab-run-event",
    model=RunEvent,
    collection=False,
    methods=frozenset({"list", "read"}),
    attributes=(Attribute("number"), Attribute("at"), Attribute("kind"), Attribute("payload")),
    relationships=(BelongsTo("run", type="lab-run", inverse="events", writable="never"),),
    default_sort="number",
)

LOG = Resource(
    type="lab-log-entry",
    path="lab-log-entries",
    model=LogEntry,
    methods=frozenset({"list", "read"}),
    attributes=(
        Attribute("at"),
        Attribute("kind"),
        Attribute("device-id"),
        Attribute("user-id"),
        Attribute("lease-id"),
        Attribute("run-id"),
        Attribute("detail"),
    ),
    default_sort="-id",
)

RESOURCES = (DEVICES, BENCHES, LEASES, BOOKINGS, SCRIPTS, VERSIONS, RUNS, EVENTS, LOG)
