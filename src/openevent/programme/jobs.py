"""FACE: what the programme does by itself, again and again."""

from __future__ import annotations

from openevent.kit.work import UnitOfWork
from openevent.kit.worker import Periodic
from openevent.programme import actions


def reject_leftovers(work: UnitOfWork) -> None:
    """Reject what nobody decided about before the event was over."""
    actions.reject_leftovers(work)


def thank_after_events(work: UnitOfWork) -> None:
    """Write to those who ran an event, and to its speakers, when it is over."""
    actions.thank_after_events(work)


JOBS = (
    Periodic("programme.reject-leftovers", 3600, reject_leftovers),
    Periodic("programme.thank-after-events", 3600, thank_after_events),
)
