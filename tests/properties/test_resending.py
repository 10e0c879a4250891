"""Five confirmations a minute are five in all processes together."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from cast import ana
from factories import make_event, make_order, make_ticket

SCRIPT = Path(__file__).parent / "resender.py"


def test_two_processes_resend_five_times_together(shell, database_url):
    with shell.work() as work:
        organizer = ana(work)
        order = make_order(work, make_ticket(work, make_event(work, owner=organizer)))
    task = json.dumps({"by": organizer.id, "order": order.identifier, "times": 4})
    command = [sys.executable, str(SCRIPT), database_url, task]

    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]  # noqa: S603 -- our own script
    said = [int(one.communicate(timeout=60)[0]) for one in running]

    assert sum(said) == 5
