"""Tables of who is asked to run what, of what roles are about, and of who likes which event."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from openevent.events.models.event import Event, Role
from openevent.kit.db import Base, Keyed, SoftDeleted, check
from openevent.people.models import User


class RoleInvite(Keyed, Base):
    """Somebody was asked, under an e-mail address, to play a part in an event.

    `hash` lets whoever has it take the part on behalf of that address; those who may invite see it.
    """

    __tablename__ = "role_invites"
    __table_args__ = (
        UniqueConstraint("event_id", "email"),
        check("status", "status IN ('pending', 'accepted', 'declined')"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"))
    role_id: Mapped[int] = mapped_column(ForeignKey(Role.id), index=True)
    email: Mapped[str] = mapped_column(String(320))
    role_name: Mapped[str] = mapped_column(String(40))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    status: Mapped[str] = mapped_column(String(10), default="pending")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime]  # when it was mailed last: it is good for some days from then on
    sent_by: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="SET NULL"))


class Service(Keyed, Base):
    """A part of an event that rights of roles are told about, such as sessions."""

    __tablename__ = "services"

    name: Mapped[str] = mapped_column(String(40), unique=True)


class EventRolePermission(Keyed, Base):
    """What a role may do with a service. It informs clients; what is allowed says the table of permissions."""

    __tablename__ = "event_role_permissions"
    __table_args__ = (UniqueConstraint("role_id", "service_id"),)

    role_id: Mapped[int] = mapped_column(ForeignKey(Role.id, ondelete="CASCADE"))
    service_id: Mapped[int] = mapped_column(ForeignKey(Service.id, ondelete="CASCADE"), index=True)
    can_create: Mapped[bool] = mapped_column(default=False)
    can_read: Mapped[bool] = mapped_column(default=False)
    can_update: Mapped[bool] = mapped_column(default=False)
    can_delete: Mapped[bool] = mapped_column(default=False)


class UserFavouriteEvent(Keyed, SoftDeleted, Base):
    """Somebody starred an event. One row a pair: taking the star away hides it, starring again shows it."""

    __tablename__ = "user_favourite_events"
    __table_args__ = (
        UniqueConstraint("event_id", "user_id"),
        Index("ix_user_favourite_events_user_id", "user_id"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
