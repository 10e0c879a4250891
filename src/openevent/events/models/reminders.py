"""The table of what an event has been reminded of, so that nobody is told twice."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from openevent.events.models.event import Event
from openevent.kit.db import Base, Keyed


class EventReminder(Keyed, Base):
    """A mail that time has brought about was written; `about_id` is what it is about, 0 for the event itself."""

    __tablename__ = "event_reminders"
    __table_args__ = (UniqueConstraint("event_id", "kind", "about_id"),)

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))  # the action of the mail
    about_id: Mapped[int] = mapped_column(default=0)
    written_at: Mapped[datetime]
