"""What plain endpoints answer is what the description of the API says: looked at whenever a test asks one."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
import msgspec

from openevent.jsonapi.declare import JSON_TYPE, Endpoint
from openevent.jsonapi.routes import Router
from openevent.main.apidocs import document
from openevent.main.catalogue import ENDPOINTS

_GOOD = range(200, 300)


def check_answer(method: str, path: str, status: int, content_type: str, body: bytes) -> None:
    """Fail for a good answer of a plain endpoint that is another thing than its description."""
    found = _endpoints().find(urlsplit(path).path)
    known = found.target(method) if found else None
    if known is None or status not in _GOOD or method == "HEAD":
        return
    endpoint = known[0]
    media_type = content_type.partition(";")[0]
    assert endpoint.gives in (media_type, "application/octet-stream"), f"{method} {path} answers {content_type}"
    if media_type == JSON_TYPE:
        wrong = [one.message for one in _validator(method, endpoint.path).iter_errors(msgspec.json.decode(body))]
        assert wrong == [], f"{method} {path} answers {body[:300]!r}"


@cache
def _endpoints() -> Router[Endpoint]:
    router: Router[Endpoint] = Router()
    for one in ENDPOINTS:
        router.add(one.method, one.path, one)
    return router


@cache
def _validator(method: str, path: str) -> jsonschema_rs.Draft202012Validator:
    [endpoint] = [one for one in ENDPOINTS if (one.method, one.path) == (method, path)]
    schema = _closed(dict(endpoint.answer or {}))
    whole = {**schema, "components": _components()} if "$ref" in str(schema) else schema
    return jsonschema_rs.Draft202012Validator(whole)


@cache
def _components() -> Any:
    return document()["components"]


def _closed(schema: Any) -> Any:
    """Return a schema whose objects have no other members than those it names: what is answered is described."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _closed(one) for name, one in schema.items()}
    return {"additionalProperties": False, **found} if isinstance(schema.get("properties"), dict) else found
