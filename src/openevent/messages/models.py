"""Tables of messages: what somebody wants to hear about an event."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from openevent.events.models import Event
from openevent.kit.db import Base, Keyed, SoftDeleted
from openevent.people.models import User


class EmailNotification(Keyed, SoftDeleted, Base):
    """Which mails about an event somebody wants; what a mail is for without being asked is not asked here."""

    __tablename__ = "email_notifications"
    __table_args__ = (UniqueConstraint("user_id", "event_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    next_event: Mapped[bool | None] = mapped_column(default=False)
    new_paper: Mapped[bool | None] = mapped_column(default=False)
    session_accept_reject: Mapped[bool | None] = mapped_column(default=False)
    session_schedule: Mapped[bool | None] = mapped_column(default=False)
    after_ticket_purchase: Mapped[bool | None] = mapped_column(default=True)
