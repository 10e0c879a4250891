"""A process of its own that sends the confirmation of an order again and again, at one moment of a clock.

    python resender.py <database url> <what as JSON>

It prints how often that went through.
"""

from __future__ import annotations

import json
import sys
import tempfile

from openevent.kit.access import USER, Actor
from openevent.kit.clock import FixedClock
from openevent.kit.config import Settings
from openevent.kit.db import Database
from openevent.kit.errors import TooManyRequests
from openevent.kit.work import Shell
from openevent.main.services import open_services
from openevent.orders.actions import resend_for


def main(url: str, task: dict) -> None:
    database, clock = Database(url), FixedClock()
    place = tempfile.gettempdir()
    settings = Settings(
        data=place, database_url=url, storage_url="memory://", mail_url="memory://", secret_key="for-tests-" * 4
    )
    shell = Shell(database, clock, open_services(settings, database, clock))
    by = Actor(id=task["by"], kind=USER, is_verified=True)
    sent = 0
    for _ in range(task["times"]):
        try:
            with shell.work() as work:
                resend_for(work, task["order"], by=by)
        except TooManyRequests:
            continue
        sent += 1
    print(sent)  # noqa: T201 -- the answer


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
