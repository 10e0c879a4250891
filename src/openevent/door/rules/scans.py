"""When a scan is refused, and what a day's scans add up to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

REGISTRATION = "registration"
DAILY = "daily"
CHECK_IN = "check in"
CHECK_OUT = "check out"
TYPES = (REGISTRATION, DAILY, CHECK_IN, CHECK_OUT)
AT_A_ROOM = frozenset({CHECK_IN, CHECK_OUT})

MESSAGES = {
    REGISTRATION: "Ticket register successful.",
    DAILY: "Checked for today.",
    CHECK_IN: "Checked in.",
    CHECK_OUT: "Checked out.",
}


class Scan(Struct, frozen=True):
    """One scan of one person on one day: what kind, where, and for which session."""

    kind: str
    station_id: int
    session_id: int | None
    holder_id: int = 0


def day_of(moment: datetime, zone: str) -> str:
    """Return the date of a moment as the event's clocks show it.

    >>> from datetime import UTC
    >>> day_of(datetime(2026, 5, 1, 23, 30, tzinfo=UTC), "Europe/Berlin")
    '2026-05-02'
    """
    return moment.astimezone(ZoneInfo(zone)).date().isoformat()


def refusal(new: Scan, earlier: Sequence[Scan]) -> str | None:
    """Return why a scan is refused after the same person's earlier ones of the day (oldest first), or None.

    >>> inside = Scan(CHECK_IN, 1, 7)
    >>> refusal(inside, []), refusal(inside, [inside])
    (None, 'Already checked in.')
    >>> refusal(Scan(CHECK_OUT, 2, 7), [inside]), refusal(Scan(CHECK_OUT, 2, 8), [inside])
    (None, 'Not checked in yet.')
    """
    if new.kind == REGISTRATION:
        known = any((one.kind, one.station_id) == (new.kind, new.station_id) for one in earlier)
        return "Attendee already registered." if known else None
    if new.kind == DAILY:
        return "Already checked at this station today." if new in earlier else None
    last = next((one.kind for one in reversed(earlier) if is_passage(one) and one.session_id == new.session_id), None)
    if new.kind == CHECK_IN:
        return "Already checked in." if last == CHECK_IN else None
    if last == CHECK_OUT:
        return "Already checked out."
    return None if last == CHECK_IN else "Not checked in yet."


def is_passage(scan: Scan) -> bool:
    """Tell whether somebody went through the door of a room."""
    return scan.kind in AT_A_ROOM


def passages(scans: Iterable[Scan], sessions: frozenset[int]) -> tuple[int, int]:
    """Return how many people came in to these sessions, and how many went out; each counts once a session.

    >>> passages([Scan(CHECK_IN, 1, 7, 1), Scan(CHECK_OUT, 1, 7, 1), Scan(CHECK_IN, 1, 7, 1)], frozenset({7}))
    (1, 1)
    """
    seen = {(one.kind, one.session_id, one.holder_id) for one in scans if one.session_id in sessions}
    kinds = [kind for kind, _session, _holder in seen]
    return kinds.count(CHECK_IN), kinds.count(CHECK_OUT)


def registered(scans: Iterable[Scan]) -> int:
    """Return how many people registered."""
    return len({one.holder_id for one in scans if one.kind == REGISTRATION})
