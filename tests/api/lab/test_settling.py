"""Making devices safe, and beginning runs, where something is in the way."""

from datetime import timedelta

import pytest

from cast import actor
from openevent.lab.actions import settling
from openevent.lab.actions.leasing import ask, hand_back
from openevent.lab.actions.recording import begin_run
from openevent.lab.models import Device, Lease, Run
from openevent.people.models import User


@pytest.fixture
def handed_back(shell, people, make_simulated):
    """A device whose turn has just ended, with a run that was about to begin in it."""
    device = make_simulated()
    with shell.work() as work:
        lease = ask(work, device, by=actor(people["bo"])).lease
        hand_back(work, lease.id, by=actor(people["bo"]))
        run = Run(identifier="r", user_id=people["bo"].id, device_id=device, lease_id=lease.id, kind="script")
        run.created_at = work.now
        work.db.add(run)
        work.db.flush()
        return device, run.id


def found(shell, kind, key):
    with shell.work() as work:
        return work.db.get_one(kind, key)


def test_one_at_a_time_makes_a_device_safe_and_a_lost_claim_ends(shell, handed_back, clock):
    device, _ = handed_back
    with shell.work() as work:
        work.db.get_one(Device, device).settling_until = work.now + timedelta(seconds=20)

    settling.end_due(shell.work)
    settling.see_to(shell.work, device)
    is_claimed = found(shell, Device, device).unsafe_since is not None
    clock.advance(hours=-1)  # the claim is of a time to come
    settling.end_due(shell.work)

    assert is_claimed
    assert found(shell, Device, device).unsafe_since is None


def test_a_device_that_is_not_there_is_nobodys_trouble(shell, handed_back):
    settling.see_to(shell.work, 999)

    assert found(shell, Device, handed_back[0]).unsafe_since is not None


def test_a_run_whose_turn_is_over_or_whose_author_is_gone_does_not_begin(shell, people, handed_back):
    _, run = handed_back
    with shell.work() as work:
        first = begin_run(work, run)
        again, missing = begin_run(work, run), begin_run(work, 999)
        other = Run(identifier="s", user_id=people["eve"].id, device_id=1, kind="script", created_at=work.now)
        other.device_id = handed_back[0]
        work.db.get_one(User, people["eve"].id).is_blocked = True
        work.db.add(other)
        work.db.flush()
        gone = begin_run(work, other.id)

    assert (first, again, missing, gone) == (None, None, None, None)
    assert (found(shell, Run, run).exit_reason, found(shell, Run, other.id).exit_reason) == ("lease", "stopped")
    assert found(shell, Lease, found(shell, Run, run).lease_id).status == "ended"
