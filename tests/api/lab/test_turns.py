"""Turns at a device: who has it, who is next, and how a turn ends."""

from __future__ import annotations

from datetime import timedelta

from cast import actor, bo, eve
from openevent.lab.actions import leasing
from openevent.lab.models import Device


def make_device(work, **values):
    defaults = {"name": "Bench 1", "is_on": True, "is_open": True, "created_at": work.now}
    device = Device(**(defaults | values))
    work.db.add(device)
    work.db.flush()
    return device


def test_the_first_who_asks_has_the_device_and_others_wait(shell):
    with shell.work() as work:
        device = make_device(work)
        first, key = leasing.ask(work, device.id, by=actor(bo(work)))
        second, _ = leasing.ask(work, device.id, by=actor(eve(work)))

    assert (first.status, first.ends_at - first.begins_at, len(key)) == ("held", timedelta(minutes=20), 43)
    assert second.status == "waiting"
