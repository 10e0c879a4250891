"""Turns at a device: its page, asking, going on, handing back, and what the bar on other pages asks for."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response

from openevent.kit.errors import DomainError
from openevent.lab.actions import leasing
from openevent.lab.pages.blueprint import blueprint
from openevent.lab.pages.places import ID, SEE_OTHER, desk_of, looked_up, signed_in
from openevent.lab.queries.leases import open_lease
from openevent.lab.queries.screens import Desk
from openevent.people.rules import local_path
from openevent.web.gate import sign_in_first
from openevent.web.visit import visit


@blueprint.get(f"/lab/devices/<{ID}:device_id>")
def device(device_id: int) -> Response | str:
    """Show a device, and who has it and waits for it."""
    if visit().by.id is None:
        return sign_in_first()
    return render_template("lab/device.html", desk=looked_up(device_id))


@blueprint.get(f"/lab/devices/<{ID}:device_id>/queue")
def queue(device_id: int) -> Response:
    """Lead to the queue on the device's page."""
    return redirect(f"/lab/devices/{device_id}#queue-title", SEE_OTHER)


@blueprint.get(f"/lab/devices/<{ID}:device_id>/bar")
def bar(device_id: int) -> str:
    """Show whose turn it is, alone: for a page that is open."""
    signed_in()
    return render_template("lab/bar.html", desk=looked_up(device_id))


@blueprint.get(f"/lab/devices/<{ID}:device_id>/state")
def state(device_id: int) -> Response:
    """Say how one's turn stands."""
    signed_in()
    with visit().reading() as db:
        return _said(desk_of(db, device_id))


@blueprint.post(f"/lab/devices/<{ID}:device_id>/beat")
def beat(device_id: int) -> Response:
    """Give a sign of life, and say how one's turn stands."""
    by = signed_in()
    with visit().work() as work:
        lease = open_lease(work.db, device_id, by.id)
        if lease is not None:
            leasing.beat(work, lease.id, by=by)
        return _said(desk_of(work.db, device_id))


def _said(found: Desk) -> Response:
    return jsonify(
        lease=found.lease_status or "none",
        seconds=found.seconds,
        state=found.state,
        said=found.said,
        waiting=found.queue,
    )


@blueprint.post(f"/lab/devices/<{ID}:device_id>/lease")
def ask(device_id: int) -> Response:
    """Ask for a turn."""
    by = signed_in()
    try:
        with visit().work() as work:
            leasing.ask(work, device_id, by=by)
    except DomainError as error:
        flash(error.detail, "bad")
    return _back(device_id)


@blueprint.post(f"/lab/devices/<{ID}:device_id>/extend")
def extend(device_id: int) -> Response:
    """Go on after the end of one's turn."""
    by = signed_in()
    try:
        with visit().work() as work:
            lease = open_lease(work.db, device_id, by.id)
            if lease is None:
                raise leasing.LeaseMissing("You have no turn at this device now.")
            leasing.extend(work, lease.id, by=by)
    except DomainError as error:
        flash(error.detail, "bad")
    return _back(device_id)


@blueprint.post(f"/lab/devices/<{ID}:device_id>/hand-back")
def hand_back(device_id: int) -> Response:
    """End one's turn, or leave the queue."""
    by = signed_in()
    with visit().work() as work:
        lease = open_lease(work.db, device_id, by.id)
        if lease is not None:
            leasing.hand_back(work, lease.id, by=by)
    return _back(device_id)


def _back(device_id: int) -> Response:
    """Return to the page that was left: of the lab, for nobody sends others elsewhere through us."""
    came_from = local_path(_path_of(request.referrer))
    is_ours = came_from == "/lab" or came_from.startswith(("/lab?", "/lab/"))
    return redirect(came_from if is_ours else f"/lab?device={device_id}", SEE_OTHER)


def _path_of(address: str | None) -> str | None:
    site = request.host_url
    return f"/{address.removeprefix(site)}" if address and address.startswith(site) else None
