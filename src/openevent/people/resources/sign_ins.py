"""Endpoints of signing in with tokens (v1 reference 4.1 to 4.8)."""

from __future__ import annotations

import hmac
from datetime import timedelta

from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.errors import invalid
from openevent.jsonapi.ports import Backend
from openevent.kit.cookies import cookie, cookie_in
from openevent.kit.errors import Invalid, Unauthenticated
from openevent.kit.jwt import REFRESH, Pair, token_in
from openevent.people import actions
from openevent.people.actions import WrongCredentials
from openevent.people.queries import Account, account_by_token, check_refresh_token
from openevent.people.resources.bodies import caller, open_work, refusal, services, text
from openevent.people.rules import ACCESS_LASTS, REFRESH_LASTS, REMEMBERED_ACCESS_LASTS

REFRESH_PATH = "/v1/auth/token/refresh"
REFRESH_COOKIE = "refresh_token_cookie"
CSRF_COOKIE = "csrf_refresh_token"


def sign_in(call: Call, backend: Backend) -> Reply:
    """Give an access token for an address and a password, and a refresh token when asked to remember."""
    body = call.json()
    email, password = text(body, "email", "username"), text(body, "password")
    if not email or not password:
        return Reply({"error": "username or password missing"}, 400)
    try:
        account = _account(call, backend, email, password)
    except Unauthenticated as error:
        return refusal(error)
    if body.get("remember-me") is True:
        return _remembered(backend, account, in_body=body.get("include-in-response") is True)
    return Reply({"access_token": _fresh_token(backend, account)})


def _account(call: Call, backend: Backend, email: str, password: str) -> Account:
    return actions.sign_in(backend, open_work(backend), email, password, origin=caller(call).origin)


def _fresh_token(backend: Backend, account: Account) -> str:
    ports, since = services(backend), account.since
    return ports.tokens.access(account.id, now=backend.now(), lasts=ACCESS_LASTS, fresh=True, since=since)


def _remembered(backend: Backend, account: Account, *, in_body: bool) -> Reply:
    ports = services(backend)
    pair = ports.tokens.pair(
        account.id,
        now=backend.now(),
        access_lasts=REMEMBERED_ACCESS_LASTS,
        refresh_lasts=REFRESH_LASTS,
        since=account.since,
    )
    if in_body:
        return Reply({"access_token": pair.access, "refresh_token": pair.refresh})
    return Reply({"access_token": pair.access}, cookies=_cookies(pair, is_https=ports.site.url.startswith("https:")))


def _cookies(pair: Pair, *, is_https: bool) -> tuple[str, str]:
    return _cookie_pair(pair.refresh, pair.csrf, REFRESH_LASTS, is_https=is_https)


def _cookie_pair(token: str, csrf: str, lasts: timedelta, *, is_https: bool) -> tuple[str, str]:
    """Return both; scripts read the second one and send it back as a header."""
    return (
        cookie(REFRESH_COOKIE, token, path=REFRESH_PATH, lasts=lasts, is_secure=is_https),
        cookie(CSRF_COOKIE, csrf, path="/", lasts=lasts, is_secure=is_https, is_for_scripts=True),
    )


def refresh(call: Call, backend: Backend) -> Reply:
    """Give an access token (not a fresh one) for a refresh token: from the header, the body, or cookie and CSRF."""
    ports, now = services(backend), backend.now()
    try:
        claims = ports.tokens.read(_refresh_token(call), now=now, type_=REFRESH)
        if not _is_meant(call, claims.csrf):
            return Reply({"error": "CSRF double submit tokens do not match"}, 401)
        account = account_by_token(backend, claims)
        check_refresh_token(backend, claims)
    except (Invalid, Unauthenticated) as error:
        return refusal(error)
    lasts, since = REMEMBERED_ACCESS_LASTS, account.since
    token = ports.tokens.access(account.id, now=now, lasts=lasts, fresh=False, csrf=claims.csrf, since=since)
    return Reply({"access_token": token})


def _refresh_token(call: Call) -> str:
    token = token_in(call.headers.get("authorization", "")) or text(call.json(), "refresh_token") or _cookie(call)
    if not token:
        raise Unauthenticated("Missing refresh token in cookies, headers or body")
    return token


def _cookie(call: Call) -> str | None:
    return cookie_in(call.headers.get("cookie", ""), REFRESH_COOKIE)


def _is_meant(call: Call, csrf: str) -> bool:
    """Tell whether the call was meant: browsers add cookies to anybody's requests, but not headers or bodies."""
    if call.headers.get("authorization") or text(call.json(), "refresh_token"):
        return True
    sent = call.headers.get("x-csrf-token", "")
    return bool(csrf) and hmac.compare_digest(sent.encode("utf-8", "surrogatepass"), csrf.encode())


def fresh_sign_in(call: Call, backend: Backend) -> Reply:
    """Give a fresh access token for the caller's own password."""
    body = call.json()
    email = text(body, "email", "username") or (caller(call).email or "")
    try:
        account = _account(call, backend, email, text(body, "password"))
        if account.id != caller(call).id:
            raise WrongCredentials("Invalid Credentials")
    except Unauthenticated as error:
        return refusal(error)
    return Reply({"access_token": _fresh_token(backend, account)})


def sign_out(_call: Call, backend: Backend) -> Reply:
    """Take the cookies away."""
    is_https = services(backend).site.url.startswith("https:")
    return Reply({"success": True}, cookies=_cookie_pair("", "", timedelta(0), is_https=is_https))


def blacklist(call: Call, backend: Backend) -> Reply:
    """Void the caller's refresh tokens so far, and his browser sign-ins; access tokens go on until they end."""
    by = caller(call)
    with open_work(backend)() as work:
        actions.void_refresh_tokens(work, by.id or 0, by=by)
    return Reply({"success": True})


def verify_password(call: Call, backend: Backend) -> Reply:
    """Tell whether this is the caller's password."""
    password = text(call.json(), "password")
    if not password:
        raise invalid("/password", "Missing data for required field.")
    return Reply({"result": actions.is_own_password(backend, open_work(backend), password, by=caller(call))})


def user_id(call: Call, _backend: Backend) -> Reply:
    """Tell whose token this is."""
    return Reply({"user_id": caller(call).id})


ENDPOINTS = (
    Endpoint("POST", "/auth/session", sign_in, auth=False, summary="Sign in"),
    Endpoint("POST", "/v1/auth/login", sign_in, auth=False, summary="Sign in"),
    Endpoint("POST", REFRESH_PATH, refresh, auth=False, summary="Renew the access token"),
    Endpoint("POST", "/v1/auth/logout", sign_out, auth=False, summary="Take the cookies away"),
    Endpoint("POST", "/v1/auth/fresh-login", fresh_sign_in, summary="Give the password again for a fresh token"),
    Endpoint("POST", "/v1/auth/blacklist", blacklist, summary="Void all refresh tokens so far"),
    Endpoint("POST", "/v1/auth/verify-password", verify_password, summary="Check the caller's password"),
    Endpoint("GET", "/v1/users/user-details/get-user-id", user_id, summary="Whose token this is"),
)
