"""Completing free orders: those that wait in one process together, in one transaction, with statements compiled once.

Here is only what is plain: a buyer completes a free order that holds its seats, all is said about its holders, and
nothing of the order changes beside. Whatever isn't plain takes the usual way (`moving`), which also knows each reason
against it; both ask the same rules and leave the same rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, cast

from msgspec import Struct
from sqlalchemy import Dialect, Row, Table, bindparam, func, select, update

from openevent.events.models import Event
from openevent.kit.access import Actor
from openevent.kit.desks import Desk, Home, Lines, most_at_once
from openevent.kit.errors import DomainError
from openevent.kit.money import Money
from openevent.kit.prepared import Prepared, among, listed
from openevent.kit.work import UnitOfWork
from openevent.orders.actions.answering import questions_of
from openevent.orders.models import Attendee, Order, OrderLine
from openevent.orders.rules.holders import Holder, check_holder
from openevent.orders.rules.states import COMPLETED, FREE, HOLDING, Party, Standing, is_over, may_move
from openevent.orders.signals import OrderCompleted
from openevent.tickets.actions import MOVE_SEATS, StockDrift

_ORDERS = cast(Table, Order.__table__)
_LINES = cast(Table, OrderLine.__table__)
_ATTENDEES = cast(Table, Attendee.__table__)
_EVENTS = cast(Table, Event.__table__)

# What may be sent back as it was read; who sends anything else wants more than to complete.
_TOLD = (
    *("amount", "payment_mode", "is_billing_enabled", "country", "address", "city", "state", "zipcode", "company"),
    *("tax_business_info", "order_notes", "cancel_note"),
)
_ASKED = ("id", "event_id", "user_id", "status", "currency", "expires_at", *_TOLD)
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Completion(Struct, frozen=True):
    """Somebody's wish to complete an order, with all that was sent beside."""

    order_id: int
    by: Actor
    values: Mapping[str, Any] = _NOTHING


class _Statements(Struct, frozen=True):
    """What completing runs, compiled for one database."""

    lock: Prepared
    lines: Prepared
    move: Prepared
    complete: Prepared


@lru_cache(maxsize=16)
def _statements(dialect: Dialect) -> _Statements:
    asked = select(*(_ORDERS.c[name] for name in _ASKED), _EVENTS.c.is_ticket_form_enabled)
    asked = asked.join_from(_ORDERS, _EVENTS, _EVENTS.c.id == _ORDERS.c.event_id)
    asked = asked.where(among(_ORDERS.c.id, "ids", dialect)).order_by(_ORDERS.c.id)
    lines = select(_LINES.c.ticket_id, func.sum(_LINES.c.quantity)).where(among(_LINES.c.order_id, "ids", dialect))
    new = {
        "status": COMPLETED,
        "payment_mode": FREE,
        "payment_url": None,
        "expires_at": None,
        "completed_at": bindparam("now", type_=_ORDERS.c.completed_at.type),
    }
    return _Statements(
        # One that somebody else is moving right now is left out: nobody waits for a single order with all the others.
        lock=Prepared(asked.with_for_update(of=_ORDERS, skip_locked=True, key_share=True), dialect),
        lines=Prepared(lines.group_by(_LINES.c.ticket_id).order_by(_LINES.c.ticket_id), dialect),
        move=Prepared(MOVE_SEATS, dialect),
        complete=Prepared(update(_ORDERS).where(among(_ORDERS.c.id, "ids", dialect)).values(**new), dialect),
    )


def complete_all(work: UnitOfWork, asked: Sequence[Completion]) -> list[bool]:
    """Complete what is plain, and tell of each whether it was; nothing is done about the others.

    Orders are locked before the stock, both by their keys: whoever waits, waits in that direction.
    """
    book = _Book(work)
    rows = book.lock({one.order_id for one in asked})
    plain = {
        one.order_id: one for one in asked if one.order_id in rows and _is_plain(rows[one.order_id], one, work.now)
    }
    answered = _answered(work, [rows[key] for key in plain])
    done = {key: one for key, one in plain.items() if key in answered}
    if done:
        book.complete(done, rows)
    return [done.get(one.order_id) is one or _repeats(one, done) for one in asked]


def _repeats(one: Completion, done: Mapping[int, Completion]) -> bool:
    """Tell whether this is said again by the same person: somebody clicked twice."""
    first = done.get(one.order_id)
    return first is not None and (first.by.id, first.values) == (one.by.id, one.values)


def _is_plain(row: Mapping[str, Any], asked: Completion, now: datetime) -> bool:
    """Tell whether it is a buyer's own free order that holds seats, and nothing else is to change."""
    is_own = asked.by.id is not None and asked.by.id == row["user_id"]
    if not is_own or row["amount"] or row["status"] not in HOLDING or is_over(row["status"], row["expires_at"], now):
        return False
    told = {name: value for name, value in asked.values.items() if not _is_same(row, name, value)}
    if row["payment_mode"] not in (None, FREE) or told not in ({}, {"payment_mode": FREE}):
        return False
    standing = Standing(row["status"], Money(0, row["currency"]), payment_mode=FREE)
    return may_move(standing, COMPLETED, {Party.BUYER})


def _is_same(row: Mapping[str, Any], name: str, value: Any) -> bool:  # noqa: ANN401 -- any column
    if name == "amount":
        return isinstance(value, Decimal) and value == 0
    return name in _TOLD and bool(row[name] == value)


def _answered(work: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> set[int]:
    """Return the orders whose holders have said all that their event asks; most events ask for a name at least."""
    found = {row["id"] for row in rows if not row["is_ticket_form_enabled"]}
    asking = {row["id"]: row["event_id"] for row in rows if row["is_ticket_form_enabled"]}
    if not asking:
        return found
    everybody = work.db.execute(
        select(_ATTENDEES)
        .where(_ATTENDEES.c.order_id.in_(asking), _ATTENDEES.c.cancelled_at.is_(None))
        .order_by(_ATTENDEES.c.id)
    ).all()
    for event_id in sorted(set(asking.values())):
        theirs = [one for one in everybody if asking[one.order_id] == event_id]
        missing = _missing(work, event_id, theirs)
        found |= {key for key, of_event in asking.items() if of_event == event_id} - missing
    return found


def _missing(work: UnitOfWork, event_id: int, people: Sequence[Row[Any]]) -> set[int]:
    """Return the orders for which somebody has still to say something, or to have something tidied up."""
    asked = questions_of(work, event_id, people)
    found: set[int] = set()
    for position, one in enumerate(people):
        try:
            check_holder(Holder(one.id, one.firstname, one.lastname, one.email), position)
            if asked.kept(one, one.complex_field_values) != one.complex_field_values:
                found.add(one.order_id)
        except DomainError:
            found.add(one.order_id)
    return found


class _Book:
    """Reads and writes on the unit of work's own connection, with compiled statements."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._connection = work.db.connection()
        self._dialect = self._connection.dialect
        self._sql = _statements(self._dialect)

    def _run(self, statement: Prepared, ids: Collection[int], **values: Any) -> Any:  # noqa: ANN401 -- the driver's own
        bound = statement.bind({"ids": listed(sorted(ids), self._dialect), **values})
        return self._connection.exec_driver_sql(statement.sql, bound)

    def lock(self, ids: Collection[int]) -> dict[int, dict[str, Any]]:
        """Let nobody else move these orders until we are done, and return what matters of them, by their keys."""
        rows = self._sql.lock.read(self._run(self._sql.lock, ids))
        names = (*_ASKED, "is_ticket_form_enabled")
        return {row[0]: dict(zip(names, row, strict=True)) for row in rows}

    def complete(self, done: Mapping[int, Completion], rows: Mapping[int, Mapping[str, Any]]) -> None:
        """Turn held seats into sold ones and write down that the orders are completed, with all that follows."""
        self._take(done)
        if self._run(self._sql.complete, done, now=self._work.now).rowcount != len(done):
            raise StockDrift("orders that were locked could not be completed")
        chosen = [
            one
            for one in done.values()
            if one.values.get("payment_mode") not in (None, rows[one.order_id]["payment_mode"])
        ]
        if chosen:
            self._work.audit_all("order.update", [_entry(one, members=["payment_mode"]) for one in chosen])
        trail = [_entry(one, before=rows[key]["status"]) for key, one in done.items()]
        self._work.audit_all("order.completed", trail)
        self._work.announce_all([OrderCompleted(key) for key in done])

    def _take(self, ids: Collection[int]) -> None:
        seats = Counter[int]({ticket_id: int(number) for ticket_id, number in self._run(self._sql.lines, ids)})
        moves = [
            self._sql.move.bind({"of_ticket": ticket_id, "more_held": -number, "more_sold": number})
            for ticket_id, number in sorted(seats.items())
        ]
        if moves and self._connection.exec_driver_sql(self._sql.move.sql, moves).rowcount != len(moves):
            raise StockDrift(f"seats that were held could not be sold: {seats}")


def _entry(one: Completion, **details: Any) -> tuple[str, Actor, dict[str, Any]]:  # noqa: ANN401 -- JSON values
    return f"order:{one.order_id}", one.by, details


_LINES_OF_BUYERS = Lines()


def complete_plainly(home: Home, order_id: int, values: Mapping[str, Any], by: Actor) -> bool:
    """Complete a buyer's free order together with others that wait; False when it has to take the usual way.

    Raises only what the database refuses, or Unavailable.
    """
    line = _LINES_OF_BUYERS.at(home.dialect)
    desk = Desk(home.work, complete_all, line, most=most_at_once(home.dialect), pause=home.pause)
    return desk.bring(Completion(order_id, by, values))
