"""Jitsi Meet: rooms are addresses, and a JSON Web Token says who comes in, and as whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

_LASTS = timedelta(hours=12)


def join_address(url: str, *, app_id: str, secret: str, name: str, user: str, is_moderator: bool, now: datetime) -> str:
    """Return the address of a room with a token for one person (claims as Prosody's token plugin reads them)."""
    from joserfc import jwt  # noqa: PLC0415 -- loads all of cryptography: not at start
    from joserfc.jwk import OctKey  # noqa: PLC0415 -- same

    parts = urlsplit(url)
    room = parts.path.strip("/").rpartition("/")[2]
    context = {"user": {"id": user, "name": name, "moderator": is_moderator}}
    claims: Mapping[str, Any] = {
        "aud": "jitsi",
        "iss": app_id,
        "sub": parts.hostname or "",
        "room": room,
        "moderator": is_moderator,
        "iat": int(now.timestamp()),
        "nbf": int(now.timestamp()) - 10,
        "exp": int((now + _LASTS).timestamp()),
        "context": context,
    }
    token = jwt.encode({"alg": "HS256", "typ": "JWT"}, dict(claims), OctKey.import_key(secret), algorithms=["HS256"])
    return f"{url.partition('#')[0].partition('?')[0]}?jwt={quote(token, safe='')}"
