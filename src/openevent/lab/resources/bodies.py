"""Reading what is sent to the plain routes of the laboratory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar, cast

import msgspec

from openevent.jsonapi.declare import Call
from openevent.jsonapi.errors import ApiError
from openevent.kit.work import OpenWork

T = TypeVar("T")
_DIGITS = 19  # 64 bit


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """A call: a function string, or a function with its arguments, in order or by name. `key` is that of a turn."""

    text: str = ""
    function: str = ""
    arguments: list[Any] | dict[str, Any] = msgspec.field(default_factory=list[Any])
    key: str | None = None

    @property
    def positional(self) -> Sequence[Any]:
        """The arguments in order."""
        return self.arguments if isinstance(self.arguments, list) else ()

    @property
    def named(self) -> Mapping[str, Any]:
        """The arguments by name."""
        return self.arguments if isinstance(self.arguments, dict) else {}


class Running(msgspec.Struct, forbid_unknown_fields=True):
    """A script to run: one that is kept (its newest version, or `version`), with parameters."""

    script: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    version: int | None = None
    parameters: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])


class Pressed(msgspec.Struct, forbid_unknown_fields=True):
    """A widget of a running script, and what somebody set it to."""

    widget: str
    value: Any = None


class Watched(msgspec.Struct, forbid_unknown_fields=True):
    """A measurement that is made again and again, `rate` times a second; no function stops it."""

    function: str = ""
    arguments: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])
    rate: float = 2.0


def read(call: Call, kind: type[T]) -> T:
    """Return the body as a value of this kind; raises ApiError 422 that says where it does not fit."""
    try:
        return msgspec.convert(call.json(), kind)
    except msgspec.ValidationError as error:
        detail, _, place = str(error).partition(" - at `$")
        pointer = place.rstrip("`").replace(".", "/").replace("[", "/").replace("]", "")
        raise ApiError(422, f"{detail}.", source={"pointer": pointer}) from None


def key_of(call: Call, name: str) -> int:
    """Return the id that stands in the path; raises ApiError 404 for what can't be one."""
    told = call.params[name]
    if not told.isascii() or not told.isdigit() or len(told) >= _DIGITS:
        raise ApiError(404, f"There is no {name} {told[:40]}.", source={"parameter": name}, title="Object not found")
    return int(told)


def opener(backend: Any) -> OpenWork:  # noqa: ANN401 -- the engine's way to the database
    """Return what opens units of work, for actions that open their own."""
    return cast(OpenWork, backend.work)
