"""The data that the benchmark runs on: one event of sixty sessions, one hot ticket, a few hundred buyers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session as Db

from openevent.events.models import Event
from openevent.kit.db import Database
from openevent.kit.jwt import Tokens
from openevent.main.database import migrate
from openevent.orders.models import Attendee, Order, OrderLine
from openevent.people.models import User
from openevent.programme.models import Microlocation, Session, SessionType, Speaker, Track, speakers_sessions
from openevent.tickets.models import Ticket, TicketStock

SECRET = "benchmark-secret-benchmark-secret-benchmark"  # noqa: S105 -- of a database that lives for a minute
SESSIONS, SPEAKERS, TRACKS = 60, 50, 5
BUYERS = 256  # so many that none of them comes to the most orders that an account may have begun
ABSTRACT = "<p>How a small team moved a busy ticket desk from counting to holding, and what the queue said.</p>" * 4


@dataclass(frozen=True)
class World:
    """What the scenarios need to know."""

    url: str
    event_id: int
    session_id: int
    ticket_id: int
    buyers: tuple[int, ...]
    tokens: tuple[str, ...]


def build(url: str, *, seats: int) -> World:
    """Make an empty database into the benchmark's world."""
    database = Database(url)
    migrate(database)
    now = datetime.now(UTC)
    with database.session() as db:
        event_id = _event(db, now)
        session_id = _programme(db, event_id, now)
        ticket_id = _ticket(db, event_id, seats, now)
        buyers = _buyers(db, now)
    database.close()
    tokens = Tokens(SECRET)
    signed = tuple(tokens.access(one, now=now, lasts=timedelta(hours=1), fresh=True) for one in buyers)
    return World(url, event_id, session_id, ticket_id, buyers, signed)


def _add(db: Db, model: Any, **values: Any) -> int:
    row = model(**values)
    db.add(row)
    db.flush()
    return int(row.id)


def _event(db: Db, now: datetime) -> int:
    starts = now + timedelta(days=60)
    return _add(
        db, Event, identifier="be9c4a11", name="Bench", starts_at=starts, ends_at=starts + timedelta(days=3),
        timezone="Europe/Berlin", state="published", privacy="public", created_at=now, payment_currency="EUR",
        is_ticket_form_enabled=False, is_sessions_speakers_enabled=True,
    )  # fmt: skip


def _programme(db: Db, event_id: int, now: datetime) -> int:
    tracks = [_add(db, Track, event_id=event_id, name=f"Track {i}", color="#223344") for i in range(TRACKS)]
    room = _add(db, Microlocation, event_id=event_id, name="Hall")
    kind = _add(db, SessionType, event_id=event_id, name="Talk", length="00:30")
    speakers = [_speaker(db, event_id, number) for number in range(SPEAKERS)]
    first = 0
    for number in range(SESSIONS):
        starts = now + timedelta(days=60, minutes=30 * number)
        session = _add(
            db, Session, event_id=event_id, track_id=tracks[number % TRACKS], microlocation_id=room,
            session_type_id=kind, title=f"Session {number}", short_abstract=ABSTRACT, long_abstract=ABSTRACT * 2,
            state="accepted", starts_at=starts, ends_at=starts + timedelta(minutes=30), created_at=now,
            last_modified_at=now, language="en",
        )  # fmt: skip
        first = first or session
        pair = {speakers[number % SPEAKERS], speakers[(number * 7 + 3) % SPEAKERS]}
        db.execute(insert(speakers_sessions), [{"session_id": session, "speaker_id": one} for one in pair])
    return first


def _speaker(db: Db, event_id: int, number: int) -> int:
    return _add(
        db, Speaker, event_id=event_id, name=f"Speaker {number}", email=f"s{number}@example.org", position="Engineer",
        organisation="Somewhere", country="Portugal", short_biography=ABSTRACT,
    )  # fmt: skip


def _ticket(db: Db, event_id: int, seats: int, now: datetime) -> int:
    ticket = _add(
        db, Ticket, event_id=event_id, currency="EUR", name="Hot", type="free", price=0,
        sales_starts_at=now - timedelta(days=1), sales_ends_at=now + timedelta(days=50),
    )  # fmt: skip
    db.execute(insert(TicketStock).values(ticket_id=ticket, event_id=event_id, quantity=seats, held=0, sold=0))
    return ticket


def _buyers(db: Db, now: datetime) -> tuple[int, ...]:
    kept = {"password_hash": "!", "is_verified": True, "created_at": now}
    rows = [{"email": f"buyer{n}@example.org", **kept} for n in range(BUYERS)]
    return tuple(db.scalars(insert(User).returning(User.id), rows))


def restock(world: World, seats: int) -> None:
    """Forget all orders and put seats on sale again."""
    database = Database(world.url)
    stock = _table(TicketStock)
    with database.session() as db:
        for model in (Attendee, Order):
            db.execute(_table(model).delete())
        db.execute(stock.update().values(quantity=seats, held=0, sold=0))
    database.close()


def tally(world: World) -> Mapping[str, int]:
    """Count what was sold, three ways: orders, attendees, and the stock's own counters."""
    database = Database(world.url)
    with database.reading() as db:
        stock = db.execute(select(TicketStock.quantity, TicketStock.held + TicketStock.sold)).one()
        found = {
            "orders": db.scalar(select(func.count()).select_from(Order)) or 0,
            "attendees": db.scalar(select(func.count()).select_from(Attendee)) or 0,
            "quantity": int(stock[0]),
            "taken": int(stock[1]),
        }
    database.close()
    return found


def first_values() -> dict[str, dict[str, str]]:
    """Return what columns of an order's tables hold unless somebody says otherwise, as it stands in SQL."""
    return {table.name: dict(_firsts(table)) for table in map(_table, (Order, OrderLine, Attendee))}


def _firsts(table: Table) -> Iterator[tuple[str, str]]:
    for column in table.c:
        held = getattr(column.default, "arg", None)
        if isinstance(held, bool | int | str):
            yield column.name, f"'{held}'" if isinstance(held, str) else str(held).lower()


def _table(model: Any) -> Table:
    return model.__table__
