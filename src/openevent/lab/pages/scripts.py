"""Scripts: reading, writing, copying, their history, and putting them away."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session as Db
from werkzeug.wrappers import Response

from openevent.kit.errors import DomainError, NotFound
from openevent.lab.actions import scripts as actions
from openevent.lab.actions.at_once import run_at_once
from openevent.lab.pages.blueprint import blueprint
from openevent.lab.pages.home import chosen_of
from openevent.lab.pages.places import ID, SEE_OTHER, UNPROCESSABLE, signed_in
from openevent.lab.queries import scripts as queries
from openevent.lab.queries.screens import cards
from openevent.lab.queries.shelf import Sheet, sheet
from openevent.lab.rules.differences import differences
from openevent.web.gate import sign_in_first
from openevent.web.visit import visit

_FIRST = """volts = get_voltage("CH1")
print("CH1:", volts, "V")
"""


def sheet_of(db: Db, script_id: int) -> Sheet:
    """Return a script that whoever is here may read; raises NotFound."""
    found = sheet(db, script_id, visit().by)
    if found is None:
        raise NotFound("There is no such script.")
    return found


def own_sheet(db: Db, script_id: int) -> Sheet:
    """Return a script that whoever is here may change; raises NotFound."""
    found = sheet_of(db, script_id)
    if not found.is_mine:
        raise NotFound("There is no such script.")
    return found


def _device(db: Db) -> int | None:
    """Return the device that a script would run on."""
    found = chosen_of(cards(db, visit().by, visit().shell.clock.now()), request.values.get("device", type=int))
    return found.id if found else None


@blueprint.get(f"/lab/scripts/<{ID}:script_id>")
def show_script(script_id: int) -> Response | str:
    """Show what a script says."""
    if visit().by.id is None:
        return sign_in_first()
    with visit().reading() as db:
        found, device = sheet_of(db, script_id), _device(db)
    return render_template("lab/script.html", script=found, device=device)


@blueprint.get("/lab/scripts/new")
def new_form() -> Response | str:
    """Show an empty editor."""
    if visit().by.id is None:
        return sign_in_first()
    with visit().reading() as db:
        device = _device(db)
    return render_template("lab/edit.html", script=None, title="", code=_FIRST, device=device)


@blueprint.post("/lab/scripts/new")
def make_script() -> Response:
    """Keep a new script."""
    by = signed_in()
    title, code = _typed()
    try:
        with visit().work() as work:
            script_id = actions.create_script(work, title=title, code=code, by=by).id
    except DomainError as error:
        return _shown_again(None, title, code, error)
    return _saved(script_id, "Your script is saved.")


@blueprint.get(f"/lab/scripts/<{ID}:script_id>/edit")
def edit_form(script_id: int) -> Response | str:
    """Show one's script in the editor."""
    if visit().by.id is None:
        return sign_in_first()
    with visit().reading() as db:
        found, device = own_sheet(db, script_id), _device(db)
    return render_template("lab/edit.html", script=found, title=found.title, code=found.code, device=device)


@blueprint.post(f"/lab/scripts/<{ID}:script_id>/edit")
def change_script(script_id: int) -> Response:
    """Keep what one's script says now as a new version."""
    by = signed_in()
    title, code = _typed()
    try:
        with visit().work() as work:
            script = actions.own_script(work, script_id, by=by)
            seen = request.form.get("seen", type=int)
            actions.update_script(work, script, {"title": title, "code": code}, seen=seen, by=by)
    except NotFound:
        raise
    except DomainError as error:
        with visit().reading() as db:
            return _shown_again(own_sheet(db, script_id), title, code, error)
    return _saved(script_id, "Your script is saved.")


def _typed() -> tuple[str, str]:
    """Return title and text; browsers send lines with two characters at their ends."""
    code = request.form.get("code", "").replace("\r\n", "\n").rstrip()
    return request.form.get("title", "").strip(), f"{code}\n" if code else ""


def _shown_again(found: Sheet | None, title: str, code: str, error: DomainError) -> Response:
    device = request.form.get("device", type=int)
    page = render_template("lab/edit.html", script=found, title=title, code=code, device=device, problem=error.detail)
    return make_response(page, UNPROCESSABLE)


def _saved(script_id: int, message: str) -> Response:
    if request.form.get("then") == "run":
        return _run(script_id)
    flash(message)
    return redirect(f"/lab/scripts/{script_id}", SEE_OTHER)


@blueprint.post(f"/lab/scripts/<{ID}:script_id>/run")
def run_script(script_id: int) -> Response:
    """Run a script at a device, and lead to its run."""
    signed_in()
    return _run(script_id)


def _run(script_id: int) -> Response:
    by = signed_in()
    with visit().reading() as db:
        device_id = _device(db)
    try:
        if device_id is None:
            raise NotFound("There is no device that you could use.")
        identifier = run_at_once(visit().shell.work, device_id, script_id, by=by)
    except DomainError as error:
        flash(error.detail, "bad")
        return redirect(f"/lab?device={device_id}" if device_id else "/lab", SEE_OTHER)
    return redirect(f"/lab/runs/{identifier}", SEE_OTHER)


@blueprint.post(f"/lab/scripts/<{ID}:script_id>/fork")
def fork_script(script_id: int) -> Response:
    """Make a copy of one's own."""
    by = signed_in()
    try:
        with visit().work() as work:
            made = actions.fork_script(work, script_id, by=by).id
    except NotFound:
        raise
    except DomainError as error:
        flash(error.detail, "bad")
        return redirect(f"/lab/scripts/{script_id}", SEE_OTHER)
    flash("It is yours now: change it as you like.")
    return redirect(f"/lab/scripts/{made}/edit", SEE_OTHER)


@blueprint.get(f"/lab/scripts/<{ID}:script_id>/history")
def history(script_id: int) -> Response | str:
    """Show a script's versions, and what one of them changed."""
    if visit().by.id is None:
        return sign_in_first()
    with visit().reading() as db:
        found = sheet_of(db, script_id)
        shown = min(max(request.args.get("version", found.number, type=int), 1), found.number)
        now = queries.version_by_number(db, script_id, shown)
        before = queries.version_by_number(db, script_id, shown - 1)
        versions = queries.history_of(db, script_id)
    if now is None:
        raise NotFound("There is no such version.")
    return render_template(
        "lab/history.html",
        script=found,
        versions=versions,
        shown=shown,
        before=before,
        lines=differences(before.code if before else "", now.code),
    )


@blueprint.post(f"/lab/scripts/<{ID}:script_id>/history")
def restore(script_id: int) -> Response:
    """Make an old version of one's script the newest one."""
    by = signed_in()
    number = request.form.get("version", 0, type=int)
    with visit().work() as work:
        actions.restore_version(work, script_id, number, by=by)
    flash(f"Version {number} is the current one again.")
    return redirect(f"/lab/scripts/{script_id}", SEE_OTHER)


@blueprint.get(f"/lab/scripts/<{ID}:script_id>/delete")
def delete_form(script_id: int) -> Response | str:
    """Ask once more."""
    if visit().by.id is None:
        return sign_in_first()
    with visit().reading() as db:
        found = own_sheet(db, script_id)
    return render_template("lab/delete.html", script=found)


@blueprint.post(f"/lab/scripts/<{ID}:script_id>/delete")
def delete_script(script_id: int) -> Response:
    """Put one's script away."""
    by = signed_in()
    with visit().work() as work:
        script = actions.own_script(work, script_id, by=by)
        actions.delete_script(work, script, by=by)
    flash("The script is deleted.")
    return redirect("/lab", SEE_OTHER)
