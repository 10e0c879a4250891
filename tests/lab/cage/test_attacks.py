"""No attack of the list gets through, in any tier that this machine can have; without a cage they all do."""

import os
import subprocess
import sys
from pathlib import Path

from openevent.lab.providers.cage import selftest
from openevent.lab.providers.cage.attacks import MANY
from openevent.lab.providers.cage.launch import Tier


def test_no_attack_gets_through(tier: Tier) -> None:
    verdict = selftest.tried(tier)

    assert [(one.attack, one.said) for one in verdict.outcomes if not one.is_stopped] == []
    assert (verdict.is_usable, verdict.reason) == (True, "")
    assert len(verdict.outcomes) > 35


def test_without_a_cage_the_attacks_do_get_through(bait):
    environment = {"OUR_SECRET": bait.secret}
    words = [sys.executable, "-I", "-c", bait.within(MANY.source)]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True, timeout=30)  # noqa: S603 -- the list of ours
    for left in ("/tmp/openevent-attack", "/dev/shm/openevent-attack"):  # noqa: S108 -- what the attack has written
        Path(left).unlink(missing_ok=True)

    stopped = {line.partition(": ")[0] for line in done.stdout.splitlines() if line.endswith(": stopped")}
    of_root = {"become root", "be root", "catch page faults", "leave by namespaces", "raise a limit", "trace a peer"}
    by_kernel = {"a ring of calls"}  # some kernels have none, or keep it switched off
    assert stopped - by_kernel <= (set() if os.geteuid() == 0 else of_root), done.stdout
    assert done.stdout.count("through") > 20


def test_the_tier_is_the_strongest_that_holds(monkeypatch):
    verdicts = {"A": selftest.Verdict("A", is_usable=False, reason="no"), "B": selftest.Verdict("B", is_usable=True)}
    monkeypatch.setattr(selftest, "tried", verdicts.get)
    assert selftest.chosen().tier == "B"

    verdicts["A"] = selftest.Verdict("A", is_usable=True)
    assert [one.tier for one in selftest.chosen().verdicts] == ["A"]

    verdicts["A"] = verdicts["B"] = selftest.Verdict("B", is_usable=False, reason="It leaks.")
    report = selftest.chosen()
    assert (report.tier, report.reason.startswith("Scripts are off")) == (None, True)
    assert "It leaks." in report.reason


def test_a_cage_that_leaks_is_not_used(monkeypatch):
    monkeypatch.setattr(selftest, "ATTACKS", (selftest.HONEST, selftest.Attack("a leak", "print('through')")))
    verdict = selftest.tried("B")

    assert (verdict.is_usable, verdict.reason) == (False, "a leak: ended as done: through")
