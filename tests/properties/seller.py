"""A process of its own that sells, for tests in which several processes sell the same seats, or one dies on the way.

    python seller.py <database url> <what as JSON>

It prints how many orders it made. With `die_at` it kills itself, as a power cut would, before that statement.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading

from sqlalchemy import event

from openevent.kit.access import USER, Actor
from openevent.kit.clock import FixedClock
from openevent.kit.db import Database
from openevent.kit.errors import DomainError
from openevent.kit.services import Services, Site
from openevent.kit.work import LATER, Shell, when
from openevent.orders.actions import complete_free, desk_of
from openevent.orders.mails import tickets
from openevent.orders.models import Order
from openevent.orders.rules.amounts import OrderRequest, Wanted
from openevent.orders.signals import OrderCompleted


def main(url: str, task: dict) -> None:
    services = Services(*[None] * 6, site=Site())  # nothing but the site is asked for
    shell = Shell(Database(url, pool_size=10), FixedClock(), services, (when(OrderCompleted, tickets, LATER),))
    if "die_at" in task:
        die_at(shell.database, task["die_at"])
    buyer = Actor(id=task["buyer"], kind=USER, is_verified=True)
    made: list[str] = []

    def buy() -> None:
        for _ in range(task["orders"]):
            try:
                made.append(desk_of(shell).order(OrderRequest((Wanted(task["ticket"], task["seats"]),)), buyer))
            except DomainError:
                return

    threads = [threading.Thread(target=buy) for _ in range(task["threads"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if task.get("completes"):
        for identifier in made:
            with shell.work() as work:
                complete_free(work, work.db.query(Order).filter_by(identifier=identifier).one(), by=buyer)
    print(len(made))  # noqa: T201 -- the answer


def die_at(database: Database, number: int) -> None:
    left = [number]

    def count(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, "before_cursor_execute", count)
    event.listen(database.engine, "commit", count)


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
