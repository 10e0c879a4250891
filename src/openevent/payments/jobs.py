"""FACE: what payments do by themselves, again and again."""

from __future__ import annotations

from openevent.kit.work import UnitOfWork
from openevent.kit.worker import Periodic
from openevent.payments import actions


def reconcile(work: UnitOfWork) -> None:
    """Ask providers about everything that is not settled."""
    actions.reconcile(work)


JOBS = (Periodic("payments.reconcile", 30, reconcile),)
