"""What a device allows to whom: its own limits, narrowed by those of a role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from openevent.lab.rules.functions import FUNCTIONS, Limits
from openevent.lab.rules.rights import ROLES, Role

# Calls in ten seconds; a script has its own pace.
CALLS: Final[Mapping[Role, int]] = {"member": 100, "holder": 100, "organizer": 200, "admin": 400}
CALLS_SECONDS: Final = 10


def merged(stored: Mapping[str, Any], role: Role) -> Limits:
    """Return what a device's row allows to a role.

    >>> row = {"pv1": [-3.3, 3.3], "roles": {"member": {"pv1": [0, 2], "forbidden": ["i2c_write"]}}}
    >>> merged(row, "member").pv1, merged(row, "member").forbidden, merged(row, "admin").pv1
    ((0.0, 2.0), ('i2c_write',), (-3.3, 3.3))
    """
    own = {key: value for key, value in stored.items() if key != "roles"}
    of_role = stored.get("roles", {}).get(role, {})
    return msgspec.convert(own, Limits).narrowed(msgspec.convert(of_role, Limits))


def limits_fault(stored: Any) -> str | None:  # noqa: ANN401 -- whatever somebody wrote
    """Return the sentence that says what is wrong with limits as they are to be stored; None when nothing is.

    >>> limits_fault({"pv1": [-3.3, 3.3], "roles": {"holder": {"forbidden": ["set_pcs"]}}})
    >>> limits_fault({"pv9": [0, 1]}), limits_fault({"pv1": [1, 0]})
    ('pv9 is no limit.', 'pv1 ends before it begins.')
    >>> limits_fault({"roles": {"king": {}}}), limits_fault({"forbidden": ["rm"]}), limits_fault([])
    ('king is no role.', 'rm is no function.', 'Limits are an object.')
    >>> limits_fault({"pv1": "much"})
    'Expected `array | null`, got `str` - at `$.pv1`.'
    """
    if not isinstance(stored, dict):
        return "Limits are an object."
    found: dict[str, Any] = dict(stored)  # pyright: ignore[reportUnknownArgumentType] -- JSON
    roles = found.pop("roles", {})
    if not isinstance(roles, dict):
        return "Limits of roles are an object."
    for role, of_role in roles.items():  # pyright: ignore[reportUnknownVariableType] -- JSON
        if role not in ROLES:
            return f"{role} is no role."
        if not isinstance(of_role, dict):
            return "Limits of a role are an object."
        fault = _fault(of_role)  # pyright: ignore[reportUnknownArgumentType] -- JSON
        if fault:
            return fault
    return _fault(found)


def _fault(limits: Mapping[str, Any]) -> str | None:
    unknown = next((name for name in limits if name not in Limits.__struct_fields__), None)
    if unknown is not None:
        return f"{unknown} is no limit."
    try:
        read = msgspec.convert(limits, Limits)
    except msgspec.ValidationError as error:
        return f"{error}."
    for name in Limits.__struct_fields__:
        value = getattr(read, name)
        if name != "forbidden" and value is not None and not value[0] <= value[1]:
            return f"{name} ends before it begins."
    forbidden = next((name for name in read.forbidden if name not in FUNCTIONS), None)
    return f"{forbidden} is no function." if forbidden else None
