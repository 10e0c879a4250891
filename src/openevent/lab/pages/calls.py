"""Function calls and what panels look at live: for forms, and as JSON for the scripts of pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec
from flask import jsonify, make_response, render_template, request
from msgspec import Struct
from werkzeug.wrappers import Response

from openevent.kit.errors import DomainError, Malformed
from openevent.lab.actions import calling
from openevent.lab.actions.at_once import call_at_once
from openevent.lab.actions.calling import Recorded
from openevent.lab.pages.blueprint import blueprint
from openevent.lab.pages.home import home_values
from openevent.lab.pages.places import ID, UNPROCESSABLE, signed_in
from openevent.lab.providers.owner import WatchSpec
from openevent.lab.providers.owner.messages import FASTEST
from openevent.lab.rules.answers import frame_of, plot_of, text_of
from openevent.lab.rules.application import Plot
from openevent.web.errors import wants_json
from openevent.web.visit import visit

_SLOWEST, _USUAL = 0.1, 2.0  # looks a second


class Answer(Struct, frozen=True):
    """What came of a call, for a page."""

    text: str
    is_wrong: bool = False
    run: str | None = None
    plot: Plot | None = None


def answer_of(recorded: Recorded) -> Answer:
    """Return what a call gave."""
    return Answer(text_of(recorded.value), run=f"/lab/runs/{recorded.identifier}", plot=plot_of(recorded.value))


@blueprint.post(f"/lab/devices/<{ID}:device_id>/calls")
def call(device_id: int) -> Response:
    """Call one function: `function` is a text as one writes it; scripts may say `name` and `arguments` instead."""
    by = signed_in()
    if wants_json():
        return _call_for_script(device_id)
    text = request.form.get("function", "")
    try:
        answer = answer_of(call_at_once(visit().shell.work, device_id, by=by, text=text))
    except DomainError as error:
        answer = Answer(error.detail, is_wrong=True)
    page = render_template("lab/home.html", **home_values(device_id), asked=text, answer=answer)
    return make_response(page, UNPROCESSABLE if answer.is_wrong else 200)


def _call_for_script(device_id: int) -> Response:
    wish = body()
    named = _arguments(wish)
    if "function" in wish:
        done = call_at_once(visit().shell.work, device_id, by=visit().by, text=str(wish["function"]))
    else:
        done = call_at_once(visit().shell.work, device_id, by=visit().by, name=str(wish.get("name", "")), named=named)
    return jsonify(**frame_of(done.value), run=f"/lab/runs/{done.identifier}")


def _arguments(wish: Mapping[str, Any]) -> dict[str, Any]:
    named: Any = wish.get("arguments") or {}
    if not isinstance(named, dict):
        raise Malformed("Arguments are an object.")
    return cast(dict[str, Any], named)


def body() -> dict[str, Any]:
    """Return the object that a script has sent; raises Malformed for anything else."""
    try:
        found: object = msgspec.json.decode(request.get_data())
    except (ValueError, RecursionError):  # no JSON, halves of letters, brackets without end
        found = None
    if not isinstance(found, dict):
        raise Malformed("Send a JSON object.")
    return cast(dict[str, Any], found)


@blueprint.post(f"/lab/devices/<{ID}:device_id>/watch")
def watch(device_id: int) -> Response:
    """Say what the panel of whoever has the device measures again and again; an empty object: nothing."""
    by = signed_in()
    wish = body()
    spec = WatchSpec(str(wish["function"]), _arguments(wish), _rate(wish)) if wish.get("function") else None
    calling.watch(visit().shell.work, device_id, spec, by)
    return jsonify(status="watching" if spec else "idle")


def _rate(wish: Mapping[str, Any]) -> float:
    rate: Any = wish.get("rate")
    return min(max(float(rate), _SLOWEST), FASTEST) if isinstance(rate, int | float) else _USUAL


@blueprint.get(f"/lab/devices/<{ID}:device_id>/latest")
def latest(device_id: int) -> Response:
    """Send the newest frame, if it is newer than the one that is known: the same for everybody who watches."""
    by = signed_in()
    frame = calling.latest(visit().shell.work, device_id, by)
    if frame is None or frame.number <= request.args.get("after", 0, type=int):
        return make_response("", 204)
    told = frame_of(frame.value) if frame.value else {"error": frame.error or "The device did not answer."}
    spec = {"function": frame.spec.function, "arguments": frame.spec.arguments}
    return jsonify(number=frame.number, at=frame.at.isoformat(), spec=spec, **told)
