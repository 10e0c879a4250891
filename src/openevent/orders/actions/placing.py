"""Making orders: many at once, in one transaction, with a handful of statements whatever their number."""

from __future__ import annotations

import secrets
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from msgspec import Struct
from sqlalchemy import Connection, Dialect, Table, select
from sqlalchemy.orm import Session

from openevent.kit.access import Actor
from openevent.kit.errors import DomainError
from openevent.kit.fibers import breathe
from openevent.kit.prepared import ManyRows, Prepared, among, listed, run_all
from openevent.kit.work import UnitOfWork
from openevent.orders.models import Attendee, Order, OrderLine
from openevent.orders.queries import buyers, codes_of, on_sale, with_typed_codes
from openevent.orders.rules.amounts import OrderMadeBefore, OrderRequest, accept
from openevent.orders.rules.pricing import Line, Quote
from openevent.site.queries import minutes_to_order
from openevent.tickets.actions import ACCESSES, DISCOUNTS, MOVE_SEATS, StockDrift, UsesDrift, take_uses
from openevent.tickets.models import TicketStock

Asked = tuple[OrderRequest, Actor]

_ORDERS = cast(Table, Order.__table__)
_LINES = cast(Table, OrderLine.__table__)
_ATTENDEES = cast(Table, Attendee.__table__)
_STOCK = cast(Table, TicketStock.__table__)


class Reserved(Struct, frozen=True):
    """An order that holds its seats until `expires_at`."""

    id: int
    identifier: str
    user_id: int | None
    quote: Quote
    created_at: datetime
    expires_at: datetime


Verdict = Reserved | DomainError


def create_order(work: UnitOfWork, request: OrderRequest, *, by: Actor) -> Order:
    """Make one order that holds its seats for a while, or raise the reason against it."""
    return work.db.get_one(Order, reserve_one(work, request, by=by).id)


def reserve_one(work: UnitOfWork, request: OrderRequest, *, by: Actor) -> Reserved:
    """Make one order and return all that is known of it, or raise the reason against it."""
    (verdict,) = reserve(work, [(request, by)])
    if isinstance(verdict, DomainError):
        raise verdict
    return verdict


def reserve(work: UnitOfWork, asked: Sequence[Asked]) -> list[Verdict]:
    """Make many orders in this one transaction: each gets its own verdict, none spoils another's.

    Stock rows are locked in the order of their keys, and prices are read after that: what was changed while we
    waited for the lock is what counts. The verdicts are decided in memory; what they leave is written in one go.
    """
    book = _Book(work)
    ticket_ids = sorted({ticket_id for request, _ in asked for ticket_id in request.ticket_ids})
    book.lock(ticket_ids)
    made = book.made_before(asked)
    on_offer, begun = on_sale(book.fetch, book.dialect, asked, work.now)
    everybody = buyers(book.fetch, book.dialect, asked, on_offer, begun)
    asked = with_typed_codes(book.fetch, book.dialect, asked, on_offer, everybody, work.now)
    codes = codes_of(book.fetch, book.dialect, (request for request, _ in asked), lock=True)
    verdicts: list[Verdict | _Draft] = []
    taken: Counter[int] = Counter()
    for request, by in asked:
        breathe()
        try:
            _check_once(request, made)
            quote = accept(request, on_offer, everybody[by], work.now, taken, codes, begun[by.id])
        except DomainError as refusal:
            verdicts.append(refusal)
        else:
            taken.update({line.ticket_id: line.quantity for line in quote.lines})
            begun[by.id][quote.event_id] += 1
            codes = codes.after(quote)
            made.add(request.once)
            verdicts.append(_Draft(request.once or str(uuid.uuid4()), by, quote))
    ids = book.write([draft for draft in verdicts if isinstance(draft, _Draft)], taken)
    return [book.reserved(one, ids[one.identifier]) if isinstance(one, _Draft) else one for one in verdicts]


def _check_once(request: OrderRequest, made: AbstractSet[str]) -> None:
    if request.once and request.once in made:
        raise OrderMadeBefore("This form is used up: you have sent it before. Continue with this one to order again.")


def terms_of(quote: Quote) -> dict[str, Any]:
    """Return the columns of an order that keep what was agreed beside the amount."""
    tax = quote.tax
    return {
        "discount_code_id": quote.discount.id if quote.discount else None,
        "access_code_id": quote.access.id if quote.access else None,
        "tax": quote.tax_amount.minor if quote.tax_amount else 0,
        "tax_name": tax.name if tax else None,
        "tax_rate": float(tax.percent) if tax else None,
        "is_tax_included": tax.is_included if tax else False,
    }


def line_terms(line: Line) -> dict[str, int]:
    """Return the columns of a line that keep what was agreed beside the price."""
    return {
        "discount": line.discount.total.minor if line.discount else 0,
        "fee": line.fee.minor if line.fee else 0,
    }


def count_uses(db: Session, quotes: Sequence[Quote]) -> None:
    """Count how often codes are used; nothing is asked of the database where none is."""
    discounts, accesses = Counter[int](), Counter[int]()
    for one in quotes:
        if one.discount is not None:
            discounts[one.discount.id] += one.discount_uses
        if one.access is not None:
            accesses[one.access.id] += one.access_uses
    if take_uses(db, DISCOUNTS, discounts) or take_uses(db, ACCESSES, accesses):
        raise UsesDrift("uses of a code that were left under our lock could not be counted")


class _Draft(Struct, frozen=True):
    """An order that was accepted and is not written yet."""

    identifier: str
    by: Actor
    quote: Quote

    @property
    def seats(self) -> int:
        """How many people it is for."""
        return sum(line.quantity for line in self.quote.lines)


class _Statements(Struct, frozen=True):
    """What ordering runs, compiled for one database."""

    lock: Prepared
    made: Prepared
    move: Prepared
    orders: ManyRows
    lines: ManyRows
    attendees: ManyRows


@lru_cache(maxsize=16)
def _statements(dialect: Dialect) -> _Statements:
    lock = select(_STOCK.c.ticket_id).where(among(_STOCK.c.ticket_id, "ids", dialect))
    made = select(_ORDERS.c.identifier).where(among(_ORDERS.c.identifier, "names", dialect))
    order = (
        *("identifier", "event_id", "user_id", "currency", "amount", "created_at", "expires_at"),
        *("discount_code_id", "access_code_id", "tax", "tax_name", "tax_rate", "is_tax_included"),
    )
    line = ("order_id", "event_id", "ticket_id", "quantity", "price", "discount", "fee")
    seat = ("event_id", "order_id", "ticket_id", "identifier", "is_discount_applied", "is_access_code_applied")
    return _Statements(
        lock=Prepared(lock.order_by(_STOCK.c.ticket_id).with_for_update(), dialect),
        made=Prepared(made, dialect),
        move=Prepared(MOVE_SEATS, dialect),
        orders=ManyRows(_ORDERS, order, dialect, returning=("identifier", "id")),
        lines=ManyRows(_LINES, line, dialect),
        attendees=ManyRows(_ATTENDEES, seat, dialect),
    )


class _Book:
    """Reads and writes on the unit of work's own connection, with compiled statements."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._now = work.now
        self._connection: Connection = work.db.connection()
        self.dialect = self._connection.dialect
        minutes = minutes_to_order(self.fetch, self.dialect) or work.services.site.order_minutes
        self._expires_at = work.now + timedelta(minutes=minutes)
        self._sql = _statements(self.dialect)

    def fetch(self, sql: str, values: Any) -> list[Any]:  # noqa: ANN401 -- the driver's own parameters
        """Run a read inside of the transaction."""
        return list(self._connection.exec_driver_sql(sql, values))

    def lock(self, ticket_ids: Sequence[int]) -> None:
        """Let nobody else order these until we are done. SQLite has let in one writer only, and that is us."""
        if self.dialect.name != "sqlite":
            self.fetch(self._sql.lock.sql, self._sql.lock.bind({"ids": listed(ticket_ids, self.dialect)}))

    def made_before(self, asked: Sequence[Asked]) -> set[str]:
        """Return which of the orders that are asked for once are there. The same request is about the same tickets.

        Whoever makes one has locked those, so nobody else can be about to. Nothing is asked where nobody says once.
        """
        names = {request.once for request, _ in asked if request.once}
        if not names:
            return set()
        rows = self.fetch(self._sql.made.sql, self._sql.made.bind({"names": listed(names, self.dialect)}))
        return {row[0] for row in rows}

    def write(self, drafts: Sequence[_Draft], seats: Mapping[int, int]) -> dict[str, int]:
        """Write orders with their seats, lines, attendees and trail; return their ids by identifier."""
        if not drafts:
            return {}
        self._hold(seats)
        count_uses(self._work.db, [draft.quote for draft in drafts])
        ids = self._insert_orders(drafts)
        self._insert(self._sql.lines, [row for draft in drafts for row in _lines(draft, ids[draft.identifier])])
        self._insert(self._sql.attendees, [row for draft in drafts for row in _seats(draft, ids[draft.identifier])])
        trail = [(f"order:{ids[draft.identifier]}", draft.by, {"seats": draft.seats}) for draft in drafts]
        self._work.audit_all("order.create", trail)
        return ids

    def _hold(self, seats: Mapping[int, int]) -> None:
        moves = [
            self._sql.move.bind({"of_ticket": ticket_id, "more_held": seats[ticket_id], "more_sold": 0})
            for ticket_id in sorted(seats)
        ]
        if self._connection.exec_driver_sql(self._sql.move.sql, moves).rowcount != len(moves):
            raise StockDrift(f"seats that were free under our lock could not be held: {seats}")

    def _insert_orders(self, drafts: Sequence[_Draft]) -> dict[str, int]:
        """Insert and return ids: the insert itself tells them, since a plan that looks for them grows old."""
        return dict(self._insert(self._sql.orders, [self._order(draft) for draft in drafts]))

    def _insert(self, statement: ManyRows, rows: Sequence[Sequence[Any]]) -> list[Any]:
        return run_all(self._connection, statement, rows)

    def _order(self, draft: _Draft) -> tuple[Any, ...]:
        quote = draft.quote
        return (
            draft.identifier,
            quote.event_id,
            draft.by.id,
            quote.currency,
            quote.total.minor,
            self._now,
            self._expires_at,
            *terms_of(quote).values(),
        )

    def reserved(self, draft: _Draft, order_id: int) -> Reserved:
        """Return what the buyer is told."""
        return Reserved(order_id, draft.identifier, draft.by.id, draft.quote, self._now, self._expires_at)


def _lines(draft: _Draft, order_id: int) -> Iterable[tuple[Any, ...]]:
    for line in draft.quote.lines:
        discount, fee = line_terms(line).values()
        yield (order_id, draft.quote.event_id, line.ticket_id, line.quantity, line.unit.minor, discount, fee)


def _seats(draft: _Draft, order_id: int) -> Iterable[tuple[Any, ...]]:
    taken: set[str] = set()
    for line in draft.quote.lines:
        opened = draft.quote.access is not None and line.ticket_id in draft.quote.access.ticket_ids
        discounted = line.discount.units if line.discount else 0
        for number in range(line.quantity):
            yield (draft.quote.event_id, order_id, line.ticket_id, new_identifier(taken), number < discounted, opened)


def new_identifier(taken: set[str]) -> str:
    """Return 6 hex characters that no other holder of the order has."""
    while True:
        found = secrets.token_hex(3)
        if found not in taken:
            taken.add(found)
            return found
