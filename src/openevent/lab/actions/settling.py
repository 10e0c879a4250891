"""After a turn: what ran in it is stopped, the device is reset, and only then somebody else gets it.

All of it may be done twice, by whoever comes first: the laboratory's service looks every second, and so does whoever
asks for the device. A process that dies in between leaves the device unsafe, and the next one begins again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from openevent.kit.errors import DomainError
from openevent.kit.work import OpenWork
from openevent.lab.actions.ending import end_due_at
from openevent.lab.actions.giving import give_next
from openevent.lab.actions.logging import log
from openevent.lab.models import Device
from openevent.lab.providers.owner import DeviceClient
from openevent.lab.providers.places import device_socket
from openevent.lab.providers.service_client import PressRefused, ServiceAway, ServiceClient
from openevent.lab.queries import devices, leases
from openevent.lab.rules import turns

_log = logging.getLogger(__name__)
_AGAIN = timedelta(seconds=5)  # between attempts to reach a device


def end_due(open_work: OpenWork) -> None:
    """End all turns that are over, reset what is unsafe, and give what is free: each second, by the service."""
    with open_work() as work:
        work.db.connection(execution_options={"read_only": True})
        due = leases.due_devices(work.db, work.now, work.now - turns.SILENCE, work.now - turns.SHOW_UP)
    for device_id in due:
        try:
            see_to(open_work, device_id)
        except Exception:  # noqa: BLE001 -- one device's trouble is not the others'
            _log.exception("could not see to device %s", device_id)


def see_to(open_work: OpenWork, device_id: int) -> None:
    """End what is due at one device, make it safe, and give it to the next."""
    with open_work() as work:
        device = devices.device_by_id(work.db, device_id, lock=True)
        if device is None:
            return
        end_due_at(work, device)
        if device.unsafe_since is None:
            give_next(work, device)
            return
        if device.settling_until is not None and work.now < device.settling_until <= work.now + turns.CLAIM:
            return  # somebody is at it; a claim for longer than that is one of before the clock was set back
        device.settling_until = work.now + turns.CLAIM
        turn, directory = device.turn, work.services.lab
        runs = leases.unended_runs(work.db, device_id)
    is_safe = _made_safe(directory, device_id, turn, runs)
    _settled(open_work, device_id, turn, is_safe=is_safe)


def _made_safe(directory: str, device_id: int, turn: int, runs: Sequence[int]) -> bool:
    """Stop what runs and reset the device; calls of the turn that ended are refused from then on, however late."""
    for run_id in runs:
        with suppress(ServiceAway, PressRefused):  # without it nothing runs; and the reset waits for nobody
            ServiceClient(directory).stop(run_id, "lease")
    try:
        DeviceClient(device_socket(directory, device_id)).reset(after=turn)
    except DomainError as error:
        _log.warning("device %s could not be reset: %s", device_id, error.detail)
        return False
    return True


def _settled(open_work: OpenWork, device_id: int, turn: int, *, is_safe: bool) -> None:
    with open_work() as work:
        device = work.db.get(Device, device_id, with_for_update=True)
        if device is None:
            return
        device.settling_until = None if is_safe else work.now + _AGAIN
        if not is_safe or device.turn != turn:
            return
        device.unsafe_since = None
        log(work, "device.reset", by=None, device_id=device_id)
        give_next(work, device)
