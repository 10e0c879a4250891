"""A crowd of processes that buy, and workers beside them; many are killed at a random moment, as by `kill -9`.

    python -m selling.crowd <what as JSON>

The program is loaded once; everybody is a fork of it, a process with connections of its own. Commands come as lines of
JSON on standard input, each is answered by one line:

    {"do": "storm", "buyers": 200, "at_once": 24, "kills": true}
    {"do": "settle", "minutes": 46}     let time pass, then let a worker run all that is due
"""

from __future__ import annotations

import gc
import json
import mmap
import os
import random
import signal
import struct
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import structs
from sqlalchemy import event

from clients import Api
from openevent.kit.access import USER, Actor
from openevent.kit.answers import Answer
from openevent.kit.config import Settings
from openevent.kit.db import Database
from openevent.kit.outbound import Outbound
from openevent.kit.worker import Worker
from openevent.main.app import Product, build, build_shell
from openevent.main.catalogue import JOBS
from servers import hurry

PATIENCE = 3.0  # seconds, of calls to providers
WORKERS, WORKER_LIVES = 2, 3.0  # seconds at most, while there is shooting
SECONDS_A_BUYER = 60  # that pass for everybody with each buyer who comes: holds of the dead end while others buy
JSON = {"Content-Type": "application/json"}
BOUGHT, REFUSED, SOLD_OUT, BROKE = 0, 3, 4, 5  # how buyers end that are not killed


class SharedClock:
    """Runs on like any clock, for all forks together, and can be moved forward."""

    def __init__(self, start: datetime) -> None:
        self._start, self._began = start, time.monotonic()
        self._ahead = mmap.mmap(-1, 8)  # shared by all forks

    def now(self) -> datetime:
        (ahead,) = struct.unpack("d", self._ahead[:8])
        return self._start + timedelta(seconds=time.monotonic() - self._began + ahead)

    def advance(self, **by: float) -> None:
        (ahead,) = struct.unpack("d", self._ahead[:8])
        self._ahead[:8] = struct.pack("d", ahead + timedelta(**by).total_seconds())


class Deadly(Outbound):
    """The way out, of a process that may die just before a call or just after it, when nobody has heard the answer."""

    dies_before = dies_after = 0

    def call(self, *given: Any, **named: Any) -> Answer:
        self.dies_before -= 1
        self.dies_after -= 1
        if self.dies_before == 0:
            die()
        found = super().call(*given, **named)
        if self.dies_after == 0:
            die()
        return found


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at_statement(database: Database, number: int) -> None:
    """Die before the n-th statement from now on, or the commit."""
    left = [number]

    def count(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            die()

    for name in ("before_cursor_execute", "commit"):
        event.listen(database.engine, name, count)


@dataclass(frozen=True)
class Life:
    """One process: what it is, when it was born, when it is killed."""

    kind: str
    born: float
    ends: float


@dataclass
class Crowd:
    """Everybody, and the program that they share."""

    product: Product
    clock: SharedClock
    outbound: Deadly
    wish: Mapping[str, Any]
    chance: random.Random
    regret = 0.0  # how many of those who have bought change their mind at once
    _lifetime: float = 0.5  # seconds, that buying takes

    # What one buyer does

    def buy(self, number: int) -> int:
        """Buy over HTTP as a browser would: order, choose how to pay, pay; return how it ended."""
        api = Api(self.product, self.product.shell)
        buyers = self.wish["buyers"]
        me = Actor(id=buyers[number % len(buyers)], kind=USER, is_verified=True)
        wanted = [{"id": self.wish["ticket"], "quantity": self.chance.choice((1, 1, 2, 3))}]
        made = api.post("/v1/orders/create-order", json={"tickets": wanted}, as_=me, headers=JSON)
        if made.status != 200:
            return SOLD_OUT if made.status == 409 else BROKE
        order = made.json["data"]
        if not self._pay(api, order, me):
            return REFUSED
        if self.chance.random() < self.regret:
            self._refund(api, order)
        return BOUGHT

    def _pay(self, api: Api, order: Mapping[str, Any], me: Actor) -> bool:
        path = f"/v1/orders/{order['attributes']['identifier']}"
        chosen = {"type": "order", "id": order["id"], "attributes": {"payment-mode": "stripe", "status": "pending"}}
        if api.patch(path, json={"data": chosen}, as_=me).status != 200:
            return False
        key = {"Idempotency-Key": f"pay-{order['id']}"}
        body = {"data": {"type": "charge", "attributes": {"stripe": "tok_visa"}}}
        return any(
            api.post(f"{path}/charge", json=body, as_=me, headers=key).status in (201, 409) for _ in range(2)
        )  # what was not answered is tried once more; 409: it was paid already

    def _refund(self, api: Api, order: Mapping[str, Any]) -> None:
        path = f"/v1/orders/{order['attributes']['identifier']}/refund"
        by = Actor(id=self.wish["organizer"], kind=USER, is_verified=True)
        api.post(path, json={"data": {"type": "refund"}}, as_=by)

    def work(self, _number: int) -> int:
        """Be a worker until the end."""
        Worker(self.product.shell, JOBS).serve()
        return 0

    def warm_up(self) -> None:
        """Do once what everybody will do: what that loads and compiles is there for all.

        Nothing is set as PDF: typesetters and their desks are not for sharing.
        """
        self.product.warm_up()
        self.regret = 1.0
        any(self.buy(0) == BOUGHT for _ in range(5))
        Worker(self.product.shell, JOBS).run_periodics()

    # Life and death

    def spawn(self, deed: Callable[[int], int], number: int, *, dies: bool) -> int:
        """Fork a process that does a deed; return its id."""
        seed = self.chance.random()
        pid = os.fork()
        if pid:
            return pid
        code = BROKE
        try:
            self.chance = random.Random(seed)  # noqa: S311 -- chance, not secrets
            if dies:
                self._choose_death()
            code = deed(number)
        finally:
            sys.stdout.flush()
            os._exit(code)

    def _choose_death(self) -> None:
        """Before a statement or a commit, just before a provider is called, or just after it has answered."""
        kind = self.chance.choice(("statement", "before", "after"))
        if kind == "statement":
            die_at_statement(self.product.shell.database, self.chance.randint(1, 60))
        elif kind == "before":
            self.outbound.dies_before = self.chance.randint(1, 2)
        else:
            self.outbound.dies_after = self.chance.randint(1, 2)

    def storm(self, buyers: int, at_once: int, *, kills: bool) -> dict[str, int]:
        """Let everybody buy, so many at once, with two workers beside them; return how they ended."""
        self._ends: Counter[str] = Counter()
        self._alive: dict[int, Life] = {}
        self._born, self.regret = 0, 0.5 if kills else 0.0
        while self._born < buyers or self._count("buyer"):
            self._fill(buyers, at_once, kills=kills)
            self._kill_due()
            self._bury()
            time.sleep(0.005)
        for pid in self._alive:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        return dict(self._ends)

    def _count(self, kind: str) -> int:
        return sum(one.kind == kind for one in self._alive.values())

    def _fill(self, buyers: int, at_once: int, *, kills: bool) -> None:
        if self._count("worker") < WORKERS:
            self._bear("worker", self.work, 0, self.chance.uniform(0.1, WORKER_LIVES) if kills else None)
        if self._count("buyer") < at_once and self._born < buyers:
            self._born += 1
            self.clock.advance(seconds=SECONDS_A_BUYER)
            fate = self.chance.choice(("lives", "dies", "is killed")) if kills else "lives"
            life = self.chance.uniform(0, self._lifetime) if fate == "is killed" else None
            self._bear("buyer", self.buy, self._born, life, dies=fate == "dies")

    def _bear(
        self, kind: str, deed: Callable[[int], int], number: int, life: float | None, *, dies: bool = False
    ) -> None:
        born = time.monotonic()
        self._alive[self.spawn(deed, number, dies=dies)] = Life(kind, born, born + (life or 1e9))

    def _kill_due(self) -> None:
        for pid, one in self._alive.items():
            if one.ends < time.monotonic():
                os.kill(pid, signal.SIGKILL)

    def _bury(self) -> None:
        for pid in list(self._alive):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                one = self._alive.pop(pid)
                how = "killed" if os.WIFSIGNALED(status) else _NAMES.get(os.WEXITSTATUS(status), "broke")
                self._ends[f"{one.kind} {how}"] += 1
                if how == "bought":  # how long that takes here and now: others are killed at some moment of it
                    self._lifetime += (time.monotonic() - one.born - self._lifetime) / 5

    def settle(self, minutes: float) -> int:
        """Let time pass, and let a worker that nobody kills run all that is due; return how many jobs it was."""
        self.clock.advance(minutes=minutes)
        worker = Worker(self.product.shell, JOBS)
        worker.run_periodics()
        return worker.run_due()


_NAMES = {BOUGHT: "bought", REFUSED: "refused", SOLD_OUT: "sold out"}


def open_crowd(wish: Mapping[str, Any]) -> Crowd:
    clock = SharedClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
    settings = Settings(**wish["settings"])
    outbound = Deadly(["127.0.0.1"], seconds=PATIENCE)
    shell = build_shell(settings, clock=clock)
    hurry(shell.database)  # processes are killed, not the machine: what they have committed, it has
    shell = replace(shell, services=structs.replace(shell.services, outbound=outbound))
    chance = random.Random(wish["seed"])  # noqa: S311 -- chance, not secrets
    return Crowd(build(settings, shell), clock, outbound, wish, chance)


def main() -> None:
    crowd = open_crowd(json.loads(sys.argv[1]))
    crowd.warm_up()
    gc.collect()
    gc.freeze()  # forks go on sharing it
    for line in sys.stdin:
        told = json.loads(line)
        crowd.product.close()  # forks must not inherit a connection
        if told["do"] == "storm":
            found: object = crowd.storm(told["buyers"], told["at_once"], kills=told["kills"])
        else:
            found = crowd.settle(told["minutes"])
        sys.stdout.write(f"{json.dumps(found)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
