"""Named questions about wishes; rows become values here."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from openevent.events.models import Event
from openevent.messages.models import EmailNotification
from openevent.people.models import User
from openevent.site.rules.mails import NEXT_EVENT


def wants(db: Session, email: str, event_id: int, wish: str) -> bool:
    """Tell whether an address wants mails of this kind about an event; whoever never said otherwise does.

    Whoever does not want to hear of the next event of one that is in a group, wants to hear of no event of the group.
    """
    about = _same_group(event_id) if wish == NEXT_EVENT else EmailNotification.event_id == event_id
    declined = (
        select(EmailNotification.id)
        .join(User, User.id == EmailNotification.user_id)
        .where(User.email == email.lower(), about, getattr(EmailNotification, wish).is_(False))
        .where(EmailNotification.deleted_at.is_(None))
    )
    return db.execute(declined.limit(1)).first() is None


def _same_group(event_id: int) -> ColumnElement[bool]:
    group = select(Event.group_id).where(Event.id == event_id).scalar_subquery()
    return or_(
        EmailNotification.event_id == event_id,
        EmailNotification.event_id.in_(select(Event.id).where(Event.group_id == group)),
    )
