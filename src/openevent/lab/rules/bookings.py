"""Keeping a time at a device: how much of it, how long, how far ahead, and when it is lost again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Final

from msgspec import Struct

from openevent.lab.rules.rights import Role, Window

SHORTEST: Final = timedelta(minutes=5)
MISSED: Final = timedelta(minutes=5)  # a booking is lost when its owner is not there by then


class Quota(Struct, frozen=True):
    """What one person may keep: bookings in a week (Monday to Sunday, UTC), minutes of one, days ahead."""

    slots: int
    minutes: int
    days: int


# fmt: off
QUOTAS: Final[Mapping[Role, Quota]] = {
    #                  a week  minutes  days ahead
    "member":    Quota(3,      30,      7),
    "holder":    Quota(5,      60,      30),
    "organizer": Quota(40,     240,     180),
    "admin":     Quota(400,    480,     365),
}
# fmt: on


def week_of(at: datetime) -> Window:
    """Return the week in which a moment is, as quotas count it: from Monday to Monday, UTC.

    >>> from openevent.lab.rules.examples import TEN
    >>> week_of(TEN).begins.isoformat(), week_of(TEN + timedelta(days=6)) == week_of(TEN)
    ('2026-03-02T00:00:00+00:00', True)
    """
    days = days_of(at, UTC)
    return Window(days[0].begins, days[-1].ends)


def days_of(at: datetime, zone: tzinfo) -> list[Window]:
    """Return the days, Monday to Sunday, of the week in which a moment is, as people of a time zone have them.

    One on which clocks are changed is shorter or longer.

    >>> from zoneinfo import ZoneInfo
    >>> sunday = days_of(datetime(2026, 3, 24, tzinfo=UTC), ZoneInfo("Europe/Berlin"))[-1]
    >>> sunday.begins.isoformat(), (sunday.ends - sunday.begins).total_seconds() / 3600
    ('2026-03-28T23:00:00+00:00', 23.0)
    """
    today = at.astimezone(zone).date()
    dates = [today + timedelta(days=number - today.weekday()) for number in range(8)]
    midnights = [datetime.combine(one, time(), zone).astimezone(UTC) for one in dates]
    return [Window(begins, ends) for begins, ends in pairwise(midnights)]


def fault(wanted: Window, now: datetime, quota: Quota, has_already: int) -> str | None:
    """Return the sentence that says why a time can't be booked; None when it can.

    >>> from openevent.lab.rules.examples import NINE, HALF_PAST, TEN
    >>> quota = Quota(2, 45, 7)
    >>> fault(Window(HALF_PAST, TEN), NINE, quota, 1)
    >>> fault(Window(HALF_PAST, TEN), NINE, quota, 2)
    'You may have 2 bookings a week.'
    >>> fault(Window(NINE, TEN), NINE, quota, 0)
    'A booking may last 45 minutes at most.'
    >>> fault(Window(NINE, HALF_PAST), HALF_PAST, quota, 0)
    'This time has begun already.'
    >>> fault(Window(TEN, HALF_PAST), NINE, quota, 0)
    'A booking lasts 5 minutes at least.'
    >>> fault(Window(HALF_PAST, TEN), NINE - timedelta(days=8), quota, 0)
    'You may book 7 days ahead.'
    """
    length = wanted.ends - wanted.begins
    if length < SHORTEST:
        return f"A booking lasts {SHORTEST.seconds // 60} minutes at least."
    if length > timedelta(minutes=quota.minutes):
        return f"A booking may last {quota.minutes} minutes at most."
    if wanted.begins < now:
        return "This time has begun already."
    if wanted.begins > now + timedelta(days=quota.days):
        return f"You may book {quota.days} days ahead."
    return f"You may have {quota.slots} bookings a week." if has_already >= quota.slots else None


def overlaps(one: Window, other: Window) -> bool:
    """Tell whether two times have a moment in common.

    >>> from openevent.lab.rules.examples import NINE, HALF_PAST, TEN
    >>> overlaps(Window(NINE, TEN), Window(HALF_PAST, TEN)), overlaps(Window(NINE, HALF_PAST), Window(HALF_PAST, TEN))
    (True, False)
    """
    return one.begins < other.ends and other.begins < one.ends


def nearest_free(wanted: Window, taken: Iterable[Window]) -> Window:
    """Return the first time of the same length, not before the wanted one, that nobody has.

    >>> from openevent.lab.rules.examples import NINE, HALF_PAST, TEN
    >>> taken = [Window(NINE, HALF_PAST), Window(TEN, TEN + timedelta(hours=1))]
    >>> nearest_free(Window(NINE, HALF_PAST), taken) == Window(HALF_PAST, TEN)
    True
    """
    for one in sorted(taken):
        if overlaps(wanted, one):
            wanted = Window(one.ends, one.ends + (wanted.ends - wanted.begins))
    return wanted
