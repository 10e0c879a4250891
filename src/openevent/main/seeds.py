"""What every installation starts with, of all domains together."""

from __future__ import annotations

from openevent.events import actions as events
from openevent.kit.work import UnitOfWork
from openevent.lab.actions import examples as lab  # lab
from openevent.people import actions as people
from openevent.site import actions as site


def seed(work: UnitOfWork) -> None:
    """Put in what is missing; safe to run again."""
    site.seed(work)
    people.seed(work)
    events.seed(work)
    lab.seed(work)  # lab
