"""Pages of events: the one behind the link of an invitation to a team."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from openevent.events import actions, queries
from openevent.kit.errors import DomainError
from openevent.web.visit import visit

blueprint = Blueprint("events", __name__, template_folder="templates")

_SEE_OTHER, _NOT_FOUND, _UNPROCESSABLE = 303, 404, 422
_PAGE = "/role-invites"


@blueprint.get(_PAGE)
def invitation() -> Response:
    """Show what one is asked, and one button: programs that open links in mails must not say yes."""
    return _show(request.args.get("token", ""))


@blueprint.post(_PAGE)
def accept() -> Response:
    """Take the part."""
    token = request.form.get("token", "")
    try:
        with visit().work() as work:
            taken = actions.accept_invite(work, token, by=visit().by)
            event_name = taken.event.name
    except DomainError as error:
        return _show(token, error)
    flash(f"Thank you for helping with {event_name}!")
    return redirect(_address(token), _SEE_OTHER)


def _address(token: str) -> str:
    return f"{_PAGE}?{urlencode({'token': token})}"


def _show(token: str, error: DomainError | None = None) -> Response:
    with visit().reading() as db:
        view = queries.invite_view(db, token, visit().shell.clock.now())
    onward = urlencode({"email": view.email, "next": _address(token)}) if view else ""
    page = render_template("events/invitation.html", invite=view, token=token, onward=onward, error=error)
    status = _NOT_FOUND if view is None else _UNPROCESSABLE if error else 200
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"  # the address holds a secret
    return response
