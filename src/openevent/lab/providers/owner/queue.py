"""What waits for the device: calls in the order in which they came, a reset before all others."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from openevent.kit.errors import DomainError
from openevent.lab.providers.owner.messages import DeviceBusy
from openevent.lab.rules.functions import Call
from openevent.lab.rules.values import Value

MOST_WAITING: Final = 64

Answered = Callable[["Value | DomainError"], None]


@dataclass(eq=False)
class Job:
    """One call; `answered` is told once, by whoever comes first: the device, its watchdog, or a reset."""

    call: Call
    answered: Answered
    until: float = float("inf")  # the monotonic moment after which nobody waits any more
    is_wanted: bool = True
    _told: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, answer: Value | DomainError) -> None:
        """Give the answer, unless it has been given."""
        if self._told.acquire(blocking=False):
            self.answered(answer)


class Jobs:
    """The queue between the process's connections and the thread that works with the device."""

    def __init__(self) -> None:
        self._waiting: deque[Job] = deque()
        self._changed = threading.Condition()
        self._woken = False

    def put(self, job: Job) -> None:
        """Let a job wait; raises DeviceBusy when too many do."""
        with self._changed:
            if len(self._waiting) >= MOST_WAITING:
                raise DeviceBusy("Too many calls are waiting for this device.")
            self._waiting.append(job)
            self._changed.notify()

    def put_first(self, job: Job) -> list[Job]:
        """Let a job be the next one; returns those that waited, which never run."""
        with self._changed:
            dropped = list(self._waiting)
            self._waiting.clear()
            self._waiting.append(job)
            self._changed.notify()
        return dropped

    def put_back(self, job: Job) -> None:
        """Let a job that was taken be the next one again."""
        with self._changed:
            self._waiting.appendleft(job)
            self._changed.notify()

    def clear(self) -> list[Job]:
        """Empty the queue and return what was in it."""
        with self._changed:
            dropped = list(self._waiting)
            self._waiting.clear()
        return dropped

    def wake(self) -> None:
        """Let whoever waits for a job look around: it gets none."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def get(self, seconds: float) -> Job | None:
        """Return the next job that somebody still waits for, or None when there is none for some time."""
        with self._changed:
            found = self._next()
            if found is None:
                self._changed.wait_for(lambda: self._waiting or self._woken, seconds)
                found = self._next()
            self._woken = False
            return found

    def _next(self) -> Job | None:
        while self._waiting:
            job = self._waiting.popleft()
            if not job.is_wanted:
                continue
            if time.monotonic() < job.until:
                return job
            job.tell(DeviceBusy("The device was busy with other calls for too long."))
        return None
