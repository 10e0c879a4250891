"""The large world: a thousand events, one of them with twenty thousand attendees, one with a thousand sessions.

What is measured here has no bare twin: the figures are milliseconds a request, and how they grow says more than what
they are. Every scenario names what it may take at most on two cores; ten times less than systems of this kind need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Table, insert, text
from sqlalchemy.orm import Session as Db

from bench import load
from bench.load import MakeRequest
from bench.scenarios import Scenario
from bench.world import ABSTRACT, SECRET
from openevent.events.models import Event
from openevent.kit.db import Database
from openevent.kit.jwt import Tokens
from openevent.main.database import migrate
from openevent.orders.models import Attendee, Order, OrderLine
from openevent.people.models import User
from openevent.programme.models import Session, Track
from openevent.tickets.models import Ticket, TicketStock

EVENTS, ORDERS, EACH, SESSIONS = 1000, 10_000, 2, 1000
BUSY, LONG = 1, 2  # ids: the event that everybody goes to, the one with the long programme
_AT_ONCE = 1000

EVENT_LIST = Scenario("50 of 1,000 events, three includes", 60, 200, 4, 120)
ORDER_LIST = Scenario("50 of 10,000 orders, attendees, tickets", 60, 200, 4, 120)
COPY = Scenario("copy of an event with 1,000 sessions", 3000, 200, 1, 5)
SALES = Scenario("sales report, 50 of 1,000 events", 150, 200, 1, 20)
SCENARIOS = (EVENT_LIST, ORDER_LIST, SALES, COPY)


@dataclass(frozen=True)
class Crowd:
    """What the scenarios need to know."""

    url: str
    token: str  # of the server's admin


def build(url: str) -> Crowd:
    """Make an empty database into the large world."""
    database = Database(url)
    migrate(database)
    now = datetime.now(UTC)
    with database.session() as db:
        admin = _accounts(db, now)
        _events(db, now)
        _orders(db, now)
        _programme(db, now)
        if not database.is_sqlite:
            _count_on(db)
    database.close()
    return Crowd(url, Tokens(SECRET).access(admin, now=now, lasts=timedelta(hours=1), fresh=True))


def requests(crowd: Crowd) -> dict[str, MakeRequest]:
    """Return what the product is asked, by scenario."""
    signed = {"Authorization": f"JWT {crowd.token}"}
    events = load.get("/v1/events?include=event-topic,event-type,tickets&page[size]=50&sort=starts-at")
    orders = load.get(f"/v1/events/{BUSY}/orders?include=attendees.ticket,user&page[size]=50&sort=-created-at", signed)
    copy = load.post(f"/v1/events/{LONG}/copy", b"", signed)
    sales = load.get("/v1/admin/sales/by-events?page[size]=50", signed)
    return {
        EVENT_LIST.name: lambda _: events,
        ORDER_LIST.name: lambda _: orders,
        COPY.name: lambda _: copy,
        SALES.name: lambda _: sales,
    }


def _accounts(db: Db, now: datetime) -> int:
    everybody = [
        {"email": f"person{n}@example.org", "password_hash": "!", "is_verified": True, "created_at": now}
        for n in range(200)
    ]
    _insert(db, User, everybody)
    admin = User(email="admin@example.org", password_hash="!", is_admin=True, is_verified=True, created_at=now)  # noqa: S106 -- nobody signs in with it
    db.add(admin)
    db.flush()
    return admin.id


def _events(db: Db, now: datetime) -> None:
    starts = now + timedelta(days=30)
    numbers = range(1, EVENTS + 1)
    _insert(
        db, Event,
        (
            {
                "id": n, "identifier": f"e{n:07x}", "name": f"Event {n}", "starts_at": starts + timedelta(hours=n),
                "ends_at": starts + timedelta(hours=n + 8), "timezone": "Europe/Berlin", "state": "published",
                "privacy": "public", "created_at": now, "payment_currency": "EUR", "description": ABSTRACT,
            }
            for n in numbers
        ),
    )  # fmt: skip
    _insert(
        db, Ticket,
        (
            {
                "id": n, "event_id": n, "currency": "EUR", "name": "Standard", "type": "paid", "price": 4900,
                "sales_starts_at": now - timedelta(days=1), "sales_ends_at": starts,
            }
            for n in numbers
        ),
    )  # fmt: skip
    sold = ORDERS * EACH
    _insert(
        db, TicketStock,
        ({"ticket_id": n, "event_id": n, "quantity": sold + 100, "sold": sold if n == BUSY else 0, "held": 0}
         for n in numbers),
    )  # fmt: skip


def _orders(db: Db, now: datetime) -> None:
    numbers = range(1, ORDERS + 1)
    _insert(
        db, Order,
        (
            {
                "id": n, "identifier": f"order-{n:08x}", "event_id": BUSY, "user_id": n % 200 + 1, "currency": "EUR",
                "amount": 9800, "status": "completed", "created_at": now + timedelta(seconds=n), "completed_at": now,
                "payment_mode": "bank",
            }
            for n in numbers
        ),
    )  # fmt: skip
    line = {"event_id": BUSY, "ticket_id": BUSY, "quantity": EACH, "price": 4900}
    _insert(db, OrderLine, ({"order_id": n, **line} for n in numbers))
    _insert(
        db, Attendee,
        (
            {
                "event_id": BUSY, "order_id": n, "ticket_id": BUSY, "identifier": f"{each:06x}",
                "firstname": f"Guest {n}", "lastname": "Larsen", "email": f"guest{n}-{each}@example.org",
            }
            for n in numbers
            for each in range(EACH)
        ),
    )  # fmt: skip


def _programme(db: Db, now: datetime) -> None:
    _insert(db, Track, ({"id": n, "event_id": LONG, "name": f"Track {n}", "color": "#223344"} for n in range(1, 21)))
    _insert(
        db, Session,
        (
            {
                "event_id": LONG, "track_id": n % 20 + 1, "title": f"Session {n}", "short_abstract": ABSTRACT,
                "state": "accepted", "created_at": now, "last_modified_at": now, "language": "en",
            }
            for n in range(SESSIONS)
        ),
    )  # fmt: skip


def _count_on(db: Db) -> None:
    """Let PostgreSQL give the next row an id after those that were given here."""
    for name in ("events", "tickets", "orders", "tracks"):
        db.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))


def _insert(db: Db, model: Any, rows: Iterable[dict[str, Any]]) -> None:
    table: Table = model.__table__
    for some in _batches(rows):
        db.execute(insert(table), some)


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    left = iter(rows)
    while some := list(islice(left, _AT_ONCE)):
        yield some
