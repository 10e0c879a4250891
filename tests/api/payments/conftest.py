"""What tests of payments share: an event, and a short way to ask for money and to see what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from msgspec.structs import replace

from cast import ana
from factories import make_event
from gateways.paypal import FakePaypal
from gateways.server import serving
from gateways.stripe import FakeStripe
from openevent.kit.access import SYSTEM, Actor
from openevent.kit.money import Money
from openevent.kit.work import LATER, NOW, Reaction, Shell, when
from openevent.main.wiring import REACTIONS
from openevent.payments import actions
from openevent.payments.models import LedgerEntry, Payment, Refund
from openevent.payments.signals import PaymentFailed, PaymentSettled, RefundFailed, RefundSettled

SUBJECT = "order:7"


@dataclass
class Heard:
    """Stands where orders stand: remembers what payments announce."""

    signals: list[Any] = field(default_factory=list)

    def note(self, _work: Any, signal: Any) -> None:
        self.signals.append(signal)

    @property
    def names(self) -> list[str]:
        return [type(one).__name__ for one in self.signals]


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def kinds():
    """What is heard."""
    return (PaymentSettled, PaymentFailed, RefundSettled, RefundFailed)


@pytest.fixture
def reactions(heard, kinds) -> tuple[Reaction, ...]:
    own = [one for one in REACTIONS if one.signal not in kinds or one.how == LATER]
    return (*own, *(when(kind, heard.note, NOW) for kind in kinds))


@pytest.fixture
def shell(database, clock, services, reactions):
    return Shell(database, clock, replace(services, play_money=True), reactions)


@pytest.fixture
def event(shell):
    with shell.work() as work:
        return make_event(work, owner=ana(work), can_pay_by_stripe=True, can_pay_by_paypal=True)


@dataclass
class Till:
    """Asks for money and looks at what became of it, each in a transaction of its own."""

    shell: Shell
    event_id: int
    provider: str = "play"
    by: Actor = SYSTEM

    def start(self, minor: int = 2500, subject: str = SUBJECT, currency: str = "EUR", **options: Any) -> Payment:
        with self.shell.work() as work:
            options = {"provider": self.provider, "label": "Order 7", **options}
            return actions.start(
                work, subject=subject, event_id=self.event_id, amount=Money(minor, currency), by=SYSTEM, **options
            )

    def refund(self, payment: Payment, minor: int, currency: str = "EUR") -> Refund:
        with self.shell.work() as work:
            return actions.request_refund(work, payment.id, Money(minor, currency), reason="cancelled", by=SYSTEM)

    def abandon(self, payment: Payment) -> None:
        with self.shell.work() as work:
            actions.abandon(work, work.db.get_one(Payment, payment.id), reason="expired", by=SYSTEM)

    def reconcile(self) -> int:
        with self.shell.work() as work:
            return actions.reconcile(work)

    def seen(self, row: Any) -> Any:
        """The row as it is now."""
        with self.shell.database.reading() as db:
            return db.get_one(type(row), row.id)

    def ledger(self) -> list[tuple[str, str, str, int, str]]:
        with self.shell.database.reading() as db:
            rows = db.query(LedgerEntry).order_by(LedgerEntry.id).all()
            return [(row.kind, row.debit, row.credit, row.amount, row.currency) for row in rows]

    def drifts(self) -> list[str]:
        with self.shell.database.reading() as db:
            return [str(one) for one in actions.prove_ledger(db)]


@pytest.fixture
def till(shell, event):
    return Till(shell, event.id)


@pytest.fixture
def stripe(clock):
    found = FakeStripe(clock)
    with serving(found):
        yield found


@pytest.fixture
def paypal():
    found = FakePaypal()
    with serving(found):
        yield found
