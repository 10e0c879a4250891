"""JSON Web Tokens (RFC 7519, HS256): made at sign-in, read at every request."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec import Struct

from openevent.kit.errors import Invalid, Unauthenticated

if TYPE_CHECKING:
    from joserfc.jwk import OctKey

Type = Literal["access", "refresh"]

ACCESS: Type = "access"
REFRESH: Type = "refresh"
SCHEMES = ("jwt", "bearer")
_OWN_HEADER = base64.urlsafe_b64encode(b'{"typ":"JWT","alg":"HS256"}').decode().rstrip("=") + "."


class TokenUnreadable(Invalid):
    """It is not a token of ours, or not of the kind that is needed here."""

    code = "token-unreadable"


class TokenExpired(Unauthenticated):
    """It was ours, and its time is over."""

    code = "token-expired"


class Claims(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a token says. `iat` has fractions of a second: it is compared with the moment of a password change.

    `since` is the moment that all tokens before were voided at, as it stood where the password was: with another one
    by now, the token is void, even if it was made a moment later. None in tokens that don't say.
    """

    identity: int
    fresh: bool
    iat: float
    exp: int
    jti: str
    type: Type
    csrf: str = ""
    since: float | None = None

    @property
    def issued_at(self) -> datetime:
        """When it was made."""
        return datetime.fromtimestamp(self.iat, UTC)


_own_claims = msgspec.json.Decoder(Claims).decode


class Pair(Struct, frozen=True):
    """An access token, and the refresh token that goes with it; both carry the same CSRF value."""

    access: str
    refresh: str
    csrf: str


class Tokens:
    """Makes and reads tokens with one secret."""

    def __init__(self, secret: str) -> None:
        # A key of its own, so that nothing else signed with the secret can pass for a token.
        self._bytes = hmac.digest(secret.encode(), b"openevent.tokens", "sha256")

    @cached_property
    def _key(self) -> OctKey:
        from joserfc.jwk import OctKey  # noqa: PLC0415 -- loads all of cryptography: not at start

        return OctKey.import_key(self._bytes)

    def warm_up(self) -> None:
        """Load what signing needs, before somebody waits for it."""
        _ = self._key

    def access(
        self,
        identity: int,
        *,
        now: datetime,
        lasts: timedelta,
        fresh: bool,
        csrf: str = "",
        since: float | None = None,
    ) -> str:
        """Return an access token; `fresh` says that a password was given for it just now."""
        csrf = csrf or secrets.token_urlsafe(16)
        return self._sign(_claims(identity, ACCESS, now, lasts, fresh=fresh, csrf=csrf, since=since))

    def pair(
        self,
        identity: int,
        *,
        now: datetime,
        access_lasts: timedelta,
        refresh_lasts: timedelta,
        since: float | None = None,
    ) -> Pair:
        """Return a fresh access token and a refresh token."""
        csrf = secrets.token_urlsafe(16)
        access = self.access(identity, now=now, lasts=access_lasts, fresh=True, csrf=csrf, since=since)
        refresh = self._sign(_claims(identity, REFRESH, now, refresh_lasts, fresh=False, csrf=csrf, since=since))
        return Pair(access, refresh, csrf)

    def read(self, token: str, *, now: datetime, type_: Type = ACCESS) -> Claims:
        """Return what a token says; raises TokenUnreadable or TokenExpired."""
        claims = self._own(token) or self._foreign(token)
        if claims.exp <= now.timestamp():
            raise TokenExpired("The token has expired.")
        if claims.type != type_:
            raise TokenUnreadable(f"Only {type_} tokens are allowed here.")
        return claims

    def _own(self, token: str) -> Claims | None:
        """Read a token exactly as we write them, in a tenth of the library's time; None for any other."""
        signed, _, signature = token.rpartition(".")
        if not signed.startswith(_OWN_HEADER) or not token.isascii():
            return None
        expected = base64.urlsafe_b64encode(hmac.digest(self._bytes, signed.encode(), "sha256")).rstrip(b"=")
        if not hmac.compare_digest(expected, signature.encode()):
            return None
        payload = signed[len(_OWN_HEADER) :]
        try:
            claims = _own_claims(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            _ = claims.issued_at  # a moment outside of the calendar
        except (msgspec.DecodeError, ValueError, OverflowError):  # signed by us, and not a token of today's shape
            return None
        return claims

    def _foreign(self, token: str) -> Claims:
        from joserfc import jwt  # noqa: PLC0415 -- loads all of cryptography: not at start
        from joserfc.errors import JoseError  # noqa: PLC0415 -- same

        try:
            found = jwt.decode(token, self._key, algorithms=["HS256"])
            claims = msgspec.convert(found.claims, Claims)
            _ = claims.issued_at  # a moment outside of the calendar
        except (JoseError, msgspec.ValidationError, ValueError, OverflowError, RecursionError):
            raise TokenUnreadable("The token can't be read.") from None
        return claims

    def _sign(self, claims: Claims) -> str:
        from joserfc import jwt  # noqa: PLC0415 -- loads all of cryptography: not at start

        return jwt.encode({"alg": "HS256"}, msgspec.to_builtins(claims), self._key, algorithms=["HS256"])


def _claims(
    identity: int, type_: Type, now: datetime, lasts: timedelta, *, fresh: bool, csrf: str, since: float | None
) -> Claims:
    return Claims(
        identity=identity,
        fresh=fresh,
        iat=now.timestamp(),
        exp=int((now + lasts).timestamp()),
        jti=secrets.token_urlsafe(16),
        type=type_,
        csrf=csrf,
        since=since,
    )


def token_in(header: str) -> str | None:
    """Return the token of an Authorization header, None when there is none; raises TokenUnreadable.

    >>> token_in("JWT abc"), token_in("Bearer abc"), token_in("")
    ('abc', 'abc', None)
    """
    scheme, _, token = header.strip().partition(" ")
    if not scheme:
        return None
    if scheme.lower() not in SCHEMES or not token.strip():
        raise TokenUnreadable("The Authorization header must be JWT or Bearer, and a token.")
    return token.strip()
