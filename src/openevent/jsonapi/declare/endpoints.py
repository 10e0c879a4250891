"""Declarations of plain endpoints: routes beside the resources, which answer JSON or files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec
from msgspec import Struct, field

from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.negotiate import check_is_json

JSON_TYPE = "application/json"
NOTHING: Mapping[str, Any] = MappingProxyType({})  # the schema of a body that is not there


class Call(Struct, frozen=True):
    """One request to a plain endpoint: who, where, and what was sent."""

    method: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    by: Any

    def json(self) -> dict[str, Any]:
        """Return the body as an object; raises ApiError 400 when it is not one, 415 when it is said to be no JSON."""
        if self.body:
            check_is_json(self.headers)
        return read_object(self.body)


class Reply(Struct, frozen=True):
    """What an endpoint answers. `body`: bytes as they are, anything else is encoded as JSON.

    `cookies` are values of Set-Cookie headers, of which an answer may have several.
    """

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    content_type: str = "application/json"
    cookies: tuple[str, ...] = ()


class Endpoint(Struct, frozen=True):
    """A plain-JSON route beside the resources: /v1/orders/<id>/tickets-pdf, /v1/auth/login.

    `path` may hold `<name>` segments; `<text:name>` takes whatever is no number, so that /v1/tickets/<text:order> may
    stand beside the details of tickets. `auth=True`: anonymous callers get 401 before the handler runs.
    The handler opens its own unit of work (it is given the engine's backend), or just reads.
    `body` and `answer` are JSON schemas of what is sent and of what comes back, for the description of the API;
    NOTHING where nothing is (jsonapi/shapes.py has words for them). `takes` and `gives` are their media types.
    `takes_files`: the body may be as long as uploads may be (Limits.max_upload).
    """

    method: str
    path: str
    handler: Callable[[Call, Any], Reply]  # (call, backend)
    auth: bool = True
    summary: str = ""
    takes_files: bool = False
    body: Mapping[str, Any] | None = None
    answer: Mapping[str, Any] | None = None
    takes: str = JSON_TYPE
    gives: str = JSON_TYPE


def read_object(body: bytes) -> dict[str, Any]:
    """Return a JSON object; raises ApiError 400 for anything else."""
    try:
        found = msgspec.json.decode(body or b"{}")
    except (ValueError, RecursionError) as error:  # bad JSON, bad UTF-8, brackets without end
        raise ApiError(400, f"Failed to decode JSON object: {error}", source={"pointer": ""}) from None
    if not isinstance(found, dict):
        raise ApiError(400, "The body must be a JSON object.", source={"pointer": ""})
    return found  # pyright: ignore[reportUnknownVariableType] -- decoded JSON
