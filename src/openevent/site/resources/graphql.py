"""The one GraphQL query that v1 clients know: the settings that everybody may see."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from sqlalchemy import select

from openevent.jsonapi.declare import Attribute, Call, Endpoint, Reply
from openevent.jsonapi.ports import Backend
from openevent.site.models import Setting
from openevent.site.queries import THE_ONE
from openevent.site.resources.setting import PUBLIC_ATTRIBUTES

_QUERY = re.compile(r"\s*(?:query(?:\s+\w{1,80})?\s*)?\{\s*settings\s*\{(?P<fields>[\s,\w]{1,8000})\}\s*\}\s*")
_REFUSED = 400


@cache
def _fields() -> dict[str, Attribute]:
    """Return the public members by the names that GraphQL has for them: appName."""
    return {_camel(one.name): one for one in PUBLIC_ATTRIBUTES}


def _camel(name: str) -> str:
    head, *rest = name.split("-")
    return head + "".join(word.capitalize() for word in rest)


def _answer(query: object, backend: Backend) -> Reply:
    match = _QUERY.fullmatch(query) if isinstance(query, str) else None
    if match is None:
        return _refusal("The one query here is { settings { appName ... } }.")
    names = match["fields"].replace(",", " ").split()
    known = {**_fields(), "id": Attribute("id")}
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        return _refusal(f'Cannot query field "{unknown[0] if unknown else ""}" on type "Setting".')
    return Reply({"data": {"settings": _values({name: known[name] for name in names}, backend)}})


def _values(wanted: dict[str, Attribute], backend: Backend) -> dict[str, Any] | None:
    columns = Setting.__table__.c
    expressions = [one.sql(columns) if one.sql else columns[one.key] for one in wanted.values()]
    with backend.work() as work:
        row = work.db.execute(select(*expressions).where(columns.id == THE_ONE)).first()
    return None if row is None else dict(zip(wanted, row, strict=True))


def _refusal(text: str) -> Reply:
    return Reply({"errors": [{"message": text}]}, _REFUSED)


def _by_query(call: Call, backend: Backend) -> Reply:
    return _answer(call.query.get("query"), backend)


def _by_body(call: Call, backend: Backend) -> Reply:
    return _answer(call.json().get("query"), backend)


ENDPOINTS = (
    Endpoint("GET", "/graphql", _by_query, auth=False, summary="The public settings, by GraphQL"),
    Endpoint("POST", "/graphql", _by_body, auth=False, summary="The public settings, by GraphQL"),
)
