"""Pure decisions of the public pages: how a day becomes a timetable, how sponsors stand together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Generic, Protocol, TypeVar

from msgspec import Struct


class Timed(Protocol):
    """Something that happens at a time, in a room or everywhere."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        ...

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        ...

    @property
    def room(self) -> str | None:
        """Where; None for what concerns everybody, such as a break."""
        ...


class Ranked(Protocol):
    """Somebody who supports the event at some level."""

    @property
    def level(self) -> int | None:
        """The lower, the more they give."""
        ...

    @property
    def type(self) -> str | None:
        """What the level is called."""
        ...


T = TypeVar("T", bound=Timed)
R = TypeVar("R", bound=Ranked)


class Cell(Struct, Generic[T], frozen=True):
    """What happens in one room from one row on, for so many rows. One cell holds several when they overlap."""

    room: str
    rows: int
    sessions: tuple[T, ...]


class Slot(Struct, Generic[T], frozen=True):
    """One row of a timetable. A cell that began further up takes its place in later rows, so those have fewer."""

    starts_at: datetime
    everywhere: tuple[T, ...]
    cells: tuple[Cell[T], ...]


def timetable(rooms: Sequence[str], sessions: Sequence[T]) -> list[Slot[T]]:
    """Return the rows of a day's table: one for each moment at which something begins.

    A session spans the rows that begin before it ends; what concerns everybody takes a row of its own across all
    rooms, which ends every span.
    """
    slots: list[Slot[T]] = []
    for shared, batch in groupby(_rows(sessions), key=lambda row: row[1]):
        starts = [start for start, _ in batch]
        if shared:
            slots.extend(Slot(start, tuple(_beginning(sessions, start, everywhere=True)), ()) for start in starts)
        else:
            slots.extend(_stretch(rooms, sessions, starts))
    return slots


def _rows(sessions: Sequence[T]) -> list[tuple[datetime, bool]]:
    """Return the moments that get a row, and whether it is one for everybody (which stands first)."""
    found = {(session.starts_at, session.room is None) for session in sessions}
    return sorted(found, key=lambda row: (row[0], not row[1]))


def _beginning(sessions: Sequence[T], start: datetime, *, everywhere: bool) -> list[T]:
    return [one for one in sessions if one.starts_at == start and (one.room is None) == everywhere]


def _stretch(rooms: Sequence[str], sessions: Sequence[T], starts: Sequence[datetime]) -> list[Slot[T]]:
    """Return the rows between two breaks; spans stay inside."""
    cells: list[list[Cell[T]]] = [[] for _ in starts]
    for room in rooms:
        here = [one for one in sessions if one.room == room]
        row = 0
        while row < len(starts):
            cell = _cell(room, here, starts, row)
            cells[row].append(cell)
            row += cell.rows
    return [Slot(start, (), tuple(row)) for start, row in zip(starts, cells, strict=True)]


def _cell(room: str, here: Sequence[T], starts: Sequence[datetime], row: int) -> Cell[T]:
    """Return the cell that begins in a row; overlapping sessions are taken in until none begins before all end."""
    inside = [one for one in here if one.starts_at == starts[row]]
    last = row + 1
    while inside and last < len(starts) and any(one.ends_at > starts[last] for one in inside):
        inside += [one for one in here if one.starts_at == starts[last]]
        last += 1
    return Cell(room, last - row, tuple(inside))


def by_level(sponsors: Sequence[R]) -> list[tuple[str, tuple[R, ...]]]:
    """Return sponsors, who come in order, as groups with a name for each level."""
    groups = [tuple(group) for _, group in groupby(sponsors, key=lambda one: one.level)]
    return [(next((one.type for one in group if one.type), None) or "Supporters", group) for group in groups]


def day_to_open(days: Sequence[date], today: date) -> date | None:
    """Return the day of the programme that people look for: today's, else the first.

    >>> may = [date(2026, 5, 1), date(2026, 5, 2)]
    >>> day_to_open(may, date(2026, 5, 2)).day, day_to_open(may, date(2026, 4, 1)).day
    (2, 1)
    """
    return today if today in days else next(iter(days), None)
