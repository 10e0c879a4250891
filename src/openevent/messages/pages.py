"""FACE: declining mails, as a page behind the link in one."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from openevent.events.models import Event
from openevent.kit.work import UnitOfWork
from openevent.messages import actions
from openevent.messages.rules import WORDS, Refusal
from openevent.web.visit import visit

blueprint = Blueprint("messages", __name__, template_folder="templates")


@blueprint.get("/unsubscribe/<token>")
def ask(token: str) -> Response:
    """Ask whether no more mails of this kind are wanted."""
    with visit().work() as work:
        return _page(work, actions.refusal_of(work, token), is_done=False)


@blueprint.post("/unsubscribe/<token>")
def decline(token: str) -> Response:
    """Note that no more are wanted."""
    with visit().work() as work:
        return _page(work, actions.decline(work, token), is_done=True)


def _page(work: UnitOfWork, found: Refusal, *, is_done: bool) -> Response:
    event = work.db.get(Event, found.event_id)
    response = make_response(
        render_template(
            "messages/unsubscribe.html", is_done=is_done, what=WORDS[found.wish], event=event.name if event else ""
        )
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"  # the address itself is the key
    return response
