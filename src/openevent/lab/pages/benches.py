"""Putting devices into workshops: first the event, then its session and its ticket type."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from openevent.kit.access import require
from openevent.kit.errors import NotFound
from openevent.lab.actions import devices as actions
from openevent.lab.models import Bench
from openevent.lab.pages.blueprint import blueprint
from openevent.lab.pages.devices import managed_device, seen_device
from openevent.lab.pages.places import ID, SEE_OTHER, UNPROCESSABLE, signed_in
from openevent.lab.queries.workshops import events_to_come, stands_of, workshops_of
from openevent.lab.roles import BENCHES, MANAGES
from openevent.web.gate import sign_in_first
from openevent.web.visit import visit


@blueprint.get(f"/lab/desk/devices/<{ID}:device_id>/benches")
def benches(device_id: int) -> Response | str:
    """Show the workshops that a device stands in, and let it be put into another one."""
    if visit().by.id is None:
        return sign_in_first()
    return _page(device_id, "")


@blueprint.post(f"/lab/desk/devices/<{ID}:device_id>/benches")
def put_bench(device_id: int) -> Response | str:
    """Put a device into a workshop."""
    by = signed_in()
    values = {f"{name}_id": request.form.get(name, type=int) or None for name in ("event", "session", "ticket")}
    try:
        with visit().work() as work:
            managed_device(work.db, device_id, by)
            if workshops_of(work.db, values["event_id"] or 0) is None:
                raise NotFound("There is no such event.")
            actions.save_bench(work, None, {**values, "device_id": device_id}, by=by)
    except actions.BenchRefused as error:
        return make_response(_page(device_id, error.detail), UNPROCESSABLE)
    flash("The bench stands there.")
    return redirect(f"/lab/desk/devices/{device_id}/benches", SEE_OTHER)


def _page(device_id: int, problem: str) -> str:
    device, event_id = seen_device(device_id), request.values.get("event", type=int)
    with visit().reading() as db:
        return render_template(
            "lab/benches.html",
            device=device,
            stands=stands_of(db, device_id),
            events=events_to_come(db, visit().shell.clock.now()),
            chosen=workshops_of(db, event_id) if event_id else None,
            problem=problem,
        )


@blueprint.post(f"/lab/desk/benches/<{ID}:bench_id>/delete")
def remove_bench(bench_id: int) -> Response:
    """Take a device out of a workshop."""
    by = signed_in()
    with visit().work() as work:
        bench = work.db.get(Bench, bench_id, with_for_update=True)
        if bench is None:
            raise NotFound("There is no such bench.")
        require(work.db, MANAGES, by, BENCHES, bench_id)
        device_id = bench.device_id
        actions.delete_bench(work, bench, by=by)
    flash("It does not stand there any more.")
    return redirect(f"/lab/desk/devices/{device_id}/benches", SEE_OTHER)
