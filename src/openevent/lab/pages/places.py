"""What every page of a device asks first: who is here, and which device is meant."""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy.orm import Session as Db

from openevent.kit.access import Actor
from openevent.kit.errors import DomainError, NotFound, Unauthenticated
from openevent.lab.providers.owner import DeviceClient
from openevent.lab.providers.places import device_socket
from openevent.lab.queries.devices import device_by_id, sees_device
from openevent.lab.queries.screens import Desk, desk
from openevent.lab.rules.screens import Standing
from openevent.web.visit import visit

SEE_OTHER, UNPROCESSABLE = 303, 422
ID = "int(max=9223372036854775807)"


def signed_in() -> Actor:
    """Return who is here; raises Unauthenticated for visitors."""
    by = visit().by
    if by.id is None:
        raise Unauthenticated("Please sign in first.")
    return by


def desk_of(db: Db, device_id: int) -> Desk:
    """Return a device as whoever is here sees it; raises NotFound."""
    device = device_by_id(db, device_id)
    if device is None or not sees_device(db, device_id, visit().by):
        raise NotFound("There is no such device.")
    return desk(db, device, visit().by, visit().shell.clock.now())


def looked_up(device_id: int) -> Desk:
    """Return a device as whoever is here sees it, and whether it answers."""
    with visit().reading() as db:
        found = desk_of(db, device_id)
    return with_pulse(found)


def with_pulse(found: Desk) -> Desk:
    """Return the same, offline when the device does not answer; nothing is open while it is asked."""
    if found.state not in {"free", "used", "yours", "waiting", "settling"}:
        return found
    try:
        state = client_of(found.id).state()
    except DomainError as error:
        return _offline(found, error.detail)
    return _offline(found, state.reason) if state.status == "offline" else found


def _offline(found: Desk, reason: str | None) -> Desk:
    said = f"It does not answer at the moment. {reason or ''}".rstrip()
    if found.state in {"yours", "waiting"}:  # the turn goes on, and its bar stays
        return replace(found, trouble=said)
    return replace(found, standing=Standing("offline", said), trouble=said)


def client_of(device_id: int) -> DeviceClient:
    """Return the way to the process that owns a device."""
    return DeviceClient(device_socket(visit().services.lab, device_id))
