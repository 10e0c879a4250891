"""A device as people fill it in: what they typed as its row has it, the other way round, and what is wrong where."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from openevent.lab.rules.devices import KINDS, LONGEST_TURN
from openevent.lab.rules.functions import FUNCTIONS
from openevent.lab.rules.functions.kinds import RANGES
from openevent.lab.rules.rights import ROLES

EVERYBODY: Final = "all"
SCOPES: Final = (EVERYBODY, *reversed(ROLES))  # whose limits they are: everybody's, then those of one role
_LONGEST: Final[Mapping[str, int]] = {"name": 120, "place": 200, "address": 200, "notes": 4_000}
_TICKS: Final = ("is_on", "is_open", "is_in_repair")


class Typed(Struct, frozen=True):
    """What was typed: columns of the row, and what is wrong, by the name of the field."""

    values: Mapping[str, Any]
    errors: Mapping[str, str]


def device_typed(form: Mapping[str, str]) -> Typed:
    """Read a form about a device; what the row's own rules refuse is not looked at here.

    >>> read = device_typed({"name": " Bench 1 ", "minutes": "20", "is_open": "1", "all-pv1-least": "0"})
    >>> read.values["name"], read.values["minutes"], read.values["is_open"], read.values["is_on"]
    ('Bench 1', 20, True, False)
    >>> device_typed({"minutes": "long", "wiring": "{"}).errors["wiring"]
    'This is no JSON object.'
    """
    texts = {name: _line(form.get(name, ""))[:longest] for name, longest in _LONGEST.items()}
    errors: dict[str, str] = {} if texts["name"] else {"name": "Give it a name."}
    minutes = _whole(form.get("minutes", ""))
    if minutes is None:
        errors["minutes"] = f"A turn lasts 1 to {LONGEST_TURN} minutes."
    kind = form.get("kind", KINDS[0])
    values: dict[str, Any] = {
        **{name: text or None for name, text in texts.items()},
        **{name: bool(form.get(name)) for name in _TICKS},
        "kind": kind,
        "address": "" if kind == KINDS[0] else texts["address"],
        "minutes": minutes,
        "limits": _limits(form, errors),
    }
    if kind == KINDS[0]:
        values["wiring"] = _object(form.get("wiring", ""), errors)
    return Typed(values, errors)


def _line(text: str) -> str:
    return text.replace("\0", "").replace("\r\n", "\n").strip()


def _whole(text: str) -> int | None:
    found = text.strip()
    return int(found) if re.fullmatch(r"[0-9]{1,4}", found) and 1 <= int(found) <= LONGEST_TURN else None


def _object(text: str, errors: dict[str, str]) -> dict[str, Any]:
    try:
        found: object = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        errors["wiring"] = "This is no JSON object."
        return {}
    return found  # pyright: ignore[reportUnknownVariableType] -- JSON


def _limits(form: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    """Return limits as the row has them; what can't be so is said at its field."""
    scopes = {scope: _scope(scope, form, errors) for scope in SCOPES}
    roles = {scope: found for scope, found in scopes.items() if found and scope != EVERYBODY}
    return {**scopes[EVERYBODY], **({"roles": roles} if roles else {})}


def _scope(scope: str, form: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in RANGES:
        ends = _range(f"{scope}-{name}", form, errors)
        if ends is not None:
            found[name] = ends
    forbidden = [one for one in re.split(r"[\s,;]+", form.get(f"{scope}-forbidden", "")) if one]
    unknown = next((one for one in forbidden if one not in FUNCTIONS), None)
    if unknown is not None:
        errors[f"{scope}-forbidden"] = f"{unknown[:40]} is no function."
    return {**found, "forbidden": forbidden} if forbidden else found


def _range(field: str, form: Mapping[str, str], errors: dict[str, str]) -> list[float] | None:
    texts = [form.get(f"{field}-{end}", "").strip() for end in ("least", "most")]
    if not any(texts):
        return None
    numbers = [_number(text) for text in texts]
    for end, text, number in zip(("least", "most"), texts, numbers, strict=True):
        if number is None:
            errors[f"{field}-{end}"] = "This is no number." if text else "Give both ends, or none."
    least, most = numbers
    if least is None or most is None:
        return None
    if least > most:
        errors[f"{field}-most"] = "It ends before it begins."
    return [least, most]


def _number(text: str) -> float | None:
    try:
        found = float(text.replace(",", ".") if "." not in text else text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def device_shown(values: Mapping[str, Any]) -> dict[str, str]:
    """Return a row as the fields of the form.

    >>> row = {"name": "Bench 1", "place": None, "is_on": True, "limits": {"pv1": [0, 3.3], "roles": {"member": {}}}}
    >>> shown = device_shown(row)
    >>> shown["name"], shown["place"], shown["is_on"], shown["all-pv1-most"], shown["wiring"]
    ('Bench 1', '', '1', '3.3', '')
    """
    limits: Mapping[str, Any] = values.get("limits") or {}
    wiring = values.get("wiring")
    shown = {name: str(values.get(name) or "") for name in (*_LONGEST, "kind", "minutes")}
    shown |= {name: "1" if values.get(name) else "" for name in _TICKS}
    shown["wiring"] = json.dumps(wiring, indent=2, ensure_ascii=False) if wiring else ""
    for scope in SCOPES:
        of_scope = limits if scope == EVERYBODY else limits.get("roles", {}).get(scope, {})
        shown |= _scope_shown(scope, of_scope)
    return shown


def _scope_shown(scope: str, limits: Mapping[str, Any]) -> dict[str, str]:
    shown = {f"{scope}-forbidden": " ".join(limits.get("forbidden", ()))}
    for name in RANGES:
        for end, value in zip(("least", "most"), limits.get(name) or (), strict=False):
            shown[f"{scope}-{name}-{end}"] = _written(value)
    return shown


def _written(value: float) -> str:
    """Return a number as people write it.

    >>> _written(1_000_000.0), _written(3.3)
    ('1000000', '3.3')
    """
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def is_narrowed(fields: Mapping[str, str], errors: Mapping[str, str], scope: str) -> bool:
    """Tell whether anything stands in, or is wrong with, the limits of one role: then they are shown unfolded."""
    names = [f"{scope}-forbidden", *(f"{scope}-{name}-{end}" for name in RANGES for end in ("least", "most"))]
    return any(fields.get(name) or name in errors for name in names)
