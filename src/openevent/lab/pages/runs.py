"""Runs: their application, source and record; what happens in them now; lists, comparing, and files."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, make_response, redirect, render_template, request
from msgspec import Struct
from sqlalchemy.orm import Session as Db
from werkzeug.wrappers import Response

from openevent.kit.errors import DomainError, NotFound
from openevent.kit.tokens import token_hash
from openevent.lab.actions import running
from openevent.lab.actions.runs import KEPT
from openevent.lab.pages.blueprint import blueprint
from openevent.lab.pages.calls import body
from openevent.lab.pages.places import SEE_OTHER, signed_in
from openevent.lab.queries import records
from openevent.lab.queries.records import Record
from openevent.lab.rules.answers import text_of_json
from openevent.lab.rules.application import Application, Happened, application
from openevent.lab.rules.differences import differences
from openevent.lab.rules.exports import Moment, csv_of_plot, csv_of_run, json_of_run, pairs
from openevent.web.errors import wants_json
from openevent.web.gate import sign_in_first
from openevent.web.paging import asked_page
from openevent.web.visit import visit

PER_PAGE = 30
_MOST_CALLS = 1000  # that a page shows
_SHOWN = ("application", "source", "record")
_ENDED = {
    "stopped": "It was stopped.",
    "time": "It was stopped because its time was used up.",
    "memory": "It was stopped because it wanted more memory than a script may have.",
    "output": "It was stopped because it wrote too much.",
    "lease": "It was stopped because the turn at the device was over.",
    "device": "It was stopped because the device was switched off or went away.",
    "lost": "It was cut off: the part of the program that runs scripts was started again.",
}


class CallLine(Struct, frozen=True):
    """One call in a run's record."""

    at: Any
    said: str
    result: str
    is_wrong: bool


def record_of(identifier: str) -> Record:
    """Return a run that whoever is here may look at; raises NotFound."""
    with visit().reading() as db:
        found = records.record(db, identifier, visit().by)
    if found is None:
        raise NotFound("There is no such run.")
    return found


def own_record(db: Db, identifier: str) -> Record:
    """Return a run of whoever is here; raises NotFound."""
    found = records.record(db, identifier, visit().by)
    if found is None or not found.is_mine:
        raise NotFound("There is no such run.")
    return found


@blueprint.get("/lab/runs/<identifier>")
def show_run(identifier: str) -> Response | str:
    """Show a run."""
    if visit().by.id is None:
        return sign_in_first()
    if identifier.endswith((".csv", ".json")):
        return _file(identifier)
    found = record_of(identifier)
    show = request.args.get("show")
    return run_page(found, show if show in _SHOWN else "application")


@blueprint.get("/lab/shared/<key>")
def shared(key: str) -> str:
    """Show a run to whoever knows its address: to look at only."""
    with visit().reading() as db:
        found = records.shared_record(db, token_hash(key))
    if found is None:
        raise NotFound("There is no such run, or it is not shared any more.")
    return run_page(found, "source" if request.args.get("show") == "source" else "application", shared=key)


def run_page(found: Record, show: str, *, shared: str = "", address: str = "") -> str:
    """Return the page of a run; `shared` is the key with which a stranger came, `address` a new one for others."""
    with visit().reading() as db:
        events = records.events_of(db, found.line.id)
    app = _app(found, events)
    again = f"/lab/scripts/{found.line.script_id}/run" if found.line.script_id and not shared else None
    return render_template(
        "lab/run.html",
        **_shown(found, app),
        show=show,
        shared=shared,
        address=address,
        wrong={failure.line for failure in app.failures},
        calls=_calls(events) if show == "record" else (),
        again=again if visit().by.id else None,
        exports=not shared,
    )


def _app(found: Record, events: list[Moment]) -> Application:
    seen = (Happened(one.number, one.kind, one.payload) for one in events)
    return application(seen, shows_calls=found.line.kind != "script")


def _shown(found: Record, app: Application) -> dict[str, Any]:
    return {
        "run": found.line,
        "record": found,
        "app": app,
        "may_press": found.may_press,
        "is_mine": found.is_mine,
        "ended_because": _ENDED.get(found.line.exit_reason or "", found.error or "It has ended."),
    }


def _calls(events: list[Moment]) -> list[CallLine]:
    return [_call_line(one) for one in events if one.kind == "call"][:_MOST_CALLS]


def _call_line(one: Moment) -> CallLine:
    payload = one.payload
    said = ", ".join(_arguments(payload.get("arguments") or {}))
    error = payload.get("error")
    result = str(error) if error else text_of_json(payload.get("value"))
    return CallLine(one.at, f"{payload.get('name', '')}({said})", result, bool(error))


def _arguments(given: dict[str, Any]) -> list[str]:
    """Return arguments as they are written; a script's call has them in order, and by name."""
    if given.keys() == {"positional", "named"}:
        return [*(repr(value) for value in given["positional"]), *_arguments(given["named"])]
    return [f"{name}={value!r}" for name, value in given.items() if value is not None]


# What happens in a run now


@blueprint.get("/lab/runs/<identifier>/events")
def events(identifier: str) -> Response:
    """Say how far a run is, and what has happened after the event that is known."""
    by = signed_in()
    after = max(request.args.get("after", 0, type=int), 0)
    with visit().reading() as db:
        found = records.pulse(db, identifier, by)
        if found is None:
            raise NotFound("There is no such run.")
        news = records.happened(db, found.run_id, after=after) if found.last > after else []
    answer = jsonify(
        status=found.status,
        last=found.last,
        events=[{"number": one.number, "kind": one.kind, "payload": one.payload} for one in news],
    )
    answer.set_etag(f"{found.run_id}-{found.status}-{found.last}-{after}")
    return answer.make_conditional(request)


@blueprint.get("/lab/runs/<identifier>/application")
def piece(identifier: str) -> str:
    """Show what a run shows, alone: for a page that is open."""
    signed_in()
    found = record_of(identifier)
    with visit().reading() as db:
        app = application(records.happened(db, found.line.id), shows_calls=found.line.kind != "script")
    return render_template("lab/application.html", **_shown(found, app), exports=True)


@blueprint.post("/lab/runs/<identifier>/press")
def press(identifier: str) -> Response:
    """Press a button of a run, or set one of its values."""
    found = _pressable(identifier)
    wish = body() if wants_json() else _pressed()
    running.press(visit().shell.work, found.line.id, str(wish.get("widget", "")), wish.get("value"), by=visit().by)
    return jsonify(status="pressed") if wants_json() else redirect(f"/lab/runs/{identifier}", SEE_OTHER)


def _pressed() -> dict[str, Any]:
    kind, text = request.form.get("kind"), request.form.get("value")
    widget = request.form.get("widget", "")
    if kind == "checkbox":
        return {"widget": widget, "value": text is not None}
    if kind in {"number", "slider"}:
        return {"widget": widget, "value": request.form.get("value", type=float)}
    return {"widget": widget, "value": text}


def _pressable(identifier: str) -> Record:
    signed_in()
    found = record_of(identifier)
    if not found.may_press:
        raise NotFound("There is no such run.")
    return found


@blueprint.post("/lab/runs/<identifier>/stop")
def stop(identifier: str) -> Response:
    """Stop a run."""
    found = _pressable(identifier)
    try:
        running.stop(visit().shell.work, found.line.id, by=visit().by)
    except DomainError as error:
        flash(error.detail, "bad")
    return redirect(f"/lab/runs/{identifier}", SEE_OTHER)


# Lists, comparing, files


@blueprint.get("/lab/runs")
def list_runs() -> Response | str:
    """Show one's runs."""
    user_id = visit().by.id
    if user_id is None:
        return sign_in_first()
    page = asked_page()
    other = request.args.get("with")
    with_run = record_of(other).line if other else None
    with visit().reading() as db:
        found = records.runs_of(db, user_id, limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE)
    return render_template(
        "lab/runs.html",
        runs=found[:PER_PAGE],
        has_more=len(found) > PER_PAGE,
        page=page,
        with_run=with_run,
        kept=KEPT,
    )


@blueprint.get("/lab/compare")
def compare() -> Response | str:
    """Show two runs beside one another."""
    if visit().by.id is None:
        return sign_in_first()
    named = list(dict.fromkeys(request.args.getlist("run")))[:2]
    if len(named) != 2:  # noqa: PLR2004 -- two are compared
        flash("Choose two runs to compare.", "warning")
        return redirect("/lab/runs", SEE_OTHER)
    both = [record_of(one) for one in named]
    with visit().reading() as db:
        apps = [application(records.happened(db, one.line.id), shows_calls=one.line.kind != "script") for one in both]
    return render_template(
        "lab/compare.html",
        both=[one.line for one in both],
        pairs=pairs([one.parameters for one in both], apps),
        lines=differences(both[0].source, both[1].source),
    )


def _file(name: str) -> Response:
    identifier, _, kind = name.rpartition(".")
    found = record_of(identifier)
    with visit().reading() as db:
        events = records.events_of(db, found.line.id)
    plot = request.args.get("plot")
    if kind == "json":
        text, type_ = json_of_run(found.told, events), "application/json"
    elif plot:
        app = _app(found, events)
        drawn = next((one.plot for one in app.plots if one.name == plot), None)
        if drawn is None:
            raise NotFound("There is no such plot.")
        text, type_ = csv_of_plot(drawn), "text/csv"
    else:
        text, type_ = csv_of_run(events), "text/csv"
    response = make_response(text)
    response.headers["Content-Type"] = f"{type_}; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="run-{found.line.identifier}.{kind}"'
    return response
