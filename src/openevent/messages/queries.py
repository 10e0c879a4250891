"""Named questions about wishes; rows become values here."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from openevent.messages.models import EmailNotification
from openevent.people.models import User

Subject = Literal["next_event", "new_paper", "session_accept_reject", "session_schedule", "after_ticket_purchase"]


def wants(db: Session, email: str, event_id: int, subject: Subject) -> bool:
    """Tell whether an address wants mails of this kind about an event; whoever never said so does."""
    said = db.execute(
        select(getattr(EmailNotification, subject))
        .join(User, User.id == EmailNotification.user_id)
        .where(User.email == email.lower(), EmailNotification.event_id == event_id)
        .where(EmailNotification.deleted_at.is_(None))
    ).first()
    return said is None or said[0] is not False
