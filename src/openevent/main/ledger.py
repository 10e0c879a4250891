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
MOST = 50_000  # notes that wait, 25 MB: somebody who doesn't read our log must not fill our memory
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
        self._lost = 0

    def note(self, answered: Answered) -> None:
        """Remember one answered request; of those that come faster than lines are written, only how many."""
        if len(self._notes) >= MOST:
            self._lost += 1
            return
        self._notes.append(answered)
        if not self._bell.is_set():  # looked at after the note is there: who clears it takes the notes afterwards
            self._ring()

    def write(self) -> None:
        """Log and count everything noted so far; a second caller waits until the first is done."""
        with self._writing:
            taken = [self._notes.popleft() for _ in range(len(self._notes))]
            if taken:
                _write_lines(taken)
                self._count(taken)
            self._tell_lost()

    def _tell_lost(self) -> None:
        if lost := self._lost:
            self._lost -= lost
            _log.warning("log lines are written too slowly: about %d requests have none and are not counted", lost)

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
            try:
                self.write()
            except Exception:  # noqa: BLE001 -- on a full disk for instance; what comes next may be counted again
                _log.exception("answered requests could not be counted")


def _write_lines(answered: Sequence[Answered]) -> None:
    lines = [one for one in answered if one.route not in _QUIET]
    if lines and _log.isEnabledFor(logging.INFO):
        _log.handle(AccessLines(lines))
