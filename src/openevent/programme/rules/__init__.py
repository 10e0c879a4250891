"""Decisions about the programme: colours, lengths, times, ratings, and which state a session may go to. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from math import floor

from msgspec import Struct

STATES = ("pending", "accepted", "confirmed", "rejected", "draft", "canceled", "withdrawn")
PUBLIC_STATES = ("accepted", "confirmed")
PENDING, ACCEPTED, REJECTED = "pending", "accepted", "rejected"  # what becomes of an invitation to speak
# What somebody who does not organize the event may submit a session as.
SUBMITTED_STATES = ("draft", "pending")

# Who may take a session from which state to which (v1 reference 15.5). A state that is not listed leads nowhere.
ORGANIZER_MOVES: dict[str, tuple[str, ...]] = {
    "draft": (),
    "pending": ("withdrawn", "accepted", "rejected", "confirmed"),
    "accepted": ("pending", "withdrawn", "rejected", "confirmed", "canceled"),
    "confirmed": ("pending", "withdrawn", "accepted", "rejected", "canceled"),
    "rejected": ("pending", "withdrawn", "accepted", "confirmed"),
    "canceled": ("pending", "withdrawn", "accepted", "rejected", "confirmed"),
    "withdrawn": ("pending", "withdrawn", "accepted", "rejected", "canceled"),
}
SPEAKER_MOVES: dict[str, tuple[str, ...]] = {
    "draft": ("pending",),
    "pending": ("withdrawn",),
    "accepted": ("withdrawn",),
    "confirmed": ("withdrawn",),
    "rejected": ("withdrawn",),
    "canceled": ("withdrawn",),
    "withdrawn": (),
}

_DARK_TEXT_FROM = 128  # of 255: brighter colours carry dark text


class Fault(Struct, frozen=True):
    """Why a value won't do, and where in the request document it stands."""

    detail: str
    pointer: str


def may_move(state: str, to: str, *, organizes: bool, submitted: bool) -> bool:
    """Tell whether a session may go from one state to another; staying is always fine.

    `organizes`: the actor runs the event; `submitted`: the session is the actor's own. Whoever is both may do both.

    >>> may_move("pending", "accepted", organizes=True, submitted=False)
    True
    >>> may_move("pending", "accepted", organizes=False, submitted=True)
    False
    >>> may_move("draft", "pending", organizes=False, submitted=True)
    True
    """
    organizer = organizes and to in ORGANIZER_MOVES.get(state, ())
    speaker = submitted and to in SPEAKER_MOVES.get(state, ())
    return state == to or organizer or speaker


def colour_fault(colour: str) -> Fault | None:
    """Return what is wrong with a colour: it is #RGB or #RRGGBB.

    >>> colour_fault("#a04"), colour_fault("#aa0044")
    (None, None)
    >>> colour_fault("red").detail
    'Color should be proper HEX color code'
    """
    if re.fullmatch(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})", colour):
        return None
    return Fault("Color should be proper HEX color code", "/data/attributes/color")


def font_colour(colour: str) -> str:
    """Return black or white, whichever can be read on a colour, by its luminance (ITU-R BT.601 weights).

    >>> font_colour("#ffd166"), font_colour("#123"), font_colour("#fff")
    ('#000000', '#ffffff', '#000000')
    """
    digits = colour.lstrip("#")
    if len(digits) == len("rgb"):
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
    luminance = (299 * red + 587 * green + 114 * blue) / 1000
    return "#000000" if luminance >= _DARK_TEXT_FROM else "#ffffff"


def chat_room_name(name: str, key: int) -> str:
    """Return what a room's chat room is called.

    >>> chat_room_name("Main Hall", 11)
    'Main-Hall-11'
    """
    return "-".join([*re.findall(r"\w+", name), str(key)])


def length_fault(length: str) -> Fault | None:
    """Return what is wrong with the usual length of a session: it is HH:MM and more than nothing.

    >>> length_fault("00:30"), length_fault("30:00")
    (None, None)
    >>> length_fault("0:30").pointer, length_fault("00:60").pointer, length_fault("00:00").pointer
    ('/data/attributes/length', '/data/attributes/length', '/data/attributes/length')
    """
    if re.fullmatch(r"[0-9]{2}:[0-5][0-9]", length) and length != "00:00":
        return None
    return Fault("length must be hours and minutes as HH:MM.", "/data/attributes/length")


def time_fault(starts_at: datetime | None, ends_at: datetime | None) -> Fault | None:
    """Return what is wrong with a session's times. Either may be open.

    >>> from datetime import UTC
    >>> nine, ten = datetime(2026, 5, 1, 9, tzinfo=UTC), datetime(2026, 5, 1, 10, tzinfo=UTC)
    >>> time_fault(nine, ten), time_fault(nine, None)
    (None, None)
    >>> time_fault(ten, nine).pointer
    '/data/attributes/ends-at'
    """
    if starts_at and ends_at and ends_at <= starts_at:
        return Fault("ends-at must be after starts-at.", "/data/attributes/ends-at")
    return None


def submission_fault(starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> Fault | None:
    """Return what is wrong with the times of a new session: with both given it also has to lie ahead.

    >>> from datetime import UTC
    >>> nine, ten = datetime(2026, 5, 1, 9, tzinfo=UTC), datetime(2026, 5, 1, 10, tzinfo=UTC)
    >>> submission_fault(nine, ten, nine.replace(hour=8)), submission_fault(nine, None, ten)
    (None, None)
    >>> submission_fault(nine, ten, ten).pointer
    '/data/attributes/starts-at'
    """
    if starts_at and ends_at and starts_at < ends_at and starts_at <= now:
        return Fault("A new session has to start in the future.", "/data/attributes/starts-at")
    return time_fault(starts_at, ends_at)


def call_fault(starts_at: datetime, ends_at: datetime) -> Fault | None:
    """Return what is wrong with the times of a call for speakers.

    >>> from datetime import UTC
    >>> nine, ten = datetime(2026, 5, 1, 9, tzinfo=UTC), datetime(2026, 5, 1, 10, tzinfo=UTC)
    >>> call_fault(nine, ten)
    >>> call_fault(ten, ten).pointer
    '/data/attributes/ends-at'
    """
    if ends_at <= starts_at:
        return Fault("ends-at must be after starts-at.", "/data/attributes/ends-at")
    return None


def late_call_fault(starts_at: datetime, ends_at: datetime, event_starts_at: datetime) -> Fault | None:
    """Return what is wrong with a call for speakers beside its event: neither end lies after the event's start.

    >>> from datetime import UTC
    >>> nine, ten = datetime(2026, 5, 1, 9, tzinfo=UTC), datetime(2026, 5, 1, 10, tzinfo=UTC)
    >>> late_call_fault(nine, ten, ten)
    >>> late_call_fault(nine, ten, nine).pointer, late_call_fault(ten, ten, nine).pointer
    ('/data/attributes/ends-at', '/data/attributes/starts-at')
    """
    if starts_at > event_starts_at:
        return Fault("A call can't start after its event has.", "/data/attributes/starts-at")
    if ends_at > event_starts_at:
        return Fault("A call can't end after its event has started.", "/data/attributes/ends-at")
    return None


def half_points(rating: float) -> float:
    """Return a rating as it is kept: to half a point.

    >>> half_points(4.3), half_points(4.25), half_points(3)
    (4.5, 4.5, 3.0)
    """
    return floor(rating * 2 + 0.5) / 2
