"""Money in = money settled = money in the ledger, whatever happens between a provider and us, in whatever order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from factories import make_event
from gateways import with_gateways
from gateways.paypal import FakePaypal
from gateways.server import BROKEN, DROPPED, LOST, OK, serving
from gateways.stripe import FakeStripe
from openevent.kit.access import SYSTEM
from openevent.kit.clock import FixedClock
from openevent.kit.db import Database
from openevent.kit.errors import DomainError
from openevent.kit.money import Money
from openevent.kit.work import NOW, Shell
from openevent.kit.worker import Worker
from openevent.main.wiring import REACTIONS
from openevent.payments import actions
from openevent.payments.models import Payment, Refund
from servers import sqlite_copy

SUBJECTS = ("order:1", "order:2")
_OWN = tuple(one for one in REACTIONS if one.action.__module__.startswith("openevent.payments") and one.how != NOW)


class Story:
    """What people, providers and the network do; steps that are refused are steps, too."""

    def __init__(self, shell: Shell, event_id: int, gateway: FakeStripe | FakePaypal, name: str) -> None:
        self.shell, self.event_id, self.gateway, self.name = shell, event_id, gateway, name
        self.worker = Worker(shell, tries=1000)
        self.clock = shell.clock
        assert isinstance(self.clock, FixedClock)
        self.steps: dict[str, Callable[[int], object]] = {
            "start": self.start,
            "checkout": lambda n: actions.checkout(self.shell, self.payment(n)),
            "pay": self.pay,
            "confirm": self.confirm,
            "look": lambda n: actions.look_again(self.shell, self.payment(n)),
            "abandon": self.abandon,
            "refund": self.refund,
            "work": lambda _n: self.worker.run_due(),
            "wait": self.wait,
        }

    def do(self, step: str, number: int, fault: str) -> None:
        self.gateway.faults[:] = [] if fault == OK else [fault]
        with suppress(DomainError, LookupError):  # refused, unreachable, or nothing there yet
            self.steps[step](number)

    def payment(self, number: int) -> int:
        with self.shell.database.reading() as db:
            ids = db.scalars(select(Payment.id).order_by(Payment.id)).all()
        return ids[number % len(ids)] if ids else 0

    def start(self, number: int) -> None:
        with self.shell.work() as work:
            subject, amount = SUBJECTS[number % 2], Money(1000 + number % 3, "EUR")
            is_hosted = number % 5 == 0
            actions.start(
                work,
                subject=subject,
                event_id=self.event_id,
                amount=amount,
                provider=self.name,
                is_hosted=is_hosted,
                by=SYSTEM,
            )

    def pay(self, number: int) -> None:
        with self.shell.database.reading() as db:
            reference = db.get_one(Payment, self.payment(number)).provider_reference
        if reference and (
            not isinstance(self.gateway, FakePaypal) or self.gateway.orders[reference]["status"] != "VOIDED"
        ):
            self.gateway.pay(reference)

    def confirm(self, number: int) -> None:
        payment = self.payment(number)
        with self.shell.database.reading() as db:
            reference = db.get_one(Payment, payment).provider_reference or ""
        tokens = ("tok_visa", "tok_chargeDeclined", "pm_card_authenticationRequired")
        token = {"token": tokens[number % 3], "payment_id": reference, "payer_id": "PAYER"}
        actions.confirm_with_token(self.shell, payment, token, back="http://127.0.0.1:8000/")

    def abandon(self, number: int) -> None:
        with self.shell.work() as work:
            actions.abandon(work, work.db.get_one(Payment, self.payment(number)), reason="expired", by=SYSTEM)

    def refund(self, number: int) -> None:
        with self.shell.work() as work:
            amount = Money(1 + number * 97 % 1100, "EUR")
            actions.request_refund(work, self.payment(number), amount, by=SYSTEM)

    def wait(self, number: int) -> None:
        self.clock.advance(minutes=1 + number * 37)  # pyright: ignore[reportAttributeAccessIssue] -- it stands still
        with self.shell.work() as work:
            actions.reconcile(work)

    def end(self) -> None:
        """Let a few quiet days pass, with every webhook lost."""
        self.gateway.faults.clear()
        for _ in range(9):
            self.wait(10)
            self.worker.run_due()

    def check(self) -> None:
        with self.shell.database.reading() as db:
            paid = func.coalesce(func.sum(Payment.amount), 0)
            settled = db.scalar(select(paid).where(Payment.status == "settled"))
            back = func.coalesce(func.sum(Refund.amount), 0)
            returned = db.scalar(select(back).where(Refund.status == "settled"))
            assert (self.gateway.received, self.gateway.returned) == (settled, returned)
            assert [str(drift) for drift in actions.prove_ledger(db)] == []
            assert db.scalar(select(func.count()).select_from(Refund).where(Refund.status == "requested")) == 0


@pytest.mark.parametrize("name", ["stripe", "paypal"])
def test_money_in_is_money_settled_is_money_in_the_ledger(
    name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, services: Any
) -> None:
    template: Path = request.getfixturevalue("_template")
    step = st.tuples(
        st.sampled_from(("start", "checkout", "pay", "confirm", "look", "abandon", "refund", "work", "wait")),
        st.integers(0, 30),
        st.sampled_from((OK, OK, LOST, DROPPED, BROKEN)),
    )
    usual = st.just([("start", 1, OK), ("checkout", 0, OK)])

    @settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(usual, st.lists(step, max_size=20))
    def tell(opening: list[Any], rest: list[Any]) -> None:
        clock = FixedClock()
        gateway = FakeStripe(clock) if name == "stripe" else FakePaypal()
        database = Database(f"sqlite:///{sqlite_copy(template, tmp_path_factory.mktemp('money'))}")
        with serving(gateway):
            known = with_gateways(services, **{name: gateway})
            shell = Shell(database, clock, known, _OWN)
            with shell.work() as work:
                event_id = make_event(work).id
            story = Story(shell, event_id, gateway, name)
            for one in (*opening, *rest):
                story.do(*one)
            story.end()
            story.check()
        database.close()

    tell()
