"""FACE: what the programme does by itself, again and again."""

from __future__ import annotations

from openevent.kit.work import UnitOfWork
from openevent.kit.worker import Periodic
from openevent.programme import actions


def reject_leftovers(work: UnitOfWork) -> None:
    """Reject what nobody decided about before the event was over."""
    actions.reject_leftovers(work)


JOBS = (Periodic("programme.reject-leftovers", 3600, reject_leftovers),)
