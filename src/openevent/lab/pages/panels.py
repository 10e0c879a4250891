"""Panels: each instrument with its knobs, for who has the device and for who watches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from openevent.kit.errors import DomainError, NotFound
from openevent.lab.actions.at_once import call_at_once
from openevent.lab.pages.blueprint import blueprint
from openevent.lab.pages.calls import Answer, answer_of
from openevent.lab.pages.instruments import MEASURES, PANELS, Panel, form_of
from openevent.lab.pages.places import ID, UNPROCESSABLE, looked_up, signed_in
from openevent.lab.queries.devices import rights_of
from openevent.lab.queries.screens import Desk
from openevent.lab.rules.functions import FUNCTIONS, Argument, Limits
from openevent.lab.rules.limits import merged
from openevent.lab.rules.rights import use_at
from openevent.web.gate import sign_in_first
from openevent.web.visit import visit


@blueprint.get(f"/lab/devices/<{ID}:device_id>/panels/<name>")
def show_panel(device_id: int, name: str) -> Response | str:
    """Show an instrument."""
    if visit().by.id is None:
        return sign_in_first()
    return _page(looked_up(device_id), name, _panel(name))


@blueprint.post(f"/lab/devices/<{ID}:device_id>/panels/<name>")
def use_panel(device_id: int, name: str) -> Response:
    """Use an instrument once, and show its answer below it: what its forms do where no scripts run."""
    by = signed_in()
    panel = _panel(name)
    function, given = _asked(panel)
    try:
        recorded = call_at_once(visit().shell.work, device_id, by=by, name=function, named=given)
        answer = answer_of(recorded)
    except DomainError as error:
        answer = Answer(error.detail, is_wrong=True)
    page = _page(looked_up(device_id), name, panel, function=function, given=given, answer=answer)
    return make_response(page, UNPROCESSABLE if answer.is_wrong else 200)


def _panel(name: str) -> Panel:
    found = PANELS.get(name)
    if found is None:
        raise NotFound("There is no such instrument.")
    return found


def _page(
    desk: Desk,
    name: str,
    panel: Panel,
    *,
    function: str = "",
    given: Mapping[str, Any] | None = None,
    answer: Answer | None = None,
) -> str:
    limits = _limits(desk)
    forms = [form_of(one, limits) for one in panel.functions]
    given = given or {}
    said = ", ".join(f"{key}={value!r}" for key, value in given.items())
    return render_template(
        f"lab/{panel.template}.html",
        desk=desk,
        at=f"/lab/devices/{desk.id}",
        holds=desk.lease_status == "held",
        name=name,
        panel=panel,
        function=forms[0],
        functions=forms,
        others=forms[1:],
        ranges=next((one for one in forms if one.name == "set_range"), None),
        measures=MEASURES,
        measure=request.form.get("measure", MEASURES[0][0]),
        given=given,
        asked_name=function,
        asked=f"{function}({said})",
        answer=answer,
    )


def _limits(desk: Desk) -> Limits:
    with visit().reading() as db:
        use = use_at(rights_of(db, desk.device, visit().by), visit().shell.clock.now())
    return merged(desk.device.limits, use.role if use else "member")


def _asked(panel: Panel) -> tuple[str, dict[str, Any]]:
    """Return the function that a form means, and its arguments; raises NotFound for one that is not the panel's."""
    measure, _, channel = request.form.get("measure", "").partition(":")
    name = measure or request.form.get("call") or panel.functions[0]
    if name not in panel.functions:
        raise NotFound("This instrument has no such function.")
    arguments = {one.name: one for one in FUNCTIONS[name].arguments}
    typed = {**request.form, **({"channel": channel} if channel else {})}
    given = {key: read(arguments[key], text) for key, text in typed.items() if key in arguments and text.strip()}
    return name, given


def read(argument: Argument, text: str) -> Any:  # noqa: ANN401 -- as the argument's kind says
    """Return what was typed as the argument's kind; what is no number goes on as text and is refused as such."""
    match argument.kind:
        case "numbers":
            return [_number(one) for one in text.replace(",", " ").replace(";", " ").split()]
        case "choice":
            return next((one for one in argument.choices if str(one) == text), text)
        case _:
            return _number(text.replace(",", "."))


def _number(text: str) -> float | int | str:
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number
