"""Coming and going as clients write it: moments in one text with commas, and the devices that noted them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from openevent.kit.errors import Invalid

NO_DEVICE = "-"
MOST_TIMES = 500
FIELDS = MappingProxyType(
    dict.fromkeys(("is_checked_in", "is_checked_out", "checkin_times", "checkout_times", "device_name_checkin"))
)
_LONGEST_DEVICE = 120


class PresenceInvalid(Invalid):
    """A check-in without a time, devices that are not as many as times, or no times at all."""

    code = "presence-invalid"


class Presence(Struct, frozen=True):
    """When somebody came and went, as it is kept."""

    is_checked_in: bool = False
    is_checked_out: bool = False
    checkin_times: str | None = None
    checkout_times: str | None = None
    device_name_checkin: str | None = None


def changed(before: Presence, sent: Mapping[str, Any], now: datetime, pointer: str) -> Presence:
    """Return what is kept after a client said something; raises PresenceInvalid.

    Times that are known already stay as they are, so a client may send all of them or the new one alone.

    >>> from datetime import UTC
    >>> now = datetime(2026, 5, 1, 9, tzinfo=UTC)
    >>> one = changed(Presence(), {"is_checked_in": True, "checkin_times": "2026-05-01T08:00:00Z"}, now, "")
    >>> one.checkin_times, one.device_name_checkin
    ('2026-05-01T08:00:00Z', '-')
    >>> changed(one, {"is_checked_out": True}, now, "").checkout_times
    '2026-05-01T09:00:00+00:00'
    """
    known = _parts(before.checkin_times)
    told = _times(sent.get("checkin_times"), f"{pointer}/checkin-times")
    if sent.get("is_checked_in") and not told:
        raise PresenceInvalid("A check-in has a time.", pointer=f"{pointer}/checkin-times")
    devices = _devices(before, known, told, sent.get("device_name_checkin"), f"{pointer}/device-name-checkin")
    times = [*known, *(one for one in told if one not in known)]
    gone = _parts(before.checkout_times)
    left = _times(sent.get("checkout_times"), f"{pointer}/checkout-times")
    if sent.get("is_checked_out") and not left and not before.is_checked_out:
        left = [now.isoformat()]
    gone = [*gone, *(one for one in left if one not in gone)]
    return Presence(
        is_checked_in=_switch(sent.get("is_checked_in"), otherwise=before.is_checked_in),
        is_checked_out=_switch(sent.get("is_checked_out"), otherwise=before.is_checked_out),
        checkin_times=_joined(times),
        checkout_times=_joined(gone),
        device_name_checkin=_joined(devices),
    )


def _devices(before: Presence, known: list[str], told: list[str], names: object, pointer: str) -> list[str]:
    """Return one device for every time, known ones first."""
    kept = _parts(before.device_name_checkin)
    kept = [*kept, *[NO_DEVICE] * (len(known) - len(kept))][: len(known)]
    sent = _parts(names if isinstance(names, str) else None)
    if sent and sent != kept and not told:
        raise PresenceInvalid("A device goes with a check-in time.", pointer=pointer)
    if sent and told and len(sent) != len(told):
        raise PresenceInvalid("There are not as many devices as times.", pointer=pointer)
    if any(len(one) > _LONGEST_DEVICE for one in sent):
        raise PresenceInvalid("A device's name is too long.", pointer=pointer)
    by_time = dict(zip(told, sent or [NO_DEVICE] * len(told), strict=False))
    return [*kept, *(by_time[one] for one in told if one not in known)]


def _times(value: object, pointer: str) -> list[str]:
    found = list(dict.fromkeys(_parts(value if isinstance(value, str) else None)))
    if len(found) > MOST_TIMES:
        raise PresenceInvalid(f"At most {MOST_TIMES} times are kept.", pointer=pointer)
    for one in found:
        try:
            datetime.fromisoformat(one)
        except ValueError:
            raise PresenceInvalid("Not a valid datetime.", pointer=pointer) from None
    return found


def _parts(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def _joined(parts: list[str]) -> str | None:
    return ",".join(parts) or None


def _switch(value: object, *, otherwise: bool) -> bool:
    return value if isinstance(value, bool) else otherwise
