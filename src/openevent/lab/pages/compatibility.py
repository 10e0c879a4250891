"""The addresses of the first laboratory, for its clients: the same shapes, none of its holes.

docs/reference/lab-compatibility.md lists what is different on purpose.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import monotonic, sleep
from typing import Any, ParamSpec

from flask import Blueprint, jsonify, request
from sqlalchemy.orm import Session as Db
from werkzeug.wrappers import Response

from openevent.kit.access import Actor
from openevent.kit.errors import DomainError, NotFound, TooManyRequests, Unauthenticated
from openevent.lab.actions import running
from openevent.lab.actions import scripts as actions
from openevent.lab.actions.at_once import call_at_once, run_at_once
from openevent.lab.pages.home import chosen_of
from openevent.lab.queries import records, scripts
from openevent.lab.queries.screens import cards
from openevent.lab.queries.shelf import sheet
from openevent.lab.rules import old_shapes
from openevent.lab.rules.answers import old_result
from openevent.lab.rules.application import Application, application
from openevent.people import actions as people
from openevent.people import queries as people_queries
from openevent.people.rules import COOKIE, SIGN_IN_LASTS
from openevent.web.visit import visit

blueprint = Blueprint("lab_compatibility", __name__)

_BAD, _FORBIDDEN, _TOO_MANY = 400, 403, 429
_SAME = frozenset({"same-origin", "none"})  # Fetch Metadata: ours, or somebody's own hand
_LONGEST_WAIT = 15.0  # seconds that an old client waits for a script
_LOOK = 0.1
_QUIET = 3  # looks at which nothing new has come
_LARGEST = 2**63 - 1
P = ParamSpec("P")


def _answered(view: Callable[P, Response]) -> Callable[P, Response]:
    """Answer what is refused as the first laboratory did: status false, and why."""

    @wraps(view)
    def answered(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return view(*args, **kwargs)
        except DomainError as error:
            status = _TOO_MANY if isinstance(error, TooManyRequests) else 200
            return _json(old_shapes.refused(error.detail, result=None), status)

    return answered


def _json(found: object, status: int = 200) -> Response:
    answer = jsonify(found)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.before_request
def _refuse_strangers() -> Response | None:
    """Take requests from our own pages and from programs only: other sites must not act with somebody's cookie."""
    if not visit().services.lab:
        raise NotFound("There is no lab here.")
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    is_ours = origin is None or f"{origin}/" == request.host_url
    if is_ours and (site is None or site in _SAME):
        return None
    return _json(old_shapes.refused("Requests from other sites are refused."), _FORBIDDEN)


def _by() -> Actor:
    if visit().by.id is None:
        raise Unauthenticated("Please sign in first.")
    return visit().by


def _field(name: str) -> str:
    return request.form.get(name, "").replace("\0", "")


def _id(name: str) -> int:
    text = _field(name)
    found = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0  # noqa: PLR2004 -- digits of 64 bit
    return found if found <= _LARGEST else 0


# Accounts


@blueprint.post("/signUp")
def sign_up() -> Response:
    """Make an account and sign its browser in."""
    values = {"email": _field("inputEmail"), "password": request.form.get("inputPassword", "")}
    name = "".join(one for one in _field("inputName") if one.isprintable()).strip()[:255]
    try:
        with visit().work() as work:
            token = people.sign_up_in_browser(work, {**values, "first_name": name or None}, by=visit().by)
    except TooManyRequests as error:
        return _json(old_shapes.refused(error.detail), _TOO_MANY)
    except DomainError as error:
        return _json(old_shapes.refused(error.detail), _BAD)
    return _with_cookie(_json({"status": True, "message": "Your account is made. You are signed in."}), token)


@blueprint.post("/validateLogin")
def sign_in() -> Response:
    """Sign a browser in; a wrong password and an unknown address get the same answer."""
    shell, by = visit().shell, visit().by
    email, password = _field("inputEmail"), request.form.get("inputPassword", "")
    try:
        account = people.sign_in(shell.database, shell.work, email, password, origin=by.origin)
        signed_in, old = account.actor(origin=by.origin), request.cookies.get(COOKIE)
        with visit().work() as work:
            token = people.open_sign_in(work, account.id, by=signed_in, instead_of=old, since=account.since)
    except TooManyRequests as error:
        return _json(old_shapes.refused(error.detail), _TOO_MANY)
    except people.WrongCredentials:
        return _json(old_shapes.refused("Address and password don't fit together."), _BAD)
    except DomainError as error:
        return _json(old_shapes.refused(error.detail), _BAD)
    return _with_cookie(_json({"status": True}), token)


def _with_cookie(response: Response, token: str) -> Response:
    is_secure = visit().services.site.url.startswith("https:")
    response.set_cookie(COOKIE, token, max_age=SIGN_IN_LASTS, httponly=True, samesite="Lax", secure=is_secure)
    return response


@blueprint.post("/logout")
def sign_out() -> Response:
    """End a browser's sign-in."""
    token = request.cookies.get(COOKIE)
    if token:
        with visit().work() as work:
            people.close_sign_in(work, token, by=visit().by)
    response = _json({"status": True, "message": "You are signed out."})
    response.delete_cookie(COOKIE)
    return response


@blueprint.get("/getUserName")
def user_name() -> Response:
    """Say who is signed in."""
    by_id = visit().by.id
    with visit().reading() as db:
        found = people_queries.profile(db, by_id) if by_id else None
    if found is None:
        return _json({"error": "Nobody is signed in."})
    return _json({"username": found.public_name or found.first_name or found.email})


# Scripts


@blueprint.post("/addScript")
@_answered
def add_script() -> Response:
    """Keep a new script."""
    by = _by()
    with visit().work() as work:
        actions.create_script(work, title=_field("inputTitle"), code=_code(), by=by)
    return _json({"status": True})


def _code() -> str:
    return request.form.get("inputDescription", "").replace("\r\n", "\n")


@blueprint.get("/getScriptList")
def script_list() -> Response:
    """List one's scripts and the examples; nothing for strangers."""
    by = visit().by
    if by.id is None:
        return _json([])
    with visit().reading() as db:
        own = [(one.id, one.title, one.changed_at) for one in scripts.scripts_of(db, by.id)]
        return _json(old_shapes.script_list(own, [one.title for one in scripts.examples(db)]))


@blueprint.post("/getScriptById")
@_answered
def script_by_id() -> Response:
    """Send one of one's scripts."""
    by = _by()
    with visit().reading() as db:
        return _json({"status": True, "message": "", **_own(db, _id("id"), by)})


def _own(db: Db, script_id: int, by: Actor) -> dict[str, Any]:
    found = sheet(db, script_id, by)
    if found is None or not found.is_mine:
        raise NotFound("There is no such script.")
    return {
        "Id": found.id,
        "Code": found.code,
        "Filename": found.title,
        "Date": old_shapes.date_of(found.changed_at),
    }


@blueprint.post("/updateCode")
@_answered
def update_code() -> Response:
    """Change one of one's scripts."""
    by = _by()
    with visit().work() as work:
        script = actions.own_script(work, _id("codeId"), by=by)
        values = {"code": _code(), **({"title": _field("inputTitle")} if _field("inputTitle") else {})}
        actions.update_script(work, script, values, by=by)
    return _json({"status": True, "message": "Saved."})


@blueprint.post("/deleteScript")
@_answered
def delete_script() -> Response:
    """Put one of one's scripts away."""
    by = _by()
    with visit().work() as work:
        script = actions.own_script(work, _id("scriptId"), by=by)
        actions.delete_script(work, script, by=by)
    return _json({"status": True, "message": "Deleted!"})


@blueprint.post("/getScriptByFilename")
@_answered
def script_by_filename() -> Response:
    """Send an example; a name is looked up among them, and never a file."""
    by = _by()
    name = _field("Filename")
    with visit().reading() as db:
        return _json({"status": True, "Filename": name, "Code": _example(db, name, by)[1]})


def _example(db: Db, name: str, by: Actor) -> tuple[int, str]:
    found = scripts.example_by_title(db, name)
    shown = sheet(db, found.id, by) if found else None
    if shown is None:
        raise NotFound("There is no such example.")
    return shown.id, shown.code


# The device


@blueprint.get("/getFunctionList")
def function_list() -> Response:
    """List what a device can be asked; nothing for strangers."""
    is_known = visit().by.id is not None
    return _json({"status": is_known, "doc_list": old_shapes.function_list() if is_known else []})


@blueprint.post("/evalFunctionString")
@_answered
def evaluate() -> Response:
    """Call one function: the text is read, and never run."""
    by = _by()
    done = call_at_once(visit().shell.work, _device(by), by=by, text=_field("function"))
    result, is_text = old_result(done.value)
    return _json({"status": True, "result": result, "stringified": is_text})


def _device(by: Actor) -> int:
    with visit().reading() as db:
        found = chosen_of(cards(db, by, visit().shell.clock.now()), None)
    if found is None:
        raise NotFound("There is no device that you could use.")
    return found.id


@blueprint.post("/runScriptById")
@_answered
def run_by_id() -> Response:
    """Run one of one's scripts, and send what it shows."""
    by = _by()
    with visit().reading() as db:
        told = _own(db, _id("Id"), by)
    app, error = _run(told["Id"], by)
    return _json({"status": not error, **told, "result": error or old_shapes.widgets(app)})


@blueprint.post("/runScriptByFilename")
@_answered
def run_by_filename() -> Response:
    """Run an example, and send what it shows."""
    by = _by()
    with visit().reading() as db:
        script_id, code = _example(db, _field("Filename"), by)
    app, error = _run(script_id, by)
    if error:
        return _json(old_shapes.refused(error, result=None, Code=code))
    return _json({"status": True, "result": old_shapes.widgets(app), "Code": code})


def _run(script_id: int, by: Actor) -> tuple[Application, str]:
    """Run a script until it has ended or waits for somebody; then it is stopped, for old clients press by themselves.

    Returns what it shows, and the sentence on what went wrong.
    """
    identifier = run_at_once(visit().shell.work, _device(by), script_id, by=by)
    pulse, app = _seen(identifier, by)
    quiet, deadline = 0, monotonic() + _LONGEST_WAIT
    while pulse.status != "ended" and monotonic() < deadline and not (old_shapes.waits(app) and quiet >= _QUIET):
        with visit().shell.waiting():
            sleep(_LOOK)
        before = pulse.last
        pulse, app = _seen(identifier, by)
        quiet = quiet + 1 if pulse.last == before else 0
    if pulse.status != "ended":
        running.stop(visit().shell.work, pulse.run_id, by=by)
    return app, _trouble(identifier, by, app, was=pulse.status)


def _trouble(identifier: str, by: Actor, app: Application, *, was: str) -> str:
    """Return the sentence on what went wrong with a run that was left in this status; an empty one for nothing."""
    if was == "waiting":
        return "The laboratory could not begin it in time. Please try again."
    if app.failures or was != "ended":
        return app.failures[0].text if app.failures else ""
    with visit().reading() as db:
        found = records.record(db, identifier, by)
    if found is None or found.line.exit_reason in {"done", "stopped"}:
        return ""
    return found.error or "It was ended before its end."


def _seen(identifier: str, by: Actor) -> tuple[records.Pulse, Application]:
    with visit().reading() as db:
        pulse = records.pulse(db, identifier, by)
        if pulse is None:
            raise NotFound("There is no such run.")
        return pulse, application(records.happened(db, pulse.run_id))
