"""How the plain routes of the laboratory say things."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from openevent.lab.models import Device, Lease, Run, RunEvent
from openevent.lab.providers.owner import Frame
from openevent.lab.queries.leases import Place
from openevent.lab.rules.devices import state_of
from openevent.lab.rules.functions import FUNCTIONS, Argument, Function
from openevent.lab.rules.values import as_json


def moment(at: datetime | None) -> str | None:
    """Return a moment as it stands on the wire."""
    return None if at is None else at.isoformat()


def function_list() -> dict[str, Any]:
    """Return all functions with what they take, give and mean."""
    return {"functions": [_function(one) for one in FUNCTIONS.values()]}


def _function(one: Function) -> dict[str, Any]:
    return {
        "name": one.name,
        "instrument": one.instrument,
        "arguments": [_argument(argument) for argument in one.arguments],
        "result": one.result,
        "unit": one.unit,
        "doc": one.doc,
        "drives": one.drives,
    }


def _argument(one: Argument) -> dict[str, Any]:
    found: dict[str, Any] = {"name": one.name, "kind": one.kind, "unit": one.unit, "doc": one.doc}
    found |= {"least": one.least, "most": one.most, "choices": list(one.choices)}
    is_open = one.default is msgspec.UNSET
    return {**found, "required": is_open, "default": None if is_open else msgspec.to_builtins(one.default)}


def frame_told(frame: Frame) -> dict[str, Any]:
    """Return one look of a live panel."""
    return {
        "number": frame.number,
        "at": moment(frame.at),
        "function": frame.spec.function,
        "arguments": frame.spec.arguments,
        "value": None if frame.value is None else as_json(frame.value),
        "unit": "" if frame.value is None else frame.value.unit,
        "error": frame.error,
    }


def lease_told(lease: Lease) -> dict[str, Any]:
    """Return a turn."""
    return {
        "lease": str(lease.id),
        "status": lease.status,
        "begins_at": moment(lease.begins_at),
        "ends_at": moment(lease.ends_at),
    }


def place_told(device: Device, place: Place, lease: Lease | None, user_id: int | None) -> dict[str, Any]:
    """Return how the queue of a device stands, for one who looks; who the others are is nobody's business."""
    state = state_of(
        is_on=device.is_on,
        is_in_repair=device.is_in_repair,
        is_killed=device.killed_at is not None,
        is_unsafe=device.unsafe_since is not None,
        is_held=place.holder_id is not None,
    )
    return {
        "state": state,
        "is_yours": place.holder_id is not None and place.holder_id == user_id,
        "lease": str(lease.id) if lease else None,
        "free_at": moment(place.holder_ends_at),
        "waiting": place.waiting,
        "position": place.position,
        "begins_about": moment(place.begins_about),
    }


def run_told(run: Run, events: Sequence[RunEvent]) -> dict[str, Any]:
    """Return all of a run: what was run, with which parameters, what happened, and how it ended."""
    return {
        "run": str(run.id),
        "kind": run.kind,
        "title": run.title,
        "source": run.source,
        "parameters": run.parameters,
        "status": run.status,
        "exit_reason": run.exit_reason,
        "error": run.error,
        "calls": run.calls,
        "began_at": moment(run.began_at),
        "ended_at": moment(run.ended_at),
        "events": [
            {"number": one.number, "at": moment(one.at), "kind": one.kind, "payload": one.payload} for one in events
        ],
    }
