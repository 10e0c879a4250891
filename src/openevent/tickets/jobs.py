"""FACE: what ticket types do by themselves, again and again."""

from __future__ import annotations

from openevent.kit.work import UnitOfWork
from openevent.kit.worker import Periodic
from openevent.tickets import actions


def remind_of_sales(work: UnitOfWork) -> None:
    """Remind organizers of the end of sales."""
    actions.remind_of_sales(work)


JOBS = (Periodic("tickets.remind-of-sales", 3600, remind_of_sales),)
