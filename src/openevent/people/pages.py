"""Pages of people: sign up, in and out, a new password, a verified address, the account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, session
from msgspec import Struct, field
from werkzeug.wrappers import Response

from openevent.kit.errors import DomainError, Invalid, TooManyRequests
from openevent.people import actions, queries
from openevent.people.actions import RESET, LinkSpent
from openevent.people.rules import COOKIE, MIN_PASSWORD, SIGN_IN_LASTS, local_path
from openevent.web.visit import visit

blueprint = Blueprint("people", __name__, template_folder="templates")

_SEE_OTHER, _UNPROCESSABLE, _TOO_MANY = 303, 422, 429
_LONGEST = 255
_JOINERS: dict[int, None] = {0x200C: None, 0x200D: None}  # in Persian and Hindi names, and between emoji
_GONE = "This link doesn't work any more: it was used already, a newer one was sent, or it is too old."
_ON_ITS_WAY = "If there is an account with this address, a mail with a link is on its way. The link works for one hour."


class Form(Struct, frozen=True):
    """What was typed into a form, and what is wrong with it: by field, and in general."""

    values: Mapping[str, str] = field(default_factory=dict[str, str])
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    problem: str | None = None

    @classmethod
    def of(cls, error: DomainError) -> Form:
        """Return the sent form with a message where it belongs."""
        name = (error.pointer or "").rpartition("/")[2]
        if name in request.form:
            return cls(request.form, {name: error.detail})
        return cls(request.form, {}, error.detail)


def _show(template: str, error: DomainError | None = None, **values: Any) -> Response:  # noqa: ANN401 -- what the template asks for
    form = Form.of(error) if error else Form(request.args)
    page = render_template(f"people/{template}.html", form=form, min_password=MIN_PASSWORD, **values)
    response = make_response(page, _status(error))
    # Addresses of these pages may hold a secret: no cache keeps it. (That no other site is told is the front door's
    # business; "no-referrer" would be too much, forms sent over https are recognised by it.)
    response.headers["Cache-Control"] = "no-store"
    return response


def _status(error: DomainError | None) -> int:
    if error is None:
        return 200
    return _TOO_MANY if isinstance(error, TooManyRequests) else _UNPROCESSABLE


def _go(path: str) -> Response:
    return redirect(path, _SEE_OTHER)


def _next() -> str:
    return local_path(request.values.get("next"))


def _typed(name: str) -> str:
    """Return one line that was typed; raises Invalid for control characters and novels, as the API does."""
    found = request.form.get(name, "").strip()
    if not found.translate(_JOINERS).isprintable():
        raise Invalid("Control characters are not allowed.", pointer=f"/{name}")
    if len(found) > _LONGEST:
        raise Invalid(f"Longer than maximum length {_LONGEST}.", pointer=f"/{name}")
    return found


def _welcome(path: str, token: str, message: str | None = None) -> Response:
    """Send a browser on, signed in with a token that nobody can have known before."""
    response = _anew(path, message)
    response.set_cookie(
        COOKIE,
        token,
        max_age=SIGN_IN_LASTS,
        httponly=True,
        samesite="Lax",
        secure=visit().services.site.url.startswith("https:"),
    )
    return response


# Signing up, in and out


@blueprint.get("/sign-up")
def sign_up_form() -> Response:
    """Show the sign-up form."""
    return _go(_next()) if visit().by.id else _show("sign_up", next=_next())


@blueprint.post("/sign-up")
def sign_up() -> Response:
    """Make an account and sign this browser in."""
    try:
        values = {name.replace("-", "_"): _typed(name) for name in ("first-name", "last-name")}
        values |= {name: request.form.get(name, "") for name in ("email", "password")}
        with visit().work() as work:
            token = actions.sign_up_in_browser(work, values, by=visit().by)
    except DomainError as error:
        return _show("sign_up", error, next=_next())
    return _welcome(_next(), token, "Welcome! Please confirm your address: we have sent you a mail.")


@blueprint.get("/sign-in")
def sign_in_form() -> Response:
    """Show the sign-in form."""
    return _go(_next()) if visit().by.id else _show("sign_in", next=_next())


@blueprint.post("/sign-in")
def sign_in() -> Response:
    """Sign this browser in."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    shell, by = visit().shell, visit().by
    try:
        account = actions.sign_in(shell.database, shell.work, email, password, origin=by.origin)
        signed_in, old = account.actor(origin=by.origin), request.cookies.get(COOKIE)
        with visit().work() as work:
            token = actions.open_sign_in(work, account.id, by=signed_in, instead_of=old, since=account.since)
    except actions.WrongCredentials:
        return _show("sign_in", actions.WrongCredentials("Address and password don't fit together."), next=_next())
    except DomainError as error:
        return _show("sign_in", error, next=_next())
    return _welcome(_next(), token)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End this browser's sign-in."""
    token = request.cookies.get(COOKIE)
    if token:
        with visit().work() as work:
            actions.close_sign_in(work, token, by=visit().by)
    return _farewell("/")


def _farewell(path: str, message: str | None = None) -> Response:
    response = _anew(path, message)
    response.delete_cookie(COOKIE)
    return response


def _anew(path: str, message: str | None) -> Response:
    """Send a browser on with an empty session: the CSRF value of whoever sat here before is void."""
    session.clear()
    if message:
        flash(message)
    return _go(path)


# A new password, a verified address


@blueprint.get("/reset-password")
def reset_form() -> Response:
    """Ask for the address, or, behind a mailed link, for the new password."""
    token = request.args.get("token", "")
    if not token:
        return _show("reset_ask")
    with visit().reading() as db:
        works = queries.has_open_token(db, token, RESET, visit().shell.clock.now())
    return _show("reset_set", token=token) if works else _show("reset_ask", LinkSpent(_GONE))


@blueprint.post("/reset-password")
def reset() -> Response:
    """Send the mail, or set the new password."""
    return _set_password(request.form["token"]) if request.form.get("token") else _ask_for_reset()


def _ask_for_reset() -> Response:
    try:
        with visit().work() as work:
            actions.request_password_reset(work, request.form.get("email", ""), by=visit().by)
    except DomainError as error:
        return _show("reset_ask", error)
    flash(_ON_ITS_WAY)
    return _go("/reset-password")


def _set_password(token: str) -> Response:
    try:
        with visit().work() as work:
            actions.reset_password(work, token, request.form.get("password", ""), by=visit().by)
    except LinkSpent:
        return _show("reset_ask", LinkSpent(_GONE))
    except DomainError as error:
        return _show("reset_set", error, token=token)
    return _farewell("/sign-in", "Your new password is set. Please sign in with it.")


@blueprint.get("/verify")
def verify_form() -> Response:
    """Show one button: programs that open links in mails must not use them up."""
    return _show("verify", token=request.args.get("token", ""))


@blueprint.post("/verify")
def verify() -> Response:
    """Mark the address as verified."""
    try:
        with visit().work() as work:
            actions.verify_email(work, request.form.get("token", ""), by=visit().by)
    except LinkSpent:
        return _show("verify", LinkSpent(_GONE), token="")
    flash("Thank you, your address is confirmed.")
    return _go("/account" if visit().by.id else "/sign-in")


@blueprint.post("/verify/again")
def verify_again() -> Response:
    """Send the verification mail of whoever is signed in once more."""
    try:
        with visit().work() as work:
            actions.request_verification(work, visit().by.email or "", by=visit().by)
    except DomainError as error:
        flash(error.detail, "warning")
    else:
        flash("The mail is on its way.")
    return _go("/account")


# The account


@blueprint.get("/account")
def account_page() -> Response:
    """Show the account of whoever is signed in."""
    return _account()


def _account(part: str = "", error: DomainError | None = None) -> Response:
    """Show the account page; `part` names the form that an error belongs to."""
    user_id = visit().by.id
    with visit().reading() as db:
        profile = queries.profile(db, user_id) if user_id else None
    if profile is None:
        return _go("/sign-in?next=/account")
    return _show("account", error, profile=profile, part=part)


@blueprint.post("/account")
def change_profile() -> Response:
    """Change names."""
    names = [name for name in ("first-name", "last-name", "public-name") if name in request.form]
    if not names:  # it came in a form that we can't read: nobody wants to lose their name for that
        abort(400)
    values: dict[str, Any] = {"is_profile_public": "is-profile-public" in request.form}
    try:
        values |= {name.replace("-", "_"): _typed(name) or None for name in names}
        with visit().work() as work:
            actions.update_own_profile(work, values, by=visit().by)
    except DomainError as error:
        return _account("profile", error)
    flash("Your profile is saved.")
    return _go("/account")


@blueprint.post("/account/email")
def change_email() -> Response:
    """Change the address."""
    try:
        with visit().work() as work:
            actions.change_email(work, request.form.get("email", ""), request.form.get("password", ""), by=visit().by)
    except DomainError as error:
        return _account("email", error)
    flash("Your address is changed. Please confirm it: we have sent a mail there.")
    return _go("/account")


@blueprint.post("/account/password")
def change_password() -> Response:
    """Change the password; other browsers are signed out, this one stays."""
    old, new = request.form.get("old-password", ""), request.form.get("new-password", "")
    try:
        with visit().work() as work:
            token = actions.change_password_in_browser(work, old, new, by=visit().by)
    except DomainError as error:
        return _account("password", error)
    return _welcome("/account", token, "Your password is changed. Everything else that was signed in is signed out.")


@blueprint.post("/account/delete")
def delete() -> Response:
    """Delete the account."""
    try:
        with visit().work() as work:
            actions.delete_own_account(work, request.form.get("password", ""), by=visit().by)
    except DomainError as error:
        return _account("delete", error)
    return _farewell("/", "Your account is deleted.")
