"""Reading what providers send: whatever is missing, or of another kind than expected, is empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from openevent.kit.errors import Forbidden, Invalid
from openevent.kit.outbound import Answer, ServerUnreachable


class NoticeForged(Forbidden):
    """The notice does not come from the provider, or is too old to be believed."""

    code = "notice-forged"


class AmountNotPayable(Invalid):
    """The provider can't take this amount in this currency."""

    code = "amount-not-payable"


def good(answer: Answer) -> dict[str, Any]:
    """Return an answer's object; raises ServerUnreachable for trouble that passes, or that the operator has to mend."""
    if not answer.is_good:
        raise ServerUnreachable("The provider does not answer as it should.")
    found = answer.json()
    if not isinstance(found, dict):
        raise ServerUnreachable("The provider's answer can't be read.")
    return cast("dict[str, Any]", found)


def parsed(body: bytes) -> dict[str, Any]:
    """Return a body's object; an empty one for anything else.

    >>> parsed(b'{"id": "evt_1"}'), parsed(b"[]"), parsed(b"{")
    ({'id': 'evt_1'}, {}, {})
    """
    try:
        found: object = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def inside(said: Mapping[str, Any], *path: str) -> dict[str, Any]:
    """Return an object inside of an object.

    >>> inside({"card": {"brand": "visa"}}, "card"), inside({"card": "card_1"}, "card"), inside({}, "a", "b")
    ({'brand': 'visa'}, {}, {})
    """
    found: Any = said
    for name in path:
        found = cast("Mapping[str, Any]", found).get(name) if isinstance(found, Mapping) else None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def text(said: Mapping[str, Any], name: str) -> str:
    """Return a text; numbers count as such.

    >>> text({"a": "b"}, "a"), text({"a": 7}, "a"), text({"a": None}, "a"), text({"a": []}, "a"), text({}, "a")
    ('b', '7', '', '', '')
    """
    found = said.get(name)
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""


def whole(said: Mapping[str, Any], name: str) -> int | None:
    """Return a whole number.

    >>> whole({"amount": 7}, "amount"), whole({"amount": "7"}, "amount"), whole({"amount": True}, "amount")
    (7, None, None)
    """
    found = said.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def objects(said: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the objects of a list.

    >>> objects({"data": [{"id": 1}, 2]}, "data"), objects({}, "data")
    ([{'id': 1}], [])
    """
    found = said.get(name)
    entries = cast("list[object]", found) if isinstance(found, list) else []
    return [cast("dict[str, Any]", one) for one in entries if isinstance(one, dict)]
