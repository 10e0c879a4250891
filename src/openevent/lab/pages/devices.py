"""Setting up devices: a form for one, and taking it away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session as Db
from werkzeug.wrappers import Response

from openevent.kit.access import Actor, require
from openevent.kit.errors import Forbidden, NotFound
from openevent.lab.actions import devices as actions
from openevent.lab.models import Device
from openevent.lab.pages.blueprint import blueprint
from openevent.lab.pages.places import ID, SEE_OTHER, UNPROCESSABLE, signed_in
from openevent.lab.queries.devices import device_by_id
from openevent.lab.roles import DEVICES, MANAGES
from openevent.lab.rules.device_forms import SCOPES, device_shown, device_typed, is_narrowed
from openevent.lab.rules.screens import RANGE_WORDS
from openevent.web.gate import sign_in_first
from openevent.web.visit import visit

_NEW = {"kind": "simulator", "minutes": 20, "is_on": True}
_SCOPE_WORDS = {
    "all": "Everybody",
    "member": "Members",
    "holder": "Ticket holders",
    "organizer": "Organizers",
    "admin": "Admins",
}


def managed_device(db: Db, device_id: int, by: Actor) -> Device:
    """Return a device that whoever is here may change, with its row locked; raises NotFound and Forbidden."""
    device = device_by_id(db, device_id, lock=True)
    if device is None:
        raise NotFound("There is no such device.")
    require(db, MANAGES, by, DEVICES, device_id)
    return device


def seen_device(device_id: int) -> Mapping[str, Any]:
    """Return a device that whoever is here may change, as values; raises NotFound and Forbidden."""
    with visit().reading() as db:
        device = device_by_id(db, device_id)
        if device is None:
            raise NotFound("There is no such device.")
        require(db, MANAGES, visit().by, DEVICES, device_id)
        return {name: getattr(device, name) for name in DEVICES.c.keys()}  # noqa: SIM118 -- of columns, not of a mapping


@blueprint.get("/lab/desk/devices/new")
def new_device() -> Response | str:
    """Show an empty form."""
    if visit().by.id is None:
        return sign_in_first()
    _refuse_others(visit().by)
    return _form(None, device_shown(_NEW), {})


@blueprint.post("/lab/desk/devices/new")
def make_device() -> Response | str:
    """Set up a device."""
    by = signed_in()
    _refuse_others(by)
    return _save(None, by)


def _refuse_others(by: Actor) -> None:
    if not by.is_staff:
        raise Forbidden(f"Only {MANAGES.name} may do this.")


@blueprint.get(f"/lab/desk/devices/<{ID}:device_id>/edit")
def edit_device(device_id: int) -> Response | str:
    """Show what is known about a device, to be changed."""
    if visit().by.id is None:
        return sign_in_first()
    return _form(device_id, device_shown(seen_device(device_id)), {})


@blueprint.post(f"/lab/desk/devices/<{ID}:device_id>/edit")
def change_device(device_id: int) -> Response | str:
    """Change a device."""
    by = signed_in()
    seen_device(device_id)
    return _save(device_id, by)


def _save(device_id: int | None, by: Actor) -> Response | str:
    typed = device_typed(request.form)
    if typed.errors:
        return _shown_again(device_id, typed.errors)
    try:
        with visit().work() as work:
            device = managed_device(work.db, device_id, by) if device_id is not None else None
            found = actions.save_device(work, device, typed.values, by=by).id
    except actions.DeviceRefused as error:
        return _shown_again(device_id, {(error.pointer or "").rpartition("/")[2]: error.detail})
    flash("The device is saved.")
    return redirect(f"/lab/desk#device-{found}", SEE_OTHER)


def _shown_again(device_id: int | None, errors: Mapping[str, str]) -> Response:
    return make_response(_form(device_id, request.form.to_dict(), errors), UNPROCESSABLE)


def _form(device_id: int | None, fields: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template(
        "lab/device_form.html",
        device_id=device_id,
        fields=fields,
        errors=errors,
        ranges=RANGE_WORDS,
        scopes=[(scope, _SCOPE_WORDS[scope], is_narrowed(fields, errors, scope)) for scope in SCOPES],
    )


@blueprint.get(f"/lab/desk/devices/<{ID}:device_id>/delete")
def ask_to_delete(device_id: int) -> Response | str:
    """Ask whether a device is to go."""
    if visit().by.id is None:
        return sign_in_first()
    return render_template("lab/device_delete.html", device=seen_device(device_id))


@blueprint.post(f"/lab/desk/devices/<{ID}:device_id>/delete")
def delete_device(device_id: int) -> Response:
    """Take a device away; its runs and its log stay."""
    by = signed_in()
    with visit().work() as work:
        actions.delete_device(work, managed_device(work.db, device_id, by), by=by)
    flash("The device is gone. What was done with it stays in the log.")
    return redirect("/lab/desk", SEE_OTHER)
