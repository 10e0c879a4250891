"""Pages of events: those behind the links of invitations to a team of an event or a group."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from openevent.events import actions, queries
from openevent.events.queries import InviteView
from openevent.kit.errors import DomainError
from openevent.web.visit import visit

blueprint = Blueprint("events", __name__, template_folder="templates")

_SEE_OTHER, _NOT_FOUND, _UNPROCESSABLE = 303, 404, 422
_EVENTS, _GROUPS = "/role-invites", "/group-invites"
_VIEWS: dict[str, Callable[[Session, str, datetime], InviteView | None]] = {
    _EVENTS: queries.invite_view,
    _GROUPS: queries.group_invite_view,
}


@blueprint.get(_EVENTS)
def invitation() -> Response:
    """Show what one is asked, and one button: programs that open links in mails must not say yes."""
    return _show(_EVENTS, request.args.get("token", ""))


@blueprint.get(_GROUPS)
def group_invitation() -> Response:
    """Show which group one is asked to run, and one button."""
    return _show(_GROUPS, request.args.get("token", ""))


@blueprint.post(_EVENTS)
def accept() -> Response:
    """Take the part."""
    token = request.form.get("token", "")
    try:
        with visit().work() as work:
            name = actions.accept_invite(work, token, by=visit().by).event.name
    except DomainError as error:
        return _show(_EVENTS, token, error)
    return _thank(_EVENTS, token, name)


@blueprint.post(_GROUPS)
def accept_group() -> Response:
    """Help to run the group; only the invited account itself can say so."""
    token = request.form.get("token", "")
    try:
        with visit().work() as work:
            actions.accept_group_invite(work, token, by=visit().by)
    except DomainError as error:
        return _show(_GROUPS, token, error)
    with visit().reading() as db:
        view = queries.group_invite_view(db, token, visit().shell.clock.now())
    return _thank(_GROUPS, token, view.name if view else "")


def _thank(page: str, token: str, name: str) -> Response:
    flash(f"Thank you for helping with {name}!")
    return redirect(_address(page, token), _SEE_OTHER)


def _address(page: str, token: str) -> str:
    return f"{page}?{urlencode({'token': token})}"


def _show(page: str, token: str, error: DomainError | None = None) -> Response:
    with visit().reading() as db:
        view = _VIEWS[page](db, token, visit().shell.clock.now())
    onward = urlencode({"email": view.email, "next": _address(page, token)}) if view else ""
    is_other = view is not None and view.is_for_account and visit().by.email != view.email
    shown = render_template(
        "events/invitation.html", invite=view, page=page, token=token, onward=onward, error=error, is_other=is_other
    )
    status = _NOT_FOUND if view is None else _UNPROCESSABLE if error else 200
    response = make_response(shown, status)
    response.headers["Cache-Control"] = "no-store"  # the address holds a secret
    return response
