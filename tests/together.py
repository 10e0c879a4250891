"""Many at once in the fibers of one thread, and a database that counts how often it is asked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from openevent.kit.fibers import Fibers


class Counted:
    """What stands in front of a database and counts, or fails as often as it is told to."""

    def __init__(self, database: Any, *, failures: int = 0) -> None:
        self.database, self.dialect, self.asked, self.failures = database, database.dialect, 0, failures

    def fetch(self, sql: str, params: Any) -> list[tuple[Any, ...]]:
        """Run a read, or fail."""
        self.asked += 1
        if self.failures:
            self.failures -= 1
            raise ConnectionError("gone")
        return self.database.fetch(sql, params)


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do all of them in fibers that are ready at the same moment; return what each returns or raises."""
    fibers, found, may_begin, end = Fibers("test"), {}, threading.Event(), threading.Event()

    def do(number: int) -> None:
        try:
            found[number] = deeds[number]()
        except Exception as error:  # noqa: BLE001 -- it is what came of it
            found[number] = error
        if len(found) == len(deeds):
            end.set()

    fibers.begin(lambda: may_begin.wait(20))
    for number in range(len(deeds)):
        fibers.begin(lambda number=number: do(number))
    may_begin.set()
    assert end.wait(20)
    return [found[number] for number in range(len(deeds))]
