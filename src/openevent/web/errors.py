"""Pages for what can't be shown: one sentence on what happened, one on what to do now."""

from __future__ import annotations

from flask import jsonify, make_response, render_template, request
from flask.wrappers import Response
from msgspec import Struct


class Trouble(Struct, frozen=True):
    """What a page of trouble says."""

    title: str
    advice: str


_ELSE = Trouble("This request can't be answered", "Please go back and try once more.")
_TROUBLES = {
    400: Trouble("We could not read that request", "The form may be too old. Go back, reload the page and try again."),
    401: Trouble("Please sign in first", "This page is for people who are signed in."),
    403: Trouble(
        "This page is not for you",
        "You are signed in, but this belongs to somebody else. Is it another account of yours?",
    ),
    404: Trouble("There is nothing here", "The address may be mistyped, or what stood here is gone."),
    405: Trouble("That can't be done here", "The address exists, but not for this kind of request."),
    409: Trouble("That is not possible any more", "Something has changed meanwhile. Go back and look at it again."),
    413: Trouble("That was too much at once", "What you sent is larger than this site accepts."),
    415: Trouble("We could not read that request", "It came in a form that this page does not understand."),
    422: Trouble("Something in there is not right", "Please go back, correct it and send it again."),
    429: Trouble("A little slower, please", "There were too many attempts. Wait a moment, then try again."),
    500: Trouble(
        "Something broke on our side", "It is not your fault, and it has been written down. Please try again later."
    ),
    503: Trouble("Not just now", "A part of this site is taking a break. Please try again in a minute."),
}


def wants_json() -> bool:
    """Tell whether a script of a page has asked: it reads JSON, not pages."""
    return request.accept_mimetypes.best == "application/json"


def error_json(status: int, code: str, detail: str) -> Response:
    """Return the same for a script."""
    response = jsonify(code=code, detail=detail or _TROUBLES.get(status, _ELSE).title)
    response.status_code = status
    return response


def error_page(status: int, detail: str = "", *, retry_after: int | None = None) -> Response:
    """Return the page for a status; `detail` says in the product's own words what exactly is wrong."""
    trouble = _TROUBLES.get(status, _ELSE)
    body = render_template("error.html", status=status, trouble=trouble, detail=detail)
    response = make_response(body, status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response
