"""The minute that sales open: thousands of buyers for a few hundred seats, while others read about another event.

Three questions. How many orders a second are held, and how many completed, with plenty of seats, next to what the
database writes when nobody stands before it? What do readers of another event feel meanwhile? And when seats run
out: is none sold twice, and none lost?
"""

from __future__ import annotations

import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, insert, select, update

from bench import load
from bench.load import Outcome
from bench.processes import Server
from bench.rows import OrderRows, connect
from bench.world import SECRET, first_values
from openevent.events.models import Event
from openevent.kit.db import Database
from openevent.kit.jwt import Tokens
from openevent.main.database import migrate
from openevent.orders.models import Attendee, Order
from openevent.people.models import User
from openevent.programme.models import Session
from openevent.tickets.models import Ticket, TicketStock

BUYERS, TYPES = 2000, 5
ORDERS, EACH = 2000, 2
ROUNDS = 5  # on a quick machine one is over in half a second; orders are those of the middle one, readers of all
SEATS, RUSH = 300, 3000  # how few seats there are in the end, and how many orders fight for them
CONNECTIONS = (64, 256)
BUSY, QUIET = 1, 2  # ids of events: the one on sale, the one that others read about
_CALM_SECONDS = 0.8
SLOWED = 2.0  # how many times longer a reader may wait
AIM = 1000  # orders a second


@dataclass(frozen=True)
class Sale:
    """What the runs need to know."""

    url: str
    tokens: tuple[str, ...]

    def orders(self, types: int) -> list[bytes]:
        """Return every buyer's wish as it goes over the wire; they take the first so many ticket types in turn."""
        wishes = [json.dumps({"tickets": [{"id": one + 1, "quantity": EACH}]}).encode() for one in range(types)]
        return [
            load.post("/v1/orders/create-order", wishes[place % types], self._signed("application/json", token))
            for place, token in enumerate(self.tokens)
        ]

    def completions(self) -> list[bytes]:
        """Return each held order's completion by its buyer."""
        database = Database(self.url)
        with database.reading() as db:
            held = db.execute(select(Order.id, Order.user_id).order_by(Order.id)).all()
        database.close()
        return [_patch(key, self._signed("application/vnd.api+json", self.tokens[buyer - 1])) for key, buyer in held]

    def _signed(self, media_type: str, token: str) -> dict[str, str]:
        return {"Content-Type": media_type, "Authorization": f"JWT {token}"}


@dataclass(frozen=True)
class _Round:
    """Everybody held an order: how that went, how long each wait of a reader was, what is wrong with the rows."""

    held: Outcome
    calm: list[float]
    busy: list[float]
    oversold: list[str]


def _patch(key: int, headers: dict[str, str]) -> bytes:
    data = {"type": "order", "id": str(key), "attributes": {"status": "completed"}}
    return load.post(f"/v1/orders/{key}", json.dumps({"data": data}).encode(), headers).replace(b"POST", b"PATCH", 1)


def build(url: str) -> Sale:
    """Make an empty database into two events: one with five free ticket types, one with a session to read about."""
    database = Database(url)
    migrate(database)
    now = datetime.now(UTC)
    starts = now + timedelta(days=60)
    common = {"starts_at": starts, "ends_at": starts + timedelta(days=1), "timezone": "UTC", "state": "published"}
    more = {"privacy": "public", "created_at": now, "payment_currency": "EUR", "is_ticket_form_enabled": False}
    with database.session() as db:
        for key in (BUSY, QUIET):
            db.execute(insert(Event).values(id=key, identifier=f"be9c4a1{key}", name="Sale", **common, **more))
        kept = {"password_hash": "!", "is_verified": True, "created_at": now}
        db.execute(insert(User), [{"id": n + 1, "email": f"b{n}@example.org", **kept} for n in range(BUYERS)])
        window = {"sales_starts_at": now - timedelta(days=1), "sales_ends_at": now + timedelta(days=50)}
        free = {"event_id": BUSY, "currency": "EUR", "type": "free", "price": 0, **window}
        db.execute(insert(Ticket), [{"id": n + 1, "name": f"Type {n}", **free} for n in range(TYPES)])
        stock = {"event_id": BUSY, "quantity": 0, "held": 0, "sold": 0}
        db.execute(insert(TicketStock), [{"ticket_id": n + 1, **stock} for n in range(TYPES)])
        talk = {"title": "A quiet talk", "state": "accepted", "created_at": now, "last_modified_at": now}
        db.execute(insert(Session).values(event_id=QUIET, **talk))
    database.close()
    tokens = Tokens(SECRET)
    lasts = timedelta(hours=1)
    return Sale(url, tuple(tokens.access(n + 1, now=now, lasts=lasts, fresh=True) for n in range(BUYERS)))


def run(name: str, sale: Sale, product: Server) -> list[str]:
    """Run everything, print the table; return what is broken."""
    limit = _limit(sale)
    print(f"\n{name}, on sale: the bare database writes {limit:.0f} orders/s")
    print(f"{'':34} {'orders/s':>8} {'of limit':>8} {'p50 ms':>7} {'p99 ms':>7} {'reader':>7}")
    _restock(sale, ORDERS * EACH)
    _ask(product, sale.orders(TYPES)[:300], 64)  # to warm up
    broken: list[str] = []
    for types in (1, TYPES):
        for connections in CONNECTIONS:
            broken += _plenty(sale, product, types, connections, limit)
    for connections in CONNECTIONS:
        broken += _rush(sale, product, connections)
    return [f"{name}: {text}" for text in broken]


def _plenty(sale: Sale, product: Server, types: int, connections: int, limit: float) -> list[str]:
    """Hold orders while there is a seat for everybody, several times, and complete those of the last time."""
    rounds = [_hold(sale, product, types, connections) for _ in range(ROUNDS)]
    held = sorted((one.held for one in rounds), key=lambda one: one.per_second)[ROUNDS // 2]
    slowed = _median(one.busy for one in rounds) / _median(one.calm for one in rounds)
    _name_holders(sale)
    completed = _ask(product, sale.completions(), connections)
    whole = ORDERS / (held.seconds + completed.seconds)
    label = f"{types} hot type{'s' if types > 1 else ''}, {connections} connections"
    _print(f"{label}: held", held.per_second, limit, held, f"{slowed:6.2f}x")
    _print(f"{label}: completed", whole, limit, completed, "")
    found = [f"{label}: readers wait {slowed:.1f}x as long"] if slowed > SLOWED else []
    found += [f"{label}: {held.per_second:.0f} orders/s held, {AIM} are the aim"] if held.per_second < AIM else []
    for step, outcome in (*(("held", one.held) for one in rounds), ("completed", completed)):
        if set(outcome.statuses) != {200}:
            found.append(f"{label}: {step} answered {dict(outcome.statuses)}")
    return [*found, *itertools.chain.from_iterable(one.oversold for one in rounds), *_oversold(sale, ORDERS)]


def _hold(sale: Sale, product: Server, types: int, connections: int) -> _Round:
    _restock(sale, ORDERS * EACH)
    reader = _read(product.port)
    time.sleep(_CALM_SECONDS)
    calm = reader()  # right before: the machine is not as quick at each moment
    reader = _read(product.port)
    held = _ask(product, sale.orders(types), connections)
    return _Round(held, calm, reader(), _oversold(sale, ORDERS))


def _median(waits: Iterable[list[float]]) -> float:
    return statistics.median(itertools.chain.from_iterable(waits))


def _rush(sale: Sale, product: Server, connections: int) -> list[str]:
    """Let far too many want the last seats."""
    _restock(sale, SEATS)
    found = _ask(product, [*sale.orders(1), *sale.orders(1)][:RUSH], connections)
    print(
        f"{f'{RUSH} orders for {SEATS} seats, {connections} connections':34} {found.per_second:8.0f} {'':8} "
        f"{found.percentile(0.5):7.1f} {found.percentile(0.99):7.1f}   {dict(found.statuses)}"
    )
    broken = [] if found.statuses[200] == SEATS // EACH else [f"{found.statuses[200]} orders for {SEATS} seats"]
    return broken + _oversold(sale, SEATS // EACH)


def _ask(product: Server, asked: Sequence[bytes], connections: int) -> Outcome:
    return load.run(product.port, lambda number: asked[number], connections=connections, requests=len(asked))


def _print(label: str, per_second: float, limit: float, found: Outcome, reader: str) -> None:
    print(
        f"{label:34} {per_second:8.0f} {per_second / limit:8.2f} {found.percentile(0.5):7.1f} "
        f"{found.percentile(0.99):7.1f} {reader:>7}"
    )


def _limit(sale: Sale) -> float:
    """Return how many orders a second one connection writes, 64 in a transaction, with nothing else to do."""
    _restock(sale, ORDERS * EACH)
    rows, db = OrderRows(sale.url, first_values()), connect(sale.url)
    began = time.perf_counter()
    for first in range(0, ORDERS, 64):
        rows.begin(db)
        for number in range(first, min(first + 64, ORDERS)):
            rows.write(db, BUSY, 1, EACH, number % BUYERS + 1)
        db.execute("COMMIT")
    seconds = time.perf_counter() - began
    db.close()
    return ORDERS / seconds


def _read(port: int) -> Callable[[], list[float]]:
    """Start a reader of the other event; calling what is returned stops him and gives his waits in ms."""
    command = [sys.executable, str(Path(__file__).with_name("reader.py")), str(port), f"/v1/events/{QUIET}/sessions"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    assert process.stdout is not None  # noqa: S101 -- a pipe was asked for
    process.stdout.readline()  # he reads now
    return lambda: json.loads(process.communicate("\n", timeout=30)[0])


def _restock(sale: Sale, seats: int) -> None:
    """Forget all orders and put seats of each type on sale."""
    database = Database(sale.url)
    with database.session() as db:
        for model in (Attendee, Order):
            db.execute(_table(model).delete())
        db.execute(update(_table(TicketStock)).values(quantity=seats, held=0, sold=0))
    database.close()


def _name_holders(sale: Sale) -> None:
    """Write down who comes, which is not what is measured."""
    database = Database(sale.url)
    with database.session() as db:
        db.execute(update(_table(Attendee)).values(firstname="Ana", lastname="Lee", email="ana@example.org"))
    database.close()


def _oversold(sale: Sale, orders: int) -> list[str]:
    """Compare the rows with the stock's counters and with what must have been sold."""
    database = Database(sale.url)
    stock = _table(TicketStock)
    with database.reading() as db:
        found = (
            db.scalar(select(func.count()).select_from(Order)),
            db.scalar(select(func.count()).select_from(Attendee)),
            db.scalar(select(func.sum(stock.c.held + stock.c.sold))),
        )
    database.close()
    wanted = (orders, orders * EACH, orders * EACH)
    return [] if found == wanted else [f"orders, holders, seats taken: {found} in place of {wanted}"]


def _table(model: Any) -> Table:
    return model.__table__
