"""Making devices safe, and beginning runs, where something is in the way."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete

from cast import actor
from openevent.lab.actions import settling
from openevent.lab.actions.leasing import ask, hand_back
from openevent.lab.actions.recording import begin_run, end_run
from openevent.lab.models import Device, Lease, Run
from openevent.lab.processes.answering import Answering
from openevent.lab.providers.places import device_socket, service_socket
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

        end_run(work, run, "done")
        end_run(work, 999, "done")

    assert (first, again, missing, gone) == (None, None, None, None)
    assert (found(shell, Run, run).exit_reason, found(shell, Run, other.id).exit_reason) == ("lease", "stopped")
    assert found(shell, Lease, found(shell, Run, run).lease_id).status == "ended"


@pytest.fixture
def answer_instead(lab_directory) -> Iterator[Callable[[int, Callable[[], bytes]], None]]:
    """A function that puts somebody else where a device's process would answer."""
    listeners = []

    def put(device: int, answer: Callable[[], bytes]) -> None:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(device_socket(str(lab_directory), device))
        listener.listen()
        listeners.append(listener)
        threading.Thread(target=_answer_once, args=(listener, answer), daemon=True).start()

    yield put
    for listener in listeners:
        listener.close()


def _answer_once(listener: socket.socket, answer: Callable[[], bytes]) -> None:
    channel, _ = listener.accept()
    with channel:
        channel.recv(1 << 16)
        channel.sendall(answer())


def unsafe(work, device):
    work.db.get_one(Device, device).unsafe_since = work.now


def test_trouble_with_one_device_is_not_the_others(shell, make_device, make_simulated, answer_instead, caplog):
    bad, good = make_device(), make_simulated()
    with shell.work() as work:
        unsafe(work, bad)
        unsafe(work, good)
    nonsense = b"\x81\xa6detail\xa1\xff"  # a text that is none
    answer_instead(bad, lambda: len(nonsense).to_bytes(4, "big") + nonsense)

    settling.end_due(shell.work)

    assert found(shell, Device, bad).unsafe_since is not None
    assert found(shell, Device, good).unsafe_since is None
    assert f"could not see to device {bad}" in caplog.text


def test_a_device_that_goes_away_while_it_is_made_safe_is_let_go(shell, make_device, answer_instead):
    device = make_device()
    with shell.work() as work:
        unsafe(work, device)

    def remove() -> bytes:
        with shell.work() as work:
            work.db.execute(delete(Device).where(Device.id == device))
        return b""

    answer_instead(device, remove)
    settling.see_to(shell.work, device)

    with shell.work() as work:
        assert work.db.get(Device, device) is None


def test_a_service_that_cannot_stop_a_run_keeps_no_device_unsafe(shell, handed_back):
    answering = Answering(service_socket(shell.services.lab), lambda _request: {"refused": "It could not."})

    settling.see_to(shell.work, handed_back[0])
    answering.close()

    assert found(shell, Device, handed_back[0]).unsafe_since is None
