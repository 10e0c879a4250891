"""One request and one response, free of any framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MEDIA_TYPE = "application/vnd.api+json"


@dataclass(frozen=True, slots=True)
class Request:
    """What came in. Header names are lower case; `query` is the raw query string; `caller` fits ports.Caller."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    caller: Any = None


@dataclass(frozen=True, slots=True)
class Response:
    """What goes out; `cookies` are values of Set-Cookie headers.

    `lasts`: the same request gets the same answer as long as nothing is committed to the database.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()
    lasts: bool = False
