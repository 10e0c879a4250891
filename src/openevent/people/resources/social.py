"""Endpoints of signing in with an account elsewhere (v1 reference 4.14).

A browser that starts gets a secret in a cookie. The code that it comes back with is of use only together with the
cookie: by PKCE where the provider has it, by the state everywhere. So nobody is signed in to somebody else's account
by a link, whether or not the client sends the state back.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import Any

from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.errors import ApiError, invalid
from openevent.jsonapi.ports import Backend
from openevent.kit.cookies import cookie, cookie_in
from openevent.kit.errors import NotFound, Unauthenticated
from openevent.kit.services import Services
from openevent.people import actions
from openevent.people.providers import (
    PROVIDERS,
    Keys,
    Provider,
    authorize_address,
    fetch_person,
    fetch_token,
    provider_at,
    state_of,
)
from openevent.people.resources.bodies import caller, open_work, refusal, services, text
from openevent.people.rules import ACCESS_LASTS, voided_at
from openevent.site import queries as site

_LASTS = timedelta(minutes=15)
_PATH = "/v1/auth/oauth"
_TRIES = {"times": 60, "seconds": 300}
_PASSED_ON = ("access_token", "token_type", "expires_in", "scope")  # of a provider's answer, to the client


def start(call: Call, backend: Backend) -> Reply:
    """Tell where the browser has to go to be asked by the provider."""
    provider, keys = _provider(call, backend)
    verifier = secrets.token_urlsafe(48)
    ports = services(backend)
    address = authorize_address(provider, keys, back=_back(ports, provider), verifier=verifier)
    return Reply({"url": address}, cookies=(_cookie(ports, provider, verifier, _LASTS),))


def token(call: Call, backend: Backend) -> Reply:
    """Exchange the provider's code for its token."""
    provider, keys = _provider(call, backend)
    found = _token(call, backend, provider, keys)
    shown = {name: found[name] for name in _PASSED_ON if name in found}
    return Reply({"token": shown}, cookies=(_cookie(services(backend), provider, "", timedelta(0)),))


def sign_in(call: Call, backend: Backend) -> Reply:
    """Sign in as whom the provider vouches for; `oauth_hash` stands for the password of one sign-in."""
    provider, keys = _provider(call, backend)
    ports = services(backend)
    ports.limiter.hit(f"social:{caller(call).origin}", **_TRIES)
    person = fetch_person(ports.outbound, provider, _token(call, backend, provider, keys))
    try:
        with open_work(backend)() as work:
            done = actions.sign_in_with(work, provider.name, person, by=caller(call))
            user_id, email, since = done.user.id, done.user.email, voided_at(done.user.tokens_valid_from)
    except Unauthenticated as error:
        return refusal(error)
    fresh = ports.tokens.access(user_id, now=backend.now(), lasts=ACCESS_LASTS, fresh=True, since=since)
    told = {"user_id": user_id, "email": email, "oauth_hash": done.secret, "access_token": fresh}
    return Reply(told, cookies=(_cookie(ports, provider, "", timedelta(0)),))


def _provider(call: Call, backend: Backend) -> tuple[Provider, Keys]:
    """Return the provider in the path; raises NotFound for an unknown one and for one without keys."""
    name = call.params["provider"]
    with open_work(backend)() as work:
        found = site.sign_in_keys(work.db, name) if name in PROVIDERS else None
        base = work.services.site.sign_in_url
    if found is None:
        raise NotFound("There is no signing in with this provider here.", parameter="provider")
    return provider_at(PROVIDERS[name], base), Keys(*found)


def _token(call: Call, backend: Backend, provider: Provider, keys: Keys) -> dict[str, Any]:
    ports = services(backend)
    code = call.query.get("code") or text(call.json(), "code")
    if not code:
        raise invalid("/code", "Missing data for required field.")
    verifier = cookie_in(call.headers.get("cookie", ""), _cookie_name(provider)) or ""
    state = call.query.get("state") or text(call.json(), "state")
    if not verifier or not _is_meant(provider, state, verifier):
        raise ApiError(400, "This sign-in was not started in this browser. Please start again.", source={"source": ""})
    back = _back(ports, provider)
    return fetch_token(ports.outbound, provider, keys, code=code, back=back, verifier=verifier)


def _is_meant(provider: Provider, state: str, verifier: str) -> bool:
    if not state:
        return provider.has_pkce  # the provider refuses a code that was not asked for with this browser's secret
    return hmac.compare_digest(state.encode("utf-8", "surrogatepass"), state_of(verifier).encode())


def _back(ports: Services, provider: Provider) -> str:
    return ports.site.link(f"/oauth/callback?provider={provider.name}")


def _cookie_name(provider: Provider) -> str:
    return f"openevent_oauth_{provider.name}"


def _cookie(ports: Services, provider: Provider, value: str, lasts: timedelta) -> str:
    is_https = ports.site.url.startswith("https:")
    return cookie(_cookie_name(provider), value, path=_PATH, lasts=lasts, is_secure=is_https)


ENDPOINTS = (
    Endpoint("GET", f"{_PATH}/<provider>", start, auth=False, summary="Where to sign in with a provider"),
    Endpoint("GET", f"{_PATH}/token/<provider>", token, auth=False, summary="A provider's token for its code"),
    Endpoint("POST", f"{_PATH}/login/<provider>", sign_in, auth=False, summary="Sign in with a provider's code"),
)
