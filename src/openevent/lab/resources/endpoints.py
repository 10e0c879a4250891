"""The plain routes of the laboratory: calls, turns, runs, and what a device shows live."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol, cast

from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.ports import Backend
from openevent.kit.work import UnitOfWork
from openevent.lab.actions import calling, devices, leasing, running, runs, scripts, settling
from openevent.lab.actions.refusals import no_such_device
from openevent.lab.models import Device, Lease, Run
from openevent.lab.providers.owner import WatchSpec
from openevent.lab.queries import devices as found_devices
from openevent.lab.queries import leases
from openevent.lab.queries import runs as found_runs
from openevent.lab.resources.bodies import Pressed, Running, Wanted, Watched, key_of, opener, read
from openevent.lab.resources.listed import frame_told, function_list, lease_told, place_told, run_told
from openevent.lab.rules.values import as_json


class Waiting(Protocol):
    """A backend that lets others work while this thread waits for a device."""

    def waiting(self) -> AbstractContextManager[None]:
        """Say that this thread waits."""
        ...


def _opened(backend: Backend) -> AbstractContextManager[UnitOfWork]:
    return cast("AbstractContextManager[UnitOfWork]", backend.work())


# --- functions and calls ---------------------------------------------------------------------------------------------


def _functions(_call: Call, _backend: Backend) -> Reply:
    return Reply(function_list())


def _do(call: Call, backend: Backend) -> Reply:
    wanted = read(call, Wanted)
    with cast(Waiting, backend).waiting():
        done = calling.call_and_record(
            opener(backend),
            key_of(call, "device"),
            call.by,
            text=wanted.text,
            function=wanted.function,
            positional=wanted.positional,
            named=wanted.named,
            lease_key=wanted.key,
        )
    value = done.value
    told = {"run": str(done.run_id), "identifier": done.identifier, "value": as_json(value), "unit": value.unit}
    return Reply({**told, "text": value.text})


def _watch(call: Call, backend: Backend) -> Reply:
    wanted = read(call, Watched)
    spec = WatchSpec(wanted.function, wanted.arguments, wanted.rate) if wanted.function else None
    with cast(Waiting, backend).waiting():
        calling.watch(opener(backend), key_of(call, "device"), spec, call.by)
    return Reply({"success": True})


def _live(call: Call, backend: Backend) -> Reply:
    with cast(Waiting, backend).waiting():
        frame = calling.latest(opener(backend), key_of(call, "device"), call.by)
    return Reply({"frame": None if frame is None else frame_told(frame)})


# --- turns -----------------------------------------------------------------------------------------------------------


def _ask(call: Call, backend: Backend) -> Reply:
    device_id = key_of(call, "device")
    with _opened(backend) as work:
        lease, key = leasing.ask(work, device_id, by=call.by)
        is_given = lease.status == "held"
    if not is_given:
        with cast(Waiting, backend).waiting():
            settling.see_to(opener(backend), device_id)
    with _opened(backend) as work:
        return Reply({**lease_told(work.db.get_one(Lease, lease.id)), "key": key}, status=201)


def _beat(call: Call, backend: Backend) -> Reply:
    with _opened(backend) as work:
        return Reply(lease_told(leasing.beat(work, key_of(call, "lease"), by=call.by)))


def _extend(call: Call, backend: Backend) -> Reply:
    with _opened(backend) as work:
        return Reply(lease_told(leasing.extend(work, key_of(call, "lease"), by=call.by)))


def _renew(call: Call, backend: Backend) -> Reply:
    with _opened(backend) as work:
        lease, key = leasing.new_key(work, key_of(call, "lease"), by=call.by)
        return Reply({**lease_told(lease), "key": key})


def _queue(call: Call, backend: Backend) -> Reply:
    with _opened(backend) as work:
        device = _seen(work, call)
        lease = leases.open_lease(work.db, device.id, call.by.id)
        place = leases.place_of(work.db, device, lease.id if lease else None, work.now)
        return Reply(place_told(device, place, lease, call.by.id))


def _seen(work: UnitOfWork, call: Call) -> Device:
    device_id = key_of(call, "device")
    device = found_devices.device_by_id(work.db, device_id)
    if device is None or not found_devices.sees_device(work.db, device_id, call.by):
        raise no_such_device()
    return device


def _kill(call: Call, backend: Backend) -> Reply:
    device_id = key_of(call, "device")
    with _opened(backend) as work:
        devices.kill(work, device_id, by=call.by)
    with cast(Waiting, backend).waiting():
        settling.see_to(opener(backend), device_id)
    return Reply({"state": "killed"})


def _revive(call: Call, backend: Backend) -> Reply:
    with _opened(backend) as work:
        devices.revive(work, key_of(call, "device"), by=call.by)
    return Reply({"state": "revived"})


# --- scripts and runs ------------------------------------------------------------------------------------------------


def _fork(call: Call, backend: Backend) -> Reply:
    with _opened(backend) as work:
        script = scripts.fork_script(work, key_of(call, "script"), by=call.by)
        return Reply({"id": str(script.id), "title": script.title}, status=201)


def _run(call: Call, backend: Backend) -> Reply:
    wanted = read(call, Running)
    with _opened(backend) as work:
        script, version = scripts.runnable(work, wanted.script, wanted.version, by=call.by)
        source, title, version_id = version.code, script.title, version.id
    with cast(Waiting, backend).waiting():
        made = running.start(
            opener(backend),
            key_of(call, "device"),
            source=source,
            title=title,
            script_version_id=version_id,
            parameters=wanted.parameters,
            by=call.by,
        )
    return Reply({"run": str(made.id), "identifier": made.identifier}, status=201)


def _stop(call: Call, backend: Backend) -> Reply:
    with cast(Waiting, backend).waiting():
        running.stop(opener(backend), key_of(call, "run"), by=call.by)
    return Reply({"success": True})


def _press(call: Call, backend: Backend) -> Reply:
    pressed = read(call, Pressed)
    with cast(Waiting, backend).waiting():
        running.press(opener(backend), key_of(call, "run"), pressed.widget, pressed.value, by=call.by)
    return Reply({"success": True})


def _share(call: Call, backend: Backend) -> Reply:
    with _opened(backend) as work:
        key = runs.share_run(work, key_of(call, "run"), by=call.by)
        return Reply({"key": key, "url": work.site.link(f"/v1/lab-shared-runs/{key}")})


def _unshare(call: Call, backend: Backend) -> Reply:
    with _opened(backend) as work:
        runs.unshare_run(work, key_of(call, "run"), by=call.by)
    return Reply({"success": True})


def _shared(call: Call, backend: Backend) -> Reply:
    with _opened(backend) as work:
        run = runs.shown_run(work, call.params["key"])
        return Reply(_whole(work, run))


def _export(call: Call, backend: Backend) -> Reply:
    with _opened(backend) as work:
        run = runs.readable_run(work, key_of(call, "run"), by=call.by)
        headers = {"Content-Disposition": f'attachment; filename="run-{run.id}.json"'}
        return Reply(_whole(work, run), headers=headers)


def _whole(work: UnitOfWork, run: Run) -> dict[str, Any]:
    return run_told(run, found_runs.events_of(work.db, run.id, most=found_runs.MOST_EVENTS))


ENDPOINTS = (
    Endpoint("GET", "/v1/lab-functions", _functions, auth=False, summary="What devices can be asked to do"),
    Endpoint("POST", "/v1/lab-devices/<device>/call", _do, summary="Have a function done by a device"),
    Endpoint("POST", "/v1/lab-devices/<device>/watch", _watch, summary="Have a measurement made again and again"),
    Endpoint("GET", "/v1/lab-devices/<device>/live", _live, summary="The last of those measurements"),
    Endpoint("POST", "/v1/lab-devices/<device>/ask", _ask, summary="Ask for a turn at a device, with a key"),
    Endpoint("GET", "/v1/lab-devices/<device>/queue", _queue, summary="Who has a device, and who is next"),
    Endpoint("POST", "/v1/lab-devices/<device>/kill", _kill, summary="Stop a device for safety"),
    Endpoint("POST", "/v1/lab-devices/<device>/revive", _revive, summary="Let a stopped device be used again"),
    Endpoint("POST", "/v1/lab-leases/<lease>/beat", _beat, summary="Give a sign of life for a turn"),
    Endpoint("POST", "/v1/lab-leases/<lease>/extend", _extend, summary="Go on after the end of a turn"),
    Endpoint("POST", "/v1/lab-leases/<lease>/key", _renew, summary="Get a new key of a turn"),
    Endpoint("POST", "/v1/lab-scripts/<script>/fork", _fork, summary="Make a script of one's own from another"),
    Endpoint("POST", "/v1/lab-devices/<device>/run", _run, summary="Run a script on a device"),
    Endpoint("POST", "/v1/lab-runs/<run>/stop", _stop, summary="Stop a run"),
    Endpoint("POST", "/v1/lab-runs/<run>/press", _press, summary="Press a button of a run, or fill in a field"),
    Endpoint("POST", "/v1/lab-runs/<run>/share", _share, summary="Show a run to everybody who has a key"),
    Endpoint("POST", "/v1/lab-runs/<run>/unshare", _unshare, summary="Show a run to nobody else any more"),
    Endpoint("GET", "/v1/lab-runs/<run>/export", _export, summary="All of a run as one document"),
    Endpoint("GET", "/v1/lab-shared-runs/<key>", _shared, auth=False, summary="A run that somebody shared"),
)
