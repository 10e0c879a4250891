"""The books beside the market: what has to be true, told from the audit trail alone, by rules of their own.

Every step of the machine reads the entries that it left and repeats them here: an entry that could not be is found at
once, and afterwards all rows have to say what these books say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from openevent.kit.jobs import AuditEntry, Job
from openevent.orders.actions import prove_inventory
from openevent.orders.models import Attendee, Order, WaitingListEntry, WaitingListWish
from openevent.orders.rules.amounts import OrderRequest
from openevent.payments.actions import prove_ledger
from openevent.payments.models import LedgerEntry, Payment, Refund
from openevent.tickets.models import AccessCode, DiscountCode, TicketStock
from selling.market import MOST, PRICES, USES, Market

HOLDING, PLACED, COMPLETED, CANCELLED, EXPIRED = "holding", "placed", "completed", "cancelled", "expired"
AS_HERE = {"initializing": HOLDING, "pending": HOLDING}
SOLD, GONE = (PLACED, COMPLETED), (CANCELLED, EXPIRED)
LEAST_HELD = timedelta(minutes=15)
BY_PROVIDER = ("stripe", "paypal", "play")


@dataclass(frozen=True)
class Seat:
    """One place: its ticket type, and whether it came by a code."""

    ticket: int
    discounted: bool
    opened: bool


@dataclass
class Sale:
    """An order as these books have it."""

    seats: dict[int, Seat]  # by attendee
    status: str
    held_since: datetime
    discount: int | None
    access: int | None

    @property
    def by_ticket(self) -> Counter[int]:
        return Counter(seat.ticket for seat in self.seats.values())

    @property
    def uses(self) -> Counter[str]:
        seats = self.seats.values()
        return Counter(discount=sum(one.discounted for one in seats), access=sum(one.opened for one in seats))


@dataclass(frozen=True)
class Place:
    """Somebody's place on the waiting list, and the seats that are put aside for them."""

    id: int
    wanted: int
    accepts_fewer: bool
    is_offered: bool
    tickets: tuple[int, ...]
    aside: Counter[int]


@dataclass
class Books:
    """Sales by the order's key."""

    market: Market
    sales: dict[int, Sale] = field(default_factory=dict)
    line: list[Place] = field(default_factory=list)  # as it was when the rows were compared last
    read: int = 0  # the last entry of the trail

    # What the trail says

    def follow(self) -> None:
        """Repeat what has happened since, and hold every row against it."""
        if not self.market.is_touched:
            return
        self.market.is_touched = False
        with self.market.shell.database.reading() as db:
            trail = select(AuditEntry).where(AuditEntry.id > self.read).order_by(AuditEntry.id)
            for entry in db.scalars(trail):
                self._enter(db, entry)
                self.read = entry.id
            self._compare(db)

    def _enter(self, db: Session, entry: AuditEntry) -> None:
        kind, _, verb = entry.action.partition(".")
        key = int(entry.subject.rpartition(":")[2]) if ":" in entry.subject else 0
        if entry.action == "payment.settle":
            self._settle(entry.details["paid_for"])
        elif kind == "order" and verb == "create":
            self.sales[key] = _sale(db, key, entry.at)
        elif kind == "order" and verb == "delete":
            assert self.sales.pop(key).status in GONE
        elif kind == "order" and verb == "cancel-attendees":
            for attendee in entry.details["attendees"]:
                del self.sales[key].seats[attendee]
        elif kind == "order" and verb in _TO:
            self._move(db, key, _TO[verb], entry)

    def _move(self, db: Session, key: int, to: str, entry: AuditEntry) -> None:
        sale = self.sales[key]
        was, sale.status = sale.status, to
        assert was != CANCELLED, f"order {key} was cancelled and is {to}"
        if to == HOLDING:
            sale.held_since = entry.at
        is_own = entry.actor_id is None  # the program's own: nobody without an account does any of this
        if to == EXPIRED and is_own:
            assert was == HOLDING
            assert entry.at - sale.held_since >= LEAST_HELD, f"order {key} expired early"
        if to == COMPLETED and not is_own and entry.actor_id not in self._organizers:
            assert db.get_one(Order, key).amount == 0, f"order {key} was {was} and not paid"
        if to == COMPLETED and is_own:
            assert self._is_paid_for(db, key), f"order {key} was {was} and not paid"

    def _is_paid_for(self, db: Session, key: int) -> bool:
        paid = select(Payment.id).where(Payment.subject == f"order:{key}", Payment.status == "settled").limit(1)
        return db.get_one(Order, key).amount == 0 or db.scalar(paid) is not None

    @property
    def _organizers(self) -> set[int | None]:
        return {self.market.people[name].id for name in ("organizer", "admin")}

    def _settle(self, subject: str) -> None:
        """Money has come: it completes its order, or it goes back. What went back is counted in `_compare`."""
        sale = self.sales.get(int(subject.removeprefix("order:")))
        if sale is None or sale.status in (COMPLETED, CANCELLED):
            return
        if sale.status != EXPIRED or (not self.line and self._has_room_for(sale)):
            sale.status = COMPLETED

    def _has_room_for(self, sale: Sale) -> bool:
        taken, quantity = self.taken, self.market.quantities
        free = all(taken[ticket] + number <= quantity[ticket] for ticket, number in sale.by_ticket.items())
        return free and all(self.uses[code] + number <= USES for code, number in sale.uses.items())

    # What they come to

    @property
    def living(self) -> list[Sale]:
        return [sale for sale in self.sales.values() if sale.status not in GONE]

    @property
    def taken(self) -> Counter[int]:
        """How many seats are held or sold, by ticket type; those that are put aside for the waiting list are held."""
        aside = (one.aside for one in self.line)
        return sum((*(sale.by_ticket for sale in self.living), *aside), Counter[int]())

    @property
    def uses(self) -> Counter[str]:
        return sum((sale.uses for sale in self.living), Counter[str]())

    def verdicts(self, requests: Sequence[OrderRequest]) -> list[bool]:
        """Tell of each of several orders, made one after the other, whether there is room for it."""
        taken, quantity, uses, found = self.taken, self.market.quantities, self.uses, []
        for request in requests:
            wanted = Counter({one.ticket_id: one.quantity for one in request.wanted})
            more = Counter(
                discount=sum(wanted[one] for one in self.market.discounted) if request.discount_code else 0,
                access=sum(wanted[one] for one in self.market.opened) if request.access_code else 0,
            )
            free = all((taken + wanted)[ticket] <= quantity[ticket] for ticket in wanted)
            found.append(free and all((uses + more)[code] <= USES for code in more))
            if found[-1]:
                taken, uses = taken + wanted, uses + more
        return found

    # The rows

    def _compare(self, db: Session) -> None:
        assert prove_inventory(db) == []
        assert prove_ledger(db) == []
        rows = {order.id: order for order in db.scalars(select(Order))}
        assert {key: AS_HERE.get(row.status, row.status) for key, row in rows.items()} == {
            key: sale.status for key, sale in self.sales.items()
        }
        self.line = [_place(db, entry) for entry in db.scalars(select(WaitingListEntry).where(_IS_ACTIVE))]
        self._compare_seats(db)
        self._check_line(db)
        self._compare_money(db, rows)

    def _compare_seats(self, db: Session) -> None:
        living = select(Attendee.order_id, Attendee.id).where(
            Attendee.deleted_at.is_(None), Attendee.order_id.is_not(None)
        )
        there = {(order, attendee) for order, attendee in db.execute(living)}
        assert there == {
            (key, one) for key, sale in self.sales.items() if sale.status not in GONE for one in sale.seats
        }
        taken = self.taken
        held = taken - sum((sale.by_ticket for sale in self.living if sale.status in SOLD), Counter[int]())
        for stock in db.scalars(select(TicketStock)):
            of_this = held[stock.ticket_id], taken[stock.ticket_id] - held[stock.ticket_id]
            assert (stock.held, stock.sold) == of_this
            assert stock.held + stock.sold <= stock.quantity
        used = db.scalar(select(DiscountCode.used)), db.scalar(select(AccessCode.used))
        assert used == (self.uses["discount"], self.uses["access"])
        assert max(used) <= USES

    def _check_line(self, db: Session) -> None:
        """Nobody waits who could have what they wait for."""
        stocks = db.scalars(select(TicketStock))
        free = {one.ticket_id: one.quantity - one.held - one.sold for one in stocks}
        for one in self.line:
            within = sum(min(free[ticket] + one.aside[ticket], MOST) for ticket in one.tickets)
            enough = 1 if one.accepts_fewer else one.wanted
            assert one.is_offered or within < enough, f"entry {one.id} could have {within} of {one.wanted}: {free}"

    def _compare_money(self, db: Session, orders: Mapping[int, Order]) -> None:
        """What is kept of an order is what it costs when its money made it complete, and nothing otherwise.

        Where a bank had a word (a dispute, a refund that failed) people decide what becomes of the order; then no more
        went back than came in, and the ledger says where it is.
        """
        troubled = self._troubled(db)
        kept: Counter[int] = Counter()
        for payment in db.scalars(select(Payment).where(Payment.status == "settled")):
            kept[int(payment.subject.removeprefix("order:"))] += payment.amount - payment.refunded
        for key, order in orders.items():
            owed = order.amount if order.status == COMPLETED and order.paid_via in BY_PROVIDER else 0
            left = kept.pop(key, 0)
            assert left == owed or (key in troubled and left >= 0), f"order {key} is {order.status} and costs {owed}"
        assert not {key: left for key, left in kept.items() if left and key not in troubled}, kept
        by_payment = select(LedgerEntry.payment_id, LedgerEntry.currency, func.sum(LedgerEntry.amount))
        for _, currency, total in db.execute(by_payment.group_by(LedgerEntry.payment_id, LedgerEntry.currency)):
            assert (currency, total > 0) == ("EUR", True)

    def _troubled(self, db: Session) -> set[int]:
        """Return the orders whose money a bank has held up, or did not give back."""
        found = select(Payment.subject).join(Refund, Refund.payment_id == Payment.id)
        found = found.where(or_(Refund.kind == "dispute", Refund.status == "failed"))
        return {int(subject.removeprefix("order:")) for subject in db.scalars(found)}

    # The end

    def close(self) -> None:
        """Whatever has happened: once time has passed and all jobs have run, everything is in its place."""
        self.follow()
        assert [sale for sale in self.sales.values() if sale.status == HOLDING] == []
        assert [one for one in self.line if one.aside] == [], self.line
        with self.market.shell.database.reading() as db:
            assert db.execute(select(Job.name, Job.error).where(Job.state != "done")).all() == []
            self._compare_providers(db)
            for order in db.scalars(select(Order).where(Order.status == COMPLETED)):
                self._check_delivered(db, order)
            self._check_told(db)

    def _compare_providers(self, db: Session) -> None:
        assert db.scalars(select(Payment.id).where(Payment.status == "open")).all() == []
        assert db.scalars(select(Refund.id).where(Refund.status == "requested")).all() == []
        settled = select(Payment.provider, func.sum(Payment.amount)).where(Payment.status == "settled")
        back = select(Payment.provider, func.sum(Refund.amount)).join(Payment, Payment.id == Refund.payment_id)
        back = back.where(Refund.status == "settled")
        for mine, theirs in (
            (settled, self.market.received),
            (back.where(Refund.kind != "dispute"), self.market.returned),
            (back.where(Refund.kind == "dispute"), self.market.disputed),
        ):
            found = {name: int(total) for name, total in db.execute(mine.group_by(Payment.provider)).all()}
            assert {name: found.get(name, 0) for name in theirs} == theirs, (found, theirs)

    def _check_delivered(self, db: Session, order: Order) -> None:
        """The buyer has a mail, every holder with an address one of their own, and every ticket is there as PDF."""
        buyer = self.market.emails[order.user_id or 0]
        assert ("orders/order", buyer) in self._letters(order)
        for one in db.scalars(select(Attendee).where(Attendee.order_id == order.id, Attendee.deleted_at.is_(None))):
            assert one.pdf_key in self.market.storage.files
            assert one.email in (None, buyer) or ("orders/ticket", one.email) in self._letters(order)

    def _letters(self, order: Order) -> set[tuple[str, str]]:
        about = f"order:{order.id}"
        return {(mail.template, mail.to) for mail in self.market.mailer.sent if mail.about == about}

    def _check_told(self, db: Session) -> None:
        """Whose money went back was told so."""
        refunded = select(Payment.subject).join(Refund, Refund.payment_id == Payment.id)
        refunded = refunded.where(Refund.kind == "refund", Refund.status == "settled")
        keys = {int(subject.removeprefix("order:")) for subject in db.scalars(refunded)} & self.sales.keys()
        for order in db.scalars(select(Order).where(Order.id.in_(keys))):
            assert ("orders/refunded", self.market.emails[order.user_id or 0]) in self._letters(order)


def _sale(db: Session, key: int, at: datetime) -> Sale:
    """Read an order that has just been made."""
    order = db.get_one(Order, key)
    people = db.scalars(select(Attendee).where(Attendee.order_id == key))
    seats = {one.id: Seat(one.ticket_id, one.is_discount_applied, one.is_access_code_applied) for one in people}
    assert len(PRICES) >= len({seat.ticket for seat in seats.values()}) > 0
    return Sale(seats, HOLDING, at, order.discount_code_id, order.access_code_id)


_IS_ACTIVE = WaitingListEntry.state.in_(("waiting", "offered"))


def _place(db: Session, entry: WaitingListEntry) -> Place:
    wishes = db.scalars(select(WaitingListWish).where(WaitingListWish.entry_id == entry.id)).all()
    aside = +Counter({one.ticket_id: one.held for one in wishes})
    tickets = tuple(one.ticket_id for one in wishes)
    left = entry.wanted - entry.taken
    return Place(entry.id, left, entry.accepts_fewer, entry.state == "offered", tickets, aside)


_TO = {
    "pending": HOLDING,
    "placed": PLACED,
    "completed": COMPLETED,
    "cancelled": CANCELLED,
    "expired": EXPIRED,
    "expire": EXPIRED,
}
