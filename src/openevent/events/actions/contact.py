"""Asking those who organize an event."""

from __future__ import annotations

from openevent.events.models import Event
from openevent.events.signals import OrganizersContacted
from openevent.kit.access import Actor
from openevent.kit.errors import Forbidden, Invalid
from openevent.kit.html import plain_lines
from openevent.kit.work import UnitOfWork

LONGEST = 5_000
_PER_EVENT = {"times": 3, "seconds": 3600}
_PER_ACCOUNT = {"times": 10, "seconds": 24 * 3600}


def contact_organizers(work: UnitOfWork, event_id: int, text: str, *, by: Actor) -> None:
    """Mail a question to whoever organizes an event, with a copy to whoever asks; markup is taken out.

    Raises Forbidden for who has no account, to whom nobody could answer, Invalid, TooManyRequests.
    """
    if by.id is None:
        raise Forbidden("Only accounts can write to organizers.")
    question = plain_lines(text)
    if not question or len(question) > LONGEST:
        raise Invalid(f"A text of 1 to {LONGEST} characters is needed.", pointer="/email")
    work.services.limiter.hit(f"contact:{by.id}:{event_id}", **_PER_EVENT)
    work.services.limiter.hit(f"contact:{by.id}", **_PER_ACCOUNT)
    event = work.db.get_one(Event, event_id)
    work.announce(OrganizersContacted(event.id, by.id, question))
    work.audit("event.contact", f"event:{event_id}", by=by)
