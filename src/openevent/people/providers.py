"""Signing in with an account elsewhere: OAuth 2.0 (RFC 6749) with PKCE (RFC 7636) where the provider has it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import quote, urlencode

from msgspec import Struct

from openevent.kit.errors import Malformed
from openevent.kit.outbound import Answer, Outbound

_Read = Callable[[Mapping[str, Any]], "Person"]


class SignInRefused(Malformed):
    """The provider does not vouch for whoever came back from it."""

    code = "sign-in-refused"


class Person(Struct, frozen=True):
    """Whom a provider vouches for. `email` only when the provider has verified it."""

    subject: str
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    picture: str | None = None


class Keys(Struct, frozen=True):
    """What a provider knows this installation by; whoever shows them must not show the secret."""

    client_id: str
    secret: str


class Provider(Struct, frozen=True):
    """Where a provider is, and what it speaks."""

    name: str
    authorize: str
    token: str
    profile: str
    scope: str
    read: _Read
    has_pkce: bool = True
    by_header: bool = False  # the client's secret goes into the Authorization header, not into the form


def _text(found: Mapping[str, Any], name: str) -> str | None:
    value = found.get(name)
    return value if isinstance(value, str) and value else None


def _object(found: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", found) if isinstance(found, dict) else {}


def _subject(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str | int) or isinstance(value, bool) or not str(value):
        raise SignInRefused("The provider does not say who this is.")
    return str(value)


def _facebook(found: Mapping[str, Any]) -> Person:
    # Facebook tells an address only when it has been confirmed.
    picture = _object(_object(found.get("picture")).get("data"))
    names = _text(found, "first_name"), _text(found, "last_name")
    return Person(_subject(found, "id"), _text(found, "email"), *names, _text(picture, "url"))


def _google(found: Mapping[str, Any]) -> Person:
    email = _text(found, "email") if found.get("email_verified") is True else None
    names = _text(found, "given_name"), _text(found, "family_name")
    return Person(_subject(found, "sub"), email, *names, _text(found, "picture"))


def _twitter(found: Mapping[str, Any]) -> Person:
    data = _object(found.get("data"))
    return Person(
        _subject(data, "id"),
        _text(data, "confirmed_email"),
        first_name=_text(data, "name"),
        picture=_text(data, "profile_image_url"),
    )


def _instagram(found: Mapping[str, Any]) -> Person:
    return Person(_subject(found, "id"), first_name=_text(found, "username"))


PROVIDERS: Mapping[str, Provider] = {
    one.name: one
    for one in (
        Provider(
            "facebook",
            "https://www.facebook.com/v19.0/dialog/oauth",
            "https://graph.facebook.com/v19.0/oauth/access_token",
            "https://graph.facebook.com/v19.0/me?fields=id,email,first_name,last_name,picture",
            "email public_profile",
            _facebook,
        ),
        Provider(
            "google",
            "https://accounts.google.com/o/oauth2/v2/auth",
            "https://oauth2.googleapis.com/token",
            "https://openidconnect.googleapis.com/v1/userinfo",
            "openid email profile",
            _google,
        ),
        Provider(
            "twitter",
            "https://twitter.com/i/oauth2/authorize",
            "https://api.twitter.com/2/oauth2/token",
            "https://api.twitter.com/2/users/me?user.fields=confirmed_email,profile_image_url",
            "tweet.read users.read users.email",
            _twitter,
            by_header=True,
        ),
        Provider(
            "instagram",
            "https://www.instagram.com/oauth/authorize",
            "https://api.instagram.com/oauth/access_token",
            "https://graph.instagram.com/me?fields=id,username",
            "instagram_business_basic",
            _instagram,
            has_pkce=False,
        ),
    )
}


def provider_at(provider: Provider, base: str) -> Provider:
    """Return the provider as it stands behind another address: <base>/<name>/authorize, /token and /profile."""
    if not base:
        return provider
    place = f"{base}/{provider.name}"
    return Provider(
        provider.name,
        f"{place}/authorize",
        f"{place}/token",
        f"{place}/profile",
        provider.scope,
        provider.read,
        provider.has_pkce,
        provider.by_header,
    )


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def state_of(verifier: str) -> str:
    """Return the state that goes with a browser's secret: it says nothing about the secret or the challenge."""
    return _digest(f"state {verifier}")


def authorize_address(provider: Provider, keys: Keys, *, back: str, verifier: str) -> str:
    """Return where a browser goes to be asked; it comes back to `back` with a code and the state."""
    values = {
        "response_type": "code",
        "client_id": keys.client_id,
        "redirect_uri": back,
        "scope": provider.scope,
        "state": state_of(verifier),
    }
    if provider.has_pkce:
        values |= {"code_challenge": _digest(verifier), "code_challenge_method": "S256"}
    return f"{provider.authorize}?{urlencode(values)}"


def fetch_token(
    outbound: Outbound, provider: Provider, keys: Keys, *, code: str, back: str, verifier: str
) -> dict[str, Any]:
    """Exchange a code for a token; raises SignInRefused, or ServerUnreachable."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "client_id": keys.client_id}
    headers = {"Accept": "application/json"}
    if provider.has_pkce:
        form["code_verifier"] = verifier
    if provider.by_header:  # RFC 6749 section 2.3.1
        pair = f"{quote(keys.client_id, safe='')}:{quote(keys.secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form["client_secret"] = keys.secret
    found = _read(outbound.call("POST", provider.token, form=form, headers=headers))
    if _text(found, "access_token") is None:
        raise SignInRefused("The provider gave no token.")
    return dict(found)


def fetch_person(outbound: Outbound, provider: Provider, token: Mapping[str, Any]) -> Person:
    """Ask whose token this is; raises SignInRefused, or ServerUnreachable."""
    headers = {"Authorization": f"Bearer {token['access_token']}", "Accept": "application/json"}
    return provider.read(_read(outbound.call("GET", provider.profile, headers=headers)))


def _read(answer: Answer) -> Mapping[str, Any]:
    if not answer.is_good:
        raise SignInRefused("The provider did not accept this. Please start again.")
    return _object(answer.json())
