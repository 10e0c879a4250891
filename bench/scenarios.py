"""What is measured, and how one measurement is taken."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

from bench import load
from bench.processes import Server, cpu_seconds, resident_megabytes
from bench.world import World

JSON_API = "application/vnd.api+json"


@dataclass(frozen=True)
class Scenario:
    """One row of a table: what is asked in a round, and how many times the baseline's CPU (or how much) is allowed."""

    name: str
    allowed: float
    status: int
    connections: int
    requests: int


LIST = Scenario("list of 20, track and speakers, total", 1.6, 200, 8, 1000)
ONE = Scenario("one session by id", 2.0, 200, 8, 8000)
KNOWN = Scenario("conditional read, 304", 1.5, 304, 8, 8000)
ORDER = Scenario("order of 2, hot ticket, 64 at once", 1.6, 200, 64, 2000)
READS = (LIST, ONE, KNOWN)


@dataclass(frozen=True)
class Figures:
    """What one measurement found."""

    cpu_ms: float  # of the server's processes, for each request
    database_cpu_ms: float  # of the database server's processes, for each request; 0 for SQLite, which has none
    per_second: float
    p50_ms: float
    p99_ms: float
    megabytes: float
    statuses: Mapping[int, int]


def measure(
    server: Server, make: load.MakeRequest, scenario: Scenario, database_pid: int | None, *, warm_up: int | None = None
) -> Figures:
    """Warm up, then ask so many times; CPU is what the process trees used meanwhile."""
    first = max(200, scenario.requests // 10) if warm_up is None else warm_up
    load.run(server.port, make, connections=scenario.connections, requests=first)
    before, before_database = cpu_seconds(server.pid), cpu_seconds(database_pid) if database_pid else 0.0
    found = load.run(server.port, make, connections=scenario.connections, requests=scenario.requests)
    used = cpu_seconds(server.pid) - before
    used_database = (cpu_seconds(database_pid) if database_pid else 0.0) - before_database
    return Figures(
        used / scenario.requests * 1000, used_database / scenario.requests * 1000, found.per_second,
        found.percentile(0.5), found.percentile(0.99), resident_megabytes(server.pid), dict(found.statuses),
    )  # fmt: skip


def product_requests(world: World, port: int) -> dict[str, load.MakeRequest]:
    """Return what the product is asked, by scenario."""
    listing = load.get(f"/v1/events/{world.event_id}/sessions?include=track,speakers&page[size]=20")
    single = f"/v1/sessions/{world.session_id}"
    known = load.get(single, {"If-None-Match": _tag(port, single)})
    body = _wish(world)
    orders = [
        load.post(
            "/v1/orders/create-order", body, {"Content-Type": "application/json", "Authorization": f"JWT {token}"}
        )
        for token in world.tokens
    ]
    return {
        LIST.name: lambda _: listing,
        ONE.name: lambda _: load.get(single),
        KNOWN.name: lambda _: known,
        ORDER.name: lambda number: orders[number % len(orders)],
    }


def baseline_requests(world: World) -> dict[str, load.MakeRequest]:
    """Return what the baseline is asked, by scenario."""
    body = _wish(world)
    orders = [load.post("/order", body, {"X-User": str(buyer)}) for buyer in world.buyers]
    return {
        LIST.name: lambda _: load.get("/list"),
        ONE.name: lambda _: load.get("/one"),
        KNOWN.name: lambda _: load.get("/known"),
        ORDER.name: lambda number: orders[number % len(orders)],
    }


def _wish(world: World) -> bytes:
    return json.dumps({"tickets": [{"id": world.ticket_id, "quantity": 2}]}).encode()


def fetch(port: int, path: str) -> tuple[dict[str, str], bytes]:
    """Ask once; return headers and body."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept": JSON_API})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return dict(answer.headers), answer.read()


def _tag(port: int, path: str) -> str:
    return {name.lower(): value for name, value in fetch(port, path)[0].items()}["etag"]
