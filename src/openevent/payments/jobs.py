"""FACE: what payments do by themselves, again and again."""

from __future__ import annotations

from openevent.kit.work import UnitOfWork
from openevent.kit.worker import Periodic
from openevent.payments import actions


def reconcile(work: UnitOfWork) -> None:
    """Ask providers about everything that is not settled."""
    actions.reconcile(work)


def forget_receipts(work: UnitOfWork) -> None:
    """Remove receipts of notices that will not come again."""
    actions.forget_receipts(work)


def remind(work: UnitOfWork) -> None:
    """Remind those who have not paid the platform's invoices."""
    actions.remind(work)


JOBS = (
    Periodic("payments.reconcile", 30, reconcile),
    Periodic("payments.forget-receipts", 86_400, forget_receipts),
    Periodic("payments.remind", 3600, remind),
)
