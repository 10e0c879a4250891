"""Play money: what the buyer chooses on the play bank's page."""

from __future__ import annotations

from openevent.kit.work import UnitOfWork
from openevent.payments.actions.asking import Units
from openevent.payments.actions.receiving import nudge
from openevent.payments.providers import provider_of
from openevent.payments.providers.play import BACK, LATER, TWICE, Book, Play
from openevent.payments.rules.states import PLAY


def open_book(work: UnitOfWork, reference: str) -> Book:
    """Return what the play bank knows of a payment; raises PlayMoneyUnknown, ProviderNotConfigured."""
    provider_of(work, PLAY)
    return Play(work.services, work.now).book(reference)


def play(units: Units, reference: str, choice: str) -> str:
    """Pay, decline, pay later, pay and say it twice, or give it back; return where the buyer goes on.

    Who pays later says nothing.
    """
    with units.work() as work:
        book = open_book(work, reference)
        bank = Play(work.services, work.now)
    if choice == BACK:
        bank.give_back(reference)
    else:
        bank.decide(reference, choice)
    if choice != LATER:
        for _ in range(2 if choice == TWICE else 1):
            with units.work() as work:
                nudge(work, PLAY, (reference,))
    return book.back
