"""The pages of all domains as one Flask application."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from functools import partial

from flask import Blueprint, Flask, Response, current_app, g, request
from flask_babel import Babel
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from openevent.events import pages as events_pages
from openevent.front import pages as front_pages
from openevent.kit.config import Settings
from openevent.kit.work import Shell
from openevent.lab import pages as lab_pages  # lab
from openevent.main.apidocs import blueprint as apidocs
from openevent.main.translate import as_refusal, headers_of, note, status_of
from openevent.messages import pages as messages_pages
from openevent.orders import pages as orders_pages
from openevent.payments import pages as payments_pages
from openevent.people import pages as people_pages
from openevent.people.resources import caller_by_cookie
from openevent.people.rules import COOKIE
from openevent.site import pages as site_pages
from openevent.web.blueprint import blueprint as web
from openevent.web.errors import error_json, error_page, wants_json
from openevent.web.gate import is_for_files
from openevent.web.visit import Visit

log = logging.getLogger(__name__)


BLUEPRINTS: tuple[Blueprint, ...] = (
    web,
    apidocs,
    front_pages.blueprint,
    site_pages.blueprint,
    people_pages.blueprint,
    events_pages.blueprint,
    payments_pages.blueprint,
    orders_pages.blueprint,
    messages_pages.blueprint,
)


def build_pages(settings: Settings, shell_now: Callable[[], Shell]) -> Flask:
    """Return the application; each request gets its visit, of the shell of that moment, before its view runs."""
    pages = Flask("openevent.web", static_folder=None, template_folder=None)
    pages.config.update(  # pyright: ignore[reportUnknownMemberType] -- Flask's Config is a dict of anything
        SECRET_KEY=hmac.digest(settings.secret_key.encode(), b"openevent.pages", "sha256"),
        SESSION_COOKIE_NAME="openevent_form",
        SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # a form that lay open over lunch still works
        MAX_FORM_PARTS=200,
        MAX_FORM_MEMORY_SIZE=settings.max_body,
        MAX_CONTENT_LENGTH=settings.max_body,  # said before the form is read, so that the answer is 413
    )
    pages.before_request(partial(_let_files_in, settings.max_upload))  # before the form is read for its token
    pages.before_request(partial(_enter, shell_now))  # before a form is refused: that page, too, knows its reader
    CSRFProtect(pages)
    Babel(pages)
    for blueprint in BLUEPRINTS:
        pages.register_blueprint(blueprint)
    lab_pages.add_to(pages, pages.extensions["csrf"], is_on=settings.lab)  # lab
    pages.after_request(_note_route)
    pages.register_error_handler(Exception, _answer)
    return pages


def _let_files_in(most: int) -> None:
    if COOKIE in request.cookies and is_for_files(current_app.view_functions.get(request.endpoint or "")):
        request.max_content_length = most


def _enter(shell_now: Callable[[], Shell]) -> None:
    if request.endpoint == "web.static_file":
        return  # a style sheet is the same for everybody
    shell = shell_now()
    g.site = shell.site()
    g.visit = Visit(caller_by_cookie(shell, request.cookies.get(COOKIE), origin=request.remote_addr), shell)


def _note_route(response: Response) -> Response:
    request.environ["openevent.route"] = request.url_rule.rule if request.url_rule else "none"
    return response


def _answer(error: Exception) -> Response:
    refusal = as_refusal(error)
    if refusal is not None:
        note(refusal)
        status = status_of(refusal)
        response = (
            error_json(status, refusal.code, refusal.detail) if wants_json() else error_page(status, refusal.detail)
        )
        response.headers.update(headers_of(refusal))
        return response
    if isinstance(error, CSRFError):
        return error_json(400, "form-too-old", "") if wants_json() else error_page(400)
    if isinstance(error, HTTPException):
        response = error_page(error.code or 500)
        if isinstance(error, MethodNotAllowed):
            response.allow.update(error.valid_methods or ())  # RFC 9110, section 15.5.6
        return response
    log.error("a page failed", exc_info=error)
    return error_page(500)
