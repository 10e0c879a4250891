"""JSON schemas in few words, for plain endpoints: what is sent to them, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from openevent.jsonapi.declare import JSON_TYPE, NOTHING, Endpoint
from openevent.jsonapi.schemas import Schema, nullable

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
EMAIL: Schema = {"type": "string", "format": "email"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
ID: Schema = {"type": ["integer", "string"], "description": "The id of a record, as a number or as text."}
PDF = "application/pdf"
FORM = "multipart/form-data"


class Told(Struct, frozen=True):
    """What one endpoint takes and gives, if anything; `takes` and `gives` are media types."""

    body: Schema | None = None
    answer: Schema | None = None
    takes: str = JSON_TYPE
    gives: str = JSON_TYPE


FILE: Schema = {"type": "string", "contentMediaType": "application/octet-stream"}
A_PDF = Told(answer=FILE, gives=PDF)


def record(members: Mapping[str, Schema]) -> Schema:
    """Return an object; members whose name ends with a question mark may be left out.

    >>> record({"email": TEXT, "code?": TEXT})["required"]
    ['email']
    """
    found: Schema = {"type": "object", "properties": {name.removesuffix("?"): one for name, one in members.items()}}
    required = [name for name in members if not name.endswith("?")]
    return {**found, "required": required} if required else found


def rows(one: Schema) -> Schema:
    """Return a list of these."""
    return {"type": "array", "items": one}


def by_name(one: Schema) -> Schema:
    """Return an object that has one of these under any name."""
    return {"type": "object", "additionalProperties": one}


def either(*many: Schema) -> Schema:
    """Return what is one of these."""
    return {"anyOf": list(many)}


def maybe(one: Schema) -> Schema:
    """Return this, or null."""
    return nullable(one)


def words(*choices: str) -> Schema:
    """Return one of a few words."""
    return {"type": "string", "enum": list(choices)}


def with_bodies(endpoints: Sequence[Endpoint], told: Mapping[str, Told]) -> tuple[Endpoint, ...]:
    """Return endpoints with what is told of them, by method and path; raises ValueError for one that is not there."""
    unknown = set(told) - {f"{one.method} {one.path}" for one in endpoints}
    if unknown:
        raise ValueError(f"nothing to describe: {sorted(unknown)}")
    return tuple(_described(one, told.get(f"{one.method} {one.path}")) for one in endpoints)


def _described(endpoint: Endpoint, told: Told | None) -> Endpoint:
    if told is None:
        return endpoint
    return replace(
        endpoint, body=told.body or NOTHING, answer=told.answer or NOTHING, takes=told.takes, gives=told.gives
    )


DONE = record({"success": FLAG, "message?": TEXT})
MESSAGE = record({"message": TEXT})
TASK = record({"task_url": TEXT})
