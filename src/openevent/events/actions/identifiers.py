"""Giving events their public names."""

from __future__ import annotations

import secrets

from sqlalchemy import select

from openevent.events import rules
from openevent.events.models import Event
from openevent.kit.work import UnitOfWork


def new_identifier(work: UnitOfWork) -> str:
    """Return an identifier that no event has."""
    while True:
        found = secrets.token_hex(4)
        taken = select(Event.id).where(Event.identifier == found)
        if rules.is_identifier(found) and work.db.scalar(taken) is None:
            return found
