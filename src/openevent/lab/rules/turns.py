"""Turns at a device: who is next and about when, how long a turn lasts, and when it is over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

from openevent.lab.rules.rights import Window

EndReason = Literal["handed-back", "left", "time", "silence", "no-show", "admin", "kill", "device", "account"]
SHOW_UP: Final = timedelta(seconds=120)  # for who gets a turn after waiting
SILENCE: Final = timedelta(seconds=180)  # without a sign of life; pages give one every few seconds
BEAT: Final = timedelta(seconds=10)  # signs of life that come faster are not written down
SHORTEST: Final = timedelta(minutes=2)  # a turn that would be shorter is not given
EXTENSIONS: Final = 2
MOST_OPEN: Final = 2  # turns that one person may have or wait for at once, over all devices
RECENT: Final = timedelta(hours=2)
CLAIM: Final = timedelta(seconds=30)  # for whoever makes a device safe: longer than a reset may take


class Waiting(Struct, frozen=True):
    """Somebody in the queue; `turns` is how many they had at this device recently."""

    lease_id: int
    asked_at: datetime
    minutes: int
    turns: int = 0


def queue(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Return who is next: first those who had the fewest turns lately, among them first come, first served.

    >>> from openevent.lab.rules.examples import NINE, TEN
    >>> [one.lease_id for one in queue([Waiting(1, NINE, 20, turns=1), Waiting(2, TEN, 20), Waiting(3, NINE, 20)])]
    [3, 2, 1]
    """
    return sorted(waiting, key=lambda one: (one.turns, one.asked_at, one.lease_id))


def estimates(free_at: datetime, minutes: Sequence[int], booked: Sequence[Window] = ()) -> list[datetime]:
    """Return about when each turn of a queue begins, if everybody takes all of theirs; booked times are not given away.

    >>> from openevent.lab.rules.examples import NINE, HALF_PAST, TEN
    >>> [one.strftime("%H:%M") for one in estimates(NINE, [20, 20, 20])]
    ['09:00', '09:20', '09:40']
    >>> [one.strftime("%H:%M") for one in estimates(NINE, [20, 20, 20], [Window(HALF_PAST, TEN)])]
    ['09:00', '09:20', '10:00']
    """
    found: list[datetime] = []
    for length in minutes:
        begins = _after_bookings(free_at, booked)
        found.append(begins)
        free_at = _until(begins, timedelta(minutes=length), booked)
    return found


def _after_bookings(at: datetime, booked: Sequence[Window]) -> datetime:
    for one in sorted(booked):
        if one.begins - SHORTEST < at < one.ends:
            at = one.ends
    return at


def _until(begins: datetime, length: timedelta, booked: Sequence[Window]) -> datetime:
    return min([begins + length, *(one.begins for one in booked if one.begins > begins)])


def turn_ends(now: datetime, minutes: int, *bounds: datetime | None) -> datetime | None:
    """Return when a turn that begins now ends, at none of the bounds later; None when it isn't worth beginning.

    >>> from openevent.lab.rules.examples import NINE, HALF_PAST
    >>> turn_ends(NINE, 20).strftime("%H:%M"), turn_ends(NINE, 60, None, HALF_PAST).strftime("%H:%M")
    ('09:20', '09:30')
    >>> turn_ends(HALF_PAST - timedelta(minutes=1), 20, HALF_PAST)
    """
    ends = min([now + timedelta(minutes=minutes), *(one for one in bounds if one is not None)])
    return ends if ends - now >= SHORTEST else None


def extended_end(ends: datetime, minutes: int, *bounds: datetime | None) -> datetime | None:
    """Return the end of a turn that goes on; None when a bound leaves no time to go on.

    >>> from openevent.lab.rules.examples import NINE, HALF_PAST
    >>> extended_end(NINE, 20).strftime("%H:%M"), extended_end(NINE, 60, HALF_PAST).strftime("%H:%M")
    ('09:20', '09:30')
    >>> extended_end(HALF_PAST, 20, HALF_PAST)
    """
    found = min([ends + timedelta(minutes=minutes), *(one for one in bounds if one is not None)])
    return found if found > ends else None


class Turn(Struct, frozen=True):
    """A turn that somebody has. `is_running`: a script of theirs runs, which is a sign of life."""

    begins_at: datetime
    ends_at: datetime
    beat_at: datetime | None
    is_running: bool = False


def end_of(turn: Turn, now: datetime) -> EndReason | None:
    """Tell why a turn is over; None when it is not.

    >>> from openevent.lab.rules.examples import NINE, HALF_PAST, TEN
    >>> end_of(Turn(NINE, TEN, NINE), TEN), end_of(Turn(NINE, TEN, HALF_PAST), HALF_PAST)
    ('time', None)
    >>> end_of(Turn(NINE, TEN, None), HALF_PAST), end_of(Turn(NINE, TEN, NINE), HALF_PAST)
    ('no-show', 'silence')
    >>> end_of(Turn(NINE, TEN, NINE, is_running=True), HALF_PAST)
    """
    if now >= turn.ends_at:
        return "time"
    if turn.is_running:
        return None
    if turn.beat_at is None:
        return "no-show" if now >= turn.begins_at + SHOW_UP else None
    return "silence" if now >= turn.beat_at + SILENCE else None
