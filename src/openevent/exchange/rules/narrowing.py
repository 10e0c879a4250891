"""What somebody narrows a list of scans down to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from openevent.kit.errors import Invalid

_LONGEST = 255
_DIGITS = 18  # fits 64 bit


def narrowing(body: Mapping[str, Any]) -> dict[str, Any]:
    """Read `session_id`, `date`, `track_type` and `type` ("a & b" for several); raises Invalid at the place.

    >>> narrowing({"session_id": "7", "type": "check in & check out", "date": "2026-05-01", "track_type": ""})
    {'session': 7, 'date': '2026-05-01', 'kinds': ['check in', 'check out']}
    """
    readers = {"session_id": ("session", _key), "date": ("date", _day), "track_type": ("track", _text)}
    found: dict[str, Any] = {}
    for name, (told, read) in readers.items():
        if body.get(name) not in (None, ""):
            found[told] = read(body[name], f"/{name}")
    if body.get("type") not in (None, ""):
        found["kinds"] = [kind.strip() for kind in _text(body["type"], "/type").split("&")]
    return found


def _key(value: object, pointer: str) -> int:
    text = str(value)
    if isinstance(value, int | str) and text.isascii() and text.isdigit() and len(text) <= _DIGITS:
        return int(text)
    raise Invalid("This is no id.", pointer=pointer)


def _day(value: object, pointer: str) -> str:
    text = _text(value, pointer)
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Invalid("A date of the form YYYY-MM-DD is expected.", pointer=pointer) from None


def _text(value: object, pointer: str) -> str:
    if isinstance(value, str) and len(value) <= _LONGEST and "\0" not in value:
        return value
    raise Invalid("A short text is expected.", pointer=pointer)
