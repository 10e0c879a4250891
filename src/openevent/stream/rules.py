"""Pure rules of video: what a stream may say, what a meeting is called, who comes and goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from msgspec import Struct

BBB = "bbb"
JITSI = "jitsi"
CHATMOSPHERE = "chatmosphere"
WITH_EXTRA = frozenset({"youtube", "vimeo", BBB, JITSI, "youtube_privacy"})
CHECK_IN_TYPES = ("event", "virtual-room", "room")

_PLAIN: dict[str, type[Any] | tuple[type[Any], ...]] = {"autoplay": bool, "loop": bool}
_NOTHING = type(None)
_OPTIONS: dict[str, dict[str, type[Any] | tuple[type[Any], ...]]] = {
    "bbb_options": {
        "record": bool,
        "autoStartRecording": bool,
        "muteOnStart": bool,
        "welcome": (str, _NOTHING),
        "maxParticipants": (int, _NOTHING),
        "duration": (int, _NOTHING),
        "moderatorOnlyMessage": (str, _NOTHING),
        "logo": (str, _NOTHING),
        "bannerText": (str, _NOTHING),
        "bannerColor": (str, _NOTHING),
        "guestPolicy": (str, _NOTHING),
        "allowModsToUnmuteUsers": bool,
        "endCurrentMeeting": bool,
    },
    "jitsi_options": {"muteOnStart": bool, "hideCamOnStart": bool},
}
_LONGEST = 5_000
_HIGHEST = 1_000_000


class Fault(Struct, frozen=True):
    """What is wrong, and where."""

    detail: str
    pointer: str


def extra_fault(extra: Mapping[str, Any] | None) -> Fault | None:
    """Return what is wrong with the options of a stream; members that nobody knows are ignored.

    >>> extra_fault({"autoplay": 1})
    Fault(detail='Not a valid value.', pointer='/data/attributes/extra/autoplay')
    >>> extra_fault({"bbb_options": {"record": True}}) is None
    True
    """
    for name, value in (extra or {}).items():
        pointer = f"/data/attributes/extra/{name}"
        if name in _PLAIN and not isinstance(value, _PLAIN[name]):
            return Fault("Not a valid value.", pointer)
        if name in _OPTIONS and value is not None:
            if not isinstance(value, dict):
                return Fault("An object is needed.", pointer)
            fault = _options_fault(_OPTIONS[name], cast("dict[str, Any]", value), pointer)
            if fault:
                return fault
    return None


def _options_fault(known: Mapping[str, Any], options: Mapping[str, Any], pointer: str) -> Fault | None:
    for name, value in options.items():
        if name in known and not _fits(value, known[name]):
            return Fault("Not a valid value.", f"{pointer}/{name}")
    return None


def _fits(value: object, kind: Any) -> bool:  # noqa: ANN401 -- a type, or several
    if isinstance(value, bool) and kind is not bool:
        return False
    if isinstance(value, str) and len(value) > _LONGEST:
        return False
    if isinstance(value, int) and not isinstance(value, bool) and not 0 <= value <= _HIGHEST:
        return False
    return isinstance(value, kind)


def kept_extra(extra: Mapping[str, Any] | None, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return options as they are kept: known members only, over what was there before.

    >>> kept_extra({"loop": True, "secret": 1}, {"autoplay": False})
    {'autoplay': False, 'loop': True}
    """
    found = dict(before or {})
    for name, value in (extra or {}).items():
        if name in _PLAIN:
            found[name] = value
        elif name in _OPTIONS:
            options = cast("dict[str, Any]", value or {})
            known = {key: one for key, one in options.items() if key in _OPTIONS[name]}
            found[name] = {**(found.get(name) or {}), **known} if value is not None else None
    return found


def chat_room_name(name: str, key: int) -> str:
    """Return what the chat calls the room of a stream.

    >>> chat_room_name("Main Stage!", 7)
    'main-stage-7'
    """
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60]
    return f"{slug or 'room'}-{key}"
