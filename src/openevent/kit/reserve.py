"""Which of a server's many threads take requests from its line, and which stand by.

A server keeps requests in a line outside of the interpreter and lets any thread that it has take the next. With many
threads they fight for the interpreter at every statement, and a read costs twice as much; with few, they are all used
up as soon as some wait. So only few have a *place* at the line. Whoever may have to wait gives his place away first;
whoever is done and finds no place stands by, outside of the line. Where reading keeps the interpreter busy, one place
is best as long as all are quick, and the line is *wider* while some are not: so the quick need not wait for them. It is
widest beside those who write: readers then wait for the interpreter at each statement, and do so better side by side.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue

_QUICK_SECONDS = 0.004  # of the processor's time: how busy the machine is otherwise says nothing about a request
_WIDE_SECONDS = 0.2  # how long the line stays wider after somebody who was not as quick
_SLOW_SECONDS = 0.1  # whoever takes longer is no longer counted on
_MOST_LATE = 8  # how many of those may be at work at once


class Member:
    """A thread of the server."""

    __slots__ = ("gate", "has_place", "is_late", "since", "used")

    def __init__(self) -> None:
        self.gate: SimpleQueue[None] = SimpleQueue()  # what it stands by at
        self.has_place = False
        self.is_late = False  # somebody else has got a place in its stead
        self.since = 0.0  # when it began what it works on; 0 for nothing
        self.used = 0.0  # the processor's time that it had used by then


class _Life:
    """What a thread alone refers to: when the server ends the thread, it is gone, and its place is given on.

    The member itself may be kept for long by the traceback of a request that failed: places got lost that way, until
    nobody stood at the line.
    """

    __slots__ = ("_member", "_reserve")

    def __init__(self, reserve: Reserve, member: Member) -> None:
        self._reserve, self._member = reserve, member

    def __del__(self) -> None:
        self._reserve.leave(self._member)


class Reserve:
    """Gives places to threads; safe to use from any of them.

    As in `kit.turns` there is no lock; whoever adds to one side looks whether the other has something for it.

    >>> reserve = Reserve(1)
    >>> me = reserve.me()
    >>> reserve.end(me)  # a place is free
    >>> me.has_place
    True
    """

    def __init__(
        self, places: int, *, wider: int = 0, widest: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with so many places; so many more beside who is not quick, and so many beside who writes."""
        self._free: deque[None] = deque([None] * places)
        self._narrow: deque[None] = deque([None] * max(wider, widest))  # places that there are not now
        self._wide: deque[None] = deque()  # those of them that there are
        self._wide_until = 0.0
        self._wider, self._widest = wider, widest
        self._standing_by: deque[Member] = deque()
        # No set: walking through one fails when a thread comes or goes meanwhile, copying a list does not.
        self._known: list[Member] = []
        self._clock = clock
        self._mine = threading.local()

    @property
    def standing_by(self) -> int:
        """How many threads stand by."""
        return len(self._standing_by)

    def me(self) -> Member:
        """Return what is known of the thread that asks."""
        found: Member | None = getattr(self._mine, "member", None)
        if found is None:
            found = self._mine.member = Member()
            self._known.append(found)
            self._mine.life = _Life(self, found)
        return found

    def leave(self, member: Member) -> None:
        """Say that this thread has ended."""
        self._known.remove(member)
        self._give_up(member)

    def begin(self, member: Member) -> None:
        """Say that this thread works on what it took from the line, and won't wait for other requests."""
        member.since, member.used = self._clock(), time.thread_time()

    def step_back(self, member: Member) -> None:
        """Give this thread's place away: it may have to wait."""
        self._widen(self._widest)
        self._give_up(member)

    def end(self, member: Member) -> None:
        """Say that the work is done; returns when this thread has a place at the line (again)."""
        was_reading, member.since = member.since > 0, 0.0
        if was_reading:
            self._follow(member, time.thread_time() - member.used)
        if member.is_late:
            member.is_late = member.has_place = False
        if not member.has_place:
            self._stand_by(member)
            member.has_place = True

    def look(self) -> None:
        """Give others a place in the stead of those who take long; to be called several times a second."""
        before = self._clock() - _SLOW_SECONDS
        known = self._known.copy()
        late = sum(member.is_late for member in known)
        for member in known:
            if 0 < member.since < before and member.has_place and not member.is_late and late < _MOST_LATE:
                member.is_late = True  # if it ends right now, it finds out after its next request
                late += 1
                self._give()

    def _give_up(self, member: Member) -> None:
        if not member.has_place:
            return
        member.has_place = False
        if member.is_late:
            member.is_late = False  # its place was given away before
        else:
            self._give()

    def _follow(self, member: Member, seconds: float) -> None:
        """Make the line wider after what was not quick, and narrow again, by this thread's own place, after a while."""
        if seconds > _QUICK_SECONDS:
            self._widen(self._wider)
        elif self._wide and member.has_place and not member.is_late and self._clock() > self._wide_until:
            member.has_place = not _moved(self._wide, self._narrow)

    def _widen(self, places: int) -> None:
        self._wide_until = self._clock() + _WIDE_SECONDS
        while len(self._wide) < places and _moved(self._narrow, self._wide):
            self._give()

    def _give(self) -> None:
        self._free.append(None)
        self._match()

    def _stand_by(self, member: Member) -> None:
        try:
            self._free.popleft()
        except IndexError:
            self._standing_by.append(member)
            self._match()
        else:
            return
        member.gate.get()  # outside of the except: nothing of the failed try is kept meanwhile

    def _match(self) -> None:
        while self._standing_by:
            try:
                self._free.popleft()
            except IndexError:
                return
            try:
                self._standing_by.pop().gate.put(None)  # who came last: its memory is still at hand
            except IndexError:
                self._free.append(None)


def _moved(places: deque[None], to: deque[None]) -> bool:
    """Move a place from one kind to another, if there is one; two threads never move the same."""
    try:
        places.popleft()
    except IndexError:
        return False
    to.append(None)
    return True
