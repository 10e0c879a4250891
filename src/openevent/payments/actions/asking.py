"""Deeds that ask a provider in between. No transaction may wait for another server: each opens units of its own.

First what the provider has to know is read, then it is asked while nothing is locked, then what it said is written.
Whatever happens between two of these steps, the reconciler finishes: every call may be repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

import msgspec
from msgspec.structs import replace
from sqlalchemy import select

from openevent.kit.errors import Invalid, NotFound, Unavailable
from openevent.kit.work import OpenWork, UnitOfWork
from openevent.payments.actions.moving import PaymentClosed, ask_of, record
from openevent.payments.actions.reconciling import (
    end_calling_off,
    give_up_calling_off_if_old,
    give_up_if_old,
    give_up_refund_if_old,
)
from openevent.payments.actions.refunding import record_refund
from openevent.payments.actions.returning import record_returns
from openevent.payments.models import Payment
from openevent.payments.providers import Provider, provider_of
from openevent.payments.rules.asking import Ask, RefundAsk, ReturnsAsk, Seen
from openevent.payments.rules.states import OPEN
from openevent.payments.signals import PaymentAbandoned, PaymentDue, RefundDue, ReturnsDue

_NO_ANSWER = (Unavailable, Invalid, NotFound)


class Units(Protocol):
    """Opens units of work, and lends this thread's turn to others while it waits: a Shell, or the API's backend."""

    def work(self) -> AbstractContextManager[UnitOfWork]:
        """Open one unit of work."""
        ...

    def waiting(self) -> AbstractContextManager[None]:
        """Say that this thread waits."""
        ...


def checkout(units: Units, payment_id: int, *, back: str = "") -> Seen:
    """Make an open payment known at its provider, and return where the buyer goes on (`url`, `client_secret`).

    `back`: where the buyer comes out again, an absolute address, unless that was said at the start. Raises
    PaymentClosed, ServerUnreachable.
    """
    provider, ask = _asked(units, payment_id, back)
    with units.waiting():
        seen = provider.begin(ask)
    _write(units, payment_id, seen)
    return seen


def confirm_with_token(units: Units, payment_id: int, token: Mapping[str, str], *, back: str = "") -> Seen:
    """Take the money with what the buyer's client was given, and return how it stands.

    `token`: for Stripe `token` (a token or a payment method); for PayPal `payment_id` and `payer_id`; for play money
    `token` says what is chosen. The payment is made known first, so that a lost answer can be asked for later.
    Raises PaymentClosed, ServerUnreachable, and Invalid for what is no token; a card that is declined is no error but
    a Seen that says why in `fault`.
    """
    provider, ask = _asked(units, payment_id, back)
    if not ask.reference:
        with units.waiting():
            begun = provider.begin(ask)
        _write(units, payment_id, begun)
        ask = replace(ask, reference=begun.reference)
    with units.waiting():
        seen = provider.confirm(ask, token)
    _write(units, payment_id, seen)
    return seen


def look_again(units: Units, payment_id: int) -> Seen | None:
    """Ask how a payment stands, right now; None when there is nothing to ask about, or nobody answers."""
    with units.work() as work:
        payment = work.db.get_one(Payment, payment_id)
        if payment.status != OPEN or not payment.provider_reference:
            return None
    try:
        provider, ask = _asked(units, payment_id, "")
        with units.waiting():
            seen = provider.look(ask)
    except _NO_ANSWER:
        return None  # the reconciler asks again
    _write(units, payment_id, seen)
    return seen


def look_before(units: Units, subject: str, *, back: str) -> None:
    """Ask how the open payment of a subject stands before one that leads its buyer elsewhere takes its place.

    What the buyer has said yes to is taken now, so that nobody is asked for the same money again.
    """
    with units.work() as work:
        open_ = Payment.subject == subject, Payment.status == OPEN
        leads_elsewhere = Payment.back.is_not(None), Payment.back != back
        payment_id = work.db.scalar(select(Payment.id).where(*open_, *leads_elsewhere))
    if payment_id is not None:
        look_again(units, payment_id)


def look_at_provider(open_work: OpenWork, signal: PaymentDue) -> None:
    """Ask how a payment stands."""
    ask = msgspec.convert(signal.ask, Ask)
    try:
        seen = _provider(open_work, ask.provider).look(ask)
    except _NO_ANSWER as error:
        with open_work() as work:
            give_up_if_old(work, signal.payment_id, error.code)
        return
    with open_work() as work:
        record(work, signal.payment_id, seen)
        give_up_if_old(work, signal.payment_id, "nobody has paid")


def cancel_at_provider(open_work: OpenWork, signal: PaymentAbandoned) -> None:
    """See to it that nobody pays what nobody waits for; a payment that was faster settles.

    Where nobody answers, or a bank is still at it, the reconciler asks again.
    """
    ask = msgspec.convert(signal.ask, Ask)
    try:
        seen = _provider(open_work, ask.provider).cancel(ask)
    except _NO_ANSWER as error:
        with open_work() as work:
            give_up_calling_off_if_old(work, signal.payment_id, error.code)
        return
    with open_work() as work:
        record(work, signal.payment_id, seen)
        if seen.is_under_way:
            give_up_calling_off_if_old(work, signal.payment_id, "the bank is still at it")
        else:
            end_calling_off(work, signal.payment_id)


def refund_at_provider(open_work: OpenWork, signal: RefundDue) -> None:
    """Ask for a refund, or how it stands; what is not answered the reconciler asks again."""
    ask = msgspec.convert(signal.ask, RefundAsk)
    try:
        seen = _provider(open_work, ask.provider).refund(ask)
    except _NO_ANSWER as error:
        with open_work() as work:
            give_up_refund_if_old(work, signal.refund_id, error.code)
        return
    with open_work() as work:
        record_refund(work, signal.refund_id, seen)
        give_up_refund_if_old(work, signal.refund_id, "the provider is still at it")


def look_back_at_provider(open_work: OpenWork, signal: ReturnsDue) -> None:
    """Ask what went back of a payment; what is not answered the reconciler asks again."""
    ask = msgspec.convert(signal.ask, ReturnsAsk)
    try:
        told = _provider(open_work, ask.provider).returns(ask)
    except _NO_ANSWER:
        return
    with open_work() as work:
        record_returns(work, signal.payment_id, told)


def _provider(open_work: OpenWork, name: str) -> Provider:
    """Return a provider with the keys that are set now; the unit is closed again before it is called."""
    with open_work() as work:
        return provider_of(work, name)


def _asked(units: Units, payment_id: int, back: str) -> tuple[Provider, Ask]:
    with units.work() as work:
        payment = work.db.get_one(Payment, payment_id)
        if payment.status != OPEN:
            raise PaymentClosed("This payment is over.")
        payment.back = payment.back or back or None
        return provider_of(work, payment.provider), ask_of(payment)


def _write(units: Units, payment_id: int, seen: Seen) -> None:
    with units.work() as work:
        record(work, payment_id, seen)
