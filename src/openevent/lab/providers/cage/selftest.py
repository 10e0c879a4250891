"""Tries every attack in every kind of cage, and says which kind may be used: none that lets a single one through."""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from msgspec import Struct

from openevent.lab.providers.cage.attacks import ATTACKS, HONEST, Attack, Bait
from openevent.lab.providers.cage.launch import Cage, Task, Tier, bubblewrap, supports
from openevent.lab.providers.cage.messages import (
    Broken,
    Ended,
    Failed,
    Printed,
    Reader,
    TooMuchSaid,
    now,
)

_LONGEST = 20.0  # seconds of one attack
_MOST_SAID = 1 << 18
_AT_ONCE = 4
NAMES = {"A": "bubblewrap, Landlock, seccomp and limits", "B": "Landlock, seccomp and limits"}


class Outcome(Struct, frozen=True):
    """What came of one attack (or of the honest job)."""

    attack: str
    is_stopped: bool
    said: str = ""


class Verdict(Struct, frozen=True):
    """What a tier has shown; `reason` says why it is not used, if it is not."""

    tier: Tier
    is_usable: bool
    reason: str = ""
    outcomes: tuple[Outcome, ...] = ()


class Report(Struct, frozen=True):
    """Which tier scripts run in; none: they are off, and `reason` says why."""

    tier: Tier | None
    reason: str
    verdicts: tuple[Verdict, ...]


def chosen() -> Report:
    """Try the strongest tier, and the next one if that does not hold; nothing is used that has not been tried."""
    if not supports():
        return Report(None, "Scripts need Linux on x86_64 or aarch64.", ())
    verdicts: list[Verdict] = []
    for tier in ("A", "B"):
        verdicts.append(tried(tier))
        if verdicts[-1].is_usable:
            return Report(tier, f"Scripts run behind {NAMES[tier]}.", tuple(verdicts))
    reasons = " ".join(f"{NAMES[one.tier]}: {one.reason}" for one in verdicts)
    return Report(None, f"Scripts are off: no cage holds on this machine. {reasons}", tuple(verdicts))


def tried(tier: Tier) -> Verdict:
    """Try every attack in one tier."""
    if tier == "A" and bubblewrap() is None:
        return Verdict(tier, is_usable=False, reason="bubblewrap is not installed.")
    with bait() as found, ThreadPoolExecutor(_AT_ONCE) as threads:
        # The honest job first: where no cage starts at all, that is said at once.
        first = outcomes(tier, HONEST, found)
        if not all(one.is_stopped for one in first):
            return Verdict(tier, is_usable=False, reason=f"It does not start: {first[0].said}", outcomes=tuple(first))
        rest = threads.map(partial(outcomes, tier, found=found), [one for one in ATTACKS if one is not HONEST])
        every = (*first, *(one for some in rest for one in some))
    through = [one for one in every if not one.is_stopped]
    reason = "; ".join(f"{one.attack}: {one.said}" for one in through)
    return Verdict(tier, is_usable=not through, reason=reason, outcomes=every)


def outcomes(tier: Tier, attack: Attack, found: Bait) -> list[Outcome]:
    """Run one attack in a cage of its own and judge it; the honest job is `stopped` when it was done."""
    ended, said = _run(tier, attack, found)
    lines = [line.partition(": ") for line in said.splitlines() if line.endswith(": stopped") or ": through" in line]
    listed = [Outcome(name, verdict == "stopped", verdict) for name, _, verdict in lines]
    fits = ended in attack.ends and "through" not in said and found.secret not in said
    if attack is HONEST:
        fits = fits and "honest: done 2" in said
    return [Outcome(attack.name, fits, "" if fits else f"ended as {ended}: {said[-500:]}".strip()), *listed]


def _run(tier: Tier, attack: Attack, found: Bait) -> tuple[str, str]:
    """Return how a cage ended and what it said."""
    try:
        cage = Cage(tier, Task(found.within(attack.source)), attack.limits)
    except OSError as error:
        return "broken", str(error)
    reader = Reader(cage)
    said: list[str] = []
    begun = now()
    try:
        return _followed(reader, said, begun + _LONGEST), "".join(said)
    except TooMuchSaid:
        return "output", "".join(said)
    finally:
        cage.kill()
        if not said:
            said.append(reader.stray.decode("utf-8", "replace"))
        reader.close()
        cage.close()


def _followed(reader: Reader, said: list[str], end: float) -> str:
    ended = "killed"
    while (messages := reader.read(end - now())) is not None:
        for message in messages:
            match message:
                case Printed(text):
                    said.append(text)
                case Failed(fault):
                    said.append(fault.text)
                case Broken(text):
                    said.append(text)
                    ended = "broken"
                case Ended(reason):
                    ended = reason
                case _:
                    pass
        if sum(map(len, said)) > _MOST_SAID:
            raise TooMuchSaid
        if now() >= end:
            return "nothing stopped it"
    return ended


@contextmanager
def bait() -> Generator[Bait]:
    """Lay out what attacks look for: a file, ports that answer, and a process; all of it ours and worthless."""
    secret = secrets.token_hex(16)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="openevent-bait-")))
        folder.chmod(0o755)  # the walls are to stop the attack, not the account alone
        file = folder / "secret"
        file.write_text(secret, encoding="ascii")
        name = f"openevent-{secrets.token_hex(8)}"
        port = stack.enter_context(_answering(socket.AF_INET, ("127.0.0.1", 0), secret))
        stack.enter_context(_answering(socket.AF_UNIX, f"\0{name}", secret))
        peer = stack.enter_context(_peer())
        yield Bait(str(file), str(folder), int(port), name, peer, secret)


@contextmanager
def _answering(family: int, address: tuple[str, int] | str, secret: str) -> Generator[int]:
    """Listen, and tell everybody the secret; give the port."""
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.bind(address)
    listener.listen()

    def answer() -> None:
        with suppress(OSError):
            while True:
                made, _ = listener.accept()
                with made:
                    made.sendall(secret.encode())

    threading.Thread(target=answer, name="bait", daemon=True).start()
    try:
        yield listener.getsockname()[1] if family == socket.AF_INET else 0
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@contextmanager
def _peer() -> Generator[int]:
    """Start a process that does nothing."""
    with subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", "import sys; sys.stdin.read()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    ) as process:  # -- our own words
        yield process.pid
        process.kill()
