"""The page of those who look after devices: what is the matter with each, and switches for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request
from msgspec import Struct
from werkzeug.wrappers import Response

from openevent.kit.access import Actor
from openevent.kit.errors import DomainError, Forbidden
from openevent.kit.work import UnitOfWork
from openevent.lab.actions import devices as actions
from openevent.lab.actions.leasing import hand_back
from openevent.lab.models import Device
from openevent.lab.pages.blueprint import blueprint
from openevent.lab.pages.devices import managed_device
from openevent.lab.pages.places import ID, SEE_OTHER, client_of, signed_in
from openevent.lab.providers.service_client import ServiceClient
from openevent.lab.queries.screens import Card, cards, runs_any
from openevent.web.gate import sign_in_first
from openevent.web.visit import visit

_LONGEST_NOTES = 4000


class Bench(Struct, frozen=True):
    """A device as who looks after it sees it."""

    id: int
    name: str
    place: str | None
    kind: str
    address: str
    notes: str | None
    is_on: bool
    is_in_repair: bool
    killed: bool
    state: str
    holder: str | None
    ends_at: datetime | None
    queue: int
    version: str = ""
    reason: str = ""


class Cage(Struct, frozen=True):
    """One of the ways in which scripts can be locked up, and whether it holds here."""

    name: str
    words: str
    works: bool
    why: str = ""


@blueprint.get("/lab/desk")
def desk_page() -> Response | str:
    """Show all devices that one looks after."""
    by = visit().by
    if by.id is None:
        return sign_in_first()
    with visit().reading() as db:
        if not runs_any(db, by):
            raise Forbidden("Only those who look after a device may see this.")
        found = cards(db, by, visit().shell.clock.now())
    return render_template(
        "lab/desk.html",
        devices=[_bench(card) for card in found],
        may_switch=by.is_staff,
        cages=_cages() if by.is_staff else None,
    )


def _bench(card: Card) -> Bench:
    device, holder = card.device, card.holder
    version, reason = _answer(device)
    state = "offline" if reason else card.state
    return Bench(
        *(device.id, device.name, device.place, device.kind, device.address, device.notes),
        *(device.is_on, device.is_in_repair, device.killed_at is not None, state),
        *(holder.name if holder else None, holder.ends_at if holder else None, card.queue, version, reason),
    )


def _answer(device: Device) -> tuple[str, str]:
    """Return what a device says it is, or why it says nothing."""
    if not device.is_on:
        return "", ""
    try:
        state = client_of(device.id).state()
    except DomainError as error:
        return "", error.detail
    return state.version or "", (state.reason or "It does not answer.") if state.status == "offline" else ""


def _cages() -> tuple[list[Cage], str]:
    """Return the ways in which scripts can be locked up; why there are none known, where that is so."""
    try:
        report = ServiceClient(visit().services.lab).tiers()
    except DomainError:
        return [], "The part of the program that runs scripts does not answer; nothing can be run at the moment."
    verdicts: list[dict[str, Any]] = report.get("verdicts") or []
    return [_cage(one, report.get("tier")) for one in verdicts], str(report.get("reason") or "")


def _cage(one: Mapping[str, Any], chosen: object) -> Cage:
    is_usable = bool(one.get("is_usable"))
    words = "In use" if one.get("tier") == chosen and is_usable else "Would hold" if is_usable else "Not here"
    outcomes: list[dict[str, Any]] = one.get("outcomes") or []
    stopped = sum(1 for outcome in outcomes if outcome.get("is_stopped"))
    tried = f"{stopped} of {len(outcomes)} attacks stopped. " if outcomes else ""
    return Cage(str(one.get("tier", "")), words, is_usable, f"{tried}{one.get('reason') or ''}".strip())


def _change(device_id: int, change: Callable[[UnitOfWork, Actor], object], message: str) -> Response:
    by = signed_in()
    with visit().work() as work:
        change(work, by)
    flash(message)
    return redirect(f"/lab/desk#device-{device_id}", SEE_OTHER)


def _save(device_id: int, values: dict[str, Any]) -> Callable[[UnitOfWork, Actor], object]:
    def save(work: UnitOfWork, by: Actor) -> None:
        device = managed_device(work.db, device_id, by)
        actions.save_device(work, device, values, by=by)

    return save


@blueprint.post(f"/lab/desk/devices/<{ID}:device_id>/switch")
def switch(device_id: int) -> Response:
    """Switch a device on or off."""
    is_on = bool(request.form.get("on"))
    return _change(device_id, _save(device_id, {"is_on": is_on}), "It is on." if is_on else "It is off.")


@blueprint.post(f"/lab/desk/devices/<{ID}:device_id>/repair")
def repair(device_id: int) -> Response:
    """Take a device into repair, or back."""
    is_in = bool(request.form.get("repair"))
    return _change(device_id, _save(device_id, {"is_in_repair": is_in}), "Saved.")


@blueprint.post(f"/lab/desk/devices/<{ID}:device_id>/notes")
def write_notes(device_id: int) -> Response:
    """Keep notes on a device."""
    text = request.form.get("notes", "").replace("\0", "").strip()[:_LONGEST_NOTES]
    return _change(device_id, _save(device_id, {"notes": text or None}), "Saved.")


@blueprint.post(f"/lab/desk/devices/<{ID}:device_id>/kill")
def kill(device_id: int) -> Response:
    """Stop a device for safety, or release it again."""
    is_killed = bool(request.form.get("kill"))
    action = actions.kill if is_killed else actions.revive
    message = "It is stopped: nothing reaches it but its reset." if is_killed else "It may be used again."
    return _change(device_id, lambda work, by: action(work, device_id, by=by), message)


@blueprint.post(f"/lab/desk/leases/<{ID}:lease_id>/end")
def end_lease(lease_id: int) -> Response:
    """End somebody's turn, or take them out of the queue."""
    by = signed_in()
    with visit().work() as work:
        device_id = hand_back(work, lease_id, by=by).device_id
    return redirect(f"/lab/devices/{device_id}", SEE_OTHER)
