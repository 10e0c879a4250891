"""Who may use a device, when and as what: admins, organizers of a workshop, holders of its tickets, members."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

Role = Literal["admin", "organizer", "holder", "member"]
ROLES: Final = ("admin", "organizer", "holder", "member")


class Window(Struct, frozen=True, order=True):
    """A time at which a ticket opens a device: a workshop's session, or the whole event."""

    begins: datetime
    ends: datetime


class Rights(Struct, frozen=True):
    """What is known about one person and one device."""

    is_admin: bool = False
    is_organizer: bool = False
    is_member: bool = False  # signed in, and the device is open to everybody who is
    windows: tuple[Window, ...] = ()


class Use(Struct, frozen=True):
    """As what somebody may use a device, and until when (None: as long as they like)."""

    role: Role
    until: datetime | None = None


def use_at(rights: Rights, at: datetime) -> Use | None:
    """Return as what somebody may use a device at a moment; None when they may not.

    >>> from datetime import timedelta
    >>> from openevent.lab.rules.examples import NINE, TEN
    >>> workshop = Rights(windows=(Window(NINE, TEN),))
    >>> use_at(workshop, NINE) == Use("holder", TEN), use_at(workshop, TEN)
    (True, None)
    >>> use_at(Rights(is_member=True, windows=(Window(NINE, TEN),)), TEN)
    Use(role='member', until=None)
    >>> use_at(Rights(is_organizer=True), NINE).role, use_at(Rights(is_admin=True, is_organizer=True), NINE).role
    ('organizer', 'admin')
    """
    if rights.is_admin:
        return Use("admin")
    if rights.is_organizer:
        return Use("organizer")
    ends = [one.ends for one in rights.windows if one.begins <= at < one.ends]
    if ends:
        return Use("holder", None if rights.is_member else max(ends))
    return Use("member") if rights.is_member else None


def use_during(rights: Rights, begins: datetime, ends: datetime) -> Use | None:
    """Return as what somebody may use a device for the whole of a time; None when they may not.

    >>> from openevent.lab.rules.examples import NINE, TEN, HALF_PAST
    >>> workshop = Rights(windows=(Window(NINE, TEN),))
    >>> use_during(workshop, HALF_PAST, TEN).role
    'holder'
    >>> use_during(Rights(windows=(Window(NINE, HALF_PAST),)), NINE, TEN)
    """
    found = use_at(rights, begins)
    return None if found is None or (found.until is not None and found.until < ends) else found


def next_window(windows: Sequence[Window], at: datetime) -> Window | None:
    """Return the next time at which tickets open a device, to tell people who came too early.

    >>> from openevent.lab.rules.examples import NINE, TEN, HALF_PAST
    >>> next_window([Window(HALF_PAST, TEN)], NINE).begins == HALF_PAST
    True
    >>> next_window([Window(NINE, TEN)], HALF_PAST)
    """
    return min((one for one in windows if one.begins > at), default=None)
