"""A process of its own that sells, for tests in which several processes sell the same seats.

    python seller.py <database url> <what as JSON>

It prints how many orders it made.
"""

from __future__ import annotations

import json
import sys
import threading

from openevent.kit.access import USER, Actor
from openevent.kit.clock import FixedClock
from openevent.kit.db import Database
from openevent.kit.errors import DomainError
from openevent.kit.services import Services, Site
from openevent.kit.work import LATER, Shell, when
from openevent.orders.actions import desk_of
from openevent.orders.mails import tickets
from openevent.orders.rules.amounts import OrderRequest, Wanted
from openevent.orders.signals import OrderCompleted


def main(url: str, task: dict) -> None:
    services = Services(*[None] * 6, site=Site())  # nothing but the site is asked for
    shell = Shell(Database(url, pool_size=10), FixedClock(), services, (when(OrderCompleted, tickets, LATER),))
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
    print(len(made))  # noqa: T201 -- the answer


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
