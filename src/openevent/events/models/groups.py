"""Tables of groups: events under one roof, who runs them together, and who follows them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from openevent.events.models.event import Role
from openevent.kit.db import Base, Keyed, SoftDeleted
from openevent.people.models import User


class Group(Keyed, SoftDeleted, Base):
    """Events that belong together, and those who run them."""

    __tablename__ = "groups"

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)  # its owner
    name: Mapped[str]
    about: Mapped[str | None]
    social_links: Mapped[list[Any] | None]
    logo_url: Mapped[str | None]
    banner_url: Mapped[str | None]
    thumbnail_image_url: Mapped[str | None]
    is_promoted: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class UsersGroupsRole(Keyed, Base):
    """Somebody runs a group, or was asked to under an e-mail address; `role_name` repeats the role's name.

    `token` opens the invitation to the account of that address; those who may invite see it.
    """

    __tablename__ = "users_groups_roles"
    __table_args__ = (
        UniqueConstraint("group_id", "email", "role_id"),
        Index("ix_users_groups_roles_user_id", "user_id", "group_id"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey(Group.id, ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    role_id: Mapped[int] = mapped_column(ForeignKey(Role.id))
    role_name: Mapped[str] = mapped_column(String(40))
    email: Mapped[str] = mapped_column(String(320))
    accepted: Mapped[bool] = mapped_column(default=False)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    sent_at: Mapped[datetime]  # when it was mailed last: it is good for some days from then on


class UserFollowGroup(Keyed, Base):
    """Somebody wants to hear of a group's events."""

    __tablename__ = "user_follow_groups"
    __table_args__ = (
        UniqueConstraint("group_id", "user_id"),
        Index("ix_user_follow_groups_user_id", "user_id"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey(Group.id, ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    created_at: Mapped[datetime]
