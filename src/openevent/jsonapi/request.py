"""One request and one response, free of any framework."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

MEDIA_TYPE = "application/vnd.api+json"


class Request(Struct, frozen=True):
    """What came in. Header names are lower case; `query` is the raw query string; `caller` fits ports.Caller."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    caller: Any = None


class Response(Struct, frozen=True):
    """What goes out; `cookies` are values of Set-Cookie headers.

    `lasts`: the same request gets the same answer as long as nothing is committed to the database.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()
    lasts: bool = False
