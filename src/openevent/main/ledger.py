"""The ledger of answered requests: noted at once, logged and counted a moment later, many at a time.

Writing a line and counting takes longer than many an answer. So a request only leaves a note; a thread of its own
takes all notes every tenth of a second. A process that is killed loses the notes of its last tenth, one that is asked
to stop writes them first.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from multiprocessing import util

from openevent.kit.logs import ACCESS, AccessLines, Answered

PAUSE = 0.1  # seconds
_QUIET = frozenset(("/healthz", "/readyz", "/metrics"))  # asked for every few seconds, by machines
_log = logging.getLogger(ACCESS)


class Ledger:
    """Takes notes from any thread; `count` is told about all of them, the log about those worth a line."""

    def __init__(self, count: Callable[[Sequence[Answered]], None]) -> None:
        self._count = count
        self._notes: deque[Answered] = deque()
        self._bell = threading.Event()
        self._writing = threading.Lock()
        self._is_started = False

    def note(self, answered: Answered) -> None:
        """Remember one answered request."""
        is_first = not self._notes
        self._notes.append(answered)
        if is_first:
            self._ring()

    def write(self) -> None:
        """Log and count everything noted so far; a second caller waits until the first is done."""
        with self._writing:
            taken = [self._notes.popleft() for _ in range(len(self._notes))]
            if taken:
                self._count(taken)
                _write_lines(taken)

    def _ring(self) -> None:
        if not self._is_started:
            with self._writing:
                self._start()
        self._bell.set()

    def _start(self) -> None:
        if not self._is_started:
            self._is_started = True
            # What ends a process in order runs this: at exit, and at the end of a child of multiprocessing.
            util.Finalize(self, self.write, exitpriority=1)
            threading.Thread(target=self._keep, name="ledger", daemon=True).start()

    def _keep(self) -> None:
        pause = threading.Event()
        while self._bell.wait():
            pause.wait(PAUSE)
            self._bell.clear()
            self.write()


def _write_lines(answered: Sequence[Answered]) -> None:
    lines = [one for one in answered if one.route not in _QUIET]
    if lines and _log.isEnabledFor(logging.INFO):
        _log.handle(AccessLines(lines))
