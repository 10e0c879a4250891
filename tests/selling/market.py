"""A market: one event, its people, tickets and codes, three ways to pay, the outbox, and everything that goes wrong.

What the state machine lets happen in it are the product's own actions, jobs and reactions, on a real database, against
providers that speak their wire over HTTP. Any deed may be cut off before any statement, as by a power cut.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace
from sqlalchemy import event, func, select

from cast import actor, adm, ana, bo, eve
from factories import make_event, make_ticket
from gateways import with_gateways
from gateways.paypal import FakePaypal
from gateways.server import OK, serving
from gateways.stripe import FakeStripe
from openevent.kit.clock import FixedClock
from openevent.kit.db import Database
from openevent.kit.errors import DomainError
from openevent.kit.limits import MemoryLimiter
from openevent.kit.mailers import MemoryMailer
from openevent.kit.money import Money
from openevent.kit.services import Services
from openevent.kit.storage import MemoryStorage
from openevent.kit.work import Shell, UnitOfWork
from openevent.kit.worker import Worker
from openevent.main.wiring import REACTIONS
from openevent.orders import jobs as order_jobs
from openevent.orders.models import Order, WaitingListWish
from openevent.payments import actions as payments
from openevent.payments import jobs as payment_jobs
from openevent.payments.actions.playing import play
from openevent.payments.models import Payment, Refund
from openevent.site.queries import described
from openevent.tickets.models import (
    AccessCode,
    DiscountCode,
    Tax,
    TicketStock,
    access_codes_tickets,
    discount_codes_tickets,
)

FREE, CHEAP, DEAR, HIDDEN = range(4)
PRICES = {FREE: 0, CHEAP: 1010, DEAR: 4999, HIDDEN: 333}
SEATS = {FREE: 3, CHEAP: 4, DEAR: 3, HIDDEN: 3}
USES = 4  # of either code
MOST = 3  # tickets of a type in one order
PERIODS = ("orders.expire", "orders.serve-waiting", "payments.reconcile")
PERIODIC = [one for one in (*order_jobs.JOBS, *payment_jobs.JOBS) if one.name in PERIODS]


class PowerCut(KeyboardInterrupt):
    """The lights went out."""


class Power:
    """Cuts off whoever is about to make the n-th statement (or commit) from now on."""

    def __init__(self, database: Database) -> None:
        self.left = 0
        self._engine = database.engine
        for name in ("before_cursor_execute", "commit"):
            event.listen(self._engine, name, self._count)

    def _count(self, *_: object) -> None:
        self.left -= 1
        if self.left == 0:
            raise PowerCut

    def stay(self) -> None:
        for name in ("before_cursor_execute", "commit"):
            event.remove(self._engine, name, self._count)


@dataclass(frozen=True)
class Trouble:
    """What goes wrong with a deed: on the way to a provider, and with the power."""

    fault: str = OK
    cut: int = 0


class Market:
    """Everything that a run of the machine needs; `close` it afterwards."""

    def __init__(self, database: Database, services: Services) -> None:
        self._stack = ExitStack()
        self.is_touched = True  # something may have changed since the books were compared
        self.clock = FixedClock()
        self.stripe, self.paypal = FakeStripe(self.clock), FakePaypal()
        for gateway in (self.stripe, self.paypal):
            self._stack.enter_context(serving(gateway))
        self.mailer, self.storage = MemoryMailer(), MemoryStorage()
        known = replace(services, mailer=self.mailer, storage=self.storage, limiter=MemoryLimiter(self.clock))
        known = with_gateways(known, stripe=self.stripe, paypal=self.paypal)
        self.shell = Shell(database, self.clock, known, REACTIONS, describe=described)
        self.worker = self.new_worker()
        with self.shell.work() as work:
            self._open(work)
        self._power = Power(database)
        self._stack.callback(self._power.stay)

    def new_worker(self) -> Worker:
        """Return a worker that has just been started: the one before has died."""
        self.shell.listeners.clear()
        return Worker(self.shell, PERIODIC, tries=1000)

    def _open(self, work: UnitOfWork) -> None:
        everybody = {"buyer": bo(work), "other": eve(work), "organizer": ana(work), "admin": adm(work)}
        self.people = {name: actor(user) for name, user in everybody.items()}
        self.emails = {user.id: user.email for user in everybody.values()}
        switches = dict.fromkeys(("can_pay_by_bank", "can_pay_by_stripe", "can_pay_by_paypal", "is_tax_enabled"), True)
        event_ = make_event(work, owner=ana(work), is_ticket_form_enabled=False, **switches)
        self.event_id = event_.id
        self.tickets = {
            kind: make_ticket(
                work, event_, quantity=SEATS[kind], price=price, position=kind, max_order=MOST, is_hidden=kind == HIDDEN
            ).id
            for kind, price in PRICES.items()
        }
        work.db.add(Tax(event_id=event_.id, name="VAT", rate=19.0))
        self.discount, self.access = self._codes(work)

    def _codes(self, work: UnitOfWork) -> tuple[int, int]:
        terms: dict[str, Any] = {"event_id": self.event_id, "tickets_number": USES, "min_quantity": 1}
        discount = DiscountCode(
            code="THIRD",
            code_folded="third",
            type="percent",
            value=33.0,
            used_for="ticket",
            created_at=work.now,
            **terms,
        )
        access = AccessCode(code="KEY", code_folded="key", is_active=True, valid_from=work.now, **terms)
        work.db.add_all((discount, access))
        work.db.flush()
        links = [{"discount_code_id": discount.id, "ticket_id": one} for one in self.discounted]
        work.db.execute(discount_codes_tickets.insert(), links)
        work.db.execute(
            access_codes_tickets.insert(), [{"access_code_id": access.id, "ticket_id": one} for one in self.opened]
        )
        return discount.id, access.id

    def close(self) -> None:
        self._stack.close()

    # Deeds, and what may befall them

    def attempt(self, deed: Callable[[], object], trouble: Trouble = Trouble()) -> bool:
        """Do something; return whether the power held. What is refused, or reaches nobody, is a deed as well."""
        for gateway in (self.stripe, self.paypal):
            gateway.faults[:] = [] if trouble.fault == OK else [trouble.fault]
        self._power.left, self.is_touched = trouble.cut, True
        try:
            with suppress(DomainError, LookupError):
                deed()
        except PowerCut:
            return False
        finally:
            self._power.left = 0
        return True

    def change(self, deed: Callable[[UnitOfWork], object], trouble: Trouble = Trouble()) -> bool:
        """Do something in one unit of work."""

        def whole() -> None:
            with self.shell.work() as work:
                deed(work)

        return self.attempt(whole, trouble)

    def work_off(self, most: int, trouble: Trouble = Trouble()) -> None:
        """Let the worker do what is due; if the power fails, another one is started."""

        def some() -> None:
            self.worker.run_periodics()
            for _ in range(most):
                if not self.worker.run_one():
                    return

        if not self.attempt(some, trouble):
            self.worker = self.new_worker()

    def let_days_pass(self) -> None:
        """Let everything come to its end: holds, jobs, payments that nobody pays; all notices are lost."""
        self.let_banks_be(slow=False)
        for number in range(len(self.stripe.disputes) + len(self.paypal.disputes)):
            self.decide(0, won=number % 2 == 0)
        for _ in range(len(self.stripe.refunds) + len(self.paypal.refunds)):
            self.end_refund(0, done=True)
        for minutes in (40, 120, 360, 360, 1440, 8 * 1440, 1440, 1440):
            self._let_pass(minutes)
        for _ in range(20):  # an offer that nobody answers goes to the next one, day by day
            if not self.is_waited:
                break
            self._let_pass(25 * 60)
        for _ in range(8):  # what nobody was told of is found when the provider is asked next
            if self.known_disputes == len(self.stripe.disputes) + len(self.paypal.disputes):
                return
            self._let_pass(20 * 1440)

    def _let_pass(self, minutes: float) -> None:
        self.clock.advance(minutes=minutes)
        self.work_off(10_000)

    @property
    def is_waited(self) -> bool:
        """Whether seats are put aside for anybody."""
        with self.shell.database.reading() as db:
            return db.scalar(select(WaitingListWish.entry_id).where(WaitingListWish.held > 0).limit(1)) is not None

    # What buyers do outside of our house

    def order_ids(self) -> Sequence[int]:
        with self.shell.database.reading() as db:
            return db.scalars(select(Order.id).order_by(Order.id.desc())).all()

    def payment_of(self, order_id: int | None) -> Payment | None:
        """Return the newest payment of an order."""
        statement = select(Payment).where(Payment.subject == f"order:{order_id}").order_by(Payment.id.desc())
        with self.shell.database.reading() as db:
            return db.scalars(statement.limit(1)).one_or_none()

    def payments(self) -> Sequence[Payment]:
        with self.shell.database.reading() as db:
            return db.scalars(select(Payment).order_by(Payment.id.desc())).all()

    def pay_there(self, payment: Payment, choice: str) -> None:
        """Pay on the provider's own page, whatever we think of that payment by now."""
        reference = payment.provider_reference
        if reference is None:
            return
        if payment.provider == "play":
            play(self.shell, reference, choice)
        elif payment.provider == "stripe":
            self.stripe.pay(reference)
        elif self.paypal.orders[reference]["status"] != "VOIDED":
            self.paypal.pay(reference)

    def paid(self) -> list[Payment]:
        """Return payments of which something is left at their provider, the newest first."""
        return [one for one in self.payments() if self._left_of(one) > 1]

    def _left_of(self, payment: Payment) -> int:
        reference = payment.provider_reference or ""
        if payment.provider == "stripe":
            intent = self._intent_of(reference)
            return self.stripe.left(intent) if intent in self.stripe.intents else 0
        if payment.provider == "paypal" and self.paypal.orders.get(reference, {}).get("status") == "COMPLETED":
            [capture] = self.paypal.orders[reference]["purchase_units"][0]["payments"]["captures"]
            return self.paypal.left(capture["id"])
        return 0

    def _intent_of(self, reference: str) -> str | None:
        return self.stripe.sessions.get(reference, {"payment_intent": reference})["payment_intent"]

    def dispute_there(self, payment: Payment, part: int) -> None:
        """Let a buyer's bank want money back: all that is left there, or half of it, and so on."""
        left, reference = self._left_of(payment) // part, payment.provider_reference or ""
        if payment.provider == "stripe":
            self.stripe.dispute(self._intent_of(reference) or "", left)
        else:
            self.paypal.dispute(reference, str(Money(left, "EUR").decimal))

    def decide(self, which: int, *, won: bool) -> None:
        """Let a dispute end."""
        at_stripe = [name for name, one in self.stripe.disputes.items() if one["status"] == "needs_response"]
        at_paypal = [name for name, one in self.paypal.disputes.items() if one["status"] != "RESOLVED"]
        found = [*at_stripe, *at_paypal]
        if not found:
            return
        name = found[which % len(found)]
        if name in at_stripe:
            self.stripe.end_dispute(name, "won" if won else "lost")
        else:
            self.paypal.end_dispute(name, "RESOLVED_SELLER_FAVOUR" if won else "RESOLVED_BUYER_FAVOUR")

    def let_banks_be(self, *, slow: bool) -> None:
        """Say whether refunds from now on are done at once or pend."""
        self.stripe.refund_answer = "pending" if slow else "succeeded"
        self.paypal.refund_answer = "PENDING" if slow else "COMPLETED"

    def end_refund(self, which: int, *, done: bool) -> None:
        """Let a bank say what came of a refund that pends."""
        at_stripe = [name for name, one in self.stripe.refunds.items() if one["status"] == "pending"]
        at_paypal = [name for name, one in self.paypal.refunds.items() if one["status"] == "PENDING"]
        found = [*at_stripe, *at_paypal]
        if not found:
            return
        name = found[which % len(found)]
        if name in at_stripe:
            self.stripe.end_refund(name, "succeeded" if done else "failed")
        else:
            self.paypal.end_refund(name, "COMPLETED" if done else "FAILED")

    def notify(self, which: int) -> None:
        """Let a provider tell us something: anything that has happened, in any order, again and again."""
        told: list[Callable[[], tuple[str, tuple[bytes, dict[str, str]]]]] = [
            *(lambda one=one: ("stripe", self.stripe.signed(one)) for one in self.stripe.notices),
            *(
                lambda one=one: ("paypal", self.paypal.notice("CHECKOUT.ORDER.APPROVED", {"id": one}))
                for one in self.paypal.orders
            ),
            *(lambda one=one: ("paypal", self.paypal.notice(*one)) for one in self.paypal.told),
        ]
        if told:
            provider, (body, headers) = told[which % len(told)]()
            lowered = {name.lower(): value for name, value in headers.items()}
            payments.receive(self.shell, provider, lowered, body)

    @property
    def known_disputes(self) -> int:
        """How many disputes are written down here."""
        with self.shell.database.reading() as db:
            return db.scalar(select(func.count()).select_from(Refund).where(Refund.kind == "dispute")) or 0

    @property
    def disputed(self) -> dict[str, int]:
        """What the providers say that banks have taken back."""
        return {"stripe": self.stripe.disputed, "paypal": self.paypal.disputed}

    @property
    def discounted(self) -> tuple[int, ...]:
        """The ticket types that the discount is for."""
        return self.tickets[CHEAP], self.tickets[DEAR]

    @property
    def opened(self) -> tuple[int, ...]:
        """The ticket types that the access code opens."""
        return (self.tickets[HIDDEN],)

    @property
    def quantities(self) -> dict[int, int]:
        """How many seats there are, by ticket type."""
        with self.shell.database.reading() as db:
            return dict(db.execute(select(TicketStock.ticket_id, TicketStock.quantity)).all())

    @property
    def received(self) -> dict[str, int]:
        """What the providers say that came in, in minor units."""
        return {"stripe": self.stripe.received, "paypal": self.paypal.received}

    @property
    def returned(self) -> dict[str, int]:
        """What they say that went back."""
        return {"stripe": self.stripe.returned, "paypal": self.paypal.returned}
