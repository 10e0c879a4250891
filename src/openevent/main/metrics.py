"""What Prometheus reads: requests by route and answer, how long they took, jobs, orders.

Counters are kept by each server process in files of one directory (PROMETHEUS_MULTIPROC_DIR, set by `openevent serve`),
so whichever process is asked answers for all of them. What the database knows is asked when somebody reads.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections import Counter as _Tally
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from openevent.kit.jobs import Job
from openevent.kit.logs import Answered
from openevent.kit.work import Shell
from openevent.kit.worker import last_heartbeat
from openevent.orders.models import Order

DIRECTORY_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_METHODS = frozenset(("GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"))
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

Gauges = Callable[[], Iterable[GaugeMetricFamily]]


class Metrics:
    """Counts requests, and writes everything down when it is asked."""

    content_type = "text/plain; version=0.0.4; charset=utf-8"

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "openevent_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "openevent_request_seconds", "Time to answer.", ("route",), buckets=_BUCKETS, registry=self._registry
        )

    def count(self, answered: Sequence[Answered]) -> None:
        """Note answered requests."""
        asked = ((_method(one.method), one.route, one.status) for one in answered)
        for (method, route, status), number in _Tally(asked).items():
            self._requests.labels(method, route, str(status)).inc(number)
        for route, ones in _by_route(answered).items():
            _observe(self._seconds.labels(route), ones)

    def render(self) -> bytes:
        """Return everything in Prometheus' text format."""
        requests = self._registry
        if os.environ.get(DIRECTORY_VARIABLE):  # noqa: TID251 -- the client library's own switch, set by main/server
            requests = CollectorRegistry()
            MultiProcessCollector(requests)
        gauges = CollectorRegistry()
        gauges.register(_Asked(self._gauges))
        return generate_latest(requests) + generate_latest(gauges)

    def _gauges(self) -> Iterable[GaugeMetricFamily]:
        is_up = GaugeMetricFamily("openevent_database_up", "1 when the database answers, 0 when it does not.")
        try:
            found = self._found()
        except SQLAlchemyError:  # what the processes have counted is worth most now
            found = ()
        is_up.add_metric([], 1 if found else 0)
        return (is_up, *found)

    def _found(self) -> tuple[GaugeMetricFamily, ...]:
        with self._shell.database.reading() as db:
            waiting = select(Job.state, func.count()).where(Job.state.in_(("waiting", "failed"))).group_by(Job.state)
            jobs = {row[0]: row[1] for row in db.execute(waiting)}
            orders = db.execute(select(Order.status, func.count()).group_by(Order.status)).all()
            heartbeat = last_heartbeat(db)
        by_state = GaugeMetricFamily("openevent_jobs", "Jobs in the outbox.", labels=["state"])
        for state in ("waiting", "failed"):
            by_state.add_metric([state], jobs.get(state, 0))
        by_status = GaugeMetricFamily("openevent_orders", "Orders.", labels=["status"])
        for status, count in orders:
            by_status.add_metric([status], count)
        age = GaugeMetricFamily("openevent_worker_heartbeat_age_seconds", "Since a worker was last seen at work.")
        if heartbeat is not None:
            age.add_metric([], (self._shell.clock.now() - heartbeat).total_seconds())
        return (by_state, by_status, age)


def _method(name: str) -> str:
    """Return a method as it is counted: a stranger who makes up new ones does not make the counters grow."""
    return name if name in _METHODS else "other"


def _by_route(answered: Sequence[Answered]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for one in answered:
        found.setdefault(one.route, []).append(one.seconds)
    return found


def _observe(histogram: Histogram, seconds: Sequence[float]) -> None:
    """Add many observations as one: a bucket is touched once, however many fell into it."""
    # The library only offers one at a time; these are the two parts that its own `observe` adds to.
    parts: Any = histogram
    parts._sum.inc(sum(seconds))  # noqa: SLF001 -- said above
    for index, number in _Tally(bisect_left(_BUCKETS, one) for one in seconds).items():
        parts._buckets[index].inc(number)  # noqa: SLF001 -- said above


class _Asked(Collector):
    """Lets a function answer when the registry is read."""

    def __init__(self, gauges: Gauges) -> None:
        self._gauges = gauges

    def describe(self) -> list[GaugeMetricFamily]:
        """Return nothing: registering must not ask the database."""
        return []

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Ask now."""
        return self._gauges()
