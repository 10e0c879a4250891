"""What a page does in one go: take a turn where nobody has one, and use the device in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openevent.kit.access import Actor
from openevent.kit.errors import Conflict, NotFound
from openevent.kit.work import OpenWork, UnitOfWork
from openevent.lab.actions.calling import Recorded, call_and_record
from openevent.lab.actions.leasing import ask
from openevent.lab.actions.running import start
from openevent.lab.queries import scripts


class TurnAwaited(Conflict):
    """Somebody else has the device; whoever asked is in its queue now."""

    code = "turn-awaited"


def call_at_once(
    open_work: OpenWork,
    device_id: int,
    *,
    by: Actor,
    text: str | None = None,
    name: str = "",
    named: Mapping[str, Any] | None = None,
) -> Recorded:
    """Call one function, as a text or by its name; takes a turn first if nobody has the device.

    Raises TurnAwaited when somebody has, and what asking and calling raise.
    """
    take_turn(open_work, device_id, by=by)
    if text is not None:
        return call_and_record(open_work, device_id, by, text=text)
    return call_and_record(open_work, device_id, by, function=name, named=named or {})


def run_at_once(open_work: OpenWork, device_id: int, script_id: int, *, by: Actor) -> str:
    """Run the newest version of a script that one may read; returns the run's identifier. Raises as above."""
    take_turn(open_work, device_id, by=by)
    with open_work() as work:
        title, version_id, code = _newest(work, script_id, by)
    run = start(open_work, device_id, source=code, title=title, script_version_id=version_id, by=by)
    return run.identifier


def _newest(work: UnitOfWork, script_id: int, by: Actor) -> tuple[str, int, str]:
    script = scripts.script_by_id(work.db, script_id, by)
    version = scripts.newest_version(work.db, script_id) if script else None
    if script is None or version is None:
        raise NotFound("There is no such script.")
    return script.title, version.id, version.code


def take_turn(open_work: OpenWork, device_id: int, *, by: Actor) -> int:
    """Return one's turn at a device, begun now if nobody has it; raises TurnAwaited, with a place kept in the queue."""
    with open_work() as work:
        lease = ask(work, device_id, by=by).lease
        is_held, lease_id = lease.status == "held", lease.id
    if not is_held:
        raise TurnAwaited("Somebody has the device. You are in its queue; try again when it is your turn.")
    return lease_id
