"""Who may read what: scripts with a class or everybody, runs by an address that nobody guesses."""

from __future__ import annotations

import re

from flask import flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from openevent.kit.errors import DomainError, NotFound
from openevent.lab.actions import scripts as actions
from openevent.lab.actions.runs import share_run, unshare_run
from openevent.lab.pages.blueprint import blueprint
from openevent.lab.pages.places import ID, SEE_OTHER, UNPROCESSABLE, signed_in
from openevent.lab.pages.runs import own_record, record_of, run_page
from openevent.lab.pages.scripts import own_sheet
from openevent.lab.queries.shelf import classes_of
from openevent.web.gate import sign_in_first
from openevent.web.visit import visit

_CLASS = re.compile(r"class:([0-9]{1,18})")


@blueprint.get(f"/lab/scripts/<{ID}:script_id>/share")
def share_form(script_id: int) -> Response | str:
    """Ask with whom to share one's script."""
    return _share_form(script_id) if visit().by.id is not None else sign_in_first()


def _share_form(script_id: int, problem: str = "") -> str:
    with visit().reading() as db:
        found, classes = own_sheet(db, script_id), classes_of(db, visit().by)
    return render_template("lab/share.html", script=found, classes=classes, problem=problem)


@blueprint.post(f"/lab/scripts/<{ID}:script_id>/share")
def share_script(script_id: int) -> Response:
    """Share one's script, or keep it to oneself."""
    by = signed_in()
    wanted = request.form.get("visibility", "")
    named = _CLASS.fullmatch(wanted)
    values = {"visibility": "class" if named else wanted, "event_id": int(named[1]) if named else None}
    try:
        with visit().work() as work:
            script = actions.own_script(work, script_id, by=by)
            actions.update_script(work, script, values, by=by)
    except NotFound:
        raise
    except DomainError as error:
        return make_response(_share_form(script_id, error.detail), UNPROCESSABLE)
    flash("Saved.")
    return redirect(f"/lab/scripts/{script_id}", SEE_OTHER)


@blueprint.post("/lab/runs/<identifier>/share")
def share(identifier: str) -> Response | str:
    """Make an address at which others look at one's run, shown once, or take it away."""
    by = signed_in()
    with visit().work() as work:
        run_id = own_record(work.db, identifier).line.id
        if not request.form.get("shared"):
            unshare_run(work, run_id, by=by)
            return redirect(f"/lab/runs/{identifier}?show=record", SEE_OTHER)
        key = share_run(work, run_id, by=by)
    return run_page(record_of(identifier), "record", address=visit().services.site.link(f"/lab/shared/{key}"))
